/** What every request names, and what is told of a dataset as a whole. Types only. */

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
  readonly redundancyWeight?: "auto" | number;
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
