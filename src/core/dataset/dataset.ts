import type { ErrorCode } from "../errors.ts";

/** What a sample is made of, and so which encoders can read it. */
export type SampleKind = "image" | "text" | "pair" | "vector";

/** Splits recognised from folder names; the index is the code stored in {@link Dataset.split}. */
export const SPLITS = ["none", "train", "val", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** A sample that could not be read: reported, counted, left out. */
export interface RejectedSample {
  /** POSIX path relative to {@link Dataset.root}. */
  readonly file: string;
  /** 1-based line of the record, or null for a whole file. */
  readonly line: number | null;
  readonly code: ErrorCode;
  readonly reason: string;
  /** The id that it would have, where it had been listed before it turned out unreadable. */
  readonly id?: string;
}

/** Which fields of a record mean what; resolved by the reader from options or well-known names. */
export interface ResolvedFields {
  readonly id: string | null;
  readonly label: string | null;
  /** Joined with newlines, in this order. */
  readonly text: readonly string[];
  readonly image: string | null;
}

/**
 * A dataset as struct of arrays: ids, positions and labels only. Content is read from its file when needed,
 * so that memory does not grow with the size of the files. All arrays have `count` entries, row i is sample i.
 */
export interface Dataset {
  /** Absolute path as the user named it: a folder or a file. */
  readonly path: string;
  /** Absolute path of the dataset root: the folder itself, or the folder that holds the file. */
  readonly root: string;
  /** 'images': one file a sample. 'table': one record a sample. */
  readonly layout: "images" | "table";
  readonly kind: SampleKind;
  readonly count: number;
  /** Unique, stable ids: a path, an id field, or a digest of the content. */
  readonly ids: readonly string[];
  /** POSIX paths relative to root: of the image files, or of the table files. */
  readonly files: readonly string[];
  /** Index into `files`. */
  readonly fileOf: Uint32Array;
  /** 1-based first and last line of the record in its file; 0 for a whole file. */
  readonly firstLine: Uint32Array;
  readonly lastLine: Uint32Array;
  /** Byte range of the record in its file, line terminator excluded; 0 and 0 for a whole file. */
  readonly byteStart: Float64Array;
  readonly byteLength: Uint32Array;
  /** Index into `labelNames`, -1 where there is none. */
  readonly label: Int32Array;
  readonly labelNames: readonly string[];
  /** Index into {@link SPLITS}. */
  readonly split: Uint8Array;
  /** Position in the source's own order, before unreadable samples were left out: the row of an imported .npy. */
  readonly sourceRow: Uint32Array;
  /** How many rows the source has, the unreadable ones counted. */
  readonly sourceRows: number;
  readonly rejected: readonly RejectedSample[];
  /** Notes for the user that are no errors (files passed over, fields guessed). */
  readonly notes: readonly string[];
  readonly fields: ResolvedFields;
  /** Numeric columns that the caller asked for, by name: one finite value a sample. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** How to read a dataset; every field is optional, detection fills the rest. */
export interface ReadOptions {
  readonly id?: string;
  readonly label?: string;
  readonly text?: readonly string[];
  readonly image?: string;
  /** Numeric columns to read; a value that is no finite number is an error with file and line. */
  readonly columns?: readonly string[];
  /** True when vectors are imported, so that records need neither text nor image. */
  readonly vectorsImported?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The content of one sample, read on demand. */
export type SampleContent =
  | { readonly kind: "image"; readonly bytes: Uint8Array }
  | TextContent
  /** No bytes where the record names no image, an empty text where it has none; never both. */
  | { readonly kind: "pair"; readonly bytes: Uint8Array; readonly text: string; readonly identity?: string }
  | { readonly kind: "vector"; readonly text: string };

export interface TextContent {
  readonly kind: "text";
  /** What is compared. */
  readonly text: string;
  /** All that the record says, where the text leaves some of it out: what makes two samples the same. */
  readonly identity?: string;
}
