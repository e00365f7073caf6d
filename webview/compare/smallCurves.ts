import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import { h, svg } from "../controls/dom.ts";
import { costScale, placeOn } from "./chartScale.ts";
import { utilityScale } from "./costChart.ts";
import { seriesOf, type CostAxis, type Costs, type Series } from "./curveSeries.ts";
import { figureText, strategyDash, strategyMark } from "./figures.ts";
import { nameText } from "./priceWords.ts";
import { coloured } from "./strategyKey.ts";
import { meanOf, ranked } from "./verdict.ts";

const WIDTH = 210;
const HEIGHT = 96;
const EDGE = { left: 6, right: 8, top: 8, bottom: 8 };

export interface SmallCurvesInput {
  readonly view: ComparisonView;
  readonly costs: Costs;
  readonly axis: CostAxis;
  readonly utilities: readonly number[];
  readonly utility: number;
  readonly budget: number;
  readonly drawn: readonly number[];
  readonly full: ReadonlySet<number>;
  readonly chosen: number | null;
}

/** One small chart for each utility, all with the same cost axis: where strategies trade one for another shows at a glance. */
export class SmallCurves {
  readonly element = h("ul", { class: "small-curves" });
  readonly #choose: (utility: number) => void;

  constructor(choose: (utility: number) => void) {
    this.#choose = choose;
  }

  show(input: SmallCurvesInput): void {
    this.element.replaceChildren(...input.utilities.map((utility) => h("li", {}, this.#chart(input, utility))));
  }

  #chart({ view, costs, axis, utility: shown, budget, drawn, full, chosen }: SmallCurvesInput, utility: number): HTMLElement {
    const judged = view.utilities[utility];
    const title = nameText(judged.title);
    const best = ranked(view, budget, utility).find((s) => drawn.includes(s)) ?? null;
    const estimated = best === null ? null : meanOf(view.cells[budget]?.[utility]?.[best]);
    const bestText = best === null || estimated === null ? l10n.t("no value at this budget") : l10n.t("best: {0}, {1}", nameText(view.strategies[best].title), figureText(judged, estimated.mean));
    const button = h("button", { class: "small-curve", title: nameText(judged.hint), attributes: { "type": "button", "aria-pressed": String(utility === shown), "data-key": `utility ${judged.name}` } },
      h("span", { class: "small-title", text: title }),
      h("span", { class: "small-note muted", text: judged.better === "low" ? l10n.t("low is good") : l10n.t("high is good") }),
      this.#drawing(view, seriesOf(view, costs, axis, utility, drawn), judged, full, chosen),
      h("span", { class: "small-best", attributes: { dir: "auto" } }, h("span", { text: bestText })));
    button.addEventListener("click", () => { this.#choose(utility); });
    return button;
  }

  #drawing(view: ComparisonView, series: readonly Series[], judged: ComparisonView["utilities"][number], full: ReadonlySet<number>, chosen: number | null): SVGElement {
    const frame = svg("svg", { "class": "small-svg", "viewBox": `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
    const whole = series.filter(({ strategy, points }) => full.has(strategy) && points.length > 0);
    const scaleX = costScale(series.flatMap(({ points }) => points.map(({ x }) => x)));
    const scaleY = utilityScale(judged, whole.length > 0 ? whole : series);
    if (scaleX === null || scaleY === null) return frame;
    const x = (value: number): number => EDGE.left + placeOn(scaleX, value) * (WIDTH - EDGE.left - EDGE.right);
    const y = (value: number): number => HEIGHT - EDGE.bottom - placeOn(scaleY, value) * (HEIGHT - EDGE.top - EDGE.bottom);
    const order = (s: number): number => (s === chosen ? 3 : s === view.baseline ? 2 : full.has(s) ? 1 : 0);
    for (const { strategy, points } of [...series].sort((a, b) => order(a.strategy) - order(b.strategy))) {
      if (points.length === 0) continue;
      const isFull = full.has(strategy);
      const isFaded = chosen !== null && strategy !== chosen && strategy !== view.baseline;
      const path = points.map((point, i) => `${i === 0 ? "M" : "L"}${x(point.x).toFixed(1)} ${y(point.mean).toFixed(1)}`).join("");
      const last = points[points.length - 1];
      frame.append(coloured(svg("g", { class: `series${isFull ? "" : " faint"}${isFaded ? " faded" : ""}${strategy === chosen ? " chosen" : ""}` },
        svg("path", { "class": "series-line", "d": path, "stroke-dasharray": !isFull || strategy === view.baseline ? "" : strategyDash(strategy) }),
        ...(isFull ? [svg("path", { class: "series-mark", d: strategyMark(strategy, 3), transform: `translate(${x(last.x).toFixed(1)} ${y(last.mean).toFixed(1)})` })] : [])), strategy, view.baseline));
    }
    return frame;
  }
}
