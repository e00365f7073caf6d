/**
 * The channel between host and engine: JSON-RPC requests, their results, progress. Types only, imports nothing.
 * `dataset` is always the absolute path of a dataset: a folder, or a JSONL/CSV/TSV file.
 */

/** Raised with each incompatible change; host and engine compare it in `initialize`. */
export const PROTOCOL_VERSION = 1;

/** Sent while a request runs, on the token that the request carries in `progressToken`. */
export interface Progress {
  /** What is being done now, in the user's words: "Reading", "Embedding", "Finding neighbours", "Scoring". */
  readonly stage: string;
  readonly done: number;
  /** 0 when not known. */
  readonly total: number;
}

/** Settings of one dataset that a command or the editor's settings override; all else comes from infomax.json. */
export interface DatasetOptions {
  readonly id?: string;
  readonly label?: string;
  readonly text?: readonly string[];
  readonly image?: string;
  /** Absolute path of an .npy file with one row a sample. */
  readonly embeddings?: string;
  /** "builtin", or the absolute path of a folder in the Hugging Face layout (needs trust). */
  readonly encoder?: string;
  /** "auto" | "el2n" | "aum" | "density" | "uniform", or the absolute path of a one-dimensional .npy file. */
  readonly importance?: string;
  readonly importanceColumn?: string;
  readonly importanceScale?: "rank" | "minmax" | "none";
  /** Numeric column with the AUM by which the noise cutoff sorts. */
  readonly aumColumn?: string;
  /** k of the neighbour graph. */
  readonly neighbors?: number;
  /** β, ≥ 0. */
  readonly redundancyWeight?: number;
  /** "auto" or a fraction in [0, 1). */
  readonly noiseCutoff?: "auto" | number;
  /** "auto" or a cosine in (0, 1]. */
  readonly threshold?: "auto" | number;
  /** "none", "balanced" (the same share of the budget for each class) or "proportional" (the same share of each class). */
  readonly perClass?: "none" | "balanced" | "proportional";
  readonly seed?: number;
}

export interface InitializeParams {
  readonly protocolVersion: number;
  /** Folder for index caches and thumbnails; created when missing. */
  readonly storage: string;
}
export interface InitializeResult {
  readonly protocolVersion: number;
  readonly version: string;
  readonly pid: number;
}

export interface DatasetParams {
  readonly dataset: string;
  readonly options?: DatasetOptions;
  /** False in an untrusted workspace: paths named by infomax.json are then refused. */
  readonly trusted: boolean;
}

/** A dataset that could be indexed, found under a folder without reading it whole. */
export interface DatasetCandidate {
  readonly path: string;
  readonly description: string;
}

export interface RejectedView {
  readonly file: string;
  readonly line: number | null;
  readonly reason: string;
}

export interface NameCount {
  readonly name: string;
  readonly count: number;
}

export interface DatasetSummary {
  readonly dataset: string;
  readonly root: string;
  readonly kind: "image" | "text" | "vector";
  readonly samples: number;
  readonly classes: readonly NameCount[];
  readonly splits: readonly NameCount[];
  readonly notes: readonly string[];
  /** The first hundred; `rejectedTotal` counts all. */
  readonly rejected: readonly RejectedView[];
  readonly rejectedTotal: number;
  readonly encoder: { readonly name: string; readonly dimensions: number };
  readonly importance: { readonly name: string; readonly description: string };
  readonly neighbors: number;
  readonly threshold: { readonly value: number; readonly source: "auto" | "set"; readonly explanation: string };
  /** Counts of nearest-neighbour similarities in equal bins over [0, 1]. */
  readonly similarityHistogram: readonly number[];
  readonly duplicates: {
    /** Groups of samples with the same content, and the samples in them beyond the first. */
    readonly exactGroups: number;
    readonly exactExtra: number;
    /** Near-duplicate clusters of two or more (exact ones counted), and the samples in them beyond the first. */
    readonly clusters: number;
    readonly clusterExtra: number;
  };
  readonly protectedCount: number;
  /** Pins whose sample is not in the dataset now. */
  readonly protectedMissing: readonly string[];
  /** The selection that editors and views show, or null. */
  readonly currentSelection: string | null;
  /** ISO 8601. */
  readonly indexedAt: string;
  readonly seconds: { readonly [stage: string]: number };
}

export type IndexState =
  | { readonly state: "missing" }
  | {
    readonly state: "ready";
    readonly summary: DatasetSummary;
    /** The dataset's files or settings changed since it was indexed. */
    readonly stale: boolean;
  };

/** One sample as a person sees it. */
export interface SampleView {
  readonly id: string;
  readonly kind: "image" | "text" | "vector";
  /** POSIX path relative to the dataset root. */
  readonly file: string;
  /** 1-based first line of the record, or null for a whole file. */
  readonly line: number | null;
  readonly label: string | null;
  readonly split: string | null;
  /** Up to 400 characters; null for images. */
  readonly text: string | null;
  readonly importance: number;
  /** Share of the dataset's samples with lower importance, in [0, 1]. */
  readonly importanceRank: number;
  readonly protected: boolean;
  readonly note: string | null;
  /** In the current selection; null where there is none. */
  readonly status: "kept" | "dropped" | null;
}

export interface SimilarSample {
  readonly sample: SampleView;
  /** Cosine similarity, clamped to [0, 1]. */
  readonly similarity: number;
}

