/** Single samples decided about against what a selection says. Pure. */
import type { ReviewEntry } from "../../src/protocol/engine.ts";
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
  readonly unprotect: readonly number[];
  readonly exclude: readonly number[];
  readonly include: readonly number[];
}

/** What flips samples: a decision that stands against it is taken back first. */
export function flipped(flip: Flip, rows: readonly number[], states: InForce): FlipChange {
  return flip === "keep"
    ? { protect: rows, unprotect: [], exclude: [], include: rows.filter((row) => states.isExcluded[row] === 1) }
    : { protect: [], unprotect: rows.filter((row) => states.isProtected[row] === 1), exclude: rows, include: [] };
}

/** What takes a change back. */
export function reversed({ protect, unprotect, exclude, include }: FlipChange): FlipChange {
  return { protect: unprotect, unprotect: protect, exclude: include, include: exclude };
}

/** How a sample was decided about since the selection was made, against what it says. */
export function overruledBy({ decision, sample }: Pick<ReviewEntry, "decision" | "sample">, states: InForce | null): "protected" | "excluded" | null {
  if (states === null || sample === null) return null;
  if (decision === "dropped" && states.isProtected[sample.row] === 1) return "protected";
  return decision === "kept" && states.isExcluded[sample.row] === 1 ? "excluded" : null;
}

/** What can be done with a sample of a review; null where a rule decides about it or it is gone. */
export function flipFor(entry: Pick<ReviewEntry, "decision" | "sample">, states: InForce | null): Flip | null {
  if (states === null || entry.sample === null || entry.sample.rule !== null || overruledBy(entry, states) !== null) return null;
  return entry.decision === "dropped" ? "keep" : entry.decision === "kept" ? "drop" : null;
}

/** Decision that all entries of a list have; null where they may differ. */
export function decisionOf(list: ReviewList): "kept" | "dropped" | null {
  return list === "kept" || list === "added" ? "kept" : list === "dropped" ? "dropped" : null;
}
