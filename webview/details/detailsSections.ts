import * as l10n from "@vscode/l10n";
import { SPLIT_NAMES } from "../../src/protocol/columns.ts";
import type { Explanation, HistoryEntry, SampleView } from "../../src/protocol/samples.ts";
import { formatShare, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button, textField } from "../controls/toolkit.ts";
import { labelText, reasonTitle } from "../samples/filterWords.ts";
import { marksOf, placeOf, shortPlace } from "../samples/sampleCard.ts";
import { NO_FILTER } from "../samples/sampleFilter.ts";
import { labelOf } from "../samples/sampleLook.ts";
import { clusterOthers, samplesText, type Beside } from "./known.ts";

const number = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const MOST_LETTERS = 160;

/** Label, split, importance and its parts, cluster. */
export function facts(inspected: Inspected, sample: SampleView, explanation: Explanation | null): HTMLElement {
  const { store } = inspected;
  const { row } = sample;
  const { base } = store;
  const entries: (readonly [string, Node])[] = [];
  const put = (name: string, value: Node | string): void => { entries.push([name, typeof value === "string" ? document.createTextNode(value) : value]); };
  const label = labelOf(inspected, row);
  if (label !== null) put(l10n.t("Label"), h("bdi", { text: labelText(label) }));
  const split = sample.split ?? (base === null ? "none" : SPLIT_NAMES[base.split[row]]);
  if (split !== "none") put(l10n.t("Split"), h("bdi", { text: split }));
  put(l10n.t("Importance"), l10n.t("{0}, higher than that of {1} of the samples", number.format(sample.importance), formatShare(sample.importanceRank)));
  for (const { name, value } of explanation?.importance ?? []) put(name, number.format(value));
  const aum = base?.aum[row] ?? NaN;
  const isTold = explanation?.importance.some(({ name }) => /aum/i.test(name)) === true;
  if (!Number.isNaN(aum) && !isTold) put(l10n.t("Margin (AUM)"), aum < 0 ? l10n.t("{0}: another class fits better", number.format(aum)) : number.format(aum));
  if (base !== null) put(l10n.t("Nearest neighbour"), l10n.t("similarity {0}", formatSimilarity(base.nearest[row])));
  const cluster = clusterOthers(inspected, row);
  if (cluster !== null) {
    const link = h("button", { class: "link", text: l10n.t("Show its cluster of {0}", samplesText(cluster.size)), attributes: { "type": "button", "data-key": "cluster" } });
    link.addEventListener("click", () => {
      store.setFilter({ ...NO_FILTER, clusterWith: row });
      inspected.goTo("samples");
    });
    put(l10n.t("Near-duplicates"), h("span", {}, link, h("span", { class: "muted", text: cluster.representative === row ? ` ${l10n.t("(its representative)")}` : "" })));
  } else if (store.clusters !== null) put(l10n.t("Near-duplicates"), l10n.t("none"));
  return h("dl", { class: "details-facts" }, ...entries.map(([name, value]) => h("div", {}, h("dt", { text: name }), h("dd", {}, value))));
}

/** What was decided by hand, as marks with their note. */
export function marks(inspected: Inspected, sample: SampleView): HTMLElement {
  return h("div", { class: "details-marks" },
    ...marksOf(inspected, sample.row).map(({ name, text, title }) => h("span", { class: `mark ${name}-mark`, text, title })),
    ...(sample.note === null || sample.note === "" ? [] : [h("span", { class: "muted note-text", text: sample.note, attributes: { dir: "auto" } })]));
}

/** The actions, made once: they stay while what they are about changes, so that a note being typed is not lost. */
export class Actions {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #buttons = h("div", { class: "action-buttons" });
  readonly #note;
  #row: number | null = null;
  #drawn = "";

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.#note = textField(l10n.t("Note, kept with the decision"), l10n.t("Note (optional)"), { input: () => undefined, enter: () => undefined });
    this.element = h("div", { class: "details-actions" }, this.#buttons, this.#note.element);
    this.element.hidden = inspected.store.readOnly;
  }

