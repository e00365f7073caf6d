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
  const builtin = await buildIndex(file, config(root), storage);
  assert.equal(builtin.matrix.dims, 512);
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
