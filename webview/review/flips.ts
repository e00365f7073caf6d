/** Single samples decided about against what a selection says. Pure. */
import type { ReviewEntry } from "../../src/protocol/review.ts";
import type { ReviewList } from "../../src/protocol/webview.ts";

/** "keep": protects what was dropped; "drop": excludes what was kept. */
export type Flip = "keep" | "drop";

/** Columns of the decisions in force, by hand or by rule. */
export interface InForce {
  readonly isProtected: ArrayLike<number>;
  readonly isExcluded: ArrayLike<number>;
}

/** Rows for each change of decisions; an empty one changes nothing. */
export interface FlipChange {
  readonly protect: readonly number[];
  readonly exclude: readonly number[];
}

/** What flips samples: those that people or rules decided on keep their decision and its note. */
export function flipped(flip: Flip, rows: readonly number[], { isProtected, isExcluded }: InForce): FlipChange {
  const free = rows.filter((row) => isProtected[row] !== 1 && isExcluded[row] !== 1);
  return flip === "keep" ? { protect: free, exclude: [] } : { protect: [], exclude: free };
}

/** What takes a change back. */
export function reversed({ protect, exclude }: FlipChange): { readonly unprotect: readonly number[]; readonly include: readonly number[] } {
  return { unprotect: protect, include: exclude };
}

/** How a sample was decided about since the selection was made, against what it says. */
export function overruledBy({ decision, sample }: Pick<ReviewEntry, "decision" | "sample">, states: InForce | null): "protected" | "excluded" | null {
  if (states === null || sample === null) return null;
  if (decision === "dropped" && states.isProtected[sample.row] === 1) return "protected";
  return decision === "kept" && states.isExcluded[sample.row] === 1 ? "excluded" : null;
}

/** What can be done with a sample of a review; null where a person or a rule decided about it already, or it is gone. */
export function flipFor(entry: Pick<ReviewEntry, "decision" | "sample">, states: InForce | null): Flip | null {
  if (states === null || entry.sample === null || entry.sample.rule !== null) return null;
  if (states.isProtected[entry.sample.row] === 1 || states.isExcluded[entry.sample.row] === 1) return null;
  return entry.decision === "dropped" ? "keep" : entry.decision === "kept" ? "drop" : null;
}

/** Decision that all entries of a list have; null where they may differ. */
export function decisionOf(list: ReviewList): "kept" | "dropped" | null {
  return list === "kept" || list === "added" ? "kept" : list === "dropped" ? "dropped" : null;
}
