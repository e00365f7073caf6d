import * as l10n from "@vscode/l10n";
import type { ComparisonPricing, ComparisonView, PriceSweep } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h, linkButton } from "../controls/dom.ts";
import { BumpChart } from "./bumpChart.ts";
import { bestUtilities, leadersAt, unitFactor } from "./bumpLines.ts";
import type { CompareModel } from "./compareModel.ts";
import { figureText, NONE } from "./figures.ts";
import { amountText, breakEvenTexts, factorText, leadersText, nameText, partHint, sweepTitle } from "./priceWords.ts";
import { strategyIcon } from "./strategyIcon.ts";

/** Prices and break-even prices that are listed at first. */
const MOST_SWEEPS = 10;
const MOST_BREAKS = 8;

const keyOf = ({ source, part, unit }: Pick<PriceSweep, "source" | "part" | "unit">): string => `${source ?? "all"} ${part} ${unit}`;

/** How the ranking for the amount moves as one price after the other goes from a quarter to four times what it is. */
export class SensitivityView {
  readonly element: HTMLElement;
  readonly #model: CompareModel;
  readonly #intro = h("p", { class: "sensitivity-intro" });
  readonly #list = h("div", { class: "sweeps", attributes: { "role": "table", "aria-label": l10n.t("Who leads as each price varies") } });
  readonly #all: HTMLButtonElement;
  readonly #chartTitle = h("h3");
  readonly #chart = new BumpChart();
  readonly #chartPart: HTMLElement;
  readonly #breaks = h("ul", { class: "breaks" });
  readonly #allBreaks: HTMLButtonElement;
  readonly #breaksPart: HTMLElement;
  #chosen = "";
  #isWhole = false;
  #hasAllBreaks = false;

