import { h } from "../controls/dom.ts";
import { shortPlace } from "../samples/sampleCard.ts";
import type { Inspected } from "../app/page.ts";
import type { Size } from "./camera.ts";

/** Between the pointer and the tooltip, in CSS pixels. */
const GAP = 14;
const LONGEST_TEXT = 160;

/** A small picture of the sample under the pointer. For the eye alone: the keyboard's steps are spoken elsewhere. */
export class Tooltip {
  readonly element = h("div", { class: "map-tooltip", attributes: { "aria-hidden": "true" } });
  readonly #inspected: Inspected;
  #row: number | null = null;
  #isDrawn = false;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.element.hidden = true;
    inspected.store.on(["samples"], () => { if (this.#row !== null && !this.#isDrawn) this.#draw(); });
  }

  /** @param x, y the pointer, in pixels from the map's corner */
  show(row: number, x: number, y: number, { width, height }: Size): void {
    if (row !== this.#row) {
      this.#row = row;
      this.#draw();
    }
    this.element.hidden = false;
    const { offsetWidth, offsetHeight } = this.element;
    const left = x + GAP + offsetWidth <= width ? x + GAP : Math.max(0, x - GAP - offsetWidth);
    const top = y + GAP + offsetHeight <= height ? y + GAP : Math.max(0, y - GAP - offsetHeight);
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  hide(): void {
    this.#row = null;
    this.element.hidden = true;
  }

  #draw(): void {
    const { samples, thumbnails } = this.#inspected;
    const sample = this.#row === null ? null : samples.get(this.#row);
    this.#isDrawn = sample !== null;
    if (sample === null) {
      this.element.replaceChildren(h("span", { class: "muted", text: "…" }));
      return;
    }
    const image = h("img", { attributes: { alt: "" } });
    if (sample.kind === "image" || sample.kind === "pair") thumbnails.show(image, sample.id);
    this.element.replaceChildren(
      ...(sample.kind === "image" || sample.kind === "pair" ? [image] : []),
      h("div", {},
        ...(sample.label === null ? [] : [h("strong", { text: sample.label.slice(0, LONGEST_TEXT), attributes: { dir: "auto" } })]),
        ...(sample.text === null ? [] : [h("p", { text: sample.text.slice(0, LONGEST_TEXT), attributes: { dir: "auto" } })]),
        h("div", { class: "muted", text: shortPlace(sample), attributes: { dir: "auto" } })));
  }
}
