import type { Clusters } from "./clusters.ts";

/** What clusters are sorted and filtered by; entry c is of cluster c. */
export interface ClusterFacts {
  /** Members. */
  readonly size: Uint32Array;
  /** Lowest similarity of a member to the representative, in [0, 1]. */
  readonly tightness: Float32Array;
  /** 1 where all members have the same content. */
  readonly exact: Uint8Array;
  /** 1 where two members have different labels; members without one differ from none. */
  readonly mixedLabels: Uint8Array;
  /** 1 where members stand in different splits; members in none cross nothing. */
  readonly crossesSplits: Uint8Array;
}

/** What of the samples the facts are about; by row. */
export interface FactSources {
  /** Class of each sample, −1 for none. */
  readonly label: Int32Array;
  /** Split of each sample, 0 for none. */
  readonly split: Uint8Array;
  /** Group of samples with the same content, −1 for none. */
  readonly exactGroupOf: Int32Array;
}

/** The facts of all clusters. O(members). */
export function clusterFacts(clusters: Clusters, { label, split, exactGroupOf }: FactSources): ClusterFacts {
  const { count, offsets, members, similarities } = clusters;
  const facts: ClusterFacts = {
    size: new Uint32Array(count), tightness: new Float32Array(count), exact: new Uint8Array(count), mixedLabels: new Uint8Array(count), crossesSplits: new Uint8Array(count),
  };
  for (let c = 0; c < count; c++) {
    const start = offsets[c];
    const end = offsets[c + 1];
    const group = exactGroupOf[members[start]];
    let lowest = 1;
    let exact = group >= 0;
    let labelSeen = -1;
    let splitSeen = 0;
    for (let at = start; at < end; at++) {
      const row = members[at];
      if (similarities[at] < lowest) lowest = similarities[at];
      if (exactGroupOf[row] !== group) exact = false;
      if (label[row] >= 0) {
        if (labelSeen >= 0 && label[row] !== labelSeen) facts.mixedLabels[c] = 1;
        labelSeen = label[row];
      }
      if (split[row] > 0) {
        if (splitSeen > 0 && split[row] !== splitSeen) facts.crossesSplits[c] = 1;
        splitSeen = split[row];
      }
    }
    facts.size[c] = end - start;
    facts.tightness[c] = lowest;
    facts.exact[c] = exact ? 1 : 0;
  }
  return facts;
}
