/** Which way of choosing pays: strategies compared in a real VS Code, the result looked through, exported and opened again; one window, the steps in order. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { pickFile, pickFolder, pickNewFile } from "./dialogs.ts";
import { records, texture, writeRecords } from "./fixture.ts";
import { HOSTILE_CLASS, HOSTILE_TEXTS, OVERRIDE } from "./hostile.ts";
import type { Host } from "./host.ts";
import { startHost } from "./host.ts";
import { assertAccessible, harm, hasFocus, inspectorFrame, openPage, settled, tabTo } from "./inspected.ts";
import { eventually, stepsOf } from "./steps.ts";

/** The parts of the page, in the order of their tabs. */
const PARTS = ["matrix", "curves", "tradeoffs", "prices", "classes", "about"] as const;
type Part = (typeof PARTS)[number];
const THEMES = [["Dark Modern", "dark", "vscode-dark"], ["Light Modern", "light", "vscode-light"], ["Dark High Contrast", "contrast", "vscode-high-contrast"]] as const;
/** Two in three pictures of a class have its colour, so that there is something to learn, and something to miss. */
const CLASSES = [["bark", "#b06030"], ["moss", "#409040"], ["slate", "#5068a0"]] as const;
const TRAIN = 14;
const TEST = 6;
const ELSEWHERE = 5;
/** As infomax.json says. */
const BUDGETS = ["20%", "50%"];
/** As infomax.json says: long enough to be cancelled. */
const LONG = { redraws: 15, seeds: 10 } as const;
const LONG_TEXT = `${LONG.redraws} redraws × ${LONG.seeds} seeds, as infomax.json says`;
/** Of a quick look. */
const STRATEGIES = ["ccs", "d2", "dedup-random", "infomax", "random"];
const REDRAWS = 3;
const SEEDS = 3;
const COMPARED = /5 strategies were compared on pictures in /;
const EMPTY = /Nothing has been compared yet/;

/** What these tests ask of a written result. */
interface Result {
  readonly budgets: readonly { readonly name: string }[];
  readonly strategies: readonly { readonly name: string; readonly title: string; readonly citation: string }[];
  readonly sets: readonly { readonly name: string; readonly role: string; readonly samples: number }[];
  readonly sources: readonly { readonly name: string; readonly samples: number }[];
  readonly utilities: readonly { readonly name: string; readonly title: string }[];
  readonly classes: readonly string[];
  readonly notes: readonly string[];
  readonly redraws: number;
  readonly seeds: number;
}

let host: Host;
/** A folder beside the workspace. */
let outside: string;
const cleanups: (() => Promise<void>)[] = [];
const step = stepsOf(() => (cleanups.length > 2 ? host.workbench : null));

async function writePictures(folder: string, count: number, seed: number): Promise<void> {
  for (const [c, [name, colour]] of CLASSES.entries()) {
    await mkdir(path.join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) await (i % 3 === 2 ? texture(seed + 100 * c + i).greyscale() : texture(seed + 100 * c + i).tint(colour)).png().toFile(path.join(folder, name, `${name}-${i}.png`));
  }
}

function exported(...parts: readonly string[]): string {
  return path.join(outside, "exported", ...parts);
}

async function resultAt(file: string): Promise<Result> {
  return JSON.parse(await readFile(file, "utf8")) as Result;
}

function page(): Locator {
  return host.workbench.webview().locator(".page.compare");
}

function matrix(): Locator {
  return page().getByRole("grid", { name: "Strategies and utilities" }).or(page().getByRole("table", { name: "Strategies and utilities" }));
}

/** Waits until a part is on the screen and nothing on it is loading. */
async function partShown(part: Part): Promise<void> {
  await page().locator(`#compare-tab-${part}[aria-selected="true"]`).waitFor();
  await page().locator(`#compare-${part}`).waitFor();
  await settled(host.workbench, "compare");
  await sleep(200); // Drawings follow their place's size some frames later.
}

async function openPart(part: Part): Promise<void> {
  await page().locator(`#compare-tab-${part}`).click();
  await partShown(part);
}

