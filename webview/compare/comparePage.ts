import * as l10n from "@vscode/l10n";
import type { Inspected, Page } from "../app/page.ts";
import { h } from "../controls/dom.ts";
import { button, type ButtonControl } from "../controls/toolkit.ts";
import { RequestError, type Asked } from "../state/requests.ts";
import { COMPARE_PARTS, type ComparePart } from "../state/viewState.ts";
import { AboutView } from "./aboutView.ts";
import { ClassesView } from "./classesView.ts";
import { CompareHead } from "./compareHead.ts";
import { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { CurvesView } from "./curvesView.ts";
import { MatrixView } from "./matrixView.ts";
import { PartSwitch } from "./partSwitch.ts";
import { PricesView } from "./pricesView.ts";
import { TradeoffsView } from "./tradeoffsView.ts";

/** Strategies and sources at equal cost, on several utilities. */
export class ComparePage implements Page {
  readonly element = h("div", { class: "page compare compare-page" });
  readonly #inspected: Inspected;
  readonly #model: CompareModel;
  readonly #head: CompareHead;
  readonly #parts: { readonly [part in ComparePart]: ComparePartView };
  readonly #switch: PartSwitch;
  readonly #body = h("div", { class: "compare-body" });
  readonly #empty: HTMLElement;
  readonly #emptyTitle = h("h2");
  readonly #emptyText = h("p", { attributes: { role: "status", dir: "auto" } });
  readonly #emptyButtons = h("div", { class: "buttons" });
  readonly #compare = button(l10n.t("Compare Strategies…"), "primary", () => { this.#inspected.store.channel.send({ type: "compare" }); });
  readonly #open = button(l10n.t("Open Result…"), "secondary", () => { this.#inspected.store.channel.send({ type: "openComparison" }); });
  readonly #again = button(l10n.t("Try Again"), "secondary", () => { void this.#ask(); });
  #isShown = false;
  #isKnown = false;
  #asked: Asked<unknown> | null = null;

  constructor(inspected: Inspected) {
    this.#inspected = inspected;
    this.#model = new CompareModel(inspected.store);
    this.#head = new CompareHead(inspected, this.#model);
    this.#parts = {
      matrix: new MatrixView(this.#model), curves: new CurvesView(this.#model), tradeoffs: new TradeoffsView(this.#model),
      prices: new PricesView(this.#model), classes: new ClassesView(inspected, this.#model, this.element), about: new AboutView(this.#model),
    };
    this.#switch = new PartSwitch(this.#parts, (part) => { this.#model.choose({ part }); });
    this.#emptyButtons.append(this.#again.element, this.#compare.element, this.#open.element);
    this.#empty = h("section", { class: "compare-empty" }, this.#emptyTitle, this.#emptyText, ...(inspected.store.readOnly ? [] : [this.#emptyButtons]));
    this.#body.append(this.#head.element, h("div", { class: "compare-bar" }, this.#switch.element, this.#head.actions), ...COMPARE_PARTS.map((part) => this.#parts[part].element));
    this.#body.hidden = true;
    this.element.append(this.#empty, this.#body);
    this.#model.on(["comparison", "choice", "prices"], () => { this.#draw(); });
    inspected.store.on(["data"], () => {
      this.#isKnown = false;
      this.#model.show(null);
    });
    this.#sayEmpty("", l10n.t("Opening…"), []);
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
      this.#sayNothing();
      this.#model.show(view);
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      if (thrown.cancelled) return;
      this.#sayEmpty(l10n.t("The comparison cannot be shown"), thrown.message, [this.#again, this.#compare, this.#open]);
      this.#model.show(null);
    }
  }

  #sayNothing(): void {
    if (this.#inspected.store.readOnly) this.#sayEmpty("", l10n.t("This report holds no comparison."), []);
    else {
      this.#sayEmpty(l10n.t("Nothing has been compared yet"), l10n.t("A comparison chooses subsets by every strategy at the same budgets, trains light models on them, and says which way of choosing, and which source of data, pays on this dataset."), [this.#compare, this.#open]);
    }
  }

  /** What stands in place of a comparison, with the buttons that help. */
  #sayEmpty(title: string, text: string, offered: readonly ButtonControl[]): void {
    this.#emptyTitle.textContent = title;
    this.#emptyTitle.hidden = title === "";
    this.#emptyText.textContent = text;
    for (const control of [this.#again, this.#compare, this.#open]) control.element.hidden = !offered.includes(control);
  }

  #draw(): void {
    const { view, choice } = this.#model;
    this.#empty.hidden = view !== null;
    this.#body.hidden = view === null;
    if (view === null || !this.#isShown) return;
    this.#head.draw();
    this.#switch.show(choice.part);
    this.#parts[choice.part].draw();
  }
}
