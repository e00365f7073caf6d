import * as l10n from "@vscode/l10n";
import type { CurveResult, StrategyCurve } from "../../src/protocol/budget.ts";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import { curveTable, shareOrNone } from "./curveTable.ts";
import { MEASURES, curveLines, type Line, type Measure } from "./measures.ts";
import { budgetStep, ticks, valueAt } from "./scale.ts";

const HEIGHT = 300;
const MARGIN = { top: 30, right: 20, bottom: 46, left: 56 };
const BOTTOM = HEIGHT - MARGIN.bottom;
const MIN_WIDTH = 320;
/** Pixels between the pointer's line and the figures beside it. */
const BESIDE = 12;
/** Steps of the Page keys, in steps of the arrow keys. */
const PAGE = 50;

/** What the chart shows of the budget besides its place. */
export interface BudgetOnChart {
  readonly kept: number;
  /** Samples that the classes are due in all, or null where they are due none. */
  readonly due: number | null;
  /** What the budget means, for those who do not see it. */
  readonly words: string;
}

/** What keeping more buys: one measure over the number of kept samples, for InfoMax, a random subset and other strategies, with a handle for the budget. */
export class CurveChart {
  readonly element: HTMLElement;
  readonly #svg = svg("svg", { "class": "curve", "aria-hidden": "true" });
  readonly #handle = h("div", { class: "budget-handle", attributes: { "role": "slider", "tabindex": "0", "aria-label": l10n.t("Budget: samples to keep"), "aria-orientation": "horizontal" } });
  readonly #plot: HTMLElement;
  readonly #legend = h("ul", { class: "legend" });
  readonly #dueText = h("span");
  readonly #dueKey = h("li", { title: l10n.t("What the classes are due at this budget, whatever the objective says") }, h("span", { class: "swatch class-dues-key" }), this.#dueText);
  readonly #frame: HTMLElement;
  readonly #tip = h("div", { class: "tip", attributes: { "aria-hidden": "true" } });
  readonly #caption = h("figcaption", { class: "muted" });
  readonly #table = h("div", { class: "table-place" });
  readonly #onMove: (kept: number) => void;
  #curve: CurveResult | null = null;
  #measure: Measure = MEASURES[0];
  #others: readonly StrategyCurve[] = [];
  #lines: readonly Line[] = [];
  #places: readonly number[] = [];
  #budget: BudgetOnChart | null = null;
  #width = 0;
  #dragging = false;
  /** Drawn anew when the budget moves. */
  readonly #marks = svg("g", {});
  /** Drawn anew when the pointer moves. */
  readonly #pointer = svg("g", {});

