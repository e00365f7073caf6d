import * as l10n from "@vscode/l10n";
import { halfInterval, isDefined, type ComparisonView } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { costAt, costText, inOrder, type Costs } from "./curveSeries.ts";
import { differenceText, figureText, marginText, NONE } from "./figures.ts";
import { nameText } from "./priceWords.ts";

/** The figures behind the lines: one row for each strategy and budget. */
export function curveFigures(view: ComparisonView, costs: Costs, budget: number, utility: number, strategies: readonly number[]): HTMLElement {
  const judged = view.utilities[utility];
  const head = [l10n.t("Strategy"), l10n.t("Budget"), l10n.t("Samples"), l10n.t("Cost"), l10n.t("Time"), nameText(judged.title), l10n.t("Against random")];
  const rows = inOrder(view, budget, utility, strategies).flatMap((s) => view.budgets.map((own, b) => {
    const text = (axis: "samples" | "money" | "seconds"): string => {
      const cost = costAt(view, costs, axis, b, s);
      return cost === null ? NONE : costText(axis, cost, view.currency);
    };
    const cells = [nameText(own.name), text("samples"), text("money"), text("seconds"), ...standing(view, b, utility, s)];
    return h("tr", {}, h("th", { attributes: { scope: "row" } }, h("bdi", { text: nameText(view.strategies[s].title) })), ...cells.map((cell) => h("td", { text: cell })));
  }));
  return h("table", { class: "curve-table compare-table" },
    h("caption", { text: l10n.t("{0} of {1} strategies at {2} budgets, with 95% intervals", nameText(judged.title), formatCount(strategies.length), formatCount(view.budgets.length)) }),
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { text, attributes: { scope: "col" } })))),
    h("tbody", {}, ...rows));
}

/** Value and difference, or in place of both why there is none. */
function standing(view: ComparisonView, budget: number, utility: number, strategy: number): readonly [string, string] {
  const judged = view.utilities[utility];
  const cell = view.cells[budget]?.[utility]?.[strategy] ?? null;
  const subset = view.subsets[budget]?.[strategy];
  if (cell === null) return [subset !== undefined && !isDefined(subset) ? l10n.t("not defined, because {0}", nameText(subset.notDefined)) : NONE, NONE];
  if (!isDefined(cell.mean)) return [l10n.t("not defined, because {0}", nameText(cell.mean.notDefined)), NONE];
  const { mean, interval } = cell.mean;
  const value = isDefined(interval) ? `${figureText(judged, mean)} ${marginText(judged, halfInterval(mean, interval))}` : figureText(judged, mean);
  if (strategy === view.baseline) return [value, l10n.t("the baseline")];
  if (!isDefined(cell.versusBaseline)) return [value, NONE];
  const difference = differenceText(judged, cell.versusBaseline.mean);
  return [value, cell.sure === 1 ? l10n.t("{0}, surely better", difference) : cell.sure === -1 ? l10n.t("{0}, surely worse", difference) : difference];
}
