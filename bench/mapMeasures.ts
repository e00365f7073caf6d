/** What `bench/map.ts` measures of a map. */
import type { NeighborLists } from "../src/core/neighbors/neighborGraph.ts";
import { rowSimilarity, type EmbeddingMatrix } from "../src/core/neighbors/neighborSearch.ts";
import { seededPermutation } from "../src/core/random.ts";

const K = 15;

/** The given number of rows, drawn by seed, ascending. */
export function drawnRows(rows: number, count: number, seed: number): Uint32Array {
  return seededPermutation(rows, seed).slice(0, count).sort();
}

/** For each of `queries`, the K of `among` that lie nearest on the map, as positions in `among`; a query itself never counts. */
function nearestOnMap(points: Float32Array, queries: Uint32Array, among: Uint32Array): Int32Array {
  const nearest = new Int32Array(queries.length * K).fill(-1);
  const distance = new Float64Array(K);
  for (let q = 0; q < queries.length; q++) {
    const row = queries[q];
    const own = q * K;
    distance.fill(Infinity);
    for (let c = 0; c < among.length; c++) {
      const other = among[c];
      const square = (points[2 * row] - points[2 * other]) ** 2 + (points[2 * row + 1] - points[2 * other + 1]) ** 2;
      if (square >= distance[K - 1] || other === row) continue;
      let at = K - 1;
      for (; at > 0 && distance[at - 1] > square; at--) {
        distance[at] = distance[at - 1];
        nearest[own + at] = nearest[own + at - 1];
      }
      distance[at] = square;
      nearest[own + at] = c;
    }
  }
  return nearest;
}

/** Trustworthiness (Venna & Kaski 2001) at k = 15 of the map of some rows, ranks counted among those rows. */
export function trustworthiness(matrix: EmbeddingMatrix, points: Float32Array, sample: Uint32Array): number {
  const n = sample.length;
  const nearest = nearestOnMap(points, sample, sample);
  const similarity = new Float64Array(n);
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) similarity[j] = i === j ? Infinity : rowSimilarity(matrix, sample[i], sample[j]);
    for (let r = 0; r < K; r++) {
      const own = similarity[nearest[i * K + r]];
      let rank = 0;
      for (let j = 0; j < n; j++) if (similarity[j] > own) rank++;
      penalty += Math.max(0, rank - K);
    }
  }
  return 1 - (2 * penalty) / (n * K * (2 * n - 3 * K - 1));
}

const everyRow = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, row) => row);

/** Share of the 15 nearest of all points on the map that have the label of the query. */
export function labelAgreement(points: Float32Array, label: Int32Array, queries: Uint32Array): number {
  const nearest = nearestOnMap(points, queries, everyRow(label.length));
  let same = 0;
  for (let at = 0; at < nearest.length; at++) if (label[nearest[at]] === label[queries[Math.floor(at / K)]]) same++;
  return same / nearest.length;
}

/** Share of the 15 nearest of all points on the map that are among the query's listed neighbours. */
export function neighborsKept(points: Float32Array, lists: NeighborLists, queries: Uint32Array): number {
  const nearest = nearestOnMap(points, queries, everyRow(lists.rows));
  let kept = 0;
  for (let at = 0; at < nearest.length; at++) {
    const row = queries[Math.floor(at / K)];
    if (lists.neighbors.subarray(row * lists.k, (row + 1) * lists.k).includes(nearest[at])) kept++;
  }
  return kept / nearest.length;
}
