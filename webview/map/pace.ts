/** How many points are drawn while the map moves: as many as the graphics draw smoothly. Pure. */

const FIRST = 250_000;
const LEAST = 15_000;
/** Frames that take longer look jerky, in milliseconds. */
const SLOW_MS = 45;
const FAST_MS = 22;
/** A longer pause is no frame, but that nothing moved. */
const PAUSE_MS = 1000;

export class Pace {
  #most = FIRST;
  #last = -Infinity;

  /** Points to be drawn in this frame of a movement. @param now in milliseconds */
  next(now: number): number {
    const took = now - this.#last;
    this.#last = now;
    if (took > SLOW_MS && took < PAUSE_MS) this.#most = Math.max(LEAST, this.#most * 0.6);
    else if (took < FAST_MS) this.#most = Math.min(1e8, this.#most * 1.2);
    return Math.round(this.#most);
  }

  /** The movement is over. */
  rest(): void {
    this.#last = -Infinity;
  }
}
