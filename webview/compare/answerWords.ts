/** What one would pick, in sentences. Pure. */
import * as l10n from "@vscode/l10n";
import type { ComparisonView } from "../../src/protocol/comparison.ts";
import type { Choice, ParetoState } from "../../src/protocol/tradeoffs.ts";
import { namesText, nameText } from "./priceWords.ts";
import type { StandardAnswer } from "./tradeoffAxes.ts";

/** A score or a margin in [0, 1]: "0.83"; never 0.00 for what is more. */
export function scoreText(score: number): string {
  return score > 0 && score < 0.005 ? "<0.01" : score.toFixed(2);
}

export interface AnswerText {
  /** Who is picked, and by what margin. */
  readonly pick: string;
  /** Against whom that is not sure; "" where there is nothing to add. */
  readonly doubt: string;
}

export function answerText(view: ComparisonView, choice: Choice): AnswerText {
  if ("notDefined" in choice) return { pick: l10n.t("There is nothing to pick, because {0}.", reasonText(choice.notDefined)), doubt: "" };
  const { winners, score, margin, notToldApart, scores } = choice;
  const others = scores.filter((own) => own >= 0).length - winners.length;
  const next = [...scores.keys()].filter((s) => !winners.includes(s)).reduce((best, s) => (scores[s] >= 0 && (best < 0 || scores[s] > scores[best]) ? s : best), -1);
  const names = namesText(winners, view);
  const who = winners.length > 1
    ? l10n.t("{0} are level at a score of {1}.", names, scoreText(score))
    : others === 0 ? l10n.t("{0}: no other strategy can be judged by this.", names)
      : l10n.t("{0}, with a score of {1}: {2} ahead of {3}.", names, scoreText(score), scoreText(margin), titleOf(view, next));
  if (notToldApart.length === 0) return { pick: who, doubt: others === 0 ? "" : l10n.t("On some of what counts it is surely better than each of the others.") };
  return {
    pick: who,
    doubt: notToldApart.length === others
      ? l10n.t("That is not sure: on nothing that counts is it told apart from any of the others.")
      : l10n.t("That is not sure against {0}: on nothing that counts are they told apart.", namesText(notToldApart, view)),
  };
}

/** "EL2N (not told apart from 3 others)": the answer to a standard question. */
export function shortAnswer(view: ComparisonView, choice: Choice): string {
  if ("notDefined" in choice) return reasonText(choice.notDefined);
  const names = namesText(choice.winners, view);
  const doubts = choice.notToldApart.length;
  return doubts === 0 ? names : doubts === 1 ? l10n.t("{0} (not told apart from {1})", names, titleOf(view, choice.notToldApart[0])) : l10n.t("{0} (not told apart from {1} others)", names, doubts);
}

export function questionTitle({ kind, axes }: Pick<StandardAnswer, "kind" | "axes">): string {
  return kind === "alike" ? l10n.t("All of them alike") : kind === "worst" ? l10n.t("None of them neglected") : axes[0].title;
}

const STATES: { readonly [state in ParetoState]: { readonly title: () => string; readonly hint: () => string } } = {
  "front": { title: () => l10n.t("on the front"), hint: () => l10n.t("no other is at least as good on both axes and better on one") },
  "tied": { title: () => l10n.t("tied with the front"), hint: () => l10n.t("another is no worse by the estimates, but not surely better") },
  "dominated": { title: () => l10n.t("dominated"), hint: () => l10n.t("another is no worse on both, and surely better on one") },
  "not judged": { title: () => l10n.t("not judged"), hint: () => l10n.t("an axis is not defined for it") },
};

export function stateTitle(state: ParetoState): string {
  return STATES[state].title();
}

export function stateHint(state: ParetoState): string {
  return STATES[state].hint();
}

function titleOf(view: ComparisonView, strategy: number): string {
  return nameText(view.strategies[strategy]?.title ?? "");
}

const REASONS = new Map<string, () => string>([
  ["no strategy has all the utilities", () => l10n.t("no strategy has all the utilities")],
  ["no strategy meets the limits", () => l10n.t("no strategy meets the limits")],
]);

function reasonText(reason: string): string {
  return REASONS.get(reason)?.() ?? reason;
}
