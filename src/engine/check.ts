import * as l10n from "@vscode/l10n";
import { SHOWN_AUDIT_FILE, verifyAudit } from "../core/audit/auditLog.ts";
import { SPLITS } from "../core/dataset/dataset.ts";
import { InfomaxError } from "../core/errors.ts";
import { splitLeakage } from "../core/redundancy/leakage.ts";
import { listSelections } from "../core/store/selectionFile.ts";
import type { CheckParams, CheckResult } from "../protocol/checks.ts";
import { formatCount, formatSimilarity, samplesText } from "../protocol/words.ts";
import { appliedSelection, type AppliedSelection } from "./apply/appliedSelection.ts";
import { messageIn, translated } from "./coreTexts.ts";
import type { LoadedDataset, Snapshot } from "./loadedDataset.ts";
import { tryRules } from "./rules.ts";
import { notWhole, standingOf } from "./selectionStanding.ts";

type Check = CheckResult["checks"][number];

const MOST_DETAILS = 20;
/** Beyond what a limit in percent may be off by, and far below one sample. */
const ROUNDING = 1e-12;

/**
 * Checks a dataset against what its repository demands. What is not asked for is not checked.
 * @throws InfomaxError bad-argument where nothing is asked for, not-found for a selection that is not there
 */
export async function checkDataset(loaded: LoadedDataset, params: CheckParams, signal?: AbortSignal): Promise<CheckResult> {
  const { maxDuplicates, maxNearDuplicates, maxUnreadable, selection: name } = params;
  const seen = await loaded.snapshot();
  const named = name === undefined ? null : await appliedSelection(loaded, name);
  const checks: Check[] = [];
  if (maxDuplicates !== undefined) checks.push(duplicates(loaded, maxDuplicates));
  if (maxNearDuplicates !== undefined) checks.push(await nearDuplicates(loaded, maxNearDuplicates, signal));
  if (maxUnreadable !== undefined) checks.push(unreadable(loaded, maxUnreadable));
  if (params.noLeakage === true) checks.push(await leakage(loaded, signal));
  if (params.protectedPresent === true) checks.push(protectedPresent(loaded, seen, named));
  if (params.noConflicts === true) checks.push(await conflicts(loaded, seen, signal));
  if (params.auditIntact === true || params.expectHead !== undefined) checks.push(await auditIntact(loaded, params.expectHead));
  if (named !== null) checks.push(await selectionCurrent(loaded, seen, named));
  if (checks.length === 0) throw new InfomaxError("bad-argument", l10n.t("nothing is to be checked"), l10n.t("Name at least one check."));
  return { passed: checks.every(({ passed }) => passed), checks };
}

/** A share as a percentage of four figures: a share above its limit never looks equal to it. */
function percentage(part: number, whole: number): string {
  return `${Number((whole === 0 ? 0 : (100 * part) / whole).toPrecision(4))}%`;
}

function* mapped<T, U>(items: Iterable<T>, of: (item: T) => U): Generator<U> {
  for (const item of items) yield of(item);
}

/** The first lines of many, and how many more there are. */
function first(lines: Iterable<string>): string[] {
  const taken: string[] = [];
  let more = 0;
  for (const line of lines) {
    if (taken.length < MOST_DETAILS) taken.push(line);
    else more++;
  }
  return more === 0 ? taken : [...taken, l10n.t("… and {0} more", formatCount(more))];
}

/** "file:line", with the id of a record after it. */
function shown(loaded: LoadedDataset, row: number): string {
  const id = loaded.index.dataset.ids[row];
  const place = loaded.place(row);
  return place === id ? place : `${place} (${id})`;
}

function atMost(name: string, part: number, whole: number, most: number, found: (count: string, of: string, share: string) => string, details: Iterable<string>): Check {
  // A limit of 29% is met by 29 of 100, though 0.29 * 100 is below 29 in floating point.
  const passed = part <= most * whole * (1 + ROUNDING);
  const message = l10n.t("{0}; at most {1} is allowed.", found(formatCount(part), formatCount(whole), percentage(part, whole)), `${Number((100 * most).toPrecision(4))}%`);
  return { name, passed, message, details: passed ? [] : first(details) };
}

function duplicates(loaded: LoadedDataset, most: number): Check {
  const { exact: { groupOf, count: groups }, index: { dataset: { count } } } = loaded;
  const original = new Int32Array(groups).fill(-1);
  const extras: number[] = [];
  for (let row = 0; row < count; row++) {
    const group = groupOf[row];
    if (group < 0) continue;
    if (original[group] < 0) original[group] = row;
    else extras.push(row);
  }
  return atMost("max-duplicates", extras.length, count, most, (part, of, share) => l10n.t("{0} of {1} samples repeat another exactly ({2})", part, of, share),
    mapped(extras, (row) => l10n.t("{0} repeats {1}", shown(loaded, row), shown(loaded, original[groupOf[row]]))));
}

