import * as l10n from "@vscode/l10n";
import type { PricingQuestion } from "../../src/protocol/comparison.ts";
import { h } from "../controls/dom.ts";
import { BoughtTable } from "./boughtTable.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { PriceForm } from "./priceForm.ts";
import { SensitivityView } from "./sensitivityView.ts";
import { SpendForm } from "./spendForm.ts";

/** Prices to try, what an amount buys at them, and how the ranking moves as each varies. */
export class PricesView implements ComparePartView {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #spend: SpendForm;
  readonly #form: PriceForm;
  readonly #bought: BoughtTable;
  readonly #sensitivity: SensitivityView;
  readonly #answers: readonly HTMLElement[];
  readonly #problem = h("p", { class: "problem", attributes: { role: "status" } });

  constructor(model: CompareModel) {
    this.#model = model;
    const ask = (change: Partial<PricingQuestion>): void => {
      model.price(change);
      this.#fade();
    };
    this.#spend = new SpendForm(model, ask);
    this.#form = new PriceForm(model, ask);
    this.#bought = new BoughtTable(model);
    this.#sensitivity = new SensitivityView(model);
    this.#answers = [this.#bought.element, this.#sensitivity.element];
    this.element = h("section", { class: "compare-prices", attributes: { "aria-label": l10n.t("Prices and rankings") } },
      this.#spend.element, this.#problem, h("div", { class: "prices-parts" }, this.#form.element, this.#bought.element), this.#sensitivity.element);
  }

  draw(): void {
    const { view, question, utility, problem, store } = this.#model;
    if (view === null) return;
    // Whoever looks at another utility wants the ranking by that one.
    if (!store.readOnly && utility !== (question.utility ?? view.pricing.utility)) this.#model.price({ utility });
    this.#spend.draw();
    this.#form.draw();
    this.#bought.draw();
    this.#sensitivity.draw();
    if (this.#problem.textContent !== (problem ?? "")) this.#problem.textContent = problem ?? "";
    this.#fade();
  }

  /** What answers an earlier question stays, faded, until the answer comes. */
  #fade(): void {
    for (const element of this.#answers) {
      element.classList.toggle("pending", this.#model.isPricing);
      element.setAttribute("aria-busy", String(this.#model.isPricing));
    }
  }
}
