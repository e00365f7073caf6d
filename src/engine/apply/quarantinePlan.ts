import { createHash } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import { access, lstat, readlink, realpath, statfs } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { checkAuditLog } from "../../core/audit/auditLog.ts";
import { toPosix } from "../../core/dataset/paths.ts";
import { InfomaxError, throwIfCancelled } from "../../core/errors.ts";
import { readOperation, unfinishedOperations, type Operation } from "../../core/quarantine/operations.ts";
import { look, placeIn, QUARANTINE, quarantineFolder, unclean } from "../../core/quarantine/places.ts";
import type { Candidate } from "../../core/quarantine/quarantine.ts";
import type { LeftReason } from "../../core/quarantine/run.ts";
import type { ApplyPlan, QuarantineParams } from "../../protocol/apply.ts";
import { formatBytes, formatCount, samplesText } from "../../protocol/words.ts";
import { messageIn } from "../coreTexts.ts";
import type { LoadedDataset, Snapshot } from "../loadedDataset.ts";
import { notWhole, standingOf, standingSentences } from "../selectionStanding.ts";
import { appliedSelection, type AppliedSelection } from "./appliedSelection.ts";

/** A plan, and what carrying it out needs. */
export interface PreparedQuarantine {
  readonly plan: ApplyPlan;
  readonly applied: AppliedSelection;
  /** What moves, in the order of the dataset; not used where a quarantine goes on. */
  readonly candidates: readonly Candidate[];
  /** Dropped files that stay, and why. */
  readonly blocked: ReadonlyMap<string, LeftReason>;
  /** The interrupted quarantine of this selection, which goes on. */
  readonly interrupted: Operation | null;
}

/** What the journal and the folders take; moving takes nothing. */
const LEAST_FREE_BYTES = 8 << 20;
const JOURNAL_LINE_BYTES = 300;
/** Files looked at together. */
const BATCH = 256;
/** Links that lead to links, at most: more is a ring. */
const MOST_HOPS = 40;

/**
 * What a quarantine would move, and why it cannot be done now. Looks at files without reading them, and changes nothing.
 * @throws InfomaxError cannot-apply for a table, not-found, bad-selection, bad-data (a journal that is damaged)
 */
export async function prepareQuarantine(loaded: LoadedDataset, params: QuarantineParams, signal: AbortSignal | undefined): Promise<PreparedQuarantine> {
  const { dataset } = loaded.index;
  const { root } = dataset;
  if (dataset.layout === "table") {
    throw new InfomaxError("cannot-apply", l10n.t("records cannot be quarantined: they stay in their file"), l10n.t("Export the kept records instead (InfoMax: Apply Selection…, or infomax export)."), { file: dataset.path });
  }
  const open = await openOperation(root);
  const applied = await appliedSelection(loaded, params.selection ?? open?.journal.header.selection);
  const seen = await loaded.snapshot();
  const blocked = await blockedFiles(loaded, applied, seen, signal);
  const problems: string[] = open === null ? [] : openProblems(open, applied);
  const interrupted = problems.length === 0 ? open : null;
  const wanted = interrupted === null ? applied.dropped.map((row) => dataset.files[dataset.fileOf[row]]) : [...interrupted.journal.files.keys()].filter((file) => !interrupted.there.has(file));
  if (interrupted !== null) {
    // What a journal names and the selection does not drop is not moved.
    const dropped = new Set(applied.entries.filter(({ decision }) => decision === "dropped").map(({ id }) => id));
    for (const file of wanted) if (!dropped.has(file)) blocked.set(file, "kept");
  }
  const here = await looked(root, wanted, signal);
  const moving: { readonly file: string; readonly found: BigIntStats }[] = [];
  for (const [i, file] of wanted.entries()) {
    const found = here[i];
    if (blocked.has(file)) continue;
    if (found === null) blocked.set(file, "gone");
    else if (unclean(file) !== null || !(found.isFile() || found.isSymbolicLink())) blocked.set(file, "changed");
    else moving.push({ file, found });
  }
  const bytes = moving.reduce((sum, { found }) => sum + Number(found.size), 0);
  if (seen.rulesProblem !== null) problems.push(l10n.t("What the rules of infomax.json protect cannot be known: {0}", messageIn(seen.rulesProblem)));
  const torn = notWhole(applied);
  if (torn !== null) problems.push(torn);
  if (open === null && moving.length === 0) problems.push(l10n.t("No dropped file is there to be moved."));
  problems.push(...await placeProblems(root, moving, signal));
  const statement = [
    ...(interrupted === null ? statementOf(applied, moving.length, bytes, blocked, wanted) : resumedStatement(interrupted, moving.length, bytes, blocked, wanted)),
    ...standingSentences(applied.name, await standingOf(root, applied)),
  ];
  const digest = createHash("sha256").update(JSON.stringify([1, applied.name, applied.sha256, interrupted?.journal.header.operation ?? null, moving.map(({ file, found }) => [file, String(found.size)]), problems])).digest("hex");
  const candidates = interrupted !== null ? [] : moving.map(({ file, found }) => ({ path: file, digest: found.isSymbolicLink() ? null : digestOf(loaded, applied, file) }));
  return { plan: { selection: applied.name, statement, files: moving.length, bytes, freeBytes: null, problems, digest }, applied, candidates, blocked, interrupted };
}

