/** The utilities and costs of a comparison at one budget as axes of trade-offs. Pure. */
import * as l10n from "@vscode/l10n";
import type { ComparisonView, CostUnit } from "../../src/protocol/comparison.ts";
import { pick, scoreTable, standardQuestions, type Axis, type Choice, type Question, type ScoreTable } from "../../src/protocol/tradeoffs.ts";
import { costAt, costText, unitAt, type Costs } from "./curveSeries.ts";
import { durationText, figureText } from "./figures.ts";
import { nameText } from "./priceWords.ts";
import { meanOf } from "./verdict.ts";

/** Its `name` is the utility's, or `cost:` and the unit. */
export interface TradeoffAxis extends Axis {
  readonly title: string;
  readonly hint: string;
  /** Number of the utility; null for a cost. */
  readonly utility: number | null;
  readonly group: "trained" | "probe" | "analytic" | "cost";
}

/** A weight that is neither little nor much. */
export const USUAL_WEIGHT = 50;
export const MOST_WEIGHT = 100;

/** @param strategies those that are judged; others count as not defined */
export function utilityAxis(view: ComparisonView, budget: number, utility: number, strategies: readonly number[]): TradeoffAxis {
  const count = view.strategies.length;
  const { name, title, hint, better, origin } = view.utilities[utility];
  const values = new Float64Array(count);
  const isDefined = new Uint8Array(count);
  const surelyBetter = new Uint8Array(count * count);
  for (const s of strategies) {
    const cell = view.cells[budget]?.[utility]?.[s];
    const estimated = meanOf(cell);
    if (cell === null || estimated === null || !Number.isFinite(estimated.mean)) continue;
    values[s] = estimated.mean;
    isDefined[s] = 1;
    for (const other of cell.surelyBetterThan) surelyBetter[s * count + other] = 1;
  }
  return { name, title: nameText(title), hint: nameText(hint), better, values, isDefined, surelyBetter, utility, group: origin };
}

/** Costs are exact: every difference is sure. */
export function costAxis(view: ComparisonView, costs: Costs, budget: number, unit: CostUnit, strategies: readonly number[]): TradeoffAxis {
  const values = new Float64Array(view.strategies.length);
  const isDefined = new Uint8Array(view.strategies.length);
  for (const s of strategies) {
    const cost = costAt(view, costs, unit, budget, s);
    if (cost === null || !Number.isFinite(cost)) continue;
    values[s] = cost;
    isDefined[s] = 1;
  }
  const isMoney = unit === "money";
  return {
    name: `cost:${unit}`, title: isMoney ? l10n.t("Cost in money") : l10n.t("Cost in time"), better: "low", values, isDefined, surelyBetter: null, utility: null, group: "cost",
    hint: isMoney ? l10n.t("What acquiring, labelling, embedding and training cost at the prices that are tried.") : l10n.t("The time that acquiring, labelling, embedding and training take at the prices that are tried."),
  };
}

/** The common utilities, and those named, that are defined for some strategy at the budget, then what it costs where that is not nothing. */
export function axesAt(view: ComparisonView, costs: Costs, budget: number, strategies: readonly number[], alsoUtilities: readonly number[] = []): readonly TradeoffAxis[] {
  const utilities = view.utilities.flatMap(({ isCommon }, u) => (isCommon || alsoUtilities.includes(u) ? [utilityAxis(view, budget, u, strategies)] : []));
  // What the budget limits comes first.
  const units = unitAt(view, budget) === "seconds" ? ["seconds", "money"] as const : ["money", "seconds"] as const;
  const ofCost = units.map((unit) => costAxis(view, costs, budget, unit, strategies)).filter(({ values }) => values.some((value) => value > 0));
  return [...utilities, ...ofCost].filter(({ isDefined }) => isDefined.includes(1));
}

/** A value in the axis' own unit: "77.1%", "0.0865", "2,528 USD". */
export function axisText(view: ComparisonView, axis: TradeoffAxis, value: number): string {
  if (axis.utility !== null) return figureText(view.utilities[axis.utility], value);
  return axis.name === "cost:seconds" ? durationText(value) : costText("money", value, view.currency);
}

