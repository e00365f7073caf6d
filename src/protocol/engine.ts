import type { BlockName, ColumnPlace } from "./columns.ts";
import type { ComparisonPricing, ComparisonView, PricingQuestion } from "./comparison.ts";

/**
 * The channel between host and engine: JSON-RPC requests, their results, progress. Types only.
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
  /** What `done` and `total` count, where they are no samples or steps. */
  readonly unit?: "bytes";
  /** How many are done a second at present; 0 when not known yet. */
  readonly rate?: number;
  /** How long it goes on at that rate; left out when not known yet. */
  readonly secondsLeft?: number;
}

/** Which member of a near-duplicate cluster is kept where one is kept: the most important, the most central, the largest image or longest text, the first by path. */
export type KeeperRule = "important" | "central" | "largest" | "first";

/** Settings of one dataset that a command or the editor's settings override; all else comes from infomax.json. */
export interface DatasetOptions {
  readonly id?: string;
  readonly label?: string;
  readonly text?: readonly string[];
  readonly image?: string;
  /** Absolute path of an .npy file with one row a sample. */
  readonly embeddings?: string;
  /**
   * "builtin", "perceptual" (images) or "hashed" (texts); the name of a downloaded encoder (see {@link EncoderView}); or the
   * absolute path of a folder in the Hugging Face layout (needs trust).
   */
  readonly encoder?: string;
  /** What is compared of records with an image and a text. */
  readonly pairs?: "both" | "image" | "text";
  /**
   * "auto", "el2n", "aum", "forgetting", "entropy", "margin", "dual", "prototype", "density", "rarity", "clip-score" or "uniform",
   * or the absolute path of a one-dimensional .npy file.
   */
  readonly importance?: string;
  /** Training dynamics: absolute path of a folder of dynamics_epoch_<n>.jsonl, a .jsonl file or an .npy file (needs trust). */
  readonly dynamics?: string;
  readonly importanceColumn?: string;
  readonly importanceScale?: "auto" | "minmax" | "rank" | "none";
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
  /** What each class is due: at least half of an even share (floor), the same number (balanced), the same share of each class (proportional), nothing (none). */
  readonly perClass?: "floor" | "balanced" | "proportional" | "none";
  /** Which of near-duplicates is kept where one is: the most important, the one most like the others, the largest, or the first by path. */
  readonly keeperRule?: "important" | "central" | "largest" | "first";
  readonly solver?: "exchange" | "greedy" | "infomax" | "infomax-projection";
  /** How a dataset larger than `partitionSize` is split: "neighbors" (neighbours together), "random" or "none" (not at all). */
  readonly partition?: "neighbors" | "random" | "none";
  /** Most samples of a part, ≥ 1000. */
  readonly partitionSize?: number;
  readonly seed?: number;
  /** Threads of the encoder's network, 1 … 256. */
  readonly threads?: number;
  /** What the encoder's network runs on. */
  readonly provider?: "cpu" | "cuda" | "directml" | "coreml" | "webgpu";
}

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
  /** Names this index: blocks with the same key go together. */
  readonly key: string;
  readonly dataset: string;
  readonly root: string;
  readonly kind: "image" | "text" | "pair" | "vector";
  readonly samples: number;
  readonly classes: readonly NameCount[];
  /** By the code in the column `label` of blocks; those without samples too. */
  readonly classNames: readonly string[];
  readonly splits: readonly NameCount[];
  readonly notes: readonly string[];
  /** The first hundred; `rejectedTotal` counts all. */
  readonly rejected: readonly RejectedView[];
  readonly rejectedTotal: number;
  readonly encoder: { readonly name: string; readonly dimensions: number };
  readonly importance: { readonly name: string; readonly description: string };
  readonly neighbors: number;
  readonly threshold: { readonly value: number; readonly source: "auto" | "set"; readonly explanation: string };
  readonly keeperRule: KeeperRule;
  /** Counts of the similarity of each sample to its nearest neighbour, in equal bins from `from` to 1; lower ones are in the first. */
  readonly similarityHistogram: { readonly from: number; readonly counts: readonly number[] };
  /** Estimated share of wrong labels in [0, 1], and how it was found; null without labels. */
  readonly labelNoise: { readonly share: number; readonly method: string; readonly probeAccuracy: number | null } | null;
  readonly duplicates: {
    /** Groups of samples with the same content, and the samples in them beyond the first. */
    readonly exactGroups: number;
    readonly exactExtra: number;
    /** Near-duplicate clusters of two or more (exact ones counted), and the samples in them beyond the first. */
    readonly clusters: number;
    readonly clusterExtra: number;
  };
  /** Protected, by hand or by rule. */
  readonly protectedCount: number;
  /** Pins whose sample is not in the dataset now. */
  readonly protectedMissing: readonly string[];
  /** Of `protectedCount`, those that rules alone protect; the same of the excluded. */
  readonly protectedByRules: number;
  readonly excludedByRules: number;
  /** Why the rules of infomax.json cannot be followed, or contradict each other or a decision by hand; null where they are in order. */
  readonly rulesProblem: string | null;
  /** A quarantine that was interrupted while files were moved there or back; "damaged": its journal cannot be read. Null where there is none. */
  readonly unfinished: { readonly operation: string; readonly what: "quarantine" | "undo" | "damaged" } | null;
  /** Excluded, by hand or by rule. */
  readonly excludedCount: number;
  readonly excludedMissing: readonly string[];
  /** Preferred among their near-duplicates. */
  readonly preferredCount: number;
  readonly preferredMissing: readonly string[];
  /** The selection that editors and views show, or null. */
  readonly currentSelection: string | null;
  /** What training costs, as infomax.json says it: for one sample in one epoch, and of the machine per hour. */
  readonly cost: { readonly secondsPerSample: number; readonly epochs: number; readonly pricePerHour: number; readonly currency: string };
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
  /** Names of other strategies to draw as well; the default compares with random alone. */
  readonly strategies?: readonly string[];
}
/** A dataset by a name of the user's; the path is absolute. */
export interface NamedDataset {
  readonly name: string;
  readonly path: string;
}
/** What is left out is as infomax.json says, else as the engine's defaults are. Paths are absolute, and need trust. */
export interface CompareParams extends DatasetParams {
  /** Stands for where the model will run; without it a share of the dataset is held out. */
  readonly target?: string;
  /** Sources beside the dataset; `kind` as the result names kinds. */
  readonly sources?: readonly (NamedDataset & { readonly kind?: "in-house" | "crowd-labelled" | "schema-matched" | "embedding-retrieved" | "synthetic" | "other" })[];
  /** Of sources by their names, the dataset's own among them: what is given here stands over infomax.json. Prices as there. */
  readonly costs?: readonly {
    readonly source: string; readonly labels?: "experts" | "crowd" | "schema-match" | "free"; readonly access?: "in-hand" | "on-purchase";
    readonly prices?: { readonly [part in "acquire" | "label" | "embed" | "train" | "once"]?: { readonly money: number; readonly seconds?: number } };
  }[];
  readonly tasks?: readonly NamedDataset[];
  readonly shifted?: readonly NamedDataset[];
  /** Shares of sources by their names, together 1. */
  readonly mixtures?: readonly { readonly name: string; readonly shares: Readonly<Record<string, number>> }[];
  readonly budgets?: readonly string[];
  readonly strategies?: readonly string[];
  readonly redraws?: number;
  readonly seeds?: number;
  /** False: no corrupted images. */
  readonly corruptions?: boolean;
  /** Folder to write result and lists to. */
  readonly out?: string;
  /** What is put before each id in the lists. */
  readonly listPrefix?: string;
  /** An earlier result's file. */
  readonly against?: string;
  /** JSON with accuracies of real training by list. */
  readonly trained?: string;
}
/** What a comparison does where its request leaves things out: as infomax.json says, else by default. */
export interface ComparisonDefaults {
  /** As infomax.json names it; null: the test split stands for it, else a share that is held out. */
  readonly target: string | null;
  /** Sources beside the dataset itself. */
  readonly sources: number;
  readonly budgets: readonly string[];
  /** How many strategies infomax.json names; null: all there are. */
  readonly strategies: number | null;
  readonly redraws: number;
  readonly seeds: number;
  /** False: no corrupted images. */
  readonly corruptions: boolean;
  readonly currency: string;
}
/** Of the comparison in that file, null for the last one of the dataset. Files need trust. */
export interface ComparisonParams extends DatasetParams {
  readonly file: string | null;
}
export interface PricingParams extends ComparisonParams {
  readonly question: PricingQuestion;
}
export interface ExportComparisonParams extends ComparisonParams {
  /** Absolute; made where it is not there, and nothing in it is overwritten. */
  readonly folder: string;
}
export interface CompareReply {
  /** The core's CompareResult as JSON. */
  readonly result: string;
  /** How many were compared. */
  readonly strategies: number;
  /** The core's ComparisonChanges as JSON; null where no earlier result was named. */
  readonly changes: string | null;
  /** Absolute paths of what was written. */
  readonly files: readonly string[];
  /** Seconds by what they were spent on. */
  readonly spent: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface CurvePoint {
  readonly kept: number;
  /** kept / samples, in (0, 1]. */
  readonly fraction: number;
  /** F at this budget with the curve's own α. */
  readonly objective: number;
  /** Mean similarity of the samples to their nearest kept one (1 for kept ones), in [0, 1]; estimated on up to 4,000 samples. */
  readonly coverage: number;
  /** The same over the dropped samples alone: how close their keepers are; 1 where nothing is dropped. */
  readonly droppedCoverage: number;
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
  /** Not above the number of samples that may be kept, which is the last point's. */
  readonly referenceBudget: number;
  /** Ascending by `kept`. */
  readonly points: readonly CurvePoint[];
  /** Coverage of a random subset of the same size, to compare with; same length as `points`. */
  readonly randomCoverage: readonly number[];
  /** Distinct contents kept by that random subset, in [0, 1]; same length as `points`. */
  readonly randomDistinct: readonly number[];
  /** Index into `points` of the knee of the coverage curve, or null where it has none. */
  readonly knee: number | null;
  /** The strategies that were asked for, measured on the same budgets. */
  readonly strategies: readonly StrategyCurve[];
  /** What each class is due of a budget, as far as it has distinct samples; `floor`: the part of an even share that the policy of that name grants. */
  readonly classShares: { readonly policy: "floor" | "balanced" | "proportional" | "none"; readonly floor: number };
  /** How importance entered the objective, and so what `importanceKept` sums. */
  readonly importanceScale: "minmax" | "rank" | "none";
}

/** Another strategy on the same budgets; points below the protected floor are left out for all. */
export interface StrategyCurve {
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly points: readonly CurvePoint[];
  readonly seconds: number;
}

export type KeepReason = "protected" | "kept-before" | "chosen";
export type DropReason = "duplicate" | "near-duplicate" | "redundant" | "low-importance" | "class-share" | "hardest" | "excluded";

export interface PruneParams extends DatasetParams {
  /** "500" or "30%". */
  readonly budget: string;
  /** Name of the selection; derived from dataset and budget when left out. */
  readonly name?: string;
  /** An earlier selection of this dataset: all that it keeps is kept again, and the budget counts it. */
  readonly keepSelection?: string;
}
export interface PruneResult {
  readonly name: string;
  /** Absolute paths. */
  readonly selectionFile: string;
  readonly idsFile: string;
  readonly samples: number;
  readonly kept: number;
  readonly protectedKept: number;
  /** Samples kept because an earlier selection kept them, the protected among them not counted. */
  readonly keptBefore: number;
  readonly solver: string;
  readonly objective: number;
  /** No subset of this size with the same pins and shares of classes has a higher objective. */
  readonly bound: number;
  /** How near the optimum this is proven to be: objective / bound, in [0, 1]; bound / objective where both are negative. */
  readonly quality: number;
  readonly noiseCutoff: { /** Share of the samples kept last, in [0, 1). */ readonly share: number; readonly samples: number; readonly source: "auto" | "set"; readonly evidence: string };
  readonly threshold: { readonly value: number; readonly explanation: string };
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

/** What an earlier selection means for one that is to build on it; what is excluded by now is left out. */
export interface SelectionFloorParams extends DatasetParams {
  readonly selection: string;
}
export interface SelectionFloor {
  /** Samples that the selection keeps and that are in the dataset now. */
  readonly kept: number;
  /** Those and the protected ones together: no budget below it is possible. */
  readonly floor: number;
}

/** A figure with the interval that it lies in with about 95% confidence. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
export interface PilotParams extends DatasetParams {
  /** Samples to try: "5%" or "2000"; at least 500 and four for each class are taken, at most all. */
  readonly pilot: string;
  /** "500" or "30%": the budget to judge. */
  readonly budget?: string;
}
export interface PilotResult {
  /** Of the whole, the unreadable left out as far as the sample tells. */
  readonly samples: number;
  readonly sampled: number;
  /** Classes by which the sample is stratified; 0 for a simple random one. */
  readonly classes: number;
  readonly seed: number;
  /** Of the sample. */
  readonly unreadable: number;
  readonly encoder: { readonly name: string; readonly dimensions: number };
  readonly threshold: number;
  /** Of indexing and pruning the whole from here on, in order. */
  readonly stages: readonly { readonly stage: string; readonly seconds: Estimate }[];
  readonly seconds: Estimate;
  /** Peak resident memory. */
  readonly memoryBytes: Estimate;
  readonly redundancy: {
    /** Share of the sample's own samples beyond the first of each content: no more than a lower bound of the whole's. */
    readonly inSample: number;
    /** Share of the whole beyond the first of each content (near-duplicates count as one), in [0, 1]. */
    readonly share: Estimate;
    /** Distinct contents of the whole. */
    readonly distinct: Estimate;
    /** How it was found and how far to trust it, in a sentence or two. */
    readonly method: string;
  };
  readonly budget: {
    /** Samples at which each distinct content can be kept once. */
    readonly likely: Estimate;
    /** Knee of the coverage curve of the sample, with the span of those of nested sub-samples, as a share of the dataset; null where there is none. */
    readonly knee: Estimate | null;
    readonly requested: { readonly kept: number; readonly sentence: string } | null;
  };
  readonly notes: readonly string[];
  /** Seconds that the pilot itself took. */
  readonly spent: number;
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

export interface ProtectParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}
export interface UnprotectParams extends DatasetParams {
  readonly ids: readonly string[];
}
/** Excludes samples: they are kept at no budget. One that is protected or preferred is refused. */
export interface ExcludeParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}
export interface IncludeParams extends DatasetParams {
  readonly ids: readonly string[];
}
/** Of its near-duplicates (at the threshold in force) each sample becomes the one to keep, where one is kept; others of its cluster lose the preference. */
export interface PreferParams extends DatasetParams {
  readonly ids: readonly string[];
  readonly note?: string;
}
export interface UnpreferParams extends DatasetParams {
  readonly ids: readonly string[];
}
/** Several decisions at once, all or none: what is taken away (unprotect, include, unprefer) goes first, then what is given. */
export interface DecideParams extends DatasetParams {
  readonly protect: readonly string[];
  readonly unprotect: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly prefer: readonly string[];
  readonly unprefer: readonly string[];
  /** For all that are given something. */
  readonly note?: string;
}
export interface ProtectResult {
  /** By hand, as the files have them. */
  readonly protectedCount: number;
  readonly excludedCount: number;
  readonly preferredCount: number;
  /** Samples named in the request whose state is another now; one with two changes counts twice. */
  readonly changed: number;
  /** Absolute path of the file that the request is about; of `decide`, of the first of its changes. */
  readonly file: string;
  /** What the user may want to know: rules that go on protecting or excluding what was asked about. */
  readonly notes: readonly string[];
  /** Samples that the selection shown decides otherwise than is decided by now, after a change: it should be made anew. */
  readonly overruled: number;
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

export interface ThumbnailsParams extends DatasetParams {
  readonly ids: readonly string[];
  /** Longer side in pixels. */
  readonly size: number;
}

export interface UseSelectionParams extends DatasetParams {
  /** Null shows none. */
  readonly name: string | null;
}

/** {@link DecideParams} by row: ascending rows of the index with that key, as `rowsToText` writes them. */
export interface DecideRowsParams extends DatasetParams {
  readonly key: string;
  readonly protect?: string;
  readonly unprotect?: string;
  readonly exclude?: string;
  readonly include?: string;
  readonly prefer?: string;
  readonly unprefer?: string;
  readonly note?: string;
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
/** What became of the samples since they were indexed: how many, and the ids of up to 20. */
export interface ChangedSamples {
  readonly count: number;
  readonly ids: readonly string[];
}
export interface ChangesResult {
  readonly added: ChangedSamples;
  readonly removed: ChangedSamples;
  /** The same id with another content, label or split; of images, another size or time of change. */
  readonly changed: ChangedSamples;
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

/** A rule of infomax.json, tried on the dataset. */
export interface RuleView {
  readonly name: string;
  readonly action: "protect" | "exclude";
  readonly reason: string;
  /** Its conditions in words. */
  readonly conditions: string;
  /** What looks like a mistake: a label that no sample has. */
  readonly notes: readonly string[];
  /** Samples that it catches. */
  readonly samples: number;
  /** Up to 20 of them. */
  readonly examples: readonly SampleView[];
}
/** A sample that one rule or person protects and another excludes. */
export interface DecisionConflict {
  readonly id: string;
  /** Name of the rule; null: by hand. */
  readonly protectedBy: string | null;
  readonly excludedBy: string | null;
  /** Nobody protects it: it is preferred among its near-duplicates, by hand. */
  readonly preferred: boolean;
}
export interface RulesResult {
  readonly rules: readonly RuleView[];
  /** The first 20, decisions by hand that contradict each other among them; `conflictsTotal` counts all. */
  readonly conflicts: readonly DecisionConflict[];
  readonly conflictsTotal: number;
}
/** Writes what a rule catches now into the file of decisions by hand, with the rule as note. */
export interface PinRuleParams extends DatasetParams {
  readonly rule: string;
}

/** A decision by hand as lists show it. */
export interface DecisionView {
  readonly id: string;
  readonly note: string;
  /** ISO 8601, or empty. */
  readonly since: string;
  /** Null where its sample is gone. */
  readonly sample: SampleView | null;
}
export interface DecisionsParams extends DatasetParams {
  readonly kind: "protected" | "excluded" | "keepers";
  readonly offset: number;
  readonly limit: number;
}
export interface DecisionsResult {
  readonly total: number;
  /** Those of `total` whose sample is gone. */
  readonly missing: number;
  /** In the order of the dataset, those whose sample is gone last. */
  readonly decisions: readonly DecisionView[];
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

/** An encoder that was downloaded or can be. */
export interface EncoderView {
  /** As the setting `encoder` names it: "bge-small", "owner/repository@<commit>". */
  readonly name: string;
  /** On the host, "owner/name". */
  readonly repository: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** What it reads: images, texts, or both into one space. */
  readonly kind: "image" | "text" | "pair";
  readonly licence: string;
  /** Of all its files; approximate where it is not installed. */
  readonly bytes: number;
  /** Absolute path, whether it is there or not. */
  readonly folder: string;
  readonly installed: boolean;
}
/** What a download would bring, as the host lists it now: all that the user is asked about. */
export interface EncoderPlan extends EncoderView {
  /** "huggingface.co". */
  readonly host: string;
  readonly files: number;
  /** Without what an earlier download that was stopped has brought already. */
  readonly missingBytes: number;
}
export interface DownloadEncoderParams {
  /** {@link EncoderPlan.name}. */
  readonly name: string;
  readonly commit: string;
  /** What the user agreed to; a larger download is refused. */
  readonly bytes: number;
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
