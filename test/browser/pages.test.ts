/** The inspector's pages as people use them who have no mouse, see little, or were sent a dataset by a stranger: one window, the steps in order. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Frame } from "playwright-core";
import { records, texture, writeRecords } from "./fixture.ts";
import { HOSTILE_CLASS, HOSTILE_IMAGES, HOSTILE_RECORDS, HOSTILE_REFUSED, HOSTILE_TEXTS, writeHostile } from "./hostile.ts";
import type { Host } from "./host.ts";
import { startHost } from "./host.ts";
import { assertAccessible, harm, hasFocus, inspectorFrame, openPage, PAGES, settled, tabTo } from "./inspected.ts";
import { eventually, stepsOf } from "./steps.ts";

/** By the name in the palette, the kind, and the class that VS Code gives its webviews. */
const THEMES = [["Dark Modern", "dark", "vscode-dark"], ["Light Modern", "light", "vscode-light"], ["Dark High Contrast", "contrast", "vscode-high-contrast"]] as const;
const CLASSES = ["bark", "moss"];
const TRAIN = 8;
const TEST = 3;
const IMAGES = CLASSES.length * (TRAIN + TEST) + 2;
const MOST_REPORT_BYTES = 5_000_000;

let host: Host;
const cleanups: (() => Promise<void>)[] = [];
const step = stepsOf(() => (cleanups.length > 1 ? host.workbench : null));

/** Two classes in two splits, with a copy within the one and a copy from the other. */
async function writePictures(folder: string): Promise<void> {
  let seed = 7000;
  for (const [split, count] of [["train", TRAIN], ["test", TEST]] as const) {
    for (const name of CLASSES) {
      await mkdir(path.join(folder, split, name), { recursive: true });
      for (let i = 0; i < count; i++) await texture(seed++).png().toFile(path.join(folder, split, name, `${name}-${i}.png`));
    }
  }
  await copyFile(path.join(folder, "train/bark/bark-0.png"), path.join(folder, "train/bark/bark-0-copy.png"));
  await copyFile(path.join(folder, "train/moss/moss-1.png"), path.join(folder, "test/moss/leak.png"));
}

/** Ids in one of the files of decisions by hand; none while it is not there. */
async function decided(dataset: string, file: "protected" | "excluded" | "keepers"): Promise<string[]> {
  const text = await readFile(path.join(host.workspace, dataset, ".infomax", `${file}.jsonl`), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => (JSON.parse(line) as { id: string }).id);
}

/** Makes a dataset of the workspace the chosen one, and indexes it. */
async function choose(label: string, indexed: RegExp): Promise<void> {
  const { workbench } = host;
  await workbench.runByKeys("Notifications: Clear All Notifications");
  await workbench.runAndPickByKeys("InfoMax: Select Dataset…", label);
  await workbench.clickNotification(/is not indexed yet/, "Index Dataset");
  await workbench.waitForNotification(indexed, 60_000);
  await workbench.webview().locator(".title-bar h1").getByText(label.replace(/,$/, ""), { exact: true }).waitFor();
}

async function focusOn(selector: string): Promise<Frame> {
  const frame = await inspectorFrame(host.workbench);
  await eventually(`focus on ${selector}`, () => hasFocus(frame, selector), (has) => has, 10_000);
  return frame;
}

before(async () => {
  const source = await mkdtemp(path.join(os.tmpdir(), "infomax-pages-"));
  cleanups.push(() => rm(source, { recursive: true, force: true }));
  await writePictures(path.join(source, "pictures"));
  await writeRecords(path.join(source, "reviews.jsonl"), records(30, 7));
  await writeHostile(source);
  host = await startHost({ workspace: source, built: process.env.INFOMAX_BUILT === "1" });
  cleanups.push(() => host.stop());
}, { timeout: 600_000 });
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

