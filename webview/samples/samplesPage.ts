import * as l10n from "@vscode/l10n";
import { formatCount, progressText } from "../../src/protocol/words.ts";
import type { Inspected, Page } from "../app/page.ts";
import { debounced, h } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import { button, progressRing } from "../controls/toolkit.ts";
import { FilterPanel } from "./filterPanel.ts";
import { activeParts, sortText } from "./filterWords.ts";
import { keysHint } from "./keysHint.ts";
import { placeOf } from "./sampleCard.ts";
import { NO_FILTER } from "./sampleFilter.ts";
import { SampleList } from "./sampleList.ts";
import { clusterSize } from "./sampleLook.ts";
import { SAMPLE_SORTS } from "./sampleOrder.ts";

const TYPING_MS = 250;
/** Longest words that can be looked for. */
const MOST_LETTERS = 1000;

/** All samples, or those that pass the filter, as a grid or a table. */
export class SamplesPage implements Page {
  readonly element = h("div", { class: "page samples" });
  readonly #inspected: Inspected;
  readonly #list: SampleList;
  readonly #panel: FilterPanel;
  readonly #bar = h("div", { class: "samples-bar" });
  readonly #search: HTMLInputElement;
  readonly #filters: HTMLButtonElement;
  readonly #sort;
  readonly #layouts: { readonly [layout in "grid" | "table"]: HTMLButtonElement };
  readonly #count = h("span", { class: "samples-count figure", attributes: { role: "status" } });
  readonly #searching = h("span", { class: "searching muted" });
  readonly #chips = h("div", { class: "chips" });
  readonly #notice = h("div", { class: "samples-notice" });
  #isShown = false;
  /** What the list was last drawn from, to tell the user's changes from those of the data. */
  #drawn = { filter: NO_FILTER, sort: "", hasBase: false };

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    this.#panel = new FilterPanel(inspected);
    this.#panel.element.hidden = true;
    this.#list = new SampleList(inspected, this.element, { covered: () => this.#covered(), act: (key, rows) => this.#act(key, rows) });

