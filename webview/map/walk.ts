/** Steps from point to point with the keyboard: all of them, near ones one after the other. Pure. */

const BITS = 13;
const CELLS = 2 ** BITS;
/** Place and row share the 53 bits of a number that are exact. */
const ROWS = 2 ** (53 - 2 * BITS);

/** Place of a cell on the Hilbert curve, whose neighbours are neighbours in the plane (after Wikipedia's xy2d). */
function hilbertPlace(x: number, y: number): number {
  let place = 0;
  for (let half = CELLS / 2; half >= 1; half /= 2) {
    const rx = (x & half) > 0 ? 1 : 0;
    const ry = (y & half) > 0 ? 1 : 0;
    place += half * half * ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) {
        x = CELLS - 1 - x;
        y = CELLS - 1 - y;
      }
      [x, y] = [y, x];
    }
  }
  return place;
}

/**
 * Rows in the order in which one steps through them.
 * @param xy two coordinates in [−1, 1] a row
 * @param rows the rows to step through, below 2^27
 */
export function walkOrder(xy: Float32Array, rows: Uint32Array): Uint32Array {
  const cell = (coordinate: number): number => Math.max(0, Math.min(CELLS - 1, Math.floor(((coordinate + 1) / 2) * CELLS) || 0));
  // Place and row in one number, which sorts without a comparison function.
  const keys = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) keys[at] = hilbertPlace(cell(xy[2 * rows[at]]), cell(xy[2 * rows[at] + 1])) * ROWS + rows[at];
  keys.sort();
  return Uint32Array.from(keys, (key) => key % ROWS);
}
