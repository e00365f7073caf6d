import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { lstat, mkdir, open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { canonicalJson, isRecord } from "../dataset/identity.ts";
import { InfomaxError, messageOf } from "../errors.ts";
import { withWorkLock, type WorkLock } from "../store/pinLock.ts";
import { WORK_FOLDER, checkWorkPlace } from "../store/workFolder.ts";
import type { AuditEvent } from "./auditEvent.ts";

/** The log for people, relative to the root. */
export const SHOWN_AUDIT_FILE = `${WORK_FOLDER}/audit.jsonl`;

const LOCK: WorkLock = { name: "audit.lock", code: "bad-audit-log", doing: "writing to the audit log" };
/** A longer entry is written without the ids of its samples: their digest stays. */
const MOST_WRITTEN_BYTES = 1 << 20;
/** No entry is longer: a line that is comes from elsewhere, and is not held in memory. */
const MOST_LINE_BYTES = 16 << 20;
/** Further ones are counted. */
const MOST_PROBLEMS = 100;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const HASH = /^[0-9a-f]{64}$/;
const CONFLICT_MARKER = /^(<{7}|={7}|>{7}|\|{7})( |$)/;

/** Absolute path of a dataset's audit log. */
export function auditFile(root: string): string {
  return path.join(root, WORK_FOLDER, "audit.jsonl");
}

/** An entry as its line says it; which members an event has is the reader's to check. */
export interface AuditEntry {
  /** 1-based. */
  readonly line: number;
  /** ISO 8601, seconds. */
  readonly when: string;
  readonly event: string;
  /** All members of the line. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Hash of the entry before; "" for the first. */
  readonly previous: string;
  /** Hashes of the ends of other branches that git merged in before this entry. */
  readonly merged: readonly string[];
  readonly hash: string;
}

/** Something about a line of the log. */
export interface AuditRemark {
  readonly line: number;
  readonly text: string;
}

export interface VerifiedLog {
  /** In the order of the file; those whose own hash is wrong are left out. */
  readonly entries: readonly AuditEntry[];
  /** What does not verify; empty where the log is whole. */
  readonly problems: readonly AuditRemark[];
  /** What is worth knowing and no fault: places where git merged two branches. */
  readonly notes: readonly AuditRemark[];
  /** Hash of the last entry; null without entries. */
  readonly head: string | null;
}

/** SHA-256 of an entry's canonical JSON without its hash, 64 hexadecimal digits. */
function entryHash(members: Readonly<Record<string, unknown>>): string {
  return createHash("sha256").update(canonicalJson({ ...members, hash: undefined })).digest("hex");
}

/**
 * Appends an event to the audit log, `.infomax/audit.jsonl`: one line of JSON with the time, the event, the hash of the entry before and its own.
 * The entry is on the disk when this returns; entries of several processes follow each other. A last line that a crash cut off stays, as a line
 * of its own, for {@link verifyAudit} to report.
 * @throws InfomaxError bad-audit-log (locked, unreadable, with the marks of a merge that was not finished), outside-root (a link), bad-argument (not writable)
 */
export async function appendAudit(root: string, event: AuditEvent): Promise<void> {
  const file = auditFile(root);
  await checkWorkPlace(root, file, "bad-audit-log");
  await withWorkLock(root, LOCK, async () => {
    const { tips, endsInLineFeed } = await chainEnds(root);
    const previous = tips.at(-1) ?? "";
    const merged = tips.slice(0, -1);
    const when = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const lineOf = (fields: AuditEvent): string => {
      const entry: Record<string, unknown> = { when, ...fields, previous, ...(merged.length === 0 ? {} : { merged }) };
      return JSON.stringify({ ...entry, hash: entryHash(entry) });
    };
    let line = lineOf(event);
    if (Buffer.byteLength(line) > MOST_WRITTEN_BYTES) line = lineOf(withoutIds(event));
    await append(file, `${endsInLineFeed ? "" : "\n"}${line}\n`);
  });
}

/**
 * Throws where {@link appendAudit} would refuse to append to the log as it is, so that nothing is done that could not be recorded.
 * @throws InfomaxError bad-audit-log, outside-root
 */
export async function checkAuditLog(root: string): Promise<void> {
  await chainEnds(root);
}

/** The event without the ids of its samples. */
function withoutIds(event: AuditEvent): AuditEvent {
  return JSON.parse(JSON.stringify(event, (key, value: unknown) => (key === "ids" ? undefined : value))) as AuditEvent;
}

/**
 * Hashes of the entries that no other follows, in the order of the file: one, or one for each branch that git merged. Lines that are no entries
 * count for nothing: the chain goes on from the last that is one.
 */
async function chainEnds(root: string): Promise<{ readonly tips: readonly string[]; readonly endsInLineFeed: boolean }> {
  const tips = new Set<string>();
  let endsInLineFeed = true;
  for await (const { bytes, number, isTooLong, ended } of logLines(root)) {
    endsInLineFeed = ended;
    const text = isTooLong ? "" : bytes.toString("utf8");
    if (CONFLICT_MARKER.test(text)) throw unmerged(number);
    const entry = parsedEntry(text, number);
    if (entry === null) continue;
    for (const before of [entry.previous, ...entry.merged]) tips.delete(before);
    tips.add(entry.hash);
  }
  return { tips: [...tips], endsInLineFeed };
}

function unmerged(line: number): InfomaxError {
  return new InfomaxError(
    "bad-audit-log", "the audit log has the marks of a merge that was not finished",
    "Keep the lines of both sides, those of one after those of the other, and delete the lines with <<<<<<<, ======= and >>>>>>>.", { file: SHOWN_AUDIT_FILE, line });
}

async function append(file: string, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const isNew = await lstat(file).then(() => false, () => true);
  let handle: FileHandle | undefined;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    // No link is followed, even one that took the file's place since it was checked (systems that can).
    handle = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | ((constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0), 0o644);
    const { size } = await handle.stat();
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten < bytes.length) {
      // The disk is full: a part of an entry is none. Only what was just written is taken back.
      if ((await handle.stat()).size === size + bytesWritten) await handle.truncate(size);
      throw new Error("no space left on the device");
    }
    await handle.sync();
  } catch (thrown) {
    throw new InfomaxError("bad-argument", `the audit log cannot be written (${messageOf(thrown)})`, "Make room and make the file writable.", { file }, thrown);
  } finally {
    await handle?.close();
  }
  if (isNew) await syncFolder(path.dirname(file));
}

