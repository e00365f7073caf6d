import * as l10n from "@vscode/l10n";
import { h } from "../controls/dom.ts";
import { COMPARE_PARTS, type ComparePart } from "../state/viewState.ts";
import type { ComparePartView } from "./comparePart.ts";

const TITLES: { readonly [part in ComparePart]: () => string } = {
  matrix: () => l10n.t("Matrix"), curves: () => l10n.t("Curves"), tradeoffs: () => l10n.t("Trade-offs"), prices: () => l10n.t("Prices"), classes: () => l10n.t("Classes"), about: () => l10n.t("About"),
};

/** The tabs of the parts: one stop of the Tab key, moved between by the arrow keys. */
export class PartSwitch {
  readonly element: HTMLElement;
  readonly #parts: { readonly [part in ComparePart]: ComparePartView };
  readonly #tabs = new Map<ComparePart, HTMLButtonElement>();
  readonly #onChoose: (part: ComparePart) => void;

  constructor(parts: { readonly [part in ComparePart]: ComparePartView }, onChoose: (part: ComparePart) => void) {
    this.#parts = parts;
    this.#onChoose = onChoose;
    for (const part of COMPARE_PARTS) {
      const panel = parts[part].element;
      panel.id = `compare-${part}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `compare-tab-${part}`);
      const tab = h("button", { class: "compare-part", text: TITLES[part](), attributes: { "type": "button", "role": "tab", "id": `compare-tab-${part}`, "aria-controls": panel.id } });
      tab.addEventListener("click", () => { onChoose(part); });
      this.#tabs.set(part, tab);
    }
    this.element = h("div", { class: "compare-parts", attributes: { "role": "tablist", "aria-label": l10n.t("Views of the comparison") } }, ...this.#tabs.values());
    this.element.addEventListener("keydown", (event) => { this.#key(event); });
  }

  show(shown: ComparePart): void {
    for (const [part, tab] of this.#tabs) {
      const isShown = part === shown;
      this.#parts[part].element.hidden = !isShown;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
  }

  #key(event: KeyboardEvent): void {
    const at = COMPARE_PARTS.findIndex((part) => this.#tabs.get(part) === document.activeElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = COMPARE_PARTS.length - 1;
    const moves: { readonly [key: string]: number | undefined } = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    // The toolkit's tabs around these go by arrow keys too.
    event.stopPropagation();
    this.#onChoose(COMPARE_PARTS[to]);
    const tab = this.#tabs.get(COMPARE_PARTS[to]);
    tab?.focus({ preventScroll: true });
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
