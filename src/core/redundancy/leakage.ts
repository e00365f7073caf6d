import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { rowSimilarity, toSimilarity, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { Clusters } from "./clusters.ts";
import type { exactGroups } from "./exactGroups.ts";

/** A sample of a later split, and its nearest near-duplicate in an earlier one. */
export interface Leak {
  readonly row: number;
  readonly of: number;
  /** Cosine, clamped to [0, 1]. */
  readonly similarity: number;
  readonly exact: boolean;
}

/** The leaks of one split into another; splits are codes as in a dataset. */
export interface Leakage {
  readonly from: number;
  readonly into: number;
  /** By row, ascending. */
  readonly leaks: readonly Leak[];
}

/** Products in float32 round: without slack, exact copies could miss a threshold of 1. */
const ROUNDING = 1e-5;
/** Members of its own and its neighbours' clusters that a sample is compared with whose list is full of near-duplicates. */
const MOST_COMPARED = 256;

/**
 * Which samples of a split have a near-duplicate in an earlier one: by the neighbour lists, in both directions; by
 * exact copies; and by the clusters, for a list of k that near-duplicates fill shows no more than k of them.
 * O(N · k), and up to 256 comparisons for a sample with a full list.
 * @param split code of each sample: 0 for none, which is left out; a lower code is the earlier split
 * @param splits how many codes there are
 * @returns every pair of splits that both have samples
 */
export function splitLeakage(
  matrix: EmbeddingMatrix, lists: NeighborLists, clusters: Clusters, exact: ReturnType<typeof exactGroups>, split: Uint8Array, splits: number,
): Leakage[] {
  const { rows } = matrix;
  const least = clusters.threshold - ROUNDING;
  // Slot e · rows + i: the nearest sample of split e to sample i, where e is earlier than i's own.
  const partner = new Int32Array(splits * rows).fill(-1);
  const best = new Float32Array(splits * rows).fill(-1);
  const isExact = new Uint8Array(splits * rows);
  const offer = (i: number, j: number, similarity: number): void => {
    if (split[i] === split[j] || split[i] === 0 || split[j] === 0) return;
    const later = split[i] > split[j] ? i : j;
    const earlier = later === i ? j : i;
    const slot = split[earlier] * rows + later;
    if (similarity < best[slot] || (similarity === best[slot] && partner[slot] <= earlier)) return;
    partner[slot] = earlier;
    best[slot] = similarity;
  };
  const isFull = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let at = i * lists.k;
    const end = at + lists.k;
    for (; at < end && lists.neighbors[at] >= 0 && lists.similarities[at] >= least; at++) {
      if (split[lists.neighbors[at]] !== split[i]) offer(i, lists.neighbors[at], toSimilarity(lists.similarities[at]));
    }
    isFull[i] = lists.k > 0 && at === end ? 1 : 0;
  }

  const first = new Int32Array(exact.count * splits).fill(-1);
  for (let i = rows - 1; i >= 0; i--) if (exact.groupOf[i] >= 0) first[exact.groupOf[i] * splits + split[i]] = i;
  for (let i = 0; i < rows; i++) {
    if (exact.groupOf[i] < 0) continue;
    for (let e = 1; e < split[i]; e++) {
      const copy = first[exact.groupOf[i] * splits + e];
      if (copy < 0) continue;
      partner[e * rows + i] = copy;
      best[e * rows + i] = 1;
      isExact[e * rows + i] = 1;
    }
  }

  const { offsets, members, clusterOf } = clusters;
  for (let c = 0; c < clusters.count; c++) {
    for (let at = offsets[c] + 1; at < offsets[c + 1]; at++) offer(members[at], members[offsets[c]], clusters.similarities[at]);
  }
  for (let i = 0; i < rows; i++) {
    if (isFull[i] === 0) continue;
    for (let e = 1; e < split[i]; e++) {
      const slot = e * rows + i;
      if (partner[slot] >= 0) continue;
      const near = new Set([clusterOf[i]]);
      for (let at = i * lists.k; at < (i + 1) * lists.k; at++) near.add(clusterOf[lists.neighbors[at]]);
      let compared = 0;
      for (const c of near) {
        for (let at = c < 0 ? 0 : offsets[c], end = c < 0 ? 0 : offsets[c + 1]; at < end && compared < MOST_COMPARED && partner[slot] < 0; at++) {
          if (split[members[at]] !== e) continue;
          compared++;
          const similarity = rowSimilarity(matrix, i, members[at]);
          if (similarity >= least) offer(i, members[at], toSimilarity(similarity));
        }
      }
    }
  }

  const sizes = new Uint32Array(splits);
  for (const code of split) sizes[code]++;
  const answer: Leakage[] = [];
  for (let into = 2; into < splits; into++) {
    for (let from = 1; from < into; from++) {
      if (sizes[from] === 0 || sizes[into] === 0) continue;
      const leaks: Leak[] = [];
      for (let i = 0; i < rows; i++) {
        const slot = from * rows + i;
        if (split[i] === into && partner[slot] >= 0) leaks.push({ row: i, of: partner[slot], similarity: best[slot], exact: isExact[slot] !== 0 });
      }
      answer.push({ from, into, leaks });
    }
  }
  return answer;
}
