import * as l10n from "@vscode/l10n";
import type { ComparisonView, PriceSweep } from "../../src/protocol/comparison.ts";
import { h, svg } from "../controls/dom.ts";
import { bumpLines, gapsOf, unitFactor, type BumpLine } from "./bumpLines.ts";
import { figureText, NONE, strategyColour, strategyDash } from "./figures.ts";
import { factorText, gapText, nameText, priceText, sweepTitle } from "./priceWords.ts";

const ROW = 23;
const TOP = 12;
/** For two lines below the factors: the price, and what the axis is. */
const BOTTOM = 44;
const DOT = 8.5;
const MIN_WIDTH = 300;
/** Half of the words below the first factor. */
const EDGE = 30;
/** Share of the width that names may take on each side, and at most. */
const NAMES = { share: 0.3, most: 190 };
/** About the width of a letter, and of a bold one. */
const LETTER = { weak: 6.2, strong: 7 };

/** Ranks of the strategies from a quarter of a price to four times it. */
export class BumpChart {
  readonly element: HTMLElement;
  readonly #svg = svg("svg", { class: "bump", role: "img" });
  readonly #frame: HTMLElement;
  readonly #legend = h("ul", { class: "legend bump-legend", attributes: { "aria-hidden": "true" } });
  readonly #gaps = h("ul", { class: "gaps muted" });
  readonly #table = h("div", { class: "table-place", attributes: { "tabindex": "0", "role": "region", "aria-label": l10n.t("Ranks as a table") } });
  #shown: { readonly view: ComparisonView; readonly sweep: PriceSweep; readonly drawn: readonly number[]; readonly chosen: number | null; readonly price: number | null; readonly utility: number } | null = null;
  #width = 0;

