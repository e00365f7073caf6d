/** Which samples have been looked at, as a browser remembers pages. Pure. */

const MOST_KEPT = 200;

export class LookedAt {
  #rows: number[] = [];
  #at = -1;

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#rows.length - 1;
  }

  /** Looks at a sample: what lay ahead is forgotten, unless it is the one shown already. */
  visit(row: number): void {
    if (this.#rows[this.#at] === row) return;
    this.#rows = [...this.#rows.slice(0, this.#at + 1), row].slice(-MOST_KEPT);
    this.#at = this.#rows.length - 1;
  }

  /** @param step −1 or 1; @returns the sample there, or null at the end */
  go(step: number): number | null {
    const to = this.#at + step;
    if (to < 0 || to >= this.#rows.length) return null;
    this.#at = to;
    return this.#rows[to];
  }

  clear(): void {
    this.#rows = [];
    this.#at = -1;
  }
}
