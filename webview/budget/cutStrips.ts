import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import type { Inspected } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button, progressRing, type ButtonControl } from "../controls/toolkit.ts";
import { sampleCard } from "../samples/sampleCard.ts";
import { NO_FILTER } from "../samples/sampleFilter.ts";

/** Samples shown on each side of the cut. */
const BESIDE = 12;

/** The samples on both sides of the cut: those that are kept last, and those that would be kept next. */
export class CutStrips {
  readonly element: HTMLElement;
  readonly #inspected: Inspected;
  readonly #stay: HTMLElement;
  readonly #go: HTMLElement;
  readonly #listStay: ButtonControl;
  readonly #listGo: ButtonControl;
  #kept = 0;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.#stay = h("div", { class: "strip", attributes: { "role": "group", "aria-label": l10n.t("Last to stay") } });
    this.#go = h("div", { class: "strip", attributes: { "role": "group", "aria-label": l10n.t("First to go") } });
    this.#listStay = button(l10n.t("List What Stays"), "secondary", () => { this.#list(true); });
    this.#listGo = button(l10n.t("List What Goes"), "secondary", () => { this.#list(false); });
    this.element = h("section", { class: "cut", attributes: { "aria-label": l10n.t("At the cut") } }, h("h2", { text: l10n.t("At the cut") }),
      h("div", { class: "cut-title" }, h("h3", { text: l10n.t("Last to stay") }), this.#listStay.element), this.#stay,
      h("div", { class: "cut-title" }, h("h3", { text: l10n.t("First to go") }), this.#listGo.element), this.#go);
  }

  /** The counts on the buttons. */
  count(kept: number, dropped: number): void {
    this.#listStay.element.textContent = l10n.t("List What Stays ({0})", formatCount(kept));
    this.#listGo.element.textContent = l10n.t("List What Goes ({0})", formatCount(dropped));
    this.#listStay.enable(kept > 0);
    this.#listGo.enable(dropped > 0);
  }

  /** Draws the samples around the cut; those that are not known yet are asked for, and drawn when this is called again. */
  show(kept: number): void {
    this.#kept = kept;
    const order = this.#inspected.store.order?.order;
    if (order === undefined) return;
    this.#fill(this.#stay, order.subarray(Math.max(0, kept - BESIDE), kept).slice().reverse(), l10n.t("No sample is kept."));
    this.#fill(this.#go, order.subarray(kept, kept + BESIDE), l10n.t("Nothing goes but what is excluded."));
  }

  #fill(strip: HTMLElement, rows: Uint32Array, none: string): void {
    const samples = [...rows].map((row) => this.#inspected.samples.get(row));
    const active = document.activeElement;
    const key = active instanceof HTMLElement && strip.contains(active) ? active.dataset.key ?? null : null;
    if (rows.length === 0) strip.replaceChildren(h("p", { class: "muted", text: none }));
    // Those of before stay until all have come.
    else if (samples.includes(null)) {
      if (strip.childElementCount === 0) strip.replaceChildren(progressRing(l10n.t("Loading samples")));
    } else strip.replaceChildren(...samples.flatMap((sample) => (sample === null ? [] : [sampleCard(this.#inspected, sample, null)])));
    if (key !== null) strip.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  /** Chooses all on one side of the cut, excluded ones among those that go, and opens the page that lists them. */
  #list(staying: boolean): void {
    const { store } = this.#inspected;
    const order = store.order?.order;
    if (order === undefined) return;
    const stay = order.subarray(0, this.#kept);
    store.select((chosen) => {
      chosen.clear();
      if (staying) return chosen.add(stay);
      chosen.add(Uint32Array.from({ length: store.count }, (_, row) => row));
      chosen.remove(stay);
    });
    store.setFilter({ ...NO_FILTER, chosen: true });
    this.#inspected.goTo("samples");
  }
}
