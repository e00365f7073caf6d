/** Annotating inline as a user does it, in a real VS Code: tables, code that names images, the Explorer, the tree of decisions. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { PLANTED_IMAGES, PLANTED_TEXTS, TEXT_COUNT, writeFixture } from "./fixture.ts";
import type { Host } from "./host.ts";
import { startHost } from "./host.ts";
import { eventually, stepsOf } from "./steps.ts";

interface Decision {
  readonly id: string;
  readonly note: string;
}

let host: Host;
const cleanups: (() => Promise<void>)[] = [];
const step = stepsOf(() => (cleanups.length > 1 ? host.workbench : null));

/** What a file of decisions says; nothing where there is none. */
async function decided(dataset: string, kind: "protected" | "excluded"): Promise<Decision[]> {
  const text = await readFile(path.join(host.workspace, dataset, ".infomax", `${kind}.jsonl`), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Decision);
}

async function eventuallyDecided(dataset: string, kind: "protected" | "excluded", ids: readonly string[]): Promise<void> {
  await eventually(kind, async () => (await decided(dataset, kind)).map(({ id }) => id).sort(), (found) => found.join() === [...ids].sort().join());
}

/** A line of the open editor by a text in it. */
function line(text: string): Locator {
  return host.workbench.page.locator(".editor-instance .view-line").filter({ hasText: text }).first();
}

/** The hover over a text of the open editor, once it has told something of ours. */
async function hoverOver(target: Locator): Promise<Locator> {
  const hover = host.workbench.page.locator(".monaco-hover:visible").filter({ hasText: "importance" }).first();
  for (let attempt = 0; ; attempt++) {
    await target.hover({ position: { x: 60 + attempt, y: 8 } });
    if (await hover.waitFor({ timeout: 2500 }).then(() => true, () => false)) return hover;
    if (attempt === 5) throw new Error("No hover");
    await host.workbench.page.mouse.move(5, 5);
    await sleep(300);
  }
}

/** The line of the cursor as the status bar tells it. */
async function cursorLine(): Promise<number> {
  const text = await host.workbench.statusBarItem(/Ln \d+, Col/).innerText();
  return Number(/Ln (\d+)/.exec(text)?.[1]);
}

function decisionsTree(): Locator {
  const { page } = host.workbench;
  return page.locator(".pane").filter({ has: page.locator(".pane-header", { hasText: /Decisions/i }) }).first();
}

async function goToLine(number: number): Promise<void> {
  const { page } = host.workbench;
  await page.keyboard.press("Control+G");
  await host.workbench.answer(`:${number}`);
  await eventually("cursor", cursorLine, (at) => at === number);
}

before(async () => {
  const source = await mkdtemp(path.join(os.tmpdir(), "infomax-editing-"));
  cleanups.push(() => rm(source, { recursive: true, force: true }));
  await writeFixture(source);
  await writeFile(path.join(source, "train.py"), `SEEDS = 3\nHARD = ["textures/${PLANTED_IMAGES.near[0]}", 'textures/${PLANTED_IMAGES.exact[1]}']\nGONE = "textures/bark/none.png"\n`);
  host = await startHost({ workspace: source, settings: { "files.autoSave": "off" }, built: process.env.INFOMAX_BUILT === "1" });
  cleanups.push(() => host.stop());
}, { timeout: 600_000 });
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

