import type { ComparedRun, CompareResult } from "../../core/comparison/compareResult.ts";
import type { ComparedSubset, Figure } from "../../protocol/comparison.ts";

/** The utility whose accuracies by class are shown. */
const BY_CLASS = "probe";

/** [budget][strategy]: what was kept, as means over redraws, or why there is nothing. */
export function comparedSubsets(result: CompareResult): Figure<ComparedSubset>[][] {
  const runs = new Map<string, ComparedRun[]>();
  const key = (strategy: string, budget: string): string => JSON.stringify([strategy, budget]);
  for (const run of result.runs) {
    const own = runs.get(key(run.strategy, run.budget));
    if (own === undefined) runs.set(key(run.strategy, run.budget), [run]);
    else own.push(run);
  }
  const reasons = new Map(result.absent.map(({ strategy, budget, notDefined }) => [key(strategy, budget), notDefined]));
  return result.budgets.map((budget) => result.strategies.map((strategy) => {
    const at = key(strategy.name, budget.name);
    const own = runs.get(at);
    return own === undefined ? { notDefined: reasons.get(at) ?? "it was not run" } : subsetOf(own, result);
  }));
}

function subsetOf(runs: readonly ComparedRun[], { sources, classes }: CompareResult): ComparedSubset {
  // Seeds share their redraw's subset.
  const redraws = [...new Map(runs.map((run) => [run.redraw, run])).values()];
  const mean = (of: (run: ComparedRun) => number): number => redraws.reduce((sum, run) => sum + of(run) / redraws.length, 0);
  const figures = classes.map((_, c) => runs.flatMap((run) => {
    const value = run.perClass[BY_CLASS]?.[c];
    return typeof value === "number" ? [value] : [];
  }));
  const perClass = figures.map((own) => (own.length === 0 ? null : own.reduce((sum, value) => sum + value, 0) / own.length));
  return {
    samples: mean((run) => run.samples),
    ofSource: sources.map((_, source) => mean((run) => (run.samples === 0 ? 0 : run.ofSource[source] / run.samples))),
    cost: { money: mean((run) => run.cost.money), seconds: mean((run) => run.cost.seconds) },
    perClass,
    perClassSpread: figures.map((own, c) => {
      const center = perClass[c];
      return center === null || own.length < 2 ? null : Math.sqrt(own.reduce((sum, value) => sum + (value - center) ** 2, 0) / (own.length - 1));
    }),
  };
}
