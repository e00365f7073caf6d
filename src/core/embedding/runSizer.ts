/** Each size is measured this many times; the middle one counts. */
const TRIES = 3;
/** A size that is slower than the best by this factor ends the search. */
const WORSE = 1.1;
/** A larger size must be faster than a smaller one by this factor to be taken. */
const BETTER = 0.98;

/**
 * How much work a run of a network is given, found by measurement on the work itself: sizes are tried upwards, as long
 * as a run is expected to stay below a limit, and the one with the least time for each unit is used from then on.
 */
export class RunSizer {
  private readonly sizes: readonly number[];
  private readonly longest: number;
  /** Seconds a unit by size, as far as they are measured. */
  private readonly costs: number[] = [];
  private tries: number[] = [];
  private at = 0;
  /** The size that measured best. */
  private best = 0;
  private isSettled: boolean;

  /**
   * @param sizes ascending, in images, or in tokens
   * @param longest seconds that a run may take, so that a cancel lands soon
   */
  constructor(sizes: readonly number[], longest = 0.4) {
    this.sizes = sizes;
    this.longest = longest;
    this.isSettled = sizes.length === 1;
  }

  /** Units for the next run; a run may also be of fewer, where there are no more. */
  get size(): number {
    return this.sizes[this.at];
  }

  get settled(): boolean {
    return this.isSettled;
  }

  /** @param units how many a run had @param seconds how long it took */
  record(units: number, seconds: number): void {
    if (this.isSettled) {
      this.keepShort(units, seconds);
      return;
    }
    // A run of much less than the size tells nothing of it.
    if (2 * units < this.size) return;
    this.tries.push(seconds / units);
    // The first run of a size may be long for once, as some runtimes compile for it.
    const isTooLong = this.tries.length > 1 && Math.min(...this.tries) * units > 2 * this.longest;
    if (this.tries.length < TRIES && !isTooLong) return;
    const cost = this.tries.sort((a, b) => a - b)[(this.tries.length - 1) >> 1];
    this.costs.push(cost);
    this.tries = [];
    const next = this.sizes.at(this.at + 1);
    const best = Math.min(...this.costs);
    if (next === undefined || cost * next > this.longest || cost > WORSE * best) this.settle();
    else this.at++;
  }

  /** What comes later may be heavier, or the machine busier, than when it was measured: then a smaller size, as long as that lasts. */
  private keepShort(units: number, seconds: number): void {
    if (2 * units < this.size) return;
    const cost = seconds / units;
    this.tries = [...this.tries, cost].slice(-TRIES);
    if (this.tries.length < TRIES) return;
    const isTooLong = Math.min(...this.tries) * this.size > this.longest;
    const fitsLarger = this.at < this.best && Math.max(...this.tries) * this.sizes[this.at + 1] < this.longest;
    if (isTooLong && this.at > 0) this.at--;
    else if (fitsLarger) this.at++;
    else return;
    this.tries = [];
  }

  private settle(): void {
    this.isSettled = true;
    this.tries = [];
    this.at = 0;
    this.costs.forEach((cost, i) => {
      if (cost < BETTER * this.costs[this.at] && (cost * this.sizes[i] <= this.longest || i === 0)) this.at = i;
    });
    this.best = this.at;
  }
}
