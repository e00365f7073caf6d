import type { ApplyPlan, ApplyResult, ExportParams, QuarantineParams, QuarantineView, QuarantinedFiles, QuarantinedFilesParams, UndoParams, UndoResult } from "./apply.ts";
import type { CurveParams, CurveResult, PilotParams, PilotResult } from "./budget.ts";
import type { CompareParams, CompareReply, ComparisonDefaults, ComparisonParams, ExportComparisonParams, PricingParams } from "./compareRequests.ts";
import type { ComparisonPricing, ComparisonView } from "./comparison.ts";
import type { ChangesResult, DatasetCandidate, DatasetParams, DatasetSummary, IndexState } from "./dataset.ts";
import type { DecideParams, DecideRowsParams, DecisionsParams, DecisionsResult, ExcludeParams, IncludeParams, PinRuleParams, PreferParams, ProtectParams, ProtectResult, RulesResult, UnpreferParams, UnprotectParams } from "./decisions.ts";
import type { DownloadEncoderParams, EncoderPlan, EncoderView } from "./encoderRequests.ts";
import type { AuditParams, AuditResult, CheckParams, CheckResult } from "./checks.ts";
import type { FileStatus, FileStatusParams, MarksParams, NextProtected, NextProtectedParams, PathMark, PathMarksParams, RowsInFolderParams, SampleMark, SampleRows } from "./marks.ts";
import type { OverviewResult, ReportParams, ReportResult } from "./overview.ts";
import type { ClustersParams, ClustersResult } from "./redundancy.ts";
import type { ApproveParams, ReviewParams, ReviewResult, ReviewSamplesParams, ReviewSamplesResult } from "./review.ts";
import type { BlockParams, BlockResult, ExplainParams, Explanation, HistoryEntry, SampleParams, SampleView, SamplesParams, SimilarParams, SimilarSample, ThumbnailsParams } from "./samples.ts";
import type { PruneParams, PruneResult, SelectionFloor, SelectionFloorParams, UseSelectionParams } from "./selection.ts";

/**
 * The channel between host and engine: JSON-RPC requests, their results, progress; what they carry is beside this file, by
 * topic. `dataset` is always the absolute path of a dataset: a folder, or a JSONL/CSV/TSV file.
 */

/** Raised with each incompatible change; host and engine compare it in `initialize`. */
export const PROTOCOL_VERSION = 1;

export interface InitializeParams {
  readonly protocolVersion: number;
  /** Folder for index caches and thumbnails; created when missing. */
  readonly storage: string;
  /** The strings of the user's language as JSON, as VS Code holds them; left out for English. */
  readonly strings?: string;
}

export interface InitializeResult {
  readonly protocolVersion: number;
  readonly version: string;
  readonly pid: number;
}

