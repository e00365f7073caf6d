import type { DatasetParams } from "./dataset.ts";

/** What budgets keep, and what a whole run would take. Types only. */

export interface CurveParams extends DatasetParams {
  /** The budget at which α is fixed for the nested order; "30%" when left out. */
  readonly budget?: string;
  /** Names of other strategies to draw as well; the default compares with random alone. */
  readonly strategies?: readonly string[];
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
