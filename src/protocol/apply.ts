import type { DatasetParams } from "./dataset.ts";

/** Export, quarantine and undo. Types only. */

/** What kept samples are exported as: files copied or linked, records of a table byte for byte, Parquet, or a list of ids with code that loads it. */
export type ExportForm = "copy" | "hardlink" | "parquet" | "list";

export interface ExportParams extends DatasetParams {
  /** The current one when left out. */
  readonly selection?: string;
  readonly form: ExportForm;
  /** Absolute path of the folder to make; it must not exist or be empty. */
  readonly out: string;
}

export interface QuarantineParams extends DatasetParams {
  /** The current one when left out. */
  readonly selection?: string;
}

/** What would happen, said before it does. */
export interface ApplyPlan {
  readonly selection: string;
  /** Plain sentences: what is written or moved, how many files and bytes, where; what stays. */
  readonly statement: readonly string[];
  readonly files: number;
  readonly bytes: number;
  /** Of the file system that is written to; null where nothing of size is written. */
  readonly freeBytes: number | null;
  /** Why it cannot be done now; empty where it can. */
  readonly problems: readonly string[];
  /** Names this plan: to carry out another one is refused. */
  readonly digest: string;
}

export interface ApplyResult {
  readonly selection: string;
  /** Absolute path of the folder that was made. */
  readonly out: string;
  /** Of a quarantine its name, else null. */
  readonly operation: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Files compared with their digests after. */
  readonly verified: number;
  /** What the user may want to know. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** A quarantine, past or interrupted. */
export interface QuarantineView {
  readonly operation: string;
  /** ISO 8601. */
  readonly when: string;
  readonly selection: string;
  /** Files that it was to move, and those of them that lie in quarantine now. */
  readonly files: number;
  readonly quarantined: number;
  readonly bytes: number;
  /** "interrupted": neither all there nor all back; resume or undo it. "damaged": its journal cannot be read, so that nothing more is known of it. */
  readonly state: "done" | "interrupted" | "partly-undone" | "undone" | "damaged";
}

export interface QuarantinedFilesParams extends DatasetParams {
  readonly operation: string;
  readonly offset: number;
  readonly limit: number;
}

export interface QuarantinedFiles {
  readonly total: number;
  /** Ids of samples that lie in quarantine, in code-unit order. */
  readonly ids: readonly string[];
}

export interface UndoParams extends DatasetParams {
  /** The last one that is not undone when left out. */
  readonly operation?: string;
  /** These alone; all when left out. */
  readonly ids?: readonly string[];
}

export interface UndoResult {
  readonly operation: string;
  /** Back in their places, what an interrupted undo had moved among them; and those of them whose content is the one that was quarantined. */
  readonly restored: number;
  readonly verified: number;
  /** Ids of those that came back with another content than the one that was quarantined. */
  readonly differing: readonly string[];
  /** Files that stay in quarantine, and why: nothing is overwritten. */
  readonly left: readonly { readonly id: string; readonly reason: string }[];
  readonly state: QuarantineView["state"];
  readonly seconds: number;
}