/** Answers one of the command's questions, whose number the title says, by Enter. */
async function takeDefault(step: number, shows: RegExp): Promise<void> {
  const { quickInput, page: window } = host.workbench;
  await quickInput.getByText(`(${step}/3)`).waitFor();
  await quickInput.getByText(shows).first().waitFor();
  await window.keyboard.press("Enter");
  // After a dialog the question is seen before it has the focus: an Enter in between is nobody's.
  for (let idle = 0; await quickInput.getByText(`(${step}/3)`).count() > 0; idle++) {
    if (idle === 100) throw new Error(`Enter does not answer question ${step}`);
    if (idle % 25 === 24) await quickInput.locator("input").first().press("Enter");
    await sleep(100);
  }
}

async function budgetsTyped(): Promise<string> {
  return host.workbench.quickInput.locator("input").first().inputValue();
}

before(async () => {
  const source = await mkdtemp(path.join(os.tmpdir(), "infomax-comparing-"));
  cleanups.push(() => rm(source, { recursive: true, force: true }));
  await writePictures(path.join(source, "pictures", "train"), TRAIN, 20_000);
  await writePictures(path.join(source, "pictures", "test"), TEST, 30_000);
  await writeFile(path.join(source, "pictures", "infomax.json"), JSON.stringify({ comparison: { budgets: BUDGETS, redraws: LONG.redraws, seeds: LONG.seeds } }));
  await writePictures(path.join(source, "elsewhere"), ELSEWHERE, 40_000);
  await writeRecords(path.join(source, "reviews.jsonl"), records(30, 7));
  outside = await mkdtemp(path.join(os.tmpdir(), "infomax-exported-"));
  cleanups.push(() => rm(outside, { recursive: true, force: true }));
  host = await startHost({ workspace: source, built: process.env.INFOMAX_BUILT === "1" });
  cleanups.push(() => host.stop());
}, { timeout: 600_000 });
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

step("the page says what a comparison is while there is none, and its button asks what to compare", async () => {
  const { workbench } = host;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.runAndPickByKeys("InfoMax: Index Dataset", "pictures");
  await workbench.waitForNotification(/pictures is indexed/, 60_000);
  await workbench.runByKeys("InfoMax: Open Inspector");
  await openPage(workbench, "compare");
  await page().getByText(EMPTY).waitFor();
  await assertAccessible(await inspectorFrame(workbench), "nothing compared yet");
  await page().getByRole("button", { name: "Compare Strategies…" }).click();
  await workbench.quickInput.getByText("Samples Held Out of the Dataset").waitFor();
  await workbench.page.keyboard.press("Escape");
  await workbench.quickInput.waitFor({ state: "hidden" });
  await page().getByText(EMPTY).waitFor();
  await workbench.runByKeys("View: Close All Editors");
});

