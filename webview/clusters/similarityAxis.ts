/** The axis of nearest-neighbour similarities. Pure. */

/** Steps of the slider over its whole range, about. */
const STEPS = 200;
/** How many times as far from 1 as the threshold the axis begins: that is where what counts lies. */
const REACH = 4;
const MOST_BINS = 60;

/** Where the axis begins around the index's own threshold. */
export function axisStart(threshold: number): number {
  return Math.max(0, 1 - REACH * Math.max(0.01, 1 - threshold));
}

/** Where the slider begins, and its step: so that every value in between can be met and `lowest` is on it. */
export function similarityAxis(from: number, lowest: number): { readonly from: number; readonly step: number } {
  const range = 1 - Math.min(from, lowest);
  const step = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005].find((size) => range / size <= STEPS) ?? 0.01;
  // A whole number of steps below 1, and above 0, where no threshold can be.
  const begin = 1 - step * Math.ceil(range / step - 1e-9);
  return { from: Number(Math.max(step, begin).toFixed(4)), step };
}

export interface Bin {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  /** The bin holds all that lie lower too. */
  readonly andLower: boolean;
}

/**
 * Similarities counted in equal bins from about `from` to 1, each a whole number of steps wide, and the count that fills
 * the chart. The first bin, which holds all lower ones, does not set the scale where there are others: it would flatten them.
 * @param sorted ascending, in [0, 1]
 */
export function binsOf(sorted: Float32Array, from: number, step: number): { readonly bins: readonly Bin[]; readonly highest: number } {
  const steps = Math.max(1, Math.round((1 - from) / step));
  const width = step * Math.ceil(steps / MOST_BINS);
  const count = Math.ceil((1 - from) / width - 1e-9);
  const starts = Array.from({ length: count }, (_, i) => 1 - (count - i) * width);
  const places = starts.map((start, i) => (i === 0 ? 0 : sorted.length - countFrom(sorted, start)));
  const bins = starts.map((start, i): Bin => ({
    count: (places[i + 1] ?? sorted.length) - places[i], start: Math.max(from, start), end: start + width, andLower: i === 0 && from > 0,
  }));
  const others = Math.max(0, ...bins.slice(1).map((bin) => bin.count));
  return { bins, highest: others > 0 ? others : Math.max(1, bins[0]?.count ?? 0) };
}

/** How many are as high as `least` or higher. @param sorted ascending */
export function countFrom(sorted: Float32Array, least: number): number {
  // Similarities are stored in single precision: what is equal there counts as equal.
  const bound = Math.fround(least);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}

/** A threshold as it was typed; null where it is no similarity above 0. */
export function thresholdFrom(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && value > 0 && value <= 1 ? value : null;
}
