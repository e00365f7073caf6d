import * as l10n from "@vscode/l10n";
import { CONFIG_FILE } from "../core/config.ts";
import { InfomaxError } from "../core/errors.ts";
import type { RuleConflict, RuleDecisions } from "../core/rules/decideByRules.ts";
import type { Rule } from "../core/rules/rule.ts";
import { shownPinFile, type Pin } from "../core/store/protectionFile.ts";
import type { Decisions, LoadedDataset, Snapshot } from "./loadedDataset.ts";

/** Whether one sample is protected or excluded, by hand or by a rule. */
export interface SampleDecision {
  readonly protected: boolean;
  readonly excluded: boolean;
  /** The rule that protects or excludes it; null where none does, or a person decided the same. */
  readonly rule: Rule | null;
  /** Why: the note of the decision, else the reason of the rule. */
  readonly note: string | null;
}

export function decidedOf({ pins, excluded, ruled }: Snapshot, row: number): SampleDecision {
  const [pin, exclusion] = [pins.get(row), excluded.get(row)];
  const protecting = ruleAt(ruled, ruled.protectedBy, row);
  const excluding = ruleAt(ruled, ruled.excludedBy, row);
  return {
    protected: pin !== undefined || protecting !== null,
    excluded: exclusion !== undefined || excluding !== null,
    rule: (pin === undefined ? protecting : null) ?? (exclusion === undefined ? excluding : null),
    note: noteOf(pin) ?? noteOf(exclusion) ?? protecting?.reason ?? excluding?.reason ?? null,
  };
}

/** {@link decidedOf}, with the preference among near-duplicates. */
export function stateOf(seen: Snapshot, row: number): SampleDecision & { readonly preferred: boolean } {
  const decided = decidedOf(seen, row);
  const preference = seen.preferred.get(row);
  return { ...decided, preferred: preference !== undefined, note: decided.note ?? noteOf(preference) };
}

/** The note of a decision by hand; null where there is none. */
export function noteOf(pin: Pin | undefined): string | null {
  return pin === undefined || pin.note === "" ? null : pin.note;
}

/** The rule that decides a row; null for none. @param by `protectedBy` or `excludedBy` of the decisions */
export function ruleAt({ rules }: RuleDecisions, by: Int32Array, row: number): Rule | null {
  return rules[by[row] ?? -1] ?? null;
}

/** Ascending rows that people or rules decided on. */
export function rowsInForce(byHand: ReadonlyMap<number, Pin>, by: Int32Array): ReadonlySet<number> {
  const rows = [...byHand.keys()];
  for (let row = 0; row < by.length; row++) if (by[row] >= 0 && !byHand.has(row)) rows.push(row);
  return new Set(rows.sort((a, b) => a - b));
}

/** Samples that the selection shown decides otherwise than people and rules do by now. */
export function overruledRows({ selection, protectedRows, excludedRows }: Snapshot): readonly number[] {
  if (selection === null) return [];
  const { entryOf } = selection;
  const dropped = [...protectedRows].filter((row) => entryOf[row]?.decision === "dropped");
  return [...dropped, ...[...excludedRows].filter((row) => entryOf[row]?.decision === "kept")].sort((a, b) => a - b);
}

/**
 * The error that two decisions contradict each other: it names the sample and both.
 * @param total how many samples that holds for
 */
export function conflictError(loaded: LoadedDataset, { rules }: RuleDecisions, conflict: RuleConflict, total: number): InfomaxError {
  const id = loaded.index.dataset.ids[conflict.row];
  const protecting = rules[conflict.protectedBy]?.name;
  const excluding = rules[conflict.excludedBy]?.name;
  const problem = protecting === undefined
    ? conflict.preferred ? l10n.t("\"{0}\" is preferred in {1} and excluded by the rule \"{2}\"", id, shownPinFile("keepers"), excluding ?? "")
      : l10n.t("\"{0}\" is protected in {1} and excluded by the rule \"{2}\"", id, shownPinFile("protected"), excluding ?? "")
    : excluding === undefined ? l10n.t("\"{0}\" is protected by the rule \"{1}\" and excluded in {2}", id, protecting, shownPinFile("excluded"))
      : l10n.t("\"{0}\" is protected by the rule \"{1}\" and excluded by the rule \"{2}\"", id, protecting, excluding);
  const remedy = protecting !== undefined && excluding !== undefined ? l10n.t("Narrow one of the two rules.")
    : protecting !== undefined ? l10n.t("Include it ({0}), or narrow the rule.", "infomax include")
      : conflict.preferred ? l10n.t("Take the preference away ({0}), or narrow the rule.", "infomax unprefer")
        : l10n.t("Unprotect it ({0}), or narrow the rule.", "infomax unprotect");
  const more = total === 1 ? problem : total === 2 ? l10n.t("{0}, and 1 more sample is in conflict", problem) : l10n.t("{0}, and {1} more samples are in conflict", problem, total - 1);
  return new InfomaxError("conflict", more, remedy, { file: CONFIG_FILE });
}

/** What is decided of a dataset's samples, where nothing contradicts anything. */
export interface DecisionsInForce {
  readonly byHand: Decisions;
  readonly ruled: RuleDecisions;
  /** Ascending rows, by hand and by rule together. */
  readonly protected: ReadonlySet<number>;
  readonly excluded: ReadonlySet<number>;
  /** Rows preferred among their near-duplicates, by hand. */
  readonly preferred: ReadonlySet<number>;
}
