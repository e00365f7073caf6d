import * as l10n from "@vscode/l10n";
import { halfInterval, isDefined, type ComparisonView } from "../../src/protocol/comparison.ts";
import type { ParetoPoint, ParetoState } from "../../src/protocol/tradeoffs.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import { stateTitle } from "./answerWords.ts";
import { costScale, linearScale, placeOn, scaleTicks, type Scale } from "./chartScale.ts";
import { utilityTick } from "./costChart.ts";
import { compactText, tickUnit } from "./curveSeries.ts";
import { marginText } from "./figures.ts";
import { labelPlaces } from "./labelPlaces.ts";
import { MarkPlot } from "./markPlot.ts";
import type { Mark } from "./marks.ts";
import { namesText, nameText } from "./priceWords.ts";
import { coloured, fitted, onWidth } from "./strategyKey.ts";
import { axisText, type TradeoffAxis } from "./tradeoffAxes.ts";
import { meanOf } from "./verdict.ts";

const HEIGHT = 360;
const MARGIN = { top: 16, bottom: 44, left: 58, right: 20 };
const BOTTOM = HEIGHT - MARGIN.bottom;
const MIN_WIDTH = 320;
const LONGEST_LABEL = 150;

export interface ParetoInput {
  readonly view: ComparisonView;
  readonly budget: number;
  readonly x: TradeoffAxis;
  readonly y: TradeoffAxis;
  /** By strategy. */
  readonly points: readonly ParetoPoint[];
  /** Strategies that are drawn: within sight. */
  readonly drawn: readonly number[];
  readonly chosen: number | null;
}

/** Shapes of the states, around (0, 0). */
const SHAPES: { readonly [state in ParetoState]: string } = {
  "front": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z",
  "tied": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
  "dominated": "M-4 -4L4 4M-4 4L4 -4",
  "not judged": "M-4 0H4",
};

/** The sign of a state, as a key beside its name. */
export function stateKey(state: ParetoState): SVGElement {
  return svg("svg", { "class": "state-key", "width": 14, "height": 14, "viewBox": "-7 -7 14 14", "aria-hidden": "true" }, svg("path", { class: `pareto-mark ${state.replace(" ", "-")}`, d: SHAPES[state] }));
}

/** Strategies on two axes, with the front of those that no other is better than. */
export class ParetoChart {
  readonly element: HTMLElement;
  readonly #plot: MarkPlot;
  readonly #none = h("p", { class: "chart-none", text: l10n.t("No strategy that is shown has a value on both axes.") });
  #input: ParetoInput | null = null;
  #width = 0;

