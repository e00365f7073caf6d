import type { AuditEvent } from "../audit/auditEvent.ts";
import { appendAudit, verifyAudit } from "../audit/auditLog.ts";
import { namedSamples } from "../audit/namedSamples.ts";
import type { Hasher } from "../dataset/identity.ts";
import { InfomaxError, messageOf, throwIfCancelled } from "../errors.ts";
import { withWorkLock, type IsHeld, type WorkLock } from "../store/pinLock.ts";
import { errno, realDisk, type Disk } from "./disk.ts";
import type { Journal, Telling } from "./journal.ts";

const LOCK: WorkLock = { name: "quarantine.lock", code: "unfinished", doing: "moving files of this dataset to quarantine or back", long: true };
const LOCK_WAIT_MS = 1000;

/** Where what happened is recorded. */
export interface AuditTrail {
  readonly append: (event: AuditEvent) => Promise<void>;
  /** How many entries tell such an event of a quarantine. */
  readonly count: (event: Telling["what"], operation: string) => Promise<number>;
}

/** How an operation is watched, stopped and, in tests, made to fail. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: "Reading" | "Moving" | "Verifying", done: number, total: number) => void;
  readonly disk?: Disk;
  readonly audit?: AuditTrail;
}

/** One operation on the quarantines of a dataset, under their lock. */
export interface Run {
  readonly root: string;
  readonly hasher: Hasher;
  readonly disk: Disk;
  readonly audit: AuditTrail;
  readonly progress: (stage: "Reading" | "Moving" | "Verifying", done: number, total: number) => void;
  /** Throws when it was cancelled or the lock was lost. */
  readonly step: () => Promise<void>;
}

/** Why a file stays where it is. */
export type LeftReason =
  /** Of a quarantine. */
  | "changed" | "gone" | "protected" | "linked" | "keeper" | "kept" | "linked-folder" | "taken" | "other-device" | "long-name"
  /** Of an undo. */
  | "replaced" | "lost" | "elsewhere";

export interface LeftFile {
  readonly path: string;
  readonly reason: LeftReason;
}

function auditLog(root: string): AuditTrail {
  return {
    append: (event) => appendAudit(root, event),
    count: async (event, operation) => (await verifyAudit(root)).entries.filter(({ event: told, members }) => told === event && members["operation"] === operation).length,
  };
}

/**
 * Runs work on the quarantines of a dataset while no other process does.
 * @throws InfomaxError unfinished, when another process is at it
 */
export function withQuarantine<T>(root: string, hasher: Hasher, options: RunOptions, work: (run: Run) => Promise<T>): Promise<T> {
  const { signal, onProgress, disk = realDisk, audit = auditLog(root) } = options;
  return withWorkLock(root, LOCK, (isHeld: IsHeld) => work({
    root, hasher, disk, audit,
    progress: (stage, done, total) => onProgress?.(stage, done, total),
    step: async () => {
      throwIfCancelled(signal);
      if (!await isHeld()) throw new InfomaxError("unfinished", "another process took over, since this one did nothing for long", "Look at infomax undo --list, then go on or undo.");
    },
  }), LOCK_WAIT_MS);
}

/**
 * Tells the audit log what it does not know yet of a quarantine, each once: where a crash may have come between telling it and noting so in the journal,
 * its entries are counted first.
 */
export async function tellAudit(run: Run, journal: Journal, mayBeTold: boolean): Promise<void> {
  for (let telling = journal.untold.at(0); telling !== undefined; telling = journal.untold.at(0)) {
    const { operation } = journal.header;
    const isTold = mayBeTold && await run.audit.count(telling.what, operation) > journal.told[telling.what];
    if (!isTold) await run.audit.append(auditEvent(journal, telling));
    await journal.append({ event: "audited", what: telling.what, more: journal.untold.length - 1 }, run.disk);
  }
}

function auditEvent({ header }: Journal, telling: Telling): AuditEvent {
  const { operation, selection, selectionSha256: sha256, configDigest } = header;
  const samples = namedSamples(telling.paths);
  return telling.what === "quarantined"
    ? { event: "quarantined", selection, sha256, configDigest, operation, files: telling.paths.length, bytes: telling.bytes, samples }
    : { event: "restored", operation, whole: telling.whole, files: telling.paths.length, left: telling.left, samples };
}

/** An error of the file system in the user's words; others stay as they are. */
export function stopped(thrown: unknown, what: string, then: string): unknown {
  const code = errno(thrown);
  if (code === "" || thrown instanceof InfomaxError) return thrown;
  const remedy = code === "ENOSPC" || code === "EDQUOT" ? "Make room on the disk" : ["EROFS", "EACCES", "EPERM", "EBUSY"].includes(code) ? "Make the folder writable and close programs that use its files" : "Mend that";
  return new InfomaxError("unfinished", `${what} (${messageOf(thrown)})`, `${remedy}, then ${then}.`, {}, thrown);
}
