import { throwIfCancelled } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { Partition } from "../neighbors/partition.ts";
import { rowSimilarity, toSimilarity, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { ClusterOptions, Clusters } from "./clusters.ts";

const BLOCK = 512;
/** Products in float32 round: without slack, exact copies could miss a threshold of 1. */
const ROUNDING = 1e-5;

/** Leader clustering by dense products among all candidates: plain and slow, what the quick form is compared with. */
export async function denseClusters(matrix: EmbeddingMatrix, lists: NeighborLists, threshold: number, options: ClusterOptions = {}): Promise<Clusters> {
  const least = threshold - ROUNDING;
  const candidates = candidatesByDensity(lists, least);
  const assigned: Assigned = { leaderOf: new Int32Array(matrix.rows).fill(-1), similarity: new Float32Array(matrix.rows) };
  let done = 0;
  for (const own of byPart(candidates, options.partition ?? null)) {
    const before = done;
    const step = (steps: number): void => options.onProgress?.(before + steps, 2 * candidates.length);
    const { leaders, vectors } = await findLeaders(matrix, own, least, step, options.signal);
    await joinLeaders(matrix, own, leaders, vectors, assigned, step, options.signal);
    done += 2 * own.length;
  }
  return collected(candidates, assigned, threshold);
}

/** The candidates of each part that has any, in their order. */
function byPart(candidates: readonly number[], partition: Partition | null): readonly (readonly number[])[] {
  if (partition === null) return candidates.length === 0 ? [] : [candidates];
  const parts = Array.from({ length: partition.count }, (): number[] => []);
  for (const row of candidates) parts[partition.partOf[row]].push(row);
  return parts.filter((own) => own.length > 0);
}

/** The representative of each candidate as a row, −1 for other rows, and the cosine to it. */
interface Assigned {
  readonly leaderOf: Int32Array;
  readonly similarity: Float32Array;
}

async function findLeaders(
  matrix: EmbeddingMatrix, candidates: readonly number[], least: number, step: (steps: number) => void, signal: AbortSignal | undefined,
): Promise<{ readonly leaders: readonly number[]; readonly vectors: Float32Array }> {
  const { dims, data } = matrix;
  const leaders: number[] = [];
  const vectors = new Float32Array(candidates.length * dims);
  const block = new Float32Array(BLOCK * dims);
  for (let start = 0; start < candidates.length; start += BLOCK) {
    throwIfCancelled(signal);
    const size = Math.min(BLOCK, candidates.length - start);
    for (let b = 0; b < size; b++) block.set(data.subarray(candidates[start + b] * dims, (candidates[start + b] + 1) * dims), b * dims);
    const before = leaders.length;
    const covered = new Uint8Array(size);
    if (before > 0) {
      const search = await ExactSearch.create({ rows: before, dims, data: vectors.subarray(0, before * dims) }, 1);
      const found = await search.search(block.subarray(0, size * dims), 1, signal === undefined ? {} : { signal });
      for (let b = 0; b < size; b++) covered[b] = found.similarities[b] >= least ? 1 : 0;
    }
    for (let b = 0; b < size; b++) {
      const row = candidates[start + b];
      for (let l = before; l < leaders.length && covered[b] === 0; l++) {
        if (rowSimilarity(matrix, row, leaders[l]) >= least) covered[b] = 1;
      }
      if (covered[b] === 1) continue;
      vectors.set(data.subarray(row * dims, (row + 1) * dims), leaders.length * dims);
      leaders.push(row);
    }
    step(start + size);
  }
  return { leaders, vectors };
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
  matrix: EmbeddingMatrix, candidates: readonly number[], leaders: readonly number[], vectors: Float32Array,
  { leaderOf, similarity }: Assigned, step: (steps: number) => void, signal: AbortSignal | undefined,
): Promise<void> {
  const { dims, data } = matrix;
  for (const row of leaders) {
    leaderOf[row] = row;
    similarity[row] = 1;
  }
  const others = candidates.filter((row) => leaderOf[row] < 0);
  const queries = new Float32Array(Math.min(others.length, 8 * BLOCK) * dims);
  const search = await ExactSearch.create({ rows: leaders.length, dims, data: vectors.subarray(0, leaders.length * dims) }, 1);
  for (let start = 0; start < others.length; start += 8 * BLOCK) {
    const size = Math.min(8 * BLOCK, others.length - start);
    for (let b = 0; b < size; b++) queries.set(data.subarray(others[start + b] * dims, (others[start + b] + 1) * dims), b * dims);
    const found = await search.search(queries.subarray(0, size * dims), 1, signal === undefined ? {} : { signal });
    for (let b = 0; b < size; b++) {
      leaderOf[others[start + b]] = leaders[found.rows[b]];
      similarity[others[start + b]] = toSimilarity(found.similarities[b]);
    }
    step(candidates.length + start + size);
  }
}

function collected(candidates: readonly number[], { leaderOf, similarity }: Assigned, threshold: number): Clusters {
  const membersOf = new Map<number, number[]>();
  for (const row of candidates) if (leaderOf[row] === row) membersOf.set(row, [row]);
  for (const row of candidates) if (leaderOf[row] !== row) membersOf.get(leaderOf[row])?.push(row);
  const kept = [...membersOf.values()].filter((members) => members.length > 1)
    .sort((a, b) => b.length - a.length || a[0] - b[0]);
  const clusterOf = new Int32Array(leaderOf.length).fill(-1);
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
