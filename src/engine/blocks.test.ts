import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { seededRandom } from "../core/random.ts";
import { CLUSTER_MIXED_LABELS, DROPPED, KEPT, readBlock, rowsToText, withClusterOf, type BlockColumns, type BlockName } from "../protocol/columns.ts";
import type { BlockResult } from "../protocol/samples.ts";
import { InspectorService } from "./service.ts";

/** 60 messages; m0, m20 and m40 nearly say the same, m40 under another label. */
function messages(): string {
  const random = seededRandom(3);
  const texts = Array.from({ length: 60 }, () => Array.from({ length: 9 }, () => `w${Math.floor(random() * 700).toString(36)}`).join(" "));
  texts[20] = `${texts[0]} please`;
  texts[40] = `${texts[0]} now`;
  return texts.map((text, i) => `${JSON.stringify({ id: `m${i}`, text, label: `class ${i < 30 ? "a" : "b"}` })}\n`).join("");
}

async function bench(t: TestContext) {
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": messages() }));
  const storage = testFolder(t);
  const service = new InspectorService({ storage });
  t.after(() => service.close());
  const at = { dataset: path.join(root, "d.jsonl"), trusted: true, options: { encoder: "hashed", threshold: 0.7 } };
  const summary = await service.index(at);
  return { at, service, summary, storage };
}

/** What the host does with an answer: reads the file once. */
function columnsIn<B extends BlockName>(block: B, answer: BlockResult): BlockColumns[B] {
  const columns = readBlock(block, answer.places, fs.readFileSync(answer.file));
  fs.rmSync(answer.file);
  assert.ok(columns !== null);
  return columns;
}

test("the columns of all samples are those that single samples tell", async (t) => {
  const { at, service, summary } = await bench(t);
  const answer = await service.block({ ...at, block: "base" });
  assert.equal(answer.key, summary.key);
  const base = columnsIn("base", answer);
  const samples = await service.samples({ ...at, key: summary.key, rows: [0, 20, 59] });
  for (const sample of samples) {
    assert.equal(sample.id, `m${sample.row}`);
    assert.equal(summary.classNames[base.label[sample.row]], sample.label);
    assert.equal(base.line[sample.row], sample.line);
    assert.ok(Math.abs(base.importance[sample.row] - sample.importance) < 1e-6);
    assert.ok(Math.abs(base.rank[sample.row] - sample.importanceRank) < 1e-6);
  }
  assert.ok(base.nearest[0] > 0.7 && base.nearest[1] < 0.7);
});

test("clusters at any threshold come with what they are sorted by, and the planted one is whole", async (t) => {
  const { at, service } = await bench(t);
  const { offsets, members, flags, similarities, clusterOf } = withClusterOf(columnsIn("clusters", await service.block({ ...at, block: "clusters" })), 60);
  assert.equal(flags.length, 1);
  assert.deepEqual([...members.subarray(offsets[0], offsets[1])].sort((a, b) => a - b), [0, 20, 40]);
  assert.equal(flags[0], CLUSTER_MIXED_LABELS);
  assert.deepEqual([clusterOf[20], clusterOf[21]], [0, -1]);
  assert.ok(similarities[0] === 1 && similarities[2] >= 0.7);
  const none = await service.block({ ...at, block: "clusters", threshold: 0.99 });
  assert.equal(none.threshold, 0.99);
  assert.equal(columnsIn("clusters", none).flags.length, 0);
});

test("decisions by row reach the files, and the states show them with the selection's", async (t) => {
  const { at, service, summary } = await bench(t);
  await service.decideRows({ ...at, key: summary.key, protect: rowsToText([20]), exclude: rowsToText([3, 4]), note: "seen twice" });
  await service.prune({ ...at, budget: "30", name: "v" });
  const states = columnsIn("states", await service.block({ ...at, block: "states" }));
  assert.deepEqual([states.isProtected[20], states.isExcluded[3], states.isExcluded[4], states.isPreferred[0]], [1, 1, 1, 0]);
  assert.equal(states.decision.reduce((sum, decision) => sum + (decision === KEPT ? 1 : 0), 0), 30);
  for (let row = 0; row < 60; row++) {
    if (states.decision[row] !== DROPPED) continue;
    assert.ok(states.reason[row] > 0 && states.decision[states.keeper[row]] === KEPT);
  }
  const history = await service.history({ ...at, id: "m20" });
  assert.deepEqual(history.map((entry) => (entry.kind === "selection" ? `${entry.selection} ${entry.decision}` : `${entry.kind} ${entry.note ?? ""}`)).sort(), ["protected seen twice", "v kept"]);
  await assert.rejects(service.decideRows({ ...at, key: summary.key, protect: "zz" }), /none of the dataset's/);
});

test("the nested order leaves excluded samples out and begins with the protected", async (t) => {
  const { at, service } = await bench(t);
  await service.protect({ ...at, ids: ["m7"] });
  await service.exclude({ ...at, ids: ["m9"] });
  const { order } = columnsIn("order", await service.block({ ...at, block: "order" }));
  assert.equal(order[0], 7);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 60 }, (_, row) => row).filter((row) => row !== 9));
});

test("a map has a place for every sample", async (t) => {
  const { at, service } = await bench(t);
  const { xy } = columnsIn("map", await service.block({ ...at, block: "map" }));
  assert.equal(xy.length, 120);
  assert.ok(xy.every((place) => Math.abs(place) <= 1));
});

test("words are found in texts, ids and places, whatever their case; all of them must be there", async (t) => {
  const { at, service } = await bench(t);
  const found = async (search: string): Promise<number[]> => [...columnsIn("rows", await service.block({ ...at, block: "rows", search })).rows];
  assert.deepEqual(await found("PLEASE"), [20]);
  assert.deepEqual(await found("m5"), [5, ...Array.from({ length: 10 }, (_, i) => 50 + i)]);
  assert.deepEqual(await found("d.jsonl:41"), [40]);
  assert.deepEqual(await found("please now"), []);
});

test("rows of another index are refused, never answered with other samples", async (t) => {
  const { at, service, summary } = await bench(t);
  await assert.rejects(service.samples({ ...at, key: "other", rows: [1] }), /indexed anew/);
  await assert.rejects(service.samples({ ...at, key: summary.key, rows: [60] }), /indexed anew/);
  await assert.rejects(service.decideRows({ ...at, key: "other", protect: "1" }), /indexed anew/);
});

test("answers lie in the storage folder, and what nobody fetched is cleared away", async (t) => {
  const { at, service, storage } = await bench(t);
  const folder = path.join(storage, "blocks");
  fs.mkdirSync(folder);
  const old = path.join(folder, "base-1-00.bin");
  fs.writeFileSync(old, "left behind");
  fs.utimesSync(old, new Date(2020, 1, 1), new Date(2020, 1, 1));
  const { file } = await service.block({ ...at, block: "states" });
  assert.equal(path.dirname(file), folder);
  assert.equal(fs.existsSync(old), false);
});
