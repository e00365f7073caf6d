/** Who leads at a budget on a utility, and whether that is sure, in sentences. Pure. */
import * as l10n from "@vscode/l10n";
import { isDefined, type ComparisonCell, type ComparisonView, type Estimated } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { figureText } from "./figures.ts";
import { nameText } from "./priceWords.ts";

/** The mean where there is one. */
export function meanOf(cell: ComparisonCell | null | undefined): Estimated | null {
  return cell === null || cell === undefined || !isDefined(cell.mean) ? null : cell.mean;
}

/** Strategies with a mean, the best first; equal ones in their order. */
export function ranked(view: ComparisonView, budget: number, utility: number): readonly number[] {
  const cells = view.cells[budget]?.[utility] ?? [];
  const sign = view.utilities[utility]?.better === "low" ? 1 : -1;
  const means = cells.map((cell) => meanOf(cell)?.mean ?? NaN);
  return [...means.keys()].filter((s) => !Number.isNaN(means[s])).sort((a, b) => sign * (means[a] - means[b]) || a - b);
}

/** The strategy that is looked at where none was chosen: the best, the baseline aside; null where nothing has a mean. */
export function leaderOf(view: ComparisonView, budget: number, utility: number): number | null {
  const order = ranked(view, budget, utility);
  return order.find((s) => s !== view.baseline) ?? null;
}

export interface Verdict {
  /** "At 10%: CCS and D2 lead on …" */
  readonly lead: string;
  /** What is sure against the baseline; "" where nothing can be said. */
  readonly sure: string;
}

const MOST_NAMES = 3;

export function verdictOf(view: ComparisonView, budget: number, utility: number): Verdict {
  const judged = view.utilities[utility];
  const at = nameText(view.budgets[budget]?.name ?? "");
  const cells = view.cells[budget]?.[utility] ?? [];
  const order = ranked(view, budget, utility);
  const on = nameText(judged?.title ?? "");
  if (judged === undefined || order.length === 0) return { lead: l10n.t("At {0} no strategy has a value of: {1}.", at, on), sure: reasonOf(cells) };
  const text = (s: number): string => figureText(judged, meanOf(cells[s])?.mean ?? NaN);
  const best = order.filter((s) => cells[s]?.isAmongBest === true);
  const leaders = best.length === 0 ? order.slice(0, 1) : best;
  const [first] = leaders;
  return { lead: leadText(view, { at, on, best: text(first) }, leaders, order.length, judged.better), sure: sureText(view, cells, order, leaders.length === 1 && first === view.baseline, text) };
}

function leadText(view: ComparisonView, { at, on, best }: { readonly at: string; readonly on: string; readonly best: string }, leaders: readonly number[], known: number, better: "high" | "low"): string {
  const first = titleOf(view, leaders[0]);
  if (leaders.length === 1) return l10n.t("At {0}: {1} leads on {2} ({3}).", at, first, on, best);
  if (leaders.length < known && leaders.includes(view.baseline)) {
    return better === "high"
      ? l10n.t("At {0}: {1} of {2} strategies, random among them, are not told apart from the best on {3}; the highest estimate is that of {4} ({5}).", at, leaders.length, known, on, first, best)
      : l10n.t("At {0}: {1} of {2} strategies, random among them, are not told apart from the best on {3}; the lowest estimate is that of {4} ({5}).", at, leaders.length, known, on, first, best);
  }
  if (leaders.length < known) return l10n.t("At {0}: {1} lead on {2} (best {3}), and are not told apart.", at, listText(view, leaders), on, best);
  return better === "high"
    ? l10n.t("At {0}: no strategy can be told apart from the best on {1}; the highest estimate is that of {2} ({3}).", at, on, first, best)
    : l10n.t("At {0}: no strategy can be told apart from the best on {1}; the lowest estimate is that of {2} ({3}).", at, on, first, best);
}

function sureText(view: ComparisonView, cells: readonly (ComparisonCell | null)[], order: readonly number[], isSaid: boolean, text: (s: number) => string): string {
  const { baseline } = view;
  const others = order.filter((s) => s !== baseline);
  // Real training is measured on the lists that one chose to train on.
  const ran = cells.reduce((sum, cell) => sum + (cell === null ? 0 : 1), 0);
  const known = order.length < ran ? l10n.t("{0} of {1} strategies have a value.", formatCount(order.length), formatCount(ran)) : "";
  if (!order.includes(baseline)) return [known, l10n.t("The random baseline has no value there.")].filter((sentence) => sentence !== "").join(" ");
  // Where it leads alone its value has been said.
  const random = isSaid ? "" : l10n.t("Random at the same budget: {0}.", text(baseline));
  if (others.length === 0) return [known, random].filter((sentence) => sentence !== "").join(" ");
  const better = others.filter((s) => cells[s]?.sure === 1);
  const worse = others.filter((s) => cells[s]?.sure === -1).length;
  const good = better.length === 0
    ? l10n.t("Nothing is surely better than random of the same size.")
    : better.length <= MOST_NAMES ? l10n.t("Surely better than random of the same size: {0}.", better.map((s) => titleOf(view, s)).reduce((before, name) => l10n.t("{0}, {1}", before, name)))
      : l10n.t("{0} of {1} strategies are surely better than random of the same size.", formatCount(better.length), formatCount(others.length));
  const bad = worse === 0 ? "" : worse === 1 ? l10n.t("1 is surely worse.") : l10n.t("{0} are surely worse.", formatCount(worse));
  return [known, random, good, bad].filter((sentence) => sentence !== "").join(" ");
}

/** "CCS and D2", "CCS, D2, EL2N and 4 more". */
function listText(view: ComparisonView, strategies: readonly number[]): string {
  const names = strategies.slice(0, strategies.length === MOST_NAMES + 1 ? MOST_NAMES + 1 : MOST_NAMES).map((s) => titleOf(view, s));
  const more = strategies.length - names.length;
  const head = (more > 0 ? names : names.slice(0, -1)).reduce((before, name) => l10n.t("{0}, {1}", before, name));
  return more > 0 ? l10n.t("{0} and {1} more", head, formatCount(more)) : l10n.t("{0} and {1}", head, names[names.length - 1]);
}

function titleOf(view: ComparisonView, strategy: number): string {
  return nameText(view.strategies[strategy]?.title ?? "");
}

/** Why there is no value, where all that have a reason agree. */
function reasonOf(cells: readonly (ComparisonCell | null)[]): string {
  const reasons = new Set(cells.flatMap((cell) => (cell === null || isDefined(cell.mean) ? [] : [cell.mean.notDefined])));
  return reasons.size === 1 ? l10n.t("Not defined, because {0}.", [...reasons][0]) : "";
}
