import * as l10n from "@vscode/l10n";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { debounced, h } from "../controls/dom.ts";
import { button, dropdown } from "../controls/toolkit.ts";
import { VirtualList } from "../controls/virtualList.ts";
import { CLASS_SORTS, sortedClasses, type ClassSort } from "./classDues.ts";

/** Classes listed before "show all". */
const SHOWN = 200;
const ROW_HEIGHT = 30;
/** The list is sorted again this long after the budget has come to rest: rows do not jump while it is dragged. */
const RESORT_MS = 250;

const SORT_TITLES: { readonly [sort in ClassSort]: string } = {
  loss: l10n.t("Most lost first"), name: l10n.t("By name"), size: l10n.t("Largest first"),
};

/** What is known of the classes at the budget; entries by class, the last for samples without a label. */
export interface ClassesAtBudget {
  readonly names: readonly string[];
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  /** Null where the classes are due nothing. */
  readonly due: Uint32Array | null;
}

/** The classes before and after, as bars. */
export class ClassList {
  readonly element: HTMLElement;
  readonly #list: VirtualList;
  readonly #worst = h("p", { class: "worst-class" });
  readonly #none = h("p", { class: "muted", text: l10n.t("The samples have no labels, so there are no classes to compare.") });
  readonly #legend: HTMLElement;
  readonly #dueKey: HTMLElement;
  readonly #all = button("", "secondary", () => {
    this.#showsAll = true;
    this.#resize();
  });
  readonly #body: HTMLElement;
  readonly #resort = debounced(RESORT_MS, () => { this.#sort(); });
  #classes: ClassesAtBudget | null = null;
  #listed: Uint32Array = new Uint32Array(0);
  #largest = 1;
  #by: ClassSort = "loss";
  #showsAll = false;

  /** @param scroller the page */
  constructor(scroller: HTMLElement) {
    this.#list = new VirtualList(scroller, { label: l10n.t("Classes before and after"), rowHeight: ROW_HEIGHT, render: (index) => this.#row(index) });
    const sort = dropdown(l10n.t("Order of the classes"), CLASS_SORTS.map((id) => ({ id, title: SORT_TITLES[id] })), this.#by, (by) => {
      this.#by = by;
      this.#sort();
    });
    this.#dueKey = h("li", {}, h("span", { class: "swatch due" }), h("span", { text: l10n.t("what the class is due") }));
    this.#legend = h("ul", { class: "legend" },
      h("li", {}, h("span", { class: "swatch after" }), h("span", { text: l10n.t("kept") })),
      h("li", {}, h("span", { class: "swatch before" }), h("span", { text: l10n.t("before") })), this.#dueKey);
    this.#body = h("div", {}, this.#worst, h("div", { class: "class-choices" }, sort, this.#legend), this.#list.element, this.#all.element);
    this.element = h("section", { class: "class-consequences", attributes: { "aria-label": l10n.t("Classes") } }, h("h2", { text: l10n.t("Classes") }), this.#none, this.#body);
    this.#none.hidden = true;
  }

  /** Other classes than before, or none. */
  open(classes: ClassesAtBudget | null): void {
    this.#classes = classes;
    this.#none.hidden = classes !== null;
    this.#body.hidden = classes === null;
    if (classes === null) return;
    this.#dueKey.hidden = classes.due === null;
    this.#largest = classes.before.reduce((most, count) => Math.max(most, count), 1);
    this.#sort();
    this.#nameWorst();
  }

  /** The counts after have changed. */
  update(): void {
    if (this.#classes === null) return;
    this.#list.redraw();
    this.#nameWorst();
    if (this.#by === "loss") this.#resort();
  }

  #sort(): void {
    if (this.#classes === null) return;
    const { before, after, names } = this.#classes;
    this.#listed = sortedClasses(before, after, names, this.#by);
    this.#resize();
  }

  #resize(): void {
    const count = this.#listed.length;
    const shown = this.#showsAll ? count : Math.min(SHOWN, count);
    this.#list.reset(shown);
    this.#all.element.hidden = shown === count;
    this.#all.element.textContent = l10n.t("Show All {0} Classes", formatCount(count));
  }

  #nameOf(code: number): string {
    return this.#classes?.names[code] ?? l10n.t("(no label)");
  }

  #nameWorst(): void {
    const { before, after } = this.#classes ?? { before: [], after: [] };
    let worst = -1;
    let lost = 0;
    for (let c = 0; c < before.length; c++) {
      if (before[c] === 0) continue;
      if (after[c] === 0) lost++;
      if (worst < 0 || after[c] * before[worst] < after[worst] * before[c]) worst = c;
    }
    if (worst < 0) return this.#worst.replaceChildren();
    const name = h("bdi", { class: "class-name", text: this.#nameOf(worst), title: this.#nameOf(worst) });
    this.#worst.replaceChildren(h("span", { text: `${l10n.t("Loses the most:")} ` }), name, h("span", {
      text: ` · ${l10n.t("{0} of {1} kept ({2})", formatCount(after[worst]), formatCount(before[worst]), formatShare(after[worst] / before[worst]))}${
        lost === 0 ? "" : ` · ${lost === 1 ? l10n.t("1 class keeps no sample") : l10n.t("{0} classes keep no sample", formatCount(lost))}`}`,
    }));
  }

  #row(index: number): HTMLElement {
    const code = this.#listed[index];
    const { before, after, due } = this.#classes ?? { before: [], after: [], due: null };
    const kept = after[code];
    const owed = due === null ? null : due[code];
    const width = (count: number): string => `${(100 * count) / this.#largest}%`;
    const whole = h("span", { class: "before" });
    whole.style.width = width(before[code]);
    const part = h("span", { class: "after" });
    part.style.width = width(kept);
    const bar = h("span", { class: "before-after", attributes: { "aria-hidden": "true" } }, whole, part);
    if (owed !== null && owed > 0) {
      const tick = h("span", { class: "due" });
      tick.style.left = width(owed);
      bar.append(tick);
    }
    const name = this.#nameOf(code);
    return h("div", { class: "class-row", ...(owed === null ? {} : { title: l10n.t("Due at this budget: {0}", formatCount(owed)) }) },
      h("span", { class: "class-name", text: name, title: name, attributes: { dir: "auto" } }), bar,
      h("span", { class: "figure", text: l10n.t("{0} → {1}", formatCount(before[code]), formatCount(kept)) }),
      h("span", { class: "figure share", text: formatShare(kept / Math.max(1, before[code])) }));
  }
}
