import type { Inspected } from "../app/page.ts";

/** Screens a second at which rows pass faster than they could be looked at: nothing is asked for until it is slower. */
const FAST = 5;
const SETTLED_MS = 40;

/** How fast a list is scrolled, and which way. */
export class ScrollPace {
  readonly #settled: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #top = 0;
  #time = 0;
  #isFast = false;
  #isDown = true;

  /** @param settled called when fast scrolling has come to rest */
  constructor(settled: () => void) {
    this.#settled = settled;
  }

  get isFast(): boolean {
    return this.#isFast;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** @param now milliseconds */
  moved(top: number, screen: number, now: number): void {
    const distance = top - this.#top;
    const seconds = Math.max(0.008, (now - this.#time) / 1000);
    this.#top = top;
    this.#time = now;
    if (distance !== 0) this.#isDown = distance > 0;
    const wasFast = this.#isFast;
    this.#isFast = Math.abs(distance) / Math.max(1, screen) / seconds > FAST;
    clearTimeout(this.#timer);
    if (!this.#isFast) {
      if (wasFast) this.#settled();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#isFast = false;
      this.#settled();
    }, SETTLED_MS);
  }
}

/** Fetches what comes on the screen next: samples, then their thumbnails. */
export class Ahead {
  readonly #inspected: Inspected;
  #rows: Uint32Array = new Uint32Array(0);
  #scheduled = false;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
  }

  /** After the next frame, so that what is on the screen now is asked for first. */
  want(rows: Uint32Array): void {
    this.#rows = rows;
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      this.#scheduled = false;
      this.fetch();
    }));
  }

  /** Also when samples have come. */
  fetch(): void {
    const { store, samples, thumbnails } = this.#inspected;
    const known = [...this.#rows].map((row) => samples.get(row)).filter((sample) => sample !== null);
    if (store.summary?.kind === "image" || store.summary?.kind === "pair") thumbnails.fetchAhead(known.map(({ id }) => id));
  }
}
