import * as l10n from "@vscode/l10n";
import type { CostUnit, PricingQuestion } from "../../src/protocol/comparison.ts";
import { h, linkButton } from "../controls/dom.ts";
import { selectBox } from "../controls/selectBox.ts";
import type { CompareModel } from "./compareModel.ts";
import { readPrice, spendAt, spendRange, spendStep, SPEND_STEPS, usualSpend } from "./priceEdits.ts";
import { amountText, nameText, priceText } from "./priceWords.ts";

/** What may be spent, and the utility by which the strategies are ranked for it. */
export class SpendForm {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #ask: (change: Partial<PricingQuestion>) => void;
  readonly #utility = selectBox(l10n.t("Rank by"), (utility: string) => { this.#model.choose({ utility }); });
  readonly #unit = selectBox(l10n.t("Amount to spend, in"), (unit: CostUnit) => { this.#turnTo(unit); });
  readonly #field = h("input", { class: "input", attributes: { "type": "text", "inputmode": "decimal", "autocomplete": "off", "aria-label": l10n.t("Amount to spend") } });
  readonly #fieldUnit = h("span", { class: "unit muted", attributes: { "aria-hidden": "true", "dir": "auto" } });
  readonly #problem = h("span", { class: "problem", attributes: { role: "status" } });
  readonly #slider = h("input", { class: "spend-slider", attributes: { "type": "range", "min": "0", "max": String(SPEND_STEPS), "step": "1", "aria-label": l10n.t("Amount to spend, slider") } });
  readonly #ends = h("div", { class: "spend-ends muted", attributes: { "aria-hidden": "true" } }, h("span"), h("span"));
  readonly #usual = linkButton(l10n.t("Reset"), l10n.t("Reset to what the baseline costs at the middle budget"), "", () => {
    this.#say("");
    this.#ask({ spend: null });
    this.draw();
    // A button that is disabled loses the focus.
    this.#field.focus();
  });
  readonly #reading = h("p", { class: "spend-reading" });

  /** @param ask puts another question of prices */
  constructor(model: CompareModel, ask: (change: Partial<PricingQuestion>) => void) {
    this.#model = model;
    this.#ask = ask;
    this.#field.addEventListener("input", () => { this.#typed(); });
    this.#field.addEventListener("blur", () => {
      if (this.#problem.textContent === "") return;
      this.#say("");
      this.draw();
    });
    this.#slider.addEventListener("input", () => { this.#slid(); });
    this.element = h("section", { class: "spend-form", attributes: { "aria-label": l10n.t("What may be spent") } },
      ...(model.store.readOnly ? [this.#reading] : [
        h("div", { class: "spend-choices" }, this.#utility.element, this.#unit.element, h("span", { class: "with-unit spend-amount" }, this.#field, this.#fieldUnit, this.#problem), this.#usual),
        h("div", { class: "spend-slide" }, this.#slider, this.#ends),
      ]));
  }

  /** What is asked for, else what the answer on the screen is for. */
  get #spend(): { readonly unit: CostUnit; readonly amount: number } {
    const { question, view, pricing, isPricing } = this.#model;
    if (question.spend !== null) return question.spend;
    const usual = isPricing ? view?.pricing.spend : pricing?.spend;
    return usual ?? { unit: "money", amount: 0 };
  }

  draw(): void {
    const { view, pricing, utility, question } = this.#model;
    if (view === null || pricing === null) return;
    const currency = nameText(view.currency);
    const { unit, amount } = this.#spend;
    if (this.#model.store.readOnly) {
      this.#reading.textContent = l10n.t("For {0}, ranked by {1}. Amount, utility and prices can be changed in the inspector, not in a report.", amountText(amount, unit, currency), nameText(view.utilities[pricing.utility].title));
      return;
    }
    this.#utility.set(view.utilities.map(({ name, title }) => ({ id: name, title })), view.utilities[utility].name);
    this.#unit.set([{ id: "money", title: currency }, { id: "seconds", title: l10n.t("seconds") }], unit);
    this.#fieldUnit.textContent = unit === "money" ? currency : l10n.t("s");
    if (document.activeElement !== this.#field && this.#problem.textContent === "") this.#field.value = String(Number(amount.toPrecision(6)));
    this.#usual.disabled = question.spend === null;
    const range = spendRange(pricing, unit);
    this.#slider.disabled = range === null;
    if (range === null) return;
    this.#slider.value = String(spendStep(range, amount));
    this.#slider.setAttribute("aria-valuetext", amountText(amount, unit, currency));
    [range.low, range.high].forEach((end, at) => { this.#ends.children[at].textContent = amountText(end, unit, currency); });
    this.#slider.title = priceText(amount, unit, currency);
  }

  #turnTo(unit: CostUnit): void {
    const { view, pricing } = this.#model;
    if (view === null || pricing === null || unit === this.#spend.unit) return;
    this.#say("");
    this.#ask({ spend: { unit, amount: usualSpend(pricing, view.baseline, unit) } });
    this.draw();
  }

  #typed(): void {
    const reading = readPrice(this.#field.value);
    this.#say(reading.ok ? "" : reading.problem);
    if (!reading.ok) return;
    this.#ask({ spend: { unit: this.#spend.unit, amount: reading.value } });
    this.draw();
  }

  #slid(): void {
    const { pricing } = this.#model;
    const { unit } = this.#spend;
    const range = pricing === null ? null : spendRange(pricing, unit);
    if (range === null) return;
    this.#say("");
    this.#ask({ spend: { unit, amount: spendAt(range, Number(this.#slider.value)) } });
    this.draw();
  }

  #say(words: string): void {
    if (this.#problem.textContent !== words) this.#problem.textContent = words;
    this.#field.setAttribute("aria-invalid", String(words !== ""));
  }
}
