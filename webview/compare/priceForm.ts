import * as l10n from "@vscode/l10n";
import type { ComparedSource, ComparisonView, CostUnit, PricePart, PricingQuestion } from "../../src/protocol/comparison.ts";
import { samplesText } from "../../src/protocol/words.ts";
import { h, linkButton } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";
import type { CompareModel } from "./compareModel.ts";
import { COST_UNITS, editOf, editsAsConfig, isPlaceholder, PRICE_PARTS, readPrice, withEdit, withoutEdit } from "./priceEdits.ts";
import { nameText, partHint, partTitle, priceText } from "./priceWords.ts";

interface PriceField {
  readonly source: number;
  readonly part: PricePart;
  readonly unit: CostUnit;
  /** Null where prices cannot be edited. */
  readonly input: HTMLInputElement | null;
  readonly problem: HTMLElement;
  /** Below the field: what the file says, and the way back to it. */
  readonly beside: HTMLElement;
}

/** Beside a price that the file has from nobody. */
function placeholderOf(source: ComparedSource, part: PricePart, unit: CostUnit): readonly HTMLElement[] {
  if (!isPlaceholder(source, { part, unit }, null)) return [];
  return [h("span", { class: "price-placeholder", text: l10n.t("placeholder"), title: l10n.t("Nobody has given this price: a round number that stands for no market.") })];
}

/** Sources that are open at first; the others open on demand. */
const MOST_OPEN = 4;

/** The prices of every source, each to be tried at other values. */
export class PriceForm {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #ask: (change: Partial<PricingQuestion>) => void;
  readonly #sources = h("div", { class: "price-sources" });
  readonly #resetAll = button(l10n.t("Reset All"), "secondary", () => { this.#reset(); });
  readonly #copy = button(l10n.t("Copy as infomax.json"), "secondary", () => { void this.#copyEdits(); });
  readonly #copied = h("div", { class: "price-copied" });
  readonly #said = h("p", { class: "muted", attributes: { role: "status" } });
  readonly #snippet = h("textarea", { class: "input", attributes: { "readonly": "", "aria-label": l10n.t("Edited prices as infomax.json") } });
  #fields: readonly PriceField[] = [];
  #shown: ComparisonView | null = null;

