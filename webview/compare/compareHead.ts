import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import { button } from "../controls/toolkit.ts";
import type { CompareModel } from "./compareModel.ts";
import { budgetTitle, comparedParts, hasPlaceholders, originTitle } from "./compareWords.ts";
import { shownUtilities } from "./matrixRows.ts";
import { nameText } from "./priceWords.ts";
import { verdictOf } from "./verdict.ts";

/** What was compared, who leads at the budget that is looked at, and what can be done with it. */
export class CompareHead {
  readonly element: HTMLElement;
  /** What can be done with the comparison; nothing in a report. */
  readonly actions = h("div", { class: "compare-buttons" });
  readonly #model: CompareModel;
  readonly #facts = h("p", { class: "compare-facts muted" });
  readonly #lead = h("strong", { attributes: { dir: "auto" } });
  readonly #sure = h("span", { attributes: { dir: "auto" } });
  readonly #budget = selectBox<string>(l10n.t("Budget"), (budget) => { this.#model.choose({ budget }); });
  readonly #utility = selectBox<string>(l10n.t("Utility"), (utility) => { this.#model.choose({ utility }); });
  readonly #stale: HTMLElement;
  readonly #placeholders: HTMLElement;
  readonly #buttons;

  constructor(inspected: Inspected, model: CompareModel) {
    this.#model = model;
    const { channel, readOnly } = inspected.store;
    this.#buttons = readOnly ? [] : [
      button(l10n.t("Compare Again…"), "primary", () => { channel.send({ type: "compare" }); }),
      button(l10n.t("Open Result…"), "secondary", () => { channel.send({ type: "openComparison" }); }),
      button(l10n.t("Export…"), "secondary", () => { channel.send({ type: "exportComparison" }); }),
    ];
    this.actions.append(...this.#buttons.map(({ element }) => element));
    this.#stale = notice("!", l10n.t("The dataset has changed since it was compared."));
    const prices = h("button", { class: "link", text: l10n.t("Look at the prices"), attributes: { type: "button" } });
    prices.addEventListener("click", () => { model.choose({ part: "prices" }); });
    this.#placeholders = notice("?", l10n.t("Costs rest on placeholder prices."), prices);
    this.element = h("header", { class: "compare-head" },
      this.#facts,
      h("div", { class: "compare-choices" }, this.#budget.element, this.#utility.element),
      h("p", { class: "compare-verdict", attributes: { role: "status" } }, this.#lead, document.createTextNode(" "), this.#sure),
      h("div", { class: "compare-notices" }, this.#stale, this.#placeholders));
  }

  busy(isBusy: boolean): void {
    for (const control of this.#buttons) control.enable(!isBusy);
  }

  draw(): void {
    const { view, budget, utility, edits, pricing } = this.#model;
    if (view === null) return;
    this.#drawFacts(view);
    this.#budget.set(view.budgets.map((own) => ({ id: own.name, title: budgetTitle(own) })), view.budgets[budget]?.name ?? "");
    this.#utility.set(shownUtilities(view, true, utility).map((u) => {
      const { name, title, origin } = view.utilities[u];
      return { id: name, title: nameText(title), group: originTitle(origin) };
    }), view.utilities[utility]?.name ?? "");
    const { lead, sure } = verdictOf(view, budget, utility);
    // A status that is written anew is read anew.
    if (this.#lead.textContent !== lead) this.#lead.textContent = lead;
    if (this.#sure.textContent !== sure) this.#sure.textContent = sure;
    this.#stale.hidden = !view.stale;
    this.#placeholders.hidden = !hasPlaceholders(view.sources, edits, (pricing ?? view.pricing).spend.unit);
  }

  #drawFacts(view: ComparisonView): void {
    const when = new Date(view.written);
    const date = h("time", { text: when.toLocaleDateString(undefined, { dateStyle: "medium" }), title: when.toLocaleString(), attributes: { datetime: when.toISOString() } });
    this.#facts.replaceChildren(...comparedParts(view).flatMap((text) => [h("span", { text, attributes: { dir: "auto" } }), document.createTextNode(" · ")]), date);
  }
}

function notice(mark: string, text: string, ...more: readonly Node[]): HTMLElement {
  return h("p", { class: "compare-notice" }, h("span", { class: "state-mark", text: mark, attributes: { "aria-hidden": "true" } }), h("span", { text }), ...more);
}
