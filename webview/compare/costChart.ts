import * as l10n from "@vscode/l10n";
import { halfInterval, isDefined, type ComparisonView } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import { costScale, linearScale, placeOn, scaleTicks, spread, tickDecimals, type Scale } from "./chartScale.ts";
import { compactText, costAt, costText, tickUnit, type CostAxis, type Costs, type CurvePoint, type Series } from "./curveSeries.ts";
import { differenceText, figureText, marginText, strategyDash, strategyMark } from "./figures.ts";
import { MarkPlot } from "./markPlot.ts";
import type { Mark } from "./marks.ts";
import { nameText } from "./priceWords.ts";
import { coloured, fitted, onWidth } from "./strategyKey.ts";

const HEIGHT = 380;
const MARGIN = { top: 14, bottom: 44, left: 54, right: 14 };
const BOTTOM = HEIGHT - MARGIN.bottom;
const MIN_WIDTH = 320;
/** Of the names at the ends of lines: pixels from one to the next, from the plot, and at most. */
const LABEL = { gap: 14, beside: 14, mark: 10, share: 0.26, most: 170 };
/** Whiskers at one cost stand side by side within so many pixels. */
const DODGE = { step: 5, most: 30 };

export interface CostChartInput {
  readonly view: ComparisonView;
  readonly costs: Costs;
  readonly axis: CostAxis;
  readonly utility: number;
  readonly series: readonly Series[];
  /** Strategies whose lines are drawn in full. */
  readonly full: ReadonlySet<number>;
  /** The strategy that was chosen: others fade. */
  readonly chosen: number | null;
  /** The budget that is looked at. */
  readonly budget: number;
}

/** The span of an axis of utilities: of the lines drawn in full with their intervals, so that a faint outlier does not press them flat. */
export function utilityScale({ isShare }: { readonly isShare: boolean }, series: readonly Series[]): Scale | null {
  const values = series.flatMap(({ points }) => points.flatMap(({ mean, interval }) => (interval === null ? [mean] : [mean, interval.low, interval.high])));
  return linearScale(values, isShare ? { least: 0, most: 1 } : undefined);
}

/** One utility against cost: a line for each strategy through its budgets, with intervals. */
export class CostChart {
  readonly element: HTMLElement;
  readonly #plot: MarkPlot;
  readonly #outside = h("p", { class: "muted chart-note" });
  readonly #none = h("p", { class: "chart-none" });
  #input: CostChartInput | null = null;
  #width = 0;

