import * as l10n from "@vscode/l10n";
import { listOf, type DateCondition, type FieldCondition, type Rule } from "../core/rules/rule.ts";

/** Values of a list that are named; more are counted. */
const NAMED = 6;

/** What a rule catches, in words: "label is \"car\"; importance above 90% of the samples". */
export function conditionsInWords({ when, minimumPerClass }: Rule): string {
  const parts: string[] = [];
  if (when?.label !== undefined) parts.push(l10n.t("label is {0}", anyOf(listOf(when.label))));
  if (when?.path !== undefined) parts.push(l10n.t("path fits {0}", anyOf(listOf(when.path))));
  if (when?.id !== undefined) parts.push(l10n.t("id fits {0}", anyOf(listOf(when.id))));
  for (const condition of listOf(when?.field)) parts.push(fieldInWords(condition));
  if (when?.classSmallerThan !== undefined) parts.push(l10n.t("class of fewer than {0} samples", when.classSmallerThan.toLocaleString("en-US")));
  if (when?.importanceAbove !== undefined) parts.push(l10n.t("importance above that of {0}% of the samples", Number((100 * when.importanceAbove).toPrecision(6))));
  if (when?.split !== undefined) parts.push(l10n.t("split is {0}", anyOf(listOf(when.split))));
  if (when?.date !== undefined) parts.push(dateInWords(when.date));
  const conditions = parts.reduce((before, part) => (before === "" ? part : l10n.t("{0}; {1}", before, part)), "");
  if (minimumPerClass === undefined) return conditions;
  const best = minimumPerClass === 1 ? l10n.t("the best sample of each class") : l10n.t("the best {0} samples of each class", minimumPerClass.toLocaleString("en-US"));
  return conditions === "" ? best : l10n.t("{0}, where {1}", best, conditions);
}

function anyOf(values: readonly (string | number | boolean)[]): string {
  const named = values.slice(0, NAMED).map((value) => JSON.stringify(value)).reduce((before, value) => l10n.t("{0} or {1}", before, value));
  return values.length > NAMED ? l10n.t("{0}, or {1} others", named, values.length - NAMED) : named;
}

function fieldInWords({ name, is, in: among, above, atLeast, below, atMost, contains, exists }: FieldCondition): string {
  const field = JSON.stringify(name);
  if (is !== undefined) return l10n.t("field {0} is {1}", field, JSON.stringify(is));
  if (among !== undefined) return l10n.t("field {0} is {1}", field, anyOf(among));
  if (above !== undefined) return l10n.t("field {0} is above {1}", field, above);
  if (atLeast !== undefined) return l10n.t("field {0} is at least {1}", field, atLeast);
  if (below !== undefined) return l10n.t("field {0} is below {1}", field, below);
  if (atMost !== undefined) return l10n.t("field {0} is at most {1}", field, atMost);
  if (contains !== undefined) return l10n.t("field {0} contains {1}", field, JSON.stringify(contains));
  return exists === true ? l10n.t("there is a field {0}", field) : l10n.t("there is no field {0}", field);
}

function dateInWords({ field, from, before }: DateCondition): string {
  const what = field === undefined ? l10n.t("last change of the file") : l10n.t("date in field {0}", JSON.stringify(field));
  if (from === undefined) return l10n.t("{0} before {1}", what, before ?? "");
  return before === undefined ? l10n.t("{0} from {1} on", what, from) : l10n.t("{0} from {1} on and before {2}", what, from, before);
}
