import type { BlockName, ColumnPlace } from "./columns.ts";
import type { DatasetParams } from "./dataset.ts";
import type { DropReason, KeepReason } from "./selection.ts";

/** Samples, their neighbours, their history, and columns of numbers. Types only. */

/** One sample as a person sees it. */
export interface SampleView {
  readonly id: string;
  /** Its place in the index, and in the columns of blocks. */
  readonly row: number;
  readonly kind: "image" | "text" | "pair" | "vector";
  /** POSIX path relative to the dataset root. */
  readonly file: string;
  /** 1-based first line of the record, or null for a whole file. */
  readonly line: number | null;
  readonly label: string | null;
  readonly split: string | null;
  /** Up to 400 characters, with the names of roles; null for images. Of a pair, what stands beside the image. */
  readonly text: string | null;
  readonly importance: number;
  /** Share of the dataset's samples with lower importance, in [0, 1]. */
  readonly importanceRank: number;
  readonly protected: boolean;
  /** Kept at no budget. */
  readonly excluded: boolean;
  /** The rule that protects or excludes it; null where none does, or a decision by hand says the same. */
  readonly rule: string | null;
  /** Of its near-duplicates the one to keep, where one is kept. */
  readonly preferred: boolean;
  /** Why it is protected, excluded or preferred: the first of them that has a note. */
  readonly note: string | null;
  /** In the current selection; null where there is none. */
  readonly status: "kept" | "dropped" | null;
}

export interface SimilarSample {
  readonly sample: SampleView;
  /** Cosine similarity, clamped to [0, 1]. */
  readonly similarity: number;
}

export interface SampleParams extends DatasetParams {
  readonly id: string;
}

export interface ExplainParams extends SampleParams {
  /** The selection to explain; the current one when left out. */
  readonly selection?: string;
}

export interface Explanation {
  readonly sample: SampleView;
  readonly selection: string | null;
  readonly reason: DropReason | KeepReason | null;
  /** The decision in one or two plain sentences. */
  readonly sentence: string;
  readonly keeper: SimilarSample | null;
  readonly cluster: { readonly size: number; readonly representative: SampleView } | null;
  readonly neighbors: readonly SimilarSample[];
  readonly importance: readonly { readonly name: string; readonly value: number }[];
}

export interface SimilarParams extends SampleParams {
  readonly limit: number;
}

export interface ThumbnailsParams extends DatasetParams {
  readonly ids: readonly string[];
  /** Longer side in pixels. */
  readonly size: number;
}

/** Which columns to write: of all samples, of the clusters at a threshold (the one in force when left out), or the rows in which words are found. */
export type BlockParams = DatasetParams & (
  | { readonly block: "base" | "states" | "order" | "map" }
  | { readonly block: "clusters"; readonly threshold?: number }
  | { readonly block: "rows"; readonly search: string });

export interface BlockResult {
  readonly block: BlockName;
  /** {@link DatasetSummary.key} of the index that it is of. */
  readonly key: string;
  readonly samples: number;
  /** Absolute path in the storage folder; the reader deletes the file. */
  readonly file: string;
  readonly places: readonly ColumnPlace[];
  /** Of clusters: the threshold that they are at. */
  readonly threshold: number | null;
}

export interface SamplesParams extends DatasetParams {
  /** Key of the index that the rows are of. */
  readonly key: string;
  readonly rows: readonly number[];
}

/** What was once decided about a sample. */
export type HistoryEntry =
  | { readonly kind: "protected" | "excluded" | "preferred"; /** ISO 8601 */ readonly when: string; readonly note: string | null }
  /** A rule that decides it now; `when` is empty, `note` its reason. */
  | { readonly kind: "rule"; readonly when: string; readonly rule: string; readonly action: "protect" | "exclude"; readonly note: string }
  | { readonly kind: "selection"; readonly when: string; readonly selection: string; readonly decision: "kept" | "dropped"; readonly reason: string; readonly keeper: string | null };
