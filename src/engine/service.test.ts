import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { writeTinyTextEncoder } from "../core/embedding/tinyEncoder.fixture.ts";
import { InfomaxError } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import type { Pin } from "../core/store/protectionFile.ts";
import type { DatasetOptions } from "../protocol/dataset.ts";
import type { SampleMark } from "../protocol/marks.ts";
import { InspectorService } from "./service.ts";

async function picture(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const pixels = Buffer.from(Array.from({ length: 6 * 6 * 3 }, () => Math.floor(256 * random())));
  return sharp(pixels, { raw: { width: 6, height: 6, channels: 3 } }).resize(72, 72, { kernel: "cubic" }).png().toBuffer();
}

/** Twelve images in two classes; b/copy.png has the content of a/0.png, and b/near.jpg is it encoded anew. */
async function imageFolder(t: TestContext): Promise<string> {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 10; i++) files[`${i < 5 ? "a" : "b"}/${i}.png`] = await picture(i);
  files["b/copy.png"] = files["a/0.png"];
  files["b/near.jpg"] = await sharp(files["a/0.png"]).jpeg({ quality: 80 }).toBuffer();
  return testFolder(t, files);
}

const TEXTS = [
  "How do I activate my new card?", "My card has not arrived yet", "Why was I charged a fee abroad?", "I have lost my phone, what now?",
  "Can I change my PIN at a cash machine?", "The exchange rate of my payment is wrong", "How do I close my account?", "Which countries do you support?",
  "My transfer is still pending", "Somebody else used my card",
];
const record = (text: string): string => JSON.stringify({ text });

async function serve(t: TestContext): Promise<InspectorService> {
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  return service;
}

const at = (dataset: string, options?: DatasetOptions): { dataset: string; trusted: boolean; options?: DatasetOptions } =>
  ({ dataset, trusted: true, ...(options === undefined ? {} : { options }) });

const failure = (code: string, words = /./) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, thrown instanceof Error ? thrown.stack : String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, words);
  return true;
};

const pinsIn = (root: string): Pin[] =>
  fs.readFileSync(path.join(root, ".infomax", "protected.jsonl"), "utf8").trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Pin);

test("index, clusters, prune, explain, protect, prune: the whole way over a folder of images", async (t) => {
  const root = await imageFolder(t);
  const service = await serve(t);
  assert.deepEqual(await service.open(at(root)), { state: "missing" });
  const summary = await service.index(at(root));
  assert.equal(summary.samples, 12);
  assert.deepEqual(summary.classes, [{ name: "a", count: 5 }, { name: "b", count: 7 }]);
  assert.deepEqual(summary.duplicates, { exactGroups: 1, exactExtra: 1, clusters: 1, clusterExtra: 2 });
  assert.equal(summary.similarityHistogram.counts.reduce((sum, count) => sum + count, 0), 12);

  const { clusters, total } = await service.clusters({ ...at(root), offset: 0, limit: 10, members: 10 });
  assert.equal(total, 1);
  assert.deepEqual(clusters[0].members.map((member) => member.sample.id).sort(), ["a/0.png", "b/copy.png", "b/near.jpg"]);
  assert.deepEqual([clusters[0].exact, clusters[0].mixedLabels, clusters[0].members[0].similarity], [false, true, 1]);

  const first = await service.prune({ ...at(root), budget: "50%", name: "half" });
  assert.deepEqual([first.kept, first.samples], [6, 12]);
  const kept = fs.readFileSync(first.idsFile, "utf8").trimEnd().split("\n");
  assert.equal(kept.length, 6);
  assert.ok(kept.filter((id) => ["a/0.png", "b/copy.png", "b/near.jpg"].includes(id)).length <= 1, "one of three near-duplicates at most");
  const copy = await service.explain({ ...at(root), id: "b/copy.png" });
  assert.equal(copy.selection, "half");
  assert.equal(copy.cluster?.size, 3);
  assert.equal(copy.sample.status, kept.includes("b/copy.png") ? "kept" : "dropped");
  if (copy.reason === "duplicate") assert.ok(copy.keeper !== null && kept.includes(copy.keeper.sample.id));
  assert.match(copy.sentence, /half/);

  const victim = ["a/0.png", "b/copy.png", "b/near.jpg"].find((id) => !kept.includes(id));
  assert.ok(victim !== undefined);
  await service.protect({ ...at(root), ids: [victim], note: "must stay" });
  const second = await service.prune({ ...at(root), budget: "2", name: "two" });
  assert.equal(second.protectedKept, 1);
  assert.ok(fs.readFileSync(second.idsFile, "utf8").split("\n").includes(victim));
  const explained = await service.explain({ ...at(root), id: victim });
  assert.deepEqual([explained.reason, explained.sample.note, explained.sample.protected], ["protected", "must stay", true]);
  assert.deepEqual(await service.selections(at(root)), ["half", "two"]);
  await service.protect({ ...at(root), ids: kept.slice(0, 2) });
  await assert.rejects(service.prune({ ...at(root), budget: "1" }), failure("bad-budget", /budget of 1 is below the 3 protected/));

  // A second service over the same storage finds index and selection.
  const [status] = await service.fileStatus({ ...at(root), files: [path.join(root, ...victim.split("/"))] });
  assert.deepEqual(status, { id: victim, protected: true, excluded: false, duplicate: status.duplicate, status: "kept" });
  await service.useSelection({ ...at(root), name: null });
  assert.equal((await service.explain({ ...at(root), id: victim })).selection, null);
});

