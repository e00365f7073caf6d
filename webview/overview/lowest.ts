/** Rows of the `most` lowest values, lowest first; equal ones in the order of rows; NaN left out. Pure. */
export function lowest(values: ArrayLike<number>, most: number): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value) || (rows.length === most && value >= values[rows[most - 1]])) continue;
    let at = rows.length;
    while (at > 0 && values[rows[at - 1]] > value) at--;
    rows.splice(at, 0, row);
    if (rows.length > most) rows.pop();
  }
  return rows;
}
