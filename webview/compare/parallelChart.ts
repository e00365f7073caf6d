import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import { spread } from "./chartScale.ts";
import { strategyDash, strategyMark } from "./figures.ts";
import { MarkPlot } from "./markPlot.ts";
import type { Mark } from "./marks.ts";
import { nameText } from "./priceWords.ts";
import { coloured, fitted, keepingFocus, onWidth } from "./strategyKey.ts";
import { axisEnds, axisText, placeStanding, standingOn, type TradeoffAxis } from "./tradeoffAxes.ts";

/** Axes stand side by side where each has this much room, else they lie one below the other. */
const COLUMN = 72;
const HEIGHT = 300;
const ROW = 46;
const NAMES = { share: 0.36, most: 190 };
const MIN_WIDTH = 320;
const LABELS = 150;
const GAP = 14;
/** From the last axis to the names: beyond the values at its ends. */
const BESIDE = 38;

export interface ParallelInput {
  readonly view: ComparisonView;
  readonly axes: readonly TradeoffAxis[];
  readonly drawn: readonly number[];
  readonly full: ReadonlySet<number>;
  readonly chosen: number | null;
  /** The utility that is looked at. */
  readonly utility: number;
  /** Axes go by places, not by values. */
  readonly isByPlace: boolean;
}

interface Layout {
  /** Axes lie one below the other, the better to the right. */
  readonly isTurned: boolean;
  readonly width: number;
  readonly height: number;
  /** Place of an axis, and of a standing in [0, 1] on it. */
  readonly place: (axis: number, standing: number) => readonly [number, number];
}

/** Parallel coordinates (Inselberg 1985): every strategy as one line over all utilities, each from the worst to the best of them. */
export class ParallelChart {
  readonly element: HTMLElement;
  readonly #plot: MarkPlot;
  readonly #names = h("div", { class: "axis-names" });
  readonly #choose: (utility: number) => void;
  #input: ParallelInput | null = null;
  #width = 0;