test("an index and the selection shown outlive the process", async (t) => {
  const root = testFolder(t, { "d.jsonl": TEXTS.map(record).join("\n") });
  const storage = testFolder(t);
  const file = path.join(root, "d.jsonl");
  const before = new InspectorService({ storage });
  const built = await before.index(at(file));
  await before.prune({ ...at(file), budget: "5", name: "five" });
  await before.close();
  const after = new InspectorService({ storage });
  t.after(() => after.close());
  const state = await after.open(at(file));
  assert.ok(state.state === "ready");
  assert.deepEqual(state.summary, { ...built, currentSelection: "five" });
  // Nothing changed, so indexing again does nothing.
  assert.equal((await after.index(at(file))).indexedAt, built.indexedAt);
});

test("protecting persists id, digest, note and date; notes can change, repeats do not", async (t) => {
  const root = testFolder(t, { "d.jsonl": TEXTS.map((text, i) => JSON.stringify({ id: `q${i}`, text })).join("\n") });
  const file = path.join(root, "d.jsonl");
  const service = await serve(t);
  await service.index(at(file));
  assert.equal((await service.protect({ ...at(file), ids: ["q3", "q1"], note: "rare" })).changed, 2);
  const [one, three] = pinsIn(root);
  assert.deepEqual([one.id, three.id, three.note], ["q1", "q3", "rare"]);
  assert.match(one.digest, /^[0-9a-f]{16}$/);
  assert.notEqual(one.digest, three.digest);
  assert.match(one.since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal((await service.protect({ ...at(file), ids: ["q3"] })).changed, 0);
  assert.deepEqual(await service.protect({ ...at(file), ids: ["q3"], note: "new" }), { protectedCount: 2, excludedCount: 0, preferredCount: 0, changed: 1, file: path.join(root, ".infomax", "protected.jsonl"), notes: [], overruled: 0 });
  assert.equal(pinsIn(root)[1].note, "new");
  await assert.rejects(service.protect({ ...at(file), ids: ["q1", "q99"] }), failure("not-found", /"q99"/));
  assert.equal((await service.unprotect({ ...at(file), ids: ["q1", "q3", "q5"] })).changed, 2);
  assert.deepEqual(pinsIn(root), []);
  // A pin written by hand or by git counts at the next request.
  fs.writeFileSync(path.join(root, ".infomax", "protected.jsonl"), "{\"id\":\"q7\"}\n");
  assert.equal((await service.explain({ ...at(file), id: "q7" })).sample.protected, true);
  fs.writeFileSync(path.join(root, ".infomax", "protected.jsonl"), "{\"id\":\"q7\"}\n<<<<<<< HEAD\n");
  await assert.rejects(service.prune({ ...at(file), budget: "5" }), failure("bad-protection-file", /protected\.jsonl:2/));
});

test("a renamed file stays protected, copies each on their own, until it is unprotected by its new name", async (t) => {
  const root = await imageFolder(t);
  const service = await serve(t);
  await service.index(at(root));
  await service.protect({ ...at(root), ids: ["a/0.png", "b/copy.png", "a/3.png"] });
  const move = (from: string, to: string): void => { fs.renameSync(path.join(root, from), path.join(root, to)); };
  move("a/3.png", "a/third.png");
  move("a/0.png", "a/zero.png");
  move("b/copy.png", "b/zero.png");
  const summary = await service.index(at(root));
  assert.deepEqual([summary.protectedCount, summary.protectedMissing], [3, []]);
  const { idsFile } = await service.prune({ ...at(root), budget: "3" });
  assert.deepEqual(fs.readFileSync(idsFile, "utf8").trimEnd().split("\n"), ["a/third.png", "a/zero.png", "b/zero.png"]);
  // Protecting what is protected already, under its new name, makes no second pin.
  assert.equal((await service.protect({ ...at(root), ids: ["a/third.png"] })).protectedCount, 3);
  await service.protect({ ...at(root), ids: ["a/third.png"], note: "again" });
  assert.deepEqual(pinsIn(root).map((pin) => pin.id), ["a/0.png", "a/third.png", "b/copy.png"]);
  await service.unprotect({ ...at(root), ids: ["a/third.png"] });
  assert.equal((await service.explain({ ...at(root), id: "a/third.png" })).sample.protected, false);
  await service.unprotect({ ...at(root), ids: ["a/zero.png"] });
  assert.equal((await service.explain({ ...at(root), id: "a/zero.png" })).sample.protected, false);
  assert.equal((await service.explain({ ...at(root), id: "b/zero.png" })).sample.protected, true);
});

test("a pin whose sample is gone is reported, stays in the file, and can be taken out by its id", async (t) => {
  const root = await imageFolder(t);
  const service = await serve(t);
  await service.index(at(root));
  await service.protect({ ...at(root), ids: ["a/1.png", "a/2.png"] });
  fs.rmSync(path.join(root, "a", "1.png"));
  const summary = await service.index(at(root));
  assert.deepEqual([summary.protectedCount, summary.protectedMissing], [1, ["a/1.png"]]);
  const { notes } = await service.prune({ ...at(root), budget: "4" });
  assert.ok(notes.some((note) => note.includes("a/1.png")));
  await service.protect({ ...at(root), ids: ["a/4.png"] });
  assert.deepEqual(pinsIn(root).map((pin) => pin.id), ["a/1.png", "a/2.png", "a/4.png"]);
  fs.writeFileSync(path.join(root, "a", "1.png"), await picture(1));
  assert.deepEqual((await service.index(at(root))).protectedMissing, []);
  fs.rmSync(path.join(root, "a", "1.png"));
  await service.index(at(root));
  assert.equal((await service.unprotect({ ...at(root), ids: ["a/1.png"] })).changed, 1);
  assert.deepEqual(pinsIn(root).map((pin) => pin.id), ["a/2.png", "a/4.png"]);
});

test("marks follow records when lines are inserted above, and tell repeats apart", async (t) => {
  const lines = [record(TEXTS[0]), record(TEXTS[1]), record(TEXTS[0]), "not json", record(TEXTS[2])];
  const root = testFolder(t, { "d.jsonl": lines.join("\n") + "\n" });
  const file = path.join(root, "d.jsonl");
  const service = await serve(t);
  await service.index(at(file));
  const marks = (shown: readonly string[], modified: boolean, firstLine = 1): Promise<readonly SampleMark[]> =>
    service.marks({ ...at(file), file, firstLine, lines: shown, modified });
  const saved = await marks(lines, false);
  assert.deepEqual(saved.map((mark) => mark.line), [1, 2, 3, 5]);
  const [first, second, repeat, last] = saved.map((mark) => mark.id);
  assert.equal(repeat, `${first}~2`);
  assert.deepEqual([saved[0].clusterSize, saved[2].clusterSize, saved[1].clusterSize], [2, 2, 1]);
  const duplicate = [saved[0], saved[2]].find((mark) => mark.duplicateOf !== null);
  assert.ok(duplicate?.duplicateOf?.id === (duplicate?.id === first ? repeat : first));
  await service.protect({ ...at(file), ids: [second, repeat] });
  assert.deepEqual((await marks(lines, false)).map((mark) => mark.protected), [false, true, true, false]);
  // A window of the file.
  assert.deepEqual((await marks(lines.slice(2, 5), false, 3)).map((mark) => mark.id), [repeat, last]);

  const edited = ["", record("a new sentence that nobody has indexed"), ...lines];
  const moved = await marks(edited, true);
  assert.deepEqual(moved.map((mark) => [mark.line, mark.id]), [[3, first], [4, second], [5, repeat], [7, last]]);
  assert.deepEqual(moved.map((mark) => mark.protected), [false, true, true, false]);
  // An edited record is no longer the indexed sample; one laid out anew is.
  const changed = [lines[0], record(`${TEXTS[1]}!`), lines[2], lines[3], lines[4].replace(":", " : ")];
  assert.deepEqual((await marks(changed, true)).map((mark) => mark.id), [first, repeat, last]);
  assert.deepEqual(await service.marks({ ...at(file), file: path.join(root, "other.jsonl"), firstLine: 1, lines, modified: false }), []);
});

test("marks of CSV records over several lines, with the header left out", async (t) => {
  const lines = ["id,text,label", "a,\"first line", "second, line\",x", "b,plain,y"];
  const root = testFolder(t, { "d.csv": lines.join("\r\n") + "\r\n" });
  const file = path.join(root, "d.csv");
  const service = await serve(t);
  await service.index(at(file));
  const marks = await service.marks({ ...at(file), file, firstLine: 1, lines, modified: false });
  assert.deepEqual(marks.map((mark) => [mark.id, mark.line, mark.lastLine]), [["a", 2, 3], ["b", 4, 4]]);
});

test("a dataset named through a link is the same dataset, and its files are found", { skip: process.platform === "win32" ? "links need rights on Windows" : false }, async (t) => {
  const lines = TEXTS.map(record);
  const real = testFolder(t, { "set/d.jsonl": lines.join("\n"), "images/1.png": await picture(1), "images/2.png": await picture(2) });
  const links = testFolder(t);
  fs.symlinkSync(path.join(real, "set"), path.join(links, "set"));
  fs.symlinkSync(path.join(real, "images"), path.join(links, "images"));
  const service = await serve(t);
  const file = path.join(links, "set", "d.jsonl");
  await service.index(at(file));
  assert.equal((await service.marks({ ...at(file), file, firstLine: 1, lines, modified: false })).length, TEXTS.length);
  await service.index(at(path.join(links, "images")));
  const [status] = await service.fileStatus({ ...at(path.join(links, "images")), files: [path.join(links, "images", "1.png")] });
  assert.equal(status.id, "1.png");
  assert.equal((await service.open(at(path.join(real, "set", "d.jsonl")))).state, "ready");
});

test("similar finds the planted duplicates, and a damaged search index is built anew", async (t) => {
  const root = await imageFolder(t);
  const storage = testFolder(t);
  const service = new InspectorService({ storage });
  t.after(() => service.close());
  await service.index(at(root));
  const ids = async (): Promise<string[]> => (await service.similar({ ...at(root), id: "a/0.png", limit: 3 })).map((found) => found.sample.id);
  const found = await ids();
  assert.deepEqual(found.slice(0, 2).sort(), ["b/copy.png", "b/near.jpg"]);
  const [graph] = (fs.readdirSync(storage, { recursive: true }) as string[]).filter((name) => /hnsw-[0-9a-f]+\.bin$/.test(name)).map((name) => path.join(storage, name));
  const good = fs.readFileSync(graph);
  const anew = async (): Promise<string[]> => {
    const other = new InspectorService({ storage });
    try {
      return (await other.similar({ ...at(root), id: "a/0.png", limit: 3 })).map((answer) => answer.sample.id);
    } finally {
      await other.close();
    }
  };
  for (const bad of [Buffer.alloc(0), good.subarray(0, 50), Buffer.alloc(good.length, 255)]) {
    fs.writeFileSync(graph, bad);
    assert.deepEqual(await anew(), found);
    assert.deepEqual(fs.readFileSync(graph), good);
  }
  fs.rmSync(`${graph}.sha256`);
  assert.deepEqual(await anew(), found);
  assert.equal((await service.similar({ ...at(root), id: "a/0.png", limit: 100 })).length, 11);
  await assert.rejects(service.similar({ ...at(root), id: "absent", limit: 3 }), failure("not-found"));
});

test("prune of a stale index is refused; a damaged cache is built anew", async (t) => {
  const root = await imageFolder(t);
  const storage = testFolder(t);
  const service = new InspectorService({ storage });
  await assert.rejects(service.prune({ ...at(root), budget: "3" }), failure("not-indexed"));
  const { indexedAt } = await service.index(at(root));
  fs.writeFileSync(path.join(root, "a", "new.png"), await picture(50));
  await assert.rejects(service.prune({ ...at(root), budget: "3" }), failure("not-indexed", /changed since/));
  assert.equal((await service.index(at(root))).samples, 13);
  await service.close();
  const [cache] = (fs.readdirSync(storage, { recursive: true }) as string[]).filter((name) => /index-[0-9a-f]+\.bin$/.test(name)).map((name) => path.join(storage, name));
  fs.writeFileSync(cache, fs.readFileSync(cache).fill(7, 100, 200));
  const anew = new InspectorService({ storage });
  t.after(() => anew.close());
  assert.deepEqual(await anew.open(at(root)), { state: "missing" });
  const rebuilt = await anew.index(at(root));
  assert.equal(rebuilt.samples, 13);
  assert.notEqual(rebuilt.indexedAt, indexedAt);
});

test("a selection of another dataset in the folder is not overwritten and not shown", async (t) => {
  const root = testFolder(t, { "one.jsonl": TEXTS.map(record).join("\n"), "two.jsonl": TEXTS.map((text) => record(`${text} Please`)).join("\n") });
  const [one, two] = ["one.jsonl", "two.jsonl"].map((name) => path.join(root, name));
  const service = await serve(t);
  await service.index(at(one));
  await service.index(at(two));
  await service.prune({ ...at(one), budget: "4", name: "v1" });
  await assert.rejects(service.prune({ ...at(two), budget: "4", name: "v1" }), failure("bad-selection", /belongs to one\.jsonl/));
  await assert.rejects(service.useSelection({ ...at(two), name: "v1" }), failure("bad-selection"));
  await assert.rejects(service.useSelection({ ...at(two), name: "v9" }), failure("not-found"));
  await assert.rejects(service.prune({ ...at(two), budget: "4", name: "../v1" }), failure("bad-selection"));
  const state = await service.open(at(two));
  assert.ok(state.state === "ready" && state.summary.currentSelection === null);
  assert.deepEqual([await service.selections(at(one)), await service.selections(at(two))], [["v1"], []]);
  // Whose a damaged one is cannot be told: who uses it hears what is wrong with it.
  fs.writeFileSync(path.join(root, ".infomax", "selections", "v0.jsonl"), "{");
  assert.deepEqual(await service.selections(at(two)), ["v0"]);
  // Its file going is no error: nothing is shown then.
  fs.rmSync(path.join(root, ".infomax", "selections"), { recursive: true });
  const gone = await service.open(at(one));
  assert.ok(gone.state === "ready" && gone.summary.currentSelection === null);
});

test("an untrusted workspace's paths and a config that is wrong are refused in words", async (t) => {
  const root = testFolder(t, { "d.jsonl": TEXTS.map(record).join("\n"), "infomax.json": "{\"encoder\": \"model\"}" });
  const file = path.join(root, "d.jsonl");
  const service = await serve(t);
  await assert.rejects(service.index({ dataset: file, trusted: false }), failure("not-trusted", /encoder.*"model"/));
  await assert.rejects(service.index(at(file)), failure("encoder-unavailable", /no such encoder folder/));
  writeTinyTextEncoder(path.join(root, "model"));
  assert.match((await service.index(at(file))).encoder.name, /model/);
  // What the user sets, rather than the workspace, is theirs to decide.
  assert.match((await service.index({ dataset: file, trusted: false, options: { encoder: "builtin" } })).encoder.name, /built-in/);
  for (const [text, words] of [
    ["{\"encodr\": 1}", /infomax\.json.*encodr/], ["{\"selection\": {\"neighbours\": 5}}", /neighbours/], ["{\"selection\": {\"neighbors\": 0}}", /selection\.neighbors/],
    ["{\"importance\": {\"source\": \"magic\"}}", /importance\.source/], ["{", /no JSON/], ["[]", /infomax\.json/],
  ] as const) {
    fs.writeFileSync(path.join(root, "infomax.json"), text);
    await assert.rejects(service.open(at(file)), failure("bad-config", words), text);
  }
  fs.writeFileSync(path.join(root, "infomax.json"), "\uFEFF{\"selection\": {\"threshold\": 0.5}}");
  const state = await service.open(at(file));
  assert.ok(state.state === "ready" && state.summary.threshold.value === 0.5 && state.summary.threshold.source === "set");
  await assert.rejects(service.open(at(path.join(root, "absent.jsonl"))), failure("not-found"));
});

test("a request goes on undisturbed while other datasets take its place in memory", async (t) => {
  const service = await serve(t);
  const filler = "words that fill the file so that its records lie in many blocks ".repeat(60);
  const [large, ...others] = await Promise.all(["a", "b", "c"].map(async (name) => {
    const root = testFolder(t, { [`${name}.jsonl`]: Array.from({ length: name === "a" ? 300 : 10 }, (_, i) => record(`sentence ${i >> 1} ${filler.slice(i)}`)).join("\n") });
    const file = path.join(root, `${name}.jsonl`);
    await service.index(at(file, { neighbors: 5 }));
    return file;
  }));
  for (let round = 0; round < 3; round++) {
    const [{ clusters }] = await Promise.all([
      service.clusters({ ...at(large, { neighbors: 5 }), threshold: 0.9, offset: 0, limit: 200, members: 300 }),
      ...others.map((file) => service.open(at(file, { neighbors: 5 }))),
    ]);
    assert.ok(clusters.length > 0 && clusters.every((cluster) => cluster.members.every((member) => /^sentence/.test(member.sample.text ?? ""))));
  }
});

test("cancelling one request does not cancel another that waits for the same clusters", async (t) => {
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 900 }, (_, i) => record(`sentence ${i >> 1} about ${i % 7} things`)).join("\n") });
  const file = path.join(root, "d.jsonl");
  const service = await serve(t);
  await service.index(at(file, { neighbors: 5 }));
  let stopped = 0;
  for (let turns = 1; turns <= 24; turns++) {
    const controller = new AbortController();
    const ask = { ...at(file, { neighbors: 5 }), threshold: 0.6 + turns / 1000, offset: 0, limit: 1, members: 1 };
    const first = service.clusters(ask, { signal: controller.signal });
    const second = service.clusters(ask);
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    if ((await Promise.allSettled([first]))[0].status === "rejected") stopped++;
    assert.ok((await second).total > 0);
  }
  assert.ok(stopped > 0, "no cancel came in time to mean anything");
});

