import type { Measured } from "../metrics/measured.ts";
import { seededRandom } from "../random.ts";

/** Runs fewer than these say nothing of an order. */
const FEWEST = 3;
/** Groups (strategies) from which a bootstrap over them says something. */
const FEWEST_GROUPS = 5;
/** (B + 1) times the tail of a 95% interval is whole, so that its ends are drawn values. */
const RESAMPLES = 1999;

/**
 * Ranks from 1, ascending; equal values share the mean of the ranks that they take (mid-ranks, Kendall 1945).
 * @param values finite
 */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const order = ascending(values);
  const ranks = new Float64Array(n);
  for (let start = 0; start < n;) {
    let end = start + 1;
    while (end < n && values[order[end]] === values[order[start]]) end++;
    for (let at = start; at < end; at++) ranks[order[at]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function ascending(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
}

/** Mid-ranks where row i counts `weight[i]` times; 0 for rows that count none. */
function weightedRanks(values: Float64Array, order: Uint32Array, weight: Uint32Array, ranks: Float64Array): void {
  for (let start = 0, below = 0; start < order.length;) {
    let end = start;
    let tied = 0;
    while (end < order.length && values[order[end]] === values[order[start]]) tied += weight[order[end++]];
    for (let at = start; at < end; at++) ranks[order[at]] = below + (tied + 1) / 2;
    below += tied;
    start = end;
  }
}

/** Pearson's correlation with whole weights; null where either side is constant. */
function weightedPearson(x: Float64Array, y: Float64Array, weight: Uint32Array): number | null {
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < x.length; i++) {
    n += weight[i];
    sumX += weight[i] * x[i];
    sumY += weight[i] * y[i];
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i] - sumX / n;
    const dy = y[i] - sumY / n;
    xx += weight[i] * dx * dx;
    yy += weight[i] * dy * dy;
    xy += weight[i] * dx * dy;
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

function unusable(x: ArrayLike<number>, y: ArrayLike<number>): string | null {
  if (x.length !== y.length) throw new RangeError(`${x.length} values cannot be paired with ${y.length}`);
  if (x.length < FEWEST) return `there are ${x.length} runs, and a rank correlation needs ${FEWEST}`;
  const isConstant = (values: ArrayLike<number>): boolean => {
    for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
    return true;
  };
  if (isConstant(x)) return "the cheaper figure is the same in all runs";
  return isConstant(y) ? "the measured figure is the same in all runs" : null;
}

const ones = (n: number): Uint32Array => new Uint32Array(n).fill(1);

/**
 * Spearman's ρ: Pearson's correlation of the mid-ranks, which is right with ties too (Spearman 1904; Kendall 1945). In [−1, 1].
 * @param x finite values
 * @param y finite values, as many
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): Measured {
  const reason = unusable(x, y);
  if (reason !== null) return { notDefined: reason };
  const value = weightedPearson(midRanks(x), midRanks(y), ones(x.length));
  return value === null ? { notDefined: "all ranks are the same" } : { value };
}

/**
 * Kendall's τ_b: (concordant − discordant pairs) / √(pairs not tied in x · pairs not tied in y) (Kendall 1945). In [−1, 1].
 * O(n²).
 * @param x finite values
 * @param y finite values, as many
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): Measured {
  const reason = unusable(x, y);
  if (reason !== null) return { notDefined: reason };
  const value = tau(pairSums(x, y, Uint32Array.from({ length: x.length }, (_, i) => i), x.length), ones(x.length));
  return value === null ? { notDefined: "all pairs are tied" } : { value };
}

/** For each two groups the sums over pairs of a row of each: of sign(Δx)·sign(Δy), and of the pairs not tied in x and in y. */
interface PairSums {
  readonly groups: number;
  readonly both: Float64Array;
  readonly inX: Float64Array;
  readonly inY: Float64Array;
}

function pairSums(x: ArrayLike<number>, y: ArrayLike<number>, groupOf: ArrayLike<number>, groups: number): PairSums {
  const both = new Float64Array(groups * groups);
  const inX = new Float64Array(groups * groups);
  const inY = new Float64Array(groups * groups);
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const at = groupOf[i] * groups + groupOf[j];
      const sx = Math.sign(x[i] - x[j]);
      const sy = Math.sign(y[i] - y[j]);
      both[at] += sx * sy;
      inX[at] += sx * sx;
      inY[at] += sy * sy;
    }
  }
  return { groups, both, inX, inY };
}

/** τ_b where each group counts `weight` times: two groups' pairs count by the product, a group's own by the square. */
function tau({ groups, both, inX, inY }: PairSums, weight: Uint32Array): number | null {
  let sum = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let g = 0, at = 0; g < groups; g++) {
    for (let h = 0; h < groups; h++, at++) {
      const times = weight[g] * weight[h];
      sum += times * both[at];
      untiedX += times * inX[at];
      untiedY += times * inY[at];
    }
  }
  return untiedX > 0 && untiedY > 0 ? Math.max(-1, Math.min(1, sum / Math.sqrt(untiedX * untiedY))) : null;
}

/** A percentile interval, or why there is none. */
export type CorrelationInterval = { readonly low: number; readonly high: number } | { readonly notDefined: string };

export interface RankCorrelation {
  readonly runs: number;
  readonly groups: number;
  readonly spearman: Measured;
  readonly spearmanInterval: CorrelationInterval;
  readonly kendall: Measured;
  readonly kendallInterval: CorrelationInterval;
}

