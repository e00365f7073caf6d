import { stat } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { appendAudit } from "../../core/audit/auditLog.ts";
import { InfomaxError } from "../../core/errors.ts";
import { certificateOf } from "../../core/selection/certificate.ts";
import { selectionPaths, type SelectionEntry } from "../../core/store/selectionFile.ts";
import { WORK_FOLDER } from "../../core/store/workFolder.ts";
import type { ApproveParams, ReviewEntry, ReviewParams, ReviewResult, ReviewSamplesParams, ReviewSamplesResult } from "../../protocol/review.ts";
import { appliedSelection, type AppliedSelection } from "../apply/appliedSelection.ts";
import { messageIn } from "../coreTexts.ts";
import { standingOf } from "../selectionStanding.ts";
import type { LoadedDataset, Snapshot } from "../loadedDataset.ts";
import { sampleView } from "../views.ts";
import { byImportance, compareSelections, type Compared, type SelectionDiff } from "./compareSelections.ts";
import { classesOf, diffOf, droppedByReason, MOST_LISTED, sampleList, settingsOf } from "./reviewDocument.ts";
import { reviewMarkdown } from "./reviewMarkdown.ts";

/** What a selection decides, why, and how it differs from another: for a person to approve, and as Markdown for a pull request. */
export async function reviewSelection(loaded: LoadedDataset, params: ReviewParams): Promise<ReviewResult> {
  const selection = await readReviewed(loaded, params.selection);
  const { header, entries } = selection;
  const { bound } = header;
  if (bound === undefined) {
    throw new InfomaxError("bad-selection", l10n.t("the selection is of an earlier version, which wrote no bound"), l10n.t("Prune again."), { file: `${WORK_FOLDER}/selections/${selection.name}.jsonl`, line: 1 });
  }
  const before = params.against === undefined ? null : await readReviewed(loaded, params.against);
  const seen = await loaded.snapshot();
  const diff = before === null ? null : compareSelections(entries, before.entries);
  const overruled = overruledIn(selection, seen);
  const byHand = entries.filter((entry) => entry.rule === undefined && (entry.reason === "protected" || entry.reason === "excluded"));
  const review: Omit<ReviewResult, "markdown"> = {
    selection: selection.name, file: selection.file, sha256: selection.sha256, samples: entries.length, kept: entries.filter(({ decision }) => decision === "kept").length,
    requestedBudget: header.requestedBudget, objective: header.objective, bound, quality: certificateOf(header.objective, bound).quality,
    configDigest: header.configDigest ?? null, config: settingsOf(selection), current: header.datasetDigest === loaded.index.datasetDigest, overruled: overruled.length,
    approval: (await standingOf(loaded.index.dataset.root, selection)).approval, reasons: reasonsOf(entries), classes: classesOf(loaded, selection), rules: header.rules ?? [],
    byHand: { protected: byHand.filter(({ decision }) => decision === "kept").length, excluded: byHand.filter(({ decision }) => decision === "dropped").length },
    against: before === null || diff === null ? null : { selection: before.name, added: diff.added.length, dropped: diff.removed.length, reasonChanged: diff.reasonChanged.length },
  };
  const listed = (list: readonly SelectionEntry[]): Compared[] => list.map((entry) => ({ id: entry.id, now: entry, before: undefined })).sort(byImportance);
  const markdown = reviewMarkdown({
    dataset: path.basename(loaded.index.dataset.path), review, datasetDigest: header.datasetDigest, unreadable: header.unreadable,
    rulesProblem: seen.rulesProblem === null ? null : messageIn(seen.rulesProblem), gone: selection.missing.length, unknown: selection.added.length, changed: selection.changed.length,
    protectedByHand: await sampleList(loaded, seen, listed(byHand.filter(({ decision }) => decision === "kept")), MOST_LISTED),
    excludedByHand: await sampleList(loaded, seen, listed(byHand.filter(({ decision }) => decision === "dropped")), MOST_LISTED),
    overruled: await sampleList(loaded, seen, overruled, MOST_LISTED),
    dropped: await droppedByReason(loaded, seen, selection),
    diff: before === null || diff === null ? null : await diffOf(loaded, seen, selection, before, diff),
  }, (sample) => {
    const { row } = sample;
    const keeper = sample.keeper?.row ?? null;
    return { rank: row === null ? null : loaded.importanceRank[row], conflict: row === null || keeper === null ? null : loaded.labelConflict(row, keeper) };
  });
  return { ...review, markdown };
}

