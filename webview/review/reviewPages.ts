/** The entries of a long list, fetched page by page as they come on the screen. Pure but for the function that asks. */
import type { ReviewEntry, ReviewSamplesResult } from "../../src/protocol/review.ts";
import { pagesOf, type Rows } from "../controls/virtualWindow.ts";
import type { Asked } from "../state/requests.ts";

export const PAGE_SIZE = 100;
/** Pages kept: those that came last. */
const MOST_KEPT = 200;

/** Asks for entries from a place of the list on. */
export type AskEntries = (offset: number, limit: number) => Asked<{ readonly result: ReviewSamplesResult }>;

export class ReviewPages {
  readonly #changed: () => void;
  readonly #known = new Map<number, readonly ReviewEntry[]>();
  readonly #asked = new Map<number, { readonly drop: () => void }>();
  #ask: AskEntries | null = null;
  #total: number | null = null;
  #problem: string | null = null;

  /** @param changed entries have come, or their number, or a problem */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Entries in the list; null while that is not known. */
  get total(): number | null {
    return this.#total;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Another list, or the same one anew. Null: none. */
  open(ask: AskEntries | null): void {
    for (const asked of this.#asked.values()) asked.drop();
    this.#asked.clear();
    this.#known.clear();
    this.#ask = ask;
    this.#total = null;
    this.#problem = null;
    this.#fetch(0);
  }

  /** The entry at a place of the list; null while it is not known: {@link want} asks for it. */
  get(index: number): ReviewEntry | null {
    return this.#known.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE] ?? null;
  }

  /** Asks for what is on the screen; what was asked for and has left it is not waited for. */
  want(rows: Rows): void {
    const wanted = new Set(pagesOf(rows, PAGE_SIZE));
    for (const [page, asked] of this.#asked) {
      if (wanted.has(page) || page === 0) continue;
      asked.drop();
      this.#asked.delete(page);
    }
    if (this.#problem === null) for (const page of wanted) this.#fetch(page);
  }

  /** Entries that are known, in no order. */
  *known(): Iterable<ReviewEntry> {
    for (const entries of this.#known.values()) yield* entries;
  }

  #fetch(page: number): void {
    if (this.#ask === null || this.#known.has(page) || this.#asked.has(page)) return;
    const asked = this.#ask(page * PAGE_SIZE, PAGE_SIZE);
    this.#asked.set(page, asked);
    asked.answer.then(({ result }) => {
      this.#asked.delete(page);
      this.#total = result.total;
      this.#known.set(page, result.entries);
      for (const old of this.#known.keys()) {
        if (this.#known.size <= MOST_KEPT) break;
        this.#known.delete(old);
      }
      this.#changed();
    }, (error: unknown) => {
      this.#asked.delete(page);
      this.#problem = error instanceof Error ? error.message : String(error);
      this.#changed();
    });
  }
}
