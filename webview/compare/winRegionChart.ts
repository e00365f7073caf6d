import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import { scoreTable, winRegions, type WinRegions } from "../../src/protocol/tradeoffs.ts";
import { formatShare } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import { strategyMark } from "./figures.ts";
import { nameText } from "./priceWords.ts";
import { coloured, fitted, onWidth, strategyKey } from "./strategyKey.ts";
import { heaviest, type Answer, type TradeoffAxis } from "./tradeoffAxes.ts";
import { middleApart, middleOf, placeOfWeights, placesOf, triangle, type Place } from "./winGeometry.ts";

const MOST_SIDE = 380;
const MIN_WIDTH = 260;
/** Room for the names of the corners. */
const EDGE = { top: 24, bottom: 38, side: 12 };
const BAR = { height: 46, top: 26, bottom: 30 };

/** Which strategy wins under which weights of the two or three heaviest utilities. */
export class WinRegionChart {
  readonly element: HTMLElement;
  readonly #note = h("p", { class: "muted chart-note" });
  readonly #svg = svg("svg", { class: "win-svg", role: "img" });
  readonly #frame = h("div", { class: "win-frame" }, this.#svg);
  readonly #list = h("ul", { class: "win-list" });
  #shown: { readonly view: ComparisonView; readonly answer: Answer | null } | null = null;
  #width = 0;

  constructor() {
    this.element = h("div", { class: "win-regions" }, h("h3", { text: l10n.t("Who wins where") }), this.#note, h("div", { class: "win-body" }, this.#frame, this.#list));
    onWidth(this.element, MIN_WIDTH, (width) => {
      this.#width = width;
      this.#draw();
    });
  }

  show(view: ComparisonView, answer: Answer | null): void {
    this.#shown = { view, answer };
    this.#draw();
  }

  #draw(): void {
    if (this.#shown === null || this.#width === 0) return;
    const { view, answer } = this.#shown;
    const axes = answer === null ? [] : heaviest(answer);
    const found = axes.length < 2 ? null : winRegions(scoreTable(axes));
    const isDrawn = answer !== null && found !== null && !("notDefined" in found);
    this.#frame.hidden = !isDrawn;
    this.#list.hidden = !isDrawn;
    if (!isDrawn) {
      this.#note.textContent = l10n.t("Drawn as soon as two utilities on which strategies differ have a weight.");
      return;
    }
    const others = answer.weights.filter((weight) => weight > 0).length - axes.length;
    const titles = axes.map(({ title }) => title).reduce((before, title) => l10n.t("{0}, {1}", before, title));
    this.#note.textContent = others > 0
      ? l10n.t("For every mixture of the three heaviest weights ({0}); the others count for nothing here, nor do limits.", titles)
      : l10n.t("For every mixture of {0}; limits do not count here.", titles);
    if (axes.length === 2) this.#segment(view, answer, axes, found);
    else this.#triangle(view, answer, axes, found);
    this.#drawList(view, found);
  }

  /** The weights that are set, as shares of the axes that are drawn. */
  #own(answer: Answer, axes: readonly TradeoffAxis[]): readonly number[] {
    const weights = axes.map((axis) => answer.weights[answer.axes.indexOf(axis)]);
    const sum = weights.reduce((before, weight) => before + weight, 0);
    return weights.map((weight) => weight / sum);
  }

