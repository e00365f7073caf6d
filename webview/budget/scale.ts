/** Axis arithmetic, and reading a line between its points. Pure. */

/** Round whole numbers from 0 to at most `max`, about `wanted` of them, in steps of 1, 2 or 5 times a power of ten. */
export function ticks(max: number, wanted: number): readonly number[] {
  const rough = Math.max(1, max / Math.max(1, wanted));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const values: number[] = [];
  for (let value = 0; value <= max; value += step) values.push(value);
  return values;
}

/** A reading between measured points. */
export interface Reading {
  /** Null where nothing was measured around it. */
  readonly value: number | null;
  /** Measured at this very place, not between two others. */
  readonly exact: boolean;
}

/** The value of a line at any place: that of the point there, or on the straight way between the points around it. @param places ascending */
export function valueAt(places: readonly number[], values: readonly (number | null)[], place: number): Reading {
  const last = places.length - 1;
  if (last < 0 || place < places[0] || place > places[last]) return { value: null, exact: false };
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle] <= place) low = middle;
    else high = middle;
  }
  if (places[high] === place) low = high;
  if (places[low] === place) return { value: values[low], exact: true };
  const before = values[low];
  const after = values[high];
  if (before === null || after === null) return { value: null, exact: false };
  return { value: before + ((after - before) * (place - places[low])) / (places[high] - places[low]), exact: false };
}

/** Finest step of a budget that is dragged: a thousandth of the dataset, or one sample. */
export function budgetStep(samples: number): number {
  return Math.max(1, Math.round(samples / 1000));
}
