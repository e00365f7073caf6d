import { breathe } from "../breathe.ts";
import { throwIfCancelled } from "../errors.ts";

/** Longest time in which nobody else is answered, in milliseconds. */
const TURN_MS = 15;

/** Shares the thread: long work is cut into steps, and between two of them others have their turn every 15 ms. */
export class Turns {
  private readonly signal: AbortSignal | undefined;
  private readonly onProgress: ((done: number, total: number) => void) | undefined;
  private readonly total: number;
  private done = 0;
  private told = 0;
  private since = performance.now();

  /** @param total of all amounts that will be given to {@link each} */
  constructor(total: number, signal: AbortSignal | undefined, onProgress: ((done: number, total: number) => void) | undefined) {
    throwIfCancelled(signal);
    this.total = total;
    this.signal = signal;
    this.onProgress = onProgress;
  }

  /**
   * Runs `step(from, to)` over 0 … count − 1 in pieces of at most `size`, and counts `amount` as done by its end.
   * @throws CancelledError soon after the signal fires
   */
  async each(count: number, size: number, amount: number, step: (from: number, to: number) => void): Promise<void> {
    const before = this.done;
    for (let from = 0; from < count; from += size) {
      const to = Math.min(count, from + size);
      step(from, to);
      this.done = before + (amount * to) / count;
      if (performance.now() - this.since < TURN_MS) continue;
      this.tell();
      await breathe(this.signal);
      this.since = performance.now();
    }
    this.done = before + amount;
  }

  /** Says that all is done. */
  finish(): void {
    this.done = this.total;
    this.tell();
  }

  private tell(): void {
    const done = Math.min(this.total, Math.floor(this.done));
    if (done > this.told) this.onProgress?.(done, this.total);
    this.told = Math.max(this.told, done);
  }
}
