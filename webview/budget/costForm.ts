import * as l10n from "@vscode/l10n";
import type { DatasetSummary } from "../../src/protocol/dataset.ts";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import { textField, type TextControl } from "../controls/toolkit.ts";
import type { Store } from "../state/store.ts";
import type { TrainingCost } from "../state/viewState.ts";
import { COST_FIELDS, formatDuration, formatPrice, readCost, trainingOn, type CostField, type Training } from "./trainingCost.ts";

interface Field {
  readonly control: TextControl;
  readonly problem: HTMLElement;
}

/** What training on all, on the kept and on the dropped samples takes, from three figures that can be set. */
export class CostForm {
  readonly element: HTMLElement;
  readonly #store: Store;
  readonly #fields: { readonly [field in CostField]: Field };
  readonly #unit = h("span", { class: "unit muted", attributes: { "aria-hidden": "true" } });
  readonly #cells = new Map<string, HTMLElement>();
  #cost: TrainingCost | null = null;
  #currency = "";
  #samples = 0;
  #kept = 0;

  constructor(store: Store) {
    this.#store = store;
    const field = (label: string, placeholder: string): Field => ({
      control: textField(label, placeholder, { input: () => { this.#typed(); }, enter: () => { this.#typed(); } }),
      problem: h("span", { class: "problem", attributes: { role: "status" } }),
    });
    this.#fields = {
      secondsPerSample: field(l10n.t("Seconds for one sample in one epoch"), "0.001"),
      epochs: field(l10n.t("Epochs"), "30"),
      pricePerHour: field(l10n.t("Price of the machine per hour"), "1"),
    };
    const labels: { readonly [name in CostField]: string } = { secondsPerSample: l10n.t("Time per sample and epoch"), epochs: l10n.t("Epochs"), pricePerHour: l10n.t("Machine") };
    const units: { readonly [name in CostField]: HTMLElement | null } = { secondsPerSample: h("span", { class: "unit muted", text: l10n.t("s"), attributes: { "aria-hidden": "true" } }), epochs: null, pricePerHour: this.#unit };
    const heads = [l10n.t("Training on"), l10n.t("samples"), l10n.t("time"), l10n.t("cost")];
    this.element = h("section", { class: "cost", attributes: { "aria-label": l10n.t("Training cost") } }, h("h2", { text: l10n.t("Training cost") }),
      h("div", { class: "cost-fields" }, ...COST_FIELDS.map((name) => h("div", { class: "cost-field" },
        h("span", { class: "field-label", text: labels[name], attributes: { "aria-hidden": "true" } }),
        h("div", { class: "with-unit" }, this.#fields[name].control.element, ...(units[name] === null ? [] : [units[name]])), this.#fields[name].problem))),
      h("table", { class: "cost-table" },
        h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { text, attributes: { scope: "col" } })))),
        h("tbody", {}, this.#row("all", l10n.t("all samples")), this.#row("kept", l10n.t("what is kept")), this.#row("saved", l10n.t("saved")))));
  }

  /** Another dataset or other settings: what was typed for it comes back, else what infomax.json says. */
  open({ cost, samples }: DatasetSummary): void {
    this.#samples = samples;
    this.#currency = cost.currency;
    this.#unit.textContent = l10n.t("{0} per hour", cost.currency);
    const figures = this.#store.memory.state.cost ?? cost;
    // What is being typed is not written over.
    if (!this.element.contains(document.activeElement)) for (const name of COST_FIELDS) this.#fields[name].control.value = String(figures[name]);
    this.#read();
    this.#draw();
  }

  show(kept: number): void {
    this.#kept = kept;
    this.#draw();
  }

  #typed(): void {
    this.#read();
    if (this.#cost !== null) this.#store.memory.keep({ cost: this.#cost });
    this.#draw();
  }

  #read(): void {
    const figures: Partial<Record<CostField, number>> = {};
    for (const name of COST_FIELDS) {
      const { control, problem } = this.#fields[name];
      const reading = readCost(name, control.value);
      control.invalid(!reading.ok);
      const words = reading.ok ? "" : reading.problem;
      if (problem.textContent !== words) problem.textContent = words;
      if (reading.ok) figures[name] = reading.value;
    }
    const { secondsPerSample, epochs, pricePerHour } = figures;
    this.#cost = secondsPerSample === undefined || epochs === undefined || pricePerHour === undefined ? null : { secondsPerSample, epochs, pricePerHour };
  }

  #row(name: string, title: string): HTMLElement {
    const cells = ["samples", "time", "price"].map((column) => {
      const cell = h("td", { text: "–" });
      this.#cells.set(`${name} ${column}`, cell);
      return cell;
    });
    return h("tr", { class: name }, h("th", { text: title, attributes: { scope: "row" } }), ...cells);
  }

  #draw(): void {
    const cost = this.#cost;
    const share = (this.#samples - this.#kept) / Math.max(1, this.#samples);
    const rows = { all: this.#samples, kept: this.#kept, saved: this.#samples - this.#kept };
    for (const [name, samples] of Object.entries(rows)) {
      const training: Training | null = cost === null ? null : trainingOn(samples, cost);
      const set = (column: string, text: string): void => {
        const cell = this.#cells.get(`${name} ${column}`);
        if (cell !== undefined) cell.textContent = text;
      };
      set("samples", name === "saved" ? `${formatCount(samples)} (${formatShare(share)})` : formatCount(samples));
      set("time", training === null ? "–" : formatDuration(training.seconds));
      set("price", training === null ? "–" : formatPrice(training.price, this.#currency));
    }
  }
}
