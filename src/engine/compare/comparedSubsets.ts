import type { ComparedRun, CompareResult } from "../../core/comparison/compareResult.ts";
import type { ComparedSubset, Figure } from "../../protocol/comparison.ts";

type Spread = { readonly mean: number | null; readonly deviation: number | null };

/** Mean and standard deviation; null where there are too few. */
function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { mean: null, deviation: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: values.length < 2 ? null : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) };
}

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
    const random = randomBeside(budget, runs.get(key(result.baseline, budget.name)) ?? [], result);
    return own === undefined ? { notDefined: reasons.get(at) ?? "it was not run" } : subsetOf(own, random, result);
  }));
}

type RandomRun = Pick<ComparedRun, "redraw" | "seed" | "samples" | "perClass">;

/** Of a strategy's run at a budget, the random choice that it is held against: the baseline's, of the same size where each buys its own number. */
function randomBeside(budget: CompareResult["budgets"][number], baseline: readonly ComparedRun[], { matched }: CompareResult): (run: ComparedRun) => RandomRun | undefined {
  const key = ({ redraw, seed, samples }: RandomRun): string => `${redraw} ${seed} ${budget.samples === null ? samples : ""}`;
  const random = new Map<string, RandomRun>([...matched.filter((run) => budget.samples === null && run.budget === budget.name), ...baseline].map((run) => [key(run), run]));
  return (run) => random.get(key(run));
}

function subsetOf(runs: readonly ComparedRun[], randomOf: (run: ComparedRun) => RandomRun | undefined, { sources, classes, utilities }: CompareResult): ComparedSubset {
  // Seeds share their redraw's subset.
  const redraws = [...new Map(runs.map((run) => [run.redraw, run])).values()];
  const mean = (of: (run: ComparedRun) => number): number => redraws.reduce((sum, run) => sum + of(run) / redraws.length, 0);
  // Results of earlier versions have those of probes alone.
  const judge = utilities.some(({ name }) => name === "network") ? "network" : "probe";
  const accuracyOf = (run: RandomRun | undefined, c: number): number | null => run?.perClass[judge]?.[c] ?? null;
  const pairs = runs.map((run) => ({ run, random: randomOf(run) }));
  const accuracies = classes.map((_, c) => spreadOf(runs.flatMap((run) => accuracyOf(run, c) ?? [])));
  const randoms = classes.map((_, c) => spreadOf(pairs.flatMap(({ random }) => accuracyOf(random, c) ?? [])));
  const leads = classes.map((_, c) => spreadOf(pairs.flatMap(({ run, random }) => {
    const [own, other] = [accuracyOf(run, c), accuracyOf(random, c)];
    return own === null || other === null ? [] : [own - other];
  })));
  return {
    samples: mean((run) => run.samples),
    ofSource: sources.map((_, source) => mean((run) => (run.samples === 0 ? 0 : run.ofSource[source] / run.samples))),
    cost: { money: mean((run) => run.cost.money), seconds: mean((run) => run.cost.seconds) },
    perClass: accuracies.map(({ mean: own }) => own),
    perClassSpread: accuracies.map(({ deviation }) => deviation),
    perClassRandom: randoms.map(({ mean: own }) => own),
    perClassLead: leads.map(({ mean: own }) => own),
    perClassLeadSpread: leads.map(({ deviation }) => deviation),
  };
}
