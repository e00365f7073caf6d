import * as l10n from "@vscode/l10n";
import type { ComparedSource, ComparisonView } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";
import { h, svg } from "../controls/dom.ts";
import type { CompareModel } from "./compareModel.ts";
import type { ComparePartView } from "./comparePart.ts";
import { accessText, budgetTitle, labelKindText, needsText, roleText, sourceKindText } from "./compareWords.ts";
import { correlationRows, rhoText, trustSentence, trustText, type CorrelationRow } from "./correlationRows.ts";
import { COST_UNITS, isPlaceholder, PRICE_PARTS } from "./priceEdits.ts";
import { nameText, partHint, partTitle, priceText } from "./priceWords.ts";
import { strategyIcon } from "./strategyIcon.ts";

/** What was compared and how, and which cheap figures seem to foretell what is dear. */
export class AboutView implements ComparePartView {
  readonly element = h("section", { class: "compare-about" });
  readonly #model: CompareModel;
  readonly #changes = h("section");
  readonly #trust = h("section");
  readonly #facts = h("div");
  #drawn: ComparisonView | null = null;

  constructor(model: CompareModel) {
    this.#model = model;
    this.element.append(this.#changes, this.#trust, this.#facts);
  }

  draw(): void {
    const { view, budget, utility } = this.#model;
    if (view === null) return;
    this.#drawTrust(view, budget, utility);
    if (view === this.#drawn) return;
    this.#drawn = view;
    this.#changes.hidden = view.changes.length === 0;
    this.#changes.replaceChildren(h("h2", { text: l10n.t("What changed since the earlier comparison") }), sentences(view.changes));
    this.#facts.replaceChildren(sources(view), sets(view), strategies(view), ...(view.notes.length === 0 ? [] : [h("section", {}, h("h2", { text: l10n.t("Notes") }), sentences(view.notes))]), made(view));
  }

  /** Of the chosen utility, and of the headline where that is another one. */
  #drawTrust(view: ComparisonView, budget: number, utility: number): void {
    const headline = view.pricing.utility;
    const wanted = [utility, headline].filter((u, i, all) => all.indexOf(u) === i);
    const known = wanted.filter((u) => view.correlations.some((own) => own.utility === u && own.budget === budget));
    this.#trust.hidden = view.correlations.length === 0;
    this.#trust.replaceChildren(
      h("h2", { text: l10n.t("Which cheap figure to trust") }),
      h("p", { class: "muted", text: l10n.t("How figures that cost little go with what was measured, over all runs at {0}: Spearman's rank correlation with its 95% interval. One whose interval holds 0 cannot be trusted.", budgetTitle(view.budgets[budget])) }),
      ...(known.includes(utility) ? [] : [h("p", { text: l10n.t("{0} is itself a cheap figure, or was not correlated with any.", nameText(view.utilities[utility]?.title ?? "")), attributes: { dir: "auto" } })]),
      ...known.flatMap((u) => trustTable(view, budget, u)));
  }
}

function trustTable(view: ComparisonView, budget: number, utility: number): readonly HTMLElement[] {
  const rows = correlationRows(view, budget, utility);
  const titleOf = (u: number): string => nameText(view.utilities[u]?.title ?? "");
  const best = rows.find(({ trust, isAgainst }) => (trust === "same" || trust === "opposite") && !isAgainst);
  const title = titleOf(utility);
  return [
    h("h3", { text: title, attributes: { dir: "auto" } }),
    h("p", { text: trustSentence(rows, best === undefined ? null : titleOf(best.metric)), attributes: { dir: "auto" } }),
    table(l10n.t("Correlations with {0}", title), [l10n.t("Figure"), l10n.t("−1 to +1"), l10n.t("Spearman"), l10n.t("95% interval"), l10n.t("Runs"), l10n.t("What it means")],
      rows.map((row) => ({
        name: h("span", { text: titleOf(row.metric), attributes: { dir: "auto" } }), look: `trust-${row.isAgainst ? "against" : row.trust}`,
        cells: [strip(row), row.rho === null ? "–" : rhoText(row.rho), row.interval === null ? "–" : l10n.t("{0} to {1}", rhoText(row.interval.low), rhoText(row.interval.high)), formatCount(row.runs), trustText(row)],
      })), "about-trust"),
  ];
}

const STRIP = { width: 104, height: 14, edge: 6 } as const;

/** The interval and the value on a line from −1 to 1. */
function strip({ rho, interval }: CorrelationRow): SVGElement {
  const { width, height, edge } = STRIP;
  const x = (value: number): number => edge + ((value + 1) / 2) * (width - 2 * edge);
  const y = height / 2;
  return svg("svg", { "class": "trust-strip", width, height, "viewBox": `0 0 ${width} ${height}`, "aria-hidden": "true" },
    svg("line", { class: "trust-axis", x1: edge, x2: width - edge, y1: y, y2: y }), svg("line", { class: "trust-zero", x1: x(0), x2: x(0), y1: 1, y2: height - 1 }),
    ...(interval === null ? [] : [svg("line", { class: "trust-interval", x1: x(interval.low), x2: x(interval.high), y1: y, y2: y })]),
    ...(rho === null ? [] : [svg("circle", { class: "trust-value", cx: x(rho), cy: y, r: 4 })]));
}

