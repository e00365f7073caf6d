import { seededRandom } from "../random.ts";
import type { Measured } from "../metrics/measured.ts";
import { moderatedVariances } from "./moderatedVariances.ts";
import { twoSidedP, twoSidedQuantile } from "./studentT.ts";

/**
 * Means, paired differences and their uncertainty over redraws (of the data that a strategy sees) × seeds (of what is
 * trained on its subset).
 *
 * The interval of a mean is the symmetric bootstrap-t (Efron 1979; Efron & Tibshirani 1993, section 12.5; Hall 1988): of
 * resamples of the runs, `t_b = (m_b − m) / (s_b / √n)`, and the ends are `m ± q · s/√n` with q the quantile of |t_b|. At nine
 * runs percentile intervals are too narrow by about a fifth, and this one is not. Runs of one redraw may be more alike than
 * runs of several: where the mean square between redraws, MSB, is above the runs' variance s², the interval is widened by
 * √(MSB / s²), the design effect of a sample in clusters (Kish 1965, section 5.4). Measured on normal figures, 3 redraws × 3
 * seeds: a 95% interval holds the truth in 97% where redraws make no difference, in 91% where they vary as much as seeds do.
 * Of a few distinct values some resamples hardly vary, and would stretch the interval beyond any meaning: q is at most what
 * Student's t has for as many redraws.
 *
 * Differences are judged by Student's t on the mean difference in each redraw, so that what a redraw does to both strategies
 * drops out and seeds count as what they are, repetitions within a redraw. The variance of three such differences alone says
 * next to nothing; those of all pairs of strategies together say much, and moderate it: see {@link moderatedVariances}. An
 * interval without 0 and a p below 1 − level, before correction, say the same.
 */

/** Fewer redraws, or seeds in a redraw, are noted as too few to judge by. */
export const FEWEST_REDRAWS = 3;
export const FEWEST_SEEDS = 3;
const FEWEST_RUNS = 3;
const RESAMPLES = 9999;

/** One utility of several strategies over the same redraws and seeds. */
export interface PairedRuns {
  readonly strategies: readonly string[];
  readonly redraws: number;
  readonly seeds: number;
  /** strategies × redraws × seeds, finite where defined. */
  readonly values: Float64Array;
  /** The same shape: 0 where a run has no value. */
  readonly isDefined: Uint8Array;
}

export interface StatisticsOptions {
  readonly seed?: number;
  /** B, of the intervals of means. */
  readonly resamples?: number;
  /**
   * Of an accuracy: how many samples of the target it is measured on. Two strategies that differ by δ there differ on at
   * least δ of its samples, so that another target of that size would move the difference by √(|δ| (1 − |δ|) / size) or more
   * (McNemar 1947); no test is surer than that. Left out of figures that are no shares of samples.
   */
  readonly testSize?: number | undefined;
  /** Coverage of an interval, in (0, 1); differences are significant at 1 − level. 0.95 when left out. */
  readonly level?: number;
}

/** A mean with its interval. */
export interface Estimate {
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number } | { readonly notDefined: string };
  /** How many runs it rests on, ≥ 1. */
  readonly runs: number;
  /** ≥ 1: by how much the interval was widened, as redraws differ more than seeds. */
  readonly widening: number;
}
export type MaybeEstimate = Estimate | { readonly notDefined: string };

/** A mean difference, each redraw counting once; `p` two-sided, of the hypothesis that it is 0. */
export interface Difference extends Estimate {
  readonly p: Measured;
}
export type MaybeDifference = Difference | { readonly notDefined: string };

/** Values of runs, the redraw of each, and the largest size of the figures that they were made from. */
interface Sample {
  readonly values: Float64Array;
  readonly redrawOf: Uint32Array;
  readonly scale: number;
}

