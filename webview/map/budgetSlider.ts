import * as l10n from "@vscode/l10n";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";

/** The budget that is being looked at, to be dragged. */
export class BudgetSlider {
  readonly element: HTMLElement;
  readonly #input = h("input", { attributes: { type: "range", min: "1", step: "1" } });
  readonly #text = h("output");

  /** @param onBudget given the samples kept */
  constructor(onBudget: (kept: number) => void) {
    this.#input.setAttribute("aria-label", l10n.t("Budget"));
    this.#input.addEventListener("input", () => { onBudget(Number(this.#input.value)); });
    this.element = h("div", { class: "map-budget" }, this.#text, this.#input);
  }

  /** @param most samples that can be kept */
  show(kept: number, most: number, count: number): void {
    const text = l10n.t("keep {0} ({1})", formatCount(kept), formatShare(count === 0 ? 0 : kept / count));
    this.#input.max = String(Math.max(1, most));
    this.#input.value = String(kept);
    this.#input.setAttribute("aria-valuetext", text);
    this.#text.textContent = text;
  }
}
