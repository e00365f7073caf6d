/** Nothing important is lost: pins made in every way there is, pruned, reviewed, applied and undone in a real VS Code; one window, the steps in order. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import type { Locator } from "playwright-core";
import { pickNewFile } from "./dialogs.ts";
import { IMAGE_COUNT, PLANTED_IMAGES, writeFixture } from "./fixture.ts";
import type { Host } from "./host.ts";
import { startHost } from "./host.ts";
import { openPage } from "./inspected.ts";
import { eventually, stepsOf } from "./steps.ts";

interface Pin {
  readonly id: string;
  readonly note: string;
}
interface Entry {
  readonly id: string;
  readonly decision: "kept" | "dropped";
  readonly reason: string;
  readonly rule?: string;
}
interface Logged {
  readonly event: string;
  readonly selection?: string;
  readonly note?: string;
  readonly files?: number;
  readonly kept?: number;
}

/** What is protected, by how it comes to be. */
const BY_LENS = "bark/bark-07.png";
const BY_CLUSTER = PLANTED_IMAGES.exact[1];
const BY_EXPLORER = "moss/moss-02.png";
const PINNED_RULE = { name: "late moss", reason: "seen in the field", samples: ["moss/moss-10.png", "moss/moss-11.png"] } as const;
const STANDING_RULE = { name: "late bark", samples: ["bark/bark-10.png", "bark/bark-11.png"] } as const;
/** Samples beyond the protected ones that the budget has room for. */
const ROOM = 2;
const NOTE = "the only one with a shadow";

let host: Host;
/** A folder beside the workspace. */
let outside: string;
/** What is protected by hand so far. */
let pins: string[] = [];
const cleanups: (() => Promise<void>)[] = [];
const step = stepsOf(() => (cleanups.length > 2 ? host.workbench : null));

function inDataset(...parts: readonly string[]): string {
  return path.join(host.workspace, "textures", ...parts);
}

async function jsonLines<T>(...parts: readonly string[]): Promise<T[]> {
  const text = await readFile(inDataset(".infomax", ...parts), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as T);
}

async function pinned(): Promise<string[]> {
  return (await jsonLines<Pin>("protected.jsonl")).map(({ id }) => id);
}

async function eventuallyPinned(ids: Iterable<string>): Promise<void> {
  const expected = [...new Set(ids)].sort().join();
  await eventually("protection file", pinned, (found) => found.join() === expected);
}

/** Name of the dataset's only selection. */
async function selectionName(): Promise<string> {
  const names = (await readdir(inDataset(".infomax", "selections"))).filter((name) => name.endsWith(".jsonl"));
  assert.equal(names.length, 1, names.join());
  return path.basename(names[0], ".jsonl");
}

async function entries(): Promise<Entry[]> {
  return (await jsonLines<Entry>("selections", `${await selectionName()}.jsonl`)).slice(1);
}

async function idsOf(decision: Entry["decision"]): Promise<string[]> {
  return (await entries()).filter((entry) => entry.decision === decision).map(({ id }) => id);
}

/** Every file below a folder but for the work folder, by its POSIX path, with what it holds in hexadecimal. */
async function contents(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const shown = path.relative(folder, file).split(path.sep).join("/");
    if (entry.isFile() && !shown.startsWith(".infomax/")) files.set(shown, (await readFile(file)).toString("hex"));
  }
  return files;
}

