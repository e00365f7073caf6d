/** Runs one request at a time; of those made meanwhile the last one follows, the others never run. Pure. */
export class LatestOnly<T> {
  readonly #run: (value: T) => void;
  #isRunning = false;
  #next: { readonly value: T } | null = null;

  constructor(run: (value: T) => void) {
    this.#run = run;
  }

  ask(value: T): void {
    if (this.#isRunning) {
      this.#next = { value };
      return;
    }
    this.#isRunning = true;
    this.#run(value);
  }

  /** The request under way has been answered, or has failed. */
  done(): void {
    const next = this.#next;
    this.#next = null;
    this.#isRunning = next !== null;
    if (next !== null) this.#run(next.value);
  }

  /** What was asked for no longer counts. */
  clear(): void {
    this.#isRunning = false;
    this.#next = null;
  }
}
