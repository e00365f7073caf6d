import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { toSimilarity } from "../neighbors/neighborSearch.ts";

/** Directed membership strengths in [0, 1], row-major `rows × width`: the first `width` of each row's neighbours; 0 for none. */
export interface Memberships {
  readonly rows: number;
  readonly width: number;
  readonly strengths: Float32Array;
  /** Distance to the nearest neighbour that is not at distance 0; 0 where there is none. */
  readonly rho: Float32Array;
  /** Bandwidth of each row, > 0. */
  readonly sigma: Float32Array;
}

const STEPS = 64;
const TOLERANCE = 1e-5;
/** Least bandwidth, as a share of the mean distance. */
const LEAST_SCALE = 1e-3;

/** 1 − cosine; 0 for what differs from an exact copy by rounding alone. */
export function listDistance(similarity: number): number {
  return similarity <= 0 ? 1 - similarity : 1 - toSimilarity(similarity);
}

/** Room for the strengths of the nearest `neighbors` of each row, the row itself counted, as in umap-learn. */
export function emptyMemberships(lists: NeighborLists, neighbors: number): Memberships {
  const width = Math.min(lists.k, neighbors - 1);
  return { rows: lists.rows, width, strengths: new Float32Array(lists.rows * width), rho: new Float32Array(lists.rows), sigma: new Float32Array(lists.rows) };
}

/** A sum of numbers and how many they are. */
export interface Tally {
  sum: number;
  count: number;
}

/** Adds the distances to the listed neighbours of rows from … to − 1, the rows themselves (0) counted, as in umap-learn. */
export function tallyDistances(lists: NeighborLists, width: number, tally: Tally, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    tally.count++;
    for (let at = i * lists.k, end = at + width; at < end && lists.neighbors[at] >= 0; at++, tally.count++) tally.sum += listDistance(lists.similarities[at]);
  }
}

/**
 * Smooth k-NN distances (UMAP, McInnes et al., arXiv 1802.03426, algorithm 3) of rows from … to − 1: strength of neighbour j of row i
 * `exp(−max(0, d_ij − ρ_i) / σ_i)`, where σ_i makes them sum to log2 of the number of listed neighbours, the row itself counted.
 * @param mean of the distances of all rows, see {@link tallyDistances}
 */
export function computeMemberships(lists: NeighborLists, into: Memberships, mean: number, from: number, to: number): void {
  const { neighbors, similarities, k } = lists;
  const { width, strengths, rho, sigma } = into;
  const distance = new Float64Array(width);
  for (let i = from; i < to; i++) {
    const start = i * k;
    let count = 0;
    let sum = 0;
    let nearest = 0;
    while (count < width && neighbors[start + count] >= 0) {
      const d = listDistance(similarities[start + count]);
      distance[count++] = d;
      sum += d;
      if (nearest === 0) nearest = d;
    }
    rho[i] = nearest;
    const target = Math.log2(count + 1);
    let low = 0;
    let high = Infinity;
    let middle = 1;
    for (let step = 0; step < STEPS && count > 0; step++) {
      let total = 0;
      for (let r = 0; r < count; r++) {
        const beyond = distance[r] - nearest;
        total += beyond > 0 ? Math.exp(-beyond / middle) : 1;
      }
      if (Math.abs(total - target) < TOLERANCE) break;
      if (total > target) {
        high = middle;
        middle = (low + high) / 2;
      } else {
        low = middle;
        middle = high === Infinity ? middle * 2 : (low + high) / 2;
      }
    }
    const least = LEAST_SCALE * (nearest > 0 ? sum / (count + 1) : mean);
    const bandwidth = Math.max(middle, least);
    sigma[i] = bandwidth;
    for (let r = 0, at = i * width; r < count; r++, at++) {
      const beyond = distance[r] - nearest;
      strengths[at] = beyond > 0 ? Math.exp(-beyond / bandwidth) : 1;
    }
  }
}
