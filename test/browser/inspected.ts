/** The inspector's document, looked at from outside: what has the focus, what axe finds, whether it is laid out well. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type { Frame, Page } from "playwright-core";
import { eventually } from "./steps.ts";
import type { Workbench } from "./workbench.ts";
import { OVERRIDE } from "./hostile.ts";

export const PAGES = ["overview", "clusters", "budget", "compare", "review", "map", "samples"] as const;
export type PageName = (typeof PAGES)[number];

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe is put into: injected as the browser's own, no policy of the page applies to it. */
type Document = Pick<Frame | Page, "evaluate">;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The frame of the inspector's own document. */
export async function inspectorFrame(workbench: Workbench): Promise<Frame> {
  const body = await workbench.webview().locator("body").elementHandle();
  const frame = await body?.ownerFrame();
  assert.ok(frame !== null && frame !== undefined, "the inspector has a frame");
  return frame;
}

/** Fails where axe finds what hinders people seriously or altogether. */
export async function assertAccessible(document: Document, what: string): Promise<void> {
  if (!await document.evaluate<boolean>("typeof axe === 'object'")) await document.evaluate(`${AXE};0`);
  const found = await document.evaluate<AxeFinding[]>(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`);
  const told = found.map(({ id, impact, nodes }) => `${id} (${String(impact)}, ${nodes.length}):\n${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 300)}\n${failureSummary ?? ""}`).join("\n")}`);
  assert.equal(told.length, 0, `${what}: ${told.join("\n\n")}`);
}

/** Opens a page by its tab, and waits until nothing on it is loading. */
export async function openPage(workbench: Workbench, name: PageName): Promise<void> {
  const inspector = workbench.webview();
  await inspector.locator(`#tab-${name}`).click();
  await settled(workbench, name);
}

/** Waits until a page is on the screen and nothing on it is loading. */
export async function settled(workbench: Workbench, name: PageName): Promise<void> {
  const page = workbench.webview().locator(`.page.${name}`);
  await page.waitFor();
  await eventually(`${name} has loaded`, () => page.locator("vscode-progress-ring:visible, .waiting, .pending").count(), (count) => count === 0);
}

/** Presses Tab until an element has the focus that matches. */
export async function tabTo(workbench: Workbench, selector: string, most = 60): Promise<void> {
  const frame = await inspectorFrame(workbench);
  for (let pressed = 0; pressed < most; pressed++) {
    await workbench.page.keyboard.press("Tab");
    await sleep(30);
    if (await hasFocus(frame, selector)) return;
  }
  throw new Error(`${most} times Tab do not lead to ${selector}; the focus is at ${await frame.evaluate<string>("document.activeElement?.outerHTML.slice(0, 200) ?? ''")}`);
}

export function hasFocus(frame: Frame, selector: string): Promise<boolean> {
  return frame.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`);
}

/** Where names and texts of a dataset have become more than text, or have broken the layout; "" where nowhere. */
export async function harm(document: Document): Promise<string> {
  const { ran, scripts, smuggled, wide, turned } = await document.evaluate<{ ran: boolean; scripts: number; smuggled: string[]; wide: string[]; turned: string[] }>(`(() => {
    const turned = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (!node.data.includes("${OVERRIDE}") || node.parentElement.closest("script, option") !== null || node.parentElement.getClientRects().length === 0) continue;
      // An override holds to the end of its isolate, or of its block: nothing else may stand in there.
      let box = node.parentElement;
      for (let style = getComputedStyle(box); style.display === "inline" && !/isolate|plaintext/.test(style.unicodeBidi); style = getComputedStyle(box)) box = box.parentElement;
      if (box.textContent.trim() !== node.data.trim()) turned.push(node.parentElement.outerHTML.slice(0, 200));
    }
    // A table has its width, and its page a bar to move it by.
    const pages = [...document.querySelectorAll(".page, .details-body")].filter((page) => page.getClientRects().length > 0 && page.querySelector(".as-table") === null);
    return {
      ran: window.ran !== undefined,
      scripts: document.querySelectorAll("#app script, #app svg[onload]").length,
      smuggled: [...document.querySelectorAll("#app :is(iframe, object, embed, [onerror], [onload], [srcdoc], a[href^='javascript'], img[src='x'])")].map((element) => element.outerHTML.slice(0, 200)),
      wide: [document.documentElement, document.body, ...pages].filter((box) => box.scrollWidth > box.clientWidth + 4).map((box) => (box.className || box.tagName) + " " + box.scrollWidth + " px in " + box.clientWidth),
      turned,
    };
  })()`);
  return [...(ran ? ["something of it ran"] : []), ...(scripts > 0 ? [`${scripts} scripts`] : []), ...smuggled.map((html) => `became an element: ${html}`), ...wide.map((box) => `too wide: ${box}`), ...turned.map((html) => `turns its neighbours: ${html}`)].join("\n");
}