step("a dataset without an index is an empty page with a button, which indexes it", async () => {
  const { workbench } = host;
  const { keyboard } = workbench.page;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.runAndPickByKeys("InfoMax: Open Inspector", "pictures");
  const inspector = workbench.webview();
  await inspector.getByText("pictures is not indexed yet").waitFor();
  await assertAccessible(await inspectorFrame(workbench), "the empty page");
  await tabTo(workbench, "vscode-button");
  await keyboard.press("Enter");
  const message = await workbench.waitForNotification(/pictures is indexed/, 60_000);
  assert.equal(message, `pictures is indexed: ${IMAGES} samples; 2 exact duplicates and 0 near-duplicates in 2 clusters.`);
  await inspector.locator(".figures").getByText("Exact duplicates").waitFor();
  assert.match(await inspector.locator(".page.overview").innerText(), /Leakage between splits[^]*test\/moss\/leak\.png/);
});

step("pruning by the palette needs no mouse", async () => {
  const { workbench } = host;
  await workbench.runAndAnswer("InfoMax: Prune Dataset…", () => workbench.answer("50%"));
  await workbench.waitForNotification(new RegExp(`Kept ${IMAGES / 2} of ${IMAGES} samples`), 60_000);
  const ids = (await readFile(path.join(host.workspace, "pictures", ".infomax", "selections", "pictures-50pct.ids.txt"), "utf8")).trim().split("\n");
  assert.equal(ids.length, IMAGES / 2);
  await workbench.runByKeys("Notifications: Clear All Notifications");
});

step("clusters are looked through and decided about by the keyboard alone", async () => {
  const { workbench } = host;
  const { keyboard } = workbench.page;
  await workbench.runByKeys("InfoMax: Open Inspector");
  await tabTo(workbench, "#tab-overview");
  await keyboard.press("ArrowRight");
  await focusOn("#tab-clusters");
  await settled(workbench, "clusters");
  await tabTo(workbench, ".row-body");
  await keyboard.press("ArrowDown");
  let frame = await focusOn('.cluster-row[data-index="1"] .row-body');
  await keyboard.press("ArrowUp");
  await focusOn('.cluster-row[data-index="0"] .row-body');

  await keyboard.press("ArrowRight");
  await keyboard.press("ArrowRight");
  frame = await focusOn('.cluster-row[data-index="0"] .card:nth-child(2)');
  const keeper = (await frame.evaluate<string>("document.activeElement.getAttribute('aria-label')")).split(",")[0];
  await keyboard.press("k");
  await eventually("keeper", () => decided("pictures", "keepers"), (ids) => ids.join() === keeper);
  await focusOn('.cluster-row[data-index="0"] .card');
  await keyboard.press("p");
  await eventually("protected", () => decided("pictures", "protected"), (ids) => ids.join() === keeper);
  await keyboard.press("Escape");
  await focusOn('.cluster-row[data-index="0"] .row-body');
  await keyboard.press("o");
  const [excluded] = await eventually("excluded", () => decided("pictures", "excluded"), (ids) => ids.length === 1);
  assert.notEqual(excluded, keeper);
  // Taken back with all else: what was excluded has to be seen first.
  await workbench.webview().locator('.cluster-row[data-index="0"] .excluded-mark').waitFor();
  await focusOn('.cluster-row[data-index="0"] .row-body');
  await keyboard.press("u");
  await eventually("undone", () => decided("pictures", "excluded"), (ids) => ids.length === 0);
  assert.deepEqual([await decided("pictures", "protected"), await decided("pictures", "keepers")], [[], []]);
});

step("Enter opens the details, Escape closes them and gives the focus back", async () => {
  const { workbench } = host;
  const { keyboard } = workbench.page;
  await focusOn('.cluster-row[data-index="0"] .row-body');
  await keyboard.press("ArrowRight");
  await focusOn('.cluster-row[data-index="0"] .card');
  await keyboard.press("Enter");
  const frame = await focusOn("aside.details");
  await workbench.webview().locator("aside.details .neighbours").waitFor();
  await tabTo(workbench, "aside.details vscode-button");
  await keyboard.press("Escape");
  await workbench.webview().locator("aside.details").waitFor({ state: "hidden" });
  assert.ok(await hasFocus(frame, '.cluster-row[data-index="0"] .card'), await frame.evaluate<string>("document.activeElement.outerHTML.slice(0, 200)"));
});