async function nearDuplicates(loaded: LoadedDataset, most: number, signal?: AbortSignal): Promise<Check> {
  const clusters = await loaded.clusters(undefined, signal);
  const { members, offsets, similarities, count, threshold } = clusters;
  const lines = function* (): Generator<string> {
    for (let c = 0; c < count; c++) {
      for (let at = offsets[c] + 1; at < offsets[c + 1]; at++) yield l10n.t("{0} is a near-duplicate of {1} (similarity {2})", shown(loaded, members[at]), shown(loaded, members[offsets[c]]), formatSimilarity(similarities[at]));
    }
  };
  return atMost("max-near-duplicates", members.length - count, loaded.index.dataset.count, most,
    (part, of, share) => l10n.t("{0} of {1} samples are beyond the first of their near-duplicates at similarity {2} ({3})", part, of, Number(threshold.toFixed(4)), share), lines());
}

function unreadable({ index: { dataset: { rejected, count } } }: LoadedDataset, most: number): Check {
  return atMost("max-unreadable", rejected.length, count + rejected.length, most, (part, of, share) => l10n.t("{0} of {1} samples cannot be read ({2})", part, of, share),
    mapped(rejected, ({ file, line, reason }) => `${file}${line === null ? "" : `:${line}`}: ${translated(reason)}`));
}

async function leakage(loaded: LoadedDataset, signal?: AbortSignal): Promise<Check> {
  const { matrix, lists, dataset } = loaded.index;
  const pairs = splitLeakage(matrix, lists, await loaded.clusters(undefined, signal), loaded.exact, dataset.split, SPLITS.length);
  const name = "no-leakage";
  // Passing for want of splits would let a renamed folder switch the check off.
  if (pairs.length === 0) return { name, passed: false, message: l10n.t("The dataset has no two splits (train, val, test), so leakage cannot be checked."), details: [] };
  const leaking = pairs.filter(({ leaks }) => leaks.length > 0);
  if (leaking.length === 0) return { name, passed: true, message: l10n.t("No sample has a near-duplicate in another split ({0}).", pairs.map(({ from, into }) => `${SPLITS[from]}–${SPLITS[into]}`).join(", ")), details: [] };
  const lines = function* (): Generator<string> {
    for (const { from, into, leaks } of leaking) {
      for (const { row, of, similarity, exact } of [...leaks].sort((a, b) => Number(b.exact) - Number(a.exact) || b.similarity - a.similarity || a.row - b.row)) {
        yield exact ? l10n.t("{0}: {1} repeats {2}: {3}", SPLITS[into], shown(loaded, row), SPLITS[from], shown(loaded, of))
          : l10n.t("{0}: {1} is a near-duplicate of {2}: {3} (similarity {4})", SPLITS[into], shown(loaded, row), SPLITS[from], shown(loaded, of), formatSimilarity(similarity));
      }
    }
  };
  return {
    name, passed: false, details: first(lines()),
    message: l10n.t("Splits share near-duplicates: {0}. None is allowed.", leaking.map(({ from, into, leaks }) => l10n.t("{0} of {1} in {2}", samplesText(leaks.length), SPLITS[into], SPLITS[from])).join(", ")),
  };
}

/** Rules that cannot be followed protect nothing: that is never in order. */
function unfollowed({ rulesProblem }: Snapshot): string[] {
  return rulesProblem === null ? [] : [l10n.t("the rules cannot be followed: {0}", messageIn(rulesProblem).replace(/\.$/, ""))];
}

/** Rows that a selection decides otherwise than a person or rule does now. */
function overruled(rows: Iterable<number>, selection: AppliedSelection, decision: "kept" | "dropped"): number[] {
  return [...rows].filter((row) => selection.entryOf[row]?.decision === decision).sort((a, b) => a - b);
}

/** @param selection looked at where the check names one: which is current is another on every machine */
function protectedPresent(loaded: LoadedDataset, seen: Snapshot, selection: AppliedSelection | null): Check {
  const dropped = selection === null ? [] : overruled(seen.protectedRows, selection, "dropped");
  const missing = seen.missingPins;
  const problems = [
    ...unfollowed(seen),
    ...(missing.length === 0 ? [] : [missing.length === 1 ? l10n.t("1 protected sample is not in the dataset") : l10n.t("{0} protected samples are not in the dataset", formatCount(missing.length))]),
    ...(dropped.length === 0 ? [] : [dropped.length === 1 ? l10n.t("1 protected sample is dropped by \"{0}\"", selection?.name ?? "") : l10n.t("{0} protected samples are dropped by \"{1}\"", formatCount(dropped.length), selection?.name ?? "")]),
  ];
  const present = samplesText(seen.protectedRows.size);
  return {
    name: "protected-present", passed: problems.length === 0,
    message: problems.length > 0 ? `${problems.join("; ")}.` : selection === null ? l10n.t("Every protected sample is in the dataset (protected: {0}).", present) : l10n.t("Every protected sample is in the dataset and not dropped by \"{0}\" (protected: {1}).", selection.name, present),
    details: first([...missing.map((id) => l10n.t("{0} is gone", id)), ...dropped.map((row) => l10n.t("{0} is dropped", shown(loaded, row)))]),
  };
}

