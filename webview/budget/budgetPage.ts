import * as l10n from "@vscode/l10n";
import { readBudget } from "../../src/protocol/budgetText.ts";
import type { CurveResult } from "../../src/protocol/budget.ts";
import type { PruneResult } from "../../src/protocol/selection.ts";
import { formatCount, formatShare, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected, Page } from "../app/page.ts";
import { debounced, h } from "../controls/dom.ts";
import { button, dropdown, progressRing, textField } from "../controls/toolkit.ts";
import { ClassList } from "./classList.ts";
import { classDues } from "./classDues.ts";
import { ConsequencePanel } from "./consequencePanel.ts";
import { Consequences } from "./consequences.ts";
import { CostForm } from "./costForm.ts";
import { CurveChart } from "./curveChart.ts";
import { CutStrips } from "./cutStrips.ts";
import { MEASURES, measureOf } from "./measures.ts";
import { pruneResult } from "./pruneResult.ts";
import { StrategyChooser } from "./strategyChooser.ts";

/** The samples at the cut are drawn this long after the budget has come to rest. */
const REST_MS = 120;
/** What was typed is kept, and said to those who do not see it, this long after the last change. */
const SETTLED_MS = 500;

/** What was computed for the order, clusters and states that are there. */
interface Prepared {
  readonly of: readonly unknown[];
  readonly consequences: Consequences;
  readonly after: Uint32Array;
  readonly due: Uint32Array;
}

