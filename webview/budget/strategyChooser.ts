import * as l10n from "@vscode/l10n";
import type { StrategyCurve } from "../../src/protocol/budget.ts";
import { STRATEGIES } from "../../src/protocol/strategies.ts";
import { h } from "../controls/dom.ts";
import { checkbox, progressRing, type CheckboxControl } from "../controls/toolkit.ts";
import { RequestError, type Asked } from "../state/requests.ts";
import type { Store } from "../state/store.ts";

/** What is known of a strategy that is ticked. */
interface Chosen {
  /** The answer that is waited for. */
  readonly asked: Asked<unknown> | null;
  /** The last answer: it stays on the screen until the next one is there. */
  readonly curve: StrategyCurve | null;
  readonly problem: string | null;
}

/** Ticks for the strategies to compare with; each is computed when it is ticked. */
export class StrategyChooser {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #boxes = new Map<string, CheckboxControl>();
  readonly #chosen = new Map<string, Chosen>();
  readonly #computing = h("span");
  readonly #status = h("p", { class: "computing muted", attributes: { role: "status" } });
  readonly #problems = h("div", { attributes: { role: "alert" } });
  readonly #onChange: () => void;

  constructor(store: Store, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    for (const { name, title } of STRATEGIES) this.#boxes.set(name, checkbox(title, (checked) => { this.#toggle(name, checked); }));
    this.element = h("details", { class: "strategies" },
      h("summary", { text: l10n.t("Compare with other strategies") }),
      h("div", { class: "strategy-boxes", attributes: { "role": "group", "aria-label": l10n.t("Strategies to draw") } }, ...[...this.#boxes.values()].map((box) => box.element)),
      this.#status, this.#problems);
  }

  /** The curves that are there, in the order of the list. */
  get curves(): readonly StrategyCurve[] {
    return STRATEGIES.flatMap(({ name }) => this.#chosen.get(name)?.curve ?? []);
  }

  /** Another dataset or index: ticks what the view remembers, and forgets what was computed. */
  open(): void {
    this.#dropAll();
    this.#chosen.clear();
    const names = new Set(this.#store.memory.state.strategies);
    for (const { name } of STRATEGIES) if (names.has(name)) this.#chosen.set(name, { asked: null, curve: null, problem: null });
    for (const [name, box] of this.#boxes) box.check(names.has(name));
    if (this.#chosen.size > 0) this.element.setAttribute("open", "");
    this.#show();
  }

  /** Computes all that is ticked, as after a change of the data. */
  renew(): void {
    this.#dropAll();
    for (const [name, chosen] of this.#chosen) this.#ask(name, chosen.curve);
    this.#show();
  }

  #toggle(name: string, checked: boolean): void {
    if (checked === this.#chosen.has(name)) return;
    if (checked) this.#ask(name, null);
    else {
      this.#chosen.get(name)?.asked?.drop();
      this.#chosen.delete(name);
      this.#onChange();
    }
    this.#store.memory.keep({ strategies: [...this.#chosen.keys()] });
    this.#show();
  }

  #ask(name: string, curve: StrategyCurve | null): void {
    const asked = this.#store.requests.ask({ type: "getStrategy", name }, "strategy");
    this.#chosen.set(name, { asked, curve, problem: null });
    const settle = (answer: Chosen): void => {
      if (this.#chosen.get(name)?.asked !== asked) return;
      this.#chosen.set(name, answer);
      this.#show();
      this.#onChange();
    };
    asked.answer.then(({ result }) => { settle({ asked: null, curve: result, problem: null }); }, (error: unknown) => {
      settle({ asked: null, curve: null, problem: error instanceof RequestError ? error.message : String(error) });
    });
  }

  #dropAll(): void {
    for (const [name, chosen] of this.#chosen) {
      chosen.asked?.drop();
      this.#chosen.set(name, { ...chosen, asked: null });
    }
  }

  #show(): void {
    const titles = STRATEGIES.filter(({ name }) => (this.#chosen.get(name)?.asked ?? null) !== null).map(({ title }) => title);
    this.#computing.textContent = l10n.t("Computing: {0}…", titles.join("; "));
    this.#status.replaceChildren(...(titles.length === 0 ? [] : [progressRing(l10n.t("Computing strategies")), this.#computing]));
    this.#problems.replaceChildren(...STRATEGIES.flatMap(({ name, title }) => {
      const problem = this.#chosen.get(name)?.problem ?? null;
      return problem === null ? [] : [h("p", { class: "problem", text: l10n.t("{0} could not be computed: {1}", title, problem) })];
    }));
  }
}
