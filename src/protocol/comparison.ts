/**
 * A comparison of strategies and sources as the inspector shows it: the engine's reading of a result file. Strategies,
 * budgets, utilities and sources are numbered by their place in their lists. Types and one guard.
 */

/** A figure, or why there is none (a clause without a capital and a full stop). */
export type Figure<T> = T | { readonly notDefined: string };

export function isDefined<T extends object>(figure: Figure<T>): figure is T {
  return !("notDefined" in figure);
}

/** A mean over redraws and seeds with its 95% interval. */
export interface Estimated {
  readonly mean: number;
  readonly interval: Figure<{ readonly low: number; readonly high: number }>;
  /** Runs with a value. */
  readonly runs: number;
}

/** Half of an interval about a mean, ≥ 0: its longer side, as the other may end where shares end. */
export function halfInterval(mean: number, { low, high }: { readonly low: number; readonly high: number }): number {
  return Math.max(high - mean, mean - low);
}

export type PricePart = "acquire" | "label" | "embed" | "train" | "once";
export type CostUnit = "money" | "seconds";
export interface Cost {
  readonly money: number;
  readonly seconds: number;
}

export interface ComparedSource {
  readonly name: string;
  readonly kind: "in-house" | "crowd-labelled" | "schema-matched" | "embedding-retrieved" | "synthetic" | "other";
  readonly samples: number;
  /** Candidates left out because they are, or nearly are, in what is judged on. */
  readonly leaked: number;
  readonly labelKind: "experts" | "crowd" | "schema-match" | "free";
  readonly access: "in-hand" | "on-purchase";
  readonly prices: { readonly [part in PricePart]: Cost };
  /** Prices that nobody has given: round numbers that stand for no market. */
  readonly placeholders: readonly `${PricePart}.${CostUnit}`[];
}

export interface ComparedUtility {
  readonly name: string;
  /** For people, in their language. */
  readonly title: string;
  /** A sentence: what it is, how it is measured. */
  readonly hint: string;
  readonly better: "high" | "low";
  readonly origin: "analytic" | "probe" | "trained";
  /** In [0, 1], and best read as a percentage. */
  readonly isShare: boolean;
  /** One of the dozen that most look at; the others come on demand. */
  readonly isCommon: boolean;
}

export interface ComparedStrategy {
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  /** Set where it is a source alone or a mixture: the share of each source. */
  readonly shares: readonly number[] | null;
  /** What it must know of every candidate before it can choose. */
  readonly needs: { readonly content: boolean; readonly labels: boolean; readonly training: boolean };
}

/** What is said of a strategy on one utility at one budget. */
export interface ComparisonCell {
  readonly mean: Figure<Estimated>;
  /** Mean difference from random choice of as many samples, paired. */
  readonly versusBaseline: Figure<Estimated>;
  /** 1 better and −1 worse than random choice of as many samples for sure (Holm, 95%), 0 neither. */
  readonly sure: -1 | 0 | 1;
  /** The best, or not told apart from it. */
  readonly isAmongBest: boolean;
  /** Ranks that it may have; both 0 where it has none. */
  readonly rankLow: number;
  readonly rankHigh: number;
  /** Strategies than which this one is significantly better. */
  readonly surelyBetterThan: readonly number[];
}

/** A strategy at a budget. */
export interface ComparedSubset {
  /** Mean over redraws: strategies that buy their own number may have different ones. */
  readonly samples: number;
  /** Mean share of each source in what is kept. */
  readonly ofSource: readonly number[];
  readonly cost: Cost;
  /** Mean accuracy of the small networks by class of {@link ComparisonView.classes}; null for classes without a test sample. */
  readonly perClass: readonly (number | null)[];
  /** Standard deviation of that over redraws and seeds. */
  readonly perClassSpread: readonly (number | null)[];
  /** The same of a random choice of as many samples: the baseline's, or where each strategy buys its own number, one of this size; null where it is not known. */
  readonly perClassRandom: readonly (number | null)[];
  /** By class, the mean difference from it over the redraws and seeds that both have, and its standard deviation over them; null where it is not known. */
  readonly perClassLead: readonly (number | null)[];
  readonly perClassLeadSpread: readonly (number | null)[];
}

export interface ComparisonCorrelation {
  readonly budget: number;
  /** The cheaper one, and the dearer one that it is to foretell. */
  readonly metric: number;
  readonly utility: number;
  readonly runs: number;
  readonly spearman: Figure<{ readonly value: number }>;
  readonly interval: Figure<{ readonly low: number; readonly high: number }>;
}

