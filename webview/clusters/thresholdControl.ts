import * as l10n from "@vscode/l10n";
import type { DatasetSummary } from "../../src/protocol/dataset.ts";
import { asSentence, formatCount, formatShare } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";
import { axisStart, binsOf, countFrom, similarityAxis, thresholdFrom, type Bin } from "./similarityAxis.ts";

const WIDTH = 300;
const HEIGHT = 56;
/** Room for the figures under the axis. */
const FIGURES = 14;
/** Half of the slider's thumb: its middle, not its edge, stands for the value. */
const INSET = 8;

/** A slider for the near-duplicate threshold, under the histogram of nearest-neighbour similarities that it cuts. */
export class ThresholdControl {
  readonly element: HTMLElement;
  readonly #slider: HTMLInputElement;
  readonly #number: HTMLInputElement;
  readonly #share = h("p");
  readonly #explanation = h("p", { class: "muted explanation" });
  readonly #problem = h("p", { class: "explanation problem", attributes: { id: "threshold-problem", role: "alert" } });
  readonly #bars = svg("g", {});
  readonly #cut = svg("line", { class: "cut", y1: 0, y2: HEIGHT });
  readonly #reset;
  readonly #readOnly: boolean;
  readonly #from = svg("text", { class: "tick", x: 0, y: 11 });
  #threshold: DatasetSummary["threshold"] | null = null;
  /** Similarities to nearest neighbours, ascending; none before they have come. */
  #sorted = new Float32Array(0);
  #chosen: number | null = null;
  /** The slider reaches down to it; while it is dragged its ends stay. */
  #lowest = 1;
  #bins: readonly Bin[] = [];

