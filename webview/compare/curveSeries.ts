/** Utility against cost: the points of each strategy's line, and which lines are drawn in full. Pure. */
import * as l10n from "@vscode/l10n";
import { isDefined, type ComparisonView, type Cost, type CostUnit } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { durationText, moneyText } from "./figures.ts";
import { nameText } from "./priceWords.ts";
import { meanOf, ranked } from "./verdict.ts";

export const COST_AXES = ["samples", "money", "seconds"] as const;
export type CostAxis = (typeof COST_AXES)[number];

/** [budget][strategy], as {@link ComparisonPricing.costs}. */
export type Costs = readonly (readonly (Cost | null)[])[];

export interface CurvePoint {
  readonly budget: number;
  readonly x: number;
  readonly mean: number;
  /** Null where there is no interval. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface Series {
  readonly strategy: number;
  /** By rising cost; budgets where cost or utility is not defined are left out. */
  readonly points: readonly CurvePoint[];
}

/** What a strategy costs at a budget; null where it has no subset there. */
export function costAt(view: ComparisonView, costs: Costs, axis: CostAxis, budget: number, strategy: number): number | null {
  if (axis === "samples") {
    const subset = view.subsets[budget]?.[strategy];
    return subset === undefined || !isDefined(subset) ? null : subset.samples;
  }
  return costs[budget]?.[strategy]?.[axis] ?? null;
}

export function seriesOf(view: ComparisonView, costs: Costs, axis: CostAxis, utility: number, strategies: readonly number[]): readonly Series[] {
  return strategies.map((strategy) => {
    const points = view.budgets.flatMap((_, budget): CurvePoint[] => {
      const x = costAt(view, costs, axis, budget, strategy);
      const estimated = meanOf(view.cells[budget]?.[utility]?.[strategy]);
      if (x === null || estimated === null || !Number.isFinite(x) || !Number.isFinite(estimated.mean)) return [];
      return [{ budget, x, mean: estimated.mean, interval: isDefined(estimated.interval) ? estimated.interval : null }];
    });
    return { strategy, points: points.sort((a, b) => a.x - b.x || a.budget - b.budget) };
  });
}

/** What a budget limits: time where it is one of time, else money. */
export function unitAt(view: Pick<ComparisonView, "budgets">, budget: number): CostUnit {
  const own = view.budgets[budget];
  return own !== undefined && own.samples === null && own.money === null ? "seconds" : "money";
}

/** Time where all budgets are of time; money where somebody has given a price, and anything costs any; else samples. */
export function usualAxis(view: ComparisonView, costs: Costs): CostAxis {
  if (view.budgets.length > 0 && view.budgets.every((_, budget) => unitAt(view, budget) === "seconds")) return "seconds";
  const isPriced = view.sources.some((source) => (["acquire", "label", "embed", "train", "once"] as const).some((part) => source.prices[part].money > 0 && !source.placeholders.includes(`${part}.money`)));
  return isPriced && costs.some((row) => row.some((cost) => cost !== null && cost.money > 0)) ? "money" : "samples";
}

/** Some strategy costs more than another at the budget, in that unit. */
export function differ(view: ComparisonView, costs: Costs, axis: CostAxis, budget: number, strategies: readonly number[]): boolean {
  const found = strategies.flatMap((s) => costAt(view, costs, axis, budget, s) ?? []);
  return found.some((cost) => Math.abs(cost - found[0]) > 1e-9 * Math.max(1, Math.abs(found[0])));
}

const LEADING = 5;

/** Strategies to look at first: the baseline, InfoMax, the five that lead, and the chosen one. The others are drawn faintly. */
export function foremost(view: ComparisonView, budget: number, utility: number, drawn: readonly number[], chosen: number | null): ReadonlySet<number> {
  const first = new Set(ranked(view, budget, utility).filter((s) => s !== view.baseline && drawn.includes(s)).slice(0, LEADING));
  for (const s of drawn) if (s === view.baseline || s === chosen || view.strategies[s].name === "infomax") first.add(s);
  return first;
}

/** The best by the budget's estimates first, then those without a value. */
export function inOrder(view: ComparisonView, budget: number, utility: number, strategies: readonly number[]): readonly number[] {
  const order = ranked(view, budget, utility).filter((s) => strategies.includes(s));
  return [...order, ...strategies.filter((s) => !order.includes(s))];
}

/** Numbers of the common utilities of which some strategy has a mean at some budget. */
export function tellingUtilities(view: ComparisonView, strategies: readonly number[]): readonly number[] {
  return view.utilities.flatMap(({ isCommon }, u) => (isCommon && view.cells.some((byUtility) => strategies.some((s) => meanOf(byUtility[u]?.[s]) !== null)) ? [u] : []));
}

/** "Cost, USD": the title of an axis of costs. */
export function costAxisTitle(axis: CostAxis, currency: string): string {
  return axis === "samples" ? l10n.t("Samples kept") : axis === "money" ? l10n.t("Cost, {0}", nameText(currency)) : l10n.t("Time");
}

/** "2,500 samples", "2,528 USD", "1.7 days". */
export function costText(axis: CostAxis, value: number, currency: string): string {
  return axis === "samples" ? formatCount(value) : axis === "money" ? moneyText(value, nameText(currency)) : durationText(value);
}

let compact: Intl.NumberFormat | null = null;

/** 15000 → "15K": beside a tick. */
export function compactText(value: number): string {
  compact ??= new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
  return compact.format(value);
}

const TIME_UNITS = [
  { seconds: 86_400, title: () => l10n.t("Time, days") },
  { seconds: 3600, title: () => l10n.t("Time, hours") },
  { seconds: 60, title: () => l10n.t("Time, minutes") },
] as const;

/** The unit in which the ticks of an axis of costs are round numbers, with its title. */
export function tickUnit(axis: CostAxis, high: number, currency: string): { readonly factor: number; readonly title: string } {
  if (axis !== "seconds") return { factor: 1, title: costAxisTitle(axis, currency) };
  const unit = TIME_UNITS.find(({ seconds }) => high >= 2 * seconds);
  return unit === undefined ? { factor: 1, title: l10n.t("Time, seconds") } : { factor: unit.seconds, title: unit.title() };
}
