/** What the matrix of strategies × utilities holds: its columns, the order of its rows, and what is said of a cell. Pure. */
import * as l10n from "@vscode/l10n";
import { halfInterval, isDefined, type ComparedUtility, type ComparisonView, type Cost } from "../../src/protocol/comparison.ts";
import { unitAt } from "./curveSeries.ts";
import { differenceText, figureText, marginText, signedText } from "./figures.ts";
import { namesText } from "./priceWords.ts";
import { meanOf } from "./verdict.ts";

const ORIGINS = ["trained", "probe", "analytic"] as const satisfies readonly ComparedUtility["origin"][];

/** Numbers of the utilities that are shown, those of real training first, then those of light training; the chosen one is always among them. */
export function shownUtilities({ utilities }: Pick<ComparisonView, "utilities">, all: boolean, chosen: number): readonly number[] {
  const shown = [...utilities.keys()].filter((u) => all || utilities[u].isCommon || u === chosen);
  return ORIGINS.flatMap((origin) => shown.filter((u) => utilities[u].origin === origin));
}

export interface ColumnGroup {
  readonly origin: ComparedUtility["origin"];
  readonly columns: number;
}

/** Neighbours in {@link shownUtilities} that are found in one way. */
export function columnGroups({ utilities }: Pick<ComparisonView, "utilities">, shown: readonly number[]): readonly ColumnGroup[] {
  return ORIGINS.map((origin) => ({ origin, columns: shown.filter((u) => utilities[u].origin === origin).length })).filter(({ columns }) => columns > 0);
}

/** By which column the rows stand: a utility, or what a strategy is called, has and costs. */
export type MatrixColumn = "utility" | "name" | "samples" | "cost";

export interface MatrixSort {
  readonly by: MatrixColumn;
  /** Against the natural direction: the best first, names from A, the fewest samples and lowest cost first. */
  readonly isReversed: boolean;
}

export const BEST_FIRST: MatrixSort = { by: "utility", isReversed: false };

/** Numbers of the strategies in the order of the rows; those without a value come last either way. */
export function sortedStrategies(view: ComparisonView, budget: number, utility: number, { by, isReversed }: MatrixSort, costs: readonly (Cost | null)[]): readonly number[] {
  const numbers = [...view.strategies.keys()];
  if (by === "name") {
    const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
    const sign = isReversed ? -1 : 1;
    return numbers.sort((a, b) => sign * collator.compare(view.strategies[a].title, view.strategies[b].title) || a - b);
  }
  const keys = numbers.map((s) => keyOf(view, budget, utility, by, costs, s));
  const isDescending = by === "utility" && view.utilities[utility]?.better === "high";
  const sign = isDescending === isReversed ? 1 : -1;
  return numbers.sort((a, b) => {
    const [first, second] = [keys[a], keys[b]];
    if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || a - b;
    return sign * (first - second) || a - b;
  });
}

/** NaN where there is none. */
function keyOf(view: ComparisonView, budget: number, utility: number, by: Exclude<MatrixColumn, "name">, costs: readonly (Cost | null)[], s: number): number {
  if (by === "utility") return meanOf(view.cells[budget]?.[utility]?.[s])?.mean ?? NaN;
  const subset = view.subsets[budget]?.[s];
  if (subset === undefined || !isDefined(subset)) return NaN;
  return by === "samples" ? subset.samples : costs[s]?.[unitAt(view, budget)] ?? NaN;
}

/** How far each strategy of a column is from its worst (0) to its best (1); NaN without a value, and for all where all are equal. */
export function columnShares(view: ComparisonView, budget: number, utility: number): Float64Array {
  const cells = view.cells[budget]?.[utility] ?? [];
  const means = Float64Array.from(view.strategies, (_, s) => meanOf(cells[s])?.mean ?? NaN);
  const known = means.filter((mean) => !Number.isNaN(mean));
  const low = known.reduce((least, mean) => Math.min(least, mean), Infinity);
  const high = known.reduce((most, mean) => Math.max(most, mean), -Infinity);
  const isHigh = view.utilities[utility]?.better !== "low";
  return means.map((mean) => (high > low ? (isHigh ? mean - low : high - mean) / (high - low) : NaN));
}

