import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { resolveConfig } from "../../core/config.ts";
import { testFolder } from "../../core/dataset/folder.fixture.ts";
import { CancelledError, InfomaxError } from "../../core/errors.ts";
import { buildIndex } from "../../core/indexing/buildIndex.ts";
import { writeAllPins } from "../../core/store/protectionFile.ts";
import { writeSelection, type SelectionEntry } from "../../core/store/selectionFile.ts";
import type { ApplyPlan, ApplyResult, ExportForm } from "../../protocol/apply.ts";
import type { DatasetOptions } from "../../protocol/dataset.ts";
import { LoadedDataset } from "../loadedDataset.ts";
import type { RequestContext } from "../service.ts";
import { SYSTEM, type ExportHost } from "./exportPlan.ts";
import { exportSelection, planExport } from "./exportSelection.ts";

async function png(seed: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="hsl(${seed * 47},60%,50%)"/><circle cx="${4 + (seed * 5) % 24}" cy="${28 - (seed * 3) % 24}" r="${3 + seed % 9}" fill="white"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

async function pictures(names: readonly string[]): Promise<Record<string, Buffer>> {
  return Object.fromEntries(await Promise.all(names.map(async (name, i) => [name, await png(i)] as const)));
}

const NAMES = ["train/cat/1.png", "train/cat/2.png", "train/dog/\u00e9 \u65e5.png", "train/dog/4.png", "test/cat/5.png", "test/dog/6.png"];

interface Bench {
  readonly root: string;
  readonly dataset: string;
  readonly loaded: LoadedDataset;
  readonly out: string;
  readonly plan: (form?: ExportForm, host?: Partial<ExportHost>, out?: string) => Promise<ApplyPlan>;
  readonly run: (form?: ExportForm, context?: RequestContext, out?: string) => Promise<ApplyResult>;
}

/** A dataset with a selection "v" that keeps what `keeps` says. */
async function bench(t: TestContext, root: string, dataset: string, keeps: (id: string, row: number) => boolean, options: DatasetOptions, change: (entry: SelectionEntry) => SelectionEntry = (entry) => entry): Promise<Bench> {
  const index = await buildIndex(dataset, resolveConfig(root, {}, options, true), testFolder(t));
  const loaded = await LoadedDataset.create(index, "v");
  t.after(() => loaded.close());
  const entries = index.dataset.ids.map((id, row) => change({
    id, importance: 1, digest: loaded.digestHex(row), ...(keeps(id, row) ? { decision: "kept", reason: "chosen" } as const : { decision: "dropped", reason: "redundant", keeper: id, similarity: 1 } as const),
  }));
  const kept = entries.filter(({ decision }) => decision === "kept").length;
  await writeSelection(index.dataset.root, {
    header: { name: "v", dataset: dataset === root ? "." : path.basename(dataset), datasetDigest: index.datasetDigest, samples: entries.length, requestedBudget: "50%", kept, objective: 1, bound: 1, config: {}, unreadable: 0 }, entries,
  });
  const out = path.join(testFolder(t), "out");
  const params = (form: ExportForm, place: string): Parameters<typeof planExport>[1] => ({ dataset, trusted: true, form, out: place, selection: "v" });
  const plan = (form: ExportForm = "copy", host: Partial<ExportHost> = {}, place = out): Promise<ApplyPlan> => planExport(loaded, params(form, place), {}, { ...SYSTEM, ...host });
  return {
    root, dataset, loaded, out, plan,
    run: async (form = "copy", context = {}, place = out) => exportSelection(loaded, { ...params(form, place), plan: (await plan(form, {}, place)).digest }, context),
  };
}

async function imageBench(t: TestContext, names = NAMES, keeps = (_id: string, row: number): boolean => row % 2 === 0): Promise<Bench> {
  const root = fs.realpathSync(testFolder(t, await pictures(names)));
  return bench(t, root, root, keeps, { encoder: "perceptual" });
}

function filesIn(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/")).sort();
}

const OWN = ["load_with_datasets.py", "load_with_torch.py", "manifest.json", "v.ids.txt"];
const refused = (code: string, pattern: RegExp) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, pattern);
  return true;
};

/** Nothing of an export is left beside its place. */
function nothingLeft({ out }: Bench): void {
  assert.deepEqual(fs.readdirSync(path.dirname(out)), []);
}

