import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import sharp from "sharp";
import { resolveConfig, type Config, type ConfigOverrides } from "../config.ts";
import { testFolder } from "../dataset/folder.fixture.ts";
import { writeNpy } from "../dataset/npy.ts";
import { writeTinyTextEncoder } from "../embedding/tinyEncoder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { buildIndex, type Stage } from "./buildIndex.ts";
import { datasetCacheFolder, indexFile, loadIndex, saveIndex } from "./indexCache.ts";
import { sourceSignature } from "./signature.ts";

const config = (root: string, overrides: ConfigOverrides = {}): Config => resolveConfig(root, {}, overrides, true);

function jsonl(count: number): string {
  return Array.from({ length: count }, (_, i) => JSON.stringify({ id: `s${i}`, text: `the ${["red", "green", "blue"][i % 3]} cat number ${i} sleeps`, label: i % 2 ? "odd" : "even", score: i }) + "\n").join("");
}

async function jpeg(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const pixels = Buffer.from(Array.from({ length: 4 * 4 * 3 }, () => Math.floor(256 * random())));
  return sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } }).resize(64, 64, { kernel: "cubic" }).jpeg().toBuffer();
}

const failure = (code: string, words: RegExp) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, words);
  return true;
};

test("an index that was saved and loaded is the index that was built", async (t) => {
  const root = testFolder(t, { "d.jsonl": jsonl(80) + "not json\n" });
  const storage = testFolder(t);
  const file = path.join(root, "d.jsonl");
  const settings = config(root, { importanceColumn: "score", aumColumn: "score" });
  const stages: Stage[] = [];
  const built = await buildIndex(file, settings, storage, { onProgress: (stage) => { if (stages.at(-1) !== stage) stages.push(stage); } });
  assert.deepEqual(stages, ["Reading", "Embedding", "Finding neighbours", "Scoring"]);
  assert.equal(built.dataset.rejected.length, 1);
  assert.ok(built.hardness !== null && built.hardness.noise !== null && built.hardness.probeAccuracy !== null);
  const cache = indexFile(storage, file, settings);
  assert.equal(await loadIndex(cache, root, settings), null);
  await saveIndex(cache, built);
  assert.deepEqual(await loadIndex(cache, root, settings), built);
});

test("an index of unlabelled texts, and of one sample, is saved and loaded too", async (t) => {
  const storage = testFolder(t);
  for (const count of [1, 2]) {
    const root = testFolder(t, { "d.jsonl": Array.from({ length: count }, (_, i) => `{"text":"text ${i}"}\n`).join("") });
    const file = path.join(root, "d.jsonl");
    const built = await buildIndex(file, config(root), storage);
    assert.equal(built.lists.k, count - 1);
    await saveIndex(indexFile(storage, file, config(root)), built);
    assert.deepEqual(await loadIndex(indexFile(storage, file, config(root)), root, config(root)), built);
  }
});

test("a damaged or foreign cache file is bad data", async (t) => {
  const root = testFolder(t, { "d.jsonl": jsonl(10) });
  const file = path.join(root, "d.jsonl");
  const cache = indexFile(root, file, config(root));
  await saveIndex(cache, await buildIndex(file, config(root), root));
  const bytes = fs.readFileSync(cache);
  bytes[bytes.length >> 1] ^= 1;
  fs.writeFileSync(cache, bytes);
  await assert.rejects(loadIndex(cache, root, config(root)), failure("bad-data", /damaged/));
  fs.writeFileSync(cache, "");
  await assert.rejects(loadIndex(cache, root, config(root)), failure("bad-data", /damaged/));
});

test("a truncated image is left out with its reason, and rows stay those of imported scores", async (t) => {
  const images = await Promise.all(Array.from({ length: 6 }, (_, i) => jpeg(i)));
  const root = testFolder(t, Object.fromEntries(images.map((bytes, i) => [`${i}.jpg`, i === 2 ? bytes.subarray(0, bytes.length >> 1) : i === 4 ? new Uint8Array() : bytes])));
  const scores = path.join(root, "scores.npy");
  await writeNpy(scores, Float32Array.from({ length: 6 }, (_, i) => 10 * i), 1, 6);
  // The array is one-dimensional: (1, 6) becomes (6,) in the header, which keeps its length.
  const bytes = fs.readFileSync(scores);
  bytes.write("(6,)  ", bytes.indexOf("(1, 6)"), "latin1");
  fs.writeFileSync(scores, bytes);
  const index = await buildIndex(root, config(root, { importance: scores }), testFolder(t));
  assert.deepEqual(index.dataset.ids, ["0.jpg", "1.jpg", "3.jpg", "5.jpg"]);
  assert.deepEqual(Array.from(index.importance.values), [0, 10, 30, 50]);
  assert.deepEqual(index.dataset.rejected.map((one) => [one.file, one.line]).sort(), [["2.jpg", null], ["4.jpg", null]]);
  assert.ok(index.dataset.rejected.every((one) => /[a-z]{4}/.test(one.reason)));
  assert.deepEqual([index.matrix.rows, index.digests.length, index.lists.rows], [4, 4, 4]);
  for (let row = 0; row < 4; row++) assert.ok(index.matrix.data.subarray(row * index.matrix.dims, (row + 1) * index.matrix.dims).some((value) => value !== 0));
});

