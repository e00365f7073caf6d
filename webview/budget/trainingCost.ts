/** What training costs, from three figures. Pure. */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/protocol/words.ts";
import type { TrainingCost } from "../state/viewState.ts";

export const COST_FIELDS = ["secondsPerSample", "epochs", "pricePerHour"] as const satisfies readonly (keyof TrainingCost)[];
export type CostField = (typeof COST_FIELDS)[number];

const MOST: { readonly [field in CostField]: number } = { secondsPerSample: 1e6, epochs: 1e6, pricePerHour: 1e9 };

export type CostReading = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: string };

/** Reads a figure as typed; only the price may be 0. */
export function readCost(field: CostField, text: string): CostReading {
  const typed = text.trim();
  if (typed === "") return { ok: false, problem: l10n.t("A number is missing.") };
  if (!/^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(typed)) {
    return { ok: false, problem: /^\d*,\d+$/.test(typed) ? l10n.t("Write decimals with a point.") : l10n.t("This is not a number above 0.") };
  }
  const value = Number(typed);
  if (value === 0 && field !== "pricePerHour") return { ok: false, problem: l10n.t("It must be more than 0.") };
  if (value > MOST[field]) return { ok: false, problem: l10n.t("It must be at most {0}.", formatCount(MOST[field])) };
  return { ok: true, value };
}

export interface Training {
  readonly seconds: number;
  readonly price: number;
}

/** Time and price of training on that many samples. */
export function trainingOn(samples: number, { secondsPerSample, epochs, pricePerHour }: TrainingCost): Training {
  const seconds = samples * secondsPerSample * epochs;
  return { seconds, price: (seconds / 3600) * pricePerHour };
}

const STEPS = [
  { most: 60, seconds: 1, text: (n: string) => l10n.t("{0} s", n) },
  { most: 3600, seconds: 60, text: (n: string) => l10n.t("{0} min", n) },
  { most: 48 * 3600, seconds: 3600, text: (n: string) => l10n.t("{0} h", n) },
  { most: Infinity, seconds: 86_400, text: (n: string) => l10n.t("{0} days", n) },
] as const;

/** 5400 → "1.5 h"; three figures at most, but whole numbers in full. */
export function formatDuration(seconds: number): string {
  // What rounds up to the next unit is said in it.
  const step = STEPS.find(({ most, seconds: unit }) => Number(threeFigures(seconds / unit)) * unit < most) ?? STEPS[STEPS.length - 1];
  const amount = seconds / step.seconds;
  return step.text(amount > 0 && amount < 0.01 ? "<0.01" : amount >= 1000 ? formatCount(amount) : threeFigures(amount));
}

function threeFigures(amount: number): string {
  return amount >= 1000 ? String(Math.round(amount)) : String(Number(amount.toPrecision(3)));
}

/** 12.5, "USD" → "12.50 USD"; without cents from 1,000 on. */
export function formatPrice(amount: number, currency: string): string {
  const number = amount >= 1000 ? formatCount(amount) : amount > 0 && amount < 0.005 ? "<0.01" : amount.toFixed(2);
  return `${number} ${currency}`;
}
