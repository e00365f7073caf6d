import type { DatasetParams } from "./dataset.ts";
import type { SimilarSample } from "./samples.ts";

/** Near-duplicate clusters. Types only. */

export interface ClustersParams extends DatasetParams {
  /** Re-threshold without re-indexing; the index's own threshold when left out. */
  readonly threshold?: number;
  readonly offset: number;
  readonly limit: number;
  /** At most this many members a cluster are returned. */
  readonly members: number;
}

export interface ClusterView {
  readonly cluster: number;
  readonly size: number;
  /** Lowest similarity of a member to the representative. */
  readonly tightness: number;
  /** All members have the same content. */
  readonly exact: boolean;
  readonly mixedLabels: boolean;
  readonly crossesSplits: boolean;
  /** The representative first, then by falling similarity to it. */
  readonly members: readonly SimilarSample[];
}

export interface ClustersResult {
  readonly threshold: number;
  readonly total: number;
  readonly offset: number;
  /** Largest first. */
  readonly clusters: readonly ClusterView[];
}