/** Makes a new name in a folder last; systems that cannot open a folder need it not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  try {
    await handle?.sync();
  } catch {
    // Some file systems refuse this: the entry itself is on the disk.
  } finally {
    await handle?.close();
  }
}

interface LogLine {
  /** Without the line end; empty where it is too long. */
  readonly bytes: Buffer;
  /** 1-based. */
  readonly number: number;
  readonly isTooLong: boolean;
  /** A line feed stands after it. */
  readonly ended: boolean;
}

/** The lines of the log, none where there is no log. A line beyond 16 MB is passed over unread. */
async function* logLines(root: string): AsyncGenerator<LogLine> {
  const file = auditFile(root);
  await checkWorkPlace(root, file, "bad-audit-log");
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  const take = (ended: boolean): LogLine => {
    const isTooLong = length > MOST_LINE_BYTES;
    const whole = Buffer.concat(isTooLong ? [] : parts);
    parts = [];
    length = 0;
    // Git may turn line ends into those of Windows.
    const bytes = ended && whole.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
    return { bytes, number: ++number, isTooLong, ended };
  };
  const stream = createReadStream(file);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        parts.push(chunk.subarray(start, end));
        length += end - start;
        yield take(true);
        start = end + 1;
      }
      length += chunk.length - start;
      if (length > MOST_LINE_BYTES) parts = [];
      else if (start < chunk.length) parts.push(chunk.subarray(start));
    }
    if (length > 0) yield take(false);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return;
    if (thrown instanceof InfomaxError) throw thrown;
    throw new InfomaxError("bad-audit-log", `it cannot be read (${messageOf(thrown)})`, "Make the file readable.", { file: SHOWN_AUDIT_FILE }, thrown);
  } finally {
    stream.destroy();
  }
}

