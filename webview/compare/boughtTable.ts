import * as l10n from "@vscode/l10n";
import { isDefined, type ComparisonPricing, type ComparisonView, type PricedStanding } from "../../src/protocol/comparison.ts";
import { asSentence, formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import { figureText, NONE } from "./figures.ts";
import { PRICE_PARTS } from "./priceEdits.ts";
import { amountText, nameText, partTitle, priceFigure } from "./priceWords.ts";
import { strategyIcon } from "./strategyIcon.ts";

const ROW = { role: "row" } as const;

/** What the amount buys of every strategy: samples, what they cost, what they are worth. */
export class BoughtTable {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #title = h("h2");
  readonly #legend = h("ul", { class: "legend", attributes: { "aria-hidden": "true" } });
  readonly #table = h("div", { class: "bought", attributes: { role: "table" } });
  readonly #none = h("ul", { class: "buys-nothing" });
  readonly #note = h("p", { class: "muted" });

  constructor(model: CompareModel) {
    this.#model = model;
    this.element = h("section", { class: "bought-part" }, this.#title, this.#legend, this.#table, this.#none, this.#note);
  }

  draw(): void {
    const { view, pricing, drawn } = this.#model;
    if (view === null || pricing === null) return;
    const { spend, standings, tolerance } = pricing;
    const utility = view.utilities[pricing.utility];
    const words = l10n.t("What {0} buys", amountText(spend.amount, spend.unit, nameText(view.currency)));
    this.#title.textContent = words;
    this.#table.setAttribute("aria-label", words);
    const sign = utility.better === "high" ? -1 : 1;
    const value = (s: number): number => {
      const { utility: own } = standings[s];
      return isDefined(own) ? sign * own.value : Infinity;
    };
    const place = (s: number): number => (standings[s].rank > 0 ? standings[s].rank : Infinity);
    const bought = drawn.filter((s) => standings[s].samples > 0).sort((a, b) => (place(a) === place(b) ? (value(a) === value(b) ? a - b : value(a) - value(b)) : place(a) - place(b)));
    const focused = this.#table.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") ?? null : null;
    this.#table.replaceChildren(this.#head(utility.title, spend.unit === "money" ? l10n.t("Spent on, {0}", nameText(view.currency)) : l10n.t("Spent on")), ...bought.map((s) => this.#row(view, pricing, s)));
    if (focused !== null) this.#table.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    this.#table.hidden = bought.length === 0;
    const parts = PRICE_PARTS.filter((part) => bought.some((s) => standings[s].parts[part][spend.unit] > 0));
    this.#legend.replaceChildren(...parts.map((part) => h("li", {}, h("span", { class: `swatch part-${part}` }), h("span", { text: partTitle(part) }))));
    this.#legend.hidden = parts.length === 0;
    this.#drawNone(view, standings, drawn.filter((s) => standings[s].samples === 0));
    const isTied = bought.some((a) => standings[a].rank > 0 && bought.some((b) => b !== a && standings[b].rank === standings[a].rank));
    const hidden = view.strategies.length - drawn.length;
    this.#note.textContent = [
      ...(isTied ? [l10n.t("Strategies that differ by no more than {0} share a rank: so far may means be off by chance.", figureText(utility, tolerance))] : []),
      ...(bought.length > 0 ? [l10n.t("A utility is read off the strategy's own curve over the measured sizes.")] : []),
      ...(hidden === 0 ? [] : [hidden === 1 ? l10n.t("1 strategy is not shown.") : l10n.t("{0} strategies are not shown.", formatCount(hidden))]),
    ].join(" ");
  }

  #head(utility: string, spent: string): HTMLElement {
    const cell = (name: string, text: string): HTMLElement => h("div", { class: name, text, attributes: { role: "columnheader", dir: "auto" } });
    return h("div", { class: "bought-row bought-head", attributes: ROW }, cell("rank", l10n.t("Rank")), cell("name", l10n.t("Strategy")), cell("count", l10n.t("Samples")), cell("worth", nameText(utility)), cell("spent", spent));
  }

  #row(view: ComparisonView, pricing: ComparisonPricing, s: number): HTMLElement {
    const { spend } = pricing;
    const { samples, utility, rank, parts } = pricing.standings[s];
    const { title, name } = view.strategies[s];
    const isChosen = this.#model.strategy === s;
    const choose = h("button", { class: "bought-name", title: l10n.t("Mark {0} in every chart", nameText(title)), attributes: { "type": "button", "aria-pressed": String(isChosen), "data-key": String(s) } }, strategyIcon(s), h("bdi", { text: nameText(title) }));
    choose.addEventListener("click", () => { this.#model.choose({ strategy: isChosen ? "" : name }); });
    const cell = (kind: string, ...children: readonly Node[]): HTMLElement => h("div", { class: kind, attributes: { role: "cell" } }, ...children);
    const text = (own: string): Node => document.createTextNode(own);
    const worth = isDefined(utility) ? figureText(view.utilities[pricing.utility], utility.value) : NONE;
    const reason = isDefined(utility) ? [] : [h("span", { class: "reason muted", text: asSentence(utility.notDefined), attributes: { dir: "auto" } })];
    const own = PRICE_PARTS.flatMap((part) => (parts[part][spend.unit] > 0 ? [{ part, value: parts[part][spend.unit] }] : []));
    const bar = h("div", { class: "spent-bar", attributes: { "aria-hidden": "true" } }, ...own.map(({ part, value }) => {
      const piece = h("span", { class: `part-${part}` });
      piece.style.width = `${Math.min(100, (100 * value) / Math.max(spend.amount, Number.MIN_VALUE))}%`;
      return piece;
    }));
    // The unit of money stands in the title.
    const amount = (value: number): string => (spend.unit === "money" ? priceFigure(value) : amountText(value, spend.unit, ""));
    const said = own.length === 0 ? l10n.t("nothing: it is free") : own.map(({ part, value }) => l10n.t("{0} {1}", partTitle(part).toLowerCase(), amount(value)).replaceAll(" ", "\u00a0")).reduce((before, piece) => l10n.t("{0}, {1}", before, piece));
    return h("div", { class: `bought-row${rank === 1 ? " first" : ""}`, attributes: ROW }, cell("rank", text(rank === 0 ? NONE : formatCount(rank))), cell("name", choose, ...reason), cell("count", text(formatCount(samples))),
      cell("worth", text(worth)), cell("spent", bar, h("span", { class: "spent-words muted", text: said })));
  }

  /** Those with the same reason together. */
  #drawNone(view: ComparisonView, standings: readonly PricedStanding[], none: readonly number[]): void {
    const byReason = new Map<string, number[]>();
    for (const s of none) {
      const { utility } = standings[s];
      const reason = isDefined(utility) ? l10n.t("no sample") : utility.notDefined;
      byReason.set(reason, [...byReason.get(reason) ?? [], s]);
    }
    this.#none.replaceChildren(...[...byReason].map(([reason, strategies]) => h("li", {},
      h("div", { class: "buys-names" }, ...strategies.map((s) => h("span", { class: "buys-name" }, strategyIcon(s), h("bdi", { text: nameText(view.strategies[s].title) })))),
      h("p", { class: "muted", text: strategies.length === 1 ? l10n.t("It buys nothing: {0}.", reason) : l10n.t("They buy nothing: {0}.", reason), attributes: { dir: "auto" } }))));
  }
}
