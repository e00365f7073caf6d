import { toSimilarity } from "../neighbors/neighborSearch.ts";
import type { Clusters } from "./clusters.ts";

/** Bits of 1 as float32; smaller similarities have smaller bits. */
const ONE = 0x3f800000;
/** Shorter runs are sorted by insertion. */
const SHORT = 24;

/**
 * Lays out clusters by the leader that each candidate joined, those of one member left out.
 * @param leaderOf leader of each row, itself for leaders, −1 for rows that are no candidates
 * @param product cosine of each row to its leader, as it was computed
 */
export function collectClusters(candidates: Uint32Array, leaderOf: Int32Array, product: Float32Array, threshold: number): Clusters {
  const rows = leaderOf.length;
  const sizes = new Uint32Array(rows);
  let largest = 0;
  for (const row of candidates) largest = Math.max(largest, ++sizes[leaderOf[row]]);
  const clusterOf = new Int32Array(rows).fill(-1);
  // Counting sort by falling size; representatives come by row.
  const starts = new Uint32Array(largest + 2);
  for (let row = 0; row < rows; row++) if (sizes[row] > 1) starts[largest - sizes[row] + 1]++;
  for (let s = 0; s <= largest; s++) starts[s + 1] += starts[s];
  const count = largest > 1 ? starts[largest - 1] : 0;
  const offsets = new Uint32Array(count + 1);
  const cursor = new Uint32Array(count);
  for (let row = 0; row < rows; row++) {
    if (sizes[row] < 2) continue;
    clusterOf[row] = starts[largest - sizes[row]]++;
    offsets[clusterOf[row] + 1] = sizes[row];
  }
  for (let c = 0; c < count; c++) {
    offsets[c + 1] += offsets[c];
    cursor[c] = offsets[c] + 1;
  }
  const members = new Uint32Array(offsets[count]);
  const similarities = new Float32Array(members.length);
  for (let row = 0; row < rows; row++) {
    const leader = leaderOf[row];
    if (leader < 0 || sizes[leader] < 2) continue;
    const cluster = clusterOf[leader];
    clusterOf[row] = cluster;
    const at = leader === row ? offsets[cluster] : cursor[cluster]++;
    members[at] = row;
    similarities[at] = leader === row ? 1 : toSimilarity(product[row]);
  }
  for (let c = 0; c < count; c++) sortRun(members, similarities, offsets[c] + 1, offsets[c + 1]);
  return { threshold, count, offsets, members, similarities, clusterOf };
}

/** Sorts by falling similarity what is sorted by row, and stays so among equals. */
function sortRun(members: Uint32Array, similarities: Float32Array, first: number, end: number): void {
  if (end - first < SHORT) {
    for (let i = first + 1; i < end; i++) {
      const member = members[i];
      const similarity = similarities[i];
      let to = i;
      for (; to > first && similarities[to - 1] < similarity; to--) {
        members[to] = members[to - 1];
        similarities[to] = similarities[to - 1];
      }
      members[to] = member;
      similarities[to] = similarity;
    }
    return;
  }
  // One integer for both keys, the similarity in its high half: typed arrays sort integers several times as quickly as by a comparison.
  const bits = new Uint32Array(similarities.buffer, similarities.byteOffset, similarities.length);
  const halves = new Uint32Array(2 * (end - first));
  for (let i = first, at = 0; i < end; i++, at += 2) {
    halves[at] = members[i];
    halves[at + 1] = ONE - bits[i];
  }
  new BigUint64Array(halves.buffer).sort();
  for (let i = first, at = 0; i < end; i++, at += 2) {
    members[i] = halves[at];
    bits[i] = ONE - halves[at + 1];
  }
}
