/** Limits of utilities and costs, as they are typed. Pure. */
import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import { nameText } from "./priceWords.ts";
import type { TradeoffAxis } from "./tradeoffAxes.ts";

/** In what a limit is typed: so many of it are one of the axis' own unit. */
export interface LimitUnit {
  readonly factor: number;
  readonly title: string;
  readonly sign: RegExp;
  readonly least: number;
  readonly most: number;
}

/** Shares as percentages, time in hours, all else as it is. */
export function limitUnit(view: Pick<ComparisonView, "utilities" | "currency">, axis: Pick<TradeoffAxis, "name" | "utility">): LimitUnit {
  if (axis.utility !== null) {
    return view.utilities[axis.utility].isShare
      ? { factor: 100, title: "%", sign: /\s*%$/, least: 0, most: 100 }
      : { factor: 1, title: "", sign: /^$/, least: -Infinity, most: Infinity };
  }
  return axis.name === "cost:seconds"
    ? { factor: 1 / 3600, title: l10n.t("h"), sign: /\s*h$/, least: 0, most: Infinity }
    : { factor: 1, title: nameText(view.currency), sign: /^$/, least: 0, most: Infinity };
}

export type LimitReading = { readonly ok: true; readonly value: number | null } | { readonly ok: false; readonly problem: string };

/** Reads a limit into the axis' own unit; nothing is none. */
export function readLimit(text: string, { factor, sign, least, most }: LimitUnit): LimitReading {
  const typed = text.trim().replace(sign, "").replace(/^−/, "-");
  if (typed === "") return { ok: true, value: null };
  if (!/^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(typed)) {
    return { ok: false, problem: /^-?\d*,\d+$/.test(typed) ? l10n.t("Write decimals with a point.") : l10n.t("This is not a number.") };
  }
  const value = Number(typed);
  if (!Number.isFinite(value)) return { ok: false, problem: l10n.t("This is not a number.") };
  if (value > most) return { ok: false, problem: l10n.t("It must be from {0} to {1}.", least, most) };
  if (value < least) return { ok: false, problem: l10n.t("It must not be below {0}.", least) };
  return { ok: true, value: value / factor };
}

/** A limit as it was typed. */
export function typedLimit(value: number, { factor }: LimitUnit): string {
  return String(Number((value * factor).toPrecision(12)));
}

/** A value as it would be typed: three figures, whole numbers in full. */
export function limitText(value: number, { factor }: LimitUnit): string {
  const typed = value * factor;
  return Math.abs(typed) >= 1000 ? String(Math.round(typed)) : String(Number(typed.toPrecision(3)));
}