export interface CorrelationOptions {
  readonly seed?: number;
  readonly resamples?: number;
  /** Coverage of the intervals, in (0, 1); 0.95 when left out. */
  readonly level?: number;
}

/**
 * Both rank correlations over runs, with percentile bootstrap intervals (Efron 1979; Efron & Tibshirani 1993, chapter 13)
 * in which whole strategies are drawn with all their runs: runs of one strategy are no independent witnesses. Draws in
 * which one side is constant are left out; where that is more than a tenth of them there is no interval.
 * @param x finite, one a run
 * @param y finite, one a run
 * @param groupOf the strategy of each run, any whole numbers
 */
export function rankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>, groupOf: ArrayLike<number>, options: CorrelationOptions = {}): RankCorrelation {
  const { seed = 0, resamples = RESAMPLES, level = 0.95 } = options;
  const codes = new Map<number, number>();
  const group = Uint32Array.from(groupOf, (code) => {
    if (!codes.has(code)) codes.set(code, codes.size);
    return codes.get(code) ?? 0;
  });
  const groups = codes.size;
  // What seeds do to both figures of one strategy is nothing that one would choose by.
  const alone = { notDefined: "all runs are of one strategy" };
  const base = { runs: x.length, groups, spearman: groups === 1 ? alone : spearman(x, y), kendall: groups === 1 ? alone : kendall(x, y) };
  const without = (notDefined: string): RankCorrelation => ({ ...base, spearmanInterval: { notDefined }, kendallInterval: { notDefined } });
  const reason = unusable(x, y);
  if (reason !== null) return without(reason);
  if (groups === 1) return without(alone.notDefined);
  if (groups < FEWEST_GROUPS) return without(`there are ${groups} strategies, and an interval needs ${FEWEST_GROUPS}`);

  const random = seededRandom(seed);
  const valuesX = Float64Array.from(x);
  const valuesY = Float64Array.from(y);
  const sums = pairSums(valuesX, valuesY, group, groups);
  const orderX = ascending(valuesX);
  const orderY = ascending(valuesY);
  const ranksX = new Float64Array(x.length);
  const ranksY = new Float64Array(x.length);
  const drawn = new Uint32Array(groups);
  const weight = new Uint32Array(x.length);
  const rhos: number[] = [];
  const taus: number[] = [];
  for (let b = 0; b < resamples; b++) {
    drawn.fill(0);
    for (let g = 0; g < groups; g++) drawn[Math.floor(random() * groups)]++;
    for (let i = 0; i < weight.length; i++) weight[i] = drawn[group[i]];
    weightedRanks(valuesX, orderX, weight, ranksX);
    weightedRanks(valuesY, orderY, weight, ranksY);
    const rho = weightedPearson(ranksX, ranksY, weight);
    const tauB = tau(sums, drawn);
    if (rho !== null) rhos.push(rho);
    if (tauB !== null) taus.push(tauB);
  }
  return { ...base, spearmanInterval: percentiles(rhos, resamples, level), kendallInterval: percentiles(taus, resamples, level) };
}

/** The (1 − level)/2 and (1 + level)/2 quantiles, each at place (B + 1)·q of the sorted draws. */
function percentiles(draws: number[], asked: number, level: number): CorrelationInterval {
  if (draws.length < 0.9 * asked) return { notDefined: "in more than a tenth of the resamples one side was the same in all runs" };
  const sorted = Float64Array.from(draws).sort();
  const place = (q: number): number => Math.max(0, Math.min(sorted.length - 1, Math.round((sorted.length + 1) * q) - 1));
  return { low: sorted[place((1 - level) / 2)], high: sorted[place((1 + level) / 2)] };
}

/** A named figure of each run; `isDefined` 0 where it is not defined, and its value then plays no part. */
export interface RunColumn {
  readonly name: string;
  readonly values: Float64Array;
  readonly isDefined: Uint8Array;
}

export interface CorrelationRow extends RankCorrelation {
  readonly budget: number;
  readonly metric: string;
  readonly utility: string;
}

/**
 * How each cheap metric goes with each measured utility, within each budget: across budgets both grow with the number of
 * samples, which would say nothing of the strategies. Runs in which either is not defined are left out.
 * @param metrics cheap ones, one value a run
 * @param utilities measured ones, one value a run
 * @param strategyOf strategy of each run
 * @param budgetOf budget of each run
 * @returns by budget in order of appearance, then utility, then falling |ρ| with the undefined last, then falling number of runs
 */
export function correlationTable(
  metrics: readonly RunColumn[], utilities: readonly RunColumn[], strategyOf: ArrayLike<number>, budgetOf: ArrayLike<number>, options: CorrelationOptions = {},
): CorrelationRow[] {
  const budgets = [...new Set(Array.from(budgetOf))];
  const strength = (row: CorrelationRow): number => ("value" in row.spearman ? Number(Math.abs(row.spearman.value).toFixed(12)) : -1);
  return budgets.flatMap((budget) => utilities.flatMap((utility) => metrics.map((metric): CorrelationRow => {
    const rows: number[] = [];
    for (let i = 0; i < budgetOf.length; i++) if (budgetOf[i] === budget && metric.isDefined[i] !== 0 && utility.isDefined[i] !== 0) rows.push(i);
    const found = rankCorrelation(rows.map((i) => metric.values[i]), rows.map((i) => utility.values[i]), rows.map((i) => strategyOf[i]), options);
    return { budget, metric: metric.name, utility: utility.name, ...found };
  }).sort((a, b) => strength(b) - strength(a) || b.runs - a.runs)));
}
