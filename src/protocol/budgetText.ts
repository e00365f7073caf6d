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

/** Most budgets of one comparison. */
const MOST_BUDGETS = 20;

export type BudgetsReading =
  | { readonly ok: true; /** as a comparison takes them */ readonly budgets: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the budgets of a comparison: "5%, 500, 800 USD, 2 h".
 * @param samples most that can be chosen, or null where that is not known
 * @param currency that amounts must be in, or null where it is not known
 */
export function readBudgets(text: string, samples: number | null, currency: string | null): BudgetsReading {
  const budgets: string[] = [];
  for (const part of text.split(/[,;，、；]/)) {
    const typed = part.trim().replace(/\s+/g, " ");
    if (typed === "") continue;
    const problem = problemOf(typed, samples, currency);
    if (problem !== null) return { ok: false, problem };
    const budget = typed.replace(" %", "%");
    if (!budgets.includes(budget)) budgets.push(budget);
  }
  if (budgets.length === 0) return { ok: false, problem: l10n.t("Type budgets with commas between them: shares such as 10%, numbers of samples such as 500, amounts such as 500 {0}, or times such as 2 h.", currency ?? "USD") };
  return budgets.length > MOST_BUDGETS ? { ok: false, problem: l10n.t("At most {0} budgets can be compared at once.", MOST_BUDGETS) } : { ok: true, budgets };
}

function problemOf(typed: string, samples: number | null, currency: string | null): string | null {
  const amount = /^(\d+(?:\.\d+)?)\s*(\p{L}+|\p{Sc})$/u.exec(typed);
  if (amount === null) {
    if (!/^\d+(?:\.\d+)?\s*%?$/.test(typed)) return l10n.t("\"{0}\" is neither a share such as 10%, a number of samples such as 500, an amount such as 500 {1}, nor a time such as 2 h.", typed, currency ?? "USD");
    const reading = readBudget(typed, samples);
    return reading.ok ? null : reading.problem;
  }
  if (Number(amount[1]) <= 0) return l10n.t("The budget must be more than 0.");
  if (currency !== null && !["h", "min", "s", currency.toLowerCase()].includes(amount[2].toLowerCase())) return l10n.t("\"{0}\" is in another currency than the costs, which are in {1}.", typed, currency);
  return null;
}

function floor(kept: number, protectedCount: number): BudgetReading {
  return kept < protectedCount
    ? { ok: false, problem: l10n.t("{0} samples are protected, so at least as many must be kept; this would keep {1}.", formatCount(protectedCount), formatCount(kept)) }
    : { ok: true, kept };
}
