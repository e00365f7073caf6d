import * as l10n from "@vscode/l10n";
import { progressText } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { button, progressRing } from "../controls/toolkit.ts";
import type { Store } from "../state/store.ts";

/** What stands in the map's place, or above it: that it is being made, that it cannot be, that the graphics are gone. */
export class MapStatus {
  readonly element = h("div", { class: "map-status" });
  readonly #store: Store;
  readonly #work = h("div", { class: "loading", attributes: { role: "status" } });
  readonly #workText = h("span");
  readonly #graphics = h("p", { class: "problem", attributes: { role: "alert" } });
  readonly #other = h("div");

  constructor(store: Store) {
    this.#store = store;
    const cancel = button(l10n.t("Cancel"), "secondary", () => { store.cancel("map"); });
    this.#work.append(progressRing(l10n.t("Making the map")), this.#workText, cancel.element);
    this.#graphics.hidden = true;
    this.element.append(this.#graphics, this.#work, this.#other);
  }

  /** @param problem with the map that is there */
  show(problem: string | null): void {
    const loading = this.#store.loading("map");
    const failure = problem ?? loading?.problem ?? null;
    this.#work.hidden = loading === null || failure !== null || this.#store.map !== null;
    const progress = loading?.progress ?? null;
    this.#workText.textContent = progress === null ? l10n.t("Making the map…") : progressText(progress);
    if (failure !== null) {
      const again = button(l10n.t("Try Again"), "secondary", () => { this.#ask(problem !== null); });
      this.#other.replaceChildren(h("div", { class: "loading" }, h("span", { class: "problem", text: l10n.t("The map could not be made: {0}", failure), attributes: { role: "alert" } }), again.element));
    } else if (loading === null && this.#store.map === null) {
      const make = button(l10n.t("Make the Map"), "primary", () => { this.#ask(false); });
      this.#other.replaceChildren(h("div", { class: "loading" }, h("span", { text: l10n.t("There is no map of this dataset yet. It is made from the nearest neighbours of each sample.") }), make.element));
    } else this.#other.replaceChildren();
  }

  /** @param problem why nothing can be drawn; null: it can */
  graphics(problem: string | null): void {
    this.#graphics.hidden = problem === null;
    this.#graphics.textContent = problem ?? "";
  }

  #ask(anew: boolean): void {
    if (anew) this.#store.renew("map");
    else this.#store.need("map");
    this.show(null);
  }
}
