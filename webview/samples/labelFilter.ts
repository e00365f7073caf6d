import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import { h, linkButton } from "../controls/dom.ts";
import { labelText } from "./filterWords.ts";

/** From this many classes on they can be searched. */
const SEARCHED_FROM = 13;
/** Classes in the list; the search finds the others. */
const MOST_SHOWN = 300;

/** One or more classes to list, each with how many samples it would list. */
export class LabelFilter {
  readonly element: HTMLElement;
  readonly #onChange: (labels: readonly string[] | null) => void;
  readonly #search: HTMLInputElement;
  readonly #list = h("div", { class: "label-list" });
  readonly #more = h("p", { class: "muted", attributes: { role: "status" } });
  readonly #all: HTMLElement;
  #names: readonly string[] = [];
  #counts: ArrayLike<number> = [];
  #chosen: readonly string[] | null = null;

  /** @param onChange null for any label */
  constructor(onChange: (labels: readonly string[] | null) => void) {
    this.#onChange = onChange;
    this.#search = h("input", { class: "input", attributes: { "type": "search", "placeholder": l10n.t("Find a label"), "aria-label": l10n.t("Find a label") } });
    this.#search.addEventListener("input", () => { this.#draw(); });
    this.#all = linkButton(l10n.t("Any label"), l10n.t("Any label"), "any-label", () => { onChange(null); });
    this.element = h("fieldset", { class: "label-filter" }, h("legend", { class: "select-label", text: l10n.t("Label") }),
      h("div", { class: "label-head" }, this.#search, this.#all), this.#list, this.#more);
    this.#list.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement) this.#toggle(event.target.value, event.target.checked);
    });
  }

  /** @param names by code; an entry of `counts` more than names counts samples without a label */
  set(names: readonly string[], counts: ArrayLike<number>, chosen: readonly string[] | null): void {
    this.#names = names;
    this.#counts = counts;
    this.#chosen = chosen;
    this.element.hidden = names.length === 0;
    this.#search.hidden = names.length < SEARCHED_FROM;
    this.#all.hidden = chosen === null;
    this.#draw();
  }

  #toggle(label: string, isChosen: boolean): void {
    const others = (this.#chosen ?? []).filter((name) => name !== label);
    const labels = isChosen ? [...others, label] : others;
    this.#onChange(labels.length === 0 ? null : labels);
  }

  #draw(): void {
    const words = this.#search.value.trim().toLowerCase();
    const chosen = new Set(this.#chosen ?? []);
    const wanted = [...this.#names, ...(this.#counts.length > this.#names.length && (this.#counts[this.#names.length] > 0 || chosen.has("")) ? [""] : [])]
      .map((name, code) => ({ name, count: this.#counts[name === "" ? this.#names.length : code] ?? 0 }))
      .filter(({ name }) => words === "" || labelText(name).toLowerCase().includes(words));
    // Chosen ones first, so that they can be taken away however long the list is.
    const ordered = wanted.length <= MOST_SHOWN ? wanted : [...wanted.filter(({ name }) => chosen.has(name)), ...wanted.filter(({ name }) => !chosen.has(name))];
    const focused = document.activeElement instanceof HTMLInputElement && this.#list.contains(document.activeElement) ? document.activeElement.value : null;
    this.#list.replaceChildren(...ordered.slice(0, MOST_SHOWN).map(({ name, count }) => {
      const box = h("input", { attributes: { type: "checkbox", value: name } });
      box.checked = chosen.has(name);
      if (name === focused) queueMicrotask(() => { box.focus({ preventScroll: true }); });
      return h("label", { title: labelText(name) }, box, h("bdi", { class: "clip", text: labelText(name) }), h("span", { class: "muted figure", text: formatCount(count) }));
    }));
    this.#more.textContent = wanted.length === 0 ? l10n.t("No such label.") : wanted.length > MOST_SHOWN ? l10n.t("{0} more: find them by name.", formatCount(wanted.length - MOST_SHOWN)) : "";
  }
}
