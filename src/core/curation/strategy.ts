import type { NeighborLists, SimilarityGraph } from "../neighbors/neighborGraph.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { ClassPolicy } from "../selection/constraints.ts";

/** Class policies that published strategies know: floors are ours alone. */
export type SharePolicy = Exclude<ClassPolicy, "floor">;

export const STRATEGY_NAMES = [
  "random", "class-balanced-random", "top-importance", "el2n-cut", "forgetting", "moderate", "ccs", "d2", "k-center",
  "herding", "facility-location", "graph-cut", "semdedup", "dedup-random",
] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** What every strategy chooses from. Arrays have one entry a sample. */
export interface StrategyInput {
  /** L2-normalised. */
  readonly matrix: EmbeddingMatrix;
  /** The k-NN graph of `lists`, symmetric. */
  readonly graph: SimilarityGraph;
  readonly lists: NeighborLists;
  /** The lists show neighbours of the own part alone, so they say nothing of what lies beyond. */
  readonly isPartitioned?: boolean;
  /** As given or measured, unscaled; high is important. */
  readonly importance: Float64Array;
  /** Low is hard; null where there is none. */
  readonly aum: Float64Array | null;
  /** Forgetting events ≥ 0 in a training run, high where never learned; null where none were counted. */
  readonly forgetting: Float64Array | null;
  /** Class of each sample, −1 for none; those without form a class of their own. */
  readonly label: Int32Array;
  readonly classCount: number;
  /** Near-duplicate cluster of each sample, −1 for none. */
  readonly clusterOf: Int32Array;
  readonly clusterCount: number;
  /** 1: always kept. Wins over `isExcluded`. */
  readonly isProtected: Uint8Array;
  /** 1: never kept; neither need these samples be covered by what is kept. */
  readonly isExcluded: Uint8Array;
  /** How the budget is shared among classes. `class-balanced-random` and `el2n-cut` balance whatever this says. */
  readonly perClass: SharePolicy;
  readonly seed: number;
}

export interface StrategyOptions {
  readonly signal?: AbortSignal;
}

/** A rule from a dataset and a budget to a subset, written from its paper. The same input gives the same answer. */
export interface Strategy {
  readonly name: StrategyName;
  /** For people. */
  readonly title: string;
  readonly citation: string;
  /** Whether each answer's prefixes, from the number of protected samples on, are the answers for smaller budgets. */
  readonly nested: boolean;
  /**
   * The rows to keep, the protected first, then in the order in which the rule takes them.
   * @param budget from the number of protected samples to the number that are not excluded
   * @throws InfomaxError bad-budget for another budget; bad-importance where the rule needs AUM or forgetting events and there are none
   * @throws CancelledError
   */
  select(input: StrategyInput, budget: number, options?: StrategyOptions): Promise<Uint32Array>;
}
