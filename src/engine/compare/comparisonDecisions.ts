import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { PRICE_PARTS } from "../../core/comparison/cost.ts";
import type { BreakEvenPrice, ComparisonPricing, CostUnit, PricePart, PriceSweep } from "../../protocol/comparison.ts";
import { paretoFront, pick, scoreTable, standardQuestions, type Axis } from "../../protocol/tradeoffs.ts";
import { headline, isCommon, utilityText, type TextTable } from "./comparisonTable.ts";

/** What a comparison says to who must decide, as text for the terminal and for Markdown: the front, picks, prices. Pure. */

type Utility = CompareResult["utilities"][number];

const figures = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A price or an amount in three figures, from 1,000 on whole. */
function figure(value: number): string {
  return Math.abs(value) >= 1000 ? figures.format(value) : String(Number(value.toPrecision(3)));
}

const MOST_NAMES = 5;

/** The first names, and how many more there are. */
function few(names: readonly string[]): string {
  return names.length <= MOST_NAMES + 1 ? names.join(", ") : `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
}

const unitOf = (unit: CostUnit, result: CompareResult): string => (unit === "money" ? result.currency : "s");
const timesText = (factor: number): string => `×${figure(factor)}`;

/** A utility of every strategy at a budget, with who is surely better than whom. */
function utilityAxis(result: CompareResult, budget: string, { name, better }: Utility): Axis {
  const { strategies } = result;
  const count = strategies.length;
  const at = new Map(strategies.map((own, s) => [own.name, s]));
  const values = new Float64Array(count);
  const isDefined = new Uint8Array(count);
  const surelyBetter = new Uint8Array(count * count);
  for (const own of result.summaries) {
    const s = at.get(own.strategy);
    if (own.budget !== budget || own.utility !== name || s === undefined || "notDefined" in own.mean) continue;
    values[s] = own.mean.mean;
    isDefined[s] = 1;
    for (const other of own.surelyBetterThan) surelyBetter[s * count + (at.get(other) ?? 0)] = 1;
  }
  return { name, better, values, isDefined, surelyBetter };
}

/** The mean cost of every strategy at a budget: in money, in seconds where that is what the budget limits, or all is free. */
function costAxis({ strategies, runs, budgets }: CompareResult, budget: string): { readonly axis: Axis; readonly unit: CostUnit } {
  const own = runs.filter((run) => run.budget === budget);
  const isTimed = budgets.some(({ name, money, seconds }) => name === budget && money === null && seconds !== null);
  const unit: CostUnit = !isTimed && own.some(({ cost }) => cost.money > 0) ? "money" : "seconds";
  const costs = strategies.map(({ name }) => own.filter((run) => run.strategy === name).map(({ cost }) => cost[unit]));
  return {
    unit,
    axis: {
      name: "cost", better: "low", surelyBetter: null, isDefined: Uint8Array.from(costs, ({ length }) => (length > 0 ? 1 : 0)),
      values: Float64Array.from(costs, (list) => (list.length === 0 ? 0 : list.reduce((sum, cost) => sum + cost, 0) / list.length)),
    },
  };
}

/** Who is on the Pareto front of a utility and the cost, the cheapest first, and who is not told apart from it. */
interface Front {
  readonly utility: string;
  readonly front: readonly string[];
  readonly tied: readonly string[];
  readonly text: string;
}

/** The strategies that no other beats in the headline's utility and in cost, the cheapest first; null where none can be judged. */
export function frontLine(result: CompareResult, budget: string): string | null {
  return frontOf(result, budget)?.text ?? null;
}

function frontOf(result: CompareResult, budget: string): Front | null {
  const utility = result.utilities.find(({ name }) => name === headline(result, budget));
  if (utility === undefined) return null;
  const { axis: cost, unit } = costAxis(result, budget);
  const axis = utilityAxis(result, budget, utility);
  const points = paretoFront([axis, cost]);
  const inState = (state: string): number[] => [...points.keys()].filter((s) => points[s].state === state).sort((a, b) => cost.values[a] - cost.values[b] || a - b);
  const front = inState("front");
  if (front.length === 0) return null;
  const named = (s: number): string => `${result.strategies[s].name} (${utilityText(utility.name, axis.values[s])} for ${figure(cost.values[s])} ${unitOf(unit, result)})`;
  const tied = inState("tied").map((s) => result.strategies[s].name);
  const text = `Pareto front of ${utility.name} and cost: ${front.map(named).join(", ")}${tied.length === 0 ? "" : `; not told apart from it: ${few(tied)}`}`;
  return { utility: utility.name, front: front.map((s) => result.strategies[s].name), tied, text };
}

/** For programs, all that tables say of a decision: fronts, picks, and prices as `prices.csv` has them with the break-even prices. */
export function decisionsOf(result: CompareResult, { spend, utility, sweeps, breakEvens }: ComparisonPricing): Readonly<Record<string, unknown>> {
  const source = (at: number | null): string | null => (at === null ? null : result.sources[at].name);
  const strategy = (at: number | null): string | null => (at === null ? null : result.strategies[at].name);
  const byName = <T>(values: readonly T[]): Record<string, T> => Object.fromEntries(values.map((value, s) => [result.strategies[s].name, value]));
  return {
    fronts: result.budgets.flatMap(({ name: budget }) => {
      const found = frontOf(result, budget);
      return found === null ? [] : [{ budget, utility: found.utility, front: found.front, notToldApart: found.tied }];
    }),
    picks: result.budgets.flatMap(({ name: budget }) => picksAt(result, budget).map((own) => ({ budget, ...own }))),
    prices: {
      utility: result.utilities[utility]?.name ?? null, spend,
      sweeps: sweeps.map(({ source: own, part, unit, factors, ranks, samples }) => ({ source: source(own), part, unit, at: factors.map((factor, at) => ({ factor, ranks: byName(ranks[at]), samples: byName(samples[at]) })) })),
      breakEvens: breakEvens.map(({ source: own, part, unit, factor, price, below, above }) => ({ source: source(own), part, unit, factor, price, betterBelow: strategy(below), betterAbove: strategy(above) })),
    },
  };
}

/** What one would pick for a question at a budget. */
export interface Pick {
  readonly question: string;
  /** More than one for a tie; none where no strategy has the figures. */
  readonly picked: readonly string[];
  readonly notToldApart: readonly string[];
}

/**
 * By each measured utility alone, by all alike that at least half of the strategies have, and by the one of those that a
 * strategy is worst at; by analytic ones where nothing was measured.
 */
export function picksAt(result: CompareResult, budget: string): readonly Pick[] {
  const name = (s: number): string => result.strategies[s].name;
  const havers = ({ isDefined }: Axis): number => isDefined.reduce((sum, own) => sum + own, 0);
  const known = result.utilities.filter((utility) => isCommon(utility.name)).map((utility) => ({ utility, axis: utilityAxis(result, budget, utility) })).filter(({ axis }) => havers(axis) > 0);
  const measured = known.filter(({ utility }) => utility.origin !== "analytic");
  const judged = measured.length > 0 ? measured : known;
  if (judged.length === 0) return [];
  const answer = (question: string, choice: ReturnType<typeof pick>): Pick => ({ question, picked: "notDefined" in choice ? [] : choice.winners.map(name), notToldApart: "notDefined" in choice ? [] : choice.notToldApart.map(name) });
  // A utility alone needs no other to be known; of one that a single strategy has there is nothing to pick.
  const alone = judged.filter(({ axis }) => havers(axis) > 1).map(({ utility, axis }) => answer(utility.name, pick(scoreTable([axis]), { weights: [1] })));
  const most = Math.max(...judged.map(({ axis }) => havers(axis)));
  const shared = judged.filter(({ axis }) => 2 * havers(axis) >= most);
  if (shared.length < 2) return alone;
  const table = scoreTable(shared.map(({ axis }) => axis));
  const together = standardQuestions(table).flatMap(({ kind, question }) => (kind === "alone" ? [] : [answer(kind === "alike" ? "all alike" : "weakest", pick(table, question))]));
  return [...alone, ...together];
}

/** {@link picksAt} of all budgets side by side; "+2" stands for two others. */
export function pickTable(result: CompareResult): TextTable {
  const byBudget = result.budgets.map(({ name }) => picksAt(result, name));
  const questions = [...new Set(byBudget.flat().map(({ question }) => question))];
  return {
    header: ["what counts", ...result.budgets.map(({ name }) => `at ${name}`)],
    rows: questions.map((question) => [question, ...byBudget.map((picks) => {
      const found = picks.find((own) => own.question === question);
      if (found === undefined || found.picked.length === 0) return "–";
      const others = found.picked.length - 1 + found.notToldApart.length;
      return `${found.picked[0]}${others === 0 ? "" : ` +${others}`}`;
    })]),
  };
}

/** What was measured of some strategies only, as real training may be: the others are not picked by it. */
export function pickGaps(result: CompareResult): string[] {
  const gaps = new Map<string, string[]>();
  for (const { name: budget } of result.budgets) {
    const present = new Set(result.runs.filter((run) => run.budget === budget).map(({ strategy }) => strategy)).size;
    for (const { name, origin } of result.utilities) {
      if (origin === "analytic" || !isCommon(name)) continue;
      const known = result.summaries.filter((own) => own.budget === budget && own.utility === name && !("notDefined" in own.mean)).length;
      if (known > 1 && known < present) gaps.set(name, [...gaps.get(name) ?? [], `${known} of ${present} strategies at ${budget}`]);
    }
  }
  return [...gaps].map(([name, places]) => `${name} is known of ${places.join(", ")}: the others are not picked by it`);
}

/** What the words in a table of picks say. */
export const PICK_MARKS = "all alike: mean of all on one scale, 0 the worst strategy and 1 the best; weakest: whose lowest is highest; +2: and two others, equal or not told apart from it";

const PRICE_NAMES: { readonly [part in PricePart]: string } = { acquire: "for a sample", label: "for a label", embed: "for embedding a sample", train: "for training on a sample", once: "once" };

type Priced = { readonly [name in "source" | "part"]: PriceSweep[name] };

function priceName({ source, part }: Priced, { sources }: CompareResult): string {
  return sources.length === 1 ? part : source === null ? `${part}, all sources` : `${part}, ${sources[source].name}`;
}

/**
 * Why varied prices would say nothing: all that is varied is what nobody has given for training or embedding a sample. Null
 * where they say something.
 */
export function idlePrices({ sweeps, spend: { unit } }: ComparisonPricing, { sources }: CompareResult): string | null {
  const isGiven = sweeps.some(({ source, part }) => (part !== "train" && part !== "embed") || sources.some(({ prices, placeholders }, s) => (source === null || source === s) && prices[part][unit] > 0 && !placeholders.includes(`${part}.${unit}`)));
  if (isGiven || sweeps.length === 0) return null;
  return `only ${[...new Set(sweeps.map(({ part }) => part))].join(" and ")} has a price here, a placeholder: give yours in infomax.json or by --price, and this says how they move the order`;
}

/** What may be spent, where that is from, and how it ranks. */
export function pricingLine({ spend, utility, tolerance, costs }: ComparisonPricing, result: CompareResult): string {
  const { name } = result.utilities[utility];
  const baseline = result.strategies.findIndex((own) => own.name === result.baseline);
  const isIt = (amount: number | null | undefined): boolean => amount !== null && amount !== undefined && Math.abs(amount - spend.amount) <= 1e-6 * spend.amount;
  const at = result.budgets.findIndex((budget, b) => isIt(budget[spend.unit]) || isIt(costs[b][baseline]?.[spend.unit]));
  const whence = at < 0 || isIt(result.budgets[at][spend.unit]) ? "" : ` (what ${result.baseline} costs at ${result.budgets[at].name})`;
  const ties = tolerance > 0 ? `within ${utilityText(name, tolerance)} is a tie here, which is rougher than the pairs that tables judge by` : "only what is equal is a tie, as there are no intervals";
  return `for ${figure(spend.amount)} ${unitOf(spend.unit, result)}${whence}, spent on all candidates and ranked by ${name}, read off between the sizes above; ${ties}; each price from ×0.25 to ×4, all else as it is; other amounts: page Compare, Prices, and prices.csv`;
}

/** By price, those that move the order first: whether it does, and who leads. */
export function sensitivityTable(pricing: ComparisonPricing, result: CompareResult, most: number): TextTable {
  const sign = result.utilities[pricing.utility].better === "high" ? -1 : 1;
  const leader = (sweep: PriceSweep, factor: number): string => {
    const f = sweep.factors.reduce((best, own, at) => (Math.abs(Math.log(own / factor)) < Math.abs(Math.log(sweep.factors[best] / factor)) ? at : best), 0);
    const utility = (s: number): number => sign * (sweep.utilities[f][s] ?? 0);
    const first = [...sweep.ranks[f].keys()].filter((s) => sweep.ranks[f][s] === 1).sort((a, b) => utility(a) - utility(b));
    if (first.length === 0) return sweep.samples[f].every((n) => n === 0) ? "–" : "?";
    // Who leads now, or on the way there, may be beyond what was measured: the one in front has then overtaken nobody.
    const now = sweep.factors.reduce((best, own, at) => (Math.abs(Math.log(own)) < Math.abs(Math.log(sweep.factors[best])) ? at : best), 0);
    const way = sweep.ranks.slice(Math.min(f, now), Math.max(f, now) + 1);
    const unknown = [...result.strategies.keys()].filter((s) => sweep.ranks[f][s] === 0 && (pricing.standings[s].rank === 1 || way.some((ranks) => ranks[s] === 1)));
    const isGone = (s: number): boolean => sweep.samples[f][s] === 0;
    const told = (of: readonly number[], mark: string): string[] => (of.length === 0 ? [] : [`${result.strategies[of[0]].name}${of.length === 1 ? "" : ` +${of.length - 1}`} ${mark}`]);
    const aside = [...told(unknown.filter((s) => !isGone(s)), "?"), ...told(unknown.filter(isGone), "–")];
    return `${result.strategies[first[0]].name}${first.length === 1 ? "" : ` +${first.length - 1}`}${aside.length === 0 ? "" : ` (${aside.join(", ")})`}`;
  };
  const now = ({ source, part, unit }: PriceSweep): string => {
    const only = source ?? (result.sources.length === 1 ? 0 : null);
    if (only === null) return "each its own";
    return `${figure(pricing.prices[only][part][unit])} ${unitOf(unit, result)}`;
  };
  return {
    header: ["price", "now", "order", "leads at ×0.25", "at ×1", "at ×4"],
    rows: pricing.sweeps.slice(0, most).map((sweep) => [priceName(sweep, result), now(sweep), sweep.isOrderMoved ? "moves" : "stays", ...[0.25, 1, 4].map((factor) => leader(sweep, factor))]),
  };
}

/** Less than half a percent of a price is no price that anybody would find. */
const LEAST = Math.log(1.005);

/** Signs in the table of prices, and what they say. */
const CELL_MARKS: readonly (readonly [form: RegExp, text: string])[] = [
  [/\+\d+( \(|$)/, "+2: and two others, tied with it"], [/^\?$/, "?: no strategy buys a size that was measured"], [/^–$/, "–: the amount buys nothing of any strategy"],
  [/ \?[,)]/, "(name ?): not known there, as what it buys is beyond the sizes that were measured"], [/ –\)$/, "(name –): the amount buys nothing of it there"],
];

/** What the signs in the table of prices say, and which prices nobody has given. */
export function sensitivityMarks(pricing: ComparisonPricing, result: CompareResult, { rows }: TextTable): string[] {
  const asked = new Set(pricing.sweeps.filter(({ source }) => source !== null).map(({ source, part }) => `${source} ${part}`));
  const named = result.sources.flatMap((source, s) => PRICE_PARTS.filter((part) => asked.has(`${s} ${part}`) && source.placeholders.includes(`${part}.${pricing.spend.unit}`)).map((part) => priceName({ source: s, part }, result)));
  const cells = rows.flatMap((row) => row.slice(3));
  const marks = CELL_MARKS.filter(([form]) => cells.some((cell) => form.test(cell))).map(([, text]) => text);
  return [...(marks.length > 0 ? [marks.join("; ")] : []), ...(named.length > 0 ? [`placeholders, round numbers that stand for no market: ${named.join("; ")}`] : [])];
}

/** Where the leader is overtaken, caught up with, or ahead again, the nearest to the prices as they are first. */
export function breakEvenLines(pricing: ComparisonPricing, result: CompareResult): string[] {
  const distance = ({ factor }: BreakEvenPrice): number => Math.abs(Math.log(factor));
  const sorted = [...pricing.breakEvens].sort((a, b) => distance(a) - distance(b));
  const says = (found: BreakEvenPrice): string => {
    const after = found.factor >= 1 ? found.above : found.below;
    const [leader, rival] = [result.strategies[found.leader].name, result.strategies[found.rival].name];
    return after === found.rival ? `${rival} overtakes ${leader}` : after === found.leader ? `${leader} is ahead of ${rival}` : `${rival} is level with ${leader}`;
  };
  // The amount is just what the baseline costs: the least rise of any price takes a sample from each strategy.
  const least = new Map<string, string[]>();
  for (const found of sorted.filter((own) => distance(own) < LEAST)) {
    const key = `with the least ${found.factor >= 1 ? "rise" : "fall"} of one of these, ${says(found)}`;
    least.set(key, [...(least.get(key) ?? []), priceName(found, result)]);
  }
  return [...least].map(([key, names]) => `${key}: ${names.length > 1 ? few(names.map((name) => name.replace(", ", " of "))) : names[0]}`).concat(sorted.filter((own) => distance(own) >= LEAST).map((found) => {
    const { source, part, unit, factor, price } = found;
    const where = result.sources.length === 1 || source === null ? "" : ` in ${result.sources[source].name}`;
    const place = price === null ? `${timesText(factor)} of ${part}, all sources` : `${figure(price)} ${unitOf(unit, result)} ${PRICE_NAMES[part]}${where} (${timesText(factor)})`;
    return `${factor >= 1 ? "above" : "below"} ${place}, ${says(found)}`;
  }));
}

/** What is said where there is no break-even price. */
export const NO_BREAK_EVEN = "no price from ×0.25 to ×4 lets another overtake the leader where both are known, that is, within the sizes that were measured";
