import type { Config } from "../config.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { Partition } from "../neighbors/partition.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { FileStamps } from "./fileStamps.ts";
import type { SampleSizes } from "./sampleSizes.ts";

/** Raw importance of each sample, and where it comes from. */
export interface Importance {
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  readonly values: Float64Array;
}

/** How hard a sample is by AUM (low: likely mislabelled), and what probes that never saw a sample say of the labels. */
export interface Hardness {
  readonly description: string;
  readonly aum: Float64Array;
  /**
   * Estimated share of wrong labels in [0, 1], and how it was found; null without labels, or with too many for probes.
   * It takes the probes' own mistakes for wrong labels: where `probeAccuracy` is low it is too high.
   */
  readonly noise: { readonly share: number; readonly method: string } | null;
  /** Out-of-fold accuracy of linear probes on the embeddings, in [0, 1]; null where `noise` is. */
  readonly probeAccuracy: number | null;
  /** 1 where those probes take the sample's label for wrong; null where `noise` is. */
  readonly isSuspect: Uint8Array | null;
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
  /** Parts within which neighbours and near-duplicates are found, null where the dataset is in one. */
  readonly partition: Partition | null;
  readonly importance: Importance;
  /** Cosine of image and text of each pair, in [−1, 1], NaN where one is missing; null where no encoder puts both into one space. */
  readonly agreement: Float64Array | null;
  readonly hardness: Hardness | null;
  /** Forgetting events of imported training dynamics, else of linear probes, or an importance column of that name; null where there are none. */
  readonly forgetting: Float64Array | null;
  /** How large samples are; null where nothing but vectors says what they are. */
  readonly sizes: SampleSizes | null;
  /** ISO 8601. */
  readonly indexedAt: string;
  readonly seconds: Readonly<Record<string, number>>;
  /** Absolute paths of the images that a table's records name; empty for other datasets. */
  readonly images: readonly string[];
  /** Of the source files and settings when it was indexed: another value means that the index is stale. */
  readonly signature: string;
  /** Of the files of an image folder (entry f is `dataset.files[f]`) when they were listed; null for tables. */
  readonly stamps: FileStamps | null;
}