  #triangle(view: ComparisonView, answer: Answer, axes: readonly TradeoffAxis[], { regions }: WinRegions): void {
    const side = Math.min(MOST_SIDE, this.#width - 2 * EDGE.side - 40);
    const width = Math.min(this.#width, side + 160);
    const left = (width - side) / 2;
    const frame = triangle(left, EDGE.top, side);
    const bottom = frame[1][1];
    const own = placeOfWeights(frame, this.#own(answer, axes));
    const areas = regions.map(({ strategy, corners }) => this.#region(view, strategy, placesOf(frame, corners), own));
    const half = width / 2 - 8;
    const [top, first, second] = axes.map(({ title }) => l10n.t("all {0}", title));
    this.#size(view, width, bottom + EDGE.bottom, regions, [
      ...areas, svg("path", { class: "win-outline", d: outline(frame) }), this.#dot(own),
      svg("text", { "class": "win-corner", "x": width / 2, "y": EDGE.top - 9, "text-anchor": "middle" }, fitted(top, width - 8).text),
      svg("text", { "class": "win-corner", "x": 4, "y": bottom + 17, "text-anchor": "start" }, fitted(first, half).text),
      svg("text", { "class": "win-corner", "x": width - 4, "y": bottom + (fitted(first, half).width + fitted(second, half).width > width - 24 ? 32 : 17), "text-anchor": "end" }, fitted(second, half).text),
    ]);
  }

  #segment(view: ComparisonView, answer: Answer, axes: readonly TradeoffAxis[], { regions }: WinRegions): void {
    const width = Math.min(this.#width, 560);
    const [left, right] = [EDGE.side, width - EDGE.side];
    const top = BAR.top;
    // All weight on the second axis is on the right.
    const ends: readonly Place[] = [[left, top + BAR.height / 2], [right, top + BAR.height / 2]];
    const own = placeOfWeights(ends, this.#own(answer, axes));
    const areas = regions.map(({ strategy, corners }) => {
      const [[from], [to]] = placesOf(ends, corners);
      const [a, b] = [Math.min(from, to), Math.max(from, to)];
      return this.#region(view, strategy, [[a, top], [b, top], [b, top + BAR.height], [a, top + BAR.height]], null);
    });
    const [x] = own;
    const half = width / 2 - 8;
    this.#size(view, width, top + BAR.height + BAR.bottom, regions, [
      ...areas, svg("rect", { class: "win-outline", x: left, y: top, width: right - left, height: BAR.height }),
      svg("line", { class: "win-now", x1: x, x2: x, y1: top - 6, y2: top + BAR.height + 6 }),
      svg("text", { "class": "win-corner", "x": x, "y": top - 10, "text-anchor": x < 60 ? "start" : x > width - 60 ? "end" : "middle" }, l10n.t("your weights")),
      svg("text", { "class": "win-corner", "x": left, "y": top + BAR.height + 20, "text-anchor": "start" }, fitted(l10n.t("all {0}", axes[0].title), half).text),
      svg("text", { "class": "win-corner", "x": right, "y": top + BAR.height + 20, "text-anchor": "end" }, fitted(l10n.t("all {0}", axes[1].title), half).text),
    ]);
  }

  #size(view: ComparisonView, width: number, height: number, regions: WinRegions["regions"], nodes: readonly Node[]): void {
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.setAttribute("width", String(width));
    this.#svg.setAttribute("height", String(height));
    const said = [...regions].sort((a, b) => b.share - a.share).map(({ strategy, share }) => l10n.t("{0} {1}", nameText(view.strategies[strategy].title), formatShare(share))).reduce((before, own) => l10n.t("{0}, {1}", before, own));
    this.#svg.setAttribute("aria-label", l10n.t("Shares of all mixtures of weights: {0}", said));
    this.#svg.replaceChildren(...nodes);
  }

  /** A region with its strategy's sign, and with its name where there is room. */
  #region(view: ComparisonView, strategy: number, places: readonly Place[], dot: Place | null): SVGElement {
    const { at: [x, y], room } = dot === null ? middleOf(places) : middleApart(places, dot, 27, 17);
    const title = nameText(view.strategies[strategy].title);
    const across = Math.max(...places.map((place) => place[0])) - Math.min(...places.map((place) => place[0]));
    const name = fitted(title, Math.max(0, across * 0.62));
    const hasName = room > 17 && name.text === title;
    return coloured(svg("g", { class: "win-region" }, svg("title", {}, title), svg("path", { class: "win-area", d: outline(places) }),
      ...(room > 6 ? [svg("path", { class: "series-mark", d: strategyMark(strategy, 5), transform: `translate(${x.toFixed(1)} ${(hasName ? y - 8 : y).toFixed(1)})` })] : []),
      ...(hasName ? [svg("text", { "class": "win-name", "x": x, "y": y + 12, "text-anchor": "middle" }, title)] : [])), strategy, view.baseline);
  }

  #dot([x, y]: Place): SVGElement {
    return svg("g", { class: "win-dot" }, svg("title", {}, l10n.t("your weights")), svg("circle", { class: "win-dot-ring", cx: x, cy: y, r: 7 }), svg("path", { class: "win-dot-cross", d: `M${x - 4} ${y}h8M${x} ${y - 4}v8` }));
  }

  #drawList(view: ComparisonView, { regions, twins }: WinRegions): void {
    this.#list.replaceChildren(...[...regions].sort((a, b) => b.share - a.share).map(({ strategy, share }) => {
      const twinTitles = twins.filter(({ of }) => of === strategy).map((twin) => nameText(view.strategies[twin.strategy].title));
      const names = [nameText(view.strategies[strategy].title), ...twinTitles].reduce((before, name) => l10n.t("{0} together with {1}", before, name));
      return h("li", {}, strategyKey(strategy, view.baseline), h("bdi", { text: names }), h("span", { class: "figure muted", text: l10n.t("{0} of all mixtures", formatShare(share)) }));
    }));
  }
}

function outline(places: readonly Place[]): string {
  return `M${places.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`;
}
