/** The main job as a user does it, in a real VS Code with the packaged extension: one window, the steps in order. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { IMAGE_COUNT, PLANTED_IMAGES, PLANTED_TEXTS, records, TEXT_COUNT, writeFixture, writeRecords } from "./fixture.ts";
import type { Host } from "./host.ts";
import { startHost } from "./host.ts";
import { eventually, stepsOf } from "./steps.ts";

/** The aim is 50 ms; a shared machine is allowed more, but not the loading of an engine. */
const MAX_ACTIVATION_MS = 1000;
const LARGE_COUNT = 40_000;

let host: Host;
const cleanups: (() => Promise<void>)[] = [];

const step = stepsOf(() => (cleanups.length > 1 ? host.workbench : null));

async function jsonLines<T>(file: string): Promise<T[]> {
  return (await readFile(file, "utf8")).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as T);
}

async function protectedIds(dataset: string): Promise<string[]> {
  return (await jsonLines<{ id: string }>(path.join(host.workspace, dataset, ".infomax", "protected.jsonl"))).map(({ id }) => id);
}

/** The kept ids of a dataset's only selection. */
async function keptIds(dataset: string): Promise<string[]> {
  const folder = path.join(host.workspace, dataset, ".infomax", "selections");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ids.txt"));
  assert.equal(files.length, 1, files.join());
  return (await readFile(path.join(folder, files[0]), "utf8")).trim().split("\n");
}

/** The inspector's row of the cluster that holds a sample. */
function clusterOf(id: string): Locator {
  const card = host.workbench.page.locator(`article[aria-label^="${id},"]`);
  return host.workbench.webview().locator(".row").filter({ has: card }).first();
}

before(async () => {
  const source = await mkdtemp(path.join(os.tmpdir(), "infomax-workspace-"));
  cleanups.push(() => rm(source, { recursive: true, force: true }));
  await writeFixture(source);
  host = await startHost({ workspace: source });
  cleanups.push(() => host.stop());
}, { timeout: 600_000 });
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

step("Index Dataset reads a folder of images and reports the planted duplicates", async () => {
  const { workbench } = host;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.runAndAnswer("InfoMax: Index Dataset", () => workbench.pick("textures"));
  const message = await workbench.waitForNotification(/textures is indexed/, 60_000);
  assert.equal(message, `textures is indexed: ${IMAGE_COUNT} samples; 1 exact duplicate and 1 near-duplicate in 2 clusters.`);
  await workbench.statusBarItem(/textures · 26 samples · 2 clusters · protected 0/).waitFor();
});

step("the inspector shows the planted pairs side by side, with their pictures", async () => {
  const { workbench } = host;
  await workbench.clickNotification(/textures is indexed/, "Open Inspector");
  const inspector = workbench.webview();
  await inspector.getByText("2 clusters, 2 samples beyond the first").waitFor();
  for (const pair of Object.values(PLANTED_IMAGES)) {
    const row = clusterOf(pair[0]);
    const cards = row.locator("article");
    assert.deepEqual((await cards.locator(".place").allInnerTexts()).sort(), pair.map((id) => path.posix.basename(id)).sort());
    await host.workbench.waitForPictures(cards);
  }
  assert.equal(await clusterOf(PLANTED_IMAGES.exact[0]).getByText("exact", { exact: true }).count(), 1);
  assert.equal(await clusterOf(PLANTED_IMAGES.near[0]).getByText("exact", { exact: true }).count(), 0);
  await host.workbench.bothThemes("clusters");
});

step("Protect on a card of a cluster pins that sample", async () => {
  const [, copy] = PLANTED_IMAGES.exact;
  await host.workbench.webview().getByRole("button", { name: `Protect ${copy}`, exact: true }).click();
  await eventually("protection file", () => protectedIds("textures"), (ids) => ids.length === 1 && ids[0] === copy);
  await host.workbench.webview().getByRole("button", { name: `Unprotect ${copy}`, exact: true }).waitFor();
  await host.workbench.statusBarItem(/textures · 26 samples · 2 clusters · protected 1/).waitFor();
});