/** The quarantine that is being moved there or back; one of which only the audit log was not told is none. */
async function openOperation(root: string): Promise<Operation | null> {
  for (const name of await unfinishedOperations(root)) {
    const operation = await readOperation(root, name);
    if (operation.journal.phase !== "settled") return operation;
  }
  return null;
}

/** Why an interrupted quarantine cannot go on with this selection. */
function openProblems({ journal: { header, phase } }: Operation, applied: AppliedSelection): string[] {
  if (phase === "undoing") return [l10n.t("The undo of the quarantine \"{0}\" was interrupted: undo it again first, which goes on with it (InfoMax: Undo Quarantine, or infomax undo).", header.operation)];
  if (header.selection !== applied.name) {
    return [l10n.t("The quarantine \"{0}\" of the selection \"{1}\" was interrupted: go on with that selection, or undo it first (InfoMax: Undo Quarantine, or infomax undo).", header.operation, header.selection)];
  }
  if (header.selectionSha256 !== applied.sha256) {
    return [l10n.t("The selection \"{0}\" was written anew after its quarantine \"{1}\" was interrupted: undo that first (InfoMax: Undo Quarantine, or infomax undo).", applied.name, header.operation)];
  }
  return [];
}

/** Content digest of a file in the selection; of selections of earlier builds, which did not say, in the index. */
function digestOf(loaded: LoadedDataset, applied: AppliedSelection, file: string): string {
  // The id of an image is its path.
  const row = loaded.row(file);
  return applied.entryOf[row]?.digest ?? loaded.digestHex(row);
}

async function looked(root: string, files: readonly string[], signal: AbortSignal | undefined): Promise<(BigIntStats | null)[]> {
  const found: (BigIntStats | null)[] = [];
  for (let start = 0; start < files.length; start += BATCH) {
    throwIfCancelled(signal);
    found.push(...await Promise.all(files.slice(start, start + BATCH).map((file) => look(placeIn(root, file)))));
  }
  return found;
}

/** Files that must not be moved though the selection drops them, or because it does not drop them. */
async function blockedFiles(loaded: LoadedDataset, applied: AppliedSelection, seen: Snapshot, signal: AbortSignal | undefined): Promise<Map<string, LeftReason>> {
  const { ids, root, files, fileOf } = loaded.index.dataset;
  const blocked = new Map<string, LeftReason>();
  for (const row of applied.changed) if (applied.entryOf[row]?.decision === "dropped") blocked.set(ids[row], "changed");
  const changed = new Set(applied.changed.map((row) => ids[row]));
  const missing = new Set(applied.missing);
  for (const { id, decision, keeper } of applied.entries) {
    if (decision === "kept") blocked.set(id, "kept");
    // What stood for it is gone or something else: it may be the last of its kind.
    else if (keeper !== undefined && (missing.has(keeper) || changed.has(keeper)) && !blocked.has(id)) blocked.set(id, "keeper");
  }
  for (const row of applied.added) blocked.set(ids[row], "kept");
  for (const row of seen.protectedRows) if (applied.entryOf[row]?.decision === "dropped") blocked.set(ids[row], "protected");
  for (const id of seen.missingPins) if (blocked.get(id) !== "kept") blocked.set(id, "protected");
  const staying = [...blocked.keys()].flatMap((id) => {
    const row = loaded.rowOf.get(id);
    return row === undefined ? [] : [files[fileOf[row]]];
  });
  for (const [i, found] of (await looked(root, staying, signal)).entries()) {
    if (found?.isSymbolicLink() !== true) continue;
    for (const file of await filesOnTheWay(root, staying[i])) if (!blocked.has(file)) blocked.set(file, "linked");
  }
  return blocked;
}

