import { throwIfCancelled } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { rowSimilarity, toSimilarity, type EmbeddingMatrix, type SearchOptions } from "../neighbors/neighborSearch.ts";

/**
 * Near-duplicate clusters of two or more around a representative, largest first. Members of cluster c stand at
 * `members[offsets[c]]` … `members[offsets[c + 1] − 1]`: the representative, then by falling similarity to it.
 */
export interface Clusters {
  readonly threshold: number;
  readonly count: number;
  readonly offsets: Uint32Array;
  readonly members: Uint32Array;
  /** Cosine of each entry of `members` to its representative. */
  readonly similarities: Float32Array;
  /** Cluster of each sample, −1 for a sample that is alone. */
  readonly clusterOf: Int32Array;
}

const BLOCK = 512;
/** Products in float32 round: without slack, exact copies could miss a threshold of 1. */
const ROUNDING = 1e-5;

/**
 * Leader clustering (Hartigan 1975): a sample becomes a representative when no earlier one is within the threshold;
 * then each other sample joins its most similar representative. So no member is farther than the threshold from its
 * representative, and chains cannot join strangers. Samples in the densest spots are tried first.
 *
 * Only samples whose nearest neighbour is within the threshold are compared; the comparison itself is exact, so
 * clusters larger than k stay whole.
 * @param threshold cosine in (0, 1]
 */
export async function leaderClusters(matrix: EmbeddingMatrix, lists: NeighborLists, threshold: number, options: SearchOptions = {}): Promise<Clusters> {
  const { dims, data } = matrix;
  const least = threshold - ROUNDING;
  const candidates = candidatesByDensity(lists, least);
  const leaders: number[] = [];
  const leaderVectors = new Float32Array(candidates.length * dims);
  const block = new Float32Array(BLOCK * dims);
  for (let start = 0; start < candidates.length; start += BLOCK) {
    throwIfCancelled(options.signal);
    const size = Math.min(BLOCK, candidates.length - start);
    for (let b = 0; b < size; b++) block.set(data.subarray(candidates[start + b] * dims, (candidates[start + b] + 1) * dims), b * dims);
    const before = leaders.length;
    const covered = new Uint8Array(size);
    if (before > 0) {
      const search = await ExactSearch.create({ rows: before, dims, data: leaderVectors.subarray(0, before * dims) });
      const found = await search.search(block.subarray(0, size * dims), 1, options.signal === undefined ? {} : { signal: options.signal });
      for (let b = 0; b < size; b++) covered[b] = found.similarities[b] >= least ? 1 : 0;
    }
    for (let b = 0; b < size; b++) {
      const row = candidates[start + b];
      for (let l = before; l < leaders.length && covered[b] === 0; l++) {
        if (rowSimilarity(matrix, row, leaders[l]) >= least) covered[b] = 1;
      }
      if (covered[b] === 1) continue;
      leaderVectors.set(data.subarray(row * dims, (row + 1) * dims), leaders.length * dims);
      leaders.push(row);
    }
    options.onProgress?.(start + size, 2 * candidates.length);
  }
  return joinLeaders(matrix, candidates, leaders, leaderVectors, threshold, options);
}

function candidatesByDensity(lists: NeighborLists, least: number): number[] {
  const density = new Uint32Array(lists.rows);
  const candidates: number[] = [];
  for (let i = 0; i < lists.rows; i++) {
    for (let at = i * lists.k, end = at + lists.k; at < end && lists.similarities[at] >= least; at++) density[i]++;
    if (density[i] > 0) candidates.push(i);
  }
  return candidates.sort((a, b) => density[b] - density[a] || a - b);
}

async function joinLeaders(
  matrix: EmbeddingMatrix, candidates: readonly number[], leaders: readonly number[], leaderVectors: Float32Array,
  threshold: number, options: SearchOptions,
): Promise<Clusters> {
  const { rows, dims, data } = matrix;
  const leaderOf = new Int32Array(rows).fill(-1);
  const similarity = new Float32Array(rows);
  leaders.forEach((row, l) => {
    leaderOf[row] = l;
    similarity[row] = 1;
  });
  const others = candidates.filter((row) => leaderOf[row] < 0);
  const queries = new Float32Array(Math.min(others.length, 8 * BLOCK) * dims);
  const search = await ExactSearch.create({ rows: leaders.length, dims, data: leaderVectors.subarray(0, leaders.length * dims) });
  for (let start = 0; start < others.length; start += 8 * BLOCK) {
    const size = Math.min(8 * BLOCK, others.length - start);
    for (let b = 0; b < size; b++) queries.set(data.subarray(others[start + b] * dims, (others[start + b] + 1) * dims), b * dims);
    const found = await search.search(queries.subarray(0, size * dims), 1, options.signal === undefined ? {} : { signal: options.signal });
    for (let b = 0; b < size; b++) {
      leaderOf[others[start + b]] = found.rows[b];
      similarity[others[start + b]] = toSimilarity(found.similarities[b]);
    }
    options.onProgress?.(candidates.length + start + size, 2 * candidates.length);
  }
  const membersOf: number[][] = leaders.map((row) => [row]);
  for (const row of others) membersOf[leaderOf[row]].push(row);
  const kept = membersOf.filter((members) => members.length > 1)
    .sort((a, b) => b.length - a.length || a[0] - b[0]);
  const clusterOf = new Int32Array(rows).fill(-1);
  const offsets = new Uint32Array(kept.length + 1);
  kept.forEach((members, c) => {
    offsets[c + 1] = offsets[c] + members.length;
  });
  const members = new Uint32Array(offsets[kept.length]);
  const similarities = new Float32Array(members.length);
  kept.forEach((list, c) => {
    const representative = list[0];
    list.sort((a, b) => (a === representative ? -1 : b === representative ? 1 : similarity[b] - similarity[a] || a - b));
    list.forEach((row, m) => {
      members[offsets[c] + m] = row;
      similarities[offsets[c] + m] = similarity[row];
      clusterOf[row] = c;
    });
  });
  return { threshold, count: kept.length, offsets, members, similarities, clusterOf };
}