  constructor(choose: (strategy: number) => void, chooseUtility: (utility: number) => void) {
    this.#choose = chooseUtility;
    this.#plot = new MarkPlot({ choose });
    this.element = h("div", { class: "parallel-chart" }, this.#names, this.#plot.element);
    onWidth(this.element, MIN_WIDTH, (width) => {
      this.#width = width;
      this.#draw();
    });
  }

  show(input: ParallelInput): void {
    this.#input = input;
    this.#draw();
  }

  light(strategy: number | null): void {
    this.#plot.light(strategy);
  }

  #draw(): void {
    if (this.#input === null || this.#width === 0) return;
    const { view, axes, drawn, full, chosen, isByPlace } = this.#input;
    const layout = this.#layout(axes.length);
    this.element.classList.toggle("turned", layout.isTurned);
    keepingFocus(this.#names, () => { this.#drawNames(layout); });
    const order = (s: number): number => (s === chosen ? 3 : s === view.baseline ? 2 : full.has(s) ? 1 : 0);
    const standings = new Map(drawn.map((s) => [s, axes.map((axis) => (isByPlace ? placeStanding(axis, s) : standingOn(axis, s)))]));
    const known = [...drawn].filter((s) => standings.get(s)?.some((standing) => standing !== null) === true).sort((a, b) => order(a) - order(b));
    const lines = known.map((s) => {
      const own = standings.get(s) ?? [];
      const path = own.map((standing, a) => (standing === null ? "" : `${(own[a - 1] ?? null) === null ? "M" : "L"}${layout.place(a, standing).map((value) => value.toFixed(1)).join(" ")}`)).join("");
      const isFull = full.has(s);
      return coloured(svg("g", { class: `series${isFull ? "" : " faint"}${chosen !== null && s !== chosen && s !== view.baseline ? " faded" : ""}${s === chosen ? " chosen" : ""}` },
        svg("path", { class: "series-hit", d: path }),
        svg("path", { "class": "series-line", "d": path, "stroke-dasharray": !isFull || s === view.baseline ? "" : strategyDash(s) }),
        ...(isFull ? own.flatMap((standing, a) => {
          if (standing === null) return [];
          const [x, y] = layout.place(a, standing);
          return [svg("path", { class: "series-mark", d: strategyMark(s, s === chosen ? 5 : 3.5), transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` })];
        }) : [])), s, view.baseline);
    });
    const marks = known.flatMap((s) => (standings.get(s) ?? []).flatMap((standing, a): readonly Mark[] => {
      if (standing === null) return [];
      const [x, y] = layout.place(a, standing);
      return [{ key: `${view.strategies[s].name}/${axes[a].name}`, strategy: s, column: a, x, y, isFaint: !full.has(s), title: nameText(view.strategies[s].title), facts: [[axes[a].title, axisText(view, axes[a], axes[a].values[s])], ...this.#rank(a, s)] }];
    })).sort((a, b) => Number(a.isFaint) - Number(b.isFaint) || a.column - b.column);
    const label = l10n.t("{0} strategies over {1} utilities and costs, each from the worst to the best", formatCount(known.length), formatCount(axes.length));
    this.#plot.draw(label, layout, marks, [...this.#axes(layout), ...lines, ...this.#ends(layout), ...this.#labels(layout, known, standings)], layout.isTurned);
  }

  #layout(count: number): Layout {
    const isTurned = this.#width - LABELS < COLUMN * count;
    if (isTurned) {
      const names = Math.min(NAMES.most, NAMES.share * this.#width);
      const width = this.#width - names;
      return { isTurned, width, height: ROW * count + 8, place: (axis, standing) => [12 + standing * (width - 26), ROW * (axis + 0.5) + 8] };
    }
    const step = (this.#width - LABELS) / count;
    return { isTurned, width: this.#width, height: HEIGHT, place: (axis, standing) => [step * (axis + 0.5), HEIGHT - 24 - standing * (HEIGHT - 48)] };
  }

  /** Buttons beside the drawing: what names an axis chooses its utility. */
  #drawNames({ isTurned, height, place }: Layout): void {
    if (this.#input === null) return;
    const { view, axes, utility: shown } = this.#input;
    const span = isTurned ? 0 : axes.length > 1 ? place(1, 0)[0] - place(0, 0)[0] : this.#width - LABELS;
    this.#names.style.gridTemplateColumns = isTurned ? "" : `repeat(${axes.length}, ${span.toFixed(2)}px)`;
    this.#names.style.gridAutoRows = isTurned ? `${ROW}px` : "";
    this.#names.style.height = isTurned ? `${height}px` : "";
    this.#names.replaceChildren(...axes.map((axis) => {
      const { utility } = axis;
      const low = axis.utility !== null && axis.better === "low" ? l10n.t("low is good") : "";
      const note = low === "" ? [] : [h("span", { class: "axis-note muted", text: low })];
      if (utility === null) return h("span", { class: "axis-name", title: axis.hint }, h("span", { class: "axis-title", text: axis.title }));
      const button = h("button", { class: "axis-name", title: l10n.t("{0}: {1} Click to look at it.", axis.title, axis.hint), attributes: { "type": "button", "aria-pressed": String(utility === shown), "data-key": view.utilities[utility].name } }, h("span", { class: "axis-title", text: axis.title }), ...note);
      button.addEventListener("click", () => { this.#choose(utility); });
      return button;
    }));
  }

  #axes({ place }: Layout): readonly SVGElement[] {
    const { axes = [], utility } = this.#input ?? {};
    return axes.map((axis, a) => {
      const [worst, best] = [place(a, 0), place(a, 1)];
      return svg("line", { class: `parallel-axis${axis.utility !== null && axis.utility === utility ? " shown" : ""}`, x1: worst[0], y1: worst[1], x2: best[0], y2: best[1] });
    });
  }

  /** The values of the worst and the best of each axis. */
  #ends({ place, isTurned }: Layout): readonly SVGElement[] {
    if (this.#input === null) return [];
    const { view, axes } = this.#input;
    const text = (words: string, [x, y]: readonly [number, number], anchor: string): SVGElement => svg("text", { "class": "parallel-end", "x": x, "y": y, "text-anchor": anchor }, words);
    return axes.flatMap((axis, a) => {
      const ends = axisEnds(axis);
      if (ends === null) return [];
      const [best, worst] = axis.better === "high" ? [ends.high, ends.low] : [ends.low, ends.high];
      const at = (standing: number): readonly [number, number] => place(a, standing);
      if (!(ends.high > ends.low)) return [text(l10n.t("all {0}", axisText(view, axis, best)), isTurned ? [at(0.5)[0], at(0.5)[1] - 8] : [at(1)[0], at(1)[1] - 10], "middle")];
      return isTurned
        ? [text(axisText(view, axis, worst), [at(0)[0] - 8, at(0)[1] - 9], "start"), text(axisText(view, axis, best), [at(1)[0] + 8, at(1)[1] - 9], "end")]
        : [text(axisText(view, axis, best), [at(1)[0], at(1)[1] - 10], "middle"), text(axisText(view, axis, worst), [at(0)[0], at(0)[1] + 18], "middle")];
    });
  }

  /** Names at the right ends of the lines that are drawn in full, where axes stand side by side. */
  #labels(layout: Layout, known: readonly number[], standings: ReadonlyMap<number, readonly (number | null)[]>): readonly SVGElement[] {
    if (this.#input === null || layout.isTurned) return [];
    const { view, axes, full, chosen } = this.#input;
    const last = axes.length - 1;
    const ends = known.flatMap((s) => {
      const standing = standings.get(s)?.[last] ?? null;
      return full.has(s) && standing !== null ? [{ s, at: layout.place(last, standing) }] : [];
    });
    const places = spread(ends.map(({ at }) => at[1]), GAP, 8, HEIGHT - 8);
    return ends.map(({ s, at }, i) => {
      const x = at[0] + BESIDE;
      return coloured(svg("g", { class: `series-label${chosen !== null && s !== chosen && s !== view.baseline ? " faded" : ""}${s === chosen ? " chosen" : ""}` },
        svg("path", { class: "thread", d: `M${(at[0] + 5).toFixed(1)} ${at[1].toFixed(1)}L${(x - 3).toFixed(1)} ${places[i].toFixed(1)}` }),
        svg("text", { x, y: places[i] + 4 }, fitted(nameText(view.strategies[s].title), layout.width - x - 2).text)), s, view.baseline);
    });
  }

  /** "Place: 2 of 16", by the estimates. */
  #rank(axis: number, strategy: number): Mark["facts"] {
    if (this.#input === null) return [];
    const { axes, drawn } = this.#input;
    const own = standingOn(axes[axis], strategy) ?? 0;
    const others = drawn.flatMap((s) => standingOn(axes[axis], s) ?? []);
    return [[l10n.t("Place by the estimates"), l10n.t("{0} of {1}", formatCount(1 + others.filter((other) => other > own).length), formatCount(others.length))]];
  }
}
