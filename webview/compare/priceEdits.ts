/** Prices that the user puts in place of those of a result, and the amount that may be spent. Pure. */
import * as l10n from "@vscode/l10n";
import type { ComparedSource, ComparisonPricing, CostUnit, PriceEdit, PricePart } from "../../src/protocol/comparison.ts";
import { formatCount } from "../../src/protocol/words.ts";

export const PRICE_PARTS = ["acquire", "label", "embed", "train", "once"] as const satisfies readonly PricePart[];
export const COST_UNITS = ["money", "seconds"] as const satisfies readonly CostUnit[];

/** As infomax.json bounds them. */
const MOST_PRICE = 1e12;

export type PriceReading = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: string };

/** Reads a price or an amount as typed. */
export function readPrice(text: string): PriceReading {
  const typed = text.trim();
  if (typed === "") return { ok: false, problem: l10n.t("A number is missing.") };
  if (/^\d*,\d+$/.test(typed)) return { ok: false, problem: l10n.t("Write decimals with a point.") };
  if (!/^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(typed)) return { ok: false, problem: l10n.t("This is no number from 0 up.") };
  const value = Number(typed);
  return value > MOST_PRICE ? { ok: false, problem: l10n.t("It must be at most {0}.", formatCount(MOST_PRICE)) } : { ok: true, value };
}

type PriceKey = Pick<PriceEdit, "source" | "part" | "unit">;

const isOf = (key: PriceKey) => (edit: PriceKey): boolean => edit.source === key.source && edit.part === key.part && edit.unit === key.unit;

/** The edit of a price; null where the file's holds. */
export function editOf(edits: readonly PriceEdit[], key: PriceKey): PriceEdit | null {
  return edits.find(isOf(key)) ?? null;
}

/** The edits with one more; a price as the file says it is no edit. */
export function withEdit(edits: readonly PriceEdit[], sources: readonly ComparedSource[], edit: PriceEdit): readonly PriceEdit[] {
  const others = edits.filter((own) => !isOf(edit)(own));
  return sources[edit.source].prices[edit.part][edit.unit] === edit.value ? others : [...others, edit];
}

export function withoutEdit(edits: readonly PriceEdit[], key: PriceKey): readonly PriceEdit[] {
  return edits.filter((own) => !isOf(key)(own));
}

/** Nobody has given this price: neither the file nor the user. */
export function isPlaceholder({ placeholders }: ComparedSource, { part, unit }: Pick<PriceEdit, "part" | "unit">, edit: PriceEdit | null): boolean {
  return edit === null && placeholders.includes(`${part}.${unit}`);
}

/** Names as infomax.json takes them: without what a comparison adds to the dataset's, and without what no name may hold. */
function configName(name: string, at: number): string {
  const plain = name.replace(/ \(dataset\)$/, "").replace(/[^\p{L}\p{N}_. -]/gu, "-").replace(/^[^\p{L}\p{N}_]+/u, "");
  return plain === "" ? `source-${at + 1}` : plain.slice(0, 60);
}

/**
 * All sources as infomax.json takes them, as JSON, with the edited prices: whole, since what is left out there would be
 * reckoned otherwise than in the result. The first source is the dataset itself; a result holds no paths of the others,
 * so that a placeholder stands for each ("PATH OF crowd").
 */
export function editsAsConfig(sources: readonly ComparedSource[], edits: readonly PriceEdit[]): string {
  const whole = sources.map(({ name, kind, labelKind, access, prices }, s) => ({
    name: configName(name, s), path: s === 0 ? "." : `PATH OF ${configName(name, s)}`, kind, labels: labelKind, access,
    prices: Object.fromEntries(PRICE_PARTS.map((part) => [part, Object.fromEntries(COST_UNITS.map((unit) => [unit, editOf(edits, { source: s, part, unit })?.value ?? prices[part][unit]]))])),
  }));
  return JSON.stringify({ comparison: { sources: whole } }, null, 2);
}

/** Amounts that are worth trying: from below the cheapest subset to above the dearest. */
export interface SpendRange {
  readonly low: number;
  readonly high: number;
}

/** Null where nothing costs anything in that unit. */
export function spendRange({ costs }: Pick<ComparisonPricing, "costs">, unit: CostUnit): SpendRange | null {
  const known = costs.flat().flatMap((cost) => (cost === null || cost[unit] <= 0 ? [] : [cost[unit]]));
  return known.length === 0 ? null : { low: rounded(Math.min(...known) * 0.8), high: rounded(Math.max(...known) * 1.25) };
}

/** What the baseline costs at the middle budget: where the engine begins too. */
export function usualSpend({ costs }: Pick<ComparisonPricing, "costs">, baseline: number, unit: CostUnit): number {
  const middle = Math.floor((costs.length - 1) / 2);
  return costs[middle]?.[baseline]?.[unit] ?? 0;
}

export const SPEND_STEPS = 200;

/** Place of an amount on a slider with {@link SPEND_STEPS} steps, evenly spaced in its logarithm. */
export function spendStep({ low, high }: SpendRange, amount: number): number {
  if (!(amount > low) || !(high > low)) return 0;
  return Math.min(SPEND_STEPS, Math.round((SPEND_STEPS * Math.log(amount / low)) / Math.log(high / low)));
}

/** The amount at a step, in three figures. */
export function spendAt({ low, high }: SpendRange, step: number): number {
  return rounded(low * Math.pow(high / low, step / SPEND_STEPS));
}

function rounded(amount: number): number {
  return Number(amount.toPrecision(3));
}