/** Values summed up as the head of this file says. */
function studentized({ values, redrawOf, scale }: Sample, options: StatisticsOptions, draws: Draws): MaybeEstimate {
  const { seed = 0, resamples = RESAMPLES, level = 0.95 } = options;
  const n = values.length;
  if (n === 0) return { notDefined: "there is no run with a value" };
  let mean = 0;
  for (const value of values) mean += value;
  mean /= n;
  const without = (notDefined: string): Estimate => ({ mean, interval: { notDefined }, runs: n, widening: 1 });
  if (n < FEWEST_RUNS) return without(`there ${n === 1 ? "is 1 run" : `are ${n} runs`}, and an interval needs ${FEWEST_RUNS}`);
  const variance = varianceOf(values);
  const rounding = 1e-12 * scale;
  if (Math.sqrt(variance) <= rounding) return { mean, interval: { low: mean, high: mean }, runs: n, widening: 1 };
  const widening = Math.sqrt(Math.max(1, betweenRedraws(values, redrawOf, mean) / variance));
  const error = widening * Math.sqrt(variance / n);

  const drawn = draws.of(n, resamples, seed);
  const deviations = new Float64Array(resamples);
  for (let b = 0, at = 0; b < resamples; b++) {
    let sum = 0;
    let sumOfSquares = 0;
    for (const end = at + n; at < end; at++) {
      const deviation = values[drawn[at]] - mean;
      sum += deviation;
      sumOfSquares += deviation * deviation;
    }
    const drawnMean = sum / n;
    const squared = sumOfSquares - sum * drawnMean;
    // A resample of one value over and over has no spread, but for rounding.
    deviations[b] = squared > 1e-12 * sumOfSquares ? Math.abs(drawnMean) / Math.sqrt(squared / (n - 1) / n) : Infinity;
  }
  const quantile = select(deviations, Math.min(resamples, Math.ceil((resamples + 1) * level)) - 1);
  const redraws = new Set(redrawOf).size;
  const half = Math.min(quantile, twoSidedQuantile(1 - level, redraws > 1 ? redraws - 1 : n - 1)) * error;
  return { mean, interval: { low: mean - half, high: mean + half }, runs: n, widening };
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Resamples of run numbers, drawn once for all strategies with as many runs. */
class Draws {
  readonly #known = new Map<string, Uint32Array>();

  /** `resamples` × n numbers in 0 … n − 1. */
  of(n: number, resamples: number, seed: number): Uint32Array {
    const key = `${n} ${resamples} ${seed}`;
    let found = this.#known.get(key);
    if (found === undefined) {
      const random = seededRandom(seed);
      found = new Uint32Array(resamples * n);
      for (let at = 0; at < found.length; at++) found[at] = Math.floor(random() * n);
      this.#known.set(key, found);
    }
    return found;
  }
}

/** The value at a place of the sorted order (quickselect, Hoare 1961); reorders the values. */
function select(values: Float64Array, place: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const held = values[i];
      values[i++] = values[j];
      values[j--] = held;
    }
    if (place <= j) right = j;
    else if (place >= i) left = i;
    else break;
  }
  return values[place];
}

/** MSB: Σ_r n_r (m_r − m)² / (redraws − 1); 0 for a single redraw. */
function betweenRedraws(values: Float64Array, redrawOf: Uint32Array, mean: number): number {
  const sums = new Map<number, { sum: number; count: number }>();
  values.forEach((value, i) => {
    const own = sums.get(redrawOf[i]) ?? { sum: 0, count: 0 };
    own.sum += value;
    own.count++;
    sums.set(redrawOf[i], own);
  });
  let squares = 0;
  for (const { sum, count } of sums.values()) squares += count * (sum / count - mean) ** 2;
  return sums.size < 2 ? 0 : squares / (sums.size - 1);
}

/** The runs of a strategy that have a value. */
function runsOf(runs: PairedRuns, strategy: number): Sample {
  const each = runs.redraws * runs.seeds;
  const at = [...Array(each).keys()].filter((i) => runs.isDefined[strategy * each + i] !== 0);
  return {
    values: Float64Array.from(at, (i) => runs.values[strategy * each + i]),
    redrawOf: Uint32Array.from(at, (i) => Math.floor(i / runs.seeds)),
    scale: at.reduce((most, i) => Math.max(most, Math.abs(runs.values[strategy * each + i])), 0),
  };
}

