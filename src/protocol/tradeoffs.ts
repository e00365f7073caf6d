/**
 * Trade-offs between utilities and cost, for engine and webview alike. Pure. Weights mean something on one scale only, so utilities are min-max normalised over
 * the strategies compared: 1 the best of them, 0 the worst. Another strategy in the comparison may so shift all scores.
 */

/** One utility, or the cost, of every strategy. */
export interface Axis {
  readonly name: string;
  readonly better: "high" | "low";
  /** One a strategy, finite where defined. */
  readonly values: Float64Array;
  readonly isDefined: Uint8Array;
  /**
   * strategies × strategies: 1 where the row's strategy is significantly better than the column's (see `compareStrategies`);
   * null where values are exact, as costs are, and every difference is sure.
   */
  readonly surelyBetter: Uint8Array | null;
}

/** "tied": another is no worse by its estimates, but surely better on no axis; "not judged": an axis is not defined. */
export type ParetoState = "front" | "tied" | "dominated" | "not judged";

export interface ParetoPoint {
  readonly state: ParetoState;
  /** The strategies that dominate it, by their estimates where it is tied and surely where it is dominated. */
  readonly by: readonly number[];
}

const lead = (axis: Axis, a: number, b: number): number => (axis.better === "high" ? axis.values[a] - axis.values[b] : axis.values[b] - axis.values[a]);
const isSure = (axis: Axis, a: number, b: number, count: number): boolean => (axis.surelyBetter === null ? lead(axis, a, b) > 0 : axis.surelyBetter[a * count + b] !== 0);

function countOf(axes: readonly Axis[]): number {
  if (axes.length === 0) throw new RangeError("there is no utility to judge by");
  const count = axes[0].values.length;
  if (axes.some((axis) => axis.values.length !== count || axis.isDefined.length !== count)) throw new RangeError("the axes are of different lengths");
  return count;
}

/**
 * The Pareto front. A strategy leaves the front when another is no worse on every axis and better on one; it is dominated
 * only when that one surely is better on some axis, and else tied. Equal points stay on the front together.
 * @param axes at least one
 * @throws RangeError for none
 */
export function paretoFront(axes: readonly Axis[]): ParetoPoint[] {
  const count = countOf(axes);
  const isJudged = Array.from({ length: count }, (_, s) => axes.every((axis) => axis.isDefined[s] !== 0));
  return Array.from({ length: count }, (_, s): ParetoPoint => {
    if (!isJudged[s]) return { state: "not judged", by: [] };
    const by: number[] = [];
    const surelyBy: number[] = [];
    for (let other = 0; other < count; other++) {
      if (other === s || !isJudged[other]) continue;
      if (!axes.every((axis) => lead(axis, other, s) >= 0) || !axes.some((axis) => lead(axis, other, s) > 0)) continue;
      by.push(other);
      if (axes.some((axis) => isSure(axis, other, s, count))) surelyBy.push(other);
    }
    return surelyBy.length > 0 ? { state: "dominated", by: surelyBy } : { state: by.length > 0 ? "tied" : "front", by };
  });
}

/** Utilities on one scale. */
export interface ScoreTable {
  readonly axes: readonly Axis[];
  readonly count: number;
  /** strategies × axes in [0, 1], 1 the best; 0 where not judged. */
  readonly scores: Float64Array;
  /** 0 for strategies of which an axis is not defined: they are no part of any choice. */
  readonly isJudged: Uint8Array;
  /** 1 for axes on which all judged strategies are equal: their score is 0 for all, so their weight decides nothing. */
  readonly isConstant: Uint8Array;
}

/** @throws RangeError for no axis */
export function scoreTable(axes: readonly Axis[]): ScoreTable {
  const count = countOf(axes);
  const isJudged = Uint8Array.from({ length: count }, (_, s) => (axes.every((axis) => axis.isDefined[s] !== 0) ? 1 : 0));
  const scores = new Float64Array(count * axes.length);
  const isConstant = new Uint8Array(axes.length);
  axes.forEach((axis, a) => {
    let low = Infinity;
    let high = -Infinity;
    for (let s = 0; s < count; s++) {
      if (isJudged[s] === 0) continue;
      low = Math.min(low, axis.values[s]);
      high = Math.max(high, axis.values[s]);
    }
    if (!(high > low)) {
      isConstant[a] = 1;
      return;
    }
    for (let s = 0; s < count; s++) {
      if (isJudged[s] === 0) continue;
      const share = (axis.values[s] - low) / (high - low);
      scores[s * axes.length + a] = axis.better === "high" ? share : 1 - share;
    }
  });
  return { axes, count, scores, isJudged, isConstant };
}

