import type { SampleView } from "../../src/protocol/samples.ts";
import type { Store } from "./store.ts";

const BATCH = 200;
/** Samples kept: those that were on the screen last. */
const MOST_KEPT = 20_000;

/** What samples look like, by row: asked for when they come on the screen, in batches. */
export class SampleCache {
  readonly #store: Store;
  readonly #known = new Map<number, SampleView>();
  readonly #asked = new Set<number>();
  #waiting = new Set<number>();
  #scheduled = false;

  constructor(store: Store) {
    this.#store = store;
    store.on(["data"], () => { this.#clear(); });
  }

  /** The sample, if it is known; else it is asked for, and the topic "samples" tells when it has come. */
  get(row: number): SampleView | null {
    const known = this.#known.get(row);
    if (known !== undefined) return known;
    if (!this.#asked.has(row)) {
      this.#waiting.add(row);
      this.#schedule();
    }
    return null;
  }

  /** Asks for samples that come on the screen soon. */
  want(rows: Iterable<number>): void {
    for (const row of rows) this.get(row);
  }

  /** Takes samples that came with something else. */
  put(samples: readonly SampleView[]): void {
    for (const sample of samples) this.#known.set(sample.row, sample);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      const { summary } = this.#store;
      // What came last on the screen comes first.
      const rows = [...this.#waiting].reverse();
      this.#waiting = new Set();
      if (summary === null) return;
      for (let start = 0; start < rows.length; start += BATCH) this.#ask(summary.key, rows.slice(start, start + BATCH));
    });
  }

  #ask(key: string, rows: readonly number[]): void {
    for (const row of rows) this.#asked.add(row);
    this.#store.requests.ask({ type: "getSamples", key, rows }, "samples").answer.then(({ samples }) => {
      for (const row of rows) this.#asked.delete(row);
      if (this.#store.summary?.key !== key) return;
      this.put(samples);
      for (const row of this.#known.keys()) {
        if (this.#known.size <= MOST_KEPT) break;
        this.#known.delete(row);
      }
      this.#store.emit("samples");
    }, () => {
      // The next time that it comes on the screen it is asked for again.
      for (const row of rows) this.#asked.delete(row);
    });
  }

  #clear(): void {
    this.#known.clear();
    this.#asked.clear();
    this.#waiting.clear();
  }
}