/** How two strategies differ, before anything is known of the others. */
interface RawDifference {
  readonly mean: number;
  /** Of the mean differences of redraws. */
  readonly variance: number;
  /** How many redraws there are, ≥ 1. */
  readonly units: number;
  readonly runs: number;
}

/** Strategy a minus strategy b (of `others`), over the runs that both have, paired by redraw and seed; null where they have none. */
function rawDifference({ redraws, seeds, values, isDefined }: PairedRuns, a: number, b: number, others: Pick<PairedRuns, "values" | "isDefined"> = { values, isDefined }): RawDifference | null {
  const each = redraws * seeds;
  const means: number[] = [];
  let paired = 0;
  let scale = 0;
  for (let redraw = 0; redraw < redraws; redraw++) {
    let sum = 0;
    let count = 0;
    for (let at = redraw * seeds; at < (redraw + 1) * seeds; at++) {
      if (isDefined[a * each + at] === 0 || others.isDefined[b * each + at] === 0) continue;
      const [first, second] = [values[a * each + at], others.values[b * each + at]];
      scale = Math.max(scale, Math.abs(first), Math.abs(second));
      sum += first - second;
      count++;
    }
    if (count > 0) means.push(sum / count);
    paired += count;
  }
  if (paired === 0) return null;
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const variance = means.length < 2 ? 0 : means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1);
  const rounding = 1e-12 * scale;
  return { mean: Math.abs(mean) <= rounding ? 0 : mean, variance: Math.sqrt(variance) <= rounding ? 0 : variance, units: means.length, runs: paired };
}

/** A difference as it is told, with a variance and degrees of freedom that may rest on other pairs too. */
function judged({ mean, units, runs }: RawDifference, variance: number, degrees: number, { level = 0.95, testSize }: StatisticsOptions): Difference {
  if (units < FEWEST_REDRAWS) {
    // Seeds repeat one choice of one part of the data: they do not tell what another part would give.
    const notDefined = `there ${units === 1 ? "is 1 redraw" : `are ${units} redraws`}, and a difference needs ${FEWEST_REDRAWS}`;
    return { mean, interval: { notDefined }, runs, widening: 1, p: { notDefined } };
  }
  const size = Math.min(1, Math.abs(mean));
  const ofTarget = testSize === undefined ? 0 : (size * (1 - size)) / testSize;
  const ofRedraws = variance / units;
  // A figure that neither redraws nor another target would change differs for sure, or not at all.
  if (ofRedraws === 0 && ofTarget === 0) return { mean, interval: { low: mean, high: mean }, runs, widening: 1, p: { value: mean === 0 ? 1 : 0 } };
  const error = Math.sqrt(Math.max(ofRedraws, ofTarget));
  const df = ofRedraws >= ofTarget ? degrees : Math.max(degrees, testSize ?? 0);
  const half = twoSidedQuantile(1 - level, df) * error;
  return { mean, interval: { low: mean - half, high: mean + half }, runs, widening: 1, p: { value: twoSidedP(mean / error, df) } };
}

/** The mean of a strategy over its runs. */
export function meanOfRuns(runs: PairedRuns, strategy: number, options: StatisticsOptions = {}): MaybeEstimate {
  return studentized(runsOf(runs, strategy), options, new Draws());
}

/** Strategy a minus strategy b, over the runs that both have, by these alone. */
export function pairedDifference(runs: PairedRuns, a: number, b: number, options: StatisticsOptions = {}): MaybeDifference {
  const found = rawDifference(runs, a, b);
  return found === null ? { notDefined: "there is no run with a value" } : judged(found, found.variance, found.units - 1, options);
}

/**
 * Holm's step-down correction (Holm 1979): of m values by rising size the i-th (from 0) times m − i, at most 1, and never
 * below the one before it. Reject where the answer is at most α: the chance of any false rejection is then at most α.
 */
export function holm(p: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: p.length }, (_, i) => i).sort((a, b) => p[a] - p[b] || a - b);
  const adjusted = new Float64Array(p.length);
  let highest = 0;
  order.forEach((at, i) => {
    highest = Math.max(highest, Math.min(1, (p.length - i) * p[at]));
    adjusted[at] = highest;
  });
  return adjusted;
}

