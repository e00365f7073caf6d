import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import { checkbox } from "../controls/toolkit.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { CostChart } from "./costChart.ts";
import { curveFigures } from "./curveFigures.ts";
import { COST_AXES, foremost, seriesOf, tellingUtilities, usualAxis, type CostAxis } from "./curveSeries.ts";
import { nameText } from "./priceWords.ts";
import { SmallCurves } from "./smallCurves.ts";
import { keepingFocus } from "./strategyKey.ts";
import { chooseStrategy, StrategyList } from "./strategyList.ts";

const AXIS_TITLES: { readonly [axis in CostAxis]: () => string } = { samples: () => l10n.t("Number of samples"), money: () => l10n.t("Cost in money"), seconds: () => l10n.t("Cost in time") };

/** Utility against cost: what more of it buys, by each strategy. */
export class CurvesView implements ComparePartView {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #axis = selectBox<CostAxis>(l10n.t("Against"), (axis) => {
    this.#chosenAxis = axis;
    this.draw();
  });
  readonly #all;
  readonly #heading = h("h2");
  readonly #note = h("p", { class: "muted chart-note" });
  readonly #chart: CostChart;
  readonly #list: StrategyList;
  readonly #small: SmallCurves;
  readonly #smallPart: HTMLElement;
  readonly #table = h("div", { class: "table-place", attributes: { "tabindex": "0", "role": "region", "aria-label": l10n.t("Figures as a table") } });
  readonly #details: HTMLDetailsElement;
  /** Null as long as nobody has chosen one. */
  #chosenAxis: CostAxis | null = null;
  #isAll = false;

  constructor(model: CompareModel) {
    this.#model = model;
    this.#all = checkbox(l10n.t("Draw all in full"), (isAll) => {
      if (isAll === this.#isAll) return;
      this.#isAll = isAll;
      this.draw();
    });
    this.#chart = new CostChart((strategy) => { chooseStrategy(model, strategy); });
    this.#list = new StrategyList(model, (strategy) => { this.#chart.light(strategy); });
    this.#small = new SmallCurves((utility) => {
      const name = model.view?.utilities[utility]?.name;
      if (name !== undefined) model.choose({ utility: name });
    });
    this.#details = h("details", { class: "curve-figures" }, h("summary", { text: l10n.t("Show as a table") }), this.#table);
    this.#details.addEventListener("toggle", () => { this.#drawTable(); });
    this.#smallPart = h("section", { class: "small-part", attributes: { "aria-label": l10n.t("All common utilities") } },
      h("h3", { text: l10n.t("All common utilities against the same cost") }),
      h("p", { class: "muted chart-note", text: l10n.t("A strategy that rises in one and falls in another trades the one for the other. Click on a chart to look at that utility.") }), this.#small.element);
    this.element = h("section", { class: "compare-curves", attributes: { "aria-label": l10n.t("Utility against cost") } },
      h("div", { class: "chart-head" }, this.#heading, h("div", { class: "chart-choices" }, this.#axis.element, this.#all.element)),
      this.#note,
      h("div", { class: "curves-main" }, h("div", { class: "curves-chart" }, this.#chart.element, this.#details), this.#list.element), this.#smallPart);
  }

  draw(): void {
    const { view, pricing, budget, utility, drawn, strategy: chosen } = this.#model;
    if (view === null || pricing === null) return;
    const { costs } = pricing;
    const axis = this.#chosenAxis ?? usualAxis(view, costs);
    this.#axis.set(COST_AXES.map((id) => ({ id, title: AXIS_TITLES[id]() })), axis);
    this.#all.check(this.#isAll);
    this.#heading.textContent = l10n.t("{0} against cost", nameText(view.utilities[utility]?.title ?? ""));
    const full = this.#isAll ? new Set(drawn) : foremost(view, budget, utility, drawn, chosen);
    const faint = drawn.length - full.size;
    this.#all.element.hidden = drawn.length === foremost(view, budget, utility, drawn, chosen).size;
    const told = [
      l10n.t("Whiskers are 95% intervals, side by side where costs are the same; the thick line is random choice at the same budget."),
      ...(view.budgets.length === 1 ? [l10n.t("Only one budget was compared, so there are points and no lines.")] : []),
      ...(faint > 0 ? [faint === 1
        ? l10n.t("In full: the leading five at {0}, InfoMax, random and the one that is chosen; 1 other is faint.", nameText(view.budgets[budget].name))
        : l10n.t("In full: the leading five at {0}, InfoMax, random and the one that is chosen; the other {1} are faint.", nameText(view.budgets[budget].name), formatCount(faint))] : []),
    ];
    this.#note.textContent = told.reduce((before, sentence) => l10n.t("{0} {1}", before, sentence));
    this.#chart.show({ view, costs, axis, utility, budget, chosen, full, series: seriesOf(view, costs, axis, utility, drawn) });
    this.#list.draw(full);
    const utilities = tellingUtilities(view, drawn);
    this.#smallPart.hidden = utilities.length < 2;
    keepingFocus(this.#small.element, () => { this.#small.show({ view, costs, axis, utilities, utility, budget, drawn, full, chosen }); });
    this.#drawTable();
  }

  #drawTable(): void {
    const { view, pricing, budget, utility, drawn } = this.#model;
    // 60 rows need not be made for each choice when nobody looks.
    if (!this.#details.open || view === null || pricing === null) return this.#table.replaceChildren();
    this.#table.replaceChildren(curveFigures(view, pricing.costs, budget, utility, drawn));
  }
}
