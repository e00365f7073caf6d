import type { Config } from "../config.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";

/** Raw importance of each sample, and where it comes from. */
export interface Importance {
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  readonly values: Float64Array;
}

/** How hard a sample is by AUM (low: likely mislabelled), or null where there are no labels. */
export interface Hardness {
  readonly description: string;
  readonly aum: Float64Array;
}

/** All that is known of a dataset after indexing; row i is sample i throughout. */
export interface DatasetIndex {
  readonly dataset: Dataset;
  readonly config: Config;
  /** xxh64 of each sample's content. */
  readonly digests: BigUint64Array;
  /** Digest of all ids and contents, 16 hexadecimal digits. */
  readonly datasetDigest: string;
  readonly matrix: EmbeddingMatrix;
  readonly encoder: { readonly name: string; readonly dimensions: number; readonly defaultThreshold: number };
  readonly lists: NeighborLists;
  readonly importance: Importance;
  readonly hardness: Hardness | null;
  /** ISO 8601. */
  readonly indexedAt: string;
  readonly seconds: Readonly<Record<string, number>>;
  /** Absolute paths of the images that a table's records name; empty for other datasets. */
  readonly images: readonly string[];
  /** Of the source files and settings when it was indexed: another value means that the index is stale. */
  readonly signature: string;
}