/** The budget curve, the budget with what it does to the dataset, and what pruning to it gave. */
export class BudgetPage implements Page {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #chart = new CurveChart((kept) => { this.#dragged(kept); });
  readonly #strategies: StrategyChooser;
  readonly #chartPlace = h("div", { class: "chart-place" });
  readonly #field = textField(l10n.t("Budget: samples to keep, a number or a percentage"), l10n.t("500 or 30%"), { input: () => { this.#typed(); }, enter: () => { this.#prune(); } });
  readonly #hint = h("span", { class: "hint muted" });
  readonly #announced = h("span", { class: "announced", attributes: { role: "status" } });
  readonly #pruneButton = button(l10n.t("Prune to This Budget"), "primary", () => { this.#prune(); });
  readonly #pruneReason = h("span", { class: "hint muted" });
  readonly #result = h("div");
  readonly #panel = new ConsequencePanel();
  readonly #cost: CostForm;
  readonly #strips: CutStrips;
  readonly #classes: ClassList;
  readonly #threshold = h("p", { class: "muted" });
  readonly #waiting = h("div", { class: "loading" });
  readonly #below: HTMLElement;
  readonly #rest = debounced(REST_MS, () => { this.#drawStrips(); });
  readonly #settled = debounced(SETTLED_MS, () => { this.#settle(); });
  #prepared: Prepared | null = null;
  #visible = false;
  #asked = false;
  #busy = false;
  #failure: string | null = null;
  /** Set where the last change was typed: a slider says its own value. */
  #toAnnounce = false;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    this.#strategies = new StrategyChooser(store, () => { this.#compare(); });
    this.#cost = new CostForm(store);
    this.#strips = new CutStrips(inspected);
    const measure = dropdown(l10n.t("What the curve shows"), MEASURES, store.memory.state.measure, (id) => {
      store.memory.keep({ measure: id });
      this.#chart.measure(measureOf(id));
    });
    this.#chart.measure(measureOf(store.memory.state.measure));
    this.element = h("div", { class: "page budget" });
    this.#classes = new ClassList(this.element);
    this.#below = h("div", {},
      h("div", { class: "at-budget" },
        h("section", { attributes: { "aria-label": l10n.t("At this budget") } }, h("h2", { text: l10n.t("At this budget") }), this.#panel.element),
        this.#cost.element),
      this.#threshold, this.#strips.element, this.#classes.element);
    this.element.append(
      h("div", { class: "curve-choices" }, h("div", { class: "measure" }, measure), ...(store.readOnly ? [] : [this.#strategies.element])),
      this.#chartPlace,
      h("section", { class: "budget-form", attributes: { "aria-label": l10n.t("Budget") } },
        h("span", { class: "field-label", text: l10n.t("Budget"), attributes: { "aria-hidden": "true" } }), this.#field.element, this.#hint,
        ...(store.readOnly ? [] : [this.#pruneButton.element, this.#pruneReason]), this.#announced),
      this.#result, this.#waiting, this.#below);
    store.on(["data"], () => { this.#open(); });
    store.on(["summary"], () => { this.#summaryChanged(); });
    store.on(["base", "states", "clusters", "order"], () => { if (this.#visible) this.#drawAll(); });
    store.on(["budget"], () => { this.#budgetChanged(); });
    store.on(["samples", "selection"], () => { if (this.#visible) this.#rest(); });
  }

  /** The curve is computed only for those who look at it. */
  shown(): void {
    const { store } = this.#inspected;
    this.#visible = true;
    if (store.summary === null) return;
    store.need("order");
    if (!this.#asked) {
      this.#asked = true;
      this.#failure = null;
      store.channel.send({ type: "getCurve" });
      this.#strategies.renew();
      this.#drawChartPlace();
    }
    this.#drawAll();
  }

  hidden(): void {
    this.#visible = false;
  }

  /** Data or decisions have changed; the curve on the screen stays until the new one is there. */
  renew(): void {
    this.#asked = false;
    if (this.#visible) this.shown();
  }

  receive(curve: CurveResult): void {
    this.#failure = null;
    this.#chart.show(curve);
    this.#drawChartPlace();
    this.#compare();
    const { store } = this.#inspected;
    if (this.#field.value === "" && store.budget === null) store.setBudget(curve.knee === null ? curve.referenceBudget : curve.points[curve.knee].kept);
    else this.#read();
    if (this.#visible) this.#drawAll();
  }

  failed(message: string): void {
    this.#failure = message;
    this.#drawChartPlace();
  }

  pruned(result: PruneResult): void {
    const section = pruneResult(result);
    this.#result.replaceChildren(section);
    // Who is back in the editor keeps the focus there.
    if (document.hasFocus()) section.focus({ preventScroll: true });
    section.scrollIntoView({ block: "nearest" });
  }

  /** While something runs, no pruning is started. */
  busy(busy: boolean): void {
    this.#busy = busy;
    this.#read();
  }

  /** Another dataset or index. */
  #open(): void {
    const { store } = this.#inspected;
    this.#asked = false;
    this.#prepared = null;
    this.#failure = null;
    this.#result.replaceChildren();
    this.#chart.clear();
    this.#strategies.open();
    this.#field.value = store.memory.state.budget;
    this.#drawChartPlace();
    if (store.summary !== null) this.#read();
  }

  #summaryChanged(): void {
    const { summary } = this.#inspected.store;
    if (summary === null) return;
    this.#cost.open(summary);
    this.#read();
  }

  #compare(): void {
    const { strategies } = this.#chart.curve ?? { strategies: [] };
    const chosen = this.#strategies.curves;
    this.#chart.compare([...strategies.filter(({ name }) => !chosen.some((other) => other.name === name)), ...chosen]);
  }

  /** Loading, failed, or the curve; a failure stands above the curve of before. */
  #drawChartPlace(): void {
    const again = (): HTMLElement => button(l10n.t("Try Again"), "secondary", () => {
      this.#asked = false;
      this.shown();
    }).element;
    const failure = this.#failure === null ? [] : [h("div", { class: this.#chart.curve === null ? "loading" : "curve-failure", attributes: { role: "alert" } },
      h("span", { class: "problem", text: l10n.t("The budget curve could not be computed: {0}", this.#failure) }), again())];
    const loading = this.#chart.curve === null && this.#failure === null
      ? [h("div", { class: "loading" }, progressRing(l10n.t("Computing the budget curve")), h("span", { text: l10n.t("Computing the budget curve…") }))] : [];
    const focused = document.activeElement;
    if (this.#chart.curve !== null && this.#chart.element.isConnected) {
      for (const child of [...this.#chartPlace.children]) if (child !== this.#chart.element) child.remove();
      this.#chartPlace.prepend(...failure);
    } else this.#chartPlace.replaceChildren(...failure, ...loading, ...(this.#chart.curve === null ? [] : [this.#chart.element]));
    if (focused instanceof HTMLElement && focused.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  }

  #dragged(kept: number): void {
    this.#toAnnounce = false;
    this.#inspected.store.setBudget(kept);
  }

  #typed(): void {
    this.#toAnnounce = true;
    this.#read();
    this.#settled();
  }

  /** The budget in the field: what it means, whether it can be pruned to. @returns whether it can */
  #read(): boolean {
    const { store } = this.#inspected;
    const { summary } = store;
    if (summary === null) return false;
    const text = this.#field.value;
    const reading = readBudget(text, summary.samples, summary.protectedCount);
    const allowed = store.order?.order.length ?? summary.samples - summary.excludedCount;
    const kept = reading.ok ? reading.kept ?? 0 : 0;
    const problem = !reading.ok ? reading.problem
      : kept > allowed ? l10n.t("Only {0} samples may be kept: the others are excluded.", formatCount(allowed)) : null;
    this.#field.invalid(problem !== null && text !== "");
    this.#hint.classList.toggle("problem", problem !== null && text !== "");
    this.#hint.textContent = problem ?? l10n.t("keeps {0} of {1} ({2})", formatCount(kept), formatCount(summary.samples), formatShare(kept / summary.samples));
    const reason = problem !== null ? "" : this.#busy ? l10n.t("Wait until what runs now is done.") : store.stale ? l10n.t("The dataset changed: index it again first.") : "";
    this.#pruneButton.enable(problem === null && reason === "");
    this.#pruneReason.textContent = reason;
    this.#pruneReason.hidden = reason === "";
    if (problem === null) store.setBudget(kept);
    return problem === null && reason === "";
  }

  /** The budget was set here or on another page. */
  #budgetChanged(): void {
    const { store } = this.#inspected;
    const { budget, summary } = store;
    if (budget === null || summary === null) return;
    const reading = readBudget(this.#field.value, summary.samples, summary.protectedCount);
    if (!reading.ok || reading.kept !== budget) this.#field.value = String(budget);
    this.#read();
    this.#settled();
    if (!this.#visible) return;
    this.#drawBudget();
    this.#rest();
  }

  #settle(): void {
    const { memory } = this.#inspected.store;
    if (memory.state.budget !== this.#field.value) memory.keep({ budget: this.#field.value });
    if (this.#toAnnounce) this.#announced.textContent = [this.#hint.textContent, this.#pruneReason.textContent].filter((text) => text !== "").join(". ");
    this.#toAnnounce = false;
  }

  #prune(): void {
    const { store } = this.#inspected;
    if (!store.readOnly && this.#read()) store.channel.send({ type: "prune", budget: this.#field.value.trim() });
  }

  /** What follows from the order, the clusters and the decisions; null while parts are on their way. */
  #prepare(): Prepared | null {
    const { base, states, clusters, order, classNames } = this.#inspected.store;
    const { curve } = this.#chart;
    if (base === null || states === null || clusters === null || order === null || curve === null) return null;
    const of = [base, states, clusters, order, curve.importanceScale];
    if (this.#prepared?.of.every((part, i) => part === of[i]) === true) return this.#prepared;
    const consequences = new Consequences({ order: order.order, base, states, clusters, classCount: classNames.length, importanceScale: curve.importanceScale });
    return { of, consequences, after: new Uint32Array(classNames.length + 1), due: new Uint32Array(classNames.length + 1) };
  }

  /** All below the curve anew, as when data have come. */
  #drawAll(): void {
    const { store } = this.#inspected;
    const { summary } = store;
    const prepared = this.#prepare();
    this.#read();
    if (summary === null) return;
    const isNew = prepared !== null && prepared !== this.#prepared;
    if (prepared !== null) this.#prepared = prepared;
    this.#below.hidden = this.#prepared === null || store.budget === null;
    this.#drawWaiting();
    if (this.#below.hidden || prepared === null) return;
    const redone = store.threshold !== null && Math.abs(store.threshold - summary.threshold.value) > 1e-9;
    this.#threshold.textContent = [
      l10n.t("These figures follow the order behind the curve. Pruning starts from it and then exchanges pairs of samples for better ones, so single samples may differ."),
      ...(redone ? [l10n.t("Contents and redundancy are counted at the threshold {0} set on the Clusters page; the curve and pruning use {1}.", formatSimilarity(store.threshold ?? 0), formatSimilarity(summary.threshold.value))] : []),
    ].join(" ");
    if (isNew) {
      this.#compute();
      const { curve } = this.#chart;
      const { before } = prepared.consequences.classes;
      const isLabelled = store.classNames.some((_, code) => before[code] > 0);
      this.#classes.open(isLabelled ? { names: store.classNames, before, after: prepared.after, due: curve === null || curve.classShares.policy === "none" ? null : prepared.due } : null);
    }
    this.#drawBudget();
    this.#drawStrips();
  }

  /** What is still missing below the curve, or could not be had. */
  #drawWaiting(): void {
    const { store } = this.#inspected;
    const problems = (["order", "base", "states", "clusters"] as const).flatMap((part) => store.loading(part)?.problem ?? []);
    this.#waiting.hidden = !this.#below.hidden && problems.length === 0;
    if (this.#waiting.hidden) return this.#waiting.replaceChildren();
    if (problems.length > 0) {
      const again = button(l10n.t("Try Again"), "secondary", () => {
        for (const block of ["order", "base", "states"] as const) store.need(block);
        if (store.clusters === null) store.showClusters(store.memory.state.threshold);
        this.#drawWaiting();
      });
      this.#waiting.replaceChildren(h("span", { class: "problem", text: l10n.t("What a budget keeps could not be found: {0}", problems[0]) }), again.element);
    } else if (this.#chart.curve === null) this.#waiting.replaceChildren();
    else this.#waiting.replaceChildren(progressRing(l10n.t("Loading")), h("span", { text: l10n.t("Finding what a budget keeps…") }));
  }

  /** Classes after, and what they are due, at the budget. @returns what the classes are due in all */
  #compute(): number {
    const { curve } = this.#chart;
    const { budget } = this.#inspected.store;
    if (this.#prepared === null || curve === null || budget === null) return 0;
    const { consequences, after, due } = this.#prepared;
    consequences.classesAt(budget, after);
    return classDues(curve.classShares, consequences.classes, budget, due);
  }

  /** One step of a drag: chart, figures, classes, cost. */
  #drawBudget(): void {
    const { store } = this.#inspected;
    const { budget, summary } = store;
    const { curve } = this.#chart;
    if (budget === null || curve === null || summary === null) return this.#chart.setBudget(null);
    const keeps = l10n.t("{0} of {1} samples kept ({2}).", formatCount(budget), formatCount(summary.samples), formatShare(budget / summary.samples));
    if (this.#prepared === null) return this.#chart.setBudget({ kept: budget, due: null, words: keeps });
    const { consequences, after } = this.#prepared;
    const due = this.#compute();
    const at = consequences.at(budget);
    const { before } = consequences.classes;
    let classes = 0;
    let classesKept = 0;
    for (let code = 0; code < store.classNames.length; code++) {
      if (before[code] > 0) classes++;
      if (after[code] > 0) classesKept++;
    }
    this.#chart.setBudget({
      kept: at.kept, due: curve.classShares.policy === "none" || classes === 0 ? null : due,
      words: `${keeps} ${l10n.t("Distinct content kept {0}, redundancy left {1}.", formatShare(at.distinctKept / Math.max(1, consequences.distinct)), formatShare(at.redundancyLeft))}`,
    });
    this.#panel.show(consequences, at, curve, classesKept, classes);
    this.#cost.show(at.kept);
    this.#strips.count(at.kept, at.dropped);
    this.#classes.update();
  }

  #drawStrips(): void {
    const { budget } = this.#inspected.store;
    if (this.#visible && this.#prepared !== null && budget !== null) this.#strips.show(budget);
  }
}
