import * as l10n from "@vscode/l10n";
import { breathe } from "../../core/breathe.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { costOfCounts, costOfSamples, PRICE_PARTS, samplesWithin, type Budget, type CostPlan, type CostSource } from "../../core/comparison/cost.ts";
import {
  betterOf, breakEvenWithin, logFactors, priceKeys, priceSensitivity, utilityAt, type BreakEvenSpan, type PricedStrategy, type PriceKey, type PriceSensitivity, type SensitivityOptions, type UtilityCurve,
} from "../../core/comparison/sensitivity.ts";
import { InfomaxError } from "../../core/errors.ts";
import type { BreakEvenPrice, ComparedSubset, ComparisonPricing, Cost, CostUnit, Figure, PricedStanding, PriceSweep, PricingQuestion } from "../../protocol/comparison.ts";
import { isDefined } from "../../protocol/comparison.ts";
import { comparedSubsets } from "./comparedSubsets.ts";
import { headline, isCommon } from "./comparisonTable.ts";

/** Prices are looked at from a quarter to four times themselves, so many of them are shown, and so many steps lie between two. */
const [LOW, HIGH, SHOWN_FACTORS, STEPS] = [0.25, 4, 9, 4];
/**
 * Sizes beyond the smallest and largest that were measured by no more than this share of them count as those: redraws leave a
 * tenth of the candidates out, a strategy's own number differs among them, and a purchase has all candidates before it.
 */
const NEAR = 0.1;
const MOST_BREAK_EVENS = 30;
/** As in infomax.json; what is reckoned from prices and numbers of samples stays finite. */
const MOST_PRICE = 1e12;
/** Of all sources; counts are kept in 32 bits. */
const MOST_SAMPLES = 2 ** 32 - 1;
/** No accuracy, distance or count is as large: sums of what is less stay finite. */
const MOST_VALUE = 1e150;

/** What all answers about one result's prices start from. */
interface Ground {
  readonly result: CompareResult;
  readonly subsets: readonly (readonly Figure<ComparedSubset>[])[];
  readonly sources: readonly CostSource[];
  readonly plans: readonly CostPlan[];
}

/**
 * How one utility ranks the strategies for what may be spent, at the result's prices or edited ones. Each strategy buys as
 * many samples as the amount allows, and its utility there is read off its curve over the sizes that were measured.
 *
 * Two utilities are a tie where they differ by no more than half the median width of the strategies' 95% intervals at the
 * budget whose baseline costs nearest to the amount: half an interval is how far a mean may be off by chance.
 * @throws InfomaxError bad-argument for a source, utility or price that there is not; bad-data for prices above 1e12 or more than 2^32 samples
 */
export async function comparisonPricing(result: CompareResult, question: PricingQuestion, signal?: AbortSignal): Promise<ComparisonPricing> {
  const ground = groundOf(result, question);
  const { sources } = ground;
  const utility = question.utility ?? rankingUtility(result);
  if (result.utilities[utility] === undefined) throw new InfomaxError("bad-argument", l10n.t("there is no utility {0}", utility), l10n.t("Choose another utility."));
  const costs = costsOf(ground);
  const spend = question.spend ?? middleSpend(ground, costs);
  if (spend.amount > MOST_PRICE * MOST_PRICE) throw new InfomaxError("bad-argument", l10n.t("{0} is too large an amount", spend.amount), l10n.t("Give a smaller one."));
  const options: SensitivityOptions = { better: result.utilities[utility].better, tolerance: toleranceOf(ground, costs, utility, spend), currency: result.currency };
  const priced = ground.plans.map((plan, strategy): PricedStrategy => ({ plan, curve: curveOf(ground, utility, strategy) }));
  const budget: Budget = { money: null, seconds: null, [spend.unit]: spend.amount };
  const standings = standingsOf(sources, priced, budget, options);

  const factors = logFactors(LOW, HIGH, (SHOWN_FACTORS - 1) * STEPS + 1);
  const scans: PriceSensitivity[] = [];
  for (const key of keysOf(sources, spend.unit)) {
    await breathe(signal);
    scans.push(priceSensitivity(sources, priced, budget, key, { ...options, factors, isBrief: true }));
  }
  const sweeps = scans.map((scan) => sweepOf(scan, sources));
  return {
    utility, spend, tolerance: options.tolerance ?? 0, prices: sources.map(({ prices }) => prices), costs, standings,
    sweeps: [...sweeps.filter(({ isOrderMoved }) => isOrderMoved), ...sweeps.filter(({ isOrderMoved }) => !isOrderMoved)],
    breakEvens: breakEvensOf(sources, priced, standings, budget, scans, options),
  };
}

