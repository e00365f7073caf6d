import { InfomaxError } from "../errors.ts";

/**
 * What each class is due: nothing; the same number for each; a number in proportion to its size; or at least half of an
 * even share, beyond which the objective decides. None is due more than its distinct contents.
 */
export type ClassPolicy = "none" | "balanced" | "proportional" | "floor";

/** The share of an even share that the policy 'floor' grants each class. */
export const FLOOR = 0.5;

/** What a selection must respect. All arrays have one entry a sample. */
export interface Constraints {
  /** 1: must be kept, for it is protected or an earlier selection kept it. Wins over `deferred`. */
  readonly isProtected: Uint8Array;
  /** 1: must not be kept. */
  readonly isExcluded: Uint8Array;
  /** > 0: left out while others remain (noise cutoff); higher comes back later. */
  readonly deferred: Float64Array;
  readonly classPolicy: ClassPolicy;
  /** Class of each sample, −1 for none; those without form a class of their own. */
  readonly label: Int32Array;
  readonly classCount: number;
}

/** How many samples a budget means: "500" or "30%" (of `samples`, rounded to nearest, at least 1). */
export function parseBudget(text: string, samples: number): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text);
  const remedy = "Give a whole number of samples such as 500, or a percentage above 0% and up to 100% such as 30%.";
  if (!match) throw new InfomaxError("bad-budget", `the budget "${text}" is no number`, remedy);
  const value = Number(match[1]);
  if (match[2] === "%") {
    if (value <= 0 || value > 100) throw new InfomaxError("bad-budget", `the budget ${text.trim()} is not above 0% and up to 100%`, remedy);
    return Math.max(1, Math.round((value / 100) * samples));
  }
  if (!Number.isInteger(value) || value < 1) throw new InfomaxError("bad-budget", `the budget ${text.trim()} is not a whole number of samples above 0`, remedy);
  if (value > samples) throw new InfomaxError("bad-budget", `the budget ${value} is more than the ${samples} samples there are`, remedy);
  return value;
}

/** Throws when no subset of this size can meet the constraints; says both numbers. */
export function checkBudget(budget: number, constraints: Constraints): void {
  let pinned = 0;
  let allowed = 0;
  for (let i = 0; i < constraints.isProtected.length; i++) {
    if (constraints.isProtected[i] !== 0) pinned++;
    if (constraints.isProtected[i] !== 0 || constraints.isExcluded[i] === 0) allowed++;
  }
  requireBudget(budget, pinned, allowed);
}

/**
 * Throws InfomaxError bad-budget unless the budget lies between what must and what may be kept; says both numbers.
 * @param among what may be kept, in words
 */
export function requireBudget(budget: number, pinned: number, allowed: number, among = "samples that are not excluded"): void {
  if (budget < pinned) {
    throw new InfomaxError(
      "bad-budget", `the budget of ${budget} is below the ${pinned} protected samples, which are always kept`,
      `Choose a budget of at least ${pinned}, or unprotect some samples.`);
  }
  if (allowed === 0 && budget > 0) throw new InfomaxError("bad-budget", `the budget is ${budget} and all samples are excluded, so 0 may be kept`, "Include some of them.");
  if (budget > allowed) {
    throw new InfomaxError("bad-budget", `the budget of ${budget} is above the ${allowed} ${among}`, `Choose a budget of at most ${allowed}, or include some samples.`);
  }
}