async function conflicts(loaded: LoadedDataset, seen: Snapshot, signal?: AbortSignal): Promise<Check> {
  const { rules, conflicts: found, conflictsTotal } = await tryRules(loaded, signal);
  if (conflictsTotal === 0 && seen.rulesProblem !== null) return { name: "no-conflicts", passed: false, message: l10n.t("The rules cannot be followed: {0}", messageIn(seen.rulesProblem)), details: [] };
  const by = (rule: string | null): string => (rule === null ? l10n.t("by hand") : l10n.t("by the rule \"{0}\"", rule));
  return {
    name: "no-conflicts", passed: conflictsTotal === 0,
    message: conflictsTotal === 0 ? l10n.t("No decision contradicts another; rules: {0}.", rules.length) : l10n.t("Decisions contradict each other: {0}. None may.", samplesText(conflictsTotal)),
    details: first(mapped(found, ({ id, protectedBy, excludedBy, preferred }) => {
      const row = loaded.rowOf.get(id);
      if (preferred) return l10n.t("{0}: preferred by hand, excluded {1}", row === undefined ? id : shown(loaded, row), by(excludedBy));
      return l10n.t("{0}: protected {1}, excluded {2}", row === undefined ? id : shown(loaded, row), by(protectedBy), by(excludedBy));
    })),
  };
}

async function auditIntact(loaded: LoadedDataset, expectHead: string | undefined): Promise<Check> {
  const name = "audit-intact";
  const { root } = loaded.index.dataset;
  try {
    const { entries, problems } = await verifyAudit(root, expectHead);
    const selections = entries.length === 0 && problems.length === 0 ? await listSelections(root) : [];
    // Every selection is written into the log: one that was emptied or taken away does not pass for one that never was.
    if (selections.length > 0) return { name, passed: false, message: l10n.t("There are selections, but there is no audit log: it was taken away or never committed."), details: first(selections) };
    return {
      name, passed: problems.length === 0, details: first(mapped(problems, ({ line, text }) => `${SHOWN_AUDIT_FILE}:${line}: ${text}`)),
      message: problems.length > 0 ? l10n.t("The audit log does not verify; problems: {0}.", problems.length) : entries.length === 0 ? l10n.t("There is no audit log yet.") : l10n.t("The audit log verifies; entries: {0}.", formatCount(entries.length)),
    };
  } catch (thrown) {
    // A log that cannot be read does not verify.
    if (thrown instanceof InfomaxError) return { name, passed: false, message: l10n.t("The audit log does not verify."), details: [messageIn(thrown)] };
    throw thrown;
  }
}

async function selectionCurrent(loaded: LoadedDataset, seen: Snapshot, selection: AppliedSelection): Promise<Check> {
  const { missing, added, changed, header, name } = selection;
  const dropped = overruled(seen.protectedRows, selection, "dropped");
  const kept = overruled(seen.excludedRows, selection, "kept");
  const isCurrent = header.datasetDigest === loaded.index.datasetDigest;
  const torn = notWhole(selection);
  const { isEdited } = await standingOf(loaded.index.dataset.root, selection);
  const problems = [
    ...unfollowed(seen),
    ...(torn === null ? [] : [l10n.t("its lines are not those that its header counts")]),
    ...(isEdited ? [l10n.t("its file is another than the one that the audit log says was selected")] : []),
    ...(isCurrent ? [] : [l10n.t("the dataset has changed since it was made (gone: {0}, new: {1}, with other content: {2})", formatCount(missing.length), formatCount(added.length), formatCount(changed.length))]),
    ...(dropped.length === 0 ? [] : [l10n.t("it drops what is protected: {0}", samplesText(dropped.length))]),
    ...(kept.length === 0 ? [] : [l10n.t("it keeps what is excluded: {0}", samplesText(kept.length))]),
  ];
  return {
    name: "selection", passed: problems.length === 0,
    message: problems.length > 0 ? l10n.t("The selection \"{0}\" does not fit: {1}.", name, problems.join("; ")) : l10n.t("The selection \"{0}\" is of the dataset as it is, keeps what is protected and drops what is excluded.", name),
    details: first([
      ...dropped.map((row) => l10n.t("{0} is protected and dropped", shown(loaded, row))), ...kept.map((row) => l10n.t("{0} is excluded and kept", shown(loaded, row))),
      ...(isCurrent ? [] : [...missing.slice(0, MOST_DETAILS).map((id) => l10n.t("{0} is gone", id)), ...changed.slice(0, MOST_DETAILS).map((row) => l10n.t("{0} has other content", shown(loaded, row))),
        ...added.slice(0, MOST_DETAILS).map((row) => l10n.t("{0} is new", shown(loaded, row)))]),
    ]),
  };
}
