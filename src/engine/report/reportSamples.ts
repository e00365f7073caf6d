import type { Clusters } from "../../core/redundancy/clusters.ts";
import { seededPermutation } from "../../core/random.ts";

const CLUSTER_MEMBERS = 6;
const SUSPECTS = 40;
const AROUND_CUT = 24;

/**
 * Rows in the order in which a report shows them as long as there is room: members of the largest clusters, samples whose
 * label fits worst, those about the likely budget's cut, then a random sample of the rest.
 */
export function rowsByInterest(about: { readonly count: number; readonly clusters: Clusters; readonly aum: Float64Array | null; readonly order: Uint32Array; readonly cut: number | null; readonly seed: number }): Uint32Array {
  const { count, clusters, aum, order, cut, seed } = about;
  const rows = new Uint32Array(count);
  const taken = new Uint8Array(count);
  let end = 0;
  const take = (row: number): void => {
    if (taken[row] !== 0) return;
    taken[row] = 1;
    rows[end++] = row;
  };
  if (aum !== null) [...aum.keys()].sort((a, b) => aum[a] - aum[b]).slice(0, SUSPECTS).forEach(take);
  if (cut !== null) order.subarray(Math.max(0, cut - AROUND_CUT), cut + AROUND_CUT).forEach(take);
  // First of every cluster a few, so that small ones are seen too.
  for (let member = 0; member < CLUSTER_MEMBERS; member += 2) {
    for (let c = 0; c < clusters.count; c++) {
      for (let at = clusters.offsets[c] + member; at < Math.min(clusters.offsets[c + 1], clusters.offsets[c] + member + 2); at++) take(clusters.members[at]);
    }
  }
  seededPermutation(count, seed).forEach(take);
  return rows;
}
