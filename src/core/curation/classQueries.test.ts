import assert from "node:assert/strict";
import test from "node:test";
import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch } from "../embedding/encoder.ts";
import { normalizeRows } from "../neighbors/neighborSearch.ts";
import { classQueries, classWords } from "./classQueries.ts";
import { retrieve } from "./retrieval.ts";

const DIMS = 3;

/** Texts as vectors made by hand: an axis for each animal, and a tilt by how long the sentence is. */
function handMade(batchSize: number): { readonly encoder: Parameters<typeof classQueries>[1]; readonly texts: string[] } {
  const texts: string[] = [];
  const prepare = (contents: readonly SampleContent[]): Promise<() => Promise<EncodedBatch>> => {
    assert.ok(contents.length <= batchSize);
    const vectors = new Float32Array(contents.length * DIMS);
    contents.forEach((content, row) => {
      const text = content.kind === "text" ? content.text : assert.fail();
      texts.push(text);
      const axis = ["cat", "polar bear"].findIndex((name) => text.includes(name));
      if (axis >= 0) vectors.set([axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, text.length / 100], row * DIMS);
    });
    normalizeRows({ rows: contents.length, dims: DIMS, data: vectors });
    return Promise.resolve(() => Promise.resolve({ vectors, failures: new Map() }));
  };
  return { texts, encoder: { dimensions: DIMS, batchSize, prepare } };
}

test("a class's query is the mean of its sentences, whatever the batches; a name without words, or that no encoder reads, has none", async () => {
  const names = ["cat", "---", "polar_bear", "unheard of"];
  const { encoder, texts } = handMade(256);
  const { matrix, classOf } = await classQueries(names, encoder);
  assert.deepEqual([matrix.rows, matrix.dims, ...classOf], [2, DIMS, 0, 2]);
  assert.ok(texts.includes("a photo of a polar bear.") && texts.every((text) => !text.includes("{}") && !text.includes("-.")));
  const own = texts.filter((text) => text.includes("cat")).map((text) => [1, 0, text.length / 100]);
  const mean = [0, 1, 2].map((j) => own.reduce((sum, vector) => sum + vector[j] / Math.hypot(...vector), 0));
  for (let j = 0; j < DIMS; j++) assert.ok(Math.abs(matrix.data[j] - mean[j] / Math.hypot(...mean)) < 1e-6);
  const small = await classQueries(names, handMade(3).encoder);
  assert.deepEqual(small, { matrix, classOf });
});

test("what a class's text points at is found first, class after class", async () => {
  const { matrix } = await classQueries(["cat", "polar bear"], handMade(256).encoder);
  const vectors = [[0, 0, 1], [0.2, 1, 0.2], [1, 0, 0.3], [0.6, 0, 1], [0, 1, 0.3]];
  const pool = { rows: vectors.length, dims: DIMS, data: Float32Array.from(vectors.flat()) };
  normalizeRows(pool);
  const none = new Uint8Array(pool.rows);
  const found = await retrieve({ pool, queries: matrix, queryLabel: Int32Array.of(0, 1), isProtected: none, isExcluded: none, seed: 1 }, 4);
  assert.deepEqual([[...found.rows], [...found.label]], [[2, 4, 3, 1], [0, 1, 0, 1]]);
});

test("a stranger's class name becomes a few words and nothing else", async () => {
  assert.equal(classWords("  Polar_Bear--cub\n"), "Polar Bear cub");
  assert.equal(classWords("ﬁsh"), "fish");
  assert.deepEqual(["", " _-_ ", "\u0000\u0007", ".,;", "\ud800"].map(classWords), ["", "", "", "", ""]);
  assert.equal(classWords("猫"), "猫");
  assert.equal(classWords("🐈"), "🐈");
  const long = classWords("🐈".repeat(1_000_000));
  assert.equal(Array.from(long).length, 100);
  assert.doesNotMatch(long, /\p{Cs}/u);
  const { encoder, texts } = handMade(256);
  await classQueries(["$& $1 {} cat"], encoder);
  assert.equal(texts[0], "a photo of a $& $1 {} cat.");
});
