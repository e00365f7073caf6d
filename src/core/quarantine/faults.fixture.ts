/** Datasets to quarantine, and disks that stop at a chosen step. For tests and benchmarks only. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { AuditEvent } from "../audit/auditEvent.ts";
import { verifyAudit } from "../audit/auditLog.ts";
import { appendAudit } from "../audit/auditLog.ts";
import { loadHasher } from "../dataset/identity.ts";
import { realDisk, type Disk } from "./disk.ts";
import { operationNames, operationToUndo, readOperation } from "./operations.ts";
import { carryOn, startQuarantine, type Candidate, type Quarantined } from "./quarantine.ts";
import { undo, type Restored } from "./undo.ts";
import { withQuarantine, type AuditTrail, type RunOptions } from "./run.ts";

export const ABOUT = { selection: "v1", selectionSha256: "0".repeat(64), datasetDigest: "d", configDigest: null } as const;

/** Names in many scripts and spellings: composed and decomposed, right to left, joined emoji, with spaces, as long as can be. */
export const NAMES = [
  "plain.jpg", "Plain.JPG", "with space .png", "é.jpg", "e\u0301.jpg", "日本語.jpg", "한국어.png", "עברית.jpg", "العربية.webp", "👩‍👩‍👧‍👦.jpg", "ไทย.gif", "кириллица.jpg", "a\u202egpj.jpg",
  "-dash.jpg", "%41.jpg", "a;b&c'd\"e.jpg", `${"x".repeat(251)}.jpg`, `${"字".repeat(83)}.jpg`, "(1)[2]{3}.jpg", "#hash?.jpg",
];

/** Puts `count` small files into class folders of `root`; every third stays, the others are to be dropped. Returns those, POSIX. */
export function plant(root: string, count: number, { named = process.platform !== "win32", links = process.platform !== "win32" } = {}): { readonly dropped: readonly string[]; readonly all: readonly string[] } {
  const all: string[] = [];
  const dropped: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = named && i < NAMES.length ? NAMES[i] : `${String(i).padStart(4, "0")}.jpg`;
    const file = `${["cats", "dogs/small", "日本"][i % 3]}/${name}`;
    const place = path.join(root, ...file.split("/"));
    fs.mkdirSync(path.dirname(place), { recursive: true });
    if (links && i >= NAMES.length && i % 9 === 4) fs.symlinkSync(`0000-${i}.jpg`, place);
    else fs.writeFileSync(place, `content ${i} `.repeat(1 + (i % 7)));
    all.push(file);
    if (i % 4 !== 0) dropped.push(file);
  }
  return { all, dropped };
}

/** The content of a file or link, for comparing; null where nothing lies. */
export function contentAt(place: string): string | null {
  const found = fs.lstatSync(place, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isSymbolicLink()) return `→ ${fs.readlinkSync(place)}`;
  return found.isFile() ? createHash("sha256").update(fs.readFileSync(place)).digest("hex") : "no file";
}

/** The contents of all files of a dataset, by path. */
export function contents(root: string, files: readonly string[]): Map<string, string | null> {
  return new Map(files.map((file) => [file, contentAt(path.join(root, ...file.split("/")))]));
}

export interface Count {
  /** Contents that are in no place. */
  lost: number;
  /** Contents that are in two. */
  doubled: number;
}

/** Looks for each content in its own place and in those in quarantine. */
export function counted(root: string, before: ReadonlyMap<string, string | null>): Count {
  const folder = path.join(root, ".infomax", "quarantine");
  const operations = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const count = { lost: 0, doubled: 0 };
  for (const [file, content] of before) {
    const places = [root, ...operations.map((one) => path.join(folder, one, "files"))].map((base) => contentAt(path.join(base, ...file.split("/"))));
    const found = places.filter((one) => one === content).length;
    if (found === 0) count.lost++;
    if (found > 1 || places.filter((one) => one !== null).length > 1) count.doubled++;
  }
  return count;
}

/** Thrown in place of a kill: no step after it does anything. */
export class Killed extends Error {}

/** How a stepped disk ends: by throwing, or by killing its process. */
export type End = "throw" | "kill";

/**
 * A disk and an audit trail that end at step `at`, from 1, before it does anything; a write has a second point, when half of it is written.
 * `steps` counts the points so far.
 */
export function stepped(root: string, at: number, end: End, disk: Disk = realDisk): { readonly disk: Disk; readonly audit: AuditTrail; readonly steps: () => number } {
  let steps = 0;
  const point = async (half?: () => Promise<void>): Promise<void> => {
    steps++;
    if (steps < at) return;
    if (steps === at) await half?.();
    if (end === "throw") throw new Killed();
    process.kill(process.pid, "SIGKILL");
    await new Promise<never>(() => undefined);
  };
  const before = <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    await point();
    return work(...args);
  };
  const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.floor(bytes.length / 2));
  return {
    steps: () => steps,
    disk: {
      makeFolder: before(disk.makeFolder), removeFolder: before(disk.removeFolder), syncFile: before(disk.syncFile), syncFolder: before(disk.syncFolder),
      rename: before(disk.rename), link: before(disk.link), unlink: before(disk.unlink),
      createFile: async (file, bytes) => {
        await point();
        await point(() => disk.createFile(file, half(bytes)));
        await disk.createFile(file, bytes);
      },
      appendAt: async (file, length, bytes) => {
        await point();
        await point(() => disk.appendAt(file, length, half(bytes)));
        await disk.appendAt(file, length, bytes);
      },
    },
    audit: { append: before((event: AuditEvent) => appendAudit(root, event)), count: auditCount(root) },
  };
}

function auditCount(root: string): AuditTrail["count"] {
  return async (event, operation) => (await verifyAudit(root)).entries.filter((entry) => entry.event === event && entry.members["operation"] === operation).length;
}

export async function candidatesOf(root: string, files: readonly string[]): Promise<Candidate[]> {
  const hasher = await loadHasher();
  return files.map((file) => {
    const place = path.join(root, ...file.split("/"));
    return { path: file, digest: fs.lstatSync(place).isSymbolicLink() ? null : hasher.hex(fs.readFileSync(place)) };
  });
}

/** Quarantines the files, or goes on with a quarantine that was interrupted. */
export async function quarantineOrGoOn(root: string, files: readonly string[], options: RunOptions = {}): Promise<Quarantined> {
  return withQuarantine(root, await loadHasher(), options, async (run) => {
    for (const name of await operationNames(root)) {
      const { journal } = await readOperation(root, name);
      if (journal.isOpen) return carryOn(run, journal, new Map());
    }
    return startQuarantine(run, ABOUT, await candidatesOf(root, files));
  });
}

export async function undoAll(root: string, options: RunOptions = {}, ids: readonly string[] | null = null): Promise<Restored> {
  return withQuarantine(root, await loadHasher(), options, async (run) => undo(run, (await operationToUndo(root, undefined)).journal, ids));
}
