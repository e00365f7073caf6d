import * as l10n from "@vscode/l10n";
import type { ComparisonPricing, ComparisonView } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { needsText, originTitle } from "./compareWords.ts";
import { unitAt } from "./curveSeries.ts";
import { durationText, moneyText, NONE } from "./figures.ts";
import { MatrixGrid } from "./matrixGrid.ts";
import { BEST_FIRST, cellFacts, cellText, columnGroups, columnShares, shownUtilities, sortedStrategies, type MatrixColumn, type MatrixSort } from "./matrixRows.ts";
import { nameText } from "./priceWords.ts";
import { strategyIcon } from "./strategyIcon.ts";

/** What the drawn table depends on. */
interface Drawn {
  readonly view: ComparisonView;
  readonly pricing: ComparisonPricing | null;
  readonly budget: number;
  readonly utility: number;
  readonly all: boolean;
  readonly sort: MatrixSort;
}

/** Strategies × utilities, with intervals and with what is sure. */
export class MatrixView implements ComparePartView {
  readonly element = h("section", { class: "compare-matrix" });
  readonly #model: CompareModel;
  readonly #all = h("input", { attributes: { type: "checkbox" } });
  readonly #grid: MatrixGrid;
  readonly #chosen = h("div", { class: "matrix-chosen" });
  #sort: MatrixSort = BEST_FIRST;
  #drawn: Drawn | null = null;

