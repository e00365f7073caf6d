import { InfomaxError } from "../errors.ts";
import type { Measured } from "../metrics/measured.ts";
import type { Budget, CostPlan, CostSource, PricePart, UnitCost } from "./cost.ts";
import { countWithin, PRICE_PARTS, samplesWithin } from "./cost.ts";
import { kendall } from "./rankCorrelation.ts";

/** One price: of a source, or of all sources at once where `source` is null. */
export interface PriceKey {
  readonly source: string | null;
  readonly part: PricePart;
  readonly unit: keyof UnitCost;
}

/** Utility measured at some numbers of samples: ascending, distinct, ≥ 1; as many utilities, finite. */
export interface UtilityCurve {
  readonly samples: Uint32Array;
  readonly utility: Float64Array;
}

export interface PricedStrategy {
  readonly plan: CostPlan;
  readonly curve: UtilityCurve;
}

export interface SensitivityOptions {
  /** Whether more utility is better (an accuracy) or less (a calibration error). */
  readonly better?: "high" | "low";
  /** Utilities that differ by no more are a tie, ≥ 0. */
  readonly tolerance?: number;
  /** How the currency is named in reasons. */
  readonly currency?: string;
  /** One short reason for all that cannot be bought, where many prices are tried and nobody reads reasons. */
  readonly isBrief?: boolean;
}

/** Factors from × `low` to × `high`, evenly spaced in their logarithms, both ends exact. */
export function logFactors(low = 0.25, high = 4, count = 9): Float64Array {
  const factors = Float64Array.from({ length: count }, (_, i) => low * Math.pow(high / low, i / (count - 1)));
  factors[count - 1] = high;
  // × 1 is what all else is compared with, so it is exactly that.
  return factors.map((factor) => (Math.abs(factor - 1) < 1e-12 ? 1 : factor));
}

/** Every price that is not 0, source by source: a multiple of 0 is 0. */
export function priceKeys(sources: readonly CostSource[]): PriceKey[] {
  return sources.flatMap((source) => PRICE_PARTS.flatMap((part) => (["money", "seconds"] as const)
    .filter((unit) => source.prices[part][unit] > 0)
    .map((unit) => ({ source: source.name, part, unit }))));
}

/**
 * The sources with one price times a factor.
 * @throws InfomaxError bad-argument for a source that is not there
 */
export function withScaledPrice(sources: readonly CostSource[], key: PriceKey, factor: number): CostSource[] {
  if (key.source !== null && !sources.some((source) => source.name === key.source)) {
    throw new InfomaxError("bad-argument", `there is no source "${key.source}"`, `Choose one of ${sources.map((source) => source.name).join(", ")}.`);
  }
  return sources.map((source) => {
    if (key.source !== null && source.name !== key.source) return source;
    const price = source.prices[key.part];
    return { ...source, prices: { ...source.prices, [key.part]: { ...price, [key.unit]: price[key.unit] * factor } } };
  });
}

/**
 * Utility at n samples, linear in ln n between the two measured sizes around it. Not known outside the measured sizes.
 * @param n whole, ≥ 1
 */
export function utilityAt(curve: UtilityCurve, n: number): Measured {
  const { samples, utility } = curve;
  const last = samples.length - 1;
  if (last < 0) return { notDefined: "it was measured at no size" };
  if (n < samples[0]) return { notDefined: `not known: ${n} samples are fewer than the ${samples[0]} from which on it is known` };
  if (n > samples[last]) return { notDefined: `not known: ${n} samples are more than the ${samples[last]} up to which it is known` };
  let at = 0;
  while (samples[at] < n) at++;
  if (samples[at] === n) return { value: utility[at] };
  const share = Math.log(n / samples[at - 1]) / Math.log(samples[at] / samples[at - 1]);
  return { value: utility[at - 1] + share * (utility[at] - utility[at - 1]) };
}

/** The strategies at one factor of the price. */
export interface SensitivityPoint {
  readonly factor: number;
  /** What each strategy buys; 0 where the budget buys nothing. */
  readonly samples: Uint32Array;
  readonly utilities: readonly Measured[];
  /** 1 + the strategies that are better by more than the tolerance, so that ties share a rank; 0 where the utility is not known. */
  readonly ranks: Uint32Array;
}

export interface PriceSensitivity {
  readonly key: PriceKey;
  readonly points: readonly SensitivityPoint[];
  /** The order of two strategies, or a tie, is another at some factor than at another where both are known. */
  readonly isOrderMoved: boolean;
  /** Strategies that are first, alone or tied, at some factor, in their own order. */
  readonly leaders: readonly number[];
  /** Kendall's τ_b of the ranks at each factor with those at × 1, over the strategies known at both. */
  readonly agreement: readonly Measured[];
}

const NOTHING_BOUGHT = { n: 0, utility: { notDefined: "the budget buys nothing" } } as const;

function measureAt(sources: readonly CostSource[], { plan, curve }: PricedStrategy, budget: Budget, options: SensitivityOptions): { readonly n: number; readonly utility: Measured } {
  const n = countWithin(sources, plan, budget);
  if (n > 0) return { n, utility: utilityAt(curve, n) };
  if (options.isBrief === true) return NOTHING_BOUGHT;
  const bought = samplesWithin(sources, plan, budget, options.currency);
  return "notDefined" in bought ? { n, utility: bought } : NOTHING_BOUGHT;
}