export interface ClustersParams extends DatasetParams {
  /** Re-threshold without re-indexing; the index's own threshold when left out. */
  readonly threshold?: number;
  readonly offset: number;
  readonly limit: number;
  /** At most this many members a cluster are returned. */
  readonly members: number;
}
export interface ClusterView {
  readonly cluster: number;
  readonly size: number;
  /** Lowest similarity of a member to the representative. */
  readonly tightness: number;
  /** All members have the same content. */
  readonly exact: boolean;
  readonly mixedLabels: boolean;
  readonly crossesSplits: boolean;
  /** The representative first, then by falling similarity to it. */
  readonly members: readonly SimilarSample[];
}
export interface ClustersResult {
  readonly threshold: number;
  readonly total: number;
  readonly offset: number;
  /** Largest first. */
  readonly clusters: readonly ClusterView[];
}

export interface CurveParams extends DatasetParams {
  /** The budget at which α is fixed for the nested order; "30%" when left out. */
  readonly budget?: string;
}
export interface CurvePoint {
  readonly kept: number;
  /** kept / samples, in (0, 1]. */
  readonly fraction: number;
  /** F at this budget with the curve's own α. */
  readonly objective: number;
  /** Mean similarity of the samples to their nearest kept one (1 for kept ones), in [0, 1]; estimated on up to 4,000 samples. */
  readonly coverage: number;
  /** Share of the distinct contents (near-duplicates count as one) of which a sample is kept, in [0, 1]. */
  readonly distinctKept: number;
  /** Share of the kept samples that have a near-duplicate among the kept, in [0, 1]. */
  readonly redundancyLeft: number;
  readonly classesCovered: number;
  /** Share of the total importance that is kept, in [0, 1]. */
  readonly importanceKept: number;
}
export interface CurveResult {
  readonly samples: number;
  readonly classes: number;
  readonly protectedFloor: number;
  readonly referenceBudget: number;
  /** Ascending by `kept`. */
  readonly points: readonly CurvePoint[];
  /** Coverage of a random subset of the same size, to compare with; same length as `points`. */
  readonly randomCoverage: readonly number[];
  /** Distinct contents kept by that random subset, in [0, 1]; same length as `points`. */
  readonly randomDistinct: readonly number[];
  /** Index into `points` of the knee of the coverage curve, or null where it has none. */
  readonly knee: number | null;
}

export type DropReason = "duplicate" | "near-duplicate" | "redundant" | "low-importance" | "class-share" | "likely-mislabelled" | "excluded";

export interface PruneParams extends DatasetParams {
  /** "500" or "30%". */
  readonly budget: string;
  /** Name of the selection; derived from dataset and budget when left out. */
  readonly name?: string;
}
export interface PruneResult {
  readonly name: string;
  /** Absolute paths. */
  readonly selectionFile: string;
  readonly idsFile: string;
  readonly samples: number;
  readonly kept: number;
  readonly protectedKept: number;
  readonly objective: number;
  readonly dropped: { readonly [reason in DropReason]?: number };
  readonly classes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  /** Share of the kept samples that have a near-duplicate among the kept. */
  readonly redundancyLeft: number;
  readonly coverage: number;
  /** The most important dropped samples of each reason, with the decision in words. */
  readonly examples: readonly {
    readonly id: string;
    /** The file, with the line of a record. */
    readonly place: string;
    readonly reason: DropReason;
    readonly sentence: string;
  }[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

export interface SampleParams extends DatasetParams {
  readonly id: string;
}
export interface Explanation {
  readonly sample: SampleView;
  readonly selection: string | null;
  readonly reason: DropReason | "protected" | "chosen" | null;
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

export interface ProtectParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}
export interface UnprotectParams extends DatasetParams {
  readonly ids: readonly string[];
}
export interface ProtectResult {
  readonly protectedCount: number;
  readonly changed: number;
  /** Absolute path of the protection file. */
  readonly file: string;
}

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
  readonly duplicate: boolean;
  readonly status: "kept" | "dropped" | null;
}

export interface ThumbnailsParams extends DatasetParams {
  readonly ids: readonly string[];
  /** Longer side in pixels. */
  readonly size: number;
}

export interface UseSelectionParams extends DatasetParams {
  /** Null shows none. */
  readonly name: string | null;
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
  prune: { params: PruneParams; result: PruneResult };
  explain: { params: SampleParams; result: Explanation };
  /** By the approximate index (HNSW), which is built on first use and kept. */
  similar: { params: SimilarParams; result: readonly SimilarSample[] };
  protect: { params: ProtectParams; result: ProtectResult };
  unprotect: { params: UnprotectParams; result: ProtectResult };
  marks: { params: MarksParams; result: readonly SampleMark[] };
  fileStatus: { params: FileStatusParams; result: readonly FileStatus[] };
  /** Absolute paths of thumbnails inside the storage folder; null where there is no image. */
  thumbnails: { params: ThumbnailsParams; result: readonly (string | null)[] };
  selections: { params: DatasetParams; result: readonly string[] };
  useSelection: { params: UseSelectionParams; result: null };
}
export type EngineMethod = keyof EngineRequests;
export type ParamsOf<M extends EngineMethod> = EngineRequests[M]["params"];
export type ResultOf<M extends EngineMethod> = EngineRequests[M]["result"];

/** Requests that change nothing outside the cache, or to the same end when sent twice: the supervisor may re-send them. */
export const IDEMPOTENT_METHODS: ReadonlySet<EngineMethod> = new Set<EngineMethod>([
  "initialize", "findDatasets", "open", "clusters", "curve", "explain", "similar", "marks", "fileStatus", "thumbnails", "selections",
]);

/** JSON-RPC error code of an error the user can act on; `data` is {@link EngineErrorData}. */
export const USER_ERROR = -32000;
export interface EngineErrorData {
  /** An `ErrorCode` of the core; "cancelled" among them. */
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
}
