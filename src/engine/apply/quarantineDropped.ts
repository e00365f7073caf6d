import * as l10n from "@vscode/l10n";
import { loadHasher } from "../../core/dataset/identity.ts";
import { InfomaxError } from "../../core/errors.ts";
import { operationNames, operationToUndo, readOperation, unfinishedOperations, type Operation } from "../../core/quarantine/operations.ts";
import { carryOn, startQuarantine } from "../../core/quarantine/quarantine.ts";
import { tellAudit, withQuarantine, type LeftFile, type LeftReason, type Run, type RunOptions } from "../../core/quarantine/run.ts";
import { undo } from "../../core/quarantine/undo.ts";
import type { ApplyPlan, ApplyResult, QuarantinedFiles, QuarantinedFilesParams, QuarantineParams, QuarantineView, UndoParams, UndoResult } from "../../protocol/apply.ts";
import { formatCount } from "../../protocol/words.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import type { RequestContext } from "../service.ts";
import { leftSentence, prepareQuarantine } from "./quarantinePlan.ts";

/** Names in a note of what stayed. */
const NAMED = 3;

/** What a quarantine would move; of an interrupted one what is left to move. Changes nothing. */
export async function planQuarantine(loaded: LoadedDataset, params: QuarantineParams, context: RequestContext): Promise<ApplyPlan> {
  return (await prepareQuarantine(loaded, params, context.signal)).plan;
}

function runOptions({ signal, onProgress }: RequestContext): RunOptions {
  return { ...(signal === undefined ? {} : { signal }), onProgress: (stage, done, total) => onProgress?.({ stage, done, total }) };
}

/**
 * Moves the files of dropped samples to `.infomax/quarantine` under a journal, or goes on with the interrupted quarantine of the same selection; compares
 * each with its digest before and after.
 * @param params.plan digest of the plan that was agreed to
 * @throws InfomaxError cannot-apply where the plan is another by now or cannot be carried out; unfinished where it stopped half way: nothing is lost then,
 * and the next call goes on; cancelled
 */
export async function quarantineDropped(loaded: LoadedDataset, params: QuarantineParams & { readonly plan: string }, context: RequestContext): Promise<ApplyResult> {
  const start = performance.now();
  const { root } = loaded.index.dataset;
  return withQuarantine(root, loaded.hasher, runOptions(context), async (run) => {
    await tellOverdue(run);
    const { plan, applied, candidates, blocked, interrupted } = await prepareQuarantine(loaded, params, context.signal);
    if (plan.problems.length > 0) throw new InfomaxError("cannot-apply", l10n.t("nothing was moved"), plan.problems.join(" "), { file: root });
    if (plan.digest !== params.plan) throw new InfomaxError("cannot-apply", l10n.t("the plan has changed since it was shown"), l10n.t("Look at it again, then quarantine."), { file: root });
    const { header, name, sha256 } = applied;
    const { ids } = loaded.index.dataset;
    const protectedNow = async (): Promise<ReadonlySet<string>> => new Set([...(await loaded.snapshot()).protectedRows].map((row) => ids[row]));
    const result = interrupted === null
      ? await startQuarantine(run, { selection: name, selectionSha256: sha256, datasetDigest: loaded.index.datasetDigest, configDigest: header.configDigest ?? null }, candidates, protectedNow)
      : await carryOn(run, interrupted.journal, blocked, protectedNow);
    const notes = leftNotes(result.left);
    const unverified = result.files - result.verified;
    if (unverified > 0) notes.push(unverified === 1 ? l10n.t("1 file in quarantine is not what was moved there.") : l10n.t("{0} files in quarantine are not what was moved there.", formatCount(unverified)));
    return { selection: name, out: result.folder, operation: result.operation, files: result.files, bytes: result.bytes, verified: result.verified, notes, seconds: (performance.now() - start) / 1000 };
  });
}

