import * as l10n from "@vscode/l10n";
import type { ComparisonPricing, ComparisonView } from "../../src/protocol/comparison.ts";
import { h } from "../controls/dom.ts";
import { checkbox } from "../controls/toolkit.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { foremost } from "./curveSeries.ts";
import { ParallelChart } from "./parallelChart.ts";
import { ParetoSection } from "./paretoSection.ts";
import { PickSection } from "./pickSection.ts";
import { nameText } from "./priceWords.ts";
import { chooseStrategy, StrategyList } from "./strategyList.ts";
import { axesAt } from "./tradeoffAxes.ts";

/** What the charts depend on; weights do not touch them. */
interface Drawn {
  readonly view: ComparisonView;
  readonly pricing: ComparisonPricing;
  readonly budget: number;
  readonly utility: number;
  readonly hidden: readonly string[];
  readonly chosen: number | null;
  readonly across: string;
  readonly wholeRange: boolean;
  readonly byPlace: boolean;
}

/** What has to be given up for what, and what one would pick by what matters. */
export class TradeoffsView implements ComparePartView {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #pick: PickSection;
  readonly #pareto: ParetoSection;
  readonly #parallel: ParallelChart;
  readonly #parallelPart: HTMLElement;
  readonly #list: StrategyList;
  readonly #byPlace;
  readonly #none = h("p", { class: "chart-none" });

  #drawn: Drawn | null = null;

  constructor(model: CompareModel) {
    this.#model = model;
    this.#byPlace = checkbox(l10n.t("By place"), (byPlace) => {
      if (byPlace !== model.choice.byPlace) model.choose({ byPlace });
    });
    this.#pick = new PickSection(model);
    this.#pareto = new ParetoSection(model);
    this.#parallel = new ParallelChart((strategy) => { chooseStrategy(model, strategy); }, (utility) => {
      const name = model.view?.utilities[utility]?.name;
      if (name !== undefined) model.choose({ utility: name });
    });
    this.#list = new StrategyList(model, (strategy) => {
      this.#pareto.light(strategy);
      this.#parallel.light(strategy);
    });
    this.#parallelPart = h("section", { class: "tradeoff-part", attributes: { "aria-label": l10n.t("All utilities at once") } },
      h("div", { class: "chart-head" }, h("h2", { text: l10n.t("All at once") }), this.#byPlace.element),
      h("p", { class: "muted chart-note", text: l10n.t("Each strategy is a line over all utilities, each from the worst to the best of the strategies shown. Lines that cross are a trade-off. By place spreads those that stand close together. Names choose a utility.") }),
      this.#parallel.element);
    this.element = h("section", { class: "compare-tradeoffs", attributes: { "aria-label": l10n.t("Trade-offs") } },
      this.#none, this.#pick.element, this.#pareto.element, this.#parallelPart,
      h("section", { class: "tradeoff-part" }, h("h2", { text: l10n.t("Strategies that take part") }), this.#list.element));
  }

  draw(): void {
    const { view, pricing, budget, utility, drawn, choice, strategy: chosen } = this.#model;
    if (view === null || pricing === null) return;
    const { hidden, across, wholeRange, byPlace } = choice;
    const wanted: Drawn = { view, pricing, budget, utility, hidden, chosen, across, wholeRange, byPlace };
    const before = this.#drawn;
    // A slider that is dragged would stutter if every chart were drawn with it.
    if (before !== null && (Object.keys(wanted) as (keyof Drawn)[]).every((part) => before[part] === wanted[part])) return this.#pick.weigh();
    this.#drawn = wanted;
    const axes = axesAt(view, pricing.costs, budget, drawn, [utility]);
    const full = foremost(view, budget, utility, drawn, chosen);
    const isEmpty = axes.length === 0;
    this.#none.hidden = !isEmpty;
    this.#none.textContent = drawn.length === 0 ? l10n.t("No strategy is shown. Tick some in the list below.") : l10n.t("At {0} none of the strategies shown has any figure.", nameText(view.budgets[budget]?.name ?? ""));
    for (const part of [this.#pick.element, this.#pareto.element, this.#parallelPart]) part.hidden = isEmpty;
    this.#list.draw(full);
    // The answer remembers what it is about, even nothing.
    this.#pick.draw(axes);
    if (isEmpty) return;
    this.#pareto.draw(axes);
    this.#byPlace.check(byPlace);
    this.#parallel.show({ view, axes, drawn, full, chosen, utility, isByPlace: byPlace });
  }
}