step("records that the selection drops are struck through, and their hover tells the facts", async () => {
  const { workbench } = host;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.page.keyboard.press("Escape");
  await workbench.contextMenu(workbench.explorerItem("reviews.jsonl"), "Index Dataset");
  await workbench.waitForNotification(/is indexed/, 60_000);
  await workbench.clearNotifications();
  await workbench.runCommand("InfoMax: Prune Dataset…");
  await workbench.answer("40%");
  await workbench.waitForNotification(/kept/i, 60_000);
  await workbench.clearNotifications();
  await workbench.openFile("reviews.jsonl");
  const struck = (text: string) => line(text).evaluate((element) => {
    const view = globalThis as unknown as { getComputedStyle: (of: unknown) => { textDecorationLine: string; opacity: string } };
    return [...(element as unknown as { querySelectorAll: (selector: string) => Iterable<unknown> }).querySelectorAll("span")].map((span) => view.getComputedStyle(span)).filter((style) => style.textDecorationLine === "line-through").map(({ opacity }) => Number(opacity));
  });
  const [original, copy] = PLANTED_TEXTS.exact;
  const styles = await eventually("one of two exact copies is struck through", async () => [...await struck(`"${original}"`), ...await struck(`"${copy}"`)], (found) => found.length > 0);
  assert.ok(styles.every((opacity) => opacity >= 0.6), styles.join());
  await workbench.screenshot("editing-dropped");
  const hover = await hoverOver(line(`"${copy}"`));
  const text = await hover.innerText();
  for (const part of [copy, "in a cluster of 2 near-duplicates", "Protect with Note…", "Why", "Neighbours"]) assert.ok(text.includes(part) || part.startsWith("in a"), `${part} in ${text}`);
  assert.match(text, /a cluster of 2 near-duplicates/);
  await workbench.screenshot("editing-hover");
  await hover.getByRole("link", { name: "Exclude", exact: true }).first().or(hover.locator("a").filter({ hasText: /^Exclude$/ }).first()).click();
  await eventuallyDecided(".", "excluded", [copy]);
  await workbench.codeLens(`"${copy}"`, "Excluded");
});

step("several cursors and a selection are protected at once, with a note", async () => {
  const { workbench } = host;
  const { page } = workbench;
  await line('"r02"').click();
  await line('"r03"').click({ modifiers: ["Alt"] });
  await host.workbench.runByKeys("InfoMax: Protect with Note…");
  await workbench.answer("both matter");
  await eventuallyDecided(".", "protected", ["r02", "r03"]);
  assert.deepEqual((await decided(".", "protected")).map(({ note }) => note), ["both matter", "both matter"]);
  await workbench.codeLens('"r03"', "Protected — both matter");
  await page.keyboard.press("Escape");
  await goToLine(20);
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await host.workbench.runByKeys("InfoMax: Protect Sample");
  await eventuallyDecided(".", "protected", ["r02", "r03", "r19", "r20"]);
});

step("from one protected sample to the next, with lines put in above that are not saved", async () => {
  const { workbench } = host;
  const { page } = workbench;
  await goToLine(1);
  await page.keyboard.type("{\"id\": \"new\"}\n");
  await workbench.codeLens('"r02"', "Protected");
  await goToLine(1);
  for (const expected of [4, 5, 21, 22, 4]) {
    await page.keyboard.press("Alt+F9");
    await eventually(`next protected: line ${expected}`, cursorLine, (at) => at === expected);
  }
  await page.keyboard.press("Shift+Alt+F9");
  await eventually("the last one, round the beginning", cursorLine, (at) => at === 22);
});

step("a record that was edited and not saved is not taken for another", async () => {
  const { workbench } = host;
  const { page } = workbench;
  await goToLine(1);
  await host.workbench.runByKeys("InfoMax: Protect Sample");
  await workbench.waitForNotification(/line 1 is not in the index as it stands now: it has been edited and not saved/);
  await workbench.clearNotifications();
  await workbench.runCommand("File: Revert File");
  assert.equal((await decided(".", "protected")).length, 4);
  await page.keyboard.press("Control+Home");
});

step("the whole file, by Ctrl+A", async () => {
  const { workbench } = host;
  await line('"r05"').click();
  await workbench.page.keyboard.press("Control+A");
  await host.workbench.runByKeys("InfoMax: Unprotect Sample");
  await eventuallyDecided(".", "protected", []);
  await host.workbench.runByKeys("InfoMax: Include Sample");
  await eventuallyDecided(".", "excluded", []);
  await line('"r05"').click();
  await workbench.page.keyboard.press("Control+A");
  await host.workbench.runByKeys("InfoMax: Protect Sample");
  await eventually("all protected", () => decided(".", "protected"), (all) => all.length === TEXT_COUNT);
});

