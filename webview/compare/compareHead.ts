import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";

/** What was compared, the budget that is looked at, and what can be done with it. */
export class CompareHead {
  readonly element = h("header", { class: "compare-head" });
  readonly #model: CompareModel;

  constructor(_inspected: Inspected, model: CompareModel) {
    this.#model = model;
  }

  busy(_isBusy: boolean): void {
    this.element.classList.toggle("busy", _isBusy);
  }

  draw(): void {
    this.element.textContent = this.#model.view?.file ?? "";
  }
}