  constructor(model: CompareModel) {
    this.#model = model;
    this.#all = linkButton("", "", "", () => {
      this.#isWhole = true;
      this.draw();
      this.#list.querySelectorAll<HTMLElement>("button")[MOST_SWEEPS]?.focus();
    });
    this.#allBreaks = linkButton("", "", "", () => {
      this.#hasAllBreaks = true;
      this.draw();
      this.#breaks.setAttribute("tabindex", "-1");
      this.#breaks.focus();
    });
    this.#chartPart = h("section", { class: "bump-part" }, this.#chartTitle, this.#chart.element);
    this.#breaksPart = h("section", { class: "breaks-part" }, h("h3", { text: l10n.t("Break-even prices") }), this.#breaks, this.#allBreaks);
    this.element = h("section", { class: "sensitivity" }, h("h2", { text: l10n.t("If prices were others") }), this.#intro, h("div", { class: "sensitivity-parts" }, h("div", { class: "sweeps-part" }, this.#list, this.#all), this.#breaksPart), this.#chartPart);
  }

  draw(): void {
    const { view, pricing } = this.#model;
    if (view === null || pricing === null) return;
    const { sweeps } = pricing;
    this.#intro.textContent = this.#introText(view, pricing);
    this.#list.hidden = sweeps.length === 0;
    this.#chartPart.hidden = sweeps.length === 0;
    this.#drawBreaks(view, pricing);
    if (sweeps.length === 0) {
      this.#all.hidden = true;
      return;
    }
    const chosen = sweeps.find((sweep) => keyOf(sweep) === this.#chosen) ?? sweeps[0];
    this.#drawList(view, pricing, chosen);
    const { source, part, unit } = chosen;
    const only = source ?? (view.sources.length === 1 ? 0 : null);
    this.#chartTitle.textContent = l10n.t("Ranks as the price varies: {0}", sweepTitle(chosen, view));
    this.#chart.show(view, chosen, pricing.utility, this.#model.drawn, this.#model.strategy, only === null ? null : pricing.prices[only][part][unit]);
  }

  #introText(view: ComparisonView, { sweeps, spend }: ComparisonPricing): string {
    if (sweeps.length === 0) return l10n.t("All prices are 0, and so is every multiple of them: there is nothing to vary.");
    const moved = sweeps.filter(({ isOrderMoved }) => isOrderMoved).length;
    const amount = amountText(spend.amount, spend.unit, nameText(view.currency));
    const isKnown = sweeps.some(({ ranks }) => ranks.some((row) => row.some((rank) => rank > 0)));
    if (!isKnown) return l10n.t("For {0} no strategy buys a size that was measured, at any of the prices: try another amount.", amount);
    if (moved === 0) return l10n.t("For {0} no price moves the order: the strategies that can be compared stand as they do from ×0.25 to ×4 of each price.", amount);
    return moved === sweeps.length
      ? l10n.t("For {0} every price moves the order of strategies somewhere from ×0.25 to ×4.", amount)
      : l10n.t("For {0} these move the order of strategies somewhere from ×0.25 to ×4: {1} of {2} prices.", amount, formatCount(moved), formatCount(sweeps.length));
  }

  #drawList(view: ComparisonView, pricing: ComparisonPricing, chosen: PriceSweep): void {
    const { sweeps } = pricing;
    const utility = view.utilities[pricing.utility];
    const shown = this.#isWhole ? sweeps : sweeps.slice(0, MOST_SWEEPS);
    const best = sweeps.map((sweep) => bestUtilities(sweep, utility.better).flatMap((value) => value ?? []));
    const low = Math.min(...best.flat());
    const high = Math.max(...best.flat());
    const place = (value: number): number => (high > low ? (100 * (value - low)) / (high - low) : 50);
    const cell = (name: string, ...children: readonly Node[]): HTMLElement => h("div", { class: name, attributes: { role: "cell" } }, ...children);
    const head = h("div", { class: "sweep-row sweep-head", attributes: { role: "row" } }, ...[l10n.t("Price"), ...[0.25, 1, 4].map((factor) => l10n.t("Leads at {0}", factorText(factor))), l10n.t("Order"), l10n.t("Best utility")]
      .map((text, at) => h("div", { class: ["sweep-price", "at", "at", "at", "order", "reach"][at], text, attributes: { role: "columnheader" } })));
    const focused = this.#list.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") ?? null : null;
    this.#list.replaceChildren(head, ...shown.map((sweep, at) => {
      const isChosen = sweep === chosen;
      const title = sweepTitle(sweep, view);
      const choose = h("button", { class: "sweep-choice", title: partHint(sweep.part), attributes: { "type": "button", "aria-pressed": String(isChosen), "data-key": keyOf(sweep) } }, h("bdi", { text: title }));
      choose.addEventListener("click", () => {
        this.#chosen = keyOf(sweep);
        this.draw();
      });
      const last = sweep.factors.length - 1;
      const leaders = [0, unitFactor(sweep.factors), last].map((f) => {
        const own = leadersAt(sweep, f, utility.better);
        const first = own.at(0);
        return cell("at", h("span", { class: "at-factor muted", text: factorText(sweep.factors[f]), attributes: { "aria-hidden": "true" } }), h("span", { class: "at-name" }, ...(first === undefined ? [] : [strategyIcon(first)]), h("bdi", { text: leadersText(own, view) })));
      });
      return h("div", { class: `sweep-row${isChosen ? " chosen" : ""}`, attributes: { role: "row" } }, cell("sweep-price", choose), ...leaders,
        cell("order", h("span", { class: sweep.isOrderMoved ? "moves" : "stays muted", text: sweep.isOrderMoved ? l10n.t("moves") : l10n.t("stays") })), cell("reach", ...this.#reach(view, pricing, best[at], place)));
    }));
    if (focused !== null) this.#list.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    this.#all.hidden = shown.length === sweeps.length;
    this.#all.textContent = l10n.t("Show all {0} prices", formatCount(sweeps.length));
    this.#all.title = this.#all.textContent;
    this.#all.setAttribute("aria-label", this.#all.textContent);
  }

  /** How far the best utility that the amount buys goes with the price: one scale for all prices. */
  #reach(view: ComparisonView, { utility, standings }: ComparisonPricing, best: readonly number[], place: (value: number) => number): readonly Node[] {
    if (best.length === 0) return [document.createTextNode(NONE)];
    const about = view.utilities[utility];
    const [low, high] = [Math.min(...best), Math.max(...best)];
    const track = h("div", { class: "reach-track", attributes: { "aria-hidden": "true" } });
    const bar = h("span", { class: "reach-bar" });
    bar.style.left = `${place(low)}%`;
    bar.style.width = `${place(high) - place(low)}%`;
    track.append(bar);
    const first = standings.find(({ rank, utility: own }) => rank === 1 && !("notDefined" in own));
    const known = standings.flatMap(({ utility: own, rank }) => (rank === 1 && "value" in own ? [own.value] : []));
    if (first !== undefined && known.length > 0) {
      const now = h("span", { class: "reach-now" });
      now.style.left = `${place(about.better === "high" ? Math.max(...known) : Math.min(...known))}%`;
      track.append(now);
    }
    const [from, to] = [figureText(about, low), figureText(about, high)];
    return [track, h("span", { class: "reach-words", text: from === to ? from : l10n.t("{0} … {1}", from, to) })];
  }

  #drawBreaks(view: ComparisonView, { breakEvens, sweeps, standings }: ComparisonPricing): void {
    const sorted = breakEvenTexts(breakEvens, view);
    const shown = this.#hasAllBreaks ? sorted : sorted.slice(0, MOST_BREAKS);
    const isLed = standings.some(({ rank }) => rank === 1);
    const none = isLed ? l10n.t("No price from ×0.25 to ×4 lets another overtake the leader where both are known, that is, within the measured sizes.") : l10n.t("No strategy leads at these prices, so there is none to overtake.");
    this.#breaksPart.hidden = sweeps.length === 0;
    this.#breaks.replaceChildren(...(sorted.length === 0 ? [h("li", { class: "muted", text: none })] : shown.map((text) => h("li", { text, attributes: { dir: "auto" } }))));
    this.#allBreaks.hidden = shown.length === sorted.length;
    this.#allBreaks.textContent = l10n.t("Show all {0} break-even prices", formatCount(sorted.length));
    this.#allBreaks.title = this.#allBreaks.textContent;
    this.#allBreaks.setAttribute("aria-label", this.#allBreaks.textContent);
  }
}
