/** Which clusters are listed, and in what order. Pure. */
import { type BlockColumns, CLUSTER_CROSSES_SPLITS, CLUSTER_EXACT, CLUSTER_MIXED_LABELS, type ClusterColumns } from "../../src/protocol/columns.ts";

export const CLUSTER_SORTS = ["size", "tightest", "loosest", "mixed", "crossing"] as const;
export type ClusterSort = (typeof CLUSTER_SORTS)[number];
export const CLUSTER_FILTERS = ["all", "exact", "near", "mixed", "crossing", "undecided"] as const;
export type ClusterFilter = (typeof CLUSTER_FILTERS)[number];

type Clusters = ClusterColumns;
type States = BlockColumns["states"];

/** Samples of a cluster. */
export function sizeOf({ offsets }: Clusters, cluster: number): number {
  return offsets[cluster + 1] - offsets[cluster];
}

/** Lowest similarity of a member to the representative: members stand by falling similarity. */
export function tightnessOf({ offsets, similarities }: Clusters, cluster: number): number {
  return similarities[offsets[cluster + 1] - 1];
}

/** Numbers of the clusters that pass the filter, sorted; equal ones stay as they come, the largest first. */
export function orderedClusters(clusters: Clusters, states: States | null, sort: ClusterSort, filter: ClusterFilter): Uint32Array {
  const listed = new Uint32Array(clusters.flags.length);
  let count = 0;
  for (let c = 0; c < clusters.flags.length; c++) if (passes(clusters, states, c, filter)) listed[count++] = c;
  const found = listed.subarray(0, count);
  switch (sort) {
    case "size":
      return found;
    case "tightest":
      return sortByTightness(found, clusters, true);
    case "loosest":
      return sortByTightness(found, clusters, false);
    case "mixed":
      return flaggedFirst(found, clusters, CLUSTER_MIXED_LABELS);
    case "crossing":
      return flaggedFirst(found, clusters, CLUSTER_CROSSES_SPLITS);
  }
}

/** Room for the number of a cluster under its key; the bits of similarities up to 1 need 30 of the 53. */
const NUMBERS = 2 ** 23;
const BITS_OF_ONE = 0x3f800000;

/**
 * Sorts in place. The bits of a positive float grow with it: key and number as one exact whole number are sorted
 * without a comparing function, which is some ten times as fast.
 */
function sortByTightness(found: Uint32Array, clusters: Clusters, isFalling: boolean): Uint32Array {
  const keys = new Float64Array(found.length);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < found.length; i++) {
    float[0] = Math.max(0, Math.min(1, tightnessOf(clusters, found[i])));
    keys[i] = (isFalling ? BITS_OF_ONE - bits[0] : bits[0]) * NUMBERS + found[i];
  }
  keys.sort();
  for (let i = 0; i < found.length; i++) found[i] = keys[i] % NUMBERS;
  return found;
}

function flaggedFirst(found: Uint32Array, { flags }: Clusters, flag: number): Uint32Array {
  const sorted = new Uint32Array(found.length);
  let count = 0;
  for (const c of found) if ((flags[c] & flag) !== 0) sorted[count++] = c;
  for (const c of found) if ((flags[c] & flag) === 0) sorted[count++] = c;
  return sorted;
}

function passes({ flags, offsets, members }: Clusters, states: States | null, cluster: number, filter: ClusterFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "exact":
      return (flags[cluster] & CLUSTER_EXACT) !== 0;
    case "near":
      return (flags[cluster] & CLUSTER_EXACT) === 0;
    case "mixed":
      return (flags[cluster] & CLUSTER_MIXED_LABELS) !== 0;
    case "crossing":
      return (flags[cluster] & CLUSTER_CROSSES_SPLITS) !== 0;
    case "undecided":
      for (let at = offsets[cluster]; states !== null && at < offsets[cluster + 1]; at++) {
        const row = members[at];
        if (states.isProtected[row] !== 0 || states.isExcluded[row] !== 0 || states.isPreferred[row] !== 0) return false;
      }
      return true;
  }
}
