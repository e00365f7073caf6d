/** Prices, what an amount buys, and how rankings move with prices, in words. Pure. */
import * as l10n from "@vscode/l10n";
import type { BreakEvenPrice, ComparisonView, CostUnit, PricePart, PriceSweep } from "../../src/protocol/comparison.ts";
import { asSentence, formatCount } from "../../src/protocol/words.ts";
import type { Gap } from "./bumpLines.ts";
import { durationText, moneyText } from "./figures.ts";

const PART_TITLES: { readonly [part in PricePart]: () => string } = {
  acquire: () => l10n.t("Acquire"), label: () => l10n.t("Label"), embed: () => l10n.t("Embed"), train: () => l10n.t("Train"), once: () => l10n.t("Once"),
};
const PART_HINTS: { readonly [part in PricePart]: () => string } = {
  acquire: () => l10n.t("Getting one sample."),
  label: () => l10n.t("Labelling one sample."),
  embed: () => l10n.t("Embedding one sample, so that strategies can look at it."),
  train: () => l10n.t("Training on one sample."),
  once: () => l10n.t("The source as a whole: a licence, a crawler."),
};

export function partTitle(part: PricePart): string {
  return PART_TITLES[part]();
}

export function partHint(part: PricePart): string {
  return PART_HINTS[part]();
}