for (const [theme, kind, body] of THEMES) {
  step(`no page hinders people seriously, says axe, in ${theme}`, async () => {
    const { workbench } = host;
    await workbench.useTheme(theme, kind);
    const inspector = workbench.webview();
    await inspector.locator(`body.${body}`).waitFor();
    await sleep(500); // Colours fade over some frames.
    const frame = await inspectorFrame(workbench);
    const failures: string[] = [];
    const check = async (what: string): Promise<void> => {
      await assertAccessible(frame, `${what}, ${theme}`).catch((error: unknown) => { failures.push(error instanceof Error ? error.message : String(error)); });
    };
    for (const name of PAGES) {
      await openPage(workbench, name);
      if (name === "budget") await inspector.locator(".consequences, .at-budget").first().waitFor();
      if (name === "samples") await inspector.getByRole("button", { name: /^Filters/ }).click();
      await check(name);
    }
    await inspector.getByRole("button", { name: /^Filters/ }).click();
    await inspector.locator(".tile").first().click();
    await inspector.locator("aside.details .neighbours").waitFor();
    await check("details");
    await workbench.screenshot(`details-${kind}`);
    await workbench.page.keyboard.press("Escape");
    assert.deepEqual(failures, []);
  });
}

step("page, filter, threshold, budget and chosen samples survive hiding and a reload of the window", async () => {
  const { workbench } = host;
  const inspector = workbench.webview();
  const { keyboard } = workbench.page;
  await workbench.useTheme("Dark Modern", "dark");
  await openPage(workbench, "clusters");
  await inspector.locator("input.number").fill("0.9");
  await keyboard.press("Enter");
  await openPage(workbench, "budget");
  await inspector.getByRole("textbox", { name: /Budget/ }).fill("37%");
  await openPage(workbench, "samples");
  await inspector.getByRole("searchbox").fill("moss");
  const count = `${TRAIN + TEST + 1} of ${IMAGES} samples`;
  await inspector.getByText(count).waitFor();
  await inspector.locator(".tile").first().focus();
  for (const key of [" ", "ArrowRight", " "]) await keyboard.press(key);
  await inspector.getByText("2 samples chosen").waitFor();
  await sleep(1500); // What is typed is remembered a moment later.

  const assertSame = async (): Promise<void> => {
    await inspector.getByText(count).waitFor();
    await inspector.locator('#tab-samples[aria-selected="true"]').waitFor();
    assert.equal(await inspector.getByRole("searchbox").inputValue(), "moss");
    await inspector.getByText("2 samples chosen").waitFor();
    assert.equal(await inspector.locator(".tile.chosen").count(), 2);
    await openPage(workbench, "clusters");
    assert.equal(Number(await inspector.locator("input.number").inputValue()), 0.9);
    await openPage(workbench, "budget");
    assert.equal(await inspector.getByRole("textbox", { name: /Budget/ }).inputValue(), "37%");
    await openPage(workbench, "samples");
  };
  // Into the inspector's own group of editors, so that it is hidden.
  await keyboard.press("Control+P");
  await workbench.quickInput.locator("input").first().fill("plain.jsonl");
  await workbench.quickInput.locator('.monaco-list-row.focused[aria-label^="plain.jsonl"]').waitFor();
  await keyboard.press("Enter");
  await workbench.page.locator("iframe.webview.ready").waitFor({ state: "hidden" });
  const tab = workbench.page.locator(".tab").filter({ hasText: "InfoMax: pictures" });
  await tab.click();
  await assertSame();

  // In a browser VS Code puts what webviews remember into its storage every five seconds.
  await sleep(6000);
  await workbench.page.reload();
  await workbench.waitUntilReady();
  // Which tab was in front VS Code remembers now and then only.
  await tab.click();
  await assertSame();
});

