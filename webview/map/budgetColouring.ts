import * as l10n from "@vscode/l10n";
import { readBudget } from "../../src/protocol/budgetText.ts";
import { h } from "../controls/dom.ts";
import type { Store } from "../state/store.ts";
import { BudgetSlider } from "./budgetSlider.ts";
import { budgetCounts, placesOf, type PointStyle } from "./categories.ts";
import type { LegendLine } from "./legend.ts";
import type { MapView } from "./mapView.ts";

type Side = "all" | "kept" | "dropped";

/** Kept and dropped at the budget that is being looked at; it can be dragged here too. */
export class BudgetColouring {
  readonly element = h("div");
  readonly #store: Store;
  readonly #slider: BudgetSlider;
  readonly #onChange: () => void;
  #given: Uint32Array | null = null;
  #side: Side = "all";

  /** @param onChange what the legend says has changed */
  constructor(store: Store, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.#slider = new BudgetSlider((kept) => { store.setBudget(kept); });
    this.element.append(this.#slider.element);
    this.element.hidden = true;
  }

  /** The places of the samples are to be given to the view again. */
  forget(): void {
    this.#given = null;
    this.#side = "all";
  }

  /** @param isOn points are coloured by the budget */
  apply(view: MapView, isOn: boolean): void {
    const { order, count } = this.#store;
    if (isOn && order === null) this.#store.need("order");
    this.element.hidden = !isOn || order === null;
    if (!isOn || order === null) return view.setBudget(null, "all");
    if (this.#given !== order.order) {
      this.#given = order.order;
      view.setPlaces(placesOf(order, count));
    }
    const kept = this.#kept(order.order.length);
    this.#slider.show(kept, order.order.length, count);
    view.setBudget(kept, this.#side);
  }

  /** Why nothing is coloured yet, or "". */
  get note(): string {
    if (this.#store.order !== null) return "";
    const problem = this.#store.loading("order")?.problem ?? null;
    return problem === null ? l10n.t("Finding what a budget keeps…") : l10n.t("What a budget keeps could not be found: {0}", problem);
  }

  /** @param styles of kept and dropped points */
  lines(styles: readonly PointStyle[], onSide: () => void): readonly LegendLine[] {
    const { order, count } = this.#store;
    if (order === null || styles.length < 2) return [];
    const { kept, dropped } = budgetCounts(this.#kept(order.order.length), order.order.length, count);
    const press = (side: Side): LegendLine["press"] => ({
      isOn: this.#side === side,
      toggle: () => {
        this.#side = this.#side === side ? "all" : side;
        onSide();
        this.#onChange();
      },
    });
    return [
      { name: l10n.t("Kept"), count: kept, style: styles[0], press: press("kept") },
      { name: l10n.t("Dropped"), count: dropped, style: styles[1], press: press("dropped") },
    ];
  }

  /** Before a budget is looked at: the one that was typed last, else half. */
  #kept(most: number): number {
    const { budget, memory, count } = this.#store;
    if (budget !== null) return Math.min(budget, most);
    const typed = readBudget(memory.state.budget, count);
    return Math.min((typed.ok ? typed.kept : null) ?? Math.round(count / 2), most);
  }
}
