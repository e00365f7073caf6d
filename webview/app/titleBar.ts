import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";
import type { Inspected } from "./page.ts";

/** Which dataset and which selection the pages are about, in one line. */
export class TitleBar {
  readonly element = h("header", { class: "title-bar" });
  readonly #inspected: Inspected;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    inspected.store.on(["summary", "data"], () => { this.#draw(); });
  }

  #draw(): void {
    const { store } = this.#inspected;
    const { summary } = store;
    if (summary === null) return;
    const name = summary.dataset.split(/[/\\]/).filter((part) => part !== "").at(-1) ?? summary.dataset;
    this.element.replaceChildren(
      h("h1", { text: name, title: summary.dataset }),
      h("span", { class: "muted", text: l10n.t("{0} samples", formatCount(summary.samples)) }),
      h("span", { class: "muted", text: summary.currentSelection === null ? l10n.t("no selection shown") : l10n.t("selection “{0}”", summary.currentSelection) }));
    if (!store.stale || store.readOnly) return;
    const again = button(l10n.t("Index Again"), "secondary", () => { store.channel.send({ type: "index" }); });
    this.element.append(h("div", { class: "stale", attributes: { role: "status" } }, h("span", { text: l10n.t("The dataset changed since it was indexed.") }), again.element));
  }
}
