import * as l10n from "@vscode/l10n";
import { paretoFront, type ParetoPoint, type ParetoState } from "../../src/protocol/tradeoffs.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import { checkbox } from "../controls/toolkit.ts";
import { stateHint, stateTitle } from "./answerWords.ts";
import type { CompareModel } from "./compareModel.ts";
import { originTitle } from "./compareWords.ts";
import { NONE } from "./figures.ts";
import { ParetoChart, stateKey } from "./paretoChart.ts";
import { namesText, nameText } from "./priceWords.ts";
import { chooseStrategy } from "./strategyList.ts";
import { axisText, inSight, usualOpponent, utilityAxis, type TradeoffAxis } from "./tradeoffAxes.ts";

const STATES = ["front", "tied", "dominated", "not judged"] as const satisfies readonly ParetoState[];

/** Two axes against each other: who is on the front, who is dominated, and by whom. */
export class ParetoSection {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #x = selectBox<string>(l10n.t("Across"), (across) => { this.#model.choose({ across }); });
  readonly #y = selectBox<string>(l10n.t("Upwards"), (utility) => { this.#model.choose({ utility }); });
  readonly #chart: ParetoChart;
  readonly #whole;
  readonly #outside = h("p", { class: "muted chart-note" });
  readonly #said = h("p", { class: "pareto-said" });
  readonly #states = h("ul", { class: "pareto-states" });
  readonly #table = h("div", { class: "table-place", attributes: { "tabindex": "0", "role": "region", "aria-label": l10n.t("States as a table") } });

  constructor(model: CompareModel) {
    this.#model = model;
    this.#whole = checkbox(l10n.t("Whole range"), (wholeRange) => {
      if (wholeRange !== model.choice.wholeRange) model.choose({ wholeRange });
    });
    this.#chart = new ParetoChart((strategy) => { chooseStrategy(model, strategy); });
    this.element = h("section", { class: "tradeoff-part", attributes: { "aria-label": l10n.t("Two axes against each other") } },
      h("div", { class: "chart-head" }, h("h2", { text: l10n.t("One against another") }), h("div", { class: "chart-choices" }, this.#y.element, this.#x.element, this.#whole.element)),
      h("p", { class: "muted chart-note", text: l10n.t("Who is on the front (Pareto) is best for some taste; what is dominated is best for none, on these two axes.") }),
      this.#said,
      h("div", { class: "pareto-main" }, h("div", { class: "pareto-place" }, this.#chart.element, this.#outside), this.#states),
      h("details", {}, h("summary", { text: l10n.t("Show as a table") }), this.#table));
  }

  light(strategy: number | null): void {
    this.#chart.light(strategy);
  }

  /** @param axes those that are defined at the budget, the chosen utility among them where it is */
  draw(axes: readonly TradeoffAxis[]): void {
    const { view, budget, utility, drawn, choice } = this.#model;
    if (view === null) return;
    const y = axes.find((axis) => axis.utility === utility) ?? utilityAxis(view, budget, utility, drawn);
    const across = axes.some(({ name }) => name === choice.across) && choice.across !== y.name ? choice.across : usualOpponent(axes, y.name);
    const x = axes.find(({ name }) => name === across) ?? y;
    const option = ({ name, title, group }: TradeoffAxis) => ({ id: name, title, group: group === "cost" ? l10n.t("Cost") : originTitle(group) });
    const utilities = axes.filter((axis) => axis.utility !== null);
    this.#y.set((utilities.includes(y) ? utilities : [y, ...utilities]).map(option), y.name);
    this.#x.set([...axes.filter(({ group }) => group === "cost"), ...utilities.filter((axis) => axis !== y)].map(option), x.name);
    const points = paretoFront([x, y]);
    this.#drawChart(x, y, points);
    const of = (state: ParetoState): readonly number[] => drawn.filter((s) => points[s].state === state);
    const front = of("front");
    this.#said.textContent = front.length === 0
      ? l10n.t("There is no front: no strategy that is shown has a value on both axes.")
      : front.length === 1 ? l10n.t("{0} alone is on the front.", namesText(front, view)) : l10n.t("On the front: {0}.", namesText([...front].sort((a, b) => x.values[a] - x.values[b]), view));
    this.#states.replaceChildren(...STATES.filter((state) => of(state).length > 0).map((state) => h("li", {}, stateKey(state),
      h("span", {}, h("strong", { text: l10n.t("{0} {1}", formatCount(of(state).length), stateTitle(state)) }), document.createTextNode(" "), h("span", { class: "muted", text: stateHint(state) }),
        ...(state === "not judged" ? [h("span", { class: "muted", text: l10n.t(": {0}", namesText(of(state), view)) })] : [])))));
    this.#drawTable(x, y, points);
  }

  /** What is much worse than front, ties and baseline would press them together, and is left out of sight. */
  #drawChart(x: TradeoffAxis, y: TradeoffAxis, points: readonly ParetoPoint[]): void {
    const { view, budget, drawn, strategy: chosen, choice: { wholeRange } } = this.#model;
    if (view === null) return;
    const judged = drawn.filter((s) => points[s].state !== "not judged");
    const core = judged.filter((s) => points[s].state !== "dominated" || s === view.baseline || s === chosen);
    const near = [x, y].filter((axis) => axis.utility !== null).reduce<readonly number[]>((sight, axis) => inSight(axis, sight, core), judged);
    const outside = judged.filter((s) => !near.includes(s));
    this.#whole.element.hidden = outside.length === 0;
    this.#whole.check(wholeRange);
    this.#outside.hidden = outside.length === 0 || wholeRange;
    this.#outside.textContent = outside.length === 0 ? "" : l10n.t("Much worse, and outside of what is drawn: {0}.", namesText(outside, view));
    this.#chart.show({ view, budget, x, y, points, drawn: wholeRange ? judged : near, chosen });
  }

  #drawTable(x: TradeoffAxis, y: TradeoffAxis, points: readonly ParetoPoint[]): void {
    const { view, drawn } = this.#model;
    if (view === null) return;
    const text = (axis: TradeoffAxis, s: number): string => (axis.isDefined[s] === 0 ? NONE : axisText(view, axis, axis.values[s]));
    const order = [...drawn].sort((a, b) => STATES.indexOf(points[a].state) - STATES.indexOf(points[b].state) || a - b);
    this.#table.replaceChildren(h("table", { class: "curve-table compare-table" },
      h("caption", { text: l10n.t("{0} against {1}", y.title, x.title) }),
      h("thead", {}, h("tr", {}, ...[l10n.t("Strategy"), y.title, x.title, l10n.t("State"), l10n.t("By")].map((title) => h("th", { text: title, attributes: { scope: "col" } })))),
      h("tbody", {}, ...order.map((s) => h("tr", {}, h("th", { attributes: { scope: "row" } }, h("bdi", { text: nameText(view.strategies[s].title) })),
        ...[text(y, s), text(x, s), stateTitle(points[s].state), points[s].by.length === 0 ? NONE : namesText(points[s].by, view)].map((cell) => h("td", { text: cell })))))));
  }
}
