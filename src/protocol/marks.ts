import type { DatasetParams } from "./dataset.ts";
import type { DropReason } from "./selection.ts";

/** What editors and the Explorer show beside lines, paths and files. Types only. */

/** Lines of a table file as the editor shows them now. */
export interface MarksParams extends DatasetParams {
  /** Absolute path. */
  readonly file: string;
  /** 1-based number of `lines[0]`. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** The editor holds unsaved edits: line numbers of the index are not to be trusted. */
  readonly modified: boolean;
}

export interface SampleMark {
  /** 1-based first and last line in the editor. */
  readonly line: number;
  readonly lastLine: number;
  readonly id: string;
  readonly protected: boolean;
  /** Kept at no budget. */
  readonly excluded: boolean;
  /** The rule that protects or excludes it; null where none does, or a decision by hand says the same. */
  readonly rule: string | null;
  /** Why it is protected or excluded. */
  readonly note: string | null;
  /** The representative that this sample duplicates (null for the representative itself and for singletons). */
  readonly duplicateOf: { readonly id: string; readonly file: string; readonly line: number | null; readonly similarity: number; /** The same content. */ readonly exact: boolean } | null;
  readonly clusterSize: number;
  readonly status: "kept" | "dropped" | null;
  readonly reason: DropReason | null;
  readonly keeper: string | null;
}

export interface FileStatusParams extends DatasetParams {
  /** Absolute paths of image files. */
  readonly files: readonly string[];
}

export interface FileStatus {
  readonly id: string | null;
  readonly protected: boolean;
  readonly excluded: boolean;
  readonly duplicate: boolean;
  readonly status: "kept" | "dropped" | null;
}

/** A sample whose path stands in a line of any text file. */
export interface PathMarksParams extends DatasetParams {
  /** Absolute path of the text file; paths in it may be relative to its folder, to the dataset or to `folders`. */
  readonly file: string;
  /** Absolute paths of the folders of the workspace. */
  readonly folders: readonly string[];
  /** 1-based number of `lines[0]`. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

export interface PathMark {
  readonly line: number;
  /** 0-based first column of the path and one past its last. */
  readonly start: number;
  readonly end: number;
  readonly mark: SampleMark;
}

/** The samples that stand in lines of a table, or below a folder, for a decision about many at once. */
export interface SampleRows {
  /** Of the index that the rows are of, for {@link DecideRowsParams}. */
  readonly key: string;
  /** Ascending, as `rowsToText` writes them. */
  readonly rows: string;
  readonly count: number;
  /** Records in the lines that the index does not know: edited or added since; and the 1-based line of the first, null for none. */
  readonly unknown: number;
  readonly firstUnknown: number | null;
}

export interface RowsInFolderParams extends DatasetParams {
  /** Absolute path. */
  readonly folder: string;
}

export interface NextProtectedParams extends DatasetParams {
  /** Absolute path of a table. */
  readonly file: string;
  /** Where to start: at this sample, or, where it is null, at this 1-based line of the file as it was indexed. */
  readonly from: string | null;
  readonly line: number;
  readonly direction: "next" | "previous";
}

export interface NextProtected {
  readonly id: string;
  /** 1-based first line in the file as it was indexed, and that of `from`. */
  readonly line: number;
  readonly fromLine: number;
  /** Protected samples of the file, and which of them this is, from 1. */
  readonly total: number;
  readonly place: number;
}
