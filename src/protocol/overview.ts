import type { DatasetParams, NameCount } from "./dataset.ts";

/** The overview of a dataset, and reports. Types only. */

/** Near-duplicates of one split in another, at the threshold in force. */
export interface SplitLeakage {
  /** The earlier of the two in the order train, val, test. */
  readonly from: string;
  /** The later one, whose samples are counted. */
  readonly into: string;
  /** Samples of the later split. */
  readonly samples: number;
  /** Those with a near-duplicate in the earlier one, exact copies among them. */
  readonly near: number;
  /** Those with an exact copy in it. */
  readonly exact: number;
  /** near / samples, in [0, 1]. */
  readonly share: number;
  /** Up to five: exact copies first, then the most similar. */
  readonly examples: readonly { /** In the later split. */ readonly id: string; readonly row: number; /** In the earlier split. */ readonly of: string; readonly ofRow: number; readonly similarity: number; readonly exact: boolean }[];
}

/** Unreadable samples that have the same fault. */
export interface RejectedGroup {
  /** An `ErrorCode` of the core. */
  readonly code: string;
  /** Of the first of them; those of the others may name other numbers or values. */
  readonly reason: string;
  readonly count: number;
  readonly example: { readonly file: string; readonly line: number | null };
}

export interface ClassOverview {
  readonly name: string;
  readonly samples: number;
  /** Samples of it in each of {@link OverviewResult.splits}. */
  readonly bySplit: readonly number[];
  /** Samples of it beyond the first of their group of exact copies. */
  readonly exactExtra: number;
  /** Members of near-duplicate clusters of it but the representatives, exact copies among them. */
  readonly nearExtra: number;
  /** Samples whose label probes that did not see them take for wrong; null where there are no such probes or they are not to be trusted. */
  readonly suspects: number | null;
}

export interface OverviewResult {
  /** Of the samples: "none" for those without; in the order none, train, val, test, empty ones left out. */
  readonly splits: readonly NameCount[];
  /** Every pair of splits that both have samples; null where there are no two splits. */
  readonly leakage: readonly SplitLeakage[] | null;
  /** Most frequent first; at most 50. */
  readonly rejectedByReason: readonly RejectedGroup[];
  /** In the order of the class names; empty where the labels are no classes (each sample has its own, or all the same one). */
  readonly classes: readonly ClassOverview[];
  /** Samples without a label. */
  readonly unlabelled: number;
  /** Of the classes; null where there are no two. */
  readonly balance: {
    /** Samples of the largest class over those of the smallest, ≥ 1. */
    readonly imbalance: number;
    /** Entropy of the class sizes over that of even ones, in [0, 1]: 1 is even. */
    readonly entropy: number;
    /** Gini coefficient of the class sizes, in [0, 1): 0 is even. */
    readonly gini: number;
  } | null;
  readonly duplicates: {
    /** Share of the samples beyond the first of their content, in [0, 1]. */
    readonly exactShare: number;
    /** Share of the samples that near-duplicate clusters have beyond their representatives, exact copies among them, in [0, 1]. */
    readonly nearShare: number;
    /** Near-duplicate clusters whose members have different labels. */
    readonly mixedLabels: number;
  };
}

export interface ReportParams extends DatasetParams {
  /** Absolute path of the HTML file to write; one that is there is replaced. */
  readonly file: string;
  /** The budget at which α is fixed, as for the curve; "30%" when left out. */
  readonly budget?: string;
  /** Other strategies to draw in the budget curve. */
  readonly strategies?: readonly string[];
  /** Of the pages, "ja", and their strings as JSON; English when left out. */
  readonly language?: string;
  readonly strings?: string;
  /** The comparison of this file (needs trust), or none for null; the dataset's last one when left out. */
  readonly comparison?: string | null;
}

export interface ReportResult {
  readonly file: string;
  readonly bytes: number;
  readonly samples: number;
  /** Samples whose text or name is in the report, and of them those with a picture. */
  readonly shown: number;
  readonly pictures: number;
  /** Whether a comparison is in it. */
  readonly hasComparison: boolean;
  readonly seconds: number;
}
