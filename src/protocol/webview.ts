/** The channel between host and inspector webview: plain messages. Types and guards only. */
import type { BlockName, ColumnPlace } from "./columns.ts";
import type { ComparisonPricing, ComparisonView, PricingQuestion } from "./comparison.ts";
import type { CurveResult, StrategyCurve } from "./budget.ts";
import type { ChangesResult, DatasetSummary, KeeperRule, Progress } from "./dataset.ts";
import type { OverviewResult } from "./overview.ts";
import type { ReviewResult, ReviewSamplesParams, ReviewSamplesResult } from "./review.ts";
import type { Explanation, HistoryEntry, SampleView } from "./samples.ts";
import type { PruneResult } from "./selection.ts";

export const INSPECTOR_PAGES = ["overview", "clusters", "budget", "compare", "review", "map", "samples"] as const;
export type InspectorPage = (typeof INSPECTOR_PAGES)[number];

/** A block of columns as it arrives: what {@link readBlock} takes. */
export interface BlockMessage {
  readonly type: "block";
  readonly block: BlockName;
  /** 0 where nobody asked for this block by a number. */
  readonly requestId: number;
  /** {@link DatasetSummary.key} */
  readonly key: string;
  readonly samples: number;
  readonly threshold: number | null;
  readonly places: readonly ColumnPlace[];
  readonly bytes: Uint8Array;
}

/** What a change of decisions by hand does to samples; rows as {@link rowsToText} writes them. */
export interface Decisions {
  readonly protect?: string;
  readonly unprotect?: string;
  readonly exclude?: string;
  readonly include?: string;
  readonly prefer?: string;
  readonly unprefer?: string;
  /** Kept with each pin that it makes. */
  readonly note?: string;
}
export const DECISIONS = ["protect", "unprotect", "exclude", "include", "prefer", "unprefer"] as const;

/** A review without its Markdown, which the host opens by itself. */
export type ReviewFacts = Omit<ReviewResult, "markdown">;
export const REVIEW_LISTS = ["dropped", "kept", "added", "removed", "reason-changed", "overruled"] as const;
export type ReviewList = ReviewSamplesParams["list"];
/** Most entries of a review in one message. */
export const MOST_REVIEWED = 500;

/** What the webview shows is a function of the last snapshot: each message replaces its part whole. */
export type ToWebview =
  | { readonly type: "summary"; readonly summary: DatasetSummary; /** the dataset changed since it was indexed */ readonly stale: boolean }
  | BlockMessage
  /** Answers getSamples. */
  | { readonly type: "samples"; readonly requestId: number; readonly samples: readonly SampleView[] }
  /** Answers getThumbnails: id → a WebP, JPEG or PNG image; ids without one are left out. */
  | { readonly type: "thumbnails"; readonly thumbnails: { readonly [id: string]: Uint8Array } }
  | { readonly type: "overview"; readonly result: OverviewResult }
  | { readonly type: "changes"; /** null: nothing changed */ readonly result: ChangesResult | null }
  | { readonly type: "curve"; readonly result: CurveResult }
  /** Answers getStrategy. */
  | { readonly type: "strategy"; readonly requestId: number; readonly result: StrategyCurve }
  | { readonly type: "pruned"; readonly result: PruneResult }
  /** Answers getComparison: null where the dataset has none yet. */
  | { readonly type: "comparison"; readonly requestId: number; readonly view: ComparisonView | null }
  /** Answers getPricing. */
  | { readonly type: "pricing"; readonly requestId: number; readonly result: ComparisonPricing }
  /** Another comparison was made or opened: ask again. */
  | { readonly type: "compared" }
  /** Answers getReview: null where there is no selection yet. */
  | { readonly type: "review"; readonly requestId: number; readonly selections: readonly string[]; readonly facts: ReviewFacts | null }
  /** Answers getReviewSamples. */
  | { readonly type: "reviewSamples"; readonly requestId: number; readonly result: ReviewSamplesResult }
  /** Answers approve. */
  | { readonly type: "approved"; readonly requestId: number }
  /** Opens the review of a selection, null for the current one. */
  | { readonly type: "showReview"; readonly selection: string | null; readonly against: string | null }
  | { readonly type: "explanation"; readonly result: Explanation; readonly history: readonly HistoryEntry[] }
  /** The editor's cursor, or a file that was opened, is at this sample. */
  | { readonly type: "cursor"; readonly id: string }
  /** Of what the whole view waits for: indexing, pruning. */
  | { readonly type: "progress"; readonly progress: Progress | null }
  /** Of one request, by its number. */
  | { readonly type: "requestProgress"; readonly requestId: number; readonly progress: Progress }
  | { readonly type: "requestFailed"; readonly requestId: number; readonly message: string; readonly cancelled: boolean }
  | { readonly type: "stale"; /** the shown data no longer hold: fetch again */ readonly what: "all" | "states" }
  | { readonly type: "show"; readonly page: InspectorPage }
  | { readonly type: "empty"; readonly message: string }
  | { readonly type: "failed"; readonly during: string; readonly message: string };