  constructor() {
    this.#frame = h("div", { class: "bump-frame" }, this.#svg);
    this.element = h("figure", { class: "bump-figure" }, this.#frame, this.#legend, this.#gaps, h("details", {}, h("summary", { text: l10n.t("Ranks as a table") }), this.#table));
    new ResizeObserver(() => {
      const width = Math.max(MIN_WIDTH, Math.round(this.#frame.clientWidth));
      if (this.#frame.clientWidth === 0 || width === this.#width) return;
      this.#width = width;
      this.#draw();
    }).observe(this.#frame);
  }

  /**
   * @param chosen the strategy that is looked at
   * @param price as it is, in its unit; null for all sources together
   */
  show(view: ComparisonView, sweep: PriceSweep, utility: number, drawn: readonly number[], chosen: number | null, price: number | null): void {
    this.#shown = { view, sweep, utility, drawn, chosen, price };
    this.#gaps.replaceChildren(...gapsOf(view, sweep, drawn).map((gap) => h("li", { text: gapText(gap, sweep, view), attributes: { dir: "auto" } })));
    this.#drawTable(view, sweep, utility);
    this.#draw();
  }

  #draw(): void {
    if (this.#shown === null || this.#width === 0) return;
    const { view, sweep, utility, drawn, chosen, price } = this.#shown;
    const { factors } = sweep;
    const { lines, ties, height } = bumpLines(sweep, drawn, view.utilities[utility].better);
    const last = factors.length - 1;
    const width = this.#width;
    const title = (line: BumpLine): string => nameText(view.strategies[line.strategy].title);
    const room = Math.min(NAMES.most, NAMES.share * width, Math.max(40, ...lines.map((line) => title(line).length * LETTER.strong + 8)));
    // Names stand on the right; on the left too only where there is much room.
    const hasLeft = width >= 640 && lines.some(({ slots }) => slots[0] !== null);
    const left = hasLeft ? room + DOT + 6 : EDGE;
    const right = width - (lines.some(({ slots }) => slots[last] !== null) ? room + DOT + 6 : EDGE);
    const x = (f: number): number => left + (Math.log(factors[f] / factors[0]) / Math.log(factors[last] / factors[0])) * (right - left);
    const y = (slot: number): number => TOP + ROW * (slot + 0.5);
    const bottom = TOP + ROW * Math.max(1, height);
    const total = bottom + BOTTOM;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${total}`);
    this.#svg.setAttribute("width", String(width));
    this.#svg.setAttribute("height", String(total));
    this.#svg.setAttribute("aria-label", l10n.t("Ranks by {0}, from {1} to {2}. The table below holds them.", sweepTitle(sweep, view), factorText(factors[0]), factorText(factors[last])));
    const unit = unitFactor(factors);
    // Every second factor has its words where all would run into each other.
    const step = (right - left) / last < 52 ? (right - left) / last < 26 ? 4 : 2 : 1;
    const axis = factors.flatMap((factor, f) => {
      const isNamed = f % step === 0;
      return [
        svg("line", { class: f === unit ? "bump-now" : "grid", x1: x(f), x2: x(f), y1: TOP - 4, y2: bottom + 4 }),
        ...(isNamed ? [svg("text", { "class": f === unit ? "tick now" : "tick", "x": x(f), "y": bottom + 18, "text-anchor": "middle" }, factorText(factor))] : []),
        ...(isNamed && price !== null ? [svg("text", { "class": "tick", "x": x(f), "y": bottom + 33, "text-anchor": "middle" }, step > 1 && f !== unit && f !== 0 && f !== last ? "" : priceText(price * factor, sweep.unit, nameText(view.currency)))] : []),
      ];
    });
    const bands = ties.map(({ factor, from, to }) => svg("rect", { class: "bump-tie", x: x(factor) - DOT - 2, y: y(from) - DOT - 2, width: 2 * DOT + 4, height: y(to) - y(from) + 2 * DOT + 4, rx: DOT + 2 }));
    const isStrong = (line: BumpLine): boolean => line.isLeader || line.strategy === chosen;
    // What is to be seen lies on top.
    const ordered = [...lines].sort((a, b) => Number(isStrong(a)) - Number(isStrong(b)) || Number(a.strategy === chosen) - Number(b.strategy === chosen));
    // Where another line goes on, a name would lie on it: such lines stand in a legend.
    const nothingAfter = (line: BumpLine, end: number): boolean => lines.every((other) => other === line || other.slots.every((slot, f) => f <= end || slot === null || Math.abs(slot - (line.slots[end] ?? 0)) > 1));
    const unnamed: BumpLine[] = [];
    const drawnLines = ordered.map((line) => {
      const weight = isStrong(line) ? "strong" : "weak";
      const strength = `${weight}${line.strategy === chosen ? " chosen" : ""}`;
      const group = svg("g", { class: `bump-line ${strength}` }, svg("title", {}, this.#told(view, sweep, utility, line)));
      group.style.setProperty("--series", strategyColour(line.strategy));
      const path = line.slots.map((slot, f) => (slot === null ? "" : `${(line.slots[f - 1] ?? null) === null ? "M" : "L"}${x(f).toFixed(1)} ${y(slot).toFixed(1)}`)).join("");
      group.append(svg("path", { "d": path, "stroke-dasharray": strategyDash(line.strategy) }));
      line.slots.forEach((slot, f) => {
        if (slot === null) return;
        group.append(svg("circle", { cx: x(f), cy: y(slot), r: DOT }), svg("text", { "class": "bump-rank", "x": x(f), "y": y(slot) + 3.5, "text-anchor": "middle" }, String(line.ranks[f])));
      });
      const end = line.slots.reduce((found: number, slot, f) => (slot === null ? found : f), 0);
      const start = line.slots.findIndex((slot) => slot !== null);
      const endSlot = line.slots[end] ?? 0;
      const startSlot = line.slots[start] ?? 0;
      const beside = (at: number): number => x(at) + DOT + 5;
      if (end === last) group.append(svg("text", { class: "bump-name", x: beside(end), y: y(endSlot) + 4 }, clipped(title(line), room / LETTER[weight])));
      if (hasLeft && start === 0) group.append(svg("text", { "class": "bump-name", "x": x(0) - DOT - 5, "y": y(startSlot) + 4, "text-anchor": "end" }, clipped(title(line), room / LETTER[weight])));
      else if (end !== last && nothingAfter(line, end)) group.append(svg("text", { class: "bump-name inside", x: beside(end), y: y(endSlot) + 4 }, clipped(title(line), Math.max(60, Math.min(room, width - beside(end))) / LETTER[weight])));
      else if (end !== last) unnamed.push(line);
      return group;
    });
    this.#legend.replaceChildren(...unnamed.map((line) => h("li", {},
      svg("svg", { "width": 26, "height": 8, "aria-hidden": "true" }, svg("line", { "x1": 0, "x2": 26, "y1": 4, "y2": 4, "stroke": strategyColour(line.strategy), "stroke-width": 2, "stroke-dasharray": strategyDash(line.strategy) })), h("bdi", { text: title(line) }))));
    this.#legend.hidden = unnamed.length === 0;
    this.#svg.replaceChildren(...axis, ...bands, ...drawnLines);
  }

  #told(view: ComparisonView, sweep: PriceSweep, utility: number, { strategy, ranks }: BumpLine): string {
    const figures = sweep.factors.flatMap((factor, f) => {
      const value = sweep.utilities[f][strategy];
      return ranks[f] === 0 || value === null ? [] : [l10n.t("{0}: rank {1}, {2}", factorText(factor), ranks[f], figureText(view.utilities[utility], value))];
    });
    return [nameText(view.strategies[strategy].title), ...figures].join("\n");
  }

  #drawTable(view: ComparisonView, sweep: PriceSweep, utility: number): void {
    const { drawn } = this.#shown ?? { drawn: [] };
    const head = h("tr", {}, h("th", { text: l10n.t("Strategy"), attributes: { scope: "col" } }), ...sweep.factors.map((factor) => h("th", { text: factorText(factor), attributes: { scope: "col" } })));
    const rows = drawn.map((s) => h("tr", {}, h("th", { text: nameText(view.strategies[s].title), attributes: { scope: "row", dir: "auto" } }), ...sweep.factors.map((_, f) => {
      const value = sweep.utilities[f][s];
      const rank = sweep.ranks[f][s];
      return h("td", { text: rank === 0 || value === null ? NONE : l10n.t("{0} ({1})", rank, figureText(view.utilities[utility], value)) });
    })));
    this.#table.replaceChildren(h("table", { class: "bump-table" }, h("thead", {}, head), h("tbody", {}, ...rows)));
  }
}

function clipped(text: string, letters: number): string {
  const most = Math.max(4, Math.floor(letters));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