function groundOf(result: CompareResult, question: Pick<PricingQuestion, "prices">): Ground {
  const subsets = comparedSubsets(result);
  return { result, subsets, sources: editedSources(result, question), plans: result.strategies.map((_, strategy) => planOf(result, subsets, strategy)) };
}

const costsOf = (ground: Ground): (Cost | null)[][] => ground.subsets.map((ofBudget) => ofBudget.map((subset, strategy) => (isDefined(subset) ? costOf(ground, strategy, subset) : null)));

/**
 * What there is to spend at the budgets of a comparison: what the baseline costs at each, in money and in time, the smallest first.
 * @throws InfomaxError those of {@link comparisonPricing}
 */
export function budgetSpends(result: CompareResult): { readonly budget: string; readonly spend: ComparisonPricing["spend"] }[] {
  const ground = groundOf(result, { prices: [] });
  return baselineSpends(ground, costsOf(ground)).flatMap((own) => (["money", "seconds"] as const).flatMap((unit) => (own[unit] > 0 ? [{ budget: result.budgets[own.budget].name, spend: { unit, amount: own[unit] } }] : [])));
}

function editedSources(result: CompareResult, { prices: edits }: Pick<PricingQuestion, "prices">): CostSource[] {
  if (result.sources.reduce((sum, { samples }) => sum + samples, 0) > MOST_SAMPLES) throw new InfomaxError("bad-data", l10n.t("it compares more than {0} samples", MOST_SAMPLES.toLocaleString("en-US")), l10n.t("Compare again."));
  const sources = result.sources.map(({ name, labelKind, access, prices, placeholders }): CostSource => ({ name, labelKind, access, prices, placeholders }));
  for (const { source, part, unit, value } of edits) {
    const own = sources[source];
    if (own === undefined) throw new InfomaxError("bad-argument", l10n.t("there is no source {0}", source), l10n.t("Choose another source."));
    sources[source] = { ...own, prices: { ...own.prices, [part]: { ...own.prices[part], [unit]: value } } };
  }
  for (const { name, prices } of sources) {
    const dear = PRICE_PARTS.find((part) => !(prices[part].money <= MOST_PRICE && prices[part].seconds <= MOST_PRICE && prices[part].money >= 0 && prices[part].seconds >= 0));
    if (dear !== undefined) throw new InfomaxError(edits.length > 0 ? "bad-argument" : "bad-data", l10n.t("a price of \"{0}\" is not between 0 and {1}", name, MOST_PRICE), l10n.t("Give another price."));
  }
  return sources;
}

/** The utility that ranks where none is named: the headline, or the first that is known at all. */
function rankingUtility(result: CompareResult): number {
  const isKnown = (name: string): boolean => result.summaries.some((own) => own.utility === name && !("notDefined" in own.mean));
  const names = result.utilities.map(({ name }) => name);
  const found = [headline(result), ...names.filter(isCommon), ...names].find((name) => names.includes(name) && isKnown(name));
  return found === undefined ? 0 : names.indexOf(found);
}

/** What a strategy pays for. Shares are those that define it, else those that it kept on average. */
function planOf({ sources, strategies }: CompareResult, subsets: Ground["subsets"], strategy: number): CostPlan {
  const { name, needs, shares } = strategies[strategy];
  const all = sources.map(({ samples, leaked }) => Math.max(0, samples - leaked));
  const stated = shares !== null && shares.length === sources.length && Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) <= 1e-6 ? shares : null;
  const candidates = all.map((count, source) => (stated !== null && stated[source] === 0 ? 0 : count));
  if (stated !== null) return { strategy: name, needs, candidates, shares: stated };
  const kept = sources.map((_, source) => subsets.reduce((sum, ofBudget) => {
    const own = ofBudget[strategy];
    return sum + (isDefined(own) ? own.ofSource[source] : 0);
  }, 0));
  // Of a strategy that kept nothing: as a random draw would.
  const weights = [kept, all].find((list) => list.some((weight) => weight > 0)) ?? sources.map(() => 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { strategy: name, needs, candidates, shares: weights.map((weight) => weight / total) };
}

/** Of a subset that was measured, at the prices asked for; of its mean counts, as whole samples. */
function costOf({ sources, plans }: Ground, strategy: number, { samples, ofSource }: ComparedSubset): Cost {
  const plan = plans[strategy];
  return costOfCounts(sources, plan, ofSource.map((share, source) => Math.min(plan.candidates[source], Math.round(share * samples)))).total;
}

