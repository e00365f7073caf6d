/** How fast a long job goes. */
export interface Pace {
  /** Units a second at present. */
  readonly rate: number;
  /** Seconds for what is left at that rate. */
  readonly secondsLeft: number;
}

/** Work from before this long ago counts for little, in seconds. */
const MEMORY = 5;
/** Nothing is said before this long, in seconds: first batches also warm the network up. */
const LEAST = 1;

/** Measures a pace as an average that forgets what lies back, so that it follows the job and does not flicker. */
export class PaceMeter {
  private units = 0;
  private seconds = 0;
  private total = 0;
  private last: number;

  /** @param now in milliseconds */
  constructor(now = performance.now()) {
    this.last = now;
  }

  /** @param done units that were worked on since the last call; those that were found ready do not count */
  add(done: number, now = performance.now()): void {
    const elapsed = Math.max(0, now - this.last) / 1000;
    this.last = now;
    // What was ready takes next to no time: it says nothing of the pace.
    if (done === 0) return;
    const kept = Math.exp(-elapsed / MEMORY);
    this.units = this.units * kept + done;
    this.seconds = this.seconds * kept + elapsed;
    this.total += elapsed;
  }

  /** @param left units to go @returns null while too little was seen */
  pace(left: number): Pace | null {
    if (this.total < LEAST || this.seconds === 0) return null;
    const rate = this.units / this.seconds;
    return { rate, secondsLeft: left / rate };
  }
}
