import * as l10n from "@vscode/l10n";
import { h } from "../controls/dom.ts";
import { rankText } from "./filterWords.ts";

const STEPS = 100;

/** A range of importance with two ends, in shares of the samples that are less important. */
export class RankRange {
  readonly element: HTMLElement;
  readonly #low: HTMLInputElement;
  readonly #high: HTMLInputElement;
  readonly #text = h("output", { class: "muted figure" });
  readonly #between = h("div", { class: "range-between" });

  /** @param onChange null for the whole range */
  constructor(onChange: (rank: readonly [number, number] | null) => void) {
    this.#low = this.#end(l10n.t("Lowest importance, in percent of the samples below it"));
    this.#high = this.#end(l10n.t("Highest importance, in percent of the samples below it"));
    const changed = (moved: HTMLInputElement): void => {
      // An end pushed against the other stops one step before it.
      if (moved === this.#low) moved.valueAsNumber = Math.min(moved.valueAsNumber, this.#high.valueAsNumber - 1);
      else moved.valueAsNumber = Math.max(moved.valueAsNumber, this.#low.valueAsNumber + 1);
      this.#draw();
      onChange(this.#value());
    };
    for (const input of [this.#low, this.#high]) input.addEventListener("input", () => { changed(input); });
    this.element = h("div", { class: "rank-range", attributes: { "role": "group", "aria-label": l10n.t("Importance") } },
      h("div", { class: "range-head" }, h("span", { class: "select-label", text: l10n.t("Importance") }), this.#text),
      h("div", { class: "range-track" }, this.#between, this.#low, this.#high));
    this.set(null);
  }

  set(rank: readonly [number, number] | null): void {
    this.#low.valueAsNumber = Math.round((rank?.[0] ?? 0) * STEPS);
    this.#high.valueAsNumber = Math.round((rank?.[1] ?? 1) * STEPS);
    this.#draw();
  }

  #end(label: string): HTMLInputElement {
    return h("input", { attributes: { "type": "range", "min": "0", "max": String(STEPS), "step": "1", "aria-label": label } });
  }

  #value(): readonly [number, number] | null {
    const rank = [this.#low.valueAsNumber / STEPS, this.#high.valueAsNumber / STEPS] as const;
    return rank[0] <= 0 && rank[1] >= 1 ? null : rank;
  }

  #draw(): void {
    const value = this.#value();
    this.#text.textContent = value === null ? l10n.t("any") : rankText(value);
    this.#between.style.left = `${this.#low.valueAsNumber}%`;
    this.#between.style.right = `${STEPS - this.#high.valueAsNumber}%`;
    // Where both ends stand at the top, the lower one must be the one to grasp.
    this.#low.classList.toggle("on-top", this.#low.valueAsNumber > STEPS / 2);
  }
}
