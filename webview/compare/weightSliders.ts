import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import { h } from "../controls/dom.ts";
import { originTitle } from "./compareWords.ts";
import { limitText, limitUnit, readLimit, typedLimit } from "./limits.ts";
import { axisEnds, MOST_WEIGHT, type Limits, type TradeoffAxis } from "./tradeoffAxes.ts";

const GROUPS = ["trained", "probe", "analytic", "cost"] as const;

interface Row {
  readonly slider: HTMLInputElement;
  readonly shown: HTMLElement;
  readonly limit: HTMLInputElement;
  readonly limitPlace: HTMLElement;
  readonly problem: HTMLElement;
}

export interface WeightActions {
  readonly weigh: (axis: string, weight: number) => void;
  /** Null takes the limit away. */
  readonly limit: (axis: string, value: number | null) => void;
}

/** A slider for what each utility and cost matters, in groups, with a limit for each where limits are wanted. */
export class WeightSliders {
  readonly element = h("div", { class: "weight-groups" });
  readonly #actions: WeightActions;
  readonly #rows = new Map<string, Row>();
  readonly #counts = new Map<string, HTMLElement>();
  #view: ComparisonView | null = null;
  #axes: readonly TradeoffAxis[] = [];
  #shown = "";

  constructor(actions: WeightActions) {
    this.#actions = actions;
  }

  draw(view: ComparisonView, axes: readonly TradeoffAxis[], weights: readonly number[], limits: Limits, areLimitsShown: boolean): void {
    this.#view = view;
    this.#axes = axes;
    // Sliders that are being moved must stay the same elements.
    const names = `${view.file} ${view.written} ${axes.map(({ name }) => name).join("\n")}`;
    if (names !== this.#shown) {
      this.#shown = names;
      this.#build(axes, weights);
      for (const axis of axes) {
        const field = this.#rows.get(axis.name)?.limit;
        if (field !== undefined && Object.hasOwn(limits, axis.name)) field.value = typedLimit(limits[axis.name], limitUnit(view, axis));
      }
    }
    this.element.classList.toggle("with-limits", areLimitsShown);
    axes.forEach((axis, a) => {
      const row = this.#rows.get(axis.name);
      if (row === undefined) return;
      const weight = weights[a];
      if (Number(row.slider.value) !== weight) row.slider.value = String(weight);
      row.shown.textContent = String(Math.round(weight));
      row.slider.setAttribute("aria-valuetext", weight === 0 ? l10n.t("does not count") : String(Math.round(weight)));
      row.limitPlace.hidden = !areLimitsShown;
      row.slider.closest(".weight-row")?.classList.toggle("idle", weight === 0);
      const ends = axisEnds(axis);
      row.limit.placeholder = ends === null ? "" : limitText(axis.better === "high" ? ends.low : ends.high, limitUnit(view, axis));
      if (!Object.hasOwn(limits, axis.name) && document.activeElement !== row.limit && row.problem.textContent === "") row.limit.value = "";
    });
    for (const [group, element] of this.#counts) {
      const count = axes.filter((axis, a) => axis.group === group && weights[a] > 0).length;
      element.textContent = count === 0 ? l10n.t("none counts") : count === 1 ? l10n.t("1 counts") : l10n.t("{0} count", count);
    }
  }

  #build(axes: readonly TradeoffAxis[], weights: readonly number[]): void {
    this.#rows.clear();
    this.#counts.clear();
    this.element.replaceChildren(...GROUPS.flatMap((group) => {
      const own = axes.filter((axis) => axis.group === group);
      if (own.length === 0) return [];
      const count = h("span", { class: "muted weight-count" });
      this.#counts.set(group, count);
      const box = h("details", { class: "weight-group" }, h("summary", {}, h("span", { class: "weight-title", text: group === "cost" ? l10n.t("Cost") : originTitle(group) }), count), ...own.map((axis) => this.#row(axis)));
      box.open = group !== "analytic" || axes.some((axis, a) => axis.group === group && weights[a] > 0);
      return [box];
    }));
  }

  #row(axis: TradeoffAxis): HTMLElement {
    const { name, title, hint, better } = axis;
    const slider = h("input", { class: "weight-slider", attributes: { "type": "range", "min": "0", "max": String(MOST_WEIGHT), "step": "1", "aria-label": l10n.t("Weight of {0}", title) } });
    slider.addEventListener("input", () => { this.#actions.weigh(name, Number(slider.value)); });
    const limitName = better === "high" ? l10n.t("At least") : l10n.t("At most");
    const limit = h("input", { class: "input weight-limit", attributes: { "type": "text", "inputmode": "decimal", "autocomplete": "off", "aria-label": better === "high" ? l10n.t("{0}: at least", title) : l10n.t("{0}: at most", title) } });
    const problem = h("span", { class: "problem", attributes: { role: "status" } });
    limit.addEventListener("input", () => { this.#typed(name, limit, problem); });
    const shown = h("span", { class: "figure weight-shown", attributes: { "aria-hidden": "true" } });
    const unit = this.#view === null ? "" : limitUnit(this.#view, axis).title;
    const limitPlace = h("span", { class: "weight-limit-place" }, h("span", { class: "muted", text: limitName, attributes: { "aria-hidden": "true" } }), limit, h("span", { class: "muted", text: unit, attributes: { "aria-hidden": "true" } }), problem);
    this.#rows.set(name, { slider, shown, limit, limitPlace, problem });
    return h("div", { class: "weight-row" }, h("span", { class: "weight-name", title: hint, text: title, attributes: { "aria-hidden": "true" } }), slider, shown, limitPlace);
  }

  #typed(name: string, field: HTMLInputElement, problem: HTMLElement): void {
    const axis = this.#axes.find((own) => own.name === name);
    if (axis === undefined || this.#view === null) return;
    const reading = readLimit(field.value, limitUnit(this.#view, axis));
    problem.textContent = reading.ok ? "" : reading.problem;
    field.setAttribute("aria-invalid", String(!reading.ok));
    if (reading.ok) this.#actions.limit(name, reading.value);
  }
}
