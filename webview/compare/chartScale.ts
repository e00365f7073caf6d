/** Axes whose ends come from the data, and labels that keep apart. Pure. */

/** A stretch of values along an axis; `low < high`, both above 0 where it is logarithmic. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** Part of the span that is left free at either end. */
const MARGIN = 0.06;
/** From this ratio of the ends on, costs stand on a logarithmic axis. */
export const LOG_RATIO = 20;
/** Ends that differ by a smaller part of themselves differ by rounding alone; no number is a tick between them. */
const ROUNDING = 1e-9;

/** The span of the finite values with a margin, widened where all are equal; null where there are none. */
export function linearScale(values: readonly number[], within: { readonly least: number; readonly most: number } = { least: -Infinity, most: Infinity }): Scale | null {
  const ends = endsOf(values);
  if (ends === null) return null;
  const [low, high] = ends;
  const margin = high - low > ROUNDING * Math.max(Math.abs(low), Math.abs(high)) ? MARGIN * (high - low) : Math.max(0.1 * Math.abs(low), 1e-3);
  const widest = { low: Math.max(within.least, low - margin), high: Math.min(within.most, high + margin) };
  // What lies outside the bounds still has to be seen.
  return { low: Math.min(low, widest.low), high: Math.max(high, widest.high), isLog: false };
}

/** As {@link linearScale}, logarithmic where the ends are more than ×20 apart; a cost is never below 0. */
export function costScale(values: readonly number[]): Scale | null {
  const ends = endsOf(values);
  if (ends === null) return null;
  const [low, high] = ends;
  if (low <= 0 || high / low <= LOG_RATIO) return linearScale(values, { least: 0, most: Infinity });
  const margin = (high / low) ** MARGIN;
  return { low: low / margin, high: high * margin, isLog: true };
}

function endsOf(values: readonly number[]): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : null;
}

/** 0 at the low end, 1 at the high one; beyond them for values outside. */
export function placeOn({ low, high, isLog }: Scale, value: number): number {
  return isLog ? Math.log(Math.max(value, low * 1e-6) / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** Round values within the scale, about `wanted` of them, in steps of 1, 2 or 5 times a power of ten. */
export function scaleTicks(scale: Scale, wanted: number): readonly number[] {
  return scale.isLog ? logTicks(scale, wanted) : linearTicks(scale, wanted);
}

function linearTicks({ low, high }: Scale, wanted: number): readonly number[] {
  const step = roundStep((high - low) / Math.max(1, wanted));
  const values: number[] = [];
  // Counted in steps: adding them up would end in 0.30000000000000004.
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) values.push(Number((n * step).toPrecision(12)));
  return values;
}

/** Powers of ten, with 2 and 5 times them where there is room. */
function logTicks({ low, high }: Scale, wanted: number): readonly number[] {
  const decades = Math.log10(high / low);
  const factors = decades * 3 <= wanted * 1.75 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((decades * factors.length) / Math.max(1, wanted * 1.75)));
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const value = Number((factor * 10 ** power).toPrecision(12));
      if (value >= low && value <= high) values.push(value);
    }
  }
  return values;
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
}

/** Decimals with which neighbouring ticks differ; 0 for a single one. */
export function tickDecimals(ticks: readonly number[]): number {
  const step = ticks.length < 2 ? 1 : Math.min(...ticks.slice(1).map((value, i) => value - ticks[i]));
  return Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

/**
 * Places near the wanted ones in their order, at least `gap` apart and within the ends where there is room for all, else
 * evenly spread over them.
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a] - wanted[b] || a - b);
  const places = new Array<number>(wanted.length).fill(low);
  const room = high - low;
  if (gap * (wanted.length - 1) >= room) {
    order.forEach((i, rank) => { places[i] = wanted.length < 2 ? Math.min(high, Math.max(low, wanted[i])) : low + (room * rank) / (wanted.length - 1); });
    return places;
  }
  // Groups of neighbours that touch move as one to the mean of what they want: isotonic regression by pooling neighbours.
  const groups: { sum: number; count: number }[] = [];
  const start = ({ sum, count }: { readonly sum: number; readonly count: number }): number => Math.min(high - gap * (count - 1), Math.max(low, sum / count));
  order.forEach((i) => {
    // What the group's first would want of this one.
    let last = { sum: wanted[i], count: 1 };
    for (let before = groups.at(-1); before !== undefined && start(before) + gap * before.count > start(last); before = groups.at(-1)) {
      last = { sum: before.sum + last.sum - gap * before.count * last.count, count: before.count + last.count };
      groups.pop();
    }
    groups.push(last);
  });
  let rank = 0;
  for (const group of groups) {
    const from = start(group);
    for (let k = 0; k < group.count; k++) places[order[rank++]] = from + k * gap;
  }
  return places;
}