step("the editor's cursor shows its record in the details, Protect pins it, and Open leads to its line", async () => {
  const { workbench } = host;
  const { keyboard } = workbench.page;
  const inspector = workbench.webview();
  await choose("reviews.jsonl", /reviews\.jsonl is indexed: 30 samples/);
  await workbench.runByKeys("View: Close All Editors");
  await workbench.openFile("reviews.jsonl");
  await workbench.runByKeys("InfoMax: Open Inspector");
  await inspector.locator(".title-bar h1").waitFor();
  await workbench.runByKeys("View: Focus First Editor Group");
  const goTo = async (line: number): Promise<void> => {
    await keyboard.press("Control+G");
    await workbench.quickInput.locator("input").first().fill(`:${line}`);
    await keyboard.press("Enter");
    await workbench.statusBarItem(new RegExp(`Ln ${line}, `)).waitFor();
  };
  await goTo(7);
  await inspector.locator("aside.details h2").getByText("reviews.jsonl:7", { exact: true }).waitFor();
  await workbench.runByKeys("InfoMax: Protect Sample");
  await eventually("protected", () => decided(".", "protected"), (ids) => ids.join() === "r06");
  await inspector.locator("aside.details .protected-mark").waitFor();
  await workbench.codeLens('"r06"', "Protected");

  await inspector.locator("aside.details .neighbour-go").first().click();
  const title = inspector.locator("aside.details h2");
  await eventually("another record", () => title.innerText(), (text) => text !== "reviews.jsonl:7");
  const line = Number((await title.innerText()).split(":")[1]);
  await inspector.getByRole("button", { name: `Open reviews.jsonl:${line} in the editor` }).click();
  await workbench.statusBarItem(new RegExp(`Ln ${line}, `)).waitFor();
  assert.deepEqual(workbench.consoleErrors, []);
});

step("a result that comes when people are back in the editor leaves them the focus", async () => {
  const { workbench } = host;
  const inspector = workbench.webview();
  await openPage(workbench, "budget");
  const frame = await inspectorFrame(workbench);
  await frame.evaluate("window.addEventListener('message', ({ data }) => { if (data?.type === 'pruned') window.lastPruned = data; })");
  await inspector.locator(".page.budget vscode-button").getByText("Prune to This Budget", { exact: true }).click();
  const result = inspector.locator(".page.budget .prune-result");
  await result.waitFor();
  assert.ok(await hasFocus(frame, ".prune-result"), "who waits on the page is led to the result");

  await workbench.runByKeys("View: Focus First Editor Group");
  await workbench.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  await frame.evaluate("document.querySelector('.prune-result').remove(); window.postMessage(window.lastPruned)");
  await result.waitFor();
  await sleep(500);
  assert.equal(await workbench.page.locator(".editor-instance .monaco-editor.focused").count(), 1);
  assert.equal(await workbench.page.locator("iframe:focus").count(), 0);
});

step("an engine that dies while it makes the map is told of on the page, and Try Again makes the map", async () => {
  const { workbench } = host;
  const inspector = workbench.webview();
  let killing = true;
  const kill = (async () => {
    // The first takes the idle engine, the others those that are started to answer.
    while (killing) {
      for (const pid of host.enginePids()) try { process.kill(pid, "SIGKILL"); } catch { /* gone already */ }
      await sleep(50);
    }
  })();
  const again = inspector.locator(".page.map").getByRole("button", { name: "Try Again" });
  try {
    await inspector.locator("#tab-map").click();
    await again.waitFor();
  } finally {
    killing = false;
    await kill;
  }
  assert.match(await inspector.locator(".page.map .problem:visible").innerText(), /The map could not be made: The InfoMax engine stopped/);
  await workbench.screenshot("map-failed");
  await again.click();
  await eventually("the map", async () => await inspector.locator(".page.map .problem:visible, .page.map vscode-progress-ring:visible").count() === 0, (done) => done);
  await inspector.locator("canvas.map-canvas").waitFor();
  const told = workbench.consoleErrors.splice(0);
  for (const error of told) assert.match(error, /The InfoMax engine stopped/);
});

step("a dataset without labels has all pages", async () => {
  const { workbench } = host;
  await choose("plain.jsonl", /plain\.jsonl is indexed: 12 samples/);
  for (const name of PAGES) {
    await openPage(workbench, name);
    assert.equal(await workbench.webview().locator(`.page.${name} .problem:visible`).count(), 0, name);
  }
  assert.deepEqual(workbench.consoleErrors, []);
});