test("kept images are copied to their own paths, verified, listed with digests, and written into the audit log", async (t) => {
  const b = await imageBench(t);
  const kept = b.loaded.index.dataset.ids.filter((_, row) => row % 2 === 0);
  const plan = await b.plan();
  assert.deepEqual([plan.problems, plan.files, fs.existsSync(b.out)], [[], kept.length + 4, false]);
  const result = await b.run();
  assert.deepEqual(filesIn(b.out), [...kept, ...OWN].sort());
  for (const file of kept) assert.ok(fs.readFileSync(path.join(b.out, file)).equals(fs.readFileSync(path.join(b.root, file))), file);
  assert.deepEqual([result.files, result.verified, result.operation, result.out], [kept.length + 4, kept.length + 4, null, b.out]);
  assert.equal(fs.readFileSync(path.join(b.out, "v.ids.txt"), "utf8"), fs.readFileSync(path.join(b.root, ".infomax", "selections", "v.ids.txt"), "utf8"));
  const manifest = JSON.parse(fs.readFileSync(path.join(b.out, "manifest.json"), "utf8")) as { selection: string; selectionSha256: string; kept: number; files: { path: string; bytes: number; sha256: string }[] };
  assert.deepEqual([manifest.selection, manifest.kept, manifest.files.map((file) => file.path)], ["v", kept.length, filesIn(b.out).filter((file) => file !== "manifest.json")]);
  for (const { path: file, bytes, sha256 } of manifest.files) {
    const content = fs.readFileSync(path.join(b.out, file));
    assert.deepEqual([content.length, createHash("sha256").update(content).digest("hex")], [bytes, sha256], file);
  }
  const log = JSON.parse(fs.readFileSync(path.join(b.root, ".infomax", "audit.jsonl"), "utf8").trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
  assert.deepEqual([log["event"], log["form"], log["kept"], log["files"], log["sha256"]], ["exported", "copy", kept.length, result.files, manifest.selectionSha256]);
  // The same export again gives the same bytes.
  const again = path.join(path.dirname(b.out), "again");
  await b.run("copy", {}, again);
  for (const file of filesIn(b.out)) assert.ok(fs.readFileSync(path.join(b.out, file)).equals(fs.readFileSync(path.join(again, file))), file);
});

test("hard links are second names of the same files; other disks are refused beforehand", async (t) => {
  const b = await imageBench(t);
  const other = await b.plan("hardlink", { deviceOf: (folder) => Promise.resolve(folder === b.root ? 1 : 2) });
  assert.match(other.problems.join(), /another disk/);
  await b.run("hardlink");
  const [file] = b.loaded.index.dataset.ids;
  assert.equal(fs.statSync(path.join(b.out, file)).ino, fs.statSync(path.join(b.root, file)).ino);
});

test("links in the dataset are exported as the files that they lead to; one that leads out by now is refused", async (t) => {
  const root = fs.realpathSync(testFolder(t, await pictures(["a/1.png", "a/2.png"])));
  fs.symlinkSync("1.png", path.join(root, "a", "link.png"));
  const b = await bench(t, root, root, () => true, { encoder: "perceptual" });
  assert.match((await b.plan()).statement.join(" "), /1 link in the dataset/);
  for (const form of ["copy", "hardlink"] as const) {
    const out = path.join(path.dirname(b.out), form);
    await b.run(form, {}, out);
    assert.ok(fs.lstatSync(path.join(out, "a", "link.png")).isFile());
    assert.ok(fs.readFileSync(path.join(out, "a", "link.png")).equals(fs.readFileSync(path.join(root, "a", "1.png"))));
  }
  const stranger = testFolder(t, { "1.png": fs.readFileSync(path.join(root, "a", "1.png")) });
  fs.rmSync(path.join(root, "a", "link.png"));
  fs.symlinkSync(path.join(stranger, "1.png"), path.join(root, "a", "link.png"));
  for (const form of ["copy", "hardlink", "parquet"] as const) {
    const out = path.join(path.dirname(b.out), `${form}-2`);
    await assert.rejects(b.run(form, {}, out), refused("outside-root", /outside/), form);
    assert.equal(fs.readdirSync(path.dirname(b.out)).some((name) => name.startsWith(`${form}-2`)), false);
  }
});

test("what changed, went or was decided since the selection is refused and named, and nothing is written", async (t) => {
  const b = await imageBench(t);
  const { ids } = b.loaded.index.dataset;
  const pin = (row: number): Map<string, { id: string; digest: string; note: string; since: string }> => new Map([[ids[row], { id: ids[row], digest: b.loaded.digestHex(row), note: "", since: "" }]]);
  await writeAllPins(b.root, new Map([["protected", pin(1)], ["excluded", pin(2)]]));
  const { problems } = await b.plan();
  assert.equal(problems.length, 2);
  assert.ok(problems[0].includes(ids[1]) && /protected by now: prune again/.test(problems[0]), problems[0]);
  assert.ok(problems[1].includes(ids[2]) && /excluded by now: prune again/.test(problems[1]), problems[1]);
  await assert.rejects(b.run(), refused("cannot-apply", /protected by now/));
  nothingLeft(b);

  const changed = await imageBench(t, NAMES, (_, row) => row < 3);
  await fs.promises.rename(path.join(changed.root, ".infomax"), path.join(changed.root, ".old"));
  const altered = await bench(t, changed.root, changed.root, (_, row) => row < 3, { encoder: "perceptual" }, (entry) => (entry.id === ids[0] ? { ...entry, digest: "0".repeat(16) } : entry));
  assert.match((await altered.plan()).problems.join(), new RegExp(`${ids[0]} has changed since`));
  const gone = await bench(t, changed.root, changed.root, () => true, { encoder: "perceptual" }, (entry) => (entry.id === ids[0] ? { ...entry, id: "gone.png" } : entry));
  const plan = await gone.plan();
  assert.match(plan.problems.join(), /gone\.png is not in the dataset any more: prune again/);
  assert.match(plan.statement.join(" "), /1 sample came after the selection was made/);
  const droppedAndGone = await bench(t, changed.root, changed.root, (_, row) => row !== 0, { encoder: "perceptual" }, (entry) => (entry.id === ids[0] ? { ...entry, id: "gone.png" } : entry));
  assert.deepEqual((await droppedAndGone.plan()).problems, []);

  // Protected and unknown to the selection: it must not be left out with a note alone.
  await writeAllPins(changed.root, new Map([["protected", pin(0)]]));
  assert.deepEqual((await droppedAndGone.plan()).problems, [`${ids[0]} is protected and came after the selection was made: prune again.`]);
});

test("a selection that a merge left with two decisions on one sample is refused", async (t) => {
  const b = await imageBench(t);
  const file = path.join(b.root, ".infomax", "selections", "v.jsonl");
  const kept = fs.readFileSync(file, "utf8").split("\n").find((line) => line.includes('"kept"') && line.includes('"reason"')) ?? "";
  fs.appendFileSync(file, `${kept.replace('"kept"', '"dropped"').replace('"chosen"', '"redundant"')}\n`);
  assert.match((await b.plan()).problems.join(), /says that it keeps 3 samples, and its lines keep 2/);
  await assert.rejects(b.run(), refused("cannot-apply", /its lines keep 2/));
});

test("a file that is rewritten under its old time stamp is found by its content", async (t) => {
  const b = await imageBench(t);
  const file = path.join(b.root, b.loaded.index.dataset.ids[0]);
  const { atime, mtime, size } = fs.statSync(file);
  fs.writeFileSync(file, Buffer.alloc(size, 1));
  fs.utimesSync(file, atime, mtime);
  for (const form of ["copy", "hardlink", "parquet"] as const) await assert.rejects(b.run(form), refused("cannot-apply", /content has changed/));
  nothingLeft(b);
});

test("the place must be free, outside of the dataset or hidden from its scan, and large enough", async (t) => {
  const b = await imageBench(t);
  const problem = async (out: string): Promise<string> => (await b.plan("copy", {}, out)).problems.join(" ");
  assert.match(await problem(path.join(b.root, "train", "out")), /become a part/);
  assert.equal(await problem(path.join(b.root, ".pruned")), "");
  fs.mkdirSync(path.join(b.root, ".hidden"));
  assert.equal(await problem(path.join(b.root, ".hidden", "out")), "");
  fs.symlinkSync(b.root, path.join(path.dirname(b.out), "way-in"));
  assert.match(await problem(path.join(path.dirname(b.out), "way-in", "out")), /become a part/);
  assert.match(await problem(path.join(b.out, "deeper")), /no folder .*make it first/);
  fs.mkdirSync(b.out);
  assert.equal(await problem(b.out), "");
  fs.writeFileSync(path.join(b.out, "mine"), "");
  assert.match(await problem(b.out), /not empty: nothing is overwritten/);
  assert.match(await problem(path.join(b.out, "mine")), /no folder: nothing is overwritten/);
  const full = await b.plan("copy", { freeBytes: () => Promise.resolve(1000) }, path.join(path.dirname(b.out), "new"));
  assert.match(full.problems.join(), /room for 1 kB/);
  assert.equal(full.freeBytes, 1000);
  await assert.rejects(b.plan("copy", {}, "relative"), refused("bad-argument", /absolute/));
});

test("names that the target takes for one are refused, and both named; where it tells them apart they are exported", async (t) => {
  if (process.platform !== "linux") return;
  const b = await imageBench(t, ["a/Cat.png", "a/cat.png", "b/x.png"], () => true);
  const clash = await b.plan("copy", { folding: () => Promise.resolve({ case: true, unicode: true }) });
  assert.match(clash.problems.join(), /a\/Cat\.png and a\/cat\.png would get one name/);
  assert.deepEqual((await b.plan("parquet", { folding: () => Promise.resolve({ case: true, unicode: true }) })).problems, []);
  await b.run();
  assert.deepEqual(filesIn(path.join(b.out, "a")), ["Cat.png", "cat.png"]);
});

test("another plan than the one that was agreed to is refused", async (t) => {
  const b = await imageBench(t);
  const { digest } = await b.plan();
  assert.equal((await b.plan()).digest, digest);
  await assert.rejects(exportSelection(b.loaded, { dataset: b.dataset, trusted: true, form: "parquet", out: b.out, selection: "v", plan: digest }, {}), refused("cannot-apply", /plan has changed/));
  const file = path.join(b.root, ".infomax", "selections", "v.jsonl");
  fs.writeFileSync(file, `${fs.readFileSync(file, "utf8")}\n`);
  await assert.rejects(exportSelection(b.loaded, { dataset: b.dataset, trusted: true, form: "copy", out: b.out, selection: "v", plan: digest }, {}), refused("cannot-apply", /plan has changed/));
  nothingLeft(b);
});

test("cancelling leaves nothing, at any step of any form", async (t) => {
  const b = await imageBench(t);
  for (const form of ["copy", "hardlink", "parquet"] as const) {
    for (const stage of ["Exporting", "Verifying"]) {
      const controller = new AbortController();
      await assert.rejects(b.run(form, { signal: controller.signal, onProgress: (progress) => { if (progress.stage === stage) controller.abort(); } }), CancelledError, `${form} ${stage}`);
      nothingLeft(b);
    }
  }
});

test("a kill in the middle leaves no folder of that name, and the next plan says what it left and how to remove it", async (t) => {
  const b = await imageBench(t);
  const script = path.join(testFolder(t), "kill.mts");
  const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
  fs.writeFileSync(script, `
    import { resolveConfig } from ${module("../../core/config.ts")};
    import { buildIndex } from ${module("../../core/indexing/buildIndex.ts")};
    import { LoadedDataset } from ${module("../loadedDataset.ts")};
    import { planExport, exportSelection } from ${module("./exportSelection.ts")};
    const [root, storage, out, stage] = process.argv.slice(2);
    const loaded = await LoadedDataset.create(await buildIndex(root, resolveConfig(root, {}, { encoder: "perceptual" }, true), storage), "v");
    const params = { dataset: root, trusted: true, form: "copy" as const, out, selection: "v" };
    const { digest } = await planExport(loaded, params, {});
    await exportSelection(loaded, { ...params, plan: digest }, { onProgress: (progress) => { if (progress.stage === stage) process.kill(process.pid, "SIGKILL"); } });
  `);
  const tsx = import.meta.resolve("tsx");
  for (const [i, stage] of ["Exporting", "Verifying"].entries()) {
    const child = spawn(process.execPath, ["--import", tsx, script, b.root, testFolder(t), b.out, stage], { cwd: fileURLToPath(new URL("../../..", import.meta.url)), stdio: "ignore" });
    await new Promise((resolve) => child.on("close", resolve));
    const left = fs.readdirSync(path.dirname(b.out));
    assert.deepEqual([left.length, left.every((name) => /^out\.partial-[0-9a-f]{12}$/.test(name))], [i + 1, true], left.join());
  }
  const plan = await b.plan();
  const [left] = fs.readdirSync(path.dirname(b.out));
  assert.ok(plan.statement.some((sentence) => sentence.includes(left) && /delete that folder/.test(sentence)), plan.statement.join("\n"));
  assert.deepEqual(plan.problems, []);
  await b.run();
  assert.ok(fs.existsSync(path.join(b.out, "manifest.json")));
});

const WORDS = ["lake", "stone", "river", "cloud", "forest", "meadow", "harbour", "winter"];
const textOf = (i: number): string => `${WORDS[i % 8]} ${WORDS[(i * 3 + 1) % 8]} n${i} ${WORDS[(i * 5) % 8]}`;

test("tables in folders are filtered each, one without a kept record is left out, and unreadable records are counted", async (t) => {
  const csv = `\uFEFFid,text\r\n${Array.from({ length: 6 }, (_, i) => `c${i},"${textOf(i)}\n2"\r\n`).join("")}`;
  const jsonl = Array.from({ length: 6 }, (_, i) => JSON.stringify({ id: `j${i}`, text: textOf(i + 10) })).join("\n");
  const root = fs.realpathSync(testFolder(t, { "train.csv": csv, "sub/test.jsonl": `broken\n${jsonl}`, "none.jsonl": `{"id":"n0","text":"${textOf(30)}"}\n` }));
  const b = await bench(t, root, root, (id) => ["c1", "c5", "j0", "j5"].includes(id), { encoder: "hashed", id: "id", text: ["text"] });
  const plan = await b.plan();
  assert.match(plan.statement.join(" "), /Of none\.jsonl no record is kept.*1 sample that could not be read is not exported/);
  const result = await b.run();
  assert.deepEqual(filesIn(b.out), [...OWN, "sub/test.jsonl", "train.csv"].sort());
  assert.equal(fs.readFileSync(path.join(b.out, "train.csv"), "utf8"), `\uFEFFid,text\r\nc1,"${textOf(1)}\n2"\r\nc5,"${textOf(5)}\n2"\r\n`);
  assert.equal(fs.readFileSync(path.join(b.out, "sub", "test.jsonl"), "utf8"), `${JSON.stringify({ id: "j0", text: textOf(10) })}\n${JSON.stringify({ id: "j5", text: textOf(15) })}`);
  assert.match(result.notes.join(), /1 sample that could not be read/);
});

test("images that kept records name come along once each; other images stay", async (t) => {
  const images = await pictures(["img/a.png", "img/b.png", "img/c.png"]);
  const records = [["r0", "img/a.png"], ["r1", "./img/a.png"], ["r2", "img/b.png"], ["r3", "img/c.png"]].map(([id, image], i) => JSON.stringify({ id, image, text: textOf(i) }));
  const root = fs.realpathSync(testFolder(t, { ...images, "t.jsonl": `${records.join("\n")}\n` }));
  fs.symlinkSync("b.png", path.join(root, "img", "b-link.png"));
  const b = await bench(t, root, path.join(root, "t.jsonl"), (id) => id !== "r3", { id: "id", image: "image", text: ["text"] });
  assert.equal(b.loaded.index.dataset.kind, "pair");
  await b.run("hardlink");
  assert.deepEqual(filesIn(b.out), [...OWN, "img/a.png", "img/b.png", "t.jsonl"].sort());
  assert.equal(fs.readFileSync(path.join(b.out, "t.jsonl"), "utf8"), `${records.slice(0, 3).join("\n")}\n`);
  assert.equal(fs.statSync(path.join(b.out, "img", "a.png")).ino, fs.statSync(path.join(root, "img", "a.png")).ino);
});

test("an export that succeeds though the audit log is damaged says so", async (t) => {
  const b = await imageBench(t);
  fs.mkdirSync(path.join(b.root, ".infomax", "audit.jsonl"));
  const result = await b.run();
  assert.match(result.notes.join(), /audit log could not be written/);
  assert.ok(fs.existsSync(path.join(b.out, "manifest.json")));
});