  /** @param onMove the handle was moved to a budget that is possible */
  constructor(onMove: (kept: number) => void) {
    this.#onMove = onMove;
    this.#tip.hidden = true;
    this.#plot = h("div", { class: "curve-plot" }, this.#svg, this.#handle, this.#tip);
    this.#frame = h("div", { class: "curve-frame" }, this.#plot);
    this.element = h("figure", { class: "curve-figure" }, this.#legend, this.#frame, this.#caption,
      h("details", {}, h("summary", { text: l10n.t("Figures as a table") }), this.#table));
    new ResizeObserver(() => {
      const width = Math.max(MIN_WIDTH, Math.round(this.#frame.clientWidth));
      if (this.#frame.clientWidth === 0 || width === this.#width) return;
      this.#width = width;
      this.#draw();
    }).observe(this.#frame);
    this.#listen();
  }

  get curve(): CurveResult | null {
    return this.#curve;
  }

  /** Budgets that are possible. */
  get range(): { readonly least: number; readonly most: number } {
    const { points, protectedFloor } = this.#curve ?? { points: [], protectedFloor: 0 };
    return { least: Math.max(1, protectedFloor), most: points.at(-1)?.kept ?? 1 };
  }

  /** Forgets the curve: another dataset. */
  clear(): void {
    this.#curve = null;
    this.#others = [];
    this.#budget = null;
  }

  show(curve: CurveResult): void {
    this.#curve = curve;
    this.#places = curve.points.map((point) => point.kept);
    this.#renew();
  }

  measure(measure: Measure): void {
    this.#measure = measure;
    this.#renew();
  }

  /** Draws other strategies beside InfoMax. */
  compare(others: readonly StrategyCurve[]): void {
    this.#others = others;
    this.#renew();
  }

  /** Moves the handle. */
  setBudget(budget: BudgetOnChart | null): void {
    this.#budget = budget;
    this.#drawBudget();
  }

  #renew(): void {
    const curve = this.#curve;
    if (curve === null) return;
    this.#lines = curveLines(curve, this.#measure, this.#others);
    this.#legend.replaceChildren(...this.#lines.map((line) => h("li", {},
      svg("svg", { "width": 26, "height": 10, "aria-hidden": "true" }, svg("line", { class: `line ${line.style}`, x1: 0, x2: 26, y1: 5, y2: 5 })),
      h("span", { text: line.name }))), this.#dueKey);
    this.#caption.textContent = `${this.#measure.title}: ${this.#measure.explanation} ${l10n.t("Drag the handle, or use the arrow keys on it (with Shift by one sample). Values between the measured points are marked ≈.")}`;
    this.#table.replaceChildren(curveTable(curve, this.#measure, this.#lines));
    this.#draw();
  }

  #listen(): void {
    this.#plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.#curve === null) return;
      this.#dragging = true;
      this.#plot.setPointerCapture(event.pointerId);
      this.#handle.focus({ preventScroll: true });
      this.#move(this.#budgetAt(event));
      event.preventDefault();
    });
    this.#plot.addEventListener("pointermove", (event) => {
      const kept = this.#budgetAt(event);
      if (this.#dragging) this.#move(kept);
      this.#showTip(kept);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) this.#plot.addEventListener(end, () => { this.#dragging = false; });
    this.#plot.addEventListener("pointerleave", () => { this.#hideTip(); });
    this.#handle.addEventListener("blur", () => { this.#hideTip(); });
    this.#handle.addEventListener("keydown", (event) => { this.#key(event); });
  }

  #key(event: KeyboardEvent): void {
    if (this.#curve === null) return;
    if (event.key === "Escape") return this.#hideTip();
    const at = this.#budget?.kept ?? this.range.least;
    const step = event.shiftKey ? 1 : budgetStep(this.#curve.samples);
    const moves: { readonly [key: string]: number | undefined } = {
      ArrowLeft: at - step, ArrowDown: at - step, ArrowRight: at + step, ArrowUp: at + step,
      PageDown: at - PAGE * step, PageUp: at + PAGE * step, Home: this.range.least, End: this.range.most,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    this.#move(to);
    if (this.#budget !== null) this.#showTip(this.#budget.kept);
    event.preventDefault();
  }

  #move(kept: number): void {
    const { least, most } = this.range;
    this.#onMove(Math.min(most, Math.max(least, kept)));
  }

  /** The budget under the pointer, in steps of the arrow keys, and within what is possible. */
  #budgetAt(event: PointerEvent): number {
    const samples = this.#curve?.samples ?? 0;
    const inside = event.clientX - this.#plot.getBoundingClientRect().left;
    const kept = ((inside - MARGIN.left) / this.#plotWidth()) * samples;
    const step = budgetStep(samples);
    const { least, most } = this.range;
    return Math.min(most, Math.max(least, Math.round(kept / step) * step));
  }

  #plotWidth(): number {
    return this.#width - MARGIN.left - MARGIN.right;
  }

  #x(kept: number): number {
    return MARGIN.left + (kept / Math.max(1, this.#curve?.samples ?? 1)) * this.#plotWidth();
  }

  #y(share: number): number {
    return BOTTOM - share * (BOTTOM - MARGIN.top);
  }

  /** The lines' values at a budget: "InfoMax ≈83%". */
  #readings(kept: number): readonly { readonly line: Line; readonly value: number | null; readonly text: string }[] {
    return this.#lines.map((line) => {
      const { value, exact } = valueAt(this.#places, line.values, kept);
      return { line, value, text: `${exact || value === null ? "" : "≈"}${shareOrNone(value)}` };
    });
  }