/** Answers the question that stands before everything else, once it says what it should. */
async function agree(says: RegExp, button: string): Promise<void> {
  const { dialog } = host.workbench;
  await dialog.filter({ hasText: says }).waitFor();
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Takes the form of an export, or quarantine, from the open list: their names begin with an icon. */
async function pickForm(name: string): Promise<void> {
  await host.workbench.quickInput.locator(".monaco-list-row").filter({ hasText: name }).click({ timeout: 15_000 });
}

/** The inspector's row of the cluster that holds a sample. */
function clusterOf(id: string): Locator {
  return host.workbench.webview().locator(".row").filter({ has: host.workbench.page.locator(`article[aria-label^="${id},"]`) }).first();
}

before(async () => {
  const source = await mkdtemp(path.join(os.tmpdir(), "infomax-protecting-"));
  cleanups.push(() => rm(source, { recursive: true, force: true }));
  await writeFixture(source);
  outside = await mkdtemp(path.join(os.tmpdir(), "infomax-exported-"));
  cleanups.push(() => rm(outside, { recursive: true, force: true }));
  await writeFile(path.join(source, "train.py"), `EPOCHS = 3\nHERO = "textures/${BY_LENS}"\n`);
  await writeFile(path.join(source, "textures", "infomax.json"), JSON.stringify({
    rules: [
      { name: PINNED_RULE.name, action: "protect", reason: PINNED_RULE.reason, when: { path: "moss/moss-1*.png" } },
      { name: STANDING_RULE.name, action: "protect", reason: "asked for by the lab", when: { path: "bark/bark-1*.png" } },
    ],
  }, null, 2));
  host = await startHost({ workspace: source, built: process.env.INFOMAX_BUILT === "1" });
  cleanups.push(() => host.stop());
}, { timeout: 600_000 });
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

step("the rules of infomax.json are in force once the folder is indexed", async () => {
  const { workbench } = host;
  await workbench.paletteTitles("InfoMax: Index Dataset");
  await workbench.runAndAnswer("InfoMax: Index Dataset", () => workbench.pick("textures"));
  await workbench.waitForNotification(/textures is indexed/, 60_000);
  await workbench.statusBarItem(/textures · 26 samples · 2 clusters · protected 4/).waitFor();
  assert.deepEqual(await pinned(), []);
});

step("Protect above a path in Python code pins the image", async () => {
  const { workbench } = host;
  await workbench.openFile("train.py");
  await (await workbench.codeLens("HERO", "Protect")).click();
  pins = [BY_LENS];
  await eventuallyPinned(pins);
  await workbench.codeLens("HERO", "Protected");
});

step("Protect on a card of a duplicate cluster pins the copy", async () => {
  const { workbench } = host;
  await workbench.runCommand("InfoMax: Open Inspector");
  await openPage(workbench, "clusters");
  await clusterOf(BY_CLUSTER).getByRole("button", { name: `Protect ${BY_CLUSTER}`, exact: true }).click();
  pins = [...pins, BY_CLUSTER];
  await eventuallyPinned(pins);
  await clusterOf(BY_CLUSTER).getByRole("button", { name: `Unprotect ${BY_CLUSTER}`, exact: true }).waitFor();
});

step("Protect Sample in the Explorer's menu pins a file", async () => {
  const { workbench } = host;
  await workbench.explorerItem("textures").click();
  await workbench.explorerItem("moss").click();
  const image = workbench.explorerItem("moss-02.png");
  await workbench.contextMenu(image, "Protect Sample");
  pins = [...pins, BY_EXPLORER];
  await eventuallyPinned(pins);
  await image.locator('.monaco-decoration-badge[aria-label*="protected"]').waitFor();
  await workbench.explorerItem("moss").click(); // The tree of decisions is to have room.
});

step("Pin Samples of Rule in the tree of decisions writes the rule's samples into the file; the other rule stays a rule", async () => {
  const { workbench } = host;
  const { page } = workbench;
  await page.locator(".pane-header").filter({ hasText: /Decisions/i }).first().click();
  const rows = page.locator(".pane").filter({ has: page.locator(".pane-header", { hasText: /Decisions/i }) }).locator(".monaco-list-row");
  await rows.filter({ hasText: "Protected" }).filter({ hasText: String(pins.length) }).first().waitFor();
  // The rules come last.
  await rows.first().click();
  await page.keyboard.press("End");
  const rule = rows.filter({ hasText: PINNED_RULE.name }).filter({ hasText: "protects 2 samples" }).first();
  await rows.filter({ hasText: STANDING_RULE.name }).filter({ hasText: "protects 2 samples" }).first().waitFor();
  await workbench.contextMenu(rule, "Pin Samples of Rule");
  await agree(/Protect 2 samples by hand/, "Pin");
  pins = [...pins, ...PINNED_RULE.samples];
  await eventuallyPinned(pins);
  const noted = (await jsonLines<Pin>("protected.jsonl")).filter(({ note }) => note !== "");
  assert.deepEqual(noted.map(({ id, note }) => [id, note]), PINNED_RULE.samples.map((id) => [id, `rule ${PINNED_RULE.name}: ${PINNED_RULE.reason}`]));
});

step("a lasso on the map chooses points, and Protect pins them all", async () => {
  const { workbench } = host;
  const { mouse } = workbench.page;
  const inspector = workbench.webview();
  await openPage(workbench, "map");
  await inspector.locator(".map-counts").getByText(`${IMAGE_COUNT} samples`, { exact: true }).waitFor();
  await inspector.getByRole("button", { name: /^Choose with a lasso/ }).click();
  const box = await inspector.locator("canvas.map-canvas").boundingBox();
  assert.ok(box !== null);
  // The map is shown whole, from its leftmost point to its rightmost.
  const [left, right, top, bottom] = [box.x + 2, box.x + 0.4 * box.width, box.y + 2, box.y + box.height - 2];
  await mouse.move(left, top);
  await mouse.down();
  for (const [x, y] of [[right, top], [right, bottom], [left, bottom]]) await mouse.move(x, y, { steps: 8 });
  await mouse.up();
  const bar = inspector.locator(".selection-bar");
  const count = Number.parseInt(await bar.locator(".count").innerText(), 10);
  await workbench.screenshot("protecting-lasso");
  await bar.locator("vscode-button").getByText("List Them", { exact: true }).click();
  await inspector.getByText(`${count} of ${IMAGE_COUNT} samples`).waitFor();
  const tiles = inspector.locator(".page.samples .tile:not(.pending)");
  await eventually("the tiles of the chosen", () => tiles.count(), (shown) => shown === count);
  const lassoed = await tiles.evaluateAll((all: readonly { readonly title: string }[]) => all.map(({ title }) => title));
  await bar.locator("vscode-button").getByText("Protect", { exact: true }).click();
  const before = pins.length;
  pins = [...new Set([...pins, ...lassoed])];
  assert.ok(pins.length > before, "the lasso has chosen more than was pinned before");
  await eventuallyPinned(pins);
});

step("Prune Dataset refuses a budget below what is protected, and keeps all of it at one just above", async () => {
  const { workbench } = host;
  const protectedIds = [...new Set([...pins, ...STANDING_RULE.samples])];
  const budget = protectedIds.length + ROOM;
  await workbench.statusBarItem(new RegExp(`protected ${protectedIds.length}\\b`)).waitFor();
  await workbench.runAndAnswer("InfoMax: Prune Dataset…", async () => {
    await workbench.quickInput.locator("input").first().fill(String(protectedIds.length - 1));
    await workbench.quickInput.getByText(new RegExp(`${protectedIds.length} .*protected`)).waitFor();
    await workbench.answer(String(budget));
  });
  assert.match(await workbench.waitForNotification(new RegExp(`Kept ${budget} of ${IMAGE_COUNT} samples`), 60_000), new RegExp(`\\(${protectedIds.length} protected\\)`));
  const all = await entries();
  assert.equal(all.length, IMAGE_COUNT);
  const kept = all.filter(({ decision }) => decision === "kept");
  assert.equal(kept.length, budget);
  assert.deepEqual(kept.filter(({ reason }) => reason === "protected").map(({ id }) => id), [...protectedIds].sort());
  assert.equal(kept.filter(({ reason }) => reason === "chosen").length, ROOM);
  const byRule: readonly string[] = STANDING_RULE.samples.filter((id) => !pins.includes(id));
  for (const { id, rule } of kept) assert.equal(rule, byRule.includes(id) ? STANDING_RULE.name : undefined, id);
});

step("Keep… on a sample that the review lists as dropped pins it with its note; pruned again, the selection is approved", async () => {
  const { workbench } = host;
  const inspector = workbench.webview();
  await workbench.clearNotifications();
  const [flipped] = await idsOf("dropped");
  await openPage(workbench, "review");
  const review = inspector.locator(".page.review");
  await review.getByRole("searchbox").fill(flipped);
  // A new list would close the form of the old one.
  await review.locator(".samples-count").getByText("1 sample", { exact: true }).waitFor();
  const row = review.locator(".review-row").filter({ has: workbench.page.locator(`.entry-go[title="${flipped}"]`) });
  await row.getByRole("button", { name: `Keep… ${flipped}: protects it`, exact: true }).click();
  await row.getByRole("textbox", { name: /^Note/ }).fill(NOTE);
  await row.locator("vscode-button").getByText("Protect", { exact: true }).click();
  pins = [...pins, flipped];
  await eventuallyPinned(pins);
  assert.equal((await jsonLines<Pin>("protected.jsonl")).find(({ id }) => id === flipped)?.note, NOTE);

  await review.getByText("1 decision since contradicts it: prune again.").waitFor();
  await workbench.screenshot("protecting-review");
  await review.locator("vscode-button").getByText("Prune Again", { exact: true }).click();
  await eventually("the selection follows", entries, (all) => all.some(({ id, decision, reason }) => id === flipped && decision === "kept" && reason === "protected"));
  await review.getByText(/contradicts it/).waitFor({ state: "hidden" });

  await review.locator("vscode-button").getByText("Approve…", { exact: true }).click();
  const form = review.getByRole("group", { name: /^Approve “/ });
  await form.getByRole("textbox").fill("looked through");
  await form.locator("vscode-button").getByText("Approve", { exact: true }).click();
  await review.getByText(/^Approved on .*“looked through”/).waitFor();
  const selection = await selectionName();
  assert.deepEqual((await jsonLines<Logged>("audit.jsonl")).map(({ event, selection: of, note }) => [event, of, note]), [
    ["selected", selection, undefined], ["selected", selection, undefined], ["approved", selection, "looked through"],
  ]);
});

step("Apply Selection copies what is kept into a folder outside, byte for byte", async () => {
  const { workbench } = host;
  const before = await contents(inDataset());
  const kept = await idsOf("kept");
  const out = path.join(outside, "kept");
  const selection = await selectionName();
  await workbench.runAndAnswer("InfoMax: Apply Selection…", async () => {
    await pickForm("Copy the Kept Samples");
    await pickNewFile(workbench, `textures-${selection}`, out);
  });
  await agree(new RegExp(`the ${kept.length} samples that .* copied into a new folder`), "Export");
  await workbench.waitForNotification(/is exported to kept/);
  const copied = await contents(out);
  assert.deepEqual(kept.map((id) => copied.get(id)), kept.map((id) => before.get(id)));
  assert.deepEqual([...copied.keys()].filter((file) => /\.(png|jpg)$/.test(file)).sort(), kept);
  assert.deepEqual(await contents(inDataset()), before);
});

step("Apply Selection moves what is dropped to quarantine, and Undo Quarantine brings all of it back, byte for byte", async () => {
  const { workbench } = host;
  const before = await contents(inDataset());
  const dropped = await idsOf("dropped");
  await workbench.clearNotifications();
  await workbench.runAndAnswer("InfoMax: Apply Selection…", () => pickForm("Quarantine the Dropped Files"));
  await workbench.dialog.getByText(/Nothing is copied or deleted; a journal is written first/).waitFor();
  await workbench.screenshot("protecting-quarantine");
  await agree(new RegExp(`drops ${dropped.length} samples`), "Move to Quarantine");
  assert.match(await workbench.waitForNotification(/lie in quarantine/), new RegExp(`^${dropped.length} files .* lie in quarantine, ${dropped.length} verified. Nothing was deleted.`));
  const left = await contents(inDataset());
  assert.deepEqual(left, new Map([...before].filter(([file]) => !dropped.includes(file))));
  const [operation] = await readdir(inDataset(".infomax", "quarantine"));
  const moved = await contents(inDataset(".infomax", "quarantine", operation, "files"));
  assert.deepEqual(dropped.map((id) => moved.get(id)), dropped.map((id) => before.get(id)));

  await workbench.clearNotifications();
  const selection = await selectionName();
  await workbench.runAndAnswer("InfoMax: Undo Quarantine…", async () => {
    await workbench.pick(selection);
    await workbench.pick(`Move All ${dropped.length} Back`);
  });
  await agree(new RegExp(`Move ${dropped.length} files back`), "Move Back");
  assert.equal(await workbench.waitForNotification(/back where they were/), `${dropped.length} files are back where they were, ${dropped.length} verified.`);
  assert.deepEqual(await contents(inDataset()), before);
});

step("the audit log tells all of it, no pin was lost on the way, and nothing went wrong", async () => {
  const kept = (await idsOf("kept")).length;
  const dropped = IMAGE_COUNT - kept;
  const log = await jsonLines<Logged>("audit.jsonl");
  assert.deepEqual(log.map(({ event }) => event), ["selected", "selected", "approved", "exported", "quarantined", "restored"]);
  assert.deepEqual([log[3].kept, log[4].files, log[5].files], [kept, dropped, dropped]);
  const told = execFileSync(process.execPath, [path.join(host.extension, "dist", "cli.cjs"), "audit", inDataset(), "--cache", path.join(outside, "cache")], { encoding: "utf8" });
  assert.match(told, /The chain of 6 entries is whole/);
  await eventuallyPinned(pins);
  assert.deepEqual(host.workbench.consoleErrors, []);
});
