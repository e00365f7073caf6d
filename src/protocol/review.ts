import type { DatasetParams } from "./dataset.ts";
import type { SampleView } from "./samples.ts";

/** Review of a selection. Types only. */

export interface ReviewParams extends DatasetParams {
  /** The current one when left out. */
  readonly selection?: string;
  /** An earlier selection to compare with. */
  readonly against?: string;
}

export interface ReviewResult {
  readonly selection: string;
  /** Absolute path of its file, and the SHA-256 of that file, 64 hexadecimal digits. */
  readonly file: string;
  readonly sha256: string;
  readonly samples: number;
  readonly kept: number;
  readonly requestedBudget: string;
  readonly objective: number;
  readonly bound: number;
  /** objective / bound as in {@link PruneResult.quality}. */
  readonly quality: number;
  /** Null for selections of earlier builds. */
  readonly configDigest: string | null;
  readonly config: readonly { readonly name: string; readonly value: string }[];
  /** The dataset has the same ids and contents as when it was selected from. */
  readonly current: boolean;
  /** Samples that the selection drops though they are protected by now, or keeps though they are excluded by now. */
  readonly overruled: number;
  /** The last approval of exactly this file; null where there is none. */
  readonly approval: { /** ISO 8601. */ readonly when: string; readonly note: string } | null;
  /** Largest count first. */
  readonly reasons: readonly { readonly decision: "kept" | "dropped"; readonly reason: string; readonly count: number }[];
  readonly classes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  readonly rules: readonly { readonly name: string; readonly action: "protect" | "exclude"; readonly reason: string; readonly samples: number }[];
  /** Kept because a person protected them; dropped because a person excluded them. */
  readonly byHand: { readonly protected: number; readonly excluded: number };
  readonly against: {
    readonly selection: string;
    /** Samples that this one keeps and the other dropped or did not know. */
    readonly added: number;
    /** Samples that the other keeps and this one drops or does not know. */
    readonly dropped: number;
    /** Samples with the same decision for another reason. */
    readonly reasonChanged: number;
  } | null;
  /** The review as Markdown, for a pull request. */
  readonly markdown: string;
}

/** Which samples of a review to list. */
export interface ReviewSamplesParams extends ReviewParams {
  readonly list: "kept" | "dropped" | "added" | "removed" | "reason-changed" | "overruled";
  /** Those with this reason alone. */
  readonly reason?: string;
  /** Those whose id, path or label has this text, in any case. */
  readonly search?: string;
  readonly offset: number;
  readonly limit: number;
}

export interface ReviewEntry {
  readonly id: string;
  readonly decision: "kept" | "dropped" | null;
  readonly reason: string | null;
  readonly rule: string | null;
  readonly importance: number;
  readonly keeper: string | null;
  readonly similarity: number | null;
  /** In the selection that is compared with; null where it does not know the sample or none is compared with. */
  readonly before: { readonly decision: "kept" | "dropped"; readonly reason: string } | null;
  /** Null where the sample is gone. */
  readonly sample: SampleView | null;
}

export interface ReviewSamplesResult {
  readonly total: number;
  /** Most important first. */
  readonly entries: readonly ReviewEntry[];
}

export interface ApproveParams extends DatasetParams {
  readonly selection: string;
  /** SHA-256 of the selection file that was looked at: another is refused. */
  readonly sha256: string;
  readonly note: string;
}