  constructor(choose: (strategy: number) => void) {
    this.#plot = new MarkPlot({ choose });
    const frame = h("div", { class: "chart-frame" }, this.#plot.element);
    this.element = h("div", { class: "cost-chart" }, frame, this.#none, this.#outside);
    onWidth(this.element, MIN_WIDTH, (width) => {
      this.#width = width;
      this.#draw();
    });
  }

  show(input: CostChartInput): void {
    this.#input = input;
    this.#draw();
  }

  /** Highlights a strategy, as the pointer over its line would. */
  light(strategy: number | null): void {
    this.#plot.light(strategy);
  }

  #draw(): void {
    if (this.#input === null || this.#width === 0) return;
    const { view, axis, utility, series, full, chosen, budget } = this.#input;
    const width = this.#width;
    const judged = view.utilities[utility];
    const whole = series.filter(({ strategy, points }) => full.has(strategy) && points.length > 0);
    const faint = series.filter(({ strategy, points }) => !full.has(strategy) && points.length > 0);
    const scaleX = costScale([...whole, ...faint].flatMap(({ points }) => points.map(({ x }) => x)));
    const scaleY = utilityScale(judged, whole.length > 0 ? whole : faint);
    const isEmpty = scaleX === null || scaleY === null;
    this.#plot.element.hidden = isEmpty;
    this.#none.hidden = !isEmpty;
    this.#none.textContent = series.length === 0 ? l10n.t("No strategy is shown. Tick some in the list below.") : l10n.t("None of the strategies shown has a value of {0}.", nameText(judged.title));
    this.#outside.hidden = true;
    if (isEmpty) return;
    const labels = new Map(whole.map(({ strategy }) => [strategy, fitted(nameText(view.strategies[strategy].title), Math.min(LABEL.most, LABEL.share * width))]));
    const right = width - MARGIN.right - LABEL.beside - LABEL.mark - Math.max(0, ...[...labels.values()].map((label) => label.width));
    const dodge = this.#dodge(whole, axis);
    const inset = Math.max(0, ...dodge.values());
    const x = (value: number, strategy = -1): number => MARGIN.left + inset + placeOn(scaleX, value) * (right - MARGIN.left - 2 * inset) + (dodge.get(strategy) ?? 0);
    const y = (value: number): number => BOTTOM - placeOn(scaleY, value) * (BOTTOM - MARGIN.top);
    const line = ({ strategy, points }: Series): string => points.map((point, i) => `${i === 0 ? "M" : "L"}${x(point.x, strategy).toFixed(1)} ${y(point.mean).toFixed(1)}`).join("");

    const faintLines = faint.map((own) => this.#group(own.strategy, `series faint${chosen === null ? "" : " faded"}`, [
      svg("path", { class: "series-hit", d: line(own) }), svg("path", { class: "series-line", d: line(own) }),
      ...own.points.map((point) => svg("circle", { class: "series-dot", cx: x(point.x), cy: y(point.mean), r: 2 })),
    ]));
    const order = (s: number): number => (s === chosen ? 2 : s === view.baseline ? 1 : 0);
    const fullLines = [...whole].sort((a, b) => order(a.strategy) - order(b.strategy)).map((own) => this.#group(own.strategy, `series${chosen !== null && own.strategy !== chosen && own.strategy !== view.baseline ? " faded" : ""}${own.strategy === chosen ? " chosen" : ""}`, [
      svg("path", { class: "series-hit", d: line(own) }),
      svg("path", { "class": "series-line", "d": line(own), "stroke-dasharray": own.strategy === view.baseline ? "" : strategyDash(own.strategy) }),
      ...own.points.flatMap((point) => this.#whisker(point, x(point.x, own.strategy), y)),
      ...own.points.map((point) => svg("path", { class: "series-mark", d: strategyMark(own.strategy, own.strategy === chosen ? 5.5 : 4.2), transform: `translate(${x(point.x, own.strategy).toFixed(1)} ${y(point.mean).toFixed(1)})` })),
    ]));
    const marks = [...whole, ...faint].flatMap((own) => own.points.map((point): Mark => ({
      key: `${view.strategies[own.strategy].name}/${point.budget}`, strategy: own.strategy, column: point.budget, isFaint: !full.has(own.strategy),
      x: x(point.x, own.strategy), y: Math.min(BOTTOM, Math.max(MARGIN.top, y(point.mean))), title: nameText(view.strategies[own.strategy].title), facts: this.#facts(own.strategy, point),
    })));
    const clip = svg("clipPath", { id: "cost-chart-clip" }, svg("rect", { x: MARGIN.left, y: MARGIN.top - 8, width: Math.max(1, right - MARGIN.left + LABEL.beside), height: BOTTOM - MARGIN.top + 8 }));
    const clipped = svg("g", { "clip-path": "url(#cost-chart-clip)" }, ...faintLines, ...fullLines);
    const label = l10n.t("{0} against {1}, {2} strategies", nameText(judged.title), tickUnit(axis, scaleX.high, view.currency).title, formatCount(whole.length + faint.length));
    this.#plot.draw(label, { width, height: HEIGHT }, marks.sort((a, b) => Number(a.isFaint) - Number(b.isFaint) || Number(a.column !== budget) - Number(b.column !== budget)), [
      clip, ...this.#axes(scaleX, scaleY, right, x, y), clipped, ...this.#labels(whole, labels, right, x, y),
    ]);
    this.#tellOutside(faint, scaleY);
  }

  #group(strategy: number, look: string, nodes: readonly Node[]): SVGElement {
    return coloured(svg("g", { class: look }, ...nodes), strategy, this.#input?.view.baseline ?? -1);
  }

  #whisker({ interval }: CurvePoint, x: number, y: (value: number) => number): readonly SVGElement[] {
    if (interval === null) return [];
    const [top, bottom] = [y(interval.high).toFixed(1), y(interval.low).toFixed(1)];
    return [svg("path", { class: "whisker", d: `M${(x - 3).toFixed(1)} ${top}h6m-3 0V${bottom}m-3 0h6` })];
  }

  /** Points at one cost stand beside each other, so that their intervals can be told apart. */
  #dodge(whole: readonly Series[], axis: CostAxis): ReadonlyMap<number, number> {
    const places = new Map<string, number[]>();
    for (const { strategy, points } of whole) {
      const key = points.map(({ x }) => Math.round(x)).join(" ");
      places.set(key, [...places.get(key) ?? [], strategy]);
    }
    const shifts = new Map<number, number>();
    // In samples all at a budget are the same; in money a few.
    for (const together of places.values()) {
      const step = Math.min(DODGE.step, DODGE.most / Math.max(1, together.length - 1), axis === "samples" ? DODGE.step : 4);
      together.forEach((strategy, i) => { shifts.set(strategy, (i - (together.length - 1) / 2) * step); });
    }
    return shifts;
  }

  #axes(scaleX: Scale, scaleY: Scale, right: number, x: (value: number) => number, y: (value: number) => number): readonly SVGElement[] {
    if (this.#input === null) return [];
    const { view, axis, utility } = this.#input;
    const judged = view.utilities[utility];
    const unit = tickUnit(axis, scaleX.high, view.currency);
    const inUnit = { ...scaleX, low: scaleX.low / unit.factor, high: scaleX.high / unit.factor };
    const stepsX = scaleTicks(inUnit, Math.max(3, Math.floor((right - MARGIN.left) / 80)));
    const stepsY = scaleTicks(scaleY, 6);
    const middle = (MARGIN.top + BOTTOM) / 2;
    const title = judged.better === "low" ? l10n.t("{0} (low is good)", nameText(judged.title)) : nameText(judged.title);
    return [
      ...stepsY.flatMap((value) => [
        svg("line", { class: "grid", x1: MARGIN.left, x2: right, y1: y(value), y2: y(value) }),
        svg("text", { "class": "tick", "x": MARGIN.left - 7, "y": y(value) + 4, "text-anchor": "end" }, utilityTick(judged, value, stepsY)),
      ]),
      svg("line", { class: "axis", x1: MARGIN.left, x2: right, y1: BOTTOM, y2: BOTTOM }),
      ...stepsX.flatMap((value) => [
        svg("line", { class: "axis", x1: x(value * unit.factor), x2: x(value * unit.factor), y1: BOTTOM, y2: BOTTOM + 4 }),
        svg("text", { "class": "tick", "x": x(value * unit.factor), "y": BOTTOM + 17, "text-anchor": "middle" }, compactText(value)),
      ]),
      svg("text", { "class": "axis-label", "x": (MARGIN.left + right) / 2, "y": HEIGHT - 8, "text-anchor": "middle" }, scaleX.isLog ? l10n.t("{0}, logarithmic", unit.title) : unit.title),
      svg("text", { "class": "axis-label", "x": 12, "y": middle, "text-anchor": "middle", "transform": `rotate(-90 12 ${middle})` }, fitted(title, BOTTOM - MARGIN.top).text),
    ];
  }

  /** Names beside the ends of the lines, apart from each other, with a thread to where the line ends. */
  #labels(whole: readonly Series[], labels: ReadonlyMap<number, { readonly text: string }>, right: number, x: (value: number, strategy: number) => number, y: (value: number) => number): readonly SVGElement[] {
    const { chosen = null, view } = this.#input ?? {};
    const ends = whole.map(({ strategy, points }) => ({ strategy, x: x(points[points.length - 1].x, strategy), y: y(points[points.length - 1].mean) }));
    const places = spread(ends.map((end) => end.y), LABEL.gap, MARGIN.top, BOTTOM - 2);
    return ends.map((end, i) => {
      const at = right + LABEL.beside;
      const isFaded = chosen !== null && end.strategy !== chosen && end.strategy !== view?.baseline;
      return coloured(svg("g", { class: `series-label${isFaded ? " faded" : ""}${end.strategy === chosen ? " chosen" : ""}` },
        svg("path", { class: "thread", d: `M${(end.x + 5).toFixed(1)} ${end.y.toFixed(1)}L${Math.max(end.x + 5, right - 4).toFixed(1)} ${end.y.toFixed(1)}L${(at - 3).toFixed(1)} ${places[i].toFixed(1)}` }),
        svg("path", { class: "series-mark", d: strategyMark(end.strategy, 3.5), transform: `translate(${at + 2} ${places[i].toFixed(1)})` }),
        svg("text", { x: at + LABEL.mark, y: places[i] + 4 }, labels.get(end.strategy)?.text ?? "")), end.strategy, view?.baseline ?? -1);
    });
  }

  #facts(strategy: number, { budget, mean, interval }: CurvePoint): Mark["facts"] {
    if (this.#input === null) return [];
    const { view, costs, utility } = this.#input;
    const judged = view.utilities[utility];
    const cell = view.cells[budget]?.[utility]?.[strategy] ?? null;
    const samples = costAt(view, costs, "samples", budget, strategy);
    const value = interval === null ? figureText(judged, mean) : `${figureText(judged, mean)} ${marginText(judged, halfInterval(mean, interval))}`;
    const versus = cell !== null && strategy !== view.baseline && isDefined(cell.versusBaseline) ? cell.versusBaseline : null;
    const sure = cell?.sure === 1 ? l10n.t("surely better") : cell?.sure === -1 ? l10n.t("surely worse") : l10n.t("not sure");
    return [
      [l10n.t("Budget"), nameText(view.budgets[budget].name)],
      ...(samples === null ? [] : [[l10n.t("Samples"), formatCount(samples)] as const]),
      ...(["money", "seconds"] as const).flatMap((axis) => {
        const cost = costAt(view, costs, axis, budget, strategy);
        return cost === null || cost === 0 ? [] : [[axis === "money" ? l10n.t("Cost") : l10n.t("Time"), costText(axis, cost, view.currency)] as const];
      }),
      [fittedTerm(nameText(judged.title)), value],
      ...(versus === null ? [] : [[l10n.t("Against random"), l10n.t("{0}, {1}", differenceText(judged, versus.mean), sure)] as const]),
      ...(strategy === view.baseline ? [["", l10n.t("Random choice at the same budget")] as const] : []),
    ];
  }

  /** Says whose faint points are cut off. */
  #tellOutside(faint: readonly Series[], scale: Scale): void {
    if (this.#input === null) return;
    const { view } = this.#input;
    const out = faint.filter(({ points }) => points.some(({ mean }) => mean < scale.low || mean > scale.high));
    this.#outside.hidden = out.length === 0;
    if (out.length === 0) return;
    const names = out.map(({ strategy }) => nameText(view.strategies[strategy].title)).reduce((before, name) => l10n.t("{0}, {1}", before, name));
    this.#outside.textContent = l10n.t("With points outside of what is drawn: {0}.", names);
  }
}

/** The words of a tick: "65%", "0.04", "1.5K". */
export function utilityTick({ isShare }: { readonly isShare: boolean }, value: number, ticks: readonly number[]): string {
  if (isShare) return `${(100 * value).toFixed(Math.max(0, tickDecimals(ticks) - 2))}%`;
  return Math.abs(value) >= 10_000 ? compactText(value) : value.toFixed(tickDecimals(ticks));
}

const LONGEST_TERM = 34;

function fittedTerm(title: string): string {
  return title.length > LONGEST_TERM ? `${title.slice(0, LONGEST_TERM - 1)}…` : title;
}