/** A name of the data within a sentence: no line of it, and no direction, gets out. */
export function nameText(name: string): string {
  const plain = name.replace(/[\p{Bidi_Control}\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  const clipped = plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(clipped) ? `\u2068${clipped}\u2069` : clipped;
}

/** 0.034 → "0.034", 1234.5 → "1,235": a price in three figures, whole numbers in full. */
export function priceFigure(value: number): string {
  return Math.abs(value) >= 1000 ? formatCount(value) : String(Number(value.toPrecision(3)));
}

/** "0.034 USD", "60 s": a price in the unit in which it is typed. */
export function priceText(value: number, unit: CostUnit, currency: string): string {
  return unit === "money" ? `${priceFigure(value)} ${currency}` : l10n.t("{0} s", priceFigure(value));
}

/** An amount of many samples: "5,055 USD", "3.5 days". */
export function amountText(value: number, unit: CostUnit, currency: string): string {
  return unit === "money" ? moneyText(value, currency) : durationText(value);
}

/** What the unit of prices is called beside a figure. */
export function unitTitle(unit: CostUnit, currency: string): string {
  return unit === "money" ? currency : l10n.t("time");
}

/** "×0.25": a factor in three figures. */
export function factorText(factor: number): string {
  return `×${priceFigure(factor)}`;
}

type Priced = Pick<PriceSweep, "source" | "part" | "unit">;

/** "Label, USD"; with several sources "Label of web, USD". */
export function sweepTitle({ source, part, unit }: Priced, view: Pick<ComparisonView, "sources" | "currency">): string {
  const unitName = unitTitle(unit, nameText(view.currency));
  if (view.sources.length === 1) return l10n.t("{0}, {1}", partTitle(part), unitName);
  if (source === null) return l10n.t("{0} in all sources, {1}", partTitle(part), unitName);
  return l10n.t("{0} in {1}, {2}", partTitle(part), nameText(view.sources[source].name), unitName);
}

const OF_PART: { readonly [part in PricePart]: (price: string) => string } = {
  acquire: (price) => l10n.t("{0} to acquire a sample", price),
  label: (price) => l10n.t("{0} a label", price),
  embed: (price) => l10n.t("{0} to embed a sample", price),
  train: (price) => l10n.t("{0} to train on a sample", price),
  once: (price) => l10n.t("{0} once", price),
};
const PRICE_OF: { readonly [part in PricePart]: () => string } = {
  acquire: () => l10n.t("the price of acquiring"),
  label: () => l10n.t("the price of a label"),
  embed: () => l10n.t("the price of embedding"),
  train: () => l10n.t("the price of training"),
  once: () => l10n.t("what is paid once"),
};

/** "0.034 USD a label (×3.4)". */
function placeText({ source, part, unit, factor, price }: BreakEvenPrice, view: Pick<ComparisonView, "sources" | "currency">): string {
  if (price === null) return l10n.t("{0} of {1} in all sources", factorText(factor), PRICE_OF[part]());
  const own = OF_PART[part](priceText(price, unit, nameText(view.currency)));
  const where = view.sources.length === 1 || source === null ? own : l10n.t("{0} in {1}", own, nameText(view.sources[source].name));
  return l10n.t("{0} ({1})", where, factorText(factor));
}

/** "Above 0.034 USD a label (×3.4), CCS overtakes InfoMax." Told outwards from the price as it is. */
export function breakEvenText(found: BreakEvenPrice, view: Pick<ComparisonView, "sources" | "currency" | "strategies">, place = placeText(found, view)): string {
  const isUp = found.factor >= 1;
  const [before, after] = isUp ? [found.below, found.above] : [found.above, found.below];
  const leader = nameText(view.strategies[found.leader].title);
  const rival = nameText(view.strategies[found.rival].title);
  if (after === found.rival) {
    return isUp ? l10n.t("Above {0}, {1} overtakes {2}.", place, rival, leader) : l10n.t("Below {0}, {1} overtakes {2}.", place, rival, leader);
  }
  if (after === found.leader) {
    return isUp ? l10n.t("Above {0}, {1} is ahead of {2}.", place, leader, rival) : l10n.t("Below {0}, {1} is ahead of {2}.", place, leader, rival);
  }
  if (before === found.rival) {
    return isUp ? l10n.t("Above {0}, {1} is level with {2} again.", place, leader, rival) : l10n.t("Below {0}, {1} is level with {2} again.", place, leader, rival);
  }
  return isUp ? l10n.t("Above {0}, {1} draws level with {2}.", place, rival, leader) : l10n.t("Below {0}, {1} draws level with {2}.", place, rival, leader);
}

/** Less than half a percent of a price is no price that anybody would find. */
const LEAST = Math.log(1.005);

/**
 * All of them as sentences, those nearest to the prices as they are first. Where the least change of any of several prices does the same,
 * as where the amount buys a whole number of samples just so, one sentence tells of all.
 */
export function breakEvenTexts(found: readonly BreakEvenPrice[], view: Pick<ComparisonView, "sources" | "currency" | "strategies">): readonly string[] {
  const distance = ({ factor }: BreakEvenPrice): number => Math.abs(Math.log(factor));
  const groups = new Map<string, BreakEvenPrice[]>();
  for (const own of [...found].sort((a, b) => distance(a) - distance(b))) {
    const { factor, leader, rival, below, above } = own;
    const key = JSON.stringify(distance(own) < LEAST ? [factor >= 1, leader, rival, below, above] : [groups.size]);
    groups.set(key, [...groups.get(key) ?? [], own]);
  }
  return [...groups.values()].map((own) => {
    if (own.length === 1) return breakEvenText(own[0], view);
    const prices = own.map((one) => sweepTitle(one, view)).reduce((before, title) => l10n.t("{0}; {1}", before, title));
    return breakEvenText(own[0], view, l10n.t("any of these prices as it is ({0})", prices));
  });
}

/** "InfoMax", "InfoMax and CCS", "InfoMax and 3 more, tied". */
export function leadersText(leaders: readonly number[], view: Pick<ComparisonView, "strategies">): string {
  const name = (s: number): string => nameText(view.strategies[s].title);
  if (leaders.length === 0) return l10n.t("not known");
  if (leaders.length === 1) return name(leaders[0]);
  if (leaders.length === 2) return l10n.t("{0} and {1}, tied", name(leaders[0]), name(leaders[1]));
  return l10n.t("{0} and {1} more, tied", name(leaders[0]), formatCount(leaders.length - 1));
}

const MOST_NAMES = 6;

/** Names in a row: "CCS, D2 and 4 more". */
export function namesText(strategies: readonly number[], view: Pick<ComparisonView, "strategies">): string {
  const names = strategies.map((s) => nameText(view.strategies[s].title));
  if (names.length <= MOST_NAMES) return names.reduce((before, name) => l10n.t("{0}, {1}", before, name));
  return l10n.t("{0} and {1} more", names.slice(0, MOST_NAMES - 1).reduce((before, name) => l10n.t("{0}, {1}", before, name)), formatCount(names.length - MOST_NAMES + 1));
}

const GAPS: { readonly [kind in Gap["kind"]]: () => string } = {
  nothing: () => l10n.t("the amount buys nothing"),
  fewer: () => l10n.t("the amount buys fewer samples than were measured"),
  more: () => l10n.t("the amount buys more samples than were measured"),
  other: () => l10n.t("the utility is not known"),
};

/** Why a line of the chart has a gap: "From ×2 to ×4 the amount buys nothing: CCS, D2". */
export function gapText({ kind, from, to, strategies }: Gap, sweep: Pick<PriceSweep, "factors">, view: Pick<ComparisonView, "strategies">): string {
  const [low, high] = [factorText(sweep.factors[from]), factorText(sweep.factors[to])];
  const last = sweep.factors.length - 1;
  const where = from === 0 && to === last ? l10n.t("at every price") : from === to ? l10n.t("at {0}", low) : l10n.t("from {0} to {1}", low, high);
  return asSentence(l10n.t("{0} {1}: {2}", where, GAPS[kind](), namesText(strategies, view)));
}