/** One comparison, as it was written. */
export interface ComparisonView {
  /** Absolute path of the result; its name alone in a report. */
  readonly file: string;
  /** Milliseconds since 1970 when it was written. */
  readonly written: number;
  /** The dataset's samples are others than those that were compared. */
  readonly stale: boolean;
  /** Version of the program that made it, and what its figures depend on. */
  readonly program: string;
  readonly encoder: string;
  readonly configDigest: string;
  readonly seed: number;
  readonly redraws: number;
  readonly seeds: number;
  readonly currency: string;
  /** Number of the random strategy: of the same size where the budget is a number of samples, at the same cost where it is money. */
  readonly baseline: number;
  readonly classes: readonly string[];
  readonly sources: readonly ComparedSource[];
  readonly sets: readonly { readonly name: string; readonly role: "target" | "shifted" | "task"; /** That are judged on, and those set aside to guide embedding search. */ readonly samples: number; readonly aside: number }[];
  /** `samples` where every strategy gets the same number, `money` where each buys its own. */
  readonly budgets: readonly { readonly name: string; readonly samples: number | null; readonly money: number | null }[];
  readonly utilities: readonly ComparedUtility[];
  readonly strategies: readonly ComparedStrategy[];
  /** [budget][utility][strategy]; null where the strategy has no run there. */
  readonly cells: readonly (readonly (readonly (ComparisonCell | null)[])[])[];
  /** [budget][strategy]: the subset, or why there is none. */
  readonly subsets: readonly (readonly Figure<ComparedSubset>[])[];
  /** The strongest first within each budget and utility. */
  readonly correlations: readonly ComparisonCorrelation[];
  readonly notes: readonly string[];
  /** What changed since an earlier comparison, in sentences; empty where none was named. */
  readonly changes: readonly string[];
  /** At the prices of the file. */
  readonly pricing: ComparisonPricing;
}

/** A price that the user puts in place of the file's. */
export interface PriceEdit {
  readonly source: number;
  readonly part: PricePart;
  readonly unit: CostUnit;
  /** ≥ 0. */
  readonly value: number;
}

/** What is asked of prices: how one utility ranks the strategies for an amount. */
export interface PricingQuestion {
  readonly prices: readonly PriceEdit[];
  /** Number of the utility that ranks; null for the headline (real training where most is known, else probes). */
  readonly utility: number | null;
  /** What may be spent; null for what the baseline costs at the middle budget. */
  readonly spend: { readonly unit: CostUnit; readonly amount: number } | null;
}

/** A strategy at the amount that may be spent. */
export interface PricedStanding {
  readonly samples: number;
  /** Read off the strategy's own curve over the measured sizes. */
  readonly utility: Figure<{ readonly value: number }>;
  /** 1 is best, ties share; 0 where the utility is not known. */
  readonly rank: number;
  /** What the amount goes to; zeros where it buys nothing. */
  readonly parts: { readonly [part in PricePart]: Cost };
}

/** One price from × 0.25 to × 4, all else as it is. */
export interface PriceSweep {
  /** Null: of all sources together. */
  readonly source: number | null;
  readonly part: PricePart;
  readonly unit: CostUnit;
  readonly factors: readonly number[];
  /** [factor][strategy], as in {@link PricedStanding}. */
  readonly ranks: readonly (readonly number[])[];
  readonly samples: readonly (readonly number[])[];
  readonly utilities: readonly (readonly (number | null)[])[];
  /** The order of two strategies changes somewhere. */
  readonly isOrderMoved: boolean;
  /** Strategies that are first, alone or tied, somewhere. */
  readonly leaders: readonly number[];
}

/** Where a strategy takes the lead from the one that leads at the prices as they are, or loses it to it. */
export interface BreakEvenPrice {
  readonly source: number | null;
  readonly part: PricePart;
  readonly unit: CostUnit;
  readonly factor: number;
  /** The price itself; null for all sources together. */
  readonly price: number | null;
  /** The better of the two below and above that price; null for a tie. */
  readonly below: number | null;
  readonly above: number | null;
  /** The two. */
  readonly leader: number;
  readonly rival: number;
}

export interface ComparisonPricing {
  readonly utility: number;
  readonly spend: { readonly unit: CostUnit; readonly amount: number };
  /** Differences of no more than this are ties: half the median width of the strategies' intervals at the budget that costs nearest to it. */
  readonly tolerance: number;
  /** By source, with the edits. */
  readonly prices: readonly { readonly [part in PricePart]: Cost }[];
  /** [budget][strategy] at these prices; null where the strategy has no subset there. */
  readonly costs: readonly (readonly (Cost | null)[])[];
  /** By strategy. */
  readonly standings: readonly PricedStanding[];
  /** Those that move the order first. */
  readonly sweeps: readonly PriceSweep[];
  readonly breakEvens: readonly BreakEvenPrice[];
}
