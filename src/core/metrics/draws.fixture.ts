import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";

/** The generator that test/metrics/reference.py describes: both sides draw the same numbers. */
export class Draws {
  constructor(private state: number) {}

  uniform(): number {
    this.state = (Math.imul(1664525, this.state) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }

  normal(): number {
    return this.uniform() + this.uniform() + this.uniform() - 1.5;
  }
}

/** Rows of length 1 in double, summed in order, then rounded to float32: as `unit_rows` of reference.py, to the bit. */
export function matrixOf(rows: readonly (readonly number[])[]): EmbeddingMatrix {
  const unit = rows.map((row) => {
    let squares = 0;
    for (const x of row) squares += x * x;
    return row.map((x) => x / Math.sqrt(squares));
  });
  return { rows: rows.length, dims: rows[0].length, data: Float32Array.from(unit.flat()) };
}

export function randomRows(seed: number, rows: number, dims: number): number[][] {
  const draws = new Draws(seed);
  return Array.from({ length: rows }, () => Array.from({ length: dims }, () => draws.normal()));
}

export const EMPTY: EmbeddingMatrix = { rows: 0, dims: 2, data: new Float32Array(0) };