  /** @param onChange told of every step; null: the index's own threshold */
  constructor(readOnly: boolean, onChange: (threshold: number | null) => void) {
    this.#readOnly = readOnly;
    const choose = (threshold: number | null): void => {
      this.#chosen = threshold;
      this.#problem.textContent = "";
      this.#number.removeAttribute("aria-invalid");
      this.#drawValue();
      onChange(threshold);
    };
    const chart = svg("svg", { "viewBox": `0 0 ${WIDTH} ${HEIGHT}`, "width": WIDTH, "height": HEIGHT, "role": "img", "aria-label": l10n.t("Histogram of the similarity of each sample to its nearest neighbour") },
      this.#bars, svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }), this.#cut);
    this.#slider = h("input", { attributes: { "type": "range", "max": "1", "aria-label": l10n.t("Near-duplicate threshold, cosine similarity") } });
    const figures = svg("svg", { "class": "figures-line", "viewBox": `0 0 ${WIDTH} ${FIGURES}`, "width": WIDTH, "height": FIGURES, "aria-hidden": "true" },
      this.#from, svg("text", { "class": "tick", "x": WIDTH, "y": 11, "text-anchor": "end" }, "1"));
    this.#number = h("input", { class: "number", attributes: { "type": "text", "inputmode": "decimal", "autocomplete": "off", "spellcheck": "false", "aria-label": l10n.t("Threshold as a number above 0, up to 1"), "aria-describedby": "threshold-problem" } });
    this.#reset = button(l10n.t("Reset"), "secondary", () => {
      this.#lowest = this.#threshold?.value ?? 1;
      this.#drawAxis();
      choose(null);
    });
    this.#reset.element.title = l10n.t("Back to the threshold of the index");
    this.#slider.addEventListener("input", () => { choose(Number(this.#slider.value)); });
    this.#number.addEventListener("change", () => {
      const typed = thresholdFrom(this.#number.value);
      if (typed === null) {
        this.#number.setAttribute("aria-invalid", "true");
        this.#problem.textContent = l10n.t("A threshold is a number above 0, up to 1.");
        return;
      }
      if (typed < Number(this.#slider.min)) {
        this.#lowest = typed;
        this.#drawAxis();
      }
      choose(typed);
    });
    this.#number.addEventListener("keydown", (event) => {
      const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
      if (direction === 0) return;
      event.preventDefault();
      const step = Number(this.#slider.step);
      choose(Number(Math.min(1, Math.max(Number(this.#slider.min), this.#value + direction * step)).toFixed(4)));
    });
    for (const input of [this.#slider, this.#number]) input.disabled = readOnly;
    if (readOnly) for (const element of [this.#slider, this.#reset.element]) element.hidden = true;
    this.element = h("section", { class: "threshold", attributes: { "aria-label": l10n.t("Threshold") } },
      h("div", { class: "threshold-chart" }, chart, this.#slider, figures),
      h("div", { class: "threshold-text" },
        h("div", { class: "threshold-value" }, h("span", { text: l10n.t("Threshold") }), this.#number, this.#reset.element),
        this.#problem, this.#share, this.#explanation));
  }

  /** @param chosen by hand, or null for the index's own */
  show(threshold: DatasetSummary["threshold"], chosen: number | null): void {
    this.#threshold = threshold;
    this.#chosen = chosen;
    this.#lowest = Math.min(chosen ?? 1, threshold.value);
    this.#drawAxis();
    this.#drawValue();
  }

  /** @param nearest similarity of each sample to its nearest neighbour, in [0, 1]; null before it has come */
  showNeighbors(nearest: Float32Array | null): void {
    this.#sorted = nearest === null ? new Float32Array(0) : nearest.slice().sort();
    this.#drawAxis();
    this.#drawValue();
  }

  get #value(): number {
    return this.#chosen ?? this.#threshold?.value ?? 1;
  }

  #x(similarity: number): number {
    const from = Number(this.#slider.min);
    return INSET + Math.max(0, (similarity - from) / (1 - from)) * (WIDTH - 2 * INSET);
  }

  #drawAxis(): void {
    if (this.#threshold === null) return;
    const { from, step } = similarityAxis(axisStart(this.#threshold.value), this.#lowest);
    this.#slider.step = String(step);
    this.#slider.min = String(from);
    this.#from.textContent = from.toFixed(2);
    const { bins, highest } = binsOf(this.#sorted, from, step);
    this.#bins = bins.filter((bin) => bin.count > 0);
    this.#bars.replaceChildren(...this.#bins.map((bin) => this.#bar(bin, highest)));
  }

  #bar({ count, start, end, andLower }: Bin, highest: number): SVGElement {
    const height = Math.min(HEIGHT, Math.max(1.5, (count / highest) * (HEIGHT - 4)));
    const place = andLower ? l10n.t("{0} or lower", end.toFixed(3)) : l10n.t("{0} to {1}", start.toFixed(3), end.toFixed(3));
    const samples = count === 1 ? l10n.t("1 sample with a nearest neighbour at {0}", place) : l10n.t("{0} samples with a nearest neighbour at {1}", formatCount(count), place);
    return svg("rect", { class: "bar", x: this.#x(start), y: HEIGHT - height, width: Math.max(1, this.#x(end) - this.#x(start) - 1), height },
      svg("title", {}, height === HEIGHT ? `${samples} (${l10n.t("more than the axis shows")})` : samples));
  }

  #drawValue(): void {
    const threshold = this.#threshold;
    if (threshold === null) return;
    const value = this.#value;
    const digits = Number(this.#slider.step) < 0.001 || Math.abs(value * 1000 - Math.round(value * 1000)) > 1e-3 ? 4 : 3;
    const text = value.toFixed(digits);
    this.#slider.value = String(value);
    this.#slider.setAttribute("aria-valuetext", text);
    this.#number.value = text;
    this.#reset.enable(this.#chosen !== null);
    for (const end of ["x1", "x2"]) this.#cut.setAttribute(end, String(this.#x(value)));
    [...this.#bars.children].forEach((bar, i) => { bar.classList.toggle("above", this.#bins[i].start >= value - 1e-9); });
    const above = countFrom(this.#sorted, value);
    this.#share.textContent = this.#sorted.length === 0 ? ""
      : above === 1 ? l10n.t("1 sample has a nearest neighbour this similar.")
      : l10n.t("{0} samples ({1}) have a nearest neighbour this similar.", formatCount(above), formatShare(above / this.#sorted.length));
    this.#explanation.textContent = this.#readOnly ? l10n.t("A report shows the clusters at one threshold: {0}.", threshold.explanation)
      : this.#chosen === null ? asSentence(threshold.explanation)
      : l10n.t("Set here, for looking only; the index uses {0}.", threshold.value.toFixed(3));
  }
}