step("the budget page draws the curve and prunes to a budget", async () => {
  const { workbench } = host;
  const inspector = workbench.webview();
  await inspector.getByRole("tab", { name: "Budget" }).click();
  await inspector.locator(".curve-figure > .legend").getByText("Random subset").waitFor();
  const field = inspector.getByRole("textbox", { name: /Budget/ });
  await field.fill("0");
  // A control shows its new state in the next frame.
  const prune = inspector.getByRole("button", { name: "Prune to This Budget" });
  await eventually("no budget of 0 can be pruned to", () => prune.isDisabled(), (disabled) => disabled);
  await field.fill("50%");
  await prune.click();
  await inspector.getByText("Selection “").first().waitFor();
  await host.workbench.bothThemes("budget");
  const ids = await keptIds("textures");
  assert.equal(ids.length, IMAGE_COUNT / 2);
  const [original, copy] = PLANTED_IMAGES.exact;
  assert.ok(ids.includes(copy) && !ids.includes(original), "the protected duplicate is kept, its original is not");
});

step("a strategy is drawn beside the curve when it is ticked, in whatever measure is shown", async () => {
  const inspector = host.workbench.webview();
  const legend = inspector.locator(".curve-figure > .legend li");
  const lines = inspector.locator("svg.curve path.line");
  const names = async (): Promise<string[]> => (await legend.locator("span:not(.swatch)").allInnerTexts()).filter((text) => !/of the classes/.test(text));
  assert.deepEqual([await names(), await lines.count()], [["InfoMax", "Random subset"], 2]);
  await inspector.getByText("Compare with other strategies").click();
  await inspector.getByRole("checkbox", { name: "k-center greedy" }).click();
  await legend.getByText("k-center greedy").waitFor();
  await inspector.getByRole("checkbox", { name: "Facility location" }).click();
  await legend.getByText("Facility location").waitFor();
  assert.equal(await lines.count(), 4);

  await inspector.getByRole("combobox", { name: "What the curve shows" }).click();
  await inspector.getByRole("option", { name: "Coverage of the dropped" }).click();
  await inspector.locator("figcaption").getByText("how close their keepers are").waitFor();
  assert.deepEqual(await names(), ["InfoMax", "k-center greedy", "Facility location"]);
  assert.equal(await lines.count(), 3);
  await inspector.locator("svg.curve").hover();
  assert.match(await inspector.locator(".tip:visible").innerText(), /kept[^]*InfoMax[^]*%[^]*k-center greedy[^]*%/);
  await host.workbench.bothThemes("strategies");

  await inspector.getByRole("checkbox", { name: "Facility location" }).click();
  await eventually("legend", names, (texts) => texts.join() === "InfoMax,k-center greedy");
});

step("Protect Sample in the Explorer's menu pins an image and badges it", async () => {
  const { workbench } = host;
  await workbench.explorerItem("textures").click();
  await workbench.explorerItem("moss").click();
  const image = workbench.explorerItem("moss-02.png");
  await workbench.contextMenu(image, "Protect Sample");
  await eventually("protection file", () => protectedIds("textures"), (ids) => ids.length === 2 && ids.includes("moss/moss-02.png"));
  await image.locator('.monaco-decoration-badge[aria-label*="protected"]').waitFor();
  await workbench.screenshot("explorer-protected");
});