/** What the baseline costs at each budget where it has a subset, the smallest first. */
function baselineSpends({ result, subsets, sources, plans }: Ground, costs: readonly (readonly (Cost | null)[])[]): (Cost & { readonly budget: number })[] {
  const { budgets, strategies, baseline } = result;
  const first = strategies.findIndex(({ name }) => name === baseline);
  const rank = [first, ...strategies.keys()].find((strategy) => costs.some((ofBudget) => ofBudget[strategy] !== null));
  if (rank === undefined) return [];
  const plan = plans[rank];
  const most = samplesWithin(sources, plan, { money: Number.MAX_VALUE, seconds: null });
  return budgets.flatMap((_, budget) => {
    const subset = subsets[budget][rank];
    return isDefined(subset) ? [{ budget, samples: Math.max(1, Math.round(subset.samples)) }] : [];
  }).sort((a, b) => a.samples - b.samples).map(({ budget, samples }) => {
    // At the shares at which it buys again: so it buys exactly what was measured.
    const { money, seconds } = costOfSamples(sources, plan, "notDefined" in most ? 0 : Math.min(samples, most.n)).total;
    const limits = budgets[budget];
    return { budget, money: limits.money !== null && limits.money > 0 ? limits.money : money, seconds: limits.seconds !== null && limits.seconds > 0 ? limits.seconds : seconds };
  });
}

/** What the baseline's middle budget comes to, in money; in seconds where that is free, or what the budget is in. */
function middleSpend(ground: Ground, costs: readonly (readonly (Cost | null)[])[]): ComparisonPricing["spend"] {
  const spends = baselineSpends(ground, costs);
  if (spends.length === 0) return { unit: "money", amount: 0 };
  const { budget, money, seconds } = spends[Math.floor(spends.length / 2)];
  const isTimed = ground.result.budgets[budget].money === null && ground.result.budgets[budget].seconds !== null;
  return money > 0 && !isTimed ? { unit: "money", amount: money } : { unit: "seconds", amount: seconds };
}

function toleranceOf({ result }: Ground, costs: readonly (readonly (Cost | null)[])[], utility: number, { unit, amount }: ComparisonPricing["spend"]): number {
  const baseline = result.strategies.findIndex(({ name }) => name === result.baseline);
  let nearest = -1;
  let distance = Infinity;
  costs.forEach((ofBudget, at) => {
    const own = ofBudget[baseline];
    if (own === null || Math.abs(own[unit] - amount) >= distance) return;
    nearest = at;
    distance = Math.abs(own[unit] - amount);
  });
  if (nearest < 0) return 0;
  const widths = result.summaries.flatMap(({ budget, utility: of, mean }) => (
    budget !== result.budgets[nearest].name || of !== result.utilities[utility].name || "notDefined" in mean || "notDefined" in mean.interval ? [] : [mean.interval.high - mean.interval.low]
  )).filter((width) => width >= 0 && width <= MOST_VALUE).sort((a, b) => a - b);
  if (widths.length === 0) return 0;
  const half = widths.length >> 1;
  return (widths.length % 2 === 1 ? widths[half] : (widths[half - 1] + widths[half]) / 2) / 2;
}

/** Mean utility at each size that was measured, over all budgets; what is nearly as small or large counts as that. */
function curveOf({ result, subsets }: Ground, utility: number, strategy: number): UtilityCurve {
  const atSize = new Map<number, number[]>();
  const { name } = result.strategies[strategy];
  for (const { strategy: of, budget, utility: on, mean } of result.summaries) {
    if (of !== name || on !== result.utilities[utility].name || "notDefined" in mean || Math.abs(mean.mean) > MOST_VALUE) continue;
    const subset = subsets[result.budgets.findIndex((own) => own.name === budget)][strategy];
    if (!isDefined(subset)) continue;
    const size = Math.max(1, Math.round(subset.samples));
    atSize.set(size, [...atSize.get(size) ?? [], mean.mean]);
  }
  const points = [...atSize].sort(([a], [b]) => a - b).map(([size, own]) => ({ size, value: own.reduce((sum, value) => sum + value / own.length, 0) }));
  const [first, last] = [points[0], points[points.length - 1]];
  if (first !== undefined) {
    const [low, high] = [Math.ceil(first.size * (1 - NEAR)), Math.ceil(last.size / (1 - NEAR))];
    if (low < first.size) points.unshift({ size: low, value: first.value });
    if (high > last.size) points.push({ size: high, value: last.value });
  }
  return { samples: Uint32Array.from(points, ({ size }) => size), utility: Float64Array.from(points, ({ value }) => value) };
}

