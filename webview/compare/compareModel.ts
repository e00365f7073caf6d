import { isDefined, type ComparedSubset, type ComparisonCell, type ComparisonPricing, type ComparisonView, type Cost, type PriceEdit, type PricingQuestion } from "../../src/protocol/comparison.ts";
import { debounced } from "../controls/dom.ts";
import { RequestError, type Asked } from "../state/requests.ts";
import type { Store } from "../state/store.ts";
import type { Compared } from "../state/viewState.ts";

/** "comparison": another one; "choice": what is looked at; "prices": costs and rankings under other prices. */
export type CompareTopic = "comparison" | "choice" | "prices";

const PRICING_DELAY = 120;

/** The comparison on the screen, what of it is looked at, and the prices that the user tries. */
export class CompareModel {
  readonly store: Store;
  readonly #listeners = new Map<CompareTopic, (() => void)[]>();
  #view: ComparisonView | null = null;
  #pricing: ComparisonPricing | null = null;
  #question: PricingQuestion = { prices: [], utility: null, spend: null };
  /** The question that the prices on the screen answer. */
  #answered = this.#question;
  #asked: Asked<unknown> | null = null;
  #problem: string | null = null;
  readonly #ask = debounced(PRICING_DELAY, () => { void this.#askPricing(); });

  constructor(store: Store) {
    this.store = store;
  }

  on(topics: readonly CompareTopic[], listener: () => void): void {
    for (const topic of topics) this.#listeners.set(topic, [...this.#listeners.get(topic) ?? [], listener]);
  }

  #emit(topic: CompareTopic): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  /** Null until one is there. */
  get view(): ComparisonView | null {
    return this.#view;
  }

  show(view: ComparisonView | null): void {
    const isSame = view !== null && this.#view !== null && view.file === this.#view.file && view.written === this.#view.written;
    this.#view = view;
    if (!isSame) {
      this.#asked?.drop();
      this.#asked = null;
      this.#pricing = null;
      this.#problem = null;
      this.#question = { prices: [], utility: null, spend: null };
      this.#answered = this.#question;
    }
    this.#emit("comparison");
  }

  /** As it is remembered; see `budget`, `utility`, `strategy` for what it means here. */
  get choice(): Compared {
    return this.store.memory.state.compare;
  }

  choose(change: Partial<Compared>): void {
    this.store.memory.keep({ compare: { ...this.choice, ...change } });
    this.#emit("choice");
  }

  /** Number of the budget that is looked at: the one that was chosen, else the one in the middle. */
  get budget(): number {
    const budgets = this.#view?.budgets ?? [];
    const found = budgets.findIndex(({ name }) => name === this.choice.budget);
    return found >= 0 ? found : Math.max(0, Math.floor((budgets.length - 1) / 2));
  }

  /** Number of the utility that is looked at: the one that was chosen, else the headline. */
  get utility(): number {
    const found = this.#view?.utilities.findIndex(({ name }) => name === this.choice.utility) ?? -1;
    return found >= 0 ? found : this.#view?.pricing.utility ?? 0;
  }

  /** Number of the strategy that is looked at, null for none. */
  get strategy(): number | null {
    const found = this.#view?.strategies.findIndex(({ name }) => name === this.choice.strategy) ?? -1;
    return found < 0 ? null : found;
  }

  /** Numbers of the strategies that are drawn, in their order. */
  get drawn(): readonly number[] {
    const hidden = new Set(this.choice.hidden);
    return (this.#view?.strategies ?? []).flatMap(({ name }, s) => (hidden.has(name) ? [] : [s]));
  }

  cell(budget: number, utility: number, strategy: number): ComparisonCell | null {
    return this.#view?.cells[budget]?.[utility]?.[strategy] ?? null;
  }

  /** Null where the strategy has no subset at the budget. */
  subset(budget: number, strategy: number): ComparedSubset | null {
    const found = this.#view?.subsets[budget]?.[strategy];
    return found === undefined || !isDefined(found) ? null : found;
  }

  /** Under the prices that are tried; null where the strategy has no subset at the budget. */
  cost(budget: number, strategy: number): Cost | null {
    return this.pricing?.costs[budget]?.[strategy] ?? null;
  }

  get pricing(): ComparisonPricing | null {
    return this.#pricing ?? this.#view?.pricing ?? null;
  }

  /** Prices that the user tries in place of the file's. */
  get edits(): readonly PriceEdit[] {
    return this.#question.prices;
  }

  get question(): PricingQuestion {
    return this.#question;
  }

  /** What is on the screen answers an earlier question; the next one's answer is under way. */
  get isPricing(): boolean {
    return this.#answered !== this.#question;
  }

  /** Why the last question of prices has no answer. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Other prices, another utility to rank by, another amount to spend: answered under the topic "prices". */
  price(change: Partial<PricingQuestion>): void {
    this.#question = { ...this.#question, ...change };
    this.#ask();
  }

  async #askPricing(): Promise<void> {
    this.#asked?.drop();
    const question = this.#question;
    const asked = this.store.requests.ask({ type: "getPricing", question }, "pricing");
    this.#asked = asked;
    try {
      const { result } = await asked.answer;
      this.#pricing = result;
      this.#problem = null;
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      this.#problem = thrown.cancelled ? null : thrown.message;
    }
    this.#answered = question;
    this.#emit("prices");
  }
}
