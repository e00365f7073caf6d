import * as l10n from "@vscode/l10n";
import type { Inspected, Page } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button } from "../controls/toolkit.ts";
import { RequestError, type Asked } from "../state/requests.ts";
import { COMPARE_PARTS, type ComparePart } from "../state/viewState.ts";
import { AboutView } from "./aboutView.ts";
import { ClassesView } from "./classesView.ts";
import { CompareHead } from "./compareHead.ts";
import { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { CurvesView } from "./curvesView.ts";
import { MatrixView } from "./matrixView.ts";
import { PricesView } from "./pricesView.ts";
import { TradeoffsView } from "./tradeoffsView.ts";

const TITLES: { readonly [part in ComparePart]: () => string } = {
  matrix: () => l10n.t("Matrix"), curves: () => l10n.t("Curves"), tradeoffs: () => l10n.t("Trade-offs"), prices: () => l10n.t("Prices"), classes: () => l10n.t("Classes"), about: () => l10n.t("About"),
};

/** Strategies and sources at equal cost, on several utilities. */
export class ComparePage implements Page {
  readonly element = h("div", { class: "page compare-page" });
  readonly #inspected: Inspected;
  readonly #model: CompareModel;
  readonly #head: CompareHead;
  readonly #parts: { readonly [part in ComparePart]: ComparePartView };
  readonly #buttons: { readonly [part in ComparePart]: HTMLButtonElement };
  readonly #body = h("div", { class: "compare-body" });
  readonly #empty: HTMLElement;
  readonly #emptyText = h("p");
  readonly #compare = button(l10n.t("Compare Strategies…"), "primary", () => { this.#inspected.store.channel.send({ type: "compare" }); });
  readonly #open = button(l10n.t("Open Result…"), "secondary", () => { this.#inspected.store.channel.send({ type: "openComparison" }); });
  #isShown = false;
  #isKnown = false;
  #asked: Asked<unknown> | null = null;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.#model = new CompareModel(inspected.store);
    this.#head = new CompareHead(inspected, this.#model);
    this.#parts = {
      matrix: new MatrixView(this.#model), curves: new CurvesView(this.#model), tradeoffs: new TradeoffsView(this.#model),
      prices: new PricesView(this.#model), classes: new ClassesView(inspected, this.#model), about: new AboutView(this.#model),
    };
    const made = Object.fromEntries(COMPARE_PARTS.map((part) => {
      const choice = h("button", { class: "compare-part", text: TITLES[part](), attributes: { type: "button" } });
      choice.addEventListener("click", () => { this.#model.choose({ part }); });
      return [part, choice];
    }));
    this.#buttons = made as { readonly [part in ComparePart]: HTMLButtonElement };
    this.#empty = h("section", { class: "compare-empty" }, this.#emptyText, ...(inspected.store.readOnly ? [] : [h("div", { class: "buttons" }, this.#compare.element, this.#open.element)]));
    this.#body.append(this.#head.element, h("nav", { class: "compare-parts", attributes: { "aria-label": l10n.t("Views of the comparison") } }, ...Object.values(this.#buttons)), ...COMPARE_PARTS.map((part) => this.#parts[part].element));
    this.#body.hidden = true;
    this.element.append(this.#empty, this.#body);
    this.#model.on(["comparison", "choice", "prices"], () => { this.#draw(); });
    inspected.store.on(["data"], () => {
      this.#isKnown = false;
      this.#model.show(null);
    });
    this.#emptyText.textContent = l10n.t("Opening…");
  }

  shown(): void {
    this.#isShown = true;
    if (this.#isKnown) this.#draw();
    else void this.#ask();
  }

  hidden(): void {
    this.#isShown = false;
  }

  /** Another comparison was made or opened. */
  renew(): void {
    this.#isKnown = false;
    if (this.#isShown) void this.#ask();
  }

  busy(isBusy: boolean): void {
    this.#compare.enable(!isBusy);
    this.#head.busy(isBusy);
  }

  async #ask(): Promise<void> {
    this.#asked?.drop();
    const asked = this.#inspected.store.requests.ask({ type: "getComparison" }, "comparison");
    this.#asked = asked;
    try {
      const { view } = await asked.answer;
      this.#isKnown = true;
      this.#emptyText.textContent = l10n.t("Nothing has been compared yet. A comparison chooses subsets by every strategy at the same budgets, trains light models on them, and says which way of choosing, and which source of data, pays on this dataset.");
      this.#model.show(view);
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      if (thrown.cancelled) return;
      this.#emptyText.textContent = thrown.message;
      this.#model.show(null);
    }
  }

  #draw(): void {
    const { view, choice } = this.#model;
    this.#empty.hidden = view !== null;
    this.#body.hidden = view === null;
    if (view === null || !this.#isShown) return;
    this.#head.draw();
    for (const part of COMPARE_PARTS) {
      this.#parts[part].element.hidden = part !== choice.part;
      this.#buttons[part].setAttribute("aria-pressed", String(part === choice.part));
    }
    this.#parts[choice.part].draw();
  }
}
