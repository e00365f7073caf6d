import type { ComparedCorrelation, ComparedRun, ComparedSummary, CompareResult } from "./compareResult.ts";
import { correlationTable, type CorrelationOptions, type RunColumn } from "./rankCorrelation.ts";
import { compareStrategies, type PairedRuns, type StatisticsOptions } from "./statistics.ts";

/** What {@link summarize} reads of a result. */
export type Comparison = Pick<CompareResult, "strategies" | "budgets" | "utilities" | "runs" | "matched" | "baseline" | "redraws" | "seeds">;

/** One utility at one budget, of the strategies in their order; runs that are not there are not defined. */
function pairedRunsOf(comparison: Comparison, budget: string, utility: string): PairedRuns {
  const { strategies, redraws, seeds } = comparison;
  const each = redraws * seeds;
  const values = new Float64Array(strategies.length * each);
  const isDefined = new Uint8Array(values.length);
  const own = comparison.runs.filter((run) => run.budget === budget);
  // Runs name their seeds as they like: what is paired is the place of a seed among all seeds.
  const redrawOf = places(own, (run) => run.redraw);
  const seedOf = places(own, (run) => run.seed);
  for (const run of own) {
    const found = run.values[utility];
    const redraw = redrawOf.get(run.redraw) ?? 0;
    const seed = seedOf.get(run.seed) ?? 0;
    if (redraw >= redraws || seed >= seeds) throw new RangeError(`there are more redraws or seeds than ${redraws} × ${seeds}`);
    if (found === undefined || !("value" in found)) continue;
    const at = strategies.findIndex((strategy) => strategy.name === run.strategy) * each + redraw * seeds + seed;
    values[at] = found.value;
    isDefined[at] = 1;
  }
  return { strategies: strategies.map((strategy) => strategy.name), redraws, seeds, values, isDefined };
}

/**
 * For every strategy the runs of the random baseline with as many samples in the same redraw; null where the budget is a
 * number of samples, so that the baseline itself has them.
 */
function matchedRunsOf(comparison: Comparison, budget: Comparison["budgets"][number], utility: string): PairedRuns | null {
  if (budget.samples !== null) return null;
  const key = ({ redraw, seed, samples }: Pick<ComparedRun, "redraw" | "seed" | "samples">): string => `${redraw} ${seed} ${samples}`;
  const own = comparison.runs.filter((run) => run.budget === budget.name);
  const random = new Map([...comparison.matched.filter((run) => run.budget === budget.name), ...own.filter((run) => run.strategy === comparison.baseline)].map((run) => [key(run), run.values]));
  const runs = own.map((run) => ({ ...run, values: random.get(key(run)) ?? {} }));
  return pairedRunsOf({ ...comparison, runs }, budget.name, utility);
}

function places(runs: readonly ComparedRun[], of: (run: ComparedRun) => number): Map<number, number> {
  return new Map([...new Set(runs.map(of))].sort((a, b) => a - b).map((value, at) => [value, at]));
}

/** Runs of a strategy that have no value of a utility at a budget. */
export interface LeftOut {
  readonly strategy: string;
  readonly budget: string;
  readonly utility: string;
  readonly runs: number;
}

export interface Summarized {
  readonly summaries: ComparedSummary[];
  /** Fewer redraws or seeds than differences are judged by, as a sentence; null where there are enough. */
  readonly tooFew: string | null;
  readonly leftOut: readonly LeftOut[];
}

/**
 * What is said of every strategy on every utility at every budget. A strategy without a single value there has its first
 * run's reason, where it has runs.
 * @returns summaries by budget, utility and strategy in the orders of the comparison; what the reader should know besides
 */
export function summarize(comparison: Comparison, options: StatisticsOptions = {}): Summarized {
  const { strategies, budgets, utilities, baseline } = comparison;
  const baselineAt = strategies.findIndex((strategy) => strategy.name === baseline);
  const summaries: ComparedSummary[] = [];
  const leftOut: LeftOut[] = [];
  let tooFew: string | null = null;
  for (const budget of budgets) {
    for (const utility of utilities) {
      const runs = pairedRunsOf(comparison, budget.name, utility.name);
      const found = compareStrategies(runs, baselineAt, utility.better, options, matchedRunsOf(comparison, budget, utility.name));
      tooFew = found.tooFew;
      leftOut.push(...found.leftOut.map((own) => ({ ...own, budget: budget.name, utility: utility.name })));
      strategies.forEach((strategy, s) => {
        const { mean, ...standing } = found.standings[s];
        const reason = "notDefined" in mean ? reasonOf(comparison, budget.name, utility.name, strategy.name) : null;
        summaries.push({
          strategy: strategy.name, budget: budget.name, utility: utility.name, mean: reason === null ? mean : { notDefined: reason }, ...standing,
          surelyBetterThan: strategies.filter((_, other) => found.surelyBetter[s * strategies.length + other] !== 0).map((other) => other.name),
        });
      });
    }
  }
  return { summaries, tooFew, leftOut };
}

/** Why no run has a value; null where one has, or where there is no run. */
function reasonOf(comparison: Comparison, budget: string, utility: string, strategy: string): string | null {
  const values = comparison.runs.filter((run) => run.budget === budget && run.strategy === strategy).map((run) => run.values[utility]);
  if (values.some((value) => value !== undefined && "value" in value)) return null;
  const first = values.find((value) => value !== undefined);
  return first !== undefined && "notDefined" in first ? first.notDefined : null;
}

/** How dear a utility is to come by. */
const DEARNESS = { analytic: 0, probe: 1, trained: 2 } as const;

/**
 * How every cheaper utility goes with every dearer one over the runs of each budget: analytic metrics with what light
 * training measures, and both with real training. So one learns which cheap metric to trust on this data.
 */
export function correlate(comparison: Comparison, options: CorrelationOptions = {}): ComparedCorrelation[] {
  const { strategies, budgets, utilities, runs } = comparison;
  const column = (utility: Comparison["utilities"][number]): RunColumn => {
    const values = new Float64Array(runs.length);
    const isDefined = new Uint8Array(runs.length);
    runs.forEach((run, i) => {
      const found = run.values[utility.name];
      if (found === undefined || !("value" in found)) return;
      values[i] = found.value;
      isDefined[i] = 1;
    });
    return { name: utility.name, values, isDefined };
  };
  const strategyOf = runs.map((run) => strategies.findIndex((strategy) => strategy.name === run.strategy));
  const budgetOf = runs.map((run) => budgets.findIndex((budget) => budget.name === run.budget));
  const found = utilities.filter((utility) => utility.origin !== "analytic").flatMap((dear) => {
    const cheaper = utilities.filter((utility) => DEARNESS[utility.origin] < DEARNESS[dear.origin]);
    return correlationTable(cheaper.map(column), [column(dear)], strategyOf, budgetOf, options);
  });
  return found.map(({ budget, ...row }) => ({ budget: budgets[budget].name, ...row }));
}
