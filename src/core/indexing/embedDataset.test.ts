import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { openDataset } from "../dataset/openDataset.ts";
import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch, Encoder, PendingBatch } from "../embedding/encoder.ts";
import { HashedText } from "../embedding/hashedText.ts";
import { CancelledError } from "../errors.ts";
import { VectorLog } from "../store/vectorLog.ts";
import { embedDataset } from "./embedDataset.ts";

/** The built-in text encoder in small batches, counting what it is given. */
class CountingEncoder implements Encoder {
  readonly name = "counting";
  readonly batchSize = 16;
  readonly given: string[] = [];
  private readonly inner = new HashedText();
  readonly key = this.inner.key;
  readonly dimensions = this.inner.dimensions;
  readonly defaultThreshold = this.inner.defaultThreshold;

  prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    return Promise.resolve(() => this.encode(contents));
  }

  encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    const texts = contents.map((content) => (content.kind === "image" ? "" : content.text));
    this.given.push(...texts);
    // This encoder has no word for what is unspeakable.
    return this.inner.encode(texts.map((text) => ({ kind: "text", text: text === "unspeakable" ? "" : text })));
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

const lines = (count: number, from = 0): string => Array.from({ length: count }, (_, i) => JSON.stringify({ id: `s${from + i}`, text: `sentence number ${from + i} of the set` }) + "\n").join("");

test("after a cancel nothing is embedded twice, and the vectors are those of one uninterrupted run", async (t) => {
  const root = testFolder(t, { "d.jsonl": lines(100) });
  const file = path.join(root, "d.jsonl");
  const dataset = await openDataset(file);
  const encoder = new CountingEncoder();
  const controller = new AbortController();
  const first = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  await assert.rejects(
    embedDataset(dataset, encoder, first, { signal: controller.signal, onProgress: (done) => { if (done >= 40) controller.abort(); } }), CancelledError);
  await first.close();
  assert.equal(encoder.given.length, 48);

  const second = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  const { matrix, encoded } = await embedDataset(dataset, encoder, second);
  assert.equal(encoded, 52);
  assert.equal(new Set(encoder.given).size, 100);
  assert.equal(encoder.given.length, 100);
  // Lines added later are all that is embedded then.
  fs.appendFileSync(file, lines(5, 100));
  const grown = await embedDataset(await openDataset(file), encoder, second);
  assert.equal(grown.encoded, 5);
  await second.close();

  const fresh = await VectorLog.open(path.join(root, "fresh.bin"), encoder.key, encoder.dimensions);
  assert.deepEqual((await embedDataset(dataset, new CountingEncoder(), fresh)).matrix.data, matrix.data);
  await fresh.close();
});

test("samples of the same content are embedded once, within a batch and across batches", async (t) => {
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 60 }, (_, i) => JSON.stringify({ id: i, text: `text ${i % 3}` })).join("\n") });
  const encoder = new CountingEncoder();
  const log = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  const { matrix, digests, encoded } = await embedDataset(await openDataset(path.join(root, "d.jsonl")), encoder, log);
  await log.close();
  assert.deepEqual([encoder.given.sort(), encoded], [["text 0", "text 1", "text 2"], 3]);
  assert.equal(new Set(digests).size, 3);
  for (let row = 3; row < 60; row++) assert.deepEqual(matrix.data.subarray(row * matrix.dims, (row + 1) * matrix.dims), matrix.data.subarray((row % 3) * matrix.dims, (row % 3 + 1) * matrix.dims));
});

test("a sample that cannot be encoded is rejected with file, line and reason, copies of it too", async (t) => {
  const root = testFolder(t, { "d.jsonl": ["a good one", "unspeakable", "another", "unspeakable"].map((text, i) => JSON.stringify({ id: i, text })).join("\n") });
  const encoder = new CountingEncoder();
  const log = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  const dataset = await openDataset(path.join(root, "d.jsonl"));
  const { rejected } = await embedDataset(dataset, encoder, log);
  await log.close();
  assert.equal(log.size, 2);
  const reasons = [...rejected.values()].map(({ file, line, reason }) => [file, line, /[a-z]{4}/.test(reason)]);
  assert.deepEqual(reasons, [["d.jsonl", 2, true], ["d.jsonl", 4, true]]);
});

/** An encoder of two dimensions whose batches are prepared as the test says. */
function preparing(prepare: Encoder["prepare"]): Encoder {
  return { name: "stub", key: "stub", dimensions: 2, batchSize: 64, defaultThreshold: 0.9, prepare, encode: async (contents) => (await prepare(contents))(), close: () => Promise.resolve() };
}

test("a vector that is no direction is a rejection, whatever the encoder says, and is not kept", async (t) => {
  const root = testFolder(t, { "d.jsonl": lines(4) });
  const vectors = Float32Array.of(1, 0, NaN, 1, 0, 0, Infinity, 0);
  const encoder = preparing(() => Promise.resolve(() => Promise.resolve({ vectors, failures: new Map() })));
  const log = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  const { rejected, matrix } = await embedDataset(await openDataset(path.join(root, "d.jsonl")), encoder, log);
  await log.close();
  assert.deepEqual([...rejected.keys()], [1, 2, 3]);
  assert.match(rejected.get(1)?.reason ?? "", /no usable vector/);
  assert.deepEqual([...matrix.data], [1, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(log.size, 1);
});

test("a cancel lands while a batch is still being decoded", { timeout: 10_000 }, async (t) => {
  const root = testFolder(t, { "d.jsonl": lines(4) });
  const controller = new AbortController();
  const encoder = preparing(() => {
    setTimeout(() => { controller.abort(); }, 20);
    return new Promise(() => undefined);
  });
  const log = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  t.after(() => log.close());
  await assert.rejects(embedDataset(await openDataset(path.join(root, "d.jsonl")), encoder, log, { signal: controller.signal }), CancelledError);
});

test("batches of long texts end early, so that they do not pile up in memory", async (t) => {
  const long = "x".repeat(2_200_000);
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 40 }, (_, i) => JSON.stringify({ id: i, text: `${i} ${long}` })).join("\n") });
  const sizes: number[] = [];
  const encoder = preparing((contents) => {
    sizes.push(contents.length);
    return Promise.resolve(() => Promise.resolve({ vectors: new Float32Array(2 * contents.length).fill(1), failures: new Map() }));
  });
  const log = await VectorLog.open(path.join(root, "v.bin"), encoder.key, encoder.dimensions);
  await embedDataset(await openDataset(path.join(root, "d.jsonl")), encoder, log);
  await log.close();
  assert.deepEqual(sizes, [16, 16, 8]);
});