  #drawBudget(): void {
    const curve = this.#curve;
    const budget = this.#budget;
    this.#handle.hidden = budget === null;
    if (curve === null || budget === null || this.#width === 0) return this.#marks.replaceChildren();
    const { kept, due } = budget;
    const x = this.#x(kept);
    const readings = this.#readings(kept);
    this.#dueKey.hidden = due === null;
    if (due !== null) this.#dueText.textContent = curve.classShares.policy === "floor" ? l10n.t("floors of the classes: {0} samples", formatCount(due)) : l10n.t("shares of the classes: {0} samples", formatCount(due));
    this.#marks.replaceChildren(
      ...(due === null || due === 0 ? [] : [
        svg("rect", { class: "class-dues", x: MARGIN.left, y: BOTTOM - 7, width: Math.max(1, this.#x(due) - MARGIN.left), height: 6 }),
      ]),
      svg("line", { class: "budget-line", x1: x, x2: x, y1: MARGIN.top, y2: BOTTOM }),
      ...readings.flatMap(({ line, value }) => (value === null ? [] : [svg("circle", { class: `dot ${line.style}`, cx: x, cy: this.#y(value), r: 3.5 })])));
    this.#handle.style.left = `${x}px`;
    const { least, most } = this.range;
    const read = readings.map(({ line, text }) => `${line.name} ${text}`).join(", ");
    for (const [name, value] of [["min", least], ["max", most], ["now", kept]] as const) this.#handle.setAttribute(`aria-value${name}`, String(value));
    this.#handle.setAttribute("aria-valuetext", `${budget.words} ${this.#measure.title}: ${read}.`);
  }

  /** The figures of all lines beside a place, on the side where there is room. */
  #showTip(kept: number): void {
    if (this.#curve === null) return;
    this.#tip.replaceChildren(h("strong", { text: l10n.t("{0} kept ({1})", formatCount(kept), formatShare(kept / this.#curve.samples)) }), ...this.#readings(kept).map(({ line, text }) => h("div", {},
      svg("svg", { "width": 18, "height": 8 }, svg("line", { class: `line ${line.style}`, x1: 0, x2: 18, y1: 4, y2: 4 })),
      h("span", { text: line.name }), h("span", { class: "figure", text }))));
    this.#tip.hidden = false;
    const x = this.#x(kept);
    this.#pointer.replaceChildren(svg("line", { class: "cursor", x1: x, x2: x, y1: MARGIN.top, y2: BOTTOM }));
    const right = x + BESIDE;
    const fits = right + this.#tip.offsetWidth <= this.#width;
    this.#tip.style.left = `${Math.max(0, fits ? right : x - BESIDE - this.#tip.offsetWidth)}px`;
    this.#tip.style.top = `${MARGIN.top + 4}px`;
  }

  #hideTip(): void {
    this.#tip.hidden = true;
    this.#pointer.replaceChildren();
  }

  #draw(): void {
    const curve = this.#curve;
    if (curve === null || this.#width === 0) return;
    const right = this.#width - MARGIN.right;
    this.#hideTip();
    this.#plot.style.width = `${this.#width}px`;
    this.#svg.setAttribute("viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.#svg.setAttribute("width", String(this.#width));
    this.#svg.setAttribute("height", String(HEIGHT));

    const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      svg("line", { class: "grid", x1: MARGIN.left, x2: right, y1: this.#y(share), y2: this.#y(share) }),
      svg("text", { class: "tick", x: MARGIN.left - 8, y: this.#y(share) + 4, "text-anchor": "end" }, `${Math.round(share * 100)}%`),
    ]);
    const bottomTicks = ticks(curve.samples, Math.max(2, Math.floor(this.#plotWidth() / 90))).flatMap((kept) => [
      svg("line", { class: "axis", x1: this.#x(kept), x2: this.#x(kept), y1: BOTTOM, y2: BOTTOM + 4 }),
      svg("text", { class: "tick", x: this.#x(kept), y: BOTTOM + 18, "text-anchor": "middle" }, formatCount(kept)),
    ]);
    const middle = (MARGIN.top + BOTTOM) / 2;
    const labels = [
      svg("text", { "class": "axis-label", "x": (MARGIN.left + right) / 2, "y": HEIGHT - 6, "text-anchor": "middle" }, l10n.t("Samples kept, of {0}", formatCount(curve.samples))),
      svg("text", { "class": "axis-label", "x": 12, "y": middle, "text-anchor": "middle", "transform": `rotate(-90 12 ${middle})` }, this.#measure.title),
    ];
    // InfoMax last, so that it lies on top.
    const lines = [...this.#lines].reverse().map(({ style, values }) => svg("path", { class: `line ${style}`, d: this.#path(values) }));
    this.#pointer.replaceChildren();
    this.#svg.replaceChildren(...grid, svg("line", { class: "axis", x1: MARGIN.left, x2: right, y1: BOTTOM, y2: BOTTOM }), ...bottomTicks, ...labels, ...this.#landmarks(curve), ...lines, this.#pointer, this.#marks);
    this.#handle.style.top = `${MARGIN.top}px`;
    this.#handle.style.height = `${BOTTOM - MARGIN.top}px`;
    this.#drawBudget();
  }

  /** Broken where a value is missing. */
  #path(values: readonly (number | null)[]): string {
    return values.map((value, i) => (value === null ? "" : `${(values[i - 1] ?? null) === null ? "M" : "L"}${this.#x(this.#places[i]).toFixed(1)} ${this.#y(value).toFixed(1)}`)).join("");
  }

  /** The knee, and the protected samples below which no budget can go. */
  #landmarks(curve: CurveResult): readonly SVGElement[] {
    const marks: SVGElement[] = [];
    const mark = (kept: number, text: string, style: string, level: number): void => {
      const x = this.#x(kept);
      const flip = x > this.#width * 0.7;
      marks.push(
        svg("line", { class: `landmark ${style}`, x1: x, x2: x, y1: level - 8, y2: BOTTOM }),
        svg("text", { class: `landmark-label ${style}`, x: x + (flip ? -5 : 5), y: level, "text-anchor": flip ? "end" : "start" }, text));
    };
    if (curve.protectedFloor > 0) {
      const x = this.#x(curve.protectedFloor);
      marks.push(svg("rect", { class: "below-floor", x: MARGIN.left, y: MARGIN.top, width: Math.max(0, x - MARGIN.left), height: BOTTOM - MARGIN.top }));
      mark(curve.protectedFloor, l10n.t("protected {0}", formatCount(curve.protectedFloor)), "floor", BOTTOM - 24);
    }
    if (curve.knee !== null) mark(curve.points[curve.knee].kept, l10n.t("knee {0}", formatCount(curve.points[curve.knee].kept)), "knee", 14);
    return marks;
  }
}
