/** The chosen samples. */
import { rowsFromText, rowsToText } from "../../src/protocol/columns.ts";

/** A set of rows as one byte a row, so that a hundred thousand of them are chosen in a millisecond. Pure. */
export class RowSet {
  /** 1 for rows in the set. Not to be written to. */
  readonly mask: Uint8Array;
  #size = 0;

  /** @param count of all rows there are */
  constructor(count: number) {
    this.mask = new Uint8Array(count);
  }

  get size(): number {
    return this.#size;
  }

  has(row: number): boolean {
    return this.mask[row] === 1;
  }

  add(rows: ArrayLike<number>): void {
    for (let at = 0; at < rows.length; at++) {
      this.#size += 1 - this.mask[rows[at]];
      this.mask[rows[at]] = 1;
    }
  }

  remove(rows: ArrayLike<number>): void {
    for (let at = 0; at < rows.length; at++) {
      this.#size -= this.mask[rows[at]];
      this.mask[rows[at]] = 0;
    }
  }

  clear(): void {
    this.mask.fill(0);
    this.#size = 0;
  }

  /** Ascending. */
  rows(): Uint32Array {
    const rows = new Uint32Array(this.#size);
    for (let row = 0, at = 0; at < rows.length; row++) if (this.mask[row] === 1) rows[at++] = row;
    return rows;
  }

  toText(): string {
    return rowsToText(this.rows());
  }

  /** Replaces the set by what {@link toText} wrote; by none where the text is none. */
  fromText(text: string): void {
    this.clear();
    this.add(rowsFromText(text, this.mask.length) ?? []);
  }
}