/** The ends of its defined values; null where none is. */
export function axisEnds(axis: Axis): { readonly low: number; readonly high: number } | null {
  const found = [...axis.values].filter((_, s) => axis.isDefined[s] !== 0);
  return found.length === 0 ? null : { low: Math.min(...found), high: Math.max(...found) };
}

/** Where a strategy stands between the worst (0) and the best (1) of an axis; a half where all are equal, null where it is not defined. */
export function standingOn(axis: Axis, strategy: number): number | null {
  const ends = axisEnds(axis);
  if (ends === null || axis.isDefined[strategy] === 0) return null;
  if (!(ends.high > ends.low)) return 0.5;
  const share = (axis.values[strategy] - ends.low) / (ends.high - ends.low);
  return axis.better === "high" ? share : 1 - share;
}

/** Part of the span of those that matter within which the worse are drawn too. */
const WORSE = 1.5;

/** Strategies within sight: those that matter (`core`), those between them, and those that are not much worse. */
export function inSight(axis: Axis, judged: readonly number[], core: readonly number[]): readonly number[] {
  const values = core.map((s) => axis.values[s]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high > low)) return judged;
  const reach = WORSE * (high - low);
  return judged.filter((s) => (axis.better === "high" ? axis.values[s] >= low - reach : axis.values[s] <= high + reach));
}

/** A middle standing from which on an axis counts as stretched, how far below it what stretches it stands, and their share at most. */
const STRETCHED = { middle: 0.75, below: 0.5, share: 0.3 };

/** The few strategies that are so much worse than the others that these stand close together on the axis; none where it is not so. */
export function stretching(axis: Axis): readonly number[] {
  const standings = [...axis.values.keys()].flatMap((s) => {
    const standing = standingOn(axis, s);
    return standing === null ? [] : [{ s, standing }];
  }).sort((a, b) => a.standing - b.standing);
  const middle = standings[Math.floor(standings.length / 2)]?.standing ?? 0;
  const found = standings.filter(({ standing }) => standing < middle - STRETCHED.below);
  return middle < STRETCHED.middle || found.length > STRETCHED.share * standings.length ? [] : found.map(({ s }) => s);
}

/** As {@link standingOn}, by place among the strategies: 1 the first, 0 the last, a half where all share one. */
export function placeStanding(axis: Axis, strategy: number): number | null {
  const own = standingOn(axis, strategy);
  if (own === null) return null;
  const others = [...axis.values.keys()].flatMap((s) => standingOn(axis, s) ?? []);
  if (others.length < 2) return 0.5;
  const below = others.filter((other) => other < own).length;
  const level = others.filter((other) => other === own).length - 1;
  return (below + level / 2) / (others.length - 1);
}

function isTelling(axis: Axis): boolean {
  const ends = axisEnds(axis);
  return ends !== null && ends.high > ends.low;
}

/** Costs that differ by less than this part are as good as the same: a scale from the lowest to the highest would make much of nothing. */
const SLIGHT_COST = 0.01;

/** A cost in which strategies differ, but hardly. */
export function isSlight(axis: TradeoffAxis): boolean {
  const ends = axisEnds(axis);
  return axis.group === "cost" && ends !== null && ends.high > ends.low && ends.high - ends.low <= SLIGHT_COST * ends.high;
}

/** The axis against which the chosen utility is drawn at first: the first cost in which strategies differ, else calibration or shift. */
export function usualOpponent(axes: readonly TradeoffAxis[], against: string): string {
  const others = axes.filter((axis) => axis.name !== against);
  const wanted = [...others.filter(({ group }) => group === "cost").map(({ name }) => name), "calibration", "shift"];
  const telling = others.filter((axis) => isTelling(axis) && !isSlight(axis));
  return wanted.find((name) => telling.some((axis) => axis.name === name)) ?? telling.at(0)?.name ?? others.at(0)?.name ?? against;
}

/** Base accuracy, shift, worst class and cost alike; everything alike where there is none of them. */
export function usualWeights(view: ComparisonView, axes: readonly TradeoffAxis[]): Readonly<Record<string, number>> {
  const headline = view.utilities[view.pricing.utility]?.name;
  const shift = axes.find(({ name }) => name === "shift") ?? axes.find(({ name }) => name.startsWith("shifted:"));
  const cost = axes.find((axis) => axis.group === "cost" && isTelling(axis) && !isSlight(axis));
  const wanted = [headline, shift?.name, "worst-class", cost?.name];
  const found = axes.filter(({ name }) => wanted.includes(name));
  return Object.fromEntries((found.length > 0 ? found : axes).map(({ name }) => [name, USUAL_WEIGHT]));
}

