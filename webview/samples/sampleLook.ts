import * as l10n from "@vscode/l10n";
import { DROPPED, KEPT, SPLIT_NAMES } from "../../src/protocol/columns.ts";
import { DROP_REASONS, formatCount, formatShare, formatSimilarity } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { labelText, reasonTitle } from "./filterWords.ts";
import { marksOf, placeOf, shortPlace } from "./sampleCard.ts";

/** Longest text put on the page: more is not seen anyway. */
const MOST_LETTERS = 300;
const importanceFormat = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** How the samples of a list look: made empty at once, filled in when the sample has come, marked anew when its state changes. */
export interface SampleLook {
  create(row: number): HTMLElement;
  /** @returns false while the sample has not come; it is asked for then */
  fill(element: HTMLElement, row: number): boolean;
  mark(element: HTMLElement, row: number): void;
}

/** Label of a sample: "" without one, null where the dataset has no labels. */
export function labelOf({ store }: Inspected, row: number): string | null {
  const { base, classNames } = store;
  return base === null || classNames.length === 0 ? null : base.label[row] < 0 ? "" : classNames[base.label[row]] ?? "";
}

/** Kept or dropped and why, in words; "" where no selection is shown. */
export function decisionText({ store }: Inspected, row: number): string {
  const { states } = store;
  if (states === null) return "";
  if (states.decision[row] === KEPT) return l10n.t("Kept");
  if (states.decision[row] !== DROPPED) return "";
  const reason = states.reason[row] === 0 ? undefined : DROP_REASONS[states.reason[row] - 1];
  return reason === undefined ? l10n.t("Dropped") : l10n.t("Dropped: {0}", reasonTitle(reason));
}

export function importanceText({ store }: Inspected, row: number): string {
  return store.base === null ? "" : importanceFormat.format(store.base.importance[row]);
}

export function nearestText({ store }: Inspected, row: number): string {
  return store.base === null ? "" : formatSimilarity(store.base.nearest[row]);
}

/** Samples in the cluster of a row at the threshold on the screen; 0 where it is alone. */
export function clusterSize({ store }: Inspected, row: number): number {
  const { clusters } = store;
  const cluster = clusters?.clusterOf[row] ?? -1;
  return clusters === null || cluster < 0 ? 0 : clusters.offsets[cluster + 1] - clusters.offsets[cluster];
}

/** What the tile says under the label: what the list is sorted by, else where the sample is. */
function sortedValue(inspected: Inspected, row: number, place: string): string {
  const { store } = inspected;
  if (store.base === null) return place;
  switch (store.sort) {
    case "important":
    case "unimportant":
      return l10n.t("importance {0}", importanceText(inspected, row));
    case "nearest":
    case "farthest":
      return l10n.t("nearest {0}", nearestText(inspected, row));
    case "suspicious":
      return Number.isNaN(store.base.aum[row]) ? place : l10n.t("margin {0}", store.base.aum[row].toFixed(2));
    case "cluster": {
      const size = clusterSize(inspected, row);
      return size === 0 ? place : l10n.t("cluster of {0}", formatCount(size));
    }
    case "split":
      return SPLIT_NAMES[store.base.split[row]] ?? place;
    case "source":
    case "label":
    case "kept":
      return place;
  }
}

/** The states that both looks show the same way. */
function markChosen({ store }: Inspected, element: HTMLElement, row: number): void {
  const isChosen = store.selection.has(row);
  element.classList.toggle("chosen", isChosen);
  element.setAttribute("aria-selected", String(isChosen));
  const isCurrent = store.focus === row;
  element.classList.toggle("current", isCurrent);
  if (isCurrent) element.setAttribute("aria-current", "true");
  else element.removeAttribute("aria-current");
  element.classList.toggle("dropped", store.states?.decision[row] === DROPPED || store.states?.isExcluded[row] === 1);
}

/** A mark by which a sample is chosen with the pointer; the keyboard has Space. */
function pick(): HTMLElement {
  return h("span", { class: "pick", title: l10n.t("Choose (Space)"), attributes: { "aria-hidden": "true" } });
}

