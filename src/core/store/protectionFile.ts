import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
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

/** Reads the pins, by {@link pinKey}. A line that is no pin is an error: a pin is never dropped silently. */
export async function readPins(root: string, kind: PinKind = "protected"): Promise<Map<string, Pin>> {
  const file = pinFile(root, kind);
  await checkWorkPlace(root, file, "bad-protection-file");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw new InfomaxError("bad-protection-file", `it cannot be read (${messageOf(thrown)})`, "Make the file readable.", { file: shownPinFile(kind) }, thrown);
  }
  const pins = new Map<string, Pin>();
  text.replace(/^\uFEFF/, "").split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const pin = parsePin(line);
    if (pin === null) {
      throw new InfomaxError(
        "bad-protection-file", `the line is no ${WORDS[kind]} (expected {"id", "digest", "note", "since"})`,
        "Correct the line or restore the file from git.", { file: shownPinFile(kind), line: index + 1 });
    }
    pins.set(pinKey(pin.id, pin.file), pin);
  });
  return pins;
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
  return { id: value.id, ...(file === "" ? {} : { file }), digest, note, since };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The pins as their file holds them: sorted by id, then file, one a line. */
export function pinLines(pins: ReadonlyMap<string, Pin>): string {
  return [...pins.values()].sort((a, b) => order(a.id, b.id) || order(a.file ?? "", b.file ?? ""))
    .map(({ id, file, digest, note, since }) => JSON.stringify({ id, file, digest, note, since }) + "\n").join("");
}

/** Writes the pins of a kind beside the file and renames it into place. */
export async function writePins(root: string, pins: ReadonlyMap<string, Pin>, kind: PinKind = "protected"): Promise<void> {
  await writeAllPins(root, new Map([[kind, pins]]));
}

/** Writes the pins of several kinds, all or none: nothing takes its place before everything is on the disk. */
export async function writeAllPins(root: string, changed: ReadonlyMap<PinKind, ReadonlyMap<string, Pin>>): Promise<void> {
  const files = [...changed].map(([kind, pins]) => ({ target: pinFile(root, kind), text: pinLines(pins) }));
  for (const { target } of files) await checkWorkPlace(root, target, "bad-protection-file");
  const staged: { readonly target: string; readonly temporary: string; readonly before: Buffer | null }[] = [];
  const placed: typeof staged = [];
  try {
    for (const { target, text } of files) {
      const before = await readFile(target).catch(() => null);
      staged.push({ target, temporary: await stageFile(target, text), before });
    }
    for (const one of staged) {
      await place(one.temporary, one.target);
      placed.push(one);
    }
  } catch (thrown) {
    for (const { target, before } of placed) await (before === null ? rm(target, { force: true }) : writeTextFile(target, before)).catch(() => undefined);
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

/** Writes a text file whole or not at all, making its folder. */
export async function writeTextFile(file: string, text: string | Uint8Array): Promise<void> {
  await place(await stageFile(file, text), file);
}

function unwritable(file: string, thrown: unknown): InfomaxError {
  return new InfomaxError("bad-argument", `the file cannot be written (${messageOf(thrown)})`, "Make the folder writable.", { file }, thrown);
}

/** Writes what a file shall hold beside it; returns where. */
async function stageFile(file: string, text: string | Uint8Array): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, text, { encoding: "utf8", flag: "wx" });
    return temporary;
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(file, thrown);
  }
}

async function place(temporary: string, file: string): Promise<void> {
  try {
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(file, thrown);
  }
}
