/** What a budget as typed means, said while it is typed. The engine has the last word. Pure. */
import * as l10n from "@vscode/l10n";
import { formatCount } from "./words.ts";

export type BudgetReading =
  | { readonly ok: true; /** samples to keep, or null for a percentage of an unknown number */ readonly kept: number | null }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads "500" or "30%".
 * @param samples size of the dataset, or null where it is not known yet
 * @param protectedCount samples that every selection keeps
 */
export function readBudget(text: string, samples: number | null, protectedCount = 0): BudgetReading {
  const typed = text.trim();
  if (typed === "") return { ok: false, problem: l10n.t("Type how many samples to keep: a number such as 500, or a share such as 30%.") };
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(typed);
  if (match === null) return { ok: false, problem: l10n.t("\"{0}\" is neither a number such as 500 nor a share such as 30%.", typed) };
  const value = Number(match[1]);
  if (value <= 0) return { ok: false, problem: l10n.t("The budget must be more than 0.") };
  if (match[2] === "%") {
    if (value > 100) return { ok: false, problem: l10n.t("A share must be at most 100%.") };
    return samples === null ? { ok: true, kept: null } : floor(Math.max(1, Math.round((samples * value) / 100)), protectedCount);
  }
  if (!Number.isInteger(value)) return { ok: false, problem: l10n.t("A number of samples must be whole; for a share add %.") };
  if (samples !== null && value > samples) return { ok: false, problem: l10n.t("The dataset has only {0} samples.", formatCount(samples)) };
  return floor(value, protectedCount);
}

/**
 * Reads the budget of a selection that builds on an earlier one and is to add to it.
 * @param floor samples that stay: those of the earlier selection and the protected ones
 */
export function readExtension(text: string, samples: number, floor: number): BudgetReading {
  const reading = readBudget(text, samples);
  if (!reading.ok || reading.kept === null || reading.kept > floor) return reading;
  return { ok: false, problem: l10n.t("{0} samples stay and count, so more than that must be kept; this would keep {1}.", formatCount(floor), formatCount(reading.kept)) };
}

function floor(kept: number, protectedCount: number): BudgetReading {
  return kept < protectedCount
    ? { ok: false, problem: l10n.t("{0} samples are protected, so at least as many must be kept; this would keep {1}.", formatCount(protectedCount), formatCount(kept)) }
    : { ok: true, kept };
}