test("imported vectors belong to source rows; rows that could not be read are passed over", async (t) => {
  const root = testFolder(t, { "d.jsonl": "{\"id\":\"a\",\"text\":\"x\"}\nbroken\n{\"id\":\"c\",\"text\":\"y\"}\n" });
  const embeddings = path.join(root, "e.npy");
  await writeNpy(embeddings, Float32Array.of(3, 0, 0, 9, 0, 5), 3, 2);
  const file = path.join(root, "d.jsonl");
  const index = await buildIndex(file, config(root, { embeddings }), testFolder(t));
  assert.deepEqual(index.dataset.ids, ["a", "c"]);
  assert.deepEqual(Array.from(index.matrix.data), [1, 0, 0, 1]);
  await writeNpy(embeddings, Float32Array.of(3, 0, 0, 9), 2, 2);
  await assert.rejects(buildIndex(file, config(root, { embeddings }), testFolder(t)), failure("bad-embeddings", /2 rows.*3 records/));
});

test("the signature changes with files, settings and encoder, and with nothing else", async (t) => {
  const root = testFolder(t, { "a/1.jpg": await jpeg(1), "a/2.jpg": await jpeg(2), "notes.md": "x" });
  const signature = (overrides: ConfigOverrides = {}): Promise<string> => sourceSignature(root, config(root, overrides), []);
  const before = await signature();
  fs.writeFileSync(path.join(root, "notes.md"), "something else");
  fs.mkdirSync(path.join(root, ".infomax"));
  fs.writeFileSync(path.join(root, ".infomax", "protected.jsonl"), "");
  assert.equal(await signature(), before);
  assert.equal(await signature({ threshold: 0.5, redundancyWeight: 3, perClass: "none" }), before, "settings of the selection alone");
  assert.notEqual(await signature({ neighbors: 7 }), before);
  fs.writeFileSync(path.join(root, "a", "3.jpg"), await jpeg(3));
  const added = await signature();
  assert.notEqual(added, before);
  fs.utimesSync(path.join(root, "a", "1.jpg"), new Date(1e12), new Date(1e12));
  const touched = await signature();
  assert.notEqual(touched, added);
  fs.renameSync(path.join(root, "a", "3.jpg"), path.join(root, "a", "4.jpg"));
  assert.notEqual(await signature(), touched);
});

test("training dynamics give importance; what they lack is noted, and a change of them makes the index stale", async (t) => {
  const root = testFolder(t, { "d.jsonl": jsonl(20) });
  const dynamics = path.join(root, "run");
  fs.mkdirSync(dynamics);
  const epoch = (n: number): void => fs.writeFileSync(path.join(dynamics, `dynamics_epoch_${n}.jsonl`),
    Array.from({ length: 19 }, (_, row) => JSON.stringify({ guid: row, [`logits_epoch_${n}`]: [row + n, 3], gold: 0 })).join("\n"));
  epoch(0);
  const file = path.join(root, "d.jsonl");
  const settings = config(root, { dynamics });
  const index = await buildIndex(file, settings, testFolder(t));
  assert.match(index.importance.description, /training run in run, 1 epoch$/);
  assert.ok(index.dataset.notes.some((note) => note.startsWith("1 of 20 samples are not in the training dynamics")), index.dataset.notes.join());
  assert.equal(await sourceSignature(file, settings, []), index.signature);
  epoch(1);
  assert.notEqual(await sourceSignature(file, settings, []), index.signature);
});