/** What matters, and what must hold whatever else does. */
export interface Question {
  /** One an axis, ≥ 0, not all 0; only their ratios count. "worst": the strategy whose lowest score is the highest (maximin). */
  readonly weights: readonly number[] | "worst";
  /** In the axis' own units: at least this where high is better, at most where low is. */
  readonly limits?: readonly { readonly axis: number; readonly value: number }[];
}

export type Choice =
  | {
    /** Every strategy with the highest score (within 1e-9), in their order: more than one is a tie. */
    readonly winners: readonly number[];
    readonly score: number;
    /** Highest score less the next; 1 where there is no next. */
    readonly margin: number;
    /** Others than which no winner is surely better on any axis that counts: the pick is not sure against them. */
    readonly notToldApart: readonly number[];
    /** Scores of all strategies in [0, 1]; −1 for those that are not judged or miss a limit. */
    readonly scores: Float64Array;
  }
  | { readonly notDefined: string };

const EQUAL = 1e-9;

/**
 * "What would you pick if …": the strategy with the highest weighted mean of scores among those that meet the limits.
 * @throws RangeError for weights that are negative, all 0, or not one an axis
 */
export function pick(table: ScoreTable, question: Question): Choice {
  const { axes, count, isJudged } = table;
  const width = axes.length;
  const { weights, limits = [] } = question;
  const total = weights === "worst" ? 1 : weights.reduce((sum, weight) => sum + weight, 0);
  if (weights !== "worst" && (weights.length !== width || !weights.every((weight) => weight >= 0) || !(total > 0) || total === Infinity)) {
    throw new RangeError(`the weights ${weights.join(", ")} cannot weigh ${width} utilities`);
  }
  const wrong = limits.find(({ axis }) => axis < 0 || axis >= width);
  if (wrong !== undefined) throw new RangeError(`there is no utility ${wrong.axis} to limit`);
  const meets = (s: number): boolean => limits.every(({ axis, value }) => (axes[axis].better === "high" ? axes[axis].values[s] >= value : axes[axis].values[s] <= value));
  const scores = Float64Array.from({ length: count }, (_, s) => {
    if (isJudged[s] === 0 || !meets(s)) return -1;
    const own = table.scores.subarray(s * width, (s + 1) * width);
    if (weights === "worst") return own.reduce((low, score, a) => (table.isConstant[a] !== 0 ? low : Math.min(low, score)), 1);
    return own.reduce((sum, score, a) => sum + (weights[a] / total) * score, 0);
  });
  const score = scores.reduce((high, own) => Math.max(high, own), -1);
  if (score < 0) return { notDefined: isJudged.every((judged) => judged === 0) ? "no strategy has all the utilities" : "no strategy meets the limits" };
  const winners = [...scores.keys()].filter((s) => scores[s] >= score - EQUAL);
  const next = scores.reduce((high, own, s) => (winners.includes(s) ? high : Math.max(high, own)), -1);
  const counts = (a: number): boolean => (weights === "worst" ? table.isConstant[a] === 0 : weights[a] > 0);
  const notToldApart = [...scores.keys()].filter((s) => scores[s] >= 0 && !winners.includes(s)
    && !winners.some((winner) => axes.some((axis, a) => counts(a) && isSure(axis, winner, s, count))));
  return { winners, score, margin: next < 0 ? 1 : score - next, notToldApart, scores };
}

