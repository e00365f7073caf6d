import * as l10n from "@vscode/l10n";
import type { DropReason } from "../core/selection/keepers.ts";
import type { KeepReason } from "../core/store/selectionFile.ts";

/** What a sentence about a decision needs to know. */
export interface Decision {
  readonly reason: DropReason | KeepReason;
  /** Share of samples with lower importance, in [0, 1]. */
  readonly rank: number;
  /** Of the protection or exclusion. */
  readonly note: string | null;
  readonly keeper: string | null;
  readonly similarity: number;
  /** Labels of the sample and its keeper where they differ. */
  readonly conflict: { readonly own: string; readonly keeper: string } | null;
  readonly selection: string;
  /** The rule that the decision came from, with its reason (empty where it is a rule no more); null or left out: none. */
  readonly rule?: { readonly name: string; readonly reason: string } | null;
  /** Whether the sample is protected now; left out: as the reason says. */
  readonly protected?: boolean;
  /** Whether the sample is excluded now; left out: as the reason says. */
  readonly excluded?: boolean;
  /** It is preferred among its near-duplicates. */
  readonly preferred?: boolean;
  /** Which of near-duplicates the selection's keeper rule prefers, where the sample has some: "the first by path"; null or left out without a rule. */
  readonly rulePrefers?: string | null;
  /** The dataset is not as it was when the selection was made. */
  readonly outdated: boolean;
}

/** A decision in one or two plain sentences. */
export function explainDecision(decision: Decision): string {
  return decisionSentence(decision) + sinceThen(decision) + (decision.outdated ? ` ${l10n.t("The dataset has changed since this selection was made: prune again for a decision on it as it is.")}` : "");
}

/** What was decided meanwhile and the selection's reason does not say. */
function sinceThen({ reason, protected: isProtected, excluded, preferred, rulePrefers }: Decision): string {
  const isKept = reason === "protected" || reason === "kept-before" || reason === "chosen";
  if (isProtected === true && !isKept) return ` ${l10n.t("It has been protected since: prune again.")}`;
  if (isProtected === false && reason === "protected") return ` ${l10n.t("It is protected no more: prune again.")}`;
  if (excluded === true && reason !== "excluded") return ` ${l10n.t("It has been excluded since: prune again.")}`;
  if (excluded === false && reason === "excluded") return ` ${l10n.t("It has been included again since: prune again.")}`;
  if (preferred === true) return ` ${l10n.t("It is preferred: of its near-duplicates it is the one to keep, where one is kept.")}`;
  const isRuled = reason === "chosen" || reason === "near-duplicate" || reason === "duplicate";
  return isRuled && typeof rulePrefers === "string" ? ` ${l10n.t("Of near-duplicates this selection prefers {0}.", rulePrefers)}` : "";
}

function decisionSentence({ reason, rank, rule, note, keeper, similarity, conflict, selection }: Decision): string {
  const percent = Math.floor(rank * 100);
  const by = keeper ?? l10n.t("a kept sample");
  const near = l10n.t("The most similar kept sample is {0} (similarity {1}).", by, similarity.toFixed(2));
  const check = conflict === null ? "" : ` ${l10n.t("But it is labelled \"{0}\" and its keeper \"{1}\": check which label is right.", conflict.own, conflict.keeper)}`;
  switch (reason) {
    case "protected":
      if (rule !== null && rule !== undefined) {
        return rule.reason === "" ? l10n.t("Kept in \"{0}\": protected by the rule \"{1}\", which infomax.json no longer has. Protected samples are kept at every budget.", selection, rule.name)
          : l10n.t("Kept in \"{0}\": protected by the rule \"{1}\": {2}. Protected samples are kept at every budget.", selection, rule.name, unended(rule.reason));
      }
      return note === null ? l10n.t("Kept in \"{0}\" because it is protected: protected samples are kept at every budget.", selection)
        : l10n.t("Kept in \"{0}\" because it is protected ({1}): protected samples are kept at every budget.", selection, note);
    case "kept-before":
      return l10n.t("Kept in \"{0}\": the earlier selection that this one builds on kept it.", selection);
    case "chosen":
      return l10n.t("Kept in \"{0}\": it is more important than {1}% of the samples, and it adds what the other kept samples do not have.", selection, percent);
    case "duplicate":
      return l10n.t("Dropped from \"{0}\": {1} has the same content and is kept.", selection, by) + check;
    case "near-duplicate":
      return `${l10n.t("Dropped from \"{0}\": a near-duplicate of it, or of the sample that stands for its cluster, is kept.", selection)} ${near}${check}`;
    case "redundant":
      return `${l10n.t("Dropped from \"{0}\": it is more important than {1}% of the samples, but what it shares with the kept samples, added up, outweighs that.", selection, percent)} ${near}`;
    case "low-importance":
      return `${l10n.t("Dropped from \"{0}\": it is only more important than {1}% of the samples, which is not enough at this budget.", selection, percent)} ${near}`;
    case "class-share":
      return `${l10n.t("Dropped from \"{0}\": it gave way to what classes are due: its own has samples that add more, or another was owed the place.", selection)} ${near}`;
    case "hardest":
      return `${l10n.t("Dropped from \"{0}\": it is among the hardest by AUM, which are kept last: at small budgets hard samples, mislabelled ones among them, serve training least. Check its label, and protect it if it must stay.", selection)} ${near}`;
    case "excluded":
      if (rule !== null && rule !== undefined) {
        return rule.reason === "" ? l10n.t("Dropped from \"{0}\": excluded by the rule \"{1}\", which infomax.json no longer has. Excluded samples are kept at no budget.", selection, rule.name)
          : l10n.t("Dropped from \"{0}\": excluded by the rule \"{1}\": {2}. Excluded samples are kept at no budget.", selection, rule.name, unended(rule.reason));
      }
      return note === null ? l10n.t("Dropped from \"{0}\" because it is excluded by hand: excluded samples are kept at no budget.", selection)
        : l10n.t("Dropped from \"{0}\" because it is excluded by hand ({1}): excluded samples are kept at no budget.", selection, note);
  }
}

/** A sentence without its full stop, for one that goes on. */
function unended(sentence: string): string {
  return sentence.trim().replace(/[.。]$/u, "");
}

/** A rule by its name, as a sentence tells of it: without a reason where it is a rule no more. */
export function ruleNamed(rules: readonly { readonly name: string; readonly reason: string }[], name: string | undefined): { readonly name: string; readonly reason: string } | null {
  return name === undefined ? null : rules.find((rule) => rule.name === name) ?? { name, reason: "" };
}
