import type { DatasetParams } from "./dataset.ts";

/** Pruning, and the selection that is in force. Types only. */

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

export interface UseSelectionParams extends DatasetParams {
  /** Null shows none. */
  readonly name: string | null;
}