  constructor(model: CompareModel) {
    this.#model = model;
    this.#all.addEventListener("change", () => { model.choose({ allUtilities: this.#all.checked }); });
    this.#grid = new MatrixGrid(l10n.t("Strategies and utilities"), {
      sort: (column) => { this.#sortBy(column); },
      choose: (strategy) => { this.#choose(strategy); },
      facts: (column, strategy) => this.#facts(column, strategy),
    });
    this.element.append(h("div", { class: "matrix-bar" }, legend(), h("label", { class: "matrix-all" }, this.#all, h("span", { text: l10n.t("All utilities") }))), this.#grid.element, this.#chosen);
  }

  draw(): void {
    const { view, pricing, budget, utility, choice } = this.#model;
    if (view === null) return;
    this.#all.checked = choice.allUtilities;
    this.#all.disabled = view.utilities.every(({ isCommon }) => isCommon);
    const wanted: Drawn = { view, pricing, budget, utility, all: choice.allUtilities, sort: this.#sort };
    const before = this.#drawn;
    if (before === null || (Object.keys(wanted) as (keyof Drawn)[]).some((part) => before[part] !== wanted[part])) this.#drawTable(wanted);
    this.#drawn = wanted;
    this.#grid.choose(this.#model.strategy);
    this.#drawChosen(view);
  }

  #drawTable({ view, budget, utility, all, sort }: Drawn): void {
    const shown = shownUtilities(view, all, utility);
    const costs = view.strategies.map((_, s) => this.#model.cost(budget, s));
    const unit = unitAt(view, budget);
    const order = sortedStrategies(view, budget, utility, sort, costs);
    const shares = shown.map((u) => columnShares(view, budget, u));
    const groups = columnGroups(view, shown);
    const firsts = new Set<number>();
    groups.reduce((at, { columns }) => {
      firsts.add(shown[at]);
      return at + columns;
    }, 0);
    const isDescending = (view.utilities[utility]?.better === "high") !== sort.isReversed;
    const sorted = (by: MatrixColumn, isSorted = sort.by === by): string => (!isSorted ? "none" : (by === "utility" ? isDescending : sort.isReversed) ? "descending" : "ascending");
    const head = [
      { key: "name", text: l10n.t("Strategy"), title: "", sorted: sorted("name"), look: "matrix-name" },
      { key: "samples", text: l10n.t("Samples"), title: l10n.t("How many samples it keeps or buys, mean over redraws."), sorted: sorted("samples"), look: "" },
      { key: "cost", text: unit === "seconds" ? l10n.t("Time") : l10n.t("Cost, {0}", nameText(view.currency)), title: l10n.t("At the prices that are tried: of what it keeps, and of what it must know to choose."), sorted: sorted("cost"), look: "" },
      ...shown.map((u) => {
        const { title, hint, better } = view.utilities[u];
        const chosen = u === utility;
        return {
          key: String(u), text: nameText(title), note: better === "low" ? l10n.t("low is good") : "", sorted: sorted("utility", chosen && sort.by === "utility"),
          title: chosen ? hint : `${hint} ${l10n.t("Choose it, and sort by it.")}`, look: `${chosen ? "chosen" : ""}${firsts.has(u) ? " first" : ""}`,
        };
      }),
    ];
    const rows = order.map((s) => ({ strategy: s, name: this.#name(view, s), cells: [
      h("td", { class: "matrix-plain", text: samplesText(this.#model.subset(budget, s)?.samples) }),
      h("td", { class: "matrix-plain", text: costs[s] === null ? NONE : unit === "seconds" ? durationText(costs[s].seconds) : moneyText(costs[s].money, "") }),
      ...shown.map((u, at) => cellElement(view, budget, u, s, shares[at][s], `${u === utility ? " chosen" : ""}${firsts.has(u) ? " first" : ""}`)),
    ] }));
    this.#grid.draw(head, [{ text: "", columns: 1 }, { text: "", columns: 2 }, ...groups.map(({ origin, columns }) => ({ text: originTitle(origin), columns }))], rows);
  }

  #name(view: ComparisonView, s: number): HTMLElement {
    const { title, citation } = view.strategies[s];
    const place = h("span", { class: "matrix-strategy", title: citation === "" ? nameText(title) : l10n.t("{0}: {1}", nameText(title), citation) }, strategyIcon(s), h("bdi", { class: "clip", text: nameText(title) }));
    if (s === view.baseline) place.append(h("span", { class: "matrix-tag", text: l10n.t("baseline") }));
    return place;
  }

  #sortBy(column: string): void {
    const by: MatrixColumn = column === "name" || column === "samples" || column === "cost" ? column : "utility";
    const chosen = this.#model.view?.utilities[Number(column)]?.name;
    const isSame = by === this.#sort.by && (by !== "utility" || Number(column) === this.#model.utility);
    this.#sort = { by, isReversed: isSame && !this.#sort.isReversed };
    if (by === "utility" && chosen !== undefined && !isSame) this.#model.choose({ utility: chosen });
    else this.draw();
  }

  #choose(strategy: number): void {
    const { view } = this.#model;
    this.#model.choose({ strategy: strategy === this.#model.strategy ? "" : view?.strategies[strategy].name ?? "" });
  }

  #facts(column: string, s: number): { readonly title: string; readonly lines: readonly string[] } | null {
    const { view, budget } = this.#model;
    if (view === null) return null;
    const name = nameText(view.strategies[s].title);
    if (column === "samples" || column === "cost") return this.#costFacts(view, name, s);
    const judged = view.utilities[Number(column)];
    return judged === undefined ? null : { title: l10n.t("{0}: {1}", name, nameText(judged.title)), lines: cellFacts(view, budget, Number(column), s) };
  }

  #costFacts(view: ComparisonView, title: string, s: number): { readonly title: string; readonly lines: readonly string[] } {
    const { budget } = this.#model;
    const subset = this.#model.subset(budget, s);
    const cost = this.#model.cost(budget, s);
    if (subset === null) {
      const text = cellText(view, budget, 0, s);
      return { title, lines: ["notDefined" in text ? l10n.t("No subset, because {0}.", text.notDefined) : l10n.t("No subset.")] };
    }
    const bySource = view.sources.length < 2 ? [] : view.sources.flatMap(({ name }, i) => (subset.ofSource[i] > 0 ? [l10n.t("{0}% from {1}", (100 * subset.ofSource[i]).toFixed(0), nameText(name))] : []));
    return {
      title, lines: [
        l10n.t("{0} samples", samplesText(subset.samples)),
        ...(cost === null ? [] : [l10n.t("{0} and {1} at the prices that are tried", moneyText(cost.money, nameText(view.currency)), durationText(cost.seconds))]),
        ...bySource,
        l10n.t("It must know of every candidate: {0}", needsText(view.strategies[s].needs)),
      ],
    };
  }

  /** What is said of the strategy that is looked at. */
  #drawChosen(view: ComparisonView): void {
    const { strategy } = this.#model;
    this.#chosen.hidden = strategy === null;
    if (strategy === null) return this.#chosen.replaceChildren();
    const { title, citation, needs } = view.strategies[strategy];
    const classes = h("button", { class: "link", text: l10n.t("Look at its classes"), attributes: { type: "button" } });
    classes.addEventListener("click", () => { this.#model.choose({ part: "classes" }); });
    this.#chosen.replaceChildren(
      h("span", { class: "matrix-strategy" }, strategyIcon(strategy), h("strong", { text: nameText(title), attributes: { dir: "auto" } })),
      ...(citation === "" ? [] : [h("span", { class: "muted", text: citation, attributes: { dir: "auto" } })]),
      h("span", { class: "muted", text: l10n.t("Must know of every candidate: {0}.", needsText(needs)) }),
      ...(strategy === view.baseline || view.classes.length === 0 ? [] : [classes]));
  }
}

function samplesText(samples: number | undefined): string {
  return samples === undefined ? NONE : formatCount(samples);
}

const said = (text: string): HTMLElement => h("span", { class: "announced", text, attributes: { dir: "auto" } });

function cellElement(view: ComparisonView, budget: number, utility: number, strategy: number, share: number, look: string): HTMLTableCellElement {
  const text = cellText(view, budget, utility, strategy);
  if ("notDefined" in text) {
    const why = l10n.t("Not defined, because {0}.", text.notDefined);
    return h("td", { class: `matrix-cell none${look}` }, h("span", { text: NONE, attributes: { "aria-hidden": "true" } }), said(why));
  }
  const { value, margin, isBest, sure } = text;
  const cell = h("td", { class: `matrix-cell${isBest ? " best" : ""}${look}` },
    h("span", { class: "matrix-value", text: value }),
    h("span", { class: "matrix-margin", text: margin }),
    h("span", { class: "matrix-marks" },
      ...(isBest ? [h("span", { class: "mark-best", text: "★", attributes: { "aria-hidden": "true" } }), said(l10n.t("among the best"))] : []),
      ...(sure === 0 ? [] : [h("span", { class: sure > 0 ? "mark-better" : "mark-worse", text: sure > 0 ? "▲" : "▼", attributes: { "aria-hidden": "true" } }), said(sure > 0 ? l10n.t("surely better than random of the same size") : l10n.t("surely worse than random of the same size"))])));
  if (!Number.isNaN(share)) cell.style.setProperty("--share", share.toFixed(3));
  return cell;
}

function legend(): HTMLElement {
  const item = (sign: string, look: string, text: string): HTMLElement => h("li", {}, h("span", { class: look, text: sign, attributes: { "aria-hidden": "true" } }), h("span", { text }));
  return h("ul", { class: "matrix-legend", attributes: { "aria-label": l10n.t("What the marks mean") } },
    item("★", "mark-best", l10n.t("best, or not told apart from it")),
    item("▲", "mark-better", l10n.t("surely better than random of the same size")),
    item("▼", "mark-worse", l10n.t("surely worse")),
    item("±", "mark-margin", l10n.t("half a 95% interval")),
    h("li", {}, h("span", { class: "matrix-bar-key", attributes: { "aria-hidden": "true" } }), h("span", { text: l10n.t("worst to best") })));
}