export type FromWebview =
  | { readonly type: "ready" }
  /** Answered by a block, or requestFailed; "map" may take a while and tells its progress. */
  | { readonly type: "getBlock"; readonly requestId: number; readonly block: "base" | "states" | "order" | "map" }
  | { readonly type: "getClusters"; readonly requestId: number; readonly threshold: number | null }
  /** Rows in whose name or text the words stand: answered by the block "rows". */
  | { readonly type: "search"; readonly requestId: number; readonly text: string }
  /** Of the index with that key; for what is on the screen only. */
  | { readonly type: "getSamples"; readonly requestId: number; readonly key: string; readonly rows: readonly number[] }
  | { readonly type: "getThumbnails"; readonly ids: readonly string[] }
  | { readonly type: "getOverview" }
  | { readonly type: "getChanges" }
  | { readonly type: "getCurve" }
  /** Another strategy on the budgets of the curve. */
  | { readonly type: "getStrategy"; readonly requestId: number; readonly name: string }
  /** The answer to that request is no longer wanted. */
  | { readonly type: "drop"; readonly requestId: number }
  /** `name`: writes this selection anew; else the engine names it. */
  | { readonly type: "prune"; readonly budget: string; readonly name?: string }
  /** Asks for a budget as the command does. */
  | { readonly type: "askPrune" }
  /** Of the comparison that was made or opened last. */
  | { readonly type: "getComparison"; readonly requestId: number }
  | { readonly type: "getPricing"; readonly requestId: number; readonly question: PricingQuestion }
  /** Asks what to compare, and does it. */
  | { readonly type: "compare" }
  /** Asks for a file with an earlier result. */
  | { readonly type: "openComparison" }
  /** Asks for a folder, and copies the result, its tables and lists there. */
  | { readonly type: "exportComparison" }
  /** Null for the current selection, which `against` is then compared with. */
  | { readonly type: "getReview"; readonly requestId: number; readonly selection: string | null; readonly against: string | null }
  | {
    readonly type: "getReviewSamples"; readonly requestId: number; readonly selection: string; readonly against: string | null; readonly list: ReviewList;
    readonly reason: string | null; readonly search: string; readonly offset: number; readonly limit: number;
  }
  /** Of exactly the file that was looked at. */
  | { readonly type: "approve"; readonly requestId: number; readonly selection: string; readonly sha256: string; readonly note: string }
  /** Opens the review as a Markdown document. */
  | { readonly type: "openMarkdown"; readonly selection: string; readonly against: string | null }
  /** Asks how, and applies the selection. */
  | { readonly type: "apply"; readonly selection: string }
  /** Makes a selection the one that editors and pages show. */
  | { readonly type: "useSelection"; readonly selection: string }
  | { readonly type: "decide"; readonly key: string; readonly decisions: Decisions }
  /** By a selection, or by the current one. */
  | { readonly type: "explain"; readonly id: string; readonly selection?: string }
  | { readonly type: "reveal"; readonly id: string }
  /** Opens what could not be read, by its place in the summary's list. */
  | { readonly type: "revealRejected"; readonly index: number }
  /** Makes this the setting of the workspace. */
  | { readonly type: "setKeeperRule"; readonly rule: KeeperRule }
  | { readonly type: "index" }
  | { readonly type: "cancel" };