test("an encoder that changed in its folder makes the index stale, and its old vectors are not reused", async (t) => {
  const root = testFolder(t, { "d.jsonl": jsonl(20) });
  const encoder = path.join(root, "encoder");
  const storage = testFolder(t);
  const file = path.join(root, "d.jsonl");
  writeTinyTextEncoder(encoder, 1);
  const settings = config(root, { encoder });
  const first = await buildIndex(file, settings, storage);
  assert.equal(await sourceSignature(file, settings, []), first.signature);
  writeTinyTextEncoder(encoder, 2);
  fs.utimesSync(path.join(encoder, "onnx", "model.onnx"), new Date(2e12), new Date(2e12));
  assert.notEqual(await sourceSignature(file, settings, []), first.signature);
  const second = await buildIndex(file, settings, storage);
  assert.notDeepEqual(second.matrix.data, first.matrix.data);
  // Both are read, and neither stands in the folders where the others do.
  for (const name of ["1_Pooling/config.json", "onnx/data/weights.bin"]) {
    fs.mkdirSync(path.dirname(path.join(encoder, name)), { recursive: true });
    fs.writeFileSync(path.join(encoder, name), "{}");
    const before = await sourceSignature(file, settings, []);
    fs.writeFileSync(path.join(encoder, name), "{ }");
    assert.notEqual(await sourceSignature(file, settings, []), before, name);
  }
  const builtin = await buildIndex(file, config(root), storage);
  assert.equal(builtin.matrix.dims, 640);
});

test("a dataset of which nothing can be read is an error that names the first cause", async (t) => {
  const root = testFolder(t, { "1.jpg": "no image", "2.jpg": "none either" });
  await assert.rejects(buildIndex(root, config(root), testFolder(t)), failure("empty-dataset", /none of the 2 samples could be read.*1\.jpg/));
});

test("each dataset has its own cache folder, whatever its name", (t) => {
  const storage = testFolder(t);
  const a = datasetCacheFolder(storage, "/data/a/train");
  assert.notEqual(a, datasetCacheFolder(storage, "/data/b/train"));
  for (const name of ["/", "/数据", "/x/..y", "C:\\data\\set", `/${"long".repeat(100)}`]) {
    const folder = datasetCacheFolder(storage, name);
    assert.equal(path.dirname(folder), storage);
    assert.ok(path.basename(folder).length < 64);
  }
});

test("a dataset above the partition size is split, says so, and is saved with its parts; others are not", async (t) => {
  const root = testFolder(t, { "d.jsonl": jsonl(1100) });
  const storage = testFolder(t);
  const file = path.join(root, "d.jsonl");
  const small = { partitionSize: 1000, neighbors: 5 } as const;
  const whole = await buildIndex(file, config(root, { neighbors: 5 }), storage);
  assert.equal(whole.partition, null);
  assert.doesNotMatch(whole.dataset.notes.join(), /split/);
  assert.equal((await buildIndex(file, config(root, { ...small, partition: "none" }), storage)).partition, null);
  for (const kind of ["neighbors", "random"] as const) {
    const settings = config(root, { ...small, partition: kind });
    const built = await buildIndex(file, settings, storage, { previous: whole });
    const { partition, lists } = built;
    assert.ok(partition !== null);
    assert.deepEqual([partition.kind, partition.count], [kind, 2]);
    assert.match(built.dataset.notes.join(), kind === "random" ? /(^|,)1,100 samples were split into 2 parts of at most 550, at random/ : /(^|,)1,100 samples were split into 2 parts of at most [\d,]+, with neighbours kept together/);
    lists.neighbors.forEach((j, at) => { assert.ok(j < 0 || partition.partOf[j] === partition.partOf[Math.floor(at / lists.k)]); });
    await saveIndex(indexFile(storage, file, settings), built);
    assert.deepEqual(await loadIndex(indexFile(storage, file, settings), root, settings), built);
  }
});

test("a dataset that grew and shrank is indexed from what was known, with the same lists as from scratch", async (t) => {
  const lines = jsonl(300).trimEnd().split("\n");
  const root = testFolder(t, { "d.jsonl": lines.slice(0, 280).join("\n") });
  const storage = testFolder(t);
  const file = path.join(root, "d.jsonl");
  const settings = config(root, { neighbors: 5 });
  const previous = await buildIndex(file, settings, storage);
  const build = async (now: readonly string[]): Promise<string[]> => {
    fs.writeFileSync(file, now.join("\n"));
    const grown = await buildIndex(file, settings, storage, { previous });
    const fresh = await buildIndex(file, settings, storage);
    assert.equal(grown.lists.k, fresh.lists.k);
    grown.lists.similarities.forEach((similarity, at) => { assert.ok(Math.abs(similarity - fresh.lists.similarities[at]) < 1e-5); });
    return grown.dataset.notes.filter((note) => !fresh.dataset.notes.includes(note));
  };
  assert.deepEqual(await build(lines), ["20 new samples joined the index (280 known)"]);
  assert.deepEqual(await build([lines[299], ...lines.slice(2, 280).reverse()]), ["1 new sample joined the index (278 known)", "2 samples left the index"]);
  assert.deepEqual(await build(lines.slice(0, 280).reverse()), []);
  assert.deepEqual(await build(lines.slice(280)), [], "nothing is known");
});