const NOTHING = { acquire: { money: 0, seconds: 0 }, label: { money: 0, seconds: 0 }, embed: { money: 0, seconds: 0 }, train: { money: 0, seconds: 0 }, once: { money: 0, seconds: 0 } };

function standingsOf(sources: readonly CostSource[], priced: readonly PricedStrategy[], budget: Budget, options: SensitivityOptions): PricedStanding[] {
  const bought = priced.map(({ plan, curve }) => {
    const found = samplesWithin(sources, plan, budget, options.currency);
    return "notDefined" in found ? { samples: 0, utility: found, parts: NOTHING } : { samples: found.n, utility: utilityAt(curve, found.n), parts: found.cost.parts };
  });
  return bought.map((own) => ({ ...own, rank: "notDefined" in own.utility ? 0 : 1 + bought.filter((other) => betterOf(other.utility, own.utility, options) === 0).length }));
}

/** Prices in the unit of what is spent, as another moves nothing; and of each part for all sources together, where several have it. */
function keysOf(sources: readonly CostSource[], unit: CostUnit): PriceKey[] {
  const own = priceKeys(sources).filter((key) => key.unit === unit);
  const together = PRICE_PARTS.filter((part) => own.filter((key) => key.part === part).length > 1).map((part) => ({ source: null, part, unit }));
  return [...own, ...together];
}

const sourceAt = (sources: readonly CostSource[], { source }: PriceKey): number | null => (source === null ? null : sources.findIndex(({ name }) => name === source));

function sweepOf({ key, points, isOrderMoved, leaders }: PriceSensitivity, sources: readonly CostSource[]): PriceSweep {
  const shown = points.filter((_, at) => at % STEPS === 0);
  return {
    source: sourceAt(sources, key), part: key.part, unit: key.unit, factors: shown.map(({ factor }) => factor), isOrderMoved, leaders,
    ranks: shown.map(({ ranks }) => [...ranks]), samples: shown.map(({ samples }) => [...samples]),
    utilities: shown.map(({ utilities }) => utilities.map((own) => ("value" in own ? own.value : null))),
  };
}

/** Where the leader and each rival change places, the nearest to the prices as they are first. */
function breakEvensOf(
  sources: readonly CostSource[], priced: readonly PricedStrategy[], standings: readonly PricedStanding[], budget: Budget, scans: readonly PriceSensitivity[], options: SensitivityOptions,
): BreakEvenPrice[] {
  const known = [...standings.keys()].filter((strategy) => standings[strategy].rank > 0);
  if (known.length < 2) return [];
  const exactly = { ...options, tolerance: 0 };
  const leader = known.reduce((best, next) => (betterOf(standings[next].utility, standings[best].utility, exactly) === 0 ? next : best));
  const spans: { readonly key: PriceKey; readonly rival: number; readonly span: BreakEvenSpan; readonly nearness: number }[] = [];
  for (const { key, points } of scans) {
    for (const rival of known) {
      if (rival === leader) continue;
      for (let at = 1; at < points.length; at++) {
        const below = betterOf(points[at - 1].utilities[leader], points[at - 1].utilities[rival], options);
        const above = betterOf(points[at].utilities[leader], points[at].utilities[rival], options);
        if (below === undefined || above === undefined || below === above) continue;
        const [from, to] = [points[at - 1].factor, points[at].factor];
        spans.push({ key, rival, span: { from, to, below, above }, nearness: Math.min(Math.abs(Math.log(from)), Math.abs(Math.log(to))) });
      }
    }
  }
  // Only what may be among the nearest is found to the digit.
  const limit = spans.map(({ nearness }) => nearness).sort((a, b) => a - b)[MOST_BREAK_EVENS - 1] ?? Infinity;
  const who = (better: 0 | 1 | null, rival: number): number | null => (better === null ? null : better === 0 ? leader : rival);
  return spans.filter(({ nearness }) => nearness <= limit + 1e-9).map(({ key, rival, span }): BreakEvenPrice => {
    const { factor, price, below, above } = breakEvenWithin(sources, priced[leader], priced[rival], budget, key, span, { ...options, isBrief: true });
    return { source: sourceAt(sources, key), part: key.part, unit: key.unit, factor, price, below: who(below, rival), above: who(above, rival), leader, rival };
  }).sort((a, b) => Math.abs(Math.log(a.factor)) - Math.abs(Math.log(b.factor))).slice(0, MOST_BREAK_EVENS);
}
