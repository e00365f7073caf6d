import * as l10n from "@vscode/l10n";
import { CONFIG_FILE } from "../core/config.ts";
import { InfomaxError } from "../core/errors.ts";
import type { RuleDecisions } from "../core/rules/decideByRules.ts";
import type { RuleNote } from "../core/rules/matchRules.ts";
import { pinKey } from "../core/store/protectionFile.ts";
import type { DecisionConflict, RulesResult } from "../protocol/decisions.ts";
import { conflictError } from "./inForce.ts";
import type { Decisions, LoadedDataset } from "./loadedDataset.ts";
import { adding, type PinChange } from "./pins.ts";
import { conditionsInWords } from "./ruleWords.ts";
import { sampleView } from "./views.ts";

const EXAMPLES = 20;
const SHOWN_CONFLICTS = 20;

/**
 * Tries the rules in force: what each catches, and what contradicts what. Changes nothing.
 * @throws InfomaxError bad-config for a rule about fields that no record has, bad-data where a table changed since it was indexed
 */
export async function tryRules(loaded: LoadedDataset, signal?: AbortSignal): Promise<RulesResult> {
  const byHand = await loaded.decisions();
  const matches = await loaded.ruleBook.matches(signal);
  const ruled = await loaded.ruleBook.decisions(byHand, signal);
  const seen = await loaded.snapshot();
  const rules = [];
  for (const [r, rule] of ruled.rules.entries()) {
    const examples = [];
    for (const row of ruled.caught[r].subarray(0, EXAMPLES)) examples.push(await sampleView(loaded, seen, row));
    rules.push({
      name: rule.name, action: rule.action, reason: rule.reason, conditions: conditionsInWords(rule), notes: matches[r].notes.map(noteInWords), samples: ruled.caught[r].length, examples,
    });
  }
  const conflicts = [...conflictsByHand(loaded, byHand), ...conflictsOf(loaded, ruled)];
  return { rules, conflicts: conflicts.slice(0, SHOWN_CONFLICTS), conflictsTotal: conflicts.length };
}

function conflictsOf(loaded: LoadedDataset, { rules, conflicts }: RuleDecisions): DecisionConflict[] {
  return conflicts.map(({ row, protectedBy, excludedBy, preferred }) => ({
    id: loaded.index.dataset.ids[row], protectedBy: rules[protectedBy]?.name ?? null, excludedBy: rules[excludedBy]?.name ?? null, preferred,
  }));
}

/** What people decided both ways, as when two branches were merged. */
function conflictsByHand(loaded: LoadedDataset, { protected: pins, excluded, keepers }: Decisions): DecisionConflict[] {
  const found: DecisionConflict[] = [];
  for (const row of excluded.rows.keys()) {
    const isProtected = pins.rows.has(row);
    if (isProtected || keepers.rows.has(row)) found.push({ id: loaded.index.dataset.ids[row], protectedBy: null, excludedBy: null, preferred: !isProtected });
  }
  return found;
}

function noteInWords(note: RuleNote): string {
  switch (note.kind) {
    case "no-such-label": return l10n.t("no sample has the label \"{0}\"", note.label);
    case "no-labels": return l10n.t("the samples have no labels, so there are no classes");
    case "no-such-field": return l10n.t("no record has the field \"{0}\"", note.field);
    case "no-dates": return note.records === 1 ? l10n.t("1 record has something in the field \"{0}\" that is no date", note.field) : l10n.t("{0} records have something in the field \"{1}\" that is no date", note.records.toLocaleString("en-US"), note.field);
  }
}

/**
 * Writes what a rule catches now as decisions by hand, with the rule and its reason as note; samples that a person decided on keep theirs.
 * @throws InfomaxError not-found for a name that no rule has; conflict where the rule contradicts something
 */
export async function pinningRule(loaded: LoadedDataset, name: string): Promise<PinChange> {
  const byHand = await loaded.decisions();
  const ruled = await loaded.ruleBook.decisions(byHand);
  const r = ruled.rules.findIndex((rule) => rule.name === name);
  if (r < 0) {
    const names = ruled.rules.map((rule) => `"${rule.name}"`).join(", ");
    throw new InfomaxError(
      "not-found", l10n.t("there is no rule \"{0}\"", name), names === "" ? l10n.t("Write a rule first: \"rules\" in {0}.", CONFIG_FILE) : l10n.t("The rules are {0}.", names), { file: CONFIG_FILE });
  }
  const own = ruled.conflicts.filter(({ protectedBy, excludedBy }) => protectedBy === r || excludedBy === r);
  if (own.length > 0) throw conflictError(loaded, ruled, own[0], own.length);
  const { action, reason } = ruled.rules[r];
  const kind = action === "protect" ? "protected" : "excluded";
  const { ids } = loaded.index.dataset;
  const change = adding(kind, Array.from(ruled.caught[r].filter((row) => !byHand[kind].rows.has(row)), (row) => ids[row]), `rule ${name}: ${reason}`);
  return {
    ...change,
    // Somebody may decide on one of them until the file is written: that stays.
    apply: (now, pins, matched) => {
      const left = change.adds.filter((id) => !matched.rows.has(now.row(id)) && !pins.has(pinKey(id)));
      return adding(kind, left, `rule ${name}: ${reason}`).apply(now, pins, matched);
    },
  };
}
