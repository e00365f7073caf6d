import { randomBytes } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InfomaxError, messageOf } from "../errors.ts";
import { WORK_FOLDER, checkWorkPlace } from "./workFolder.ts";

/** What people decide of single samples: kept at every budget, kept at none, or the one to keep of its near-duplicates. */
export const PIN_KINDS = ["protected", "excluded", "keepers"] as const;
export type PinKind = (typeof PIN_KINDS)[number];

/** One sample that was decided on. */
export interface Pin {
  readonly id: string;
  /** The table that the id is of, as POSIX path relative to the root, where the id does not name it; absent: any. */
  readonly file?: string;
  /** Content digest when it was decided on, 16 hexadecimal digits: finds the sample again under another id. */
  readonly digest: string;
  readonly note: string;
  /** ISO 8601 date and time. */
  readonly since: string;
  /** What else its line says, which others may have written: kept as it is. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Absolute path of the file that holds the decisions of a kind. */
export function pinFile(root: string, kind: PinKind = "protected"): string {
  return path.join(root, WORK_FOLDER, `${kind}.jsonl`);
}

/** That file for people, relative to the root. */
export function shownPinFile(kind: PinKind): string {
  return `${WORK_FOLDER}/${kind}.jsonl`;
}

const WORDS: { readonly [kind in PinKind]: string } = { protected: "protected sample", excluded: "excluded sample", keepers: "preferred sample" };

/** What tells a pin from the others: its id, and its file where it has one. No id holds a NUL. */
export function pinKey(id: string, file?: string): string {
  return file === undefined ? id : `${id}\0${file}`;
}

/** A file of pins as it was read. */
export interface PinFile {
  /** By {@link pinKey}. */
  readonly pins: Map<string, Pin>;
  /** Null where there is no file. */
  readonly bytes: Buffer | null;
}

/** Reads the pins, by {@link pinKey}. A line that is no pin is an error: a pin is never dropped silently. */
export async function readPins(root: string, kind: PinKind = "protected"): Promise<Map<string, Pin>> {
  return (await readPinFile(root, kind)).pins;
}

/**
 * Reads the pins with the bytes that they were read from. A pin that stands there twice, as after a merge that keeps the lines of both
 * sides, is one, with the notes of both.
 * @throws InfomaxError bad-protection-file with the line, outside-root
 */
export async function readPinFile(root: string, kind: PinKind): Promise<PinFile> {
  const file = pinFile(root, kind);
  await checkWorkPlace(root, file, "bad-protection-file");
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return { pins: new Map(), bytes: null };
    throw new InfomaxError("bad-protection-file", `it cannot be read (${messageOf(thrown)})`, "Make the file readable.", { file: shownPinFile(kind) }, thrown);
  }
  const read = new Map<string, Pin[]>();
  bytes.toString("utf8").replace(/^\uFEFF/, "").split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const place = { file: shownPinFile(kind), line: index + 1 };
    if (CONFLICT_MARKER.test(line)) {
      throw new InfomaxError(
        "bad-protection-file", "a merge was left unfinished here: the line is a conflict marker of git",
        "Keep the lines of both sides, delete the lines that begin with <<<<<<<, |||||||, ======= and >>>>>>>, and try again.", place);
    }
    const pin = parsePin(line);
    if (pin === null) {
      throw new InfomaxError("bad-protection-file", `the line is no ${WORDS[kind]} (expected {"id", "digest", "note", "since"})`, "Correct the line or restore the file from git.", place);
    }
    const key = pinKey(pin.id, pin.file);
    const twins = read.get(key);
    if (twins === undefined) read.set(key, [pin]);
    else twins.push(pin);
  });
  return { pins: new Map([...read].map(([key, twins]) => [key, merged(twins)])), bytes };
}

const CONFLICT_MARKER = /^(?:<{7}|\|{7}|={7}|>{7})(?:\s|$)/;
/** Between the notes of pins that became one. */
const BETWEEN_NOTES = "; ";

/** Pins of one sample as one: the content that was seen last, the earliest date, and what all notes say. */
function merged(twins: readonly Pin[]): Pin {
  if (twins.length === 1) return twins[0];
  const byTime = [...twins].sort((a, b) => order(a.since, b.since));
  const notes = new Set(byTime.flatMap(({ note }) => note.split(BETWEEN_NOTES)).filter((note) => note !== ""));
  return {
    ...twins[0], digest: byTime.findLast(({ digest }) => digest !== "")?.digest ?? "", note: [...notes].join(BETWEEN_NOTES),
    since: byTime.find(({ since }) => since !== "")?.since ?? "",
  };
}