/** Tiles of a grid: the picture or the text, with its label. */
export function tileLook(inspected: Inspected): SampleLook {
  const { store, samples, thumbnails } = inspected;
  const kind = (): "image" | "text" | "pair" => (store.summary === null || store.summary.kind === "vector" ? "text" : store.summary.kind);
  return {
    create: (row) => {
      const tile = h("div", { class: `tile ${kind()} pending`, attributes: { "role": "gridcell", "tabindex": "-1", "data-key": `sample:${row}`, "data-row": String(row) } });
      if (kind() !== "text") tile.append(h("div", { class: "tile-picture" }));
      if (kind() !== "image") tile.append(h("div", { class: "tile-text", attributes: { dir: "auto" } }));
      tile.append(h("div", { class: "tile-marks" }), pick(), h("bdi", { class: "tile-line clip" }), h("bdi", { class: "tile-line muted clip figure" }));
      return tile;
    },
    fill: (tile, row) => {
      const sample = samples.get(row);
      if (sample === null) return false;
      if (!tile.classList.contains("pending")) return true;
      tile.classList.remove("pending");
      const picture = tile.querySelector(".tile-picture");
      if (picture !== null) {
        const image = h("img", { attributes: { alt: "", draggable: "false", decoding: "async" } });
        thumbnails.show(image, sample.id);
        picture.append(image);
      }
      const text = tile.querySelector<HTMLElement>(".tile-text");
      if (text !== null) text.textContent = sample.text === null ? l10n.t("(vector)") : sample.text.slice(0, MOST_LETTERS);
      tile.dataset.short = shortPlace(sample);
      tile.title = placeOf(sample);
      return true;
    },
    mark: (tile, row) => {
      markChosen(inspected, tile, row);
      const marks = [...marksOf(inspected, row), ...(store.states?.decision[row] === DROPPED ? [{ name: "dropped", text: l10n.t("Dropped"), title: decisionText(inspected, row) }] : [])];
      tile.querySelector(".tile-marks")?.replaceChildren(...marks.map(({ name, text, title }) => h("span", { class: `mark ${name}-mark`, text, title })));
      const [first, second] = tile.querySelectorAll(".tile-line");
      const label = labelOf(inspected, row);
      const short = tile.dataset.short ?? "";
      const value = sortedValue(inspected, row, short);
      first.textContent = label === null ? short : labelText(label);
      second.textContent = label === null && value === short ? decisionText(inspected, row) : value;
    },
  };
}

/** Rows of a table. */
export function tableLook(inspected: Inspected): SampleLook {
  const { store, samples, thumbnails } = inspected;
  const hasPicture = (): boolean => store.summary?.kind === "image" || store.summary?.kind === "pair";
  const cell = (name: string, isFigure = false): HTMLElement => h("div", { class: `cell ${name}${isFigure ? " figure" : " clip"}`, attributes: { role: "gridcell" } });
  return {
    create: (row) => {
      const place = cell("place-cell");
      place.append(pick(), ...(hasPicture() ? [h("span", { class: "cell-picture" })] : []), h("bdi", { class: "cell-place clip" }), h("bdi", { class: "cell-text muted clip", attributes: { dir: "auto" } }));
      return h("div", { class: hasPicture() ? "table-row pending" : "table-row of-text pending", attributes: { "role": "row", "tabindex": "-1", "data-key": `sample:${row}`, "data-row": String(row) } },
        place, cell("label-cell"), cell("split-cell"), cell("importance-cell", true), cell("nearest-cell", true), cell("cluster-cell", true), cell("state-cell"));
    },
    fill: (element, row) => {
      const sample = samples.get(row);
      if (sample === null) return false;
      if (!element.classList.contains("pending")) return true;
      element.classList.remove("pending");
      const picture = element.querySelector(".cell-picture");
      if (picture !== null) {
        const image = h("img", { attributes: { alt: "", draggable: "false", decoding: "async" } });
        thumbnails.show(image, sample.id);
        picture.append(image);
      }
      const place = element.querySelector<HTMLElement>(".cell-place");
      if (place !== null) place.textContent = hasPicture() ? placeOf(sample) : shortPlace(sample);
      const text = element.querySelector<HTMLElement>(".cell-text");
      if (text !== null) text.textContent = sample.text === null ? "" : sample.text.slice(0, MOST_LETTERS);
      element.title = placeOf(sample);
      return true;
    },
    mark: (element, row) => {
      markChosen(inspected, element, row);
      const { base } = store;
      const size = clusterSize(inspected, row);
      const label = labelOf(inspected, row);
      const put = (name: string, text: string, title = ""): void => {
        const place = element.querySelector<HTMLElement>(`.${name}-cell`);
        if (place === null) return;
        place.replaceChildren(h("bdi", { text }));
        place.title = title;
      };
      put("label", label === null ? "" : labelText(label), label ?? "");
      put("split", base === null || base.split[row] === 0 ? "" : SPLIT_NAMES[base.split[row]]);
      put("importance", importanceText(inspected, row), base === null ? "" : l10n.t("Higher than that of {0} of the samples", formatShare(base.rank[row])));
      put("nearest", nearestText(inspected, row));
      put("cluster", size === 0 ? "–" : formatCount(size), size === 0 ? l10n.t("In no cluster") : l10n.t("In a cluster of {0} samples", formatCount(size)));
      put("state", [...marksOf(inspected, row).map(({ text }) => text), ...[decisionText(inspected, row)].filter((text) => text !== "")].join(" · "));
    },
  };
}
