import { h } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";

export class PricesView implements ComparePartView {
  readonly element = h("section", { class: "compare-prices" });
  readonly #model: CompareModel;

  constructor(model: CompareModel) {
    this.#model = model;
  }

  draw(): void {
    this.element.textContent = this.#model.view?.file ?? "";
  }
}