test("exact copies get their thumbnails side by side; what is no image, or gone, gets none", async (t) => {
  const root = await imageFolder(t);
  const service = await serve(t);
  await service.index(at(root));
  fs.rmSync(path.join(root, "a", "4.png"));
  const [first, copy, gone, unknown] = await service.thumbnails({ ...at(root), ids: ["a/0.png", "b/copy.png", "a/4.png", "nothing"], size: 64 });
  assert.ok(first !== null && fs.existsSync(first));
  assert.deepEqual([copy, gone, unknown], [first, null, null]);
});

test("the curve covers everything at its end and starts at the protected floor", async (t) => {
  const root = await imageFolder(t);
  const service = await serve(t);
  await service.index(at(root));
  await service.protect({ ...at(root), ids: ["a/1.png", "b/7.png"] });
  const curve = await service.curve({ ...at(root), budget: "50%" });
  assert.deepEqual([curve.samples, curve.classes, curve.protectedFloor, curve.referenceBudget], [12, 2, 2, 6]);
  assert.equal(curve.points[0].kept, 2);
  const last = curve.points.at(-1);
  assert.deepEqual([last?.kept, last?.coverage, last?.classesCovered, last?.importanceKept], [12, 1, 2, last?.importanceKept]);
  assert.ok(Math.abs((last?.importanceKept ?? 0) - 1) < 1e-9);
  assert.equal(curve.randomCoverage.length, curve.points.length);
});