  draw(sample: SampleView): void {
    const { store } = this.#inspected;
    const { states } = store;
    if (store.readOnly) return;
    const { row } = sample;
    if (this.#row !== row) this.#note.value = "";
    const isProtected = states?.isProtected[row] === 1;
    const isExcluded = states?.isExcluded[row] === 1;
    const isPreferred = states?.isPreferred[row] === 1;
    const isInCluster = clusterOthers(this.#inspected, row) !== null;
    const drawn = [row, isProtected, isExcluded, isPreferred, isInCluster].join();
    if (drawn === this.#drawn) return;
    const hadFocus = this.#buttons.contains(document.activeElement);
    const isSameSample = this.#row === row;
    this.#drawn = drawn;
    this.#row = row;
    const rows = [row];
    const withNote = (): string | undefined => {
      const note = this.#note.value.trim();
      this.#note.value = "";
      return note === "" ? undefined : note;
    };
    const act = (text: string, run: () => void): HTMLElement => button(text, "secondary", run).element;
    this.#buttons.replaceChildren(
      ...(isProtected ? [act(l10n.t("Unprotect"), () => { store.decide({ unprotect: rows }); })] : isExcluded ? [] : [act(l10n.t("Protect"), () => { store.decide({ protect: rows }, withNote()); })]),
      ...(isExcluded ? [act(l10n.t("Include"), () => { store.decide({ include: rows }); })] : isProtected ? [] : [act(l10n.t("Exclude"), () => { store.decide({ exclude: rows }, withNote()); })]),
      ...(isPreferred ? [act(l10n.t("No Longer the Keeper"), () => { store.decide({ unprefer: rows }); })]
        : isInCluster && !isExcluded ? [act(l10n.t("Make Keeper of Its Cluster"), () => { store.decide({ prefer: rows }, withNote()); })] : []));
    this.#note.element.hidden = isProtected && (isPreferred || !isInCluster);
    // The button that was pressed is another one now.
    if (hadFocus && isSameSample) this.#buttons.querySelector<HTMLElement>("vscode-button")?.focus();
  }
}

/** Small cards of other samples; a click looks at one, "Compare" puts it beside the sample. */
export function neighbours(inspected: Inspected, title: string, others: readonly Beside[], compare: ((row: number) => void) | null): HTMLElement {
  const { samples, thumbnails, store } = inspected;
  const cards = others.map(({ row, similarity }) => {
    const sample = samples.get(row);
    const place = sample === null ? "…" : placeOf(sample);
    const go = h("button", { class: "neighbour-go", attributes: { "type": "button", "data-key": `go:${row}` } });
    go.addEventListener("click", () => { store.setFocus(row); });
    if (sample !== null && (sample.kind === "image" || sample.kind === "pair")) {
      const image = h("img", { attributes: { alt: place, draggable: "false" } });
      thumbnails.show(image, sample.id);
      go.append(h("span", { class: "neighbour-picture" }, image));
    }
    if (sample !== null && sample.kind !== "image") go.append(h("span", { class: "neighbour-text", text: (sample.text ?? l10n.t("(vector)")).slice(0, MOST_LETTERS), attributes: { dir: "auto" } }));
    const label = labelOf(inspected, row);
    go.append(
      h("span", { class: "neighbour-line" }, h("bdi", { class: "clip", text: label === null ? (sample === null ? "" : shortPlace(sample)) : labelText(label) }), h("span", { class: "figure", text: formatSimilarity(similarity), title: l10n.t("similarity {0}", formatSimilarity(similarity)) })));
    go.title = place;
    const card = h("li", { class: `neighbour ${sample?.kind ?? "pending"}` }, go);
    if (compare !== null && sample !== null) {
      const beside = h("button", { class: "link", text: l10n.t("Compare"), attributes: { "type": "button", "data-key": `compare:${row}`, "aria-label": l10n.t("Compare with {0}", place) } });
      beside.addEventListener("click", () => { compare(row); });
      card.append(beside);
    }
    return card;
  });
  return h("section", {}, h("h3", { text: title }), h("ul", { class: "neighbours" }, ...cards));
}

function dateText(when: string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? when : date.toLocaleDateString(undefined, { dateStyle: "medium" });
}

function entryText(entry: HistoryEntry): string {
  switch (entry.kind) {
    case "protected":
      return l10n.t("Protected since {0}", dateText(entry.when));
    case "excluded":
      return l10n.t("Excluded since {0}", dateText(entry.when));
    case "preferred":
      return l10n.t("Keeper by hand since {0}", dateText(entry.when));
    case "rule":
      return entry.action === "protect" ? l10n.t("Protected by the rule “{0}”", entry.rule) : l10n.t("Excluded by the rule “{0}”", entry.rule);
    case "selection":
      return entry.decision === "kept" ? l10n.t("Kept by “{0}”, {1}", entry.selection, dateText(entry.when)) : l10n.t("Dropped by “{0}”, {1}: {2}", entry.selection, dateText(entry.when), reasonTitle(entry.reason));
  }
}

/** What was once decided about the sample. */
export function historyList(inspected: Inspected, history: readonly HistoryEntry[]): HTMLElement {
  const { store } = inspected;
  const lines = history.map((entry) => {
    const line = h("li", { attributes: { dir: "auto" } }, h("span", { text: entryText(entry) }));
    if (entry.kind !== "selection" && entry.note !== null && entry.note !== "") line.append(h("span", { class: "muted", text: ` “${entry.note}”` }));
    if (entry.kind === "selection" && entry.keeper !== null) {
      const { keeper } = entry;
      const go = h("button", { class: "link", text: keeper, attributes: { "type": "button", "dir": "auto", "aria-label": l10n.t("Show {0}", keeper) } });
      go.addEventListener("click", () => { store.focusById(keeper); });
      line.append(document.createTextNode(" "), h("span", { class: "muted", text: l10n.t("keeper") }), document.createTextNode(" "), go);
    }
    return line;
  });
  return h("section", {}, h("h3", { text: l10n.t("History") }), lines.length === 0 ? h("p", { class: "muted", text: l10n.t("Nothing was decided about it yet.") }) : h("ul", { class: "history" }, ...lines));
}