function sources(view: ComparisonView): HTMLElement {
  const currency = nameText(view.currency);
  const marked = view.sources.some(({ placeholders }) => placeholders.length > 0);
  const price = (source: ComparedSource, part: typeof PRICE_PARTS[number]): HTMLElement => {
    const own = source.prices[part];
    const units = COST_UNITS.filter((unit) => own[unit] > 0);
    return h("span", {}, ...(units.length === 0 ? [document.createTextNode("0")] : units.flatMap((unit, at) => [
      document.createTextNode(`${at === 0 ? "" : " + "}${priceText(own[unit], unit, currency)}`),
      ...(isPlaceholder(source, { part, unit }, null) ? [h("sup", { class: "about-placeholder", text: "?", title: l10n.t("a placeholder"), attributes: { "aria-hidden": "true" } }), h("span", { class: "announced", text: l10n.t("a placeholder") })] : []),
    ])));
  };
  return h("section", {}, h("h2", { text: l10n.t("Sources") }),
    table(l10n.t("Sources"), [l10n.t("Source"), l10n.t("Kind"), l10n.t("Samples"), l10n.t("Left out as leaked"), l10n.t("Labels"), l10n.t("Access"), ...PRICE_PARTS.map(partTitle)],
      view.sources.map((source) => ({
        name: h("span", { text: nameText(source.name), attributes: { dir: "auto" } }), look: "",
        cells: [sourceKindText(source.kind), formatCount(source.samples), formatCount(source.leaked), labelKindText(source.labelKind), accessText(source.access), ...PRICE_PARTS.map((part) => price(source, part))],
      })), "about-sources", ["", "", "", l10n.t("Candidates that are, or nearly are, in what is judged on."), "", "", ...PRICE_PARTS.map(partHint)]),
    ...(marked ? [h("p", { class: "muted", text: l10n.t("? marks prices that nobody has given: round numbers that stand for no market.") })] : []));
}

function sets(view: ComparisonView): HTMLElement {
  return h("section", {}, h("h2", { text: l10n.t("Sets it was judged on") }),
    table(l10n.t("Sets"), [l10n.t("Set"), l10n.t("Role"), l10n.t("Samples"), l10n.t("Set aside")],
      view.sets.map(({ name, role, samples, aside }) => ({ name: h("span", { text: nameText(name), attributes: { dir: "auto" } }), look: "", cells: [roleText(role), formatCount(samples), formatCount(aside)] })),
      "about-sets", ["", "", l10n.t("That strategies are judged on."), l10n.t("Samples of the target that guide embedding search; no strategy is judged on them.")]));
}

function strategies(view: ComparisonView): HTMLElement {
  return h("section", {}, h("h2", { text: l10n.t("Strategies") }),
    table(l10n.t("Strategies"), [l10n.t("Strategy"), l10n.t("Must know of every candidate"), l10n.t("From")], view.strategies.map(({ title, citation, needs, shares }, s) => ({
      name: h("span", { class: "matrix-strategy" },
        strategyIcon(s),
        h("span", { text: nameText(title), attributes: { dir: "auto" } }), ...(s === view.baseline ? [h("span", { class: "matrix-tag", text: l10n.t("baseline") })] : [])),
      look: "", cells: [needsText(needs), shares === null ? citation : mixtureText(view, shares)],
    })), "about-strategies"));
}

function mixtureText(view: ComparisonView, shares: readonly number[]): string {
  const parts = shares.flatMap((share, i) => (share > 0 ? [l10n.t("{0}% {1}", (100 * share).toFixed(0), nameText(view.sources[i]?.name ?? ""))] : []));
  return parts.length === 0 ? "–" : parts.reduce((before, part) => l10n.t("{0}, {1}", before, part));
}

function made(view: ComparisonView): HTMLElement {
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t("File"), view.file], [l10n.t("Written"), new Date(view.written).toLocaleString()], [l10n.t("Program"), l10n.t("InfoMax Inspector {0}", view.program)], [l10n.t("Encoder"), view.encoder],
    [l10n.t("Configuration"), view.configDigest], [l10n.t("Seed"), String(view.seed)], [l10n.t("Redraws"), formatCount(view.redraws)], [l10n.t("Seeds of light training"), formatCount(view.seeds)],
  ];
  return h("section", {}, h("h2", { text: l10n.t("How it was made") }),
    h("dl", { class: "facts-list" }, ...facts.map(([term, text]) => h("div", {}, h("dt", { text: term }), h("dd", { text, attributes: { dir: "auto" } })))));
}

function sentences(texts: readonly string[]): HTMLElement {
  return h("ul", { class: "about-notes" }, ...texts.map((text) => h("li", { text, attributes: { dir: "auto" } })));
}

interface AboutRow {
  readonly name: HTMLElement;
  readonly look: string;
  readonly cells: readonly (string | Node)[];
}

/** Scrolls sideways where it does not fit. */
function table(label: string, head: readonly string[], rows: readonly AboutRow[], look: string, hints: readonly string[] = []): HTMLElement {
  return h("div", { class: "about-scroller", attributes: { tabindex: "0", role: "region", "aria-label": label } }, h("table", { class: `about-table ${look}` },
    h("thead", {}, h("tr", {}, ...head.map((text, i) => h("th", { text, ...(hints[i] === undefined || hints[i] === "" ? {} : { title: hints[i] }), attributes: { scope: "col" } })))),
    h("tbody", {}, ...rows.map((row) => h("tr", { class: row.look }, h("th", { attributes: { scope: "row" } }, row.name),
      ...row.cells.map((cell) => (typeof cell === "string" ? h("td", { text: cell, attributes: { dir: "auto" } }) : h("td", {}, cell))))))));
}