    this.#search = h("input", { class: "input", attributes: { "type": "search", "placeholder": l10n.t("Search names and texts"), "aria-label": l10n.t("Search names and texts"), "maxlength": String(MOST_LETTERS), "spellcheck": "false" } });
    const look = (): void => {
      const text = this.#search.value.trim();
      if (text !== store.filter.text) store.setFilter({ text });
    };
    this.#search.addEventListener("input", debounced(TYPING_MS, look));
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#search.value !== "") {
        // The browser empties the field.
        event.stopPropagation();
        return;
      }
      if (event.key === "Enter") look();
      else if (event.key === "ArrowDown") this.#list.focusActive();
      else return;
      event.preventDefault();
    });
    this.#filters = h("button", { class: "tool", text: l10n.t("Filters"), attributes: { "type": "button", "aria-expanded": "false", "aria-controls": "sample-filters" } });
    this.#filters.addEventListener("click", () => { this.#showFilters(this.#panel.element.hidden !== false); });
    this.#panel.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#showFilters(false);
      this.#filters.focus();
    });
    this.#sort = selectBox(l10n.t("Sort"), (sort) => {
      const chosen = SAMPLE_SORTS.find((name) => name === sort);
      if (chosen !== undefined) store.setSort(chosen);
    });
    const layout = (name: "grid" | "table", text: string): HTMLButtonElement => {
      const toggle = h("button", { class: "tool", text, attributes: { type: "button" } });
      toggle.addEventListener("click", () => {
        store.memory.keep({ sampleLayout: name });
        this.#draw();
      });
      return toggle;
    };
    this.#layouts = { grid: layout("grid", l10n.t("Grid")), table: layout("table", l10n.t("Table")) };
    this.#bar.append(
      h("div", { class: "samples-tools" }, this.#search, this.#filters, this.#sort.element,
        h("div", { class: "tool-pair", attributes: { "role": "group", "aria-label": l10n.t("Layout") } }, this.#layouts.grid, this.#layouts.table)),
      this.#panel.element,
      h("div", { class: "samples-line" }, this.#count, this.#searching, this.#chips, keysHint(store.readOnly)));
    this.element.append(this.#bar, this.#notice, this.#list.element);
    new ResizeObserver(() => { this.element.style.setProperty("--bar-height", `${this.#bar.offsetHeight}px`); }).observe(this.#bar);

    store.on(["data"], () => { this.#drawn = { filter: NO_FILTER, sort: "", hasBase: false }; });
    store.on(["base", "filter", "states", "clusters", "order"], () => { this.#draw(); });
    store.on(["samples"], () => {
      if (!this.#isShown) return;
      this.#list.fill();
      if (store.filter.clusterWith !== null) this.#drawChips();
    });
    store.on(["selection"], () => {
      if (!this.#isShown) return;
      this.#list.mark();
      if (!this.#panel.element.hidden) this.#panel.draw();
    });
    store.on(["focus"], () => { this.#focusChanged(); });
  }

  shown(): void {
    this.#isShown = true;
    this.#search.value = this.#inspected.store.filter.text;
    this.#draw();
    this.#list.redraw();
  }

  hidden(): void {
    this.#isShown = false;
  }

  #draw(): void {
    if (!this.#isShown) return;
    const { store } = this.#inspected;
    const { filter, sort } = store;
    const layout = store.memory.state.sampleLayout;
    if (store.sort === "kept") store.need("order");
    if (document.activeElement !== this.#search) this.#search.value = filter.text;
    this.#sort.set(SAMPLE_SORTS.map((id) => ({ id, title: sortText(id) })), sort);
    for (const name of ["grid", "table"] as const) this.#layouts[name].setAttribute("aria-pressed", String(name === layout));
    if (!this.#panel.element.hidden) this.#panel.draw();
    this.#drawChips();
    this.#drawCount();
    this.#drawNotice();
    const hasBase = store.base !== null;
    const isOther = filter !== this.#drawn.filter || sort !== this.#drawn.sort;
    const isFirst = hasBase && !this.#drawn.hasBase;
    this.#drawn = { filter, sort, hasBase };
    this.#list.element.hidden = store.matching.length === 0;
    this.#list.draw(store.listed, layout);
    // What the user has narrowed or sorted is read from its beginning; after a reload it stands where it was.
    if (isFirst) this.element.scrollTop = store.memory.state.scroll.samples;
    else if (isOther) {
      this.element.scrollTop = 0;
      this.#list.mark();
    }
  }

  #drawCount(): void {
    const { store } = this.#inspected;
    const searching = store.loading("search");
    const problem = searching?.problem ?? null;
    const found = store.matching.length;
    const isSearching = searching !== null && problem === null;
    const all = store.count === 1 ? l10n.t("1 sample") : l10n.t("{0} samples", formatCount(store.count));
    this.#count.textContent = store.base === null || isSearching ? "" : store.isFiltering ? l10n.t("{0} of {1}", formatCount(found), all) : all;
    this.#list.element.setAttribute("aria-busy", String(isSearching));
    if (problem !== null) {
      const again = button(l10n.t("Try Again"), "secondary", () => { store.setFilter({}); });
      this.#searching.replaceChildren(h("span", { class: "problem", text: l10n.t("The search failed: {0}", problem) }), again.element);
    } else if (isSearching) this.#searching.replaceChildren(progressRing(l10n.t("Searching")), h("span", { text: searching.progress === null ? l10n.t("Searching…") : progressText(searching.progress) }));
    else this.#searching.replaceChildren();
  }

  #drawChips(): void {
    const { store, samples } = this.#inspected;
    const { clusterWith } = store.filter;
    const sample = clusterWith === null ? null : samples.get(clusterWith);
    const size = clusterWith === null ? 0 : clusterSize(this.#inspected, clusterWith);
    const parts = activeParts(store.filter, sample === null ? l10n.t("{0} samples", formatCount(size)) : placeOf(sample));
    this.#filters.textContent = parts.length === 0 ? l10n.t("Filters") : l10n.t("Filters ({0})", parts.length);
    const focused = document.activeElement instanceof HTMLElement && this.#chips.contains(document.activeElement);
    const chips = parts.map(({ key, text, without }) => {
      const chip = h("button", { class: "chip", attributes: { "type": "button", "aria-label": l10n.t("Remove the filter “{0}”", text), "data-key": key } }, h("bdi", { class: "clip", text }), h("span", { text: "×", attributes: { "aria-hidden": "true" } }));
      chip.addEventListener("click", () => { store.setFilter(without); });
      return chip;
    });
    this.#chips.replaceChildren(...chips);
    if (parts.length > 0) this.#chips.append(this.#clearButton("link"));
    if (focused) (this.#chips.querySelector("button") ?? this.#search).focus();
  }

  #clearButton(look: string): HTMLButtonElement {
    const clear = h("button", { class: look, text: l10n.t("Clear filters"), attributes: { type: "button" } });
    clear.addEventListener("click", () => {
      this.#inspected.store.setFilter(NO_FILTER);
      this.#search.value = "";
      this.#search.focus();
    });
    return clear;
  }

  /** Why nothing is listed, or not all. */
  #drawNotice(): void {
    const { store } = this.#inspected;
    if (store.base === null) {
      const problem = store.loading("base")?.problem ?? null;
      if (problem === null) this.#notice.replaceChildren(h("div", { class: "loading" }, progressRing(l10n.t("Loading samples")), h("span", { text: l10n.t("Loading samples…") })));
      else {
        const again = button(l10n.t("Try Again"), "secondary", () => { store.need("base"); });
        this.#notice.replaceChildren(h("p", { class: "problem", text: problem }), again.element);
      }
      return;
    }
    const parts: HTMLElement[] = [];
    const waited = ["states", "clusters", "order"] as const;
    for (const what of waited) {
      const problem = store.loading(what)?.problem ?? null;
      if (problem !== null) parts.push(h("p", { class: "problem", text: problem }));
    }
    if (store.sort === "kept" && store.order === null && (store.loading("order")?.problem ?? null) === null) {
      const progress = store.loading("order")?.progress ?? null;
      parts.push(h("div", { class: "searching muted", attributes: { role: "status" } }, progressRing(l10n.t("Working")), h("span", { text: progress === null ? l10n.t("Working out the order in which budgets keep them…") : progressText(progress) })));
    }
    if (store.matching.length === 0) {
      const isSearching = store.loading("search") !== null;
      if (!isSearching) parts.push(h("div", { class: "nothing" }, h("p", { text: store.filter.chosen && store.selection.size === 0 ? l10n.t("No sample is chosen.") : l10n.t("No sample matches the filters.") }), this.#clearButton("tool")));
    } else if (store.matching.length > this.#list.capacity) parts.push(h("p", { class: "muted", text: l10n.t("The first {0} are listed; filters bring the others.", formatCount(this.#list.capacity)) }));
    this.#notice.replaceChildren(...parts);
  }

  #showFilters(isOpen: boolean): void {
    this.#panel.element.hidden = !isOpen;
    this.#filters.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.#panel.draw();
  }

  #covered(): number {
    const { sampleLayout } = this.#inspected.store.memory.state;
    return this.#bar.offsetHeight + (sampleLayout === "table" ? 30 : 0) + 4;
  }

  #focusChanged(): void {
    if (!this.#isShown) return;
    const { focus } = this.#inspected.store;
    this.#list.mark();
    if (focus !== null) this.#list.reveal(focus);
    // The details gave the focus back to a tile that is no longer there.
    else if (document.activeElement === document.body) this.#list.focusActive();
  }

  /** Keys that decide about samples, as the hint says. */
  #act(key: string, rows: Uint32Array): boolean {
    const { store } = this.#inspected;
    if (store.readOnly) return false;
    switch (key.toLowerCase()) {
      case "p":
        store.decide({ protect: rows });
        return true;
      case "u":
        store.decide({ unprotect: rows });
        return true;
      case "x":
        store.decide({ exclude: rows });
        return true;
      case "i":
        store.decide({ include: rows });
        return true;
      default:
        return false;
    }
  }
}
