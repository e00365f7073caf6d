import type { CurveResult } from "../src/protocol/engine.ts";
import { formatCount, formatShare } from "../src/protocol/words.ts";
import { h, svg } from "./dom.ts";
import { nearest, ticks } from "./scale.ts";

const HEIGHT = 300;
const MARGIN = { top: 26, right: 20, bottom: 46, left: 56 };
const MIN_WIDTH = 320;

interface Series {
  readonly name: string;
  readonly style: string;
  readonly at: (curve: CurveResult, i: number) => number;
}
const SERIES: readonly Series[] = [
  { name: "Distinct content kept", style: "distinct", at: (curve, i) => curve.points[i].distinctKept },
  { name: "The same in a random subset", style: "random", at: (curve, i) => curve.randomDistinct[i] },
  { name: "Coverage", style: "coverage", at: (curve, i) => curve.points[i].coverage },
  { name: "Redundancy left", style: "redundancy", at: (curve, i) => curve.points[i].redundancyLeft },
];

/** What keeping more buys: distinct content (beside a random subset), coverage, and redundancy left, over the number of kept samples. */
export class CurveChart {
  readonly element: HTMLElement;
  readonly #svg = svg("svg", { "class": "curve", "role": "slider", "tabindex": 0, "aria-label": "Budget curve: samples kept" });
  readonly #readout = h("dl", { class: "readout" });
  readonly #onPick: (kept: number) => void;
  #curve: CurveResult | null = null;
  /** Index of the point that is read out. */
  #at = 0;
  #width = 0;
  #cursor: SVGGElement | null = null;

  constructor(onPick: (kept: number) => void) {
    this.#onPick = onPick;
    const legend = h("ul", { class: "legend" }, ...SERIES.map((series) => h("li", {},
      svg("svg", { "width": 26, "height": 10, "aria-hidden": "true" }, svg("line", { class: `line ${series.style}`, x1: 0, x2: 26, y1: 5, y2: 5 })),
      h("span", { text: series.name }))));
    const frame = h("div", { class: "curve-frame" }, this.#svg);
    this.element = h("figure", { class: "curve-figure" }, legend, frame, this.#readout,
      h("figcaption", { class: "muted", text: "Coverage is the mean similarity of all samples to their nearest kept sample. Distinct content is the share of contents, near-duplicates counted as one, of which a sample is kept. Redundancy left is the share of kept samples that have a near-duplicate among the kept. Click the curve, or press Enter on it, to take a point as the budget." }));
    new ResizeObserver(() => {
      const width = Math.max(MIN_WIDTH, Math.round(frame.clientWidth));
      if (frame.clientWidth === 0 || width === this.#width) return;
      this.#width = width;
      this.#draw();
    }).observe(frame);
    this.#svg.addEventListener("pointermove", (event) => { this.#moveTo(this.#indexAt(event)); });
    this.#svg.addEventListener("click", (event) => {
      this.#moveTo(this.#indexAt(event));
      this.#pick();
    });
    this.#svg.addEventListener("keydown", (event) => { this.#key(event); });
  }

  show(curve: CurveResult): void {
    this.#curve = curve;
    this.#at = curve.knee ?? nearest(curve.points.map((point) => point.kept), curve.referenceBudget);
    this.#draw();
  }

