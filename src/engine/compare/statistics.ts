import { breathe } from "../../core/breathe.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { correlate, summarize, type Comparison } from "../../core/comparison/summarize.ts";

export interface Statistics {
  readonly summaries: CompareResult["summaries"];
  readonly correlations: CompareResult["correlations"];
  readonly notes: readonly string[];
}

const MOST_PLACES = 3;
/** Accuracies over all samples of the target. */
const ON_TARGET = /^(network|probe|knn|prototype|shift|shift-\d|trained)$/;

/** Utilities with which the cheaper ones are correlated: those that stand for a use, and not their parts. */
const DEAR = (utility: CompareResult["utilities"][number]): boolean => utility.origin !== "analytic" && !/^shift-\d$/.test(utility.name);

/**
 * What is said of all runs, one budget and utility at a time, so that messages are heard between them.
 * @param target how many samples accuracies are measured on
 * @param sizes the same by the names of utilities that are measured on others
 * @throws CancelledError
 */
export async function statisticsOf(comparison: Comparison, target: number, sizes: ReadonlyMap<string, number>, seed: number, options: { readonly signal?: AbortSignal; readonly onProgress: (done: number, total: number) => void }): Promise<Statistics> {
  const { budgets, utilities } = comparison;
  const summaries: CompareResult["summaries"] = [];
  const correlations: CompareResult["correlations"] = [];
  const places = new Map<string, string[]>();
  const note = (text: string, place: string): void => { places.set(text, [...(places.get(text) ?? []), place]); };
  let tooFew: string | null = null;
  let done = 0;
  for (const budget of budgets) {
    const runs = comparison.runs.filter((run) => run.budget === budget.name);
    const present = new Set(runs.map(({ strategy }) => strategy));
    const here = { ...comparison, budgets: [budget], runs };
    for (const utility of utilities) {
      await breathe(options.signal);
      options.onProgress(done++, budgets.length * utilities.length);
      const found = summarize({ ...here, utilities: [utility] }, { seed, testSize: sizes.get(utility.name) ?? (ON_TARGET.test(utility.name) ? target : undefined) });
      summaries.push(...found.summaries);
      // Of a strategy without a subset, and of a utility that nobody has, it is said why there is none.
      const missing = found.summaries.every(({ mean }) => "notDefined" in mean) ? 0 : found.leftOut.filter(({ strategy }) => present.has(strategy)).length;
      // Real training is measured on the lists that one chose to train on.
      if (missing > 0 && utility.origin !== "trained") note(`${utility.name}: runs in which it is not defined are left out (of ${missing} ${missing === 1 ? "strategy" : "strategies"})`, budget.name);
      tooFew ??= found.tooFew;
      if (!DEAR(utility)) continue;
      for (const cheap of utilities.filter((other) => other !== utility && (other.origin === "analytic" || DEAR(other)))) {
        await breathe(options.signal);
        correlations.push(...correlate({ ...here, utilities: [cheap, utility] }, { seed }).filter((row) => row.utility === utility.name));
      }
    }
  }
  const strength = (row: CompareResult["correlations"][number]): number => ("value" in row.spearman ? Math.abs(row.spearman.value) : -1);
  const order = (row: CompareResult["correlations"][number]): number => budgets.findIndex(({ name }) => name === row.budget) * utilities.length + utilities.findIndex(({ name }) => name === row.utility);
  correlations.sort((a, b) => order(a) - order(b) || strength(b) - strength(a));
  const leftOut = [...places].map(([text, at]) => (at.length === budgets.length ? text : `${text} (${at.slice(0, MOST_PLACES).join("; ")}${at.length > MOST_PLACES ? `; and ${at.length - MOST_PLACES} more` : ""})`));
  return { summaries, correlations, notes: [...(tooFew === null ? [] : [tooFew]), ...leftOut] };
}