/** The questions that are asked of every comparison: each utility alone, all alike, and no utility neglected. */
export function standardQuestions(table: ScoreTable): readonly { readonly kind: "alone" | "alike" | "worst"; readonly axis: number; readonly question: Question }[] {
  const width = table.axes.length;
  return [
    ...table.axes.map((_, axis) => ({ kind: "alone" as const, axis, question: { weights: table.axes.map((__, a) => (a === axis ? 1 : 0)) } })),
    { kind: "alike" as const, axis: -1, question: { weights: new Array<number>(width).fill(1) } },
    { kind: "worst" as const, axis: -1, question: { weights: "worst" as const } },
  ];
}

/** Where in the space of weights a strategy wins. */
export interface WinRegion {
  readonly strategy: number;
  /** Its share of all weights, in [0, 1]. */
  readonly share: number;
  /** The region's corners in order, as weights, `axes` numbers each, together 1: two ends for two axes, a convex polygon for three. */
  readonly corners: Float64Array;
}

export interface WinRegions {
  readonly regions: readonly WinRegion[];
  /** Strategies whose scores are those of an earlier one, and that one: they win together. */
  readonly twins: readonly { readonly strategy: number; readonly of: number }[];
}

/**
 * For two or three utilities the exact region of the weights under which each strategy wins. Scores are linear in the
 * weights, so a region is the whole space cut by one half-plane for each rival (Sutherland & Hodgman 1974).
 * @returns regions in the order of strategies, those without area left out; stated for other numbers of utilities
 */
export function winRegions(table: ScoreTable): WinRegions | { readonly notDefined: string } {
  const { scores, isJudged } = table;
  const width = table.axes.length;
  if (width !== 2 && width !== 3) return { notDefined: `regions are drawn for two or three utilities, and there are ${width}` };
  const judged = [...isJudged.keys()].filter((s) => isJudged[s] !== 0);
  if (judged.length === 0) return { notDefined: "no strategy has all the utilities" };
  const lead = (a: number, b: number): number[] => Array.from({ length: width }, (_, i) => scores[a * width + i] - scores[b * width + i]);
  const twins: { strategy: number; of: number }[] = [];
  const distinct: number[] = [];
  for (const s of judged) {
    const of = distinct.find((other) => lead(s, other).every((value) => Math.abs(value) <= EQUAL));
    if (of === undefined) distinct.push(s);
    else twins.push({ strategy: s, of });
  }
  const space: readonly (readonly number[])[] = Array.from({ length: width }, (_, a) => Array.from({ length: width }, (__, b) => (a === b ? 1 : 0)));
  const whole = extent(space);
  const regions: WinRegion[] = [];
  for (const s of distinct) {
    let corners = space;
    for (const rival of distinct) if (rival !== s) corners = cut(corners, lead(s, rival));
    const share = extent(corners) / whole;
    if (share > EQUAL) regions.push({ strategy: s, share, corners: Float64Array.from(corners.flat()) });
  }
  return { regions, twins };
}

/** What of a segment or convex polygon lies where `slope · w ≥ 0`. */
function cut(corners: readonly (readonly number[])[], slope: readonly number[]): (readonly number[])[] {
  const height = corners.map((corner) => corner.reduce((sum, value, a) => sum + value * slope[a], 0));
  const crossing = (from: number, to: number): number[] => {
    const t = height[from] / (height[from] - height[to]);
    return corners[from].map((value, a) => value + t * (corners[to][a] - value));
  };
  const left: (readonly number[])[] = [];
  // A segment has no edge back from its end to its start.
  const edges = corners.length === 2 ? 1 : corners.length;
  for (let at = 0; at < corners.length; at++) {
    const next = (at + 1) % corners.length;
    if (height[at] >= 0) left.push(corners[at]);
    if (at < edges && (height[at] < 0) !== (height[next] < 0) && height[at] !== 0 && height[next] !== 0) left.push(crossing(at, next));
  }
  return left;
}

/** Length of a segment by its first weight, or twice a polygon's area by its first two: the space's own is 1. */
function extent(corners: readonly (readonly number[])[]): number {
  if (corners.length < 2) return 0;
  if (corners[0].length === 2) return Math.abs(corners[1][0] - corners[0][0]);
  let sum = 0;
  corners.forEach(([x, y], at) => {
    const [nextX, nextY] = corners[(at + 1) % corners.length];
    sum += x * nextY - nextX * y;
  });
  return Math.abs(sum);
}
