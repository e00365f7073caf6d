import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";
import type { Inspected } from "./page.ts";

/** How many samples are chosen, and what can be done with all of them; there while any are. */
export class SelectionBar {
  readonly element: HTMLElement;

  constructor({ store, goTo }: Inspected) {
    const count = h("span", { class: "count", attributes: { role: "status" } });
    const act = (text: string, run: () => void): HTMLElement => button(text, "secondary", run).element;
    const decisions = store.readOnly ? [] : [
      act(l10n.t("Protect"), () => { store.decide({ protect: store.selection.rows() }); }),
      act(l10n.t("Unprotect"), () => { store.decide({ unprotect: store.selection.rows() }); }),
      act(l10n.t("Exclude"), () => { store.decide({ exclude: store.selection.rows() }); }),
      act(l10n.t("Include"), () => { store.decide({ include: store.selection.rows() }); }),
    ];
    this.element = h("section", { class: "selection-bar", attributes: { "aria-label": l10n.t("Chosen samples") } }, count, ...decisions,
      act(l10n.t("List Them"), () => {
        store.setFilter({ chosen: true });
        goTo("samples");
      }),
      act(l10n.t("Clear"), () => { store.select((chosen) => { chosen.clear(); }); }));
    this.element.hidden = true;
    const draw = (): void => {
      const { size } = store.selection;
      this.element.hidden = size === 0;
      count.textContent = size === 1 ? l10n.t("1 sample chosen") : l10n.t("{0} samples chosen", formatCount(size));
    };
    store.on(["selection", "data"], draw);
  }
}
