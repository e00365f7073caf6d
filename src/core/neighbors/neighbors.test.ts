import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { CancelledError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { ExactSearch } from "./exactSearch.ts";
import { HnswSearch } from "./hnswSearch.ts";
import { nearestNeighbors, similarityGraph } from "./neighborGraph.ts";
import { normalizeRows, rowSimilarity, type EmbeddingMatrix } from "./neighborSearch.ts";

function randomMatrix(rows: number, dims: number, seed: number): EmbeddingMatrix {
  const random = seededRandom(seed);
  const matrix = { rows, dims, data: Float32Array.from({ length: rows * dims }, () => random() - 0.5) };
  normalizeRows(matrix);
  return matrix;
}

function bruteNeighbors(matrix: EmbeddingMatrix, i: number, k: number): number[] {
  return Array.from({ length: matrix.rows }, (_, j) => j).filter((j) => j !== i)
    .sort((a, b) => rowSimilarity(matrix, i, b) - rowSimilarity(matrix, i, a) || a - b).slice(0, k);
}

test("exact search finds the same neighbours as comparing every pair", async () => {
  const matrix = randomMatrix(700, 24, 1);
  const search = await ExactSearch.create(matrix);
  const lists = await nearestNeighbors(matrix, search, 10);
  await search.close();
  for (let i = 0; i < matrix.rows; i += 13) {
    assert.deepEqual(Array.from(lists.neighbors.subarray(i * 10, i * 10 + 10)), bruteNeighbors(matrix, i, 10));
  }
});

test("exact search merges blocks when there are more vectors than one block holds", async () => {
  const matrix = randomMatrix(65_536 + 900, 4, 2);
  const search = await ExactSearch.create(matrix);
  const queries = matrix.data.subarray(65_500 * 4, 65_540 * 4);
  const found = await search.search(queries, 5);
  await search.close();
  for (let q = 0; q < 40; q += 7) {
    const all = Array.from({ length: matrix.rows }, (_, j) => rowSimilarity(matrix, 65_500 + q, j)).sort((a, b) => b - a);
    for (let r = 0; r < 5; r++) assert.ok(Math.abs(found.similarities[q * 5 + r] - all[r]) < 1e-5);
    assert.equal(found.rows[q * 5], 65_500 + q);
  }
});

test("a sample is never its own neighbour, even among more copies than k", async () => {
  const data = new Float32Array(40 * 3);
  for (let i = 0; i < 40; i++) data.set(i < 30 ? [1, 0, 0] : [0, 1, 0], i * 3);
  const matrix = { rows: 40, dims: 3, data };
  const search = await ExactSearch.create(matrix);
  const lists = await nearestNeighbors(matrix, search, 5);
  await search.close();
  for (let i = 0; i < 40; i++) {
    const own = Array.from(lists.neighbors.subarray(i * 5, i * 5 + 5));
    assert.ok(!own.includes(i));
    assert.ok(own.every((j) => j >= 0 && (j < 30) === (i < 30)));
  }
});

test("fewer samples than k, one sample, and none", async () => {
  for (const rows of [0, 1, 3]) {
    const matrix = randomMatrix(rows, 8, 3);
    const search = await ExactSearch.create(matrix);
    const lists = await nearestNeighbors(matrix, search, 50);
    await search.close();
    assert.equal(lists.k, Math.max(0, rows - 1));
    assert.ok(lists.neighbors.every((j) => j >= 0));
  }
});

test("the similarity graph is the symmetric union, sorted, positive, without a diagonal", async () => {
  const matrix = randomMatrix(300, 6, 4);
  const search = await ExactSearch.create(matrix);
  const lists = await nearestNeighbors(matrix, search, 7);
  await search.close();
  const graph = similarityGraph(lists);
  const expected = new Map<string, number>();
  for (let i = 0; i < 300; i++) {
    for (let r = 0; r < 7; r++) {
      const value = lists.similarities[i * 7 + r];
      if (value <= 0) continue;
      const j = lists.neighbors[i * 7 + r];
      for (const key of [`${i},${j}`, `${j},${i}`]) expected.set(key, Math.max(expected.get(key) ?? 0, Math.min(1, value)));
    }
  }
  assert.equal(graph.columns.length, expected.size);
  for (let i = 0; i < 300; i++) {
    for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) {
      if (e > graph.offsets[i]) assert.ok(graph.columns[e - 1] < graph.columns[e]);
      assert.equal(graph.values[e], expected.get(`${i},${graph.columns[e]}`));
    }
  }
});

test("cancelling stops a search between blocks", async () => {
  const matrix = randomMatrix(3000, 16, 5);
  const search = await ExactSearch.create(matrix);
  const controller = new AbortController();
  await assert.rejects(
    nearestNeighbors(matrix, search, 5, { signal: controller.signal, onProgress: () => { controller.abort(); } }), CancelledError);
  await search.close();
});

test("HNSW finds nearly all true neighbours, grows, and answers the same after saving and loading", async () => {
  const whole = randomMatrix(2000, 16, 6);
  const part = { rows: 1500, dims: 16, data: whole.data.subarray(0, 1500 * 16) };
  const search = await HnswSearch.build(part, 42);
  assert.equal(search.size, 1500);
  await search.add(whole);
  assert.equal(search.size, 2000);
  const lists = await nearestNeighbors(whole, search, 10);
  let hits = 0;
  for (let i = 0; i < 2000; i += 20) {
    const truth = new Set(bruteNeighbors(whole, i, 10));
    for (let r = 0; r < 10; r++) if (truth.has(lists.neighbors[i * 10 + r])) hits++;
  }
  assert.ok(hits / 1000 > 0.95, `recall ${hits / 1000}`);
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-hnsw-"));
  try {
    const file = path.join(folder, "graph.bin");
    await search.save(file);
    const again = await HnswSearch.load(file, 16);
    const query = whole.data.subarray(0, 16);
    assert.deepEqual((await again.search(query, 10)).rows, (await search.search(query, 10)).rows);
  } finally {
    await rm(folder, { recursive: true });
  }
});
