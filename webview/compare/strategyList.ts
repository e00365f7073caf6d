import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import { h, linkButton } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import { inOrder } from "./curveSeries.ts";
import { figureText, NONE } from "./figures.ts";
import { nameText } from "./priceWords.ts";
import { keepingFocus, strategyKey } from "./strategyKey.ts";
import { meanOf } from "./verdict.ts";

/** Chosen, or no more where it was. */
export function chooseStrategy(model: CompareModel, strategy: number): void {
  const name = model.view?.strategies[strategy]?.name;
  if (name !== undefined) model.choose({ strategy: model.choice.strategy === name ? "" : name });
}

/** The key of charts that is a list too: strategies with their figure, to be shown, hidden and chosen. */
export class StrategyList {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #light: (strategy: number | null) => void;
  readonly #list = h("ul", { class: "strategy-list" });
  readonly #count = h("span", { class: "strategy-count" });
  readonly #all: HTMLButtonElement;

  /** @param light highlights a strategy in the charts */
  constructor(model: CompareModel, light: (strategy: number | null) => void) {
    this.#model = model;
    this.#light = light;
    this.#all = linkButton(l10n.t("Show all"), l10n.t("Show all strategies"), "all", () => { model.choose({ hidden: [] }); });
    this.element = h("section", { class: "strategies", attributes: { "aria-label": l10n.t("Strategies") } }, h("div", { class: "strategies-head" }, this.#count, this.#all), this.#list);
  }

  /** @param full those that are drawn in full */
  draw(full: ReadonlySet<number>): void {
    const { view, budget, utility, drawn } = this.#model;
    if (view === null) return;
    const all = view.strategies.map((_, s) => s);
    this.#count.textContent = l10n.t("{0} of {1} strategies shown, the best at {2} first", formatCount(drawn.length), formatCount(all.length), nameText(view.budgets[budget]?.name ?? ""));
    this.#all.disabled = drawn.length === all.length;
    keepingFocus(this.#list, () => { this.#list.replaceChildren(...inOrder(view, budget, utility, all).map((s) => this.#row(s, drawn.includes(s), full.has(s)))); });
  }

  #row(strategy: number, isShown: boolean, isFull: boolean): HTMLElement {
    const { view, budget, utility } = this.#model;
    if (view === null) return h("li");
    const { name, title } = view.strategies[strategy];
    const text = nameText(title);
    const estimated = meanOf(this.#model.cell(budget, utility, strategy));
    const box = h("input", { attributes: { "type": "checkbox", "aria-label": l10n.t("Show {0}", text), "data-key": `show ${name}` } });
    box.checked = isShown;
    box.addEventListener("change", () => {
      const { hidden } = this.#model.choice;
      this.#model.choose({ hidden: box.checked ? hidden.filter((own) => own !== name) : [...hidden, name] });
    });
    const choose = h("button", { class: "strategy-choice", title: l10n.t("Highlight {0} in every chart", text), attributes: { "type": "button", "aria-pressed": String(this.#model.strategy === strategy), "data-key": `choose ${name}` } },
      strategyKey(strategy, view.baseline), h("bdi", { class: "strategy-name", text }), h("span", { class: "figure muted", text: estimated === null ? NONE : figureText(view.utilities[utility], estimated.mean) }));
    choose.addEventListener("click", () => { chooseStrategy(this.#model, strategy); });
    const row = h("li", { class: `strategy-row${isShown ? "" : " off"}${isFull ? "" : " faint"}${strategy === view.baseline ? " is-baseline" : ""}` }, box, choose);
    row.addEventListener("pointerenter", () => { this.#light(strategy); });
    row.addEventListener("pointerleave", () => { this.#light(null); });
    return row;
  }
}
