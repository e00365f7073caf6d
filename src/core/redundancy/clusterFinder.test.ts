import assert from "node:assert/strict";
import test from "node:test";
import { CancelledError } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors, type NeighborLists } from "../neighbors/neighborGraph.ts";
import { normalizeRows, rowSimilarity, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { nearestNeighborsByPart, partitionFrom } from "../neighbors/partition.ts";
import { seededRandom } from "../random.ts";
import { ClusterFinder } from "./clusterFinder.ts";
import type { Clusters } from "./clusters.ts";
import { denseClusters } from "./denseClusters.fixture.ts";

const THRESHOLDS = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995, 1];
/** Coordinates are multiples of 1/4096: products in float32 are then exact, whatever the order of their sums. */
const GRAIN = 4096;

/**
 * Groups of very different sizes, some exact copies, in mixed order; every coordinate on a grid.
 * @param noise of the groups in turn, relative to their length
 */
function planted(seed: number, dims: number, sizes: readonly number[], noise: readonly number[]): EmbeddingMatrix {
  const random = seededRandom(seed);
  const vectors = sizes.flatMap((size, group) => {
    const centre = Array.from({ length: dims }, () => random() - 0.5);
    return Array.from({ length: size }, () => centre.map((value) => value + noise[group % noise.length] * (random() - 0.5)));
  });
  for (let i = vectors.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [vectors[i], vectors[j]] = [vectors[j], vectors[i]];
  }
  const matrix = { rows: vectors.length, dims, data: Float32Array.from(vectors.flat()) };
  normalizeRows(matrix);
  for (let i = 0; i < matrix.data.length; i++) matrix.data[i] = Math.round(matrix.data[i] * GRAIN) / GRAIN;
  return matrix;
}

const listsOf = async (matrix: EmbeddingMatrix, k: number): Promise<NeighborLists> => nearestNeighbors(matrix, await ExactSearch.create(matrix), k);

/** Members of equal similarity to their representative may stand in any order of rounding; here similarities are exact. */
function same(found: Clusters, expected: Clusters, about: string): void {
  assert.equal(found.count, expected.count, `${about}: clusters`);
  assert.deepEqual(found.offsets, expected.offsets, about);
  assert.deepEqual(found.members, expected.members, about);
  assert.deepEqual(found.clusterOf, expected.clusterOf, about);
  assert.ok(found.similarities.every((value, at) => Math.abs(value - expected.similarities[at]) < 1e-6), about);
}

const POOLS: readonly { readonly name: string; readonly matrix: EmbeddingMatrix }[] = [
  { name: "clusters far larger than k", matrix: planted(1, 16, [300, 200, 120, 60, 30, 10, 5, 3, 2, 1, 1, 1], [0.05, 0.3, 0.6]) },
  { name: "diffuse", matrix: planted(2, 8, [400, 300], [1.2, 2]) },
  { name: "exact copies in numbers", matrix: planted(3, 12, [150, 80, 40, 20, 9, 9, 9, 4, 4, 1, 1], [0]) },
  { name: "copies and near copies", matrix: planted(4, 12, Array.from({ length: 60 }, (_, g) => 1 + ((g * g) % 37)), [0, 0.1, 0.25, 0.5]) },
];

test("every threshold gives the clusters of comparing all with all, for lists far shorter than clusters", async () => {
  for (const { name, matrix } of POOLS) {
    for (const k of [1, 5, 20]) {
      const lists = await listsOf(matrix, k);
      const finder = ClusterFinder.create(matrix, lists);
      for (const threshold of THRESHOLDS) same(await finder.at(threshold), await denseClusters(matrix, lists, threshold), `${name}, k = ${k}, ${threshold}`);
    }
  }
});

test("vectors on a lattice: many pairs are exactly as similar, and the first leader wins as it did", async () => {
  const random = seededRandom(9);
  // 16 signs of 1/4: cosines are multiples of 1/8, so that ties are the rule.
  const data = Float32Array.from({ length: 500 * 16 }, () => (random() < 0.2 ? -0.25 : 0.25));
  const matrix = { rows: 500, dims: 16, data };
  for (const k of [3, 10, 40]) {
    const lists = await listsOf(matrix, k);
    for (const threshold of [0.3, 0.45, 0.55, 0.7, 0.8, 0.95]) {
      const found = await ClusterFinder.create(matrix, lists).at(threshold);
      same(found, await denseClusters(matrix, lists, threshold), `k = ${k}, ${threshold}`);
    }
  }
});

test("the same holds in parts, of which some are smaller than k", async () => {
  for (const { name, matrix } of POOLS) {
    const partition = partitionFrom("random", Int32Array.from({ length: matrix.rows }, (_, row) => (row < 12 ? 7 : (row * 5) % 3)));
    const lists = await nearestNeighborsByPart(matrix, partition, 15);
    const finder = ClusterFinder.create(matrix, lists, partition);
    for (const threshold of THRESHOLDS) same(await finder.at(threshold), await denseClusters(matrix, lists, threshold, { partition }), `${name}, ${threshold}`);
  }
});

test("lists that miss neighbours, as approximate ones do, give no member beyond the threshold", async () => {
  const [{ matrix }] = POOLS;
  const exact = await listsOf(matrix, 20);
  const random = seededRandom(5);
  const neighbors = new Int32Array(exact.neighbors.length).fill(-1);
  const similarities = new Float32Array(neighbors.length).fill(-1);
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = row * 20, to = at; at < (row + 1) * 20; at++) {
      if (random() < 0.3) continue;
      neighbors[to] = exact.neighbors[at];
      similarities[to++] = exact.similarities[at];
    }
  }
  const clusters = await ClusterFinder.create(matrix, { ...exact, neighbors, similarities }).at(0.9);
  assert.ok(clusters.count > 5);
  for (let c = 0; c < clusters.count; c++) {
    for (let at = clusters.offsets[c]; at < clusters.offsets[c + 1]; at++) {
      assert.ok(rowSimilarity(matrix, clusters.members[clusters.offsets[c]], clusters.members[at]) >= 0.9 - 2e-3 || at === clusters.offsets[c]);
    }
  }
});

test("several thresholds at once do not disturb each other, and a cancel lands", async () => {
  const [{ matrix }] = POOLS;
  const lists = await listsOf(matrix, 5);
  const finder = ClusterFinder.create(matrix, lists);
  const together = await Promise.all([0.9, 0.8, 0.95].map((threshold) => finder.at(threshold)));
  for (const clusters of together) same(clusters, await finder.at(clusters.threshold), String(clusters.threshold));
  const controller = new AbortController();
  const stopped = finder.at(0.9, { signal: controller.signal });
  controller.abort();
  await assert.rejects(stopped, CancelledError);
});
