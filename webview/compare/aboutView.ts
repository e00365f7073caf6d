import { h } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";

export class AboutView implements ComparePartView {
  readonly element = h("section", { class: "compare-about" });
  readonly #model: CompareModel;

  constructor(model: CompareModel) {
    this.#model = model;
  }

  draw(): void {
    this.element.textContent = this.#model.view?.file ?? "";
  }
}
