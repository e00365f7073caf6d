import * as l10n from "@vscode/l10n";
import { SPLIT_NAMES } from "../../src/protocol/columns.ts";
import { DROP_REASONS, formatCount } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { selectBox, type SelectOption } from "../controls/selectBox.ts";
import { placeText, reasonTitle, stateText } from "./filterWords.ts";
import { LabelFilter } from "./labelFilter.ts";
import { RankRange } from "./rankRange.ts";
import { facetsOf } from "./sampleFacets.ts";
import { CLUSTER_PLACES, STATES } from "./sampleFilter.ts";

/** Every part of the filter but the words, each choice with how many samples it lists. */
export class FilterPanel {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #labels: LabelFilter;
  readonly #rank: RankRange;
  readonly #split;
  readonly #state;
  readonly #reason;
  readonly #place;
  readonly #chosen: HTMLInputElement;
  readonly #chosenCount = h("span", { class: "muted figure" });

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    const { store } = inspected;
    this.#labels = new LabelFilter((labels) => { store.setFilter({ labels }); });
    this.#rank = new RankRange((rank) => { store.setFilter({ rank }); });
    this.#split = selectBox(l10n.t("Split"), (split) => { store.setFilter({ split: split === "" ? null : split }); });
    this.#state = selectBox(l10n.t("State"), (state) => { store.setFilter({ state: STATES.find((name) => name === state) ?? null }); });
    this.#reason = selectBox(l10n.t("Dropped as"), (reason) => { store.setFilter({ reason: reason === "" ? null : reason }); });
    this.#place = selectBox(l10n.t("Near-duplicates"), (place) => { store.setFilter({ place: CLUSTER_PLACES.find((name) => name === place) ?? null }); });
    this.#chosen = h("input", { attributes: { type: "checkbox" } });
    this.#chosen.addEventListener("change", () => { store.setFilter({ chosen: this.#chosen.checked }); });
    this.element = h("div", { class: "filter-panel", attributes: { "id": "sample-filters", "role": "group", "aria-label": l10n.t("Filters") } },
      h("div", { class: "filter-selects" }, this.#state.element, this.#reason.element, this.#split.element, this.#place.element, this.#rank.element,
        h("label", { class: "chosen-only" }, this.#chosen, h("span", { text: l10n.t("Chosen only") }), this.#chosenCount)),
      this.#labels.element);
  }

  /** Costs a pass over all samples for each part: only while it is on the screen. */
  draw(): void {
    const { store } = this.#inspected;
    const columns = store.filterColumns;
    if (columns === null) return;
    const { filter } = store;
    const facets = facetsOf(filter, columns);
    const option = (id: string, title: string, count: number): SelectOption<string> => ({ id, title: l10n.t("{0} ({1})", title, formatCount(count)), disabled: false });

    this.#labels.set(store.classNames, facets.labels, filter.labels);
    this.#rank.set(filter.rank);
    const hasSplits = columns.splitNames.some((name, code) => name !== "none" && facets.splits[code] > 0) || filter.split !== null;
    this.#split.element.hidden = !hasSplits;
    this.#split.set([{ id: "", title: l10n.t("Any") }, ...SPLIT_NAMES.map((name, code) => option(name, name === "none" ? l10n.t("No split") : name, facets.splits[code]))
      .filter(({ id }, code) => facets.splits[code] > 0 || filter.split === id)], filter.split ?? "");
    this.#state.set([{ id: "", title: l10n.t("Any") }, ...STATES.map((name) => option(name, stateText(name), facets.states[name]))], filter.state ?? "");
    const hasReasons = facets.reasons.some((count) => count > 0) || filter.reason !== null;
    this.#reason.element.hidden = !hasReasons;
    this.#reason.set([{ id: "", title: l10n.t("Any reason") }, ...DROP_REASONS.map((name, i) => option(name, reasonTitle(name), facets.reasons[i]))
      .filter(({ id }, i) => facets.reasons[i] > 0 || filter.reason === id)], filter.reason ?? "");
    this.#place.set([{ id: "", title: l10n.t("Any") }, option("in", placeText("in"), facets.inCluster), option("alone", placeText("alone"), facets.alone)], filter.place ?? "");
    this.#chosen.checked = filter.chosen;
    this.#chosenCount.textContent = formatCount(store.selection.size);
  }
}