/** Tells the audit log of quarantines that were finished or undone, but for that. */
async function tellOverdue(run: Run): Promise<void> {
  for (const name of (await unfinishedOperations(run.root)).reverse()) {
    const { journal } = await readOperation(run.root, name);
    if (journal.phase === "settled" && journal.isOpen) await tellAudit(run, journal, true);
  }
}

/** What stayed, by reason, with some names. */
function leftNotes(left: readonly LeftFile[]): string[] {
  const byReason = new Map<LeftReason, string[]>();
  for (const { path, reason } of left) {
    const files = byReason.get(reason);
    if (files === undefined) byReason.set(reason, [path]);
    else files.push(path);
  }
  return [...byReason].map(([reason, files]) => l10n.t("{0} ({1})", leftSentence(reason, files.length).replace(/[.。]$/u, ""), `${files.slice(0, NAMED).join(", ")}${files.length > NAMED ? ", …" : ""}`));
}

function viewOf({ journal, there, state }: Operation): QuarantineView {
  let bytes = 0;
  for (const file of there) bytes += journal.files.get(file)?.bytes ?? 0;
  const { operation, when, selection } = journal.header;
  return { operation, when, selection, files: journal.files.size, quarantined: there.size, bytes, state };
}

/** The quarantines of a dataset, newest first. */
export async function listQuarantines(root: string): Promise<readonly QuarantineView[]> {
  const views: QuarantineView[] = [];
  for (const operation of (await operationNames(root)).reverse()) {
    try {
      views.push(viewOf(await readOperation(root, operation)));
    } catch (thrown) {
      // One that is damaged, or a stranger's, keeps none of the others from being undone.
      if (!(thrown instanceof InfomaxError)) throw thrown;
      views.push({ operation, when: "", selection: "", files: 0, quarantined: 0, bytes: 0, state: "damaged" });
    }
  }
  return views;
}

/** What lies in one. */
export async function listQuarantined(root: string, { operation, offset, limit }: QuarantinedFilesParams): Promise<QuarantinedFiles> {
  const { there } = await readOperation(root, operation);
  const ids = [...there].sort();
  return { total: ids.length, ids: ids.slice(offset, offset + limit) };
}

/**
 * Moves files back from quarantine, all or some, also after a crash; nothing is overwritten.
 * @throws InfomaxError not-found (no such quarantine, nothing to undo, an id that it does not know), unfinished (stopped half way: the next call goes on), cancelled
 */
export async function undoQuarantine(root: string, params: UndoParams, context: RequestContext): Promise<UndoResult> {
  const start = performance.now();
  return withQuarantine(root, await loadHasher(), runOptions(context), async (run) => {
    const { journal } = params.operation === undefined ? await operationToUndo(root, params.ids?.[0]) : await readOperation(root, params.operation);
    const unknown = params.ids?.find((id) => !journal.files.has(id));
    if (unknown !== undefined) {
      throw new InfomaxError("not-found", l10n.t("the quarantine \"{0}\" has no sample \"{1}\"", journal.header.operation, unknown), l10n.t("Give ids as the selection file prints them: paths relative to the dataset."));
    }
    const { operation, restored, verified, differing, left } = await undo(run, journal, params.ids ?? null);
    const { state } = await readOperation(root, operation);
    return {
      operation, restored, verified, differing, state, seconds: (performance.now() - start) / 1000,
      left: left.map(({ path, reason }) => ({ id: path, reason: reasonText(reason) })),
    };
  });
}

/** Why one file stays in quarantine. */
function reasonText(reason: LeftReason): string {
  switch (reason) {
    case "taken": return l10n.t("its place is taken by now: nothing is overwritten");
    case "lost": return l10n.t("it lies neither in quarantine nor in its place: somebody took it away");
    case "elsewhere": return l10n.t("it does not lie in this quarantine");
    case "replaced": return l10n.t("what lies in quarantine is not the file that was moved there");
    case "linked-folder": return l10n.t("a folder above it is a link, which may lead out of the dataset");
    default: return leftSentence(reason, 1);
  }
}