step("Compare Strategies takes Enter for an answer, says what is wrong with a budget, and shows the matrix of a quick look", async () => {
  const { workbench } = host;
  const { keyboard } = workbench.page;
  await workbench.runByKeys("Notifications: Clear All Notifications");
  await workbench.runAndAnswer("InfoMax: Compare Strategies…", () => takeDefault(1, /Samples Held Out of the Dataset/));
  await workbench.quickInput.getByText("(2/3)").waitFor();
  await eventually("what infomax.json says", budgetsTyped, (text) => text === BUDGETS.join(", "));
  const input = workbench.quickInput.locator("input").first();
  for (const [typed, problem] of [["20%, ten", /"ten" is neither/], ["500 EUR", /in another currency.*USD/], ["1000", /only 60 samples/]] as const) {
    await input.fill(typed);
    await workbench.quickInput.getByText(problem).waitFor();
    await keyboard.press("Enter");
  }
  await input.fill(BUDGETS.join(", "));
  await takeDefault(2, /Compares at 2 budgets: 20% · 50%/);
  await workbench.quickInput.getByText("(3/3)").waitFor();
  const focused = workbench.quickInput.locator(".monaco-list-row.focused");
  await eventually("what infomax.json says", () => focused.innerText(), (text) => text.includes(LONG_TEXT));
  await workbench.quickInput.getByText("3 redraws × 3 seeds", { exact: true }).waitFor();
  await workbench.screenshot("compare-thoroughness");
  await keyboard.press("ArrowUp");
  await takeDefault(3, /Quick Look/);
  await workbench.waitForNotification(COMPARED, 120_000);

  // The inspector was closed: it opens at the result.
  await workbench.webview().locator('#tab-compare[aria-selected="true"]').waitFor();
  await partShown("matrix");
  for (const title of ["InfoMax", "Coverage-centric (CCS)", "D2 pruning", "Near-duplicates removed, then random", "Random"]) {
    await matrix().getByText(title, { exact: true }).first().waitFor();
  }
  assert.equal(await matrix().locator("tbody tr").count(), STRATEGIES.length);
  const fills = await matrix().locator(".strategy-mark path").evaluateAll((marks) => {
    const view = globalThis as unknown as { getComputedStyle: (of: unknown) => { fill: string } };
    return marks.map((mark) => view.getComputedStyle(mark).fill);
  });
  assert.ok(fills.length === STRATEGIES.length && new Set(fills).size === STRATEGIES.length, `each strategy has its colour: ${fills.join()}`);
  assert.doesNotMatch(await page().innerText(), /NaN|undefined|\[object/);
});

for (const [theme, kind, body] of THEMES) {
  step(`all parts are gone through by the keyboard, and none hinders people seriously, says axe, in ${theme}`, async () => {
    const { workbench } = host;
    await workbench.runByKeys("Notifications: Clear All Notifications");
    await workbench.useTheme(theme, kind);
    await workbench.webview().locator(`body.${body}`).waitFor();
    await sleep(500); // Colours fade over some frames.
    const frame = await inspectorFrame(workbench);
    await openPart("matrix");
    await page().locator("#compare-tab-matrix").focus();
    const failures: string[] = [];
    for (const [at, part] of PARTS.entries()) {
      if (at > 0) await workbench.page.keyboard.press("ArrowRight");
      await partShown(part);
      assert.ok(await hasFocus(frame, `#compare-tab-${part}`), part);
      assert.ok((await page().locator(`#compare-${part}`).innerText()).length > 100, `${part} says something`);
      assert.doesNotMatch(await page().innerText(), /NaN|undefined|\[object/, part);
      await assertAccessible(frame, `${part}, ${theme}`).catch((error: unknown) => { failures.push(error instanceof Error ? error.message : String(error)); });
      await workbench.screenshot(`compare-${part}-${kind}`);
    }
    await workbench.page.keyboard.press("ArrowRight");
    await partShown("matrix");
    assert.deepEqual(failures, []);
  });
}

step("the matrix is entered by Tab, and another budget and utility are chosen by keys", async () => {
  const { workbench } = host;
  await workbench.useTheme("Dark Modern", "dark");
  await openPart("matrix");
  const budget = page().getByRole("combobox", { name: "Budget" });
  const utility = page().getByRole("combobox", { name: "Utility" });
  await budget.focus();
  await budget.selectOption("50%");
  await eventually("budget", () => budget.inputValue(), (value) => value === "50%");
  const chosen = await utility.inputValue();
  await utility.focus();
  await workbench.page.keyboard.press("ArrowDown");
  await eventually("another utility", () => utility.inputValue(), (value) => value !== chosen);
  await page().locator("#compare-tab-matrix").focus();
  await tabTo(workbench, "#compare-matrix :is(table, [role=grid]) *");
});

step("page, part, budget, axes and limits are there again when the window was reloaded", async () => {
  const { workbench } = host;
  await openPart("tradeoffs");
  const limited = page().locator("vscode-checkbox").filter({ hasText: "With limits" });
  const limit = page().locator(".weight-limit").first();
  const across = page().getByRole("combobox", { name: "Across" });
  await limited.click();
  await limit.fill("12.345");
  const usual = await across.inputValue();
  const axes = await across.locator("option").evaluateAll((all: readonly { readonly value: string }[]) => all.map(({ value }) => value));
  const axis = axes.find((value) => value !== usual) ?? usual;
  await across.selectOption(axis);
  await openPart("prices");
  // In a browser VS Code puts what webviews remember into its storage every five seconds.
  await sleep(6500);
  await workbench.page.reload();
  await workbench.waitUntilReady();
  await workbench.page.locator(".tab").filter({ hasText: "InfoMax: pictures" }).click();
  await partShown("prices");
  assert.equal(await page().getByRole("combobox", { name: "Budget" }).inputValue(), "50%");
  await openPart("tradeoffs");
  assert.equal(await limit.inputValue(), "12.345");
  assert.notEqual(axis, usual);
  assert.equal(await across.inputValue(), axis);
  await limited.click();
  await limit.waitFor({ state: "hidden" });
  await openPart("matrix");
  assert.equal(await matrix().locator("tbody tr").count(), STRATEGIES.length);
});

step("a changed dataset is indexed before it is compared; a running comparison is the only one of its window, and Cancel ends it with the last result left as it was", async () => {
  const { workbench } = host;
  await texture(50_000).png().toFile(path.join(host.workspace, "pictures", "train", CLASSES[0][0], "new.png"));
  await workbench.runByKeys("Notifications: Clear All Notifications");
  await workbench.runAndAnswer("InfoMax: Compare Strategies…", async () => {
    await workbench.quickInput.getByText("(1/3)").waitFor();
    await workbench.quickInput.locator(".monaco-list-row").filter({ hasText: "A Labelled Folder…" }).click();
    await pickFolder(workbench, host.workspace, path.join(host.workspace, "elsewhere"), CLASSES[0][0], "Judge on This");
  });
  await takeDefault(2, /Compares at 2 budgets/);
  await takeDefault(3, new RegExp(LONG_TEXT));
  await workbench.statusBarItem(new RegExp(`pictures · ${CLASSES.length * (TRAIN + TEST) + 1} samples`)).waitFor();
  const running = workbench.page.locator(".notification-list-item").filter({ hasText: /comparing strategies on pictures/ }).first();
  await running.filter({ hasText: /(Reading|Embedding|Encoding|Comparing)/ }).waitFor();
  await workbench.screenshot("compare-running");
  await workbench.runByKeys("InfoMax: Compare Strategies…");
  await workbench.waitForNotification(/Strategies are being compared already/);
  // The palette has put the running one away.
  await workbench.runByKeys("Notifications: Show Notifications");
  await running.getByRole("button", { name: "Cancel", exact: true }).click();
  await running.waitFor({ state: "detached" });
  assert.equal(await workbench.page.locator(".notification-list-item").filter({ hasText: /were compared on/ }).count(), 0);
  await openPart("matrix");
  assert.equal(await matrix().locator("tbody tr").count(), STRATEGIES.length);
  await page().getByText(/The dataset has changed since/).waitFor();
  assert.deepEqual(workbench.consoleErrors, []);
});

step("Export Comparison copies the result, its tables and the ids of every subset into a new folder", async () => {
  const { workbench } = host;
  await workbench.runByKeys("Notifications: Clear All Notifications");
  await page().getByRole("button", { name: "Export…" }).click();
  await pickNewFile(workbench, "pictures-comparison", exported());
  await workbench.waitForNotification(/The comparison is exported to exported: \d+ files/);
  assert.deepEqual((await readdir(exported())).sort(), ["compare.csv", "compare.json", "compare.md", "lists", "prices.csv"]);
  const result = await resultAt(exported("compare.json"));
  assert.deepEqual(result.budgets.map(({ name }) => name), BUDGETS);
  assert.deepEqual(result.strategies.map(({ name }) => name).sort(), STRATEGIES);
  assert.deepEqual([result.redraws, result.seeds], [REDRAWS, SEEDS]);
  assert.equal(result.sources[0].samples, CLASSES.length * TRAIN);
  // A tenth of the target guides what is retrieved toward it and is not judged by.
  assert.deepEqual(result.sets.map(({ role, samples }) => [role, samples]), [["target", CLASSES.length * TEST - 1]]);
  const lists = await readdir(exported("lists"));
  assert.equal(lists.length, STRATEGIES.length * BUDGETS.length * REDRAWS);
  for (const name of lists) {
    const ids = (await readFile(exported("lists", name), "utf8")).trim().split("\n");
    assert.deepEqual(ids, [...ids].sort(), name);
    for (const id of ids) assert.match(id, /^train\/(bark|moss|slate)\/\w+-\d+\.png$/, "no test image is chosen");
  }
  await workbench.clickNotification(/is exported to exported/, "Open Report (compare.md)");
  await workbench.page.locator(".tab").filter({ hasText: "Preview compare.md" }).waitFor();
  await workbench.runByKeys("View: Close Editor");
});

step("Open Comparison Result shows a file from the Explorer, whose names stay text; a file that is none is refused and leaves the page as it is", async () => {
  const { workbench } = host;
  const result = await resultAt(exported("compare.json"));
  const hostile = (at: number): string => HOSTILE_TEXTS[at % HOSTILE_TEXTS.length];
  const strange = {
    ...result,
    strategies: result.strategies.map((strategy, at) => ({ ...strategy, title: at === 0 ? HOSTILE_CLASS : `${hostile(at)} ${at}`, citation: hostile(at + 3) })),
    utilities: result.utilities.map((utility, at) => ({ ...utility, title: `${hostile(at)} ${at}` })),
    sources: result.sources.map((source) => ({ ...source, name: `${OVERRIDE}gnp.${HOSTILE_CLASS}` })),
    classes: result.classes.map((_, at) => `${hostile(at)} class ${at}`),
    notes: [...result.notes, ...HOSTILE_TEXTS, "x".repeat(5000)],
  };
  await mkdir(path.join(host.workspace, "strange"));
  await writeFile(path.join(host.workspace, "strange", "compare.json"), JSON.stringify(strange));
  await workbench.explorerItem("strange").click();
  await workbench.contextMenu(workbench.explorerItem("compare.json"), "Open Comparison Result…");
  await workbench.webview().locator('#tab-compare[aria-selected="true"]').waitFor();
  await openPart("matrix");
  await matrix().getByText(HOSTILE_CLASS, { exact: true }).first().waitFor();
  const frame = await inspectorFrame(workbench);
  const found: string[] = [];
  for (const part of PARTS) {
    await openPart(part);
    const harmed = await harm(frame);
    if (harmed !== "") found.push(`${part}: ${harmed}`);
    await workbench.screenshot(`compare-hostile-${part}`);
  }
  assert.deepEqual(found, []);

  await writeFile(path.join(host.workspace, "strange", "compare.json"), "{ \"format\": \"other\" }");
  await workbench.runAndAnswer("InfoMax: Open Comparison Result…", () => pickFile(workbench, host.workspace, path.join(host.workspace, "strange", "compare.json")));
  await workbench.waitForNotification(/it is no result of a comparison/);
  // VS Code writes every error that it shows to the console too.
  for (const error of workbench.consoleErrors.splice(0)) assert.match(error, /it is no result of a comparison/);
  await openPart("matrix");
  await matrix().getByText(HOSTILE_CLASS, { exact: true }).first().waitFor();
  await workbench.runByKeys("Notifications: Clear All Notifications");
});

step("an exported result opens from the palette; another dataset has none, and the first one shows its last one again", async () => {
  const { workbench } = host;
  await workbench.runAndAnswer("InfoMax: Open Comparison Result…", () => pickFile(workbench, host.workspace, exported("compare.json")));
  await openPart("matrix");
  await matrix().getByText(HOSTILE_CLASS, { exact: true }).first().waitFor({ state: "detached" });
  await matrix().getByText("D2 pruning", { exact: true }).first().waitFor();
  await openPart("about");

  await workbench.runAndPickByKeys("InfoMax: Select Dataset…", "reviews.jsonl");
  await workbench.clickNotification(/is not indexed yet/, "Index Dataset");
  await workbench.waitForNotification(/reviews\.jsonl is indexed/, 60_000);
  await openPage(workbench, "compare");
  await page().getByText(EMPTY).waitFor();
  await workbench.runByKeys("InfoMax: Export Comparison…");
  await workbench.waitForNotification(/Nothing has been compared on reviews\.jsonl yet/);
  await rm(exported(), { recursive: true });

  await workbench.runAndPickByKeys("InfoMax: Select Dataset…", "pictures");
  await openPage(workbench, "compare");
  await openPart("matrix");
  assert.equal(await matrix().locator("tbody tr").count(), STRATEGIES.length);
  assert.deepEqual(workbench.consoleErrors, []);
});
