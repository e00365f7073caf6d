import type { DatasetSummary } from "../src/protocol/engine.ts";
import { formatCount } from "../src/protocol/words.ts";
import { debounced, h, svg } from "./dom.ts";
import { button } from "./toolkit.ts";

const WIDTH = 300;
const HEIGHT = 56;
/** Half of the slider's thumb: its middle, not its edge, stands for the value. */
const INSET = 8;
const STEP = 0.005;

/** A slider for the near-duplicate threshold, under the histogram of nearest-neighbour similarities that it cuts. */
export class ThresholdControl {
  readonly element: HTMLElement;
  readonly #slider: HTMLInputElement;
  readonly #value: HTMLElement;
  readonly #explanation: HTMLElement;
  readonly #chart: SVGSVGElement;
  readonly #auto;
  #summary: DatasetSummary | null = null;
  #chosen: number | null = null;

  constructor(onChange: (threshold: number | null) => void) {
    const changed = debounced(250, () => { onChange(this.#chosen); });
    this.#chart = svg("svg", { "viewBox": `0 0 ${WIDTH} ${HEIGHT}`, "width": WIDTH, "height": HEIGHT, "role": "img", "aria-label": "Histogram of the similarity of each sample to its nearest neighbour" });
    this.#slider = h("input", { attributes: { "type": "range", "step": String(STEP), "max": "1", "aria-label": "Near-duplicate threshold, cosine similarity" } });
    this.#value = h("output", { class: "figure" });
    this.#explanation = h("p", { class: "muted explanation" });
    this.#auto = button("Reset", "secondary", () => {
      this.#chosen = null;
      this.#draw();
      changed();
    });
    this.#auto.element.title = "Back to the threshold of the index";
    this.#slider.addEventListener("input", () => {
      this.#chosen = Number(this.#slider.value);
      this.#draw();
      changed();
    });
    this.element = h("section", { class: "threshold", attributes: { "aria-label": "Threshold" } },
      h("div", { class: "threshold-chart" }, this.#chart, this.#slider),
      h("div", { class: "threshold-text" },
        h("div", { class: "threshold-value" }, h("span", { text: "Threshold" }), this.#value, this.#auto.element),
        this.#explanation));
  }

  show(summary: DatasetSummary, chosen: number | null): void {
    this.#summary = summary;
    this.#chosen = chosen;
    this.#draw();
  }

  #draw(): void {
    const summary = this.#summary;
    if (summary === null) return;
    const value = this.#chosen ?? summary.threshold.value;
    const bins = summary.similarityHistogram;
    // The lower half is mostly empty; it is shown only where the threshold lies there.
    const from = Math.min(value, summary.threshold.value) < 0.5 ? 0 : 0.5;
    this.#slider.min = String(from);
    this.#slider.value = String(value);
    this.#slider.setAttribute("aria-valuetext", value.toFixed(3));
    this.#value.textContent = value.toFixed(3);
    this.#auto.enable(this.#chosen !== null);
    this.#explanation.textContent = this.#chosen === null
      ? `${summary.threshold.explanation.charAt(0).toUpperCase()}${summary.threshold.explanation.slice(1)}.`
      : `Set here, for looking only; the index uses ${summary.threshold.value.toFixed(3)}.`;

    const x = (similarity: number): number => INSET + ((similarity - from) / (1 - from)) * (WIDTH - 2 * INSET);
    const shown = bins.map((count, i) => ({ count, start: i / bins.length, end: (i + 1) / bins.length })).filter((bin) => bin.end > from);
    const highest = Math.max(1, ...shown.map((bin) => bin.count));
    const bars = shown.filter((bin) => bin.count > 0).map(({ count, start, end }) => {
      const height = Math.max(1.5, (count / highest) * (HEIGHT - 4));
      const left = x(Math.max(start, from));
      return svg("rect", { class: start >= value - 1e-9 ? "bar above" : "bar", x: left, y: HEIGHT - height, width: Math.max(1, x(end) - left - 1), height },
        svg("title", {}, `${formatCount(count)} samples with a nearest neighbour at ${start.toFixed(2)} to ${end.toFixed(2)}`));
    });
    this.#chart.replaceChildren(...bars,
      svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      svg("line", { class: "cut", x1: x(value), x2: x(value), y1: 0, y2: HEIGHT }));
  }
}
