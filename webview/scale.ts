/** Axis arithmetic. Pure. */

/** Round whole numbers from 0 to at most `max`, about `wanted` of them, in steps of 1, 2 or 5 times a power of ten. */
export function ticks(max: number, wanted: number): readonly number[] {
  const rough = Math.max(1, max / Math.max(1, wanted));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const values: number[] = [];
  for (let value = 0; value <= max; value += step) values.push(value);
  return values;
}

/** Index of the entry of an ascending list that is nearest to `value`. */
export function nearest(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle;
  }
  return Math.abs(ascending[high] - value) < Math.abs(ascending[low] - value) ? high : low;
}