/** What a link leads to, over which other links; paths relative to the root. */
async function filesOnTheWay(root: string, link: string): Promise<string[]> {
  const found: string[] = [];
  let place = placeIn(root, link);
  try {
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const target = path.resolve(path.dirname(place), await readlink(place));
      place = path.join(await realpath(path.dirname(target)), path.basename(target));
      found.push(toPosix(root, place));
      if (!(await lstat(place)).isSymbolicLink()) break;
    }
    // In the spelling of the folder, where names may be written in any case.
    found.push(toPosix(root, await realpath(placeIn(root, link))));
  } catch (thrown) {
    // It leads nowhere from here on.
    if (!(thrown instanceof Error && "code" in thrown)) throw thrown;
  }
  return found;
}

/** Why files cannot be moved to the quarantine of this root. */
async function placeProblems(root: string, moving: readonly { readonly file: string; readonly found: BigIntStats }[], signal: AbortSignal | undefined): Promise<string[]> {
  const problems: string[] = [];
  const quarantine = quarantineFolder(root);
  let base = root;
  for (const folder of [path.dirname(quarantine), quarantine]) if ((await look(folder))?.isDirectory() === true) base = folder;
  const device = (await look(base))?.dev;
  const elsewhere = moving.filter(({ found }) => found.dev !== device).map(({ file }) => file);
  if (elsewhere.length > 0) {
    problems.push(elsewhere.length === 1
      ? l10n.t("{0} lies on another file system than {1}, and files are moved within one alone: export the kept samples instead.", elsewhere[0], QUARANTINE)
      : l10n.t("{0} files lie on another file system than {1} ({2} is one), and files are moved within one alone: export the kept samples instead.", formatCount(elsewhere.length), QUARANTINE, elsewhere[0]));
  }
  const folders = new Set(moving.map(({ file }) => path.dirname(placeIn(root, file))));
  for (const folder of [base, ...folders]) {
    throwIfCancelled(signal);
    if (!await access(folder, constants.W_OK).then(() => true, () => false)) {
      problems.push(l10n.t("The folder {0} cannot be written to: make it writable.", toPosix(root, folder) || root));
      break;
    }
  }
  const { bavail, bsize } = await statfs(root);
  const needed = LEAST_FREE_BYTES + 2 * JOURNAL_LINE_BYTES * moving.length;
  if (bavail * bsize < needed) problems.push(l10n.t("The disk has room for {0}, and the journal wants {1}: make room.", formatBytes(bavail * bsize), formatBytes(needed)));
  try {
    await checkAuditLog(root);
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError)) throw thrown;
    problems.push(messageIn(thrown));
  }
  return problems;
}

function filesText(count: number): string {
  return count === 1 ? l10n.t("1 file") : l10n.t("{0} files", formatCount(count));
}

function statementOf(applied: AppliedSelection, files: number, bytes: number, blocked: ReadonlyMap<string, LeftReason>, wanted: readonly string[]): string[] {
  const { name, kept, dropped, added, entries, missing } = applied;
  const droppedIds = new Set(entries.filter(({ decision }) => decision === "dropped").map(({ id }) => id));
  const missingDropped = missing.filter((id) => droppedIds.has(id)).length;
  const missingKept = missing.length - missingDropped;
  const said = [
    l10n.t("The selection \"{0}\" drops {1} of this dataset: {2} ({3}) move to {4}, each at its own path in a folder named by time and selection.", name, samplesText(dropped.length), filesText(files), formatBytes(bytes), QUARANTINE),
    l10n.t("The {0} that it keeps stay where they are.", samplesText(kept.length)),
    ...leftSentences(blocked, wanted),
  ];
  if (added.length > 0) said.push(added.length === 1 ? l10n.t("1 sample came after the selection was made: it stays.") : l10n.t("{0} samples came after the selection was made: they stay.", formatCount(added.length)));
  if (missingDropped > 0) said.push(missingDropped === 1 ? l10n.t("1 sample that it drops is not in the dataset any more.") : l10n.t("{0} samples that it drops are not in the dataset any more.", formatCount(missingDropped)));
  if (missingKept > 0) said.push(missingKept === 1 ? l10n.t("1 sample that it keeps is not in the dataset any more.") : l10n.t("{0} samples that it keeps are not in the dataset any more.", formatCount(missingKept)));
  if (!applied.hasDigests) said.push(l10n.t("The selection is of an earlier version, which did not say what the samples hold: files are compared with the index instead."));
  said.push(lastWords());
  return said;
}

