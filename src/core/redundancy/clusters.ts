import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import type { Partition } from "../neighbors/partition.ts";
import { ClusterFinder } from "./clusterFinder.ts";

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

export interface ClusterOptions extends SearchOptions {
  /** Parts of a large dataset: samples are compared within their part only, so that time stays near linear. */
  readonly partition?: Partition | null;
}

/** The clusters at one threshold; for several keep a {@link ClusterFinder}, which says how they are found. */
export function leaderClusters(matrix: EmbeddingMatrix, lists: NeighborLists, threshold: number, { partition, ...options }: ClusterOptions = {}): Promise<Clusters> {
  return ClusterFinder.create(matrix, lists, partition ?? null).at(threshold, options);
}