test("labels that are nearly unique are no classes: duplicates still go first", async (t) => {
  const service = await serve(t);
  const file = path.join(testFolder(t), "answers.jsonl");
  const rows = Array.from({ length: 120 }, (_, i) => ({
    id: `r${i}`, text: i < 40 ? "the very same words each time" : `record ${i} ${(i * 7919).toString(36)} ${(i * 104729).toString(36)} ${(i * 1299709).toString(36)}`, target: `answer ${i}`,
  }));
  fs.writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await service.index(at(file));
  const result = await service.prune({ ...at(file), budget: "30%" });
  assert.equal(result.redundancyLeft, 0);
  assert.ok(result.notes.some((note) => note.includes("labels are no classes")));
});

test("a record that goes on beyond the lines shown is marked only where the file still has it", async (t) => {
  const service = await serve(t);
  const file = path.join(testFolder(t), "two-lines.csv");
  const line = (i: number): string => `s${i},"first of ${i}\nsecond of ${i}"\n`;
  const rows = Array.from({ length: 30 }, (_, i) => line(i));
  fs.writeFileSync(file, `id,text\n${rows.join("")}`);
  await service.index(at(file));
  const marksOnLine2 = (): ReturnType<InspectorService["marks"]> =>
    service.marks({ ...at(file), file, firstLine: 10, lines: [fs.readFileSync(file, "utf8").split("\n")[9]], modified: false });
  assert.deepEqual((await marksOnLine2()).map((mark) => mark.id), ["s4"]);
  fs.writeFileSync(file, `id,text\nnew,"a record\nof two lines"\n${rows.join("")}`);
  assert.deepEqual((await marksOnLine2()).map((mark) => mark.id).filter((id) => id !== "s3"), []);
});

test("an image replaced behind a table makes the index stale", async (t) => {
  const service = await serve(t);
  const root = testFolder(t);
  for (const i of [1, 2, 3]) fs.writeFileSync(path.join(root, `${i}.png`), await picture(i));
  const file = path.join(root, "data.jsonl");
  fs.writeFileSync(file, [1, 2, 3].map((i) => `${JSON.stringify({ id: `p${i}`, image: `${i}.png` })}\n`).join(""));
  await service.index(at(file));
  const fresh = await service.open(at(file));
  assert.ok(fresh.state === "ready" && !fresh.stale);
  fs.writeFileSync(path.join(root, "1.png"), Buffer.concat([await picture(9), Buffer.alloc(7)]));
  const changed = await service.open(at(file));
  assert.ok(changed.state === "ready" && changed.stale);
});

test("a request that waits its turn ends at once when it is cancelled", async (t) => {
  const service = await serve(t);
  const root = await imageFolder(t);
  const busy = service.index(at(root));
  const controller = new AbortController();
  const waiting = service.similar({ ...at(root), id: "a/0.png", limit: 3 }, { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, failure("cancelled"));
  await busy;
});