  #pick(): void {
    const point = this.#curve?.points[this.#at];
    if (point !== undefined) this.#onPick(point.kept);
  }

  #key(event: KeyboardEvent): void {
    if (this.#curve === null) return;
    const last = this.#curve.points.length - 1;
    const page = Math.max(1, Math.round(last / 10));
    const moves: { readonly [key: string]: number | undefined } = {
      ArrowLeft: this.#at - 1, ArrowDown: this.#at - 1, ArrowRight: this.#at + 1, ArrowUp: this.#at + 1,
      PageDown: this.#at - page, PageUp: this.#at + page, Home: 0, End: last,
    };
    const to = moves[event.key];
    if (to !== undefined) this.#moveTo(Math.min(last, Math.max(0, to)));
    else if (event.key === "Enter" || event.key === " ") this.#pick();
    else return;
    event.preventDefault();
  }

  #indexAt(event: MouseEvent): number {
    const curve = this.#curve;
    if (curve === null) return 0;
    const box = this.#svg.getBoundingClientRect();
    const inside = ((event.clientX - box.left) / box.width) * this.#width;
    const kept = ((inside - MARGIN.left) / this.#plotWidth()) * curve.samples;
    return nearest(curve.points.map((point) => point.kept), kept);
  }

  #plotWidth(): number {
    return this.#width - MARGIN.left - MARGIN.right;
  }

  #x(kept: number): number {
    return MARGIN.left + (kept / Math.max(1, this.#curve?.samples ?? 1)) * this.#plotWidth();
  }

  #y(share: number): number {
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }

  #moveTo(index: number): void {
    const curve = this.#curve;
    const point = curve?.points[index];
    if (curve === null || point === undefined) return;
    this.#at = index;
    const x = this.#x(point.kept);
    this.#cursor?.replaceChildren(
      svg("line", { class: "cursor", x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }),
      ...SERIES.map((series) => svg("circle", { class: `dot ${series.style}`, cx: x, cy: this.#y(series.at(curve, index)), r: 3.5 })));
    const facts: readonly (readonly [string, string])[] = [
      ["Kept", `${formatCount(point.kept)} (${formatShare(point.fraction)})`],
      ["Coverage", `${formatShare(point.coverage)} (random ${formatShare(curve.randomCoverage[index])})`],
      ["Distinct content", `${formatShare(point.distinctKept)} (random ${formatShare(curve.randomDistinct[index])})`],
      ["Redundancy left", formatShare(point.redundancyLeft)],
      ["Importance kept", formatShare(point.importanceKept)],
      ...(curve.classes > 0 ? [["Classes", `${formatCount(point.classesCovered)} of ${formatCount(curve.classes)}`] as const] : []),
    ];
    this.#readout.replaceChildren(...facts.map(([term, value]) => h("div", {}, h("dt", { text: term }), h("dd", { text: value }))));
    this.#svg.setAttribute("aria-valuenow", String(point.kept));
    this.#svg.setAttribute("aria-valuetext", facts.map(([term, value]) => `${term} ${value}`).join(", "));
  }

  #draw(): void {
    const curve = this.#curve;
    if (curve === null || this.#width === 0) return;
    const bottom = HEIGHT - MARGIN.bottom;
    const right = this.#width - MARGIN.right;
    this.#svg.setAttribute("viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.#svg.setAttribute("width", String(this.#width));
    this.#svg.setAttribute("height", String(HEIGHT));
    this.#svg.setAttribute("aria-valuemin", String(curve.points[0]?.kept ?? 0));
    this.#svg.setAttribute("aria-valuemax", String(curve.samples));

    const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      svg("line", { class: "grid", x1: MARGIN.left, x2: right, y1: this.#y(share), y2: this.#y(share) }),
      svg("text", { class: "tick", x: MARGIN.left - 8, y: this.#y(share) + 4, "text-anchor": "end" }, `${Math.round(share * 100)}%`),
    ]);
    const bottomTicks = ticks(curve.samples, Math.max(2, Math.floor(this.#plotWidth() / 90))).flatMap((kept) => [
      svg("line", { class: "axis", x1: this.#x(kept), x2: this.#x(kept), y1: bottom, y2: bottom + 4 }),
      svg("text", { class: "tick", x: this.#x(kept), y: bottom + 18, "text-anchor": "middle" }, formatCount(kept)),
    ]);
    const middle = (MARGIN.top + bottom) / 2;
    const labels = [
      svg("text", { "class": "axis-label", "x": (MARGIN.left + right) / 2, "y": HEIGHT - 6, "text-anchor": "middle" }, `Samples kept, of ${formatCount(curve.samples)}`),
      svg("text", { "class": "axis-label", "x": 12, "y": middle, "text-anchor": "middle", "transform": `rotate(-90 12 ${middle})` }, "Share, %"),
    ];
    const lines = SERIES.map((series) => svg("path", {
      class: `line ${series.style}`,
      d: curve.points.map((point, i) => `${i === 0 ? "M" : "L"}${this.#x(point.kept).toFixed(1)} ${this.#y(series.at(curve, i)).toFixed(1)}`).join(""),
    }));
    this.#cursor = svg("g", { "aria-hidden": "true" });
    this.#svg.replaceChildren(...grid, svg("line", { class: "axis", x1: MARGIN.left, x2: right, y1: bottom, y2: bottom }), ...bottomTicks, ...labels, ...this.#landmarks(curve), ...lines, this.#cursor);
    this.#moveTo(this.#at);
  }

  /** The knee, and the protected samples below which no budget can go. */
  #landmarks(curve: CurveResult): readonly SVGElement[] {
    const marks: SVGElement[] = [];
    const mark = (kept: number, text: string, style: string, level: number): void => {
      const x = this.#x(kept);
      const flip = x > this.#width * 0.7;
      marks.push(
        svg("line", { class: `landmark ${style}`, x1: x, x2: x, y1: level - 8, y2: HEIGHT - MARGIN.bottom }),
        svg("text", { class: `landmark-label ${style}`, x: x + (flip ? -5 : 5), y: level, "text-anchor": flip ? "end" : "start" }, text));
    };
    if (curve.protectedFloor > 0) {
      const x = this.#x(curve.protectedFloor);
      marks.push(svg("rect", { class: "below-floor", x: MARGIN.left, y: MARGIN.top, width: Math.max(0, x - MARGIN.left), height: HEIGHT - MARGIN.top - MARGIN.bottom }));
      mark(curve.protectedFloor, `protected ${formatCount(curve.protectedFloor)}`, "floor", HEIGHT - MARGIN.bottom - 24);
    }
    if (curve.knee !== null) mark(curve.points[curve.knee].kept, `knee ${formatCount(curve.points[curve.knee].kept)}`, "knee", 14);
    return marks;
  }
}