step("the tree of decisions counts, leads to its samples and takes decisions back", async () => {
  const { workbench } = host;
  const { page } = workbench;
  await page.locator(".pane-header").filter({ hasText: /Decisions/i }).first().click();
  const rows = decisionsTree().locator(".monaco-list-row");
  await rows.filter({ hasText: "Protected" }).filter({ hasText: String(TEXT_COUNT) }).first().waitFor();
  const sample = rows.filter({ hasText: "reviews.jsonl:3" }).first();
  await sample.click();
  await eventually("its line", cursorLine, (at) => at === 3);
  await workbench.screenshot("editing-tree");
  await sample.hover();
  await sample.locator(".action-label.codicon-trash").click();
  await eventually("one fewer", () => decided(".", "protected"), (all) => all.length === TEXT_COUNT - 1 && !all.some(({ id }) => id === "r02"));
  await rows.filter({ hasText: "Protected" }).filter({ hasText: String(TEXT_COUNT - 1) }).first().waitFor();
});

step("a rule of infomax.json shows in the line and in the tree, leads to itself, and its samples can be pinned", async () => {
  const { workbench } = host;
  const { page } = workbench;
  await writeFile(path.join(host.workspace, "infomax.json"), JSON.stringify({ rules: [{ name: "seeds", action: "protect", reason: "the first ones", when: { id: "r02" } }] }, null, 2));
  await (await workbench.codeLens('"r02"', "Protected by rule seeds")).click();
  await workbench.tab("infomax.json").waitFor();
  await eventually("the rule's line", cursorLine, (at) => at === 4);
  const tree = decisionsTree();
  const rule = tree.locator(".monaco-list-row").filter({ hasText: "protects 1 sample" }).first();
  const box = await tree.boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 20);
  for (let turned = 0; turned < 40 && !await rule.isVisible(); turned++) {
    await page.mouse.wheel(0, 400);
    await sleep(150);
  }
  await rule.hover();
  await workbench.screenshot("editing-rule");
  await rule.locator(".action-label.codicon-pin").click();
  await workbench.dialog.getByRole("button", { name: "Pin", exact: true }).click();
  await eventually("its sample by hand", () => decided(".", "protected"), (all) => all.length === TEXT_COUNT && all.some(({ id }) => id === "r02"));
  await rm(path.join(host.workspace, "infomax.json"));
});

step("paths in Python code: CodeLenses, hover with the picture, protection; and a folder in the Explorer", async () => {
  const { workbench } = host;
  await workbench.contextMenu(workbench.explorerItem("textures"), "Index Dataset");
  await workbench.waitForNotification(/textures is indexed/, 60_000);
  await workbench.clearNotifications();
  await workbench.openFile("train.py");
  await (await workbench.codeLens("HARD", `Protect: ${path.posix.basename(PLANTED_IMAGES.exact[1])}`)).click();
  await eventuallyDecided("textures", "protected", [PLANTED_IMAGES.exact[1]]);
  await workbench.codeLens("HARD", `Protected: ${path.posix.basename(PLANTED_IMAGES.exact[1])}`);
  const hover = await hoverOver(line("HARD").locator("span").filter({ hasText: PLANTED_IMAGES.near[0] }).last());
  await workbench.waitForPictures(hover);
  assert.equal(await hover.locator("img").count(), 1);
  await workbench.screenshot("editing-python");
  await workbench.page.keyboard.press("Escape");
  await workbench.contextMenu(workbench.explorerItem("textures"), "Protect Sample");
  await workbench.dialog.getByText("Protect 26 samples?").waitFor();
  await workbench.dialog.getByRole("button", { name: "Protect", exact: true }).click();
  await eventually("the folder's samples", () => decided("textures", "protected"), (all) => all.length === 26);
  assert.deepEqual(workbench.consoleErrors, []);
});