  /** @param ask puts another question of prices */
  constructor(model: CompareModel, ask: (change: Partial<PricingQuestion>) => void) {
    this.#model = model;
    this.#ask = ask;
    this.#copied.append(this.#said, this.#snippet);
    this.#copied.hidden = true;
    const intro = h("p", { class: "muted" });
    intro.textContent = model.store.readOnly
      ? l10n.t("The prices of the result. Prices cannot be tried in a report.")
      : l10n.t("For one sample, except what is paid once. Try others: nothing is written, and costs and rankings follow at once in every view.");
    this.element = h("section", { class: "price-form", attributes: { "aria-label": l10n.t("Prices") } }, h("h2", { text: l10n.t("Prices") }), intro, this.#sources,
      ...(model.store.readOnly ? [] : [h("div", { class: "buttons" }, this.#resetAll.element, this.#copy.element), this.#copied]));
  }

  draw(): void {
    const { view, edits } = this.#model;
    if (view === null) return;
    if (view !== this.#shown) this.#build(view);
    for (const field of this.#fields) this.#drawField(view, field);
    this.#resetAll.enable(edits.length > 0);
    this.#copy.enable(edits.length > 0);
    if (edits.length === 0) this.#copied.hidden = true;
    else if (!this.#copied.hidden) this.#snippet.value = editsAsConfig(view.sources, edits);
  }

  #build(view: ComparisonView): void {
    this.#shown = view;
    const fields: PriceField[] = [];
    this.#sources.replaceChildren(...view.sources.map((source, s) => {
      const cells = PRICE_PARTS.map((part) => {
        const own = COST_UNITS.map((unit) => this.#field(view, source, s, part, unit));
        fields.push(...own.map(({ field }) => field));
        return h("div", { class: "price-cell" }, h("div", { class: "price-part", title: partHint(part) }, h("span", { text: partTitle(part) })), ...own.map(({ element }) => element));
      });
      const about = h("span", { class: "muted", text: samplesText(source.samples) });
      const box = h("details", { class: "price-source" }, h("summary", {}, h("bdi", { class: "price-source-name", text: source.name }), about), h("div", { class: "price-cells" }, ...cells));
      box.open = s < MOST_OPEN;
      return box;
    }));
    this.#fields = fields;
  }

  #field(view: ComparisonView, source: ComparedSource, s: number, part: PricePart, unit: CostUnit): { readonly field: PriceField; readonly element: HTMLElement } {
    const problem = h("span", { class: "problem", attributes: { role: "status" } });
    const beside = h("span", { class: "price-beside muted" });
    const unitName = unit === "money" ? view.currency : l10n.t("s");
    if (this.#model.store.readOnly) {
      beside.append(...placeholderOf(source, part, unit));
      const element = h("div", { class: "price-field" }, h("span", { class: "figure", text: priceText(source.prices[part][unit], unit, nameText(view.currency)) }), beside);
      return { field: { source: s, part, unit, input: null, problem, beside }, element };
    }
    const label = unit === "money"
      ? l10n.t("{0}, {1}, in {2}", partTitle(part), nameText(source.name), nameText(view.currency))
      : l10n.t("{0}, {1}, in seconds", partTitle(part), nameText(source.name));
    const input = h("input", { class: "input", attributes: { "type": "text", "inputmode": "decimal", "autocomplete": "off", "aria-label": label } });
    input.value = String(source.prices[part][unit]);
    const field: PriceField = { source: s, part, unit, input, problem, beside };
    input.addEventListener("input", () => { this.#typed(field, input); });
    // What cannot be read does not stay behind as if it held.
    input.addEventListener("blur", () => { this.#settle(field, input); });
    const element = h("div", { class: "price-field" }, h("span", { class: "with-unit" }, input, h("span", { class: "unit muted", text: unitName, attributes: { "aria-hidden": "true", "dir": "auto" } })), beside, problem);
    return { field, element };
  }

  #typed(field: PriceField, input: HTMLInputElement): void {
    const { view, edits } = this.#model;
    if (view === null) return;
    const reading = readPrice(input.value);
    this.#say(field, input, reading.ok ? "" : reading.problem);
    if (!reading.ok) return;
    const { source, part, unit } = field;
    this.#ask({ prices: withEdit(edits, view.sources, { source, part, unit, value: reading.value }) });
    this.draw();
  }

  #settle(field: PriceField, input: HTMLInputElement): void {
    if (this.#shown === null || readPrice(input.value).ok) return;
    this.#say(field, input, "");
    input.value = String(this.#priceOf(this.#shown, field));
  }

  #say({ problem }: PriceField, input: HTMLInputElement, words: string): void {
    if (problem.textContent !== words) problem.textContent = words;
    input.setAttribute("aria-invalid", String(words !== ""));
  }

  #priceOf(view: ComparisonView, { source, part, unit }: PriceField): number {
    return editOf(this.#model.edits, { source, part, unit })?.value ?? view.sources[source].prices[part][unit];
  }

  #drawField(view: ComparisonView, field: PriceField): void {
    const { input, beside } = field;
    if (input === null) return;
    const edit = editOf(this.#model.edits, field);
    input.classList.toggle("edited", edit !== null);
    // What is being typed is not written over.
    if (document.activeElement !== input && Number(input.value) !== this.#priceOf(view, field)) {
      input.value = String(this.#priceOf(view, field));
      this.#say(field, input, "");
    }
    const { source, part, unit } = field;
    if (beside.dataset["edited"] === String(edit !== null)) return;
    beside.dataset["edited"] = String(edit !== null);
    if (edit === null) return beside.replaceChildren(...placeholderOf(view.sources[source], part, unit));
    const own = priceText(view.sources[source].prices[part][unit], unit, nameText(view.currency));
    const reset = linkButton(l10n.t("Reset"), l10n.t("Reset {0} of {1} to {2}", partTitle(part), nameText(view.sources[source].name), own), "", () => {
      this.#ask({ prices: withoutEdit(this.#model.edits, field) });
      input.focus();
      input.value = String(view.sources[source].prices[part][unit]);
      this.#say(field, input, "");
      this.draw();
    });
    beside.replaceChildren(h("span", { text: l10n.t("file: {0}", own) }), reset);
  }

  #reset(): void {
    this.#ask({ prices: [] });
    this.draw();
  }

  async #copyEdits(): Promise<void> {
    const { view, edits } = this.#model;
    if (view === null || edits.length === 0) return;
    this.#snippet.value = editsAsConfig(view.sources, edits);
    this.#snippet.rows = Math.min(16, this.#snippet.value.split("\n").length);
    this.#copied.hidden = false;
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(this.#snippet.value);
    } catch {
      isCopied = false;
      this.#snippet.focus();
      this.#snippet.select();
    }
    const how = view.sources.length === 1
      ? l10n.t("It takes the place of \"sources\" in the \"comparison\" of infomax.json. Prices that nobody has given count as given there.")
      : l10n.t("It takes the place of \"sources\" in the \"comparison\" of infomax.json. A result holds no paths: put each source's own where PATH OF stands. Prices that nobody has given count as given there.");
    this.#said.textContent = `${isCopied ? l10n.t("Copied.") : l10n.t("Copy this.")} ${how}`;
  }
}
