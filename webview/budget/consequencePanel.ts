import * as l10n from "@vscode/l10n";
import type { CurveResult } from "../../src/protocol/budget.ts";
import { formatCount, formatShare } from "../../src/protocol/words.ts";
import { h } from "../controls/dom.ts";
import type { Consequence, Consequences } from "./consequences.ts";
import { shareOrNone } from "./curveTable.ts";
import { valueAt } from "./scale.ts";

type FigureName = "kept" | "dropped" | "protected" | "distinct" | "redundancy" | "importance" | "coverage" | "classes";

const FIGURES: readonly { readonly name: FigureName; readonly term: string; readonly meaning: string }[] = [
  { name: "kept", term: l10n.t("Kept"), meaning: l10n.t("Samples that stay in the training set at this budget.") },
  { name: "dropped", term: l10n.t("Dropped"), meaning: l10n.t("Samples that are left out; their files are not touched.") },
  { name: "protected", term: l10n.t("Protected"), meaning: l10n.t("Samples that are kept at every budget, by hand or by a rule.") },
  { name: "distinct", term: l10n.t("Distinct content kept"), meaning: l10n.t("Contents of which a sample is kept: a cluster of near-duplicates counts as one, and so does a sample without any.") },
  { name: "redundancy", term: l10n.t("Redundancy left"), meaning: l10n.t("The share of the kept samples that repeat another kept one: those beyond the first of each cluster.") },
  { name: "importance", term: l10n.t("Importance kept"), meaning: l10n.t("The share of the importance of all samples that the kept ones hold, as importance enters the objective.") },
  { name: "coverage", term: l10n.t("Coverage"), meaning: l10n.t("The mean similarity of all samples to their nearest kept sample, kept ones counted as 1; read off the curve.") },
  { name: "classes", term: l10n.t("Classes kept"), meaning: l10n.t("Classes of which at least one sample is kept.") },
];

/** What the budget means in figures; they change while it is dragged. */
export class ConsequencePanel {
  readonly element: HTMLElement;
  readonly #places = new Map<FigureName, { readonly place: HTMLElement; readonly value: HTMLElement; readonly beside: HTMLElement }>();

  constructor() {
    const list = h("dl", { class: "consequences" });
    for (const { name, term, meaning } of FIGURES) {
      const value = h("span", { class: "value" });
      const beside = h("span", { class: "beside muted" });
      const place = h("div", { title: meaning }, h("dt", { text: term }), h("dd", {}, value, beside));
      this.#places.set(name, { place, value, beside });
      list.append(place);
    }
    this.element = h("div", {}, list, h("details", { class: "meanings" }, h("summary", { text: l10n.t("What these figures mean") }),
      h("dl", {}, ...FIGURES.flatMap(({ term, meaning }) => [h("dt", { text: term }), h("dd", { text: meaning })]))));
  }

  /** @param classesKept of those that there are; both 0 where there are no labels */
  show({ samples, protectedCount, distinct }: Consequences, at: Consequence, curve: CurveResult, classesKept: number, classes: number): void {
    const places = curve.points.map(({ kept }) => kept);
    const approximate = (values: readonly number[]): string => {
      const { value, exact } = valueAt(places, values, at.kept);
      return `${exact || value === null ? "" : "≈"}${shareOrNone(value)}`;
    };
    const ofRandom = (values: readonly number[]): string => l10n.t("random {0}", approximate(values));
    const redundancyOfAll = samples === 0 ? 0 : (samples - distinct) / samples;
    this.#set("kept", formatCount(at.kept), formatShare(at.kept / Math.max(1, samples)));
    this.#set("dropped", formatCount(at.dropped), formatShare(at.dropped / Math.max(1, samples)));
    this.#set("protected", formatCount(at.protectedKept), at.protectedKept === protectedCount ? "" : l10n.t("of {0}", formatCount(protectedCount)));
    this.#set("distinct", formatShare(at.distinctKept / Math.max(1, distinct)), `${l10n.t("{0} of {1}", formatCount(at.distinctKept), formatCount(distinct))} · ${ofRandom(curve.randomDistinct)}`);
    this.#set("redundancy", formatShare(at.redundancyLeft), l10n.t("of all {0}", formatShare(redundancyOfAll)));
    this.#set("importance", formatShare(at.importanceKept), "");
    this.#set("coverage", approximate(curve.points.map(({ coverage }) => coverage)), ofRandom(curve.randomCoverage));
    this.#set("classes", formatCount(classesKept), l10n.t("of {0}", formatCount(classes)));
    this.#place("classes").place.hidden = classes === 0;
  }

  #set(name: FigureName, value: string, beside: string): void {
    const place = this.#place(name);
    place.value.textContent = value;
    place.beside.textContent = beside;
  }

  #place(name: FigureName): { readonly place: HTMLElement; readonly value: HTMLElement; readonly beside: HTMLElement } {
    const place = this.#places.get(name);
    if (place === undefined) throw new RangeError(`no place for the figure ${name}`);
    return place;
  }
}