function resumedStatement({ journal, there }: Operation, files: number, bytes: number, blocked: ReadonlyMap<string, LeftReason>, wanted: readonly string[]): string[] {
  const { header } = journal;
  return [
    l10n.t("The quarantine \"{0}\" of the selection \"{1}\" was interrupted and goes on: {2} of {3} lie there, {4} ({5}) are to follow.", header.operation, header.selection, formatCount(there.size), filesText(journal.files.size), filesText(files), formatBytes(bytes)),
    ...leftSentences(blocked, wanted),
    lastWords(),
  ];
}

function lastWords(): string {
  return l10n.t("Nothing is copied or deleted; a journal is written first. Undo moves files back, all or some, at any time (InfoMax: Undo Quarantine, or infomax undo).");
}

/** How many of these files stay, and why. */
function leftSentences(blocked: ReadonlyMap<string, LeftReason>, wanted: readonly string[]): string[] {
  const counts = new Map<LeftReason, number>();
  for (const file of wanted) {
    const reason = blocked.get(file);
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => leftSentence(reason, count));
}

/** Why files stay, in one sentence for all with the reason. */
export function leftSentence(reason: LeftReason, count: number): string {
  const n = formatCount(count);
  const one = count === 1;
  switch (reason) {
    case "protected": return one ? l10n.t("1 file is protected by now: it stays.") : l10n.t("{0} files are protected by now: they stay.", n);
    case "changed": return one ? l10n.t("1 file has changed since the selection was made: it stays.") : l10n.t("{0} files have changed since the selection was made: they stay.", n);
    case "gone": return one ? l10n.t("1 file is not there any more.") : l10n.t("{0} files are not there any more.", n);
    case "linked": return one ? l10n.t("1 file stays, because a sample that stays is a link to it.") : l10n.t("{0} files stay, because samples that stay are links to them.", n);
    case "keeper": return one ? l10n.t("1 file stays, because the sample that stands for it is gone or has changed.") : l10n.t("{0} files stay, because the samples that stand for them are gone or have changed.", n);
    case "kept": return one ? l10n.t("1 file stays, because the selection does not drop it.") : l10n.t("{0} files stay, because the selection does not drop them.", n);
    case "linked-folder": return one ? l10n.t("1 file stays, because a folder above it is a link by now.") : l10n.t("{0} files stay, because a folder above them is a link by now.", n);
    case "taken": return one ? l10n.t("1 file stays where it is, because its other place is taken: nothing is overwritten.") : l10n.t("{0} files stay where they are, because their other places are taken: nothing is overwritten.", n);
    case "other-device": return one ? l10n.t("1 file stays, because it lies on another file system.") : l10n.t("{0} files stay, because they lie on another file system.", n);
    case "long-name": return one ? l10n.t("1 file stays, because its path in quarantine would be too long.") : l10n.t("{0} files stay, because their paths in quarantine would be too long.", n);
    case "replaced": return one ? l10n.t("1 entry in quarantine is not the file that was moved there: it stays.") : l10n.t("{0} entries in quarantine are not the files that were moved there: they stay.", n);
    case "lost": return one ? l10n.t("1 file lies neither in quarantine nor in its place: somebody took it away.") : l10n.t("{0} files lie neither in quarantine nor in their places: somebody took them away.", n);
    case "elsewhere": return one ? l10n.t("1 sample does not lie in this quarantine.") : l10n.t("{0} samples do not lie in this quarantine.", n);
  }
}
