import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";

export class ClassesView implements ComparePartView {
  readonly element = h("section", { class: "compare-classes" });
  readonly #model: CompareModel;

  constructor(_inspected: Inspected, model: CompareModel) {
    this.#model = model;
  }

  draw(): void {
    this.element.textContent = this.#model.view?.file ?? "";
  }
}