/** What is said of a strategy among the others. */
export interface Standing {
  readonly mean: MaybeEstimate;
  /** Less the baseline of the same size; for the baseline itself a stated reason. */
  readonly versusBaseline: MaybeDifference;
  /** Holm over the strategies that were compared with the baseline. */
  readonly pVersusBaseline: Measured;
  /** No strategy is significantly better. */
  readonly isAmongBest: boolean;
  /** 1 + the strategies that are significantly better, and as many as are not significantly worse: equal where the rank is sure; 0 where it has none. */
  readonly rankLow: number;
  readonly rankHigh: number;
}

export interface StrategyComparison {
  readonly standings: readonly Standing[];
  /** Index of the best mean (the first of equals), or −1 where none is defined. */
  readonly best: number;
  /** strategies × strategies: 1 where the row's strategy is significantly better than the column's. */
  readonly surelyBetter: Uint8Array;
  /** Fewer redraws or seeds than differences are judged by, as a sentence; null where there are enough. */
  readonly tooFew: string | null;
  /** Strategies of which runs have no value, and how many runs. */
  readonly leftOut: readonly { readonly strategy: string; readonly runs: number }[];
}

/**
 * Compares all strategies with the baseline and with each other. All pairs form one family for Holm's correction, so
 * that "not significantly worse than the best" holds although the best was found from the same runs. Strategies that
 * are not told apart are tied; being tied is not transitive, so each has a range of ranks rather than a group.
 * @param baseline index of the random baseline, or −1
 * @param matched where strategies have sizes of their own: by strategy, the runs of a random baseline of its size in the
 * same redraw. Left out where all have the baseline's size.
 */
export function compareStrategies(runs: PairedRuns, baseline: number, better: "high" | "low", options: StatisticsOptions = {}, matched: PairedRuns | null = null): StrategyComparison {
  const count = runs.strategies.length;
  const { level = 0.95 } = options;
  const alpha = 1 - level + 1e-12;
  const sign = better === "high" ? 1 : -1;
  const draws = new Draws();
  const means = runs.strategies.map((_, s) => studentized(runsOf(runs, s), options, draws));
  const isKnown = means.map((mean) => !("notDefined" in mean));

  const raw: { readonly a: number; readonly b: number; readonly found: RawDifference }[] = [];
  for (let a = 1; a < count; a++) {
    for (let b = 0; b < a; b++) {
      const found = isKnown[a] && isKnown[b] ? rawDifference(runs, a, b) : null;
      if (found !== null) raw.push({ a, b, found });
    }
  }
  const differences = moderated(raw.map(({ found }) => found), isKnown.filter((known) => known).length, options);
  const differenceOf = new Map(raw.map(({ a, b }, i) => [a * count + b, differences[i]]));
  const pairs = raw.flatMap(({ a, b }, i) => ("value" in differences[i].p ? [{ a, b, difference: differences[i] }] : []));
  const adjusted = holm(pairs.map(({ difference }) => ("value" in difference.p ? difference.p.value : 1)));
  const surelyBetter = new Uint8Array(count * count);
  pairs.forEach(({ a, b, difference }, i) => {
    if (adjusted[i] > alpha || difference.mean === 0) return;
    surelyBetter[sign * difference.mean > 0 ? a * count + b : b * count + a] = 1;
  });

  let best = -1;
  let highest = -Infinity;
  means.forEach((mean, s) => {
    if ("notDefined" in mean || sign * mean.mean <= highest) return;
    highest = sign * mean.mean;
    best = s;
  });

  const fromMatched = matched === null ? null : versusMatched(runs, matched, baseline, options);
  const versus = runs.strategies.map((_, s): MaybeDifference => {
    if (baseline < 0) return { notDefined: "there is no baseline" };
    if (s === baseline) return { notDefined: "it is the baseline" };
    if (fromMatched !== null) return fromMatched.get(s) ?? { notDefined: "there is no run of a random choice of its size" };
    const found = differenceOf.get(Math.max(s, baseline) * count + Math.min(s, baseline));
    if (found === undefined) return { notDefined: "there is no run that both have" };
    return s > baseline ? found : turned(found);
  });
  const tested = [...versus.keys()].filter((s) => {
    const found = versus[s];
    return !("notDefined" in found) && "value" in found.p;
  });
  const pVersus = holm(tested.map((s) => {
    const found = versus[s];
    return "p" in found && "value" in found.p ? found.p.value : 1;
  }));

  // One that is surely better than the baseline is so among all pairs too: what is marked twice must not say two things.
  if (fromMatched === null) tested.forEach((s, i) => {
    const found = versus[s];
    if (pVersus[i] > alpha || !("p" in found) || found.mean === 0) return;
    surelyBetter[sign * found.mean > 0 ? s * count + baseline : baseline * count + s] = 1;
  });

  const standings = runs.strategies.map((_, s): Standing => {
    let above = 0;
    let below = 0;
    for (let other = 0; other < count; other++) {
      above += surelyBetter[other * count + s];
      below += surelyBetter[s * count + other];
    }
    const at = tested.indexOf(s);
    const found = versus[s];
    return {
      mean: means[s],
      versusBaseline: found,
      pVersusBaseline: at >= 0 ? { value: pVersus[at] } : "p" in found ? found.p : found,
      isAmongBest: isKnown[s] && above === 0,
      rankLow: isKnown[s] ? 1 + above : 0,
      rankHigh: isKnown[s] ? isKnown.filter((known) => known).length - below : 0,
    };
  });
  return { standings, best, surelyBetter, tooFew: tooFew(runs), leftOut: leftOut(runs) };
}