step("Prune Dataset keeps the budget, and the protected samples whatever the budget", async () => {
  const { workbench } = host;
  await workbench.runAndAnswer("InfoMax: Select Dataset…", () => workbench.pick("reviews.jsonl"));
  await workbench.clickNotification(/reviews\.jsonl is not indexed/, "Index Dataset");
  await workbench.waitForNotification(/reviews\.jsonl is indexed: 30 samples; 1 exact duplicate/, 60_000);

  const [original, copy] = PLANTED_TEXTS.exact;
  await workbench.openFile("reviews.jsonl");
  await workbench.codeLens(`"${copy}"`, "exact duplicate of line 5");
  await (await workbench.codeLens(`"${copy}"`, "Protect")).click();
  await eventually("protection file", () => protectedIds("."), (ids) => ids.length === 1 && ids[0] === copy);
  await workbench.codeLens(`"${copy}"`, "Protected");

  await workbench.runAndAnswer("InfoMax: Prune Dataset…", () => workbench.answer("10"));
  const message = await workbench.waitForNotification(/Kept 10 of 30 samples/, 60_000);
  assert.match(message, /\(1 protected\)/);

  const ids = await keptIds(".");
  assert.equal(ids.length, 10);
  assert.ok(ids.includes(copy), "the protected sample is kept");
  assert.ok(!ids.includes(original), "its duplicate is not");
  const [header, ...rows] = await jsonLines<Record<string, unknown>>(path.join(host.workspace, ".infomax", "selections", "reviews-10.jsonl"));
  assert.equal(header.kept, 10);
  assert.equal(rows.length, TEXT_COUNT);
  assert.deepEqual(rows.filter(({ decision }) => decision === "kept").map(({ id }) => id), ids);
  const { decision, reason, keeper } = rows.find(({ id }) => id === original) ?? {};
  assert.deepEqual({ decision, reason, keeper }, { decision: "dropped", reason: "duplicate", keeper: copy });
  await workbench.codeLens(`"${original}"`, "dropped: ");
  await workbench.screenshot("jsonl-marks");
});

step("Extend Selection keeps all of an earlier selection and adds to it", async () => {
  const { workbench } = host;
  await workbench.runAndAnswer("InfoMax: Extend Selection…", async () => {
    await workbench.pick("reviews-10");
    await workbench.quickInput.getByText("the 10 of “reviews-10”, and 2 more").waitFor();
    await workbench.quickInput.locator("input").first().fill("10");
    await workbench.quickInput.getByText("10 samples stay and count").waitFor();
    await workbench.answer("14");
  });
  assert.match(await workbench.waitForNotification(/Kept 14 of 30 samples/, 60_000), /\(1 protected, 9 kept before\).*“reviews-14”: its objective is .*the best possible/);
  const ids = async (name: string): Promise<string[]> => (await readFile(path.join(host.workspace, ".infomax", "selections", `${name}.ids.txt`), "utf8")).trim().split("\n");
  const grown = await ids("reviews-14");
  assert.equal(grown.length, 14);
  assert.deepEqual((await ids("reviews-10")).filter((id) => !grown.includes(id)), []);
});

step("a killed engine is reported, VS Code stays responsive, and the next command works", async () => {
  const { workbench } = host;
  await writeRecords(path.join(host.workspace, "large.jsonl"), records(LARGE_COUNT, 11));
  await workbench.clearNotifications();
  await workbench.contextMenu(workbench.explorerItem("large.jsonl"), "Index Dataset");
  const [pid] = await eventually("engine", () => host.enginePids(), (pids) => pids.length === 1);
  await workbench.statusBarItem(/large\.jsonl: (?!not indexed)/).waitFor({ timeout: 60_000 });
  const busy = await workbench.responseTime();
  process.kill(pid, "SIGKILL");
  await workbench.waitForNotification(/The InfoMax engine stopped/);
  // VS Code writes every error that it shows to the console too.
  assert.match(workbench.consoleErrors.splice(0).join("\n"), /^The InfoMax engine stopped[^\n]*$/);
  await sleep(500);
  await workbench.screenshot("engine-killed");
  const idle = await workbench.responseTime();
  console.log(`palette: ${busy.toFixed(0)} ms while indexing, ${idle.toFixed(0)} ms after the kill`);
  assert.ok(busy < 10_000 && idle < 10_000);

  await workbench.runCommand("InfoMax: Index Dataset");
  await workbench.waitForNotification(/large\.jsonl is indexed: 40,000 samples/, 150_000);
  await workbench.page.locator(".codelens-decoration").first().waitFor({ state: "hidden" }); // of the dataset that was left
  const after = host.enginePids();
  assert.equal(after.length, 1);
  assert.notEqual(after[0], pid);
});

step("activation is quick, and nothing went wrong on the way", async () => {
  const milliseconds = await host.workbench.activationTime("InfoMax Inspector");
  console.log(`activation: ${milliseconds} ms`);
  assert.ok(milliseconds < MAX_ACTIVATION_MS);
  assert.deepEqual(host.workbench.consoleErrors, []);
});
