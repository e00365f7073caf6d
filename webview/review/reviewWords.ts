/** The words of the review page. Pure. */
import * as l10n from "@vscode/l10n";
import type { ReviewEntry } from "../../src/protocol/review.ts";
import { formatCount, formatShare, formatSimilarity } from "../../src/protocol/words.ts";
import type { ReviewFacts, ReviewList } from "../../src/protocol/webview.ts";
import { reasonTitle } from "../samples/filterWords.ts";
import { decisionOf } from "./flips.ts";

export function listTitle(list: ReviewList): string {
  switch (list) {
    case "dropped":
      return l10n.t("Dropped");
    case "kept":
      return l10n.t("Kept");
    case "added":
      return l10n.t("Added");
    case "removed":
      return l10n.t("Removed");
    case "reason-changed":
      return l10n.t("Reason changed");
    case "overruled":
      return l10n.t("Overruled since");
  }
}

/** How many samples a list has. */
export function listCount(list: ReviewList, { samples, kept, against, overruled }: ReviewFacts): number {
  switch (list) {
    case "dropped":
      return samples - kept;
    case "kept":
      return kept;
    case "added":
      return against?.added ?? 0;
    case "removed":
      return against?.dropped ?? 0;
    case "reason-changed":
      return against?.reasonChanged ?? 0;
    case "overruled":
      return overruled;
  }
}

/** Lists that a review has: comparisons where it compares, what was overruled where something was. */
export function listsOf(facts: ReviewFacts): readonly ReviewList[] {
  return [
    "dropped", "kept", ...(facts.against === null ? [] : ["added", "removed", "reason-changed"] as const), ...(facts.overruled === 0 ? [] : ["overruled"] as const),
  ];
}

/** A reason for keeping or dropping, in lower case; the name itself where it is none of ours. */
export function reviewReason(reason: string): string {
  switch (reason) {
    case "chosen":
      return l10n.t("chosen");
    case "protected":
      return l10n.t("protected");
    case "kept-before":
      return l10n.t("kept by an earlier selection");
    default:
      return reasonTitle(reason);
  }
}

/** Reasons by which a list can be narrowed, with how many samples each has. */
export function reasonChips(list: ReviewList, facts: ReviewFacts): readonly { readonly reason: string; readonly count: number }[] {
  // Of comparisons the counts are not known.
  const decision = list === "dropped" || list === "kept" ? decisionOf(list) : null;
  return facts.reasons.filter((entry) => entry.decision === decision && entry.count > 0);
}

function decisionText(decision: "kept" | "dropped", reason: string): string {
  return decision === "kept" ? l10n.t("kept: {0}", reviewReason(reason)) : l10n.t("dropped: {0}", reviewReason(reason));
}

/** Why a sample is kept or dropped: "near-duplicate, similarity 0.98", "protected by the rule “rare”". */
export function whyText({ decision, reason, rule, keeper, similarity }: Omit<ReviewEntry, "sample" | "before" | "id" | "importance">): string {
  if (decision === null || reason === null) return l10n.t("not in this selection");
  const words = reviewReason(reason);
  if (rule !== null) return l10n.t("{0} by the rule “{1}”", words, rule);
  return keeper === null || similarity === null || !isCopy(reason) ? words : l10n.t("{0}, similarity {1}", words, formatSimilarity(similarity));
}

/** Whether what is kept shows nearly the same; else it is only the nearest of what is kept. */
export function isCopy(reason: string | null): boolean {
  return reason === "duplicate" || reason === "near-duplicate";
}

/** "kept: chosen → dropped: redundant"; null where nothing is compared with, or it is as before. */
export function changeText({ before, decision, reason }: Pick<ReviewEntry, "before" | "decision" | "reason">, isCompared: boolean): string | null {
  if (!isCompared || (before?.decision === decision && before?.reason === reason)) return null;
  const from = before === null ? l10n.t("not in it") : decisionText(before.decision, before.reason);
  return l10n.t("{0} → {1}", from, decision === null || reason === null ? l10n.t("not in it") : decisionText(decision, reason));
}

/** The class that keeps the smallest share of its samples: "car, 5 of 36 kept (14%)"; null without classes. */
export function worstClass(classes: ReviewFacts["classes"]): { readonly name: string; readonly kept: string } | null {
  const [worst] = [...classes].filter(({ before }) => before > 0).sort((a, b) => a.after * b.before - b.after * a.before);
  return worst === undefined ? null : { name: worst.name, kept: l10n.t("{0} of {1} kept ({2})", formatCount(worst.after), formatCount(worst.before), formatShare(worst.after / worst.before)) };
}

/** What of a digest is enough to tell it from others by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

export function dateText(when: string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime()) ? when : date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

/** "3 protected, 1 excluded". */
export function byHandText({ protected: kept, excluded }: ReviewFacts["byHand"]): string {
  if (kept === 0 && excluded === 0) return l10n.t("nothing");
  if (excluded === 0) return l10n.t("{0} protected", formatCount(kept));
  return kept === 0 ? l10n.t("{0} excluded", formatCount(excluded)) : l10n.t("{0} protected, {1} excluded", formatCount(kept), formatCount(excluded));
}