/** By strategy, the difference from random choice of its size. */
function versusMatched(runs: PairedRuns, matched: PairedRuns, baseline: number, options: StatisticsOptions): ReadonlyMap<number, Difference> {
  const raw = runs.strategies.flatMap((_, s) => {
    const found = s === baseline ? null : rawDifference(runs, s, s, matched);
    return found === null ? [] : [{ s, found }];
  });
  const differences = moderated(raw.map(({ found }) => found), raw.length + 1, options);
  return new Map(raw.map(({ s }, i) => [s, differences[i]]));
}

/** The differences of all pairs, each with a variance that the others moderate. */
function moderated(raw: readonly RawDifference[], strategies: number, options: StatisticsOptions): Difference[] {
  const able = raw.filter(({ units }) => units > 1);
  // The differences of all pairs are made of as many independent ones as there are strategies but one.
  const most = able.length === 0 ? 0 : Math.max(...able.map(({ units }) => units - 1)) * (strategies - 1);
  const { variances, degrees } = moderatedVariances(able.map(({ variance }) => variance), able.map(({ units }) => units - 1), most);
  const place = new Map(able.map((own, i) => [own, i]));
  return raw.map((own) => {
    const i = place.get(own);
    return i === undefined ? judged(own, 0, 1, options) : judged(own, variances[i], degrees[i], options);
  });
}

function turned({ mean, interval, ...rest }: Difference): Difference {
  return { mean: -mean, interval: "low" in interval ? { low: -interval.high, high: -interval.low } : interval, ...rest };
}

function tooFew({ redraws, seeds }: PairedRuns): string | null {
  if (redraws >= FEWEST_REDRAWS && seeds >= FEWEST_SEEDS) return null;
  return `${redraws} ${redraws === 1 ? "redraw" : "redraws"} × ${seeds} ${seeds === 1 ? "seed" : "seeds"} are fewer than ${FEWEST_REDRAWS} × ${FEWEST_SEEDS}: too few to judge differences by`;
}

function leftOut(runs: PairedRuns): StrategyComparison["leftOut"] {
  const each = runs.redraws * runs.seeds;
  return runs.strategies.flatMap((strategy, s) => {
    const missing = runs.isDefined.subarray(s * each, (s + 1) * each).reduce((sum, defined) => sum + (defined === 0 ? 1 : 0), 0);
    return missing === 0 ? [] : [{ strategy, runs: missing }];
  });
}