  constructor(choose: (strategy: number) => void) {
    this.#plot = new MarkPlot({ choose });
    this.element = h("div", { class: "pareto-chart" }, h("div", { class: "chart-frame" }, this.#plot.element), this.#none);
    onWidth(this.element, MIN_WIDTH, (width) => {
      this.#width = width;
      this.#draw();
    });
  }

  show(input: ParetoInput): void {
    this.#input = input;
    this.#draw();
  }

  light(strategy: number | null): void {
    this.#plot.light(strategy);
  }

  #draw(): void {
    if (this.#input === null || this.#width === 0) return;
    const { view, x: axisX, y: axisY, points, drawn, chosen } = this.#input;
    const judged = drawn.filter((s) => points[s].state !== "not judged");
    this.#plot.element.hidden = judged.length === 0;
    this.#none.hidden = judged.length > 0;
    const scaleX = this.#scale(axisX, judged);
    const scaleY = this.#scale(axisY, judged);
    if (scaleX === null || scaleY === null) return;
    const right = this.#width - MARGIN.right;
    const x = (value: number): number => MARGIN.left + placeOn(scaleX, value) * (right - MARGIN.left);
    const y = (value: number): number => BOTTOM - placeOn(scaleY, value) * (BOTTOM - MARGIN.top);
    const at = (s: number): readonly [number, number] => [x(axisX.values[s]), y(axisY.values[s])];
    const importance = (s: number): number => (s === chosen ? 4 : points[s].state === "front" ? 3 : points[s].state === "tied" ? 2 : s === view.baseline ? 1 : 0);
    const order = [...judged].sort((a, b) => importance(b) - importance(a) || a - b);
    const labels = order.map((s) => fitted(nameText(view.strategies[s].title), LONGEST_LABEL));
    const places = labelPlaces(order.map((s, i) => ({ x: at(s)[0], y: at(s)[1], width: labels[i].width, isWanted: importance(s) >= 3 || s === view.baseline })), { left: MARGIN.left + 2, right: this.#width - 2, top: MARGIN.top, bottom: BOTTOM - 1 });
    const marks = order.map((s): Mark => ({ key: view.strategies[s].name, strategy: s, column: 0, x: at(s)[0], y: at(s)[1], isFaint: false, title: nameText(view.strategies[s].title), facts: this.#facts(s) }));
    const groups = order.map((s, i) => {
      const { state } = points[s];
      const [px, py] = at(s);
      const place = places[i];
      const look = `pareto-point ${state}${chosen !== null && s !== chosen && s !== view.baseline ? " faded" : ""}${s === chosen ? " chosen" : ""}`;
      return coloured(svg("g", { class: look },
        ...(state === "dominated" ? [] : this.#intervals(s, x, y)),
        ...(s === chosen ? [svg("circle", { class: "pareto-halo", cx: px, cy: py, r: 10 })] : []),
        svg("path", { class: `pareto-mark ${state}`, d: SHAPES[state], transform: `translate(${px.toFixed(1)} ${py.toFixed(1)})` }),
        ...(place === null ? [] : [svg("text", { class: "pareto-label", x: place.x, y: place.y + 4 }, labels[i].text)])), s, view.baseline);
    }).reverse();
    const label = l10n.t("{0} against {1}, {2} strategies", axisY.title, axisX.title, formatCount(judged.length));
    this.#plot.draw(label, { width: this.#width, height: HEIGHT }, [...marks].sort((a, b) => a.x - b.x), [
      ...this.#axes(scaleX, scaleY, right, x, y), svg("path", { class: "pareto-front", d: this.#front(judged.filter((s) => points[s].state === "front"), x, y) }), ...groups,
    ]);
  }

  #scale(axis: TradeoffAxis, judged: readonly number[]): Scale | null {
    const values = judged.map((s) => axis.values[s]);
    if (axis.utility === null) return costScale(values);
    return linearScale(values, this.#input?.view.utilities[axis.utility].isShare === true ? { least: 0, most: 1 } : undefined);
  }

  /** Steps: what is attained at least at each place between two of the front. */
  #front(front: readonly number[], x: (value: number) => number, y: (value: number) => number): string {
    if (this.#input === null) return "";
    const { x: axisX, y: axisY } = this.#input;
    const order = [...front].sort((a, b) => axisX.values[a] - axisX.values[b] || axisY.values[a] - axisY.values[b]);
    return order.map((s, i) => {
      const [px, py] = [x(axisX.values[s]).toFixed(1), y(axisY.values[s]).toFixed(1)];
      return i === 0 ? `M${px} ${py}` : axisX.better === "low" ? `H${px}V${py}` : `V${py}H${px}`;
    }).join("");
  }

  #intervals(s: number, x: (value: number) => number, y: (value: number) => number): readonly SVGElement[] {
    if (this.#input === null) return [];
    const { view, budget, x: axisX, y: axisY } = this.#input;
    const own = ([axis, place, isAcross]: readonly [TradeoffAxis, (value: number) => number, boolean]): readonly SVGElement[] => {
      const estimated = axis.utility === null ? null : meanOf(view.cells[budget]?.[axis.utility]?.[s]);
      if (estimated === null || !isDefined(estimated.interval)) return [];
      const { low, high } = estimated.interval;
      const other = isAcross ? y(axisY.values[s]) : x(axisX.values[s]);
      return [svg("path", { class: "whisker", d: isAcross ? `M${place(low).toFixed(1)} ${other.toFixed(1)}H${place(high).toFixed(1)}` : `M${other.toFixed(1)} ${place(low).toFixed(1)}V${place(high).toFixed(1)}` })];
    };
    return [...own([axisX, x, true]), ...own([axisY, y, false])];
  }

  #axes(scaleX: Scale, scaleY: Scale, right: number, x: (value: number) => number, y: (value: number) => number): readonly SVGElement[] {
    if (this.#input === null) return [];
    const { view, x: axisX, y: axisY } = this.#input;
    const unit = axisX.utility === null ? tickUnit(axisX.name === "cost:seconds" ? "seconds" : "money", scaleX.high, view.currency) : { factor: 1, title: axisX.title };
    const stepsX = scaleTicks({ ...scaleX, low: scaleX.low / unit.factor, high: scaleX.high / unit.factor }, Math.max(3, Math.floor((right - MARGIN.left) / 80)));
    const stepsY = scaleTicks(scaleY, 6);
    const textX = (value: number): string => (axisX.utility === null ? compactText(value) : utilityTick(view.utilities[axisX.utility], value, stepsX));
    const textY = (value: number): string => (axisY.utility === null ? compactText(value) : utilityTick(view.utilities[axisY.utility], value, stepsY));
    const good = (axis: TradeoffAxis, title: string): string => (axis.better === "low" ? l10n.t("{0} (low is good)", title) : title);
    const middle = (MARGIN.top + BOTTOM) / 2;
    // In the corner of the best of both.
    const isRight = axisX.better === "high";
    const isTop = axisY.better === "high";
    const arrow = isTop ? (isRight ? "↗" : "↖") : isRight ? "↘" : "↙";
    const corner = svg("text", { "class": "tick", "x": isRight ? right - 2 : MARGIN.left + 5, "y": isTop ? MARGIN.top - 3 : BOTTOM - 6, "text-anchor": isRight ? "end" : "start" }, isRight ? l10n.t("better {0}", arrow) : l10n.t("{0} better", arrow));
    return [
      ...stepsY.flatMap((value) => [
        svg("line", { class: "grid", x1: MARGIN.left, x2: right, y1: y(value), y2: y(value) }),
        svg("text", { "class": "tick", "x": MARGIN.left - 7, "y": y(value) + 4, "text-anchor": "end" }, textY(value)),
      ]),
      ...stepsX.flatMap((value) => [
        svg("line", { class: "grid", x1: x(value * unit.factor), x2: x(value * unit.factor), y1: MARGIN.top, y2: BOTTOM }),
        svg("text", { "class": "tick", "x": x(value * unit.factor), "y": BOTTOM + 17, "text-anchor": "middle" }, textX(value)),
      ]),
      svg("line", { class: "axis", x1: MARGIN.left, x2: right, y1: BOTTOM, y2: BOTTOM }),
      svg("line", { class: "axis", x1: MARGIN.left, x2: MARGIN.left, y1: MARGIN.top, y2: BOTTOM }),
      corner,
      svg("text", { "class": "axis-label", "x": (MARGIN.left + right) / 2, "y": HEIGHT - 8, "text-anchor": "middle" }, fitted(good(axisX, scaleX.isLog ? l10n.t("{0}, logarithmic", unit.title) : unit.title), right - MARGIN.left).text),
      svg("text", { "class": "axis-label", "x": 12, "y": middle, "text-anchor": "middle", "transform": `rotate(-90 12 ${middle})` }, fitted(good(axisY, axisY.title), BOTTOM - MARGIN.top).text),
    ];
  }

  #facts(s: number): Mark["facts"] {
    if (this.#input === null) return [];
    const { view, budget, x: axisX, y: axisY, points } = this.#input;
    const { state, by } = points[s];
    const value = (axis: TradeoffAxis): readonly [string, string] => {
      const estimated = axis.utility === null ? null : meanOf(view.cells[budget]?.[axis.utility]?.[s]);
      const text = axisText(view, axis, axis.values[s]);
      if (estimated === null || axis.utility === null || !isDefined(estimated.interval)) return [axis.title, text];
      return [axis.title, `${text} ${marginText(view.utilities[axis.utility], halfInterval(estimated.mean, estimated.interval))}`];
    };
    return [
      value(axisY), value(axisX), [l10n.t("State"), stateTitle(state)],
      ...(state === "dominated" ? [["", l10n.t("Surely no better than: {0}", namesText(by, view))] as const] : state === "tied" ? [["", l10n.t("No better by the estimates than: {0}", namesText(by, view))] as const] : []),
    ];
  }
}
