import type { ComparedCorrelation, ComparedSummary, CompareResult } from "../../core/comparison/compareResult.ts";
import type { ComparisonCell, ComparisonCorrelation, ComparisonView, Estimated, Figure } from "../../protocol/comparison.ts";
import { comparedSubsets } from "./comparedSubsets.ts";
import { comparisonPricing } from "./comparisonPricing.ts";
import { boundedInterval, isCommon, isShare, sureness } from "./comparisonTable.ts";
import { utilityTextOf } from "./utilityTexts.ts";

/** What a result does not say of itself. */
export type AboutFile = Pick<ComparisonView, "file" | "written" | "stale" | "changes">;

/**
 * A result as views show it: everything by numbers, in its own order, with words in the user's language.
 * @throws InfomaxError those of {@link comparisonPricing}
 */
export async function comparisonView(result: CompareResult, about: AboutFile): Promise<ComparisonView> {
  const { program, encoder, configDigest, seed, redraws, seeds, currency, classes, sources, sets, budgets, utilities, strategies, notes } = result;
  const subsets = comparedSubsets(result);
  return {
    ...about, program, encoder: encoder.name, configDigest, seed, redraws, seeds, currency, classes, notes, subsets,
    baseline: strategies.findIndex(({ name }) => name === result.baseline),
    sources: sources.map(({ name, kind, samples, leaked, labelKind, access, prices, placeholders }) => ({ name, kind, samples, leaked, labelKind, access, prices, placeholders })),
    sets: sets.map(({ name, role, samples, aside }) => ({ name, role, samples, aside })),
    budgets: budgets.map(({ name, samples, money }) => ({ name, samples, money })),
    utilities: utilities.map((own) => ({ name: own.name, ...utilityTextOf(own), better: own.better, origin: own.origin, isShare: isShare(own.name), isCommon: isCommon(own.name) })),
    strategies: strategies.map(({ name, title, citation, shares, needs }) => ({ name, title, citation, shares, needs })),
    cells: cellsOf(result),
    correlations: correlationsOf(result),
    pricing: await comparisonPricing(result, { prices: [], utility: null, spend: null }),
  };
}

const placesOf = (members: readonly { readonly name: string }[]): ReadonlyMap<string, number> => new Map(members.map(({ name }, at) => [name, at]));

function estimated(found: ComparedSummary["mean"] | ComparedSummary["versusBaseline"]): Figure<Estimated> {
  return "notDefined" in found ? found : { mean: found.mean, interval: found.interval, runs: found.runs };
}

function bounded(utility: string, found: Figure<Estimated>): Figure<Estimated> {
  return "notDefined" in found || "notDefined" in found.interval ? found : { ...found, interval: boundedInterval(utility, found.interval) };
}

/** [budget][utility][strategy]; null where nothing is said of a strategy, or it has no run. */
function cellsOf({ budgets, utilities, strategies, summaries, runs }: CompareResult): (ComparisonCell | null)[][][] {
  const cells = budgets.map(() => utilities.map(() => strategies.map((): ComparisonCell | null => null)));
  const [budgetAt, utilityAt, strategyAt] = [placesOf(budgets), placesOf(utilities), placesOf(strategies)];
  const ran = new Set(runs.map(({ strategy, budget }) => JSON.stringify([strategy, budget])));
  for (const own of summaries) {
    if (!ran.has(JSON.stringify([own.strategy, own.budget]))) continue;
    const utility = utilityAt.get(own.utility) ?? 0;
    cells[budgetAt.get(own.budget) ?? 0][utility][strategyAt.get(own.strategy) ?? 0] = {
      mean: bounded(own.utility, estimated(own.mean)), versusBaseline: estimated(own.versusBaseline), sure: sureness(own, utilities[utility].better),
      isAmongBest: own.isAmongBest, rankLow: own.rankLow, rankHigh: own.rankHigh, surelyBetterThan: own.surelyBetterThan.map((name) => strategyAt.get(name) ?? 0),
    };
  }
  return cells;
}

function correlationsOf({ budgets, utilities, correlations }: CompareResult): ComparisonCorrelation[] {
  const [budgetAt, utilityAt] = [placesOf(budgets), placesOf(utilities)];
  const strength = ({ spearman }: { readonly spearman: ComparedCorrelation["spearman"] }): number => ("value" in spearman ? Math.abs(spearman.value) : -1);
  return correlations
    .map(({ budget, metric, utility, runs, spearman, spearmanInterval }) => ({ budget: budgetAt.get(budget) ?? 0, metric: utilityAt.get(metric) ?? 0, utility: utilityAt.get(utility) ?? 0, runs, spearman, interval: spearmanInterval }))
    .sort((a, b) => a.budget - b.budget || a.utility - b.utility || strength(b) - strength(a));
}