/** 1 where `a` is better, −1 where `b` is, 0 for a tie. */
function order(a: number, b: number, { better = "high", tolerance = 0 }: SensitivityOptions): -1 | 0 | 1 {
  const lead = better === "high" ? a - b : b - a;
  return lead > tolerance ? 1 : lead < -tolerance ? -1 : 0;
}

function pointAt(sources: readonly CostSource[], strategies: readonly PricedStrategy[], budget: Budget, key: PriceKey, factor: number, options: SensitivityOptions): SensitivityPoint {
  const scaled = withScaledPrice(sources, key, factor);
  const found = strategies.map((strategy) => measureAt(scaled, strategy, budget, options));
  const ranks = Uint32Array.from(found, ({ utility }) => {
    if (!("value" in utility)) return 0;
    return 1 + found.filter((other) => "value" in other.utility && order(other.utility.value, utility.value, options) > 0).length;
  });
  return { factor, samples: Uint32Array.from(found, ({ n }) => n), utilities: found.map(({ utility }) => utility), ranks };
}

function agreementOf(point: SensitivityPoint, base: SensitivityPoint): Measured {
  const known = [...point.ranks.keys()].filter((s) => point.ranks[s] > 0 && base.ranks[s] > 0);
  const found = kendall(known.map((s) => point.ranks[s]), known.map((s) => base.ranks[s]));
  return "value" in found ? found : { notDefined: known.length < 3 ? `${known.length} strategies are known at both prices` : "all strategies are tied at one of the prices" };
}

/**
 * How the ranking at a fixed budget moves as one price varies: each strategy buys its own n anew, and its utility is read
 * off its curve.
 * @param factors > 0; × 1 need not be among them
 * @throws InfomaxError bad-argument, bad-budget
 */
export function priceSensitivity(
  sources: readonly CostSource[], strategies: readonly PricedStrategy[], budget: Budget, key: PriceKey, options: SensitivityOptions & { readonly factors?: ArrayLike<number> } = {},
): PriceSensitivity {
  const points = Array.from(options.factors ?? logFactors(), (factor) => pointAt(sources, strategies, budget, key, factor, options));
  const base = points.find((point) => point.factor === 1) ?? pointAt(sources, strategies, budget, key, 1, options);
  const standing = (point: SensitivityPoint, a: number, b: number): number | null => {
    const [first, second] = [point.utilities[a], point.utilities[b]];
    return "value" in first && "value" in second ? order(first.value, second.value, options) : null;
  };
  const isMoved = (a: number, b: number): boolean => new Set([base, ...points].map((point) => standing(point, a, b)).filter((found) => found !== null)).size > 1;
  return {
    key,
    points,
    isOrderMoved: strategies.some((_, a) => strategies.some((__, b) => b < a && isMoved(a, b))),
    leaders: [...strategies.keys()].filter((s) => points.some((point) => point.ranks[s] === 1)),
    agreement: points.map((point) => agreementOf(point, base)),
  };
}

/** Where the order of two strategies changes as a price grows. */
export interface BreakEven {
  /** Of the price, within 1e-6 of itself. */
  readonly factor: number;
  /** factor × the price as it is; null for the prices of several sources at once. */
  readonly price: number | null;
  /** The better one below and above this price: 0 the first, 1 the second, null for a tie. */
  readonly below: 0 | 1 | null;
  readonly above: 0 | 1 | null;
}

/** The better of two: 0 the first, 1 the second, null for a tie; undefined where either is not known. */
export function betterOf(first: Measured, second: Measured, options: SensitivityOptions = {}): 0 | 1 | null | undefined {
  if (!("value" in first) || !("value" in second)) return undefined;
  const found = order(first.value, second.value, options);
  return found > 0 ? 0 : found < 0 ? 1 : null;
}

function betterAt(sources: readonly CostSource[], a: PricedStrategy, b: PricedStrategy, budget: Budget, key: PriceKey, factor: number, options: SensitivityOptions): 0 | 1 | null | undefined {
  const at = withScaledPrice(sources, key, factor);
  return betterOf(measureAt(at, a, budget, options).utility, measureAt(at, b, budget, options).utility, options);
}

/** Two factors between which the order of two strategies changes, and the better one at each. */
export interface BreakEvenSpan {
  readonly from: number;
  readonly to: number;
  readonly below: 0 | 1 | null;
  readonly above: 0 | 1 | null;
}

/**
 * The break-even price between two factors, by bisection on the factor's logarithm.
 * @throws InfomaxError bad-argument, bad-budget
 */
export function breakEvenWithin(
  sources: readonly CostSource[], a: PricedStrategy, b: PricedStrategy, budget: Budget, key: PriceKey, span: BreakEvenSpan, options: SensitivityOptions = {},
): BreakEven {
  let { from, to } = span;
  while (to / from > 1 + 1e-6) {
    const middle = Math.sqrt(from * to);
    if (betterAt(sources, a, b, budget, key, middle, options) === span.below) from = middle;
    else to = middle;
  }
  const scaled = sources.filter((source) => key.source === null || source.name === key.source);
  return { factor: to, price: scaled.length === 1 ? to * scaled[0].prices[key.part][key.unit] : null, below: span.below, above: span.above };
}
