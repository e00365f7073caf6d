import * as l10n from "@vscode/l10n";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { placeOf } from "../samples/sampleCard.ts";

/** Where one is on the walk through the samples. */
interface Step {
  readonly row: number;
  /** From 1. */
  readonly place: number;
  readonly of: number;
}

const LONGEST_TEXT = 120;

/** Says which sample was stepped to, on the screen and to screen readers. */
export class MapAnnouncer {
  readonly element = h("p", { class: "map-said", attributes: { role: "status", dir: "auto" } });
  readonly #inspected: Inspected;
  #step: Step | null = null;
  #isSaid = false;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    inspected.store.on(["samples"], () => { if (!this.#isSaid) this.#draw(); });
  }

  say(step: Step | null): void {
    this.#step = step;
    this.#isSaid = false;
    this.#draw();
  }

  #draw(): void {
    if (this.#step === null) {
      this.element.textContent = "";
      return;
    }
    const { row, place, of } = this.#step;
    const sample = this.#inspected.samples.get(row);
    // It is said when it has come.
    if (sample === null) return;
    this.#isSaid = true;
    this.element.textContent = [
      placeOf(sample), ...(sample.label === null ? [] : [sample.label.slice(0, LONGEST_TEXT)]), ...(sample.text === null ? [] : [sample.text.slice(0, LONGEST_TEXT)]),
      l10n.t("more important than {0} of the samples", formatShare(sample.importanceRank)), l10n.t("{0} of {1}", formatCount(place), formatCount(of)),
    ].join(" · ");
  }
}