/** What a cell shows. */
export type CellText =
  | { readonly value: string; /** "" where no interval is known */ readonly margin: string; readonly isBest: boolean; readonly sure: -1 | 0 | 1 }
  /** A clause, or "" where the strategy was not run. */
  | { readonly notDefined: string };

/** Whether any difference could be judged: where none could, all are "not told apart", and a mark on each would say nothing. */
function isJudged(view: ComparisonView, budget: number, utility: number): boolean {
  return (view.cells[budget]?.[utility] ?? []).some((cell) => cell !== null && (cell.surelyBetterThan.length > 0 || (isDefined(cell.versusBaseline) && isDefined(cell.versusBaseline.interval))));
}

export function cellText(view: ComparisonView, budget: number, utility: number, strategy: number): CellText {
  const cell = view.cells[budget]?.[utility]?.[strategy] ?? null;
  if (cell === null) {
    const subset = view.subsets[budget]?.[strategy];
    return { notDefined: subset === undefined || isDefined(subset) ? l10n.t("it was not measured") : subset.notDefined };
  }
  if (!isDefined(cell.mean)) return cell.mean;
  const judged = view.utilities[utility];
  const { mean, interval } = cell.mean;
  return {
    value: figureText(judged, mean), margin: isDefined(interval) ? marginText(judged, halfInterval(mean, interval)) : "",
    isBest: cell.isAmongBest && isJudged(view, budget, utility), sure: strategy === view.baseline ? 0 : cell.sure,
  };
}

/** What is known of a cell, a line each. */
export function cellFacts(view: ComparisonView, budget: number, utility: number, strategy: number): readonly string[] {
  const cell = view.cells[budget]?.[utility]?.[strategy] ?? null;
  const judged = view.utilities[utility];
  if (cell === null || !isDefined(cell.mean)) {
    const text = cellText(view, budget, utility, strategy);
    return ["notDefined" in text ? l10n.t("Not defined, because {0}.", text.notDefined) : text.value];
  }
  const { mean, interval, runs } = cell.mean;
  const value = figureText(judged, mean);
  const runsText = runs === 1 ? l10n.t("1 run") : l10n.t("{0} runs", runs);
  const lines = [isDefined(interval)
    ? l10n.t("{0}; 95% interval {1} to {2}; {3}", value, figureText(judged, interval.low), figureText(judged, interval.high), runsText)
    : l10n.t("{0}; no interval, because {1}; {2}", value, interval.notDefined, runsText)];
  if (strategy === view.baseline) lines.push(l10n.t("This is the random baseline."));
  else if (isDefined(cell.versusBaseline)) lines.push(differenceLine(judged, cell.versusBaseline.mean, cell.versusBaseline.interval, cell.sure));
  else lines.push(l10n.t("Difference from random not defined, because {0}.", cell.versusBaseline.notDefined));
  if (cell.rankLow > 0) lines.push(cell.rankLow === cell.rankHigh ? l10n.t("Rank {0}.", cell.rankLow) : l10n.t("Rank between {0} and {1}.", cell.rankLow, cell.rankHigh));
  if (cell.isAmongBest && isJudged(view, budget, utility)) lines.push(l10n.t("The best, or not told apart from it."));
  if (cell.surelyBetterThan.length > 0) lines.push(l10n.t("Surely better than {0}.", namesText(cell.surelyBetterThan, view)));
  return lines;
}

function differenceLine(utility: ComparedUtility, difference: number, interval: { readonly low: number; readonly high: number } | { readonly notDefined: string }, sure: -1 | 0 | 1): string {
  const text = differenceText(utility, difference);
  const ends = isDefined(interval) ? l10n.t("{0} to {1}", signedText(utility, interval.low), signedText(utility, interval.high)) : l10n.t("no interval");
  if (sure === 1) return l10n.t("Surely better than random of the same size: {0} ({1}).", text, ends);
  if (sure === -1) return l10n.t("Surely worse than random of the same size: {0} ({1}).", text, ends);
  // An interval of one difference may leave out 0 where the test of all of them together does not.
  return isDefined(interval) && (interval.low > 0 || interval.high < 0)
    ? l10n.t("Against random of the same size: {0} ({1}); not sure, since many strategies are compared.", text, ends)
    : l10n.t("Against random of the same size: {0} ({1}); not sure.", text, ends);
}