/** Names and texts of a stranger's dataset on all pages. */
async function assertHarmless(shown: string): Promise<void> {
  const { workbench } = host;
  const inspector = workbench.webview();
  const errors: string[] = [];
  workbench.page.on("console", (message) => { if (/Content Security Policy|Refused to/.test(message.text())) errors.push(message.text()); });
  workbench.page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const found: string[] = [];
  const look = async (what: string): Promise<void> => {
    await sleep(300);
    const text = await harm(await inspectorFrame(workbench));
    if (text !== "") found.push(`${what}: ${text}`);
    await workbench.screenshot(`hostile-${what}`);
  };
  for (const name of PAGES) {
    await openPage(workbench, name);
    await look(name);
  }
  await inspector.getByRole("button", { name: "Table", exact: true }).click();
  await settled(workbench, "samples");
  await look("table");
  await inspector.getByRole("button", { name: "Grid", exact: true }).click();
  for (const tile of (await inspector.locator(".tile").all()).slice(0, 14)) {
    await tile.click();
    await inspector.locator("aside.details .neighbours").waitFor();
    await look("details");
  }
  await workbench.page.keyboard.press("Escape");
  await inspector.getByRole("searchbox").fill(shown);
  await inspector.getByText(/^\d+ of \d+ samples$/).waitFor();
  await inspector.locator(".tile").first().waitFor();
  assert.deepEqual(found, []);
  assert.deepEqual([errors, workbench.consoleErrors], [[], []]);
}

step("names of folders and files that are markup, links or control characters are text and nothing else", async () => {
  await choose("hostile,", new RegExp(`hostile is indexed: ${HOSTILE_IMAGES} samples.* ${HOSTILE_REFUSED} unreadable`));
  await openPage(host.workbench, "overview");
  await host.workbench.webview().locator(".page.overview").getByText(HOSTILE_CLASS, { exact: true }).first().waitFor();
  await assertHarmless("onerror");
});

step("texts that are markup, links or without end are text and nothing else", async () => {
  await choose("hostile.jsonl", new RegExp(`hostile\\.jsonl is indexed: ${HOSTILE_RECORDS} samples`));
  await openPage(host.workbench, "samples");
  await host.workbench.webview().locator(".tile").getByText(HOSTILE_TEXTS[1]).waitFor();
  await assertHarmless("script");
});

for (const dataset of ["hostile", "hostile.jsonl"]) {
  step(`a report of ${dataset} asks nothing of the network, runs nothing of it, and is small`, async () => {
    const { workbench, workspace, extension } = host;
    const file = path.join(workspace, `${dataset}.html`);
    execFileSync(process.execPath, [path.join(extension, "dist", "cli.cjs"), "report", path.join(workspace, dataset), "--out", file, "--cache", path.join(workspace, ".cache"), "--quiet"]);
    assert.ok((await stat(file)).size < MOST_REPORT_BYTES, `${(await stat(file)).size} bytes`);
    const browser = workbench.page.context().browser();
    assert.ok(browser !== null);
    const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    try {
      const asked: string[] = [];
      const errors: string[] = [];
      page.on("request", (request) => { const url = (): string => request.url(); if (!/^(file|data|blob):/.test(url())) asked.push(url()); });
      page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") errors.push(message.text()); });
      page.on("pageerror", (error) => { errors.push(String(error)); });
      page.on("dialog", (dialog) => {
        errors.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(pathToFileURL(file).href);
      const found: string[] = [];
      // A report holds no selection files to review.
      for (const name of PAGES.filter((one) => one !== "review")) {
        await page.locator(`#tab-${name}`).click();
        await page.locator(`.page.${name}`).waitFor();
        await eventually(`${name} has loaded`, () => page.locator(`.page.${name} :is(vscode-progress-ring, .waiting, .pending):visible`).count(), (count) => count === 0);
        await sleep(300);
        found.push(await harm(page));
        await assertAccessible(page, `report, ${name}`).catch((error: unknown) => { found.push(String(error)); });
      }
      await page.screenshot({ path: path.join("test-results", "browser", `report-${dataset}.png`) });
      assert.deepEqual(found.filter((text) => text !== ""), []);
      assert.deepEqual([asked, errors], [[], []]);
    } finally {
      await page.close();
    }
  });
}