/** The weights by axis: those that are remembered, the usual ones where nothing is. */
export function weightsBy(view: ComparisonView, axes: readonly TradeoffAxis[], remembered: Readonly<Record<string, number>>): readonly number[] {
  const weights = Object.keys(remembered).length === 0 ? usualWeights(view, axes) : remembered;
  return axes.map(({ name }) => (Object.hasOwn(weights, name) ? weights[name] : 0));
}

/** A limit in the axis' own units. */
export type Limits = Readonly<Record<string, number>>;

export interface Answer {
  /** The axes that count: with a weight or a limit. */
  readonly axes: readonly TradeoffAxis[];
  readonly weights: readonly number[];
  readonly table: ScoreTable;
  readonly choice: Choice;
}

/** What one would pick with these weights and limits; null where nothing has a weight. @param isWorst no utility with a weight is to be neglected (maximin) */
export function answerTo(axes: readonly TradeoffAxis[], weights: readonly number[], limits: Limits, isWorst: boolean): Answer | null {
  if (!weights.some((weight) => weight > 0)) return null;
  const counted = [...axes.keys()].filter((a) => weights[a] > 0 || (!isWorst && Object.hasOwn(limits, axes[a].name)));
  const own = counted.map((a) => axes[a]);
  const table = scoreTable(own);
  const question: Question = {
    weights: isWorst ? "worst" : counted.map((a) => weights[a]),
    limits: own.flatMap(({ name }, axis) => (Object.hasOwn(limits, name) ? [{ axis, value: limits[name] }] : [])),
  };
  return { axes: own, weights: counted.map((a) => weights[a]), table, choice: pick(table, question) };
}

export interface StandardAnswer {
  readonly kind: "alone" | "alike" | "worst";
  /** What is asked about. */
  readonly axes: readonly TradeoffAxis[];
  readonly choice: Choice;
}

/** Answers to the questions that are asked of every comparison. All alike and "none neglected" are asked of {@link sharedAxes}. */
export function standardAnswers(axes: readonly TradeoffAxis[]): readonly StandardAnswer[] {
  const alone = axes.filter((axis) => isTelling(axis) && !isSlight(axis)).flatMap((axis): StandardAnswer[] => {
    const table = scoreTable([axis]);
    return [{ kind: "alone", axes: [axis], choice: pick(table, { weights: [1] }) }];
  });
  const shared = sharedAxes(axes);
  if (shared.length < 2) return alone;
  const table = scoreTable(shared);
  const together = standardQuestions(table).flatMap(({ kind, question }): StandardAnswer[] => (kind === "alone" ? [] : [{ kind, axes: shared, choice: pick(table, question) }]));
  return [...together, ...alone];
}

/** Axes on which strategies differ and which at least half of them have: one that few have would leave the others unjudged. */
export function sharedAxes(axes: readonly TradeoffAxis[]): readonly TradeoffAxis[] {
  const count = axes.at(0)?.values.length ?? 0;
  const judged = Array.from({ length: count }, (_, s) => s).filter((s) => axes.some(({ isDefined }) => isDefined[s] !== 0)).length;
  return axes.filter((axis) => isTelling(axis) && !isSlight(axis) && 2 * axis.isDefined.reduce((sum, own) => sum + own, 0) >= judged);
}

/** The two or three heaviest axes on which strategies differ, in their order; fewer where there are no more. Of equal ones cost comes first: it is what is traded most. */
export function heaviest({ axes, weights }: Pick<Answer, "axes" | "weights">): readonly TradeoffAxis[] {
  const order = [...axes.keys()].filter((a) => weights[a] > 0 && isTelling(axes[a]))
    .sort((a, b) => weights[b] - weights[a] || Number(axes[b].group === "cost") - Number(axes[a].group === "cost") || a - b).slice(0, 3);
  return order.sort((a, b) => a - b).map((a) => axes[a]);
}
