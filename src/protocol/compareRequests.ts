import type { PricingQuestion } from "./comparison.ts";
import type { DatasetParams } from "./dataset.ts";

/** Requests for comparisons; what a comparison says is in comparison.ts. Types only. */

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