/** A line as an entry, its hash not compared; null for one that is none. */
function parsedEntry(text: string, line: number): AuditEntry | null {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(members)) return null;
  const { when, event, previous, merged = [], hash } = members;
  if (typeof when !== "string" || typeof event !== "string" || typeof previous !== "string" || (previous !== "" && !HASH.test(previous))) return null;
  if (typeof hash !== "string" || !HASH.test(hash) || !Array.isArray(merged) || !merged.every((one) => typeof one === "string" && HASH.test(one))) return null;
  return { line, when, event, members, previous, merged, hash };
}

/** Why a line is no sound entry; null where it is one. */
function unsound(entry: AuditEntry, bytes: Buffer): string | null {
  const changed = "the entry was changed after it was written: it does not fit its hash";
  try {
    if (entryHash(entry.members) !== entry.hash) return changed;
    // One content has one text: no member twice, no blank, no other spelling of a character.
    return Buffer.from(JSON.stringify(entry.members)).equals(bytes) ? null : changed;
  } catch (thrown) {
    return thrown instanceof InfomaxError ? "the line is nested too deeply to be an entry" : changed;
  }
}

/**
 * Reads the audit log and checks its chain: every line is an entry that fits its hash, and names the entry before it. Cutting entries off the end
 * leaves a shorter chain that is whole: that is seen only by a hash that was kept elsewhere.
 * @param expectedHead hash of an entry that must be in the chain
 * @throws InfomaxError bad-audit-log with the line, where a merge was not finished or it cannot be read
 */
export async function verifyAudit(root: string, expectedHead?: string): Promise<VerifiedLog> {
  const entries: AuditEntry[] = [];
  const problems: AuditRemark[] = [];
  const notes: AuditRemark[] = [];
  const lineOf = new Map<string, number>();
  let before = "";
  let last = 0;
  let reported = 0;
  const report = (line: number, text: string): void => {
    if (reported++ < MOST_PROBLEMS) problems.push({ line, text });
  };
  for await (const { bytes, number: line, isTooLong } of logLines(root)) {
    last = line;
    const text = isTooLong ? "" : bytes.toString("utf8");
    if (CONFLICT_MARKER.test(text)) throw unmerged(line);
    const entry = parsedEntry(text, line);
    if (entry === null) {
      report(line, isTooLong ? "the line is too long to be an entry" : text.trim() === "" ? "the line is empty, and no entry is: take it out"
        : "the line is no entry: it was cut off while it was written (then it may be taken out), or changed");
      continue;
    }
    const fault = unsound(entry, bytes);
    const known = lineOf.get(entry.hash);
    if (fault !== null) report(line, fault);
    else if (known !== undefined) report(line, `the entry stands in line ${known} already: take one of the two out`);
    else {
      entries.push(entry);
      const lost = [entry.previous, ...entry.merged].filter((hash) => hash !== "" && !lineOf.has(hash));
      if (lost.length > 0) report(line, `the entry before it (${lost[0].slice(0, 12)}…) is missing: it was removed, changed or moved`);
      else if (entry.previous !== before) {
        const from = lineOf.get(entry.previous);
        notes.push({ line, text: from === undefined ? "a log that was begun elsewhere was merged in here" : `it follows line ${from}: two branches were merged here` });
      }
    }
    // A changed entry is told once: what follows it may still name the hash that it had.
    if (known === undefined) lineOf.set(entry.hash, line);
    before = entry.hash;
  }
  if (expectedHead !== undefined && !entries.some(({ hash }) => hash === expectedHead)) {
    report(last, `no entry has the expected hash ${expectedHead}: entries were cut off the end, or the hash is of another log`);
  }
  if (reported > MOST_PROBLEMS) problems.push({ line: last, text: `${reported - MOST_PROBLEMS} more` });
  return { entries, problems, notes, head: entries.at(-1)?.hash ?? null };
}
