import * as l10n from "@vscode/l10n";
import { isDefined, type ComparedSubset, type ComparisonView } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { debounced, h, linkButton } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import { VirtualList } from "../controls/virtualList.ts";
import { NO_FILTER } from "../samples/sampleFilter.ts";
import { classStandings, clearlyMoved, listedStandings, STANDING_SORTS, type ClassStanding, type StandingSort } from "./classStandings.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { budgetTitle } from "./compareWords.ts";
import { differenceText, figureText, marginText, signedText } from "./figures.ts";
import { nameText } from "./priceWords.ts";
import { leaderOf } from "./verdict.ts";

const ROW_HEIGHT = 28;
/** From this many classes on they can be searched. */
const SEARCHED_FROM = 21;
const TYPING_MS = 150;
const UNTESTED_SHOWN = 12;
const SHARE = { isShare: true };

const SORT_TITLES: { readonly [sort in StandingSort]: () => string } = {
  loss: () => l10n.t("Worst loss first"), gain: () => l10n.t("Best gain first"), lowest: () => l10n.t("Lowest accuracy first"), name: () => l10n.t("By name"),
};

/** Class by class: the strategy that is looked at beside a random choice of as many samples. */
export class ClassesView implements ComparePartView {
  readonly element = h("section", { class: "compare-classes" });
  readonly #inspected: Inspected;
  readonly #model: CompareModel;
  readonly #strategy = selectBox<string>(l10n.t("Strategy"), (strategy) => { this.#model.choose({ strategy }); });
  readonly #sort = selectBox<StandingSort>(l10n.t("Order"), (by) => {
    this.#by = by;
    this.#drawList();
  });
  readonly #search: HTMLInputElement;
  readonly #said = h("p", { class: "standing-said", attributes: { dir: "auto" } });
  readonly #found = h("p", { class: "muted", attributes: { role: "status" } });
  readonly #untested = h("p", { class: "muted standing-untested", attributes: { dir: "auto" } });
  readonly #legend: HTMLElement;
  readonly #head: HTMLElement;
  readonly #list: VirtualList;
  #by: StandingSort = "loss";
  #view: ComparisonView | null = null;
  #judged: readonly ClassStanding[] = [];
  #listed: readonly ClassStanding[] = [];
  /** The largest difference, spread counted, of all classes: where the bars end. */
  #reach = 1;
  #drawn: readonly unknown[] = [];

  /** @param scroller the page */
  constructor(inspected: Inspected, model: CompareModel, scroller: HTMLElement) {
    this.#inspected = inspected;
    this.#model = model;
    this.#search = h("input", { class: "input", attributes: { "type": "search", "placeholder": l10n.t("Find a class"), "aria-label": l10n.t("Find a class"), "spellcheck": "false" } });
    this.#search.addEventListener("input", debounced(TYPING_MS, () => { this.#drawList(); }));
    this.#list = new VirtualList(scroller, { label: l10n.t("Classes: accuracy, and difference from random"), rowHeight: ROW_HEIGHT, render: (index) => this.#row(index) });
    this.#legend = h("ul", { class: "standing-legend" },
      h("li", {}, h("span", { class: "standing-key loss" }), h("span", { text: l10n.t("worse than a random choice of as many samples") })),
      h("li", {}, h("span", { class: "standing-key gain" }), h("span", { text: l10n.t("better") })),
      h("li", {}, h("span", { class: "standing-key spread" }), h("span", { text: l10n.t("± standard deviation of the difference over redraws and seeds") })));
    this.#head = h("div", { class: "standing-row standing-head", attributes: { "aria-hidden": "true" } },
      ...[l10n.t("Class"), "", l10n.t("Against random"), l10n.t("Accuracy"), l10n.t("Random")].map((text) => h("span", { class: "figure", text })));
    this.element.append(
      h("div", { class: "standing-choices" }, this.#strategy.element, this.#sort.element, this.#search),
      this.#said, this.#legend, this.#found, this.#head, this.#list.element, this.#untested);
  }

  draw(): void {
    const { view, budget, utility } = this.#model;
    if (view === null) return;
    const strategy = this.#chosen(view);
    this.#strategy.element.hidden = strategy === null;
    this.#strategy.set(view.strategies.flatMap(({ name, title }, s) => (s === view.baseline ? [] : [{ id: name, title: nameText(title) }])), strategy === null ? "" : view.strategies[strategy].name);
    this.#sort.set(STANDING_SORTS.map((id) => ({ id, title: SORT_TITLES[id]() })), this.#by);
    const drawn = [view, budget, strategy, strategy === null ? utility : -1];
    if (drawn.every((part, i) => part === this.#drawn[i])) {
      this.#list.schedule();
      return;
    }
    this.#drawn = drawn;
    this.#view = view;
    this.#drawStrategy(view, budget, strategy);
  }

  /** The chosen strategy, or the one that leads. */
  #chosen(view: ComparisonView): number | null {
    const { strategy, budget, utility } = this.#model;
    if (strategy !== null && strategy !== view.baseline) return strategy;
    return leaderOf(view, budget, utility) ?? (view.strategies.length < 2 ? null : [...view.strategies.keys()].find((s) => s !== view.baseline) ?? null);
  }

  #drawStrategy(view: ComparisonView, budget: number, strategy: number | null): void {
    const problem = this.#problem(view, budget, strategy);
    const own = strategy === null ? null : this.#model.subset(budget, strategy);
    const isDrawn = problem === null && own !== null;
    for (const element of [this.#sort.element, this.#legend, this.#found, this.#head, this.#list.element, this.#untested]) element.hidden = !isDrawn;
    this.#search.hidden = !isDrawn || view.classes.length < SEARCHED_FROM;
    if (!isDrawn || strategy === null) {
      this.#said.textContent = problem ?? "";
      this.#judged = [];
      this.#list.reset(0);
      return;
    }
    this.#drawStandings(view, budget, nameText(view.strategies[strategy].title), own);
  }

  /** Why there is nothing to show; null where there is. */
  #problem(view: ComparisonView, budget: number, strategy: number | null): string | null {
    if (view.classes.length === 0) return l10n.t("The samples have no classes, so there is nothing to look at class by class.");
    if (strategy === null) return l10n.t("No strategy but the baseline was compared.");
    const subset = view.subsets[budget]?.[strategy];
    if (subset === undefined) return l10n.t("Nothing is known at this budget.");
    if (!isDefined(subset)) return l10n.t("{0} has no subset at this budget, because {1}.", nameText(view.strategies[strategy].title), subset.notDefined);
    if (subset.perClass.every((accuracy) => accuracy === null)) return l10n.t("The accuracy by class was not measured: no class has a labelled test sample.");
    if (subset.perClassRandom.every((accuracy) => accuracy === null)) return l10n.t("Of a random choice of as many samples the accuracy by class is not known. Compare again to measure it.");
    return null;
  }

  #drawStandings(view: ComparisonView, budget: number, title: string, own: ComparedSubset): void {
    const { judged, untested } = classStandings(view.classes.length, own);
    this.#judged = judged;
    this.#reach = judged.reduce((most, { difference, differenceSpread }) => Math.max(most, Math.abs(difference) + (differenceSpread ?? 0)), 0) || 1;
    const { lost, gained } = clearlyMoved(judged);
    const worst = [...judged].sort((a, b) => a.difference - b.difference).at(0);
    const at = l10n.t("{0} at {1} against a random choice of as many samples:", title, budgetTitle(view.budgets[budget]));
    const clear = lost === 0 && gained === 0
      ? l10n.t("no class differs by more than twice what the difference varies by.")
      : l10n.t("of {0} classes {1} gain and {2} lose more than twice what the difference varies by.", formatCount(judged.length), formatCount(gained), formatCount(lost));
    const most = worst === undefined || worst.difference >= 0 ? "" : l10n.t("The most is lost by {0}: {1}.", nameText(view.classes[worst.code]), differenceText(SHARE, worst.difference));
    this.#said.textContent = [at, clear, most].filter((sentence) => sentence !== "").join(" ");
    const names = untested.slice(0, UNTESTED_SHOWN).map((code) => nameText(view.classes[code]));
    this.#untested.hidden = untested.length === 0;
    this.#untested.textContent = names.length === 0 ? "" : l10n.t("Without a test sample, so not judged: {0}.",
      untested.length > names.length ? l10n.t("{0} and {1} more", names.reduce((before, name) => l10n.t("{0}, {1}", before, name)), formatCount(untested.length - names.length)) : names.reduce((before, name) => l10n.t("{0}, {1}", before, name)));
    this.#drawList();
  }

  #drawList(): void {
    const words = this.#search.hidden ? "" : this.#search.value;
    this.#listed = listedStandings(this.#judged, this.#view?.classes ?? [], this.#by, words);
    this.#found.textContent = words.trim() === "" ? "" : this.#listed.length === 0 ? l10n.t("No class has that in its name.") : this.#listed.length === 1 ? l10n.t("1 class") : l10n.t("{0} classes", formatCount(this.#listed.length));
    this.#list.reset(this.#listed.length);
  }

  #row(index: number): HTMLElement {
    const standing = this.#listed[index];
    const { code, accuracy, random, difference, spread, differenceSpread } = standing;
    const name = this.#view?.classes[code] ?? "";
    const title = nameText(name);
    const margin = differenceSpread === null ? "" : marginText(SHARE, differenceSpread);
    const label = this.#inspected.store.classNames.includes(name)
      ? linkButton(title, l10n.t("List the samples of {0}", title), `class:${code}`, () => { this.#listSamples(name); })
      : h("span", { text: title, title });
    label.dir = "auto";
    label.classList.add("clip");
    const said = (text: string): HTMLElement => h("span", { class: "announced", text });
    return h("div", { class: `standing-row ${difference < 0 ? "loss" : "gain"}` },
      h("span", { class: "standing-name" }, label), track(standing, this.#reach),
      h("span", { class: "figure standing-difference" }, said(l10n.t("against random")), h("strong", { text: signedText(SHARE, difference) }), h("span", { class: "muted", text: ` ${margin}` })),
      h("span", { class: "figure", ...(spread === null ? {} : { title: l10n.t("{0} {1}", figureText(SHARE, accuracy), marginText(SHARE, spread)) }) }, said(l10n.t("accuracy")), h("span", { text: figureText(SHARE, accuracy) })),
      h("span", { class: "figure muted" }, said(l10n.t("random")), h("span", { text: figureText(SHARE, random) })));
  }

  #listSamples(name: string): void {
    this.#inspected.store.setFilter({ ...NO_FILTER, labels: [name] });
    this.#inspected.goTo("samples");
  }
}

/** To both sides of the random choice: the difference, and the spread around it. @param reach the difference at either end */
function track({ difference, differenceSpread }: ClassStanding, reach: number): HTMLElement {
  const place = (look: string, from: number, to: number): HTMLElement => {
    const [left, right] = [Math.max(-reach, from), Math.min(reach, to)];
    const part = h("span", { class: look });
    part.style.left = `${(50 * (1 + left / reach)).toFixed(2)}%`;
    part.style.width = `${((50 * Math.max(0, right - left)) / reach).toFixed(2)}%`;
    return part;
  };
  return h("span", { class: "standing-track", attributes: { "aria-hidden": "true" } },
    place("standing-between", Math.min(0, difference), Math.max(0, difference)),
    ...(differenceSpread === null ? [] : [place("standing-spread", difference - differenceSpread, difference + differenceSpread)]),
    place("standing-base", 0, 0));
}