/** Every request, its parameters and its result. */
export interface EngineRequests {
  initialize: { params: InitializeParams; result: InitializeResult };
  findDatasets: { params: { readonly folder: string }; result: readonly DatasetCandidate[] };
  /** Loads a finished index from the cache; builds nothing. */
  open: { params: DatasetParams; result: IndexState };
  index: { params: DatasetParams; result: DatasetSummary };
  clusters: { params: ClustersParams; result: ClustersResult };
  curve: { params: CurveParams; result: CurveResult };
  /** Compares strategies and sources at equal cost; takes minutes. */
  compare: { params: CompareParams; result: CompareReply };
  /** What it would compare without being told; reads infomax.json alone. */
  comparisonDefaults: { params: DatasetParams; result: ComparisonDefaults };
  /** A comparison for views; null where the dataset has none yet. */
  comparison: { params: ComparisonParams; result: ComparisonView | null };
  /** The comparison under other prices. */
  comparisonPricing: { params: PricingParams; result: ComparisonPricing };
  /** Copies a comparison's result, tables and lists of ids. */
  exportComparison: { params: ExportComparisonParams; result: { readonly files: readonly string[] } };
  prune: { params: PruneParams; result: PruneResult };
  /** Samples in a dataset, by listing or parsing it; embeds nothing. */
  size: { params: DatasetParams; result: number };
  /** Tries a sample and says what the whole would take and give; writes to the cache alone. */
  pilot: { params: PilotParams; result: PilotResult };
  /** Columns of numbers for views, in a file. */
  block: { params: BlockParams; result: BlockResult };
  /** Samples by row, in the order asked for. */
  samples: { params: SamplesParams; result: readonly SampleView[] };
  history: { params: SampleParams; result: readonly HistoryEntry[] };
  /** Leakage, classes, duplicates and suspects, from the index alone. */
  overview: { params: DatasetParams; result: OverviewResult };
  /** What changed in the source since it was indexed, by listing or parsing it; embeds and decodes nothing. Null: nothing. */
  changes: { params: DatasetParams; result: ChangesResult | null };
  /** Writes the inspector's pages as one HTML file. */
  report: { params: ReportParams; result: ReportResult };
  explain: { params: ExplainParams; result: Explanation };
  /** By the approximate index (HNSW), which is built on first use and kept. */
  similar: { params: SimilarParams; result: readonly SimilarSample[] };
  protect: { params: ProtectParams; result: ProtectResult };
  unprotect: { params: UnprotectParams; result: ProtectResult };
  exclude: { params: ExcludeParams; result: ProtectResult };
  include: { params: IncludeParams; result: ProtectResult };
  prefer: { params: PreferParams; result: ProtectResult };
  unprefer: { params: UnpreferParams; result: ProtectResult };
  decide: { params: DecideParams; result: ProtectResult };
  decideRows: { params: DecideRowsParams; result: ProtectResult };
  marks: { params: MarksParams; result: readonly SampleMark[] };
  fileStatus: { params: FileStatusParams; result: readonly FileStatus[] };
  /** Tries the rules of infomax.json; changes nothing. */
  rules: { params: DatasetParams; result: RulesResult };
  pinRule: { params: PinRuleParams; result: ProtectResult };
  decisions: { params: DecisionsParams; result: DecisionsResult };
  pathMarks: { params: PathMarksParams; result: readonly PathMark[] };
  /** The samples of whole ranges of lines. */
  rowsInLines: { params: MarksParams; result: SampleRows };
  /** All samples whose files lie below a folder. */
  rowsInFolder: { params: RowsInFolderParams; result: SampleRows };
  /** The protected sample of a table that comes after or before another, round the end; null where it has none. */
  nextProtected: { params: NextProtectedParams; result: NextProtected | null };
  review: { params: ReviewParams; result: ReviewResult };
  reviewSamples: { params: ReviewSamplesParams; result: ReviewSamplesResult };
  /** Writes into the audit log that a person approved a selection. */
  approve: { params: ApproveParams; result: null };
  exportPlan: { params: ExportParams; result: ApplyPlan };
  /** Writes a new folder, whole or not at all; needs trust. `plan` is the digest of the plan that the user agreed to. */
  export: { params: ExportParams & { readonly plan: string }; result: ApplyResult };
  quarantinePlan: { params: QuarantineParams; result: ApplyPlan };
  /** Moves dropped files under a journal; needs trust. Goes on with an interrupted one of the same selection. */
  quarantine: { params: QuarantineParams & { readonly plan: string }; result: ApplyResult };
  quarantines: { params: DatasetParams; result: readonly QuarantineView[] };
  quarantinedFiles: { params: QuarantinedFilesParams; result: QuarantinedFiles };
  /** Moves quarantined files back; needs trust. */
  undo: { params: UndoParams; result: UndoResult };
  audit: { params: AuditParams; result: AuditResult };
  check: { params: CheckParams; result: CheckResult };
  /** Absolute paths of thumbnails inside the storage folder; null where there is no image. */
  thumbnails: { params: ThumbnailsParams; result: readonly (string | null)[] };
  selections: { params: DatasetParams; result: readonly string[] };
  selectionFloor: { params: SelectionFloorParams; result: SelectionFloor };
  useSelection: { params: UseSelectionParams; result: null };
  /** The encoders that can be named; asks no host. */
  encoders: { params: Readonly<Record<string, never>>; result: readonly EncoderView[] };
  /** Asks the host what a download would bring; `name` is a preset or `owner/repository`, each with `@revision` or without. */
  encoderPlan: { params: { readonly name: string }; result: EncoderPlan };
  /** To be sent only after the user has agreed to the plan. */
  downloadEncoder: { params: DownloadEncoderParams; result: EncoderView };
}

export type EngineMethod = keyof EngineRequests;

export type ParamsOf<M extends EngineMethod> = EngineRequests[M]["params"];

export type ResultOf<M extends EngineMethod> = EngineRequests[M]["result"];

/** Requests that change nothing outside the cache, or to the same end when sent twice: the supervisor may re-send them. */
export const IDEMPOTENT_METHODS: ReadonlySet<EngineMethod> = new Set<EngineMethod>([
  "initialize", "findDatasets", "open", "size", "clusters", "curve", "comparisonDefaults", "comparison", "comparisonPricing", "block", "samples", "history", "overview", "changes", "explain", "similar", "marks", "fileStatus", "rules", "decisions", "pathMarks", "rowsInLines", "rowsInFolder", "nextProtected", "review", "reviewSamples", "exportPlan", "quarantinePlan", "quarantines", "quarantinedFiles", "audit", "check", "thumbnails", "selections", "selectionFloor", "encoders", "encoderPlan", "downloadEncoder",
]);

/** JSON-RPC error code of an error the user can act on; `data` is {@link EngineErrorData}. */
export const USER_ERROR = -32000;

export interface EngineErrorData {
  /** An `ErrorCode` of the core; "cancelled" among them. */
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
}