function reasonsOf(entries: readonly SelectionEntry[]): ReviewResult["reasons"] {
  const counts = new Map<string, { decision: "kept" | "dropped"; reason: string; count: number }>();
  for (const { decision, reason } of entries) {
    const key = `${decision} ${reason}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { decision, reason, count: 1 });
    else known.count++;
  }
  return [...counts].sort(([x, a], [y, b]) => b.count - a.count || (x < y ? -1 : 1)).map(([, one]) => one);
}

/** Samples that are dropped though they are protected by now, or kept though they are excluded by now. */
function overruledIn(selection: AppliedSelection, seen: Snapshot): Compared[] {
  const entriesAt = (rows: Iterable<number>, decision: SelectionEntry["decision"]): Compared[] => [...rows].flatMap((row) => {
    const entry = selection.entryOf[row];
    return entry?.decision === decision ? [{ id: entry.id, now: entry, before: undefined }] : [];
  });
  return [...entriesAt(seen.protectedRows, "dropped"), ...entriesAt(seen.excludedRows, "kept")].sort(byImportance);
}

/** The selections that were read, by name: pages of lists ask for the same again. */
const known = new WeakMap<LoadedDataset, Map<string, { readonly stamp: string; readonly selection: AppliedSelection }>>();
const MOST_KNOWN = 2;

/** A younger file may change without its stamp. */
const TICK_MS = 100;

async function stampOf(loaded: LoadedDataset, name: string): Promise<string> {
  const found = await stat(selectionPaths(loaded.index.dataset.root, name).selectionFile).catch(() => null);
  return found === null || Math.abs(Date.now() - found.mtimeMs) < TICK_MS ? `at ${process.hrtime.bigint()}` : `${found.size}/${found.mtimeMs}/${found.ino}`;
}

async function readReviewed(loaded: LoadedDataset, given: string | undefined): Promise<AppliedSelection> {
  const ofLoaded = known.get(loaded) ?? new Map<string, { readonly stamp: string; readonly selection: AppliedSelection }>();
  known.set(loaded, ofLoaded);
  const name = given ?? loaded.currentSelection;
  const stamp = name === null ? "none" : await stampOf(loaded, name);
  const before = name === null ? undefined : ofLoaded.get(name);
  if (before !== undefined && before.stamp === stamp) return before.selection;
  const selection = await appliedSelection(loaded, given);
  ofLoaded.delete(selection.name);
  ofLoaded.set(selection.name, { stamp, selection });
  for (const old of ofLoaded.keys()) if (ofLoaded.size > MOST_KNOWN) ofLoaded.delete(old);
  return selection;
}

/** What pages of lists ask for again and again: the last diff of a selection, its decisions in order, its entries by id. */
const diffs = new WeakMap<AppliedSelection, { readonly before: AppliedSelection; readonly diff: SelectionDiff }>();
const ordered = new WeakMap<AppliedSelection, { readonly kept: readonly Compared[]; readonly dropped: readonly Compared[] }>();
const byId = new WeakMap<AppliedSelection, ReadonlyMap<string, SelectionEntry>>();

function diffBetween(selection: AppliedSelection, before: AppliedSelection): SelectionDiff {
  const made = diffs.get(selection);
  if (made?.before === before) return made.diff;
  const diff = compareSelections(selection.entries, before.entries);
  diffs.set(selection, { before, diff });
  return diff;
}

/** The samples that a selection keeps and drops, most important first. */
function decisionsOf(selection: AppliedSelection): { readonly kept: readonly Compared[]; readonly dropped: readonly Compared[] } {
  const made = ordered.get(selection);
  if (made !== undefined) return made;
  const of = (decision: SelectionEntry["decision"]): Compared[] =>
    selection.entries.filter((entry) => entry.decision === decision).map((entry) => ({ id: entry.id, now: entry, before: undefined })).sort(byImportance);
  const decisions = { kept: of("kept"), dropped: of("dropped") };
  ordered.set(selection, decisions);
  return decisions;
}

function entriesById(selection: AppliedSelection): ReadonlyMap<string, SelectionEntry> {
  const entries = byId.get(selection) ?? new Map(selection.entries.map((entry) => [entry.id, entry]));
  byId.set(selection, entries);
  return entries;
}

/** Samples of a review, most important first. */
export async function listReviewed(loaded: LoadedDataset, params: ReviewSamplesParams): Promise<ReviewSamplesResult> {
  const selection = await readReviewed(loaded, params.selection);
  const before = params.against === undefined ? null : await readReviewed(loaded, params.against);
  const seen = await loaded.snapshot();
  const search = params.search?.trim().toLowerCase() ?? "";
  const all = listed(selection, before, seen, params.list).filter((one) => (params.reason === undefined || (one.now ?? one.before)?.reason === params.reason) && (search === "" || isFound(loaded, one.id, search)));
  const beforeOf = before === null ? null : entriesById(before);
  const entries = await Promise.all(all.slice(params.offset, params.offset + params.limit).map(async ({ id, now, before: earlier }): Promise<ReviewEntry> => {
    const row = loaded.rowOf.get(id);
    const then = earlier ?? beforeOf?.get(id);
    return {
      id, decision: now?.decision ?? null, reason: now?.reason ?? null, rule: now?.rule ?? null, importance: (now ?? then)?.importance ?? 0, keeper: now?.keeper ?? null, similarity: now?.similarity ?? null,
      before: then === undefined ? null : { decision: then.decision, reason: then.reason },
      sample: row === undefined ? null : await sampleView(loaded, seen, row),
    };
  }));
  return { total: all.length, entries };
}

function listed(selection: AppliedSelection, before: AppliedSelection | null, seen: Snapshot, list: ReviewSamplesParams["list"]): readonly Compared[] {
  switch (list) {
    case "kept":
    case "dropped": return decisionsOf(selection)[list];
    case "overruled": return overruledIn(selection, seen);
    default: {
      if (before === null) throw new InfomaxError("bad-argument", l10n.t("there is no selection to compare with"), l10n.t("Name another selection."));
      const diff = diffBetween(selection, before);
      return list === "added" ? diff.added : list === "removed" ? diff.removed : diff.reasonChanged;
    }
  }
}

/** Whether the id, path or label of a sample has these lower-case words. */
function isFound({ rowOf, index: { dataset } }: LoadedDataset, id: string, search: string): boolean {
  if (id.toLowerCase().includes(search)) return true;
  const row = rowOf.get(id);
  if (row === undefined) return false;
  return dataset.files[dataset.fileOf[row]].toLowerCase().includes(search) || (dataset.label[row] >= 0 && dataset.labelNames[dataset.label[row]].toLowerCase().includes(search));
}

/**
 * Writes into the audit log that a person approved a selection as they saw it.
 * @throws InfomaxError cannot-apply where its file is another by now
 */
export async function approveSelection(loaded: LoadedDataset, { selection, sha256, note }: ApproveParams): Promise<null> {
  const found = await appliedSelection(loaded, selection);
  if (found.sha256 !== sha256) {
    throw new InfomaxError(
      "cannot-apply", l10n.t("the selection \"{0}\" is another than the one that was reviewed: its file changed since", selection), l10n.t("Review it again, then approve it."), { file: `${WORK_FOLDER}/selections/${selection}.jsonl` });
  }
  await appendAudit(loaded.index.dataset.root, { event: "approved", selection, sha256, note });
  return null;
}
