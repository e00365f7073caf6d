import type { DatasetParams } from "./dataset.ts";

/** The audit log, and checks for continuous integration. Types only. */

export interface AuditParams extends DatasetParams {
  /** Hash of an entry, 64 hexadecimal digits, that was written down before: it must still be in the chain. */
  readonly expectHead?: string;
}

export interface AuditResult {
  /** Absolute path. */
  readonly file: string;
  /** Oldest first; at most the last 1,000 of `total`. */
  readonly entries: readonly AuditEntryView[];
  readonly total: number;
  /** What does not verify, each with its line; empty where the log is whole. */
  readonly problems: readonly string[];
  /** What is worth knowing of the chain and no fault: places where git merged two branches. */
  readonly notes: readonly string[];
  /** Hash of the last entry: write it down elsewhere to prove later that nothing was cut off. */
  readonly head: string | null;
}

export interface AuditEntryView {
  readonly line: number;
  /** ISO 8601. */
  readonly when: string;
  readonly event: string;
  /** One sentence. */
  readonly sentence: string;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** What a repository demands of its dataset; what is left out is not checked. Shares are in [0, 1]. */
export interface CheckParams extends DatasetParams {
  /** Most samples beyond the first of their exact copies. */
  readonly maxDuplicates?: number;
  /** Most samples beyond the first of their near-duplicates, exact ones among them. */
  readonly maxNearDuplicates?: number;
  /** Most samples that could not be read. */
  readonly maxUnreadable?: number;
  /** No near-duplicate of a sample of one split in another. */
  readonly noLeakage?: boolean;
  /** Every protected sample is in the dataset, and in the given selection too. */
  readonly protectedPresent?: boolean;
  /** No rule contradicts another or a decision by hand. */
  readonly noConflicts?: boolean;
  /** The audit log verifies. */
  readonly auditIntact?: boolean;
  /** The audit log verifies and has an entry with this hash: nothing was cut off after it. */
  readonly expectHead?: string;
  /** This selection is of the dataset as it is. */
  readonly selection?: string;
}

export interface CheckResult {
  readonly passed: boolean;
  readonly checks: readonly {
    /** As its option: "max-duplicates". */
    readonly name: string;
    readonly passed: boolean;
    /** One sentence with what was found and what is allowed. */
    readonly message: string;
    /** Up to 20 samples or pairs, then how many more there are. */
    readonly details: readonly string[];
  }[];
}
