import assert from "node:assert/strict";
import test from "node:test";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors } from "../neighbors/neighborGraph.ts";
import { normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import { densityImportance } from "./density.ts";

function crowd(rows: number, dims: number, outliers: readonly number[]): EmbeddingMatrix {
  const random = seededRandom(5);
  const data = Float32Array.from({ length: rows * dims }, (_, i) => (i % dims === 0 ? 1 : 0) + 0.3 * (random() - 0.5));
  outliers.forEach((row, o) => {
    data.fill(0, row * dims, (row + 1) * dims);
    data[row * dims + 1 + o] = -1;
  });
  const matrix = { rows, dims, data };
  normalizeRows(matrix);
  return matrix;
}

test("planted outliers score highest, in (0, 2]", async () => {
  const outliers = [17, 60];
  const matrix = crowd(100, 16, outliers);
  const scores = densityImportance(await nearestNeighbors(matrix, await ExactSearch.create(matrix), 20));
  const top = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]).slice(0, 2).sort((a, b) => a - b);
  assert.deepEqual(top, outliers);
  assert.ok(scores.every((score) => score > 0 && score <= 2));
});

test("is one minus the mean similarity to the ten nearest, fewer where there are fewer", () => {
  const similarities = Float32Array.from({ length: 24 }, (_, i) => (i < 12 ? 1 - i / 16 : 0.5));
  const scores = densityImportance({ rows: 2, k: 12, neighbors: new Int32Array(24), similarities });
  assert.equal(scores[0], 4.5 / 16);
  assert.equal(scores[1], 0.5);
  assert.deepEqual(Array.from(densityImportance({ rows: 2, k: 1, neighbors: Int32Array.of(1, 0), similarities: Float32Array.of(0.25, 0.25) })), [0.75, 0.75]);
  assert.deepEqual(Array.from(densityImportance({ rows: 1, k: 0, neighbors: new Int32Array(0), similarities: new Float32Array(0) })), [1]);
});
