/** Which thumbnails have been asked for, and which may be asked for once more. Pure. */
const MOST_TIMES = 2;

export class ThumbnailRequests {
  /** Times that an id has been asked for. */
  readonly #asked = new Map<string, number>();
  readonly #arrived = new Set<string>();

  /** Whether an id is to be asked for now; counts it as asked if so. */
  first(id: string): boolean {
    if (this.#asked.has(id)) return false;
    this.#asked.set(id, 1);
    return true;
  }

  /** It was not asked for after all. */
  forget(id: string): void {
    this.#asked.delete(id);
  }

  arrived(ids: readonly string[]): void {
    for (const id of ids) this.#arrived.add(id);
  }

  /** After a failed request: the ids still without an answer that have been asked for once only; counts them as asked again. */
  again(): readonly string[] {
    const ids = [...this.#asked].filter(([id, times]) => times < MOST_TIMES && !this.#arrived.has(id)).map(([id]) => id);
    for (const id of ids) this.#asked.set(id, MOST_TIMES);
    return ids;
  }

  clear(): void {
    this.#asked.clear();
    this.#arrived.clear();
  }
}