function parsePin(line: string): Pin | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("id" in value) || typeof value.id !== "string") return null;
  const text = (key: string): string | null => {
    const member = (value as Record<string, unknown>)[key];
    return member === undefined ? "" : typeof member === "string" ? member : null;
  };
  const digest = text("digest");
  const note = text("note");
  const since = text("since");
  const file = text("file");
  if (digest === null || note === null || since === null || file === null) return null;
  const more = Object.entries(value).filter(([key]) => !OWN_MEMBERS.has(key));
  return { id: value.id, ...(file === "" ? {} : { file }), digest, note, since, ...(more.length === 0 ? {} : { more: Object.fromEntries(more) }) };
}

const OWN_MEMBERS: ReadonlySet<string> = new Set(["id", "file", "digest", "note", "since"]);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The pins as their file holds them: sorted by id, then file, one a line. */
export function pinLines(pins: ReadonlyMap<string, Pin>): string {
  return [...pins.values()].sort((a, b) => order(a.id, b.id) || order(a.file ?? "", b.file ?? ""))
    .map(({ id, file, digest, note, since, more }) => JSON.stringify({ id, file, digest, note, since, ...more }) + "\n").join("");
}

/** A file of pins is another than the change was made from; nothing was written. */
export class PinsChangedError extends Error {}

/**
 * Writes the pins of several kinds, all or none: nothing takes its place before everything is on the disk.
 * @param from the files that the change was made from, as they were read: they are read again right before they are replaced
 * @throws PinsChangedError where another program, git perhaps, has changed one of them meanwhile: read them again and start anew
 */
export async function writeAllPins(root: string, changed: ReadonlyMap<PinKind, ReadonlyMap<string, Pin>>, from: ReadonlyMap<PinKind, PinFile> = new Map()): Promise<void> {
  const files = [...changed].map(([kind, pins]) => ({ target: pinFile(root, kind), text: pinLines(pins) }));
  for (const { target } of files) await checkWorkPlace(root, target, "bad-protection-file");
  const read = [...from].map(([kind, { bytes }]) => ({ target: pinFile(root, kind), bytes }));
  const staged: { readonly target: string; readonly temporary: string; readonly text: string; readonly before: Buffer | null }[] = [];
  const placed: typeof staged = [];
  try {
    for (const { target, text } of files) {
      const before = read.find((one) => one.target === target)?.bytes;
      staged.push({ target, text, temporary: await stageFile(target, text), before: before === undefined ? await readFile(target).catch(() => null) : before });
    }
    for (const one of staged) {
      await placeUnchanged(one.temporary, one.target, () => { for (const { target, bytes } of read) if (!placed.some((done) => done.target === target)) requireSame(target, bytes); });
      placed.push(one);
    }
    await syncFolder(path.join(root, WORK_FOLDER));
  } catch (thrown) {
    // What another program wrote over ours meanwhile stays.
    for (const { target, text, before } of placed) if (isSame(target, Buffer.from(text))) await (before === null ? rm(target, { force: true }) : writeTextFile(target, before)).catch(() => undefined);
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

function isSame(file: string, bytes: Buffer | null): boolean {
  try {
    const now = readFileSync(file);
    return bytes !== null && now.equals(bytes);
  } catch (thrown) {
    return bytes === null && (thrown as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function requireSame(file: string, bytes: Buffer | null): void {
  if (!isSame(file, bytes)) throw new PinsChangedError(file);
}

/** Writes a text file whole or not at all, making its folder. */
export async function writeTextFile(file: string, text: string | Uint8Array): Promise<void> {
  const temporary = await stageFile(file, text);
  try {
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(file, thrown);
  }
  await syncFolder(path.dirname(file));
}

function unwritable(file: string, thrown: unknown): InfomaxError {
  return new InfomaxError("bad-argument", `the file cannot be written (${messageOf(thrown)})`, "Make the folder writable.", { file }, thrown);
}

/** Writes what a file shall hold beside it, down to the disk; returns where. */
async function stageFile(file: string, text: string | Uint8Array): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
    return temporary;
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(file, thrown);
  }
}

/** Windows lets no file be replaced while another program has it open for a moment. */
const TRIES = 20;
const PAUSE_MS = 25;

/** Renames a file into place right after `check`, with nothing of this process in between. */
async function placeUnchanged(temporary: string, file: string, check: () => void): Promise<void> {
  for (let tried = 1; ; tried++) {
    check();
    try {
      renameSync(temporary, file);
      return;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (process.platform !== "win32" || tried === TRIES || (code !== "EPERM" && code !== "EACCES" && code !== "EBUSY")) throw unwritable(file, thrown);
    }
    await sleep(PAUSE_MS);
  }
}

/** Makes a new name in a folder last. Systems that cannot open a folder need it not, and some file systems refuse it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
