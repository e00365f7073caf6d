import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, messageOf } from "../errors.ts";
import { WORK_FOLDER, checkWorkPlace } from "./workFolder.ts";

const FILE_NAME = "protected.jsonl";

/** One pinned sample. */
export interface Pin {
  readonly id: string;
  /** The table that the id is of, as POSIX path relative to the root, where the id does not name it; absent: any. */
  readonly file?: string;
  /** Content digest when it was pinned, 16 hexadecimal digits: finds the sample again under another id. */
  readonly digest: string;
  readonly note: string;
  /** ISO 8601 date and time. */
  readonly since: string;
}

export function protectionFile(root: string): string {
  return path.join(root, WORK_FOLDER, FILE_NAME);
}

/** What tells a pin from the others: its id, and its file where it has one. No id holds a NUL. */
export function pinKey(id: string, file?: string): string {
  return file === undefined ? id : `${id}\0${file}`;
}

/** Reads the pins, by {@link pinKey}. A line that is no pin is an error: a pin is never dropped silently. */
export async function readPins(root: string): Promise<Map<string, Pin>> {
  await checkWorkPlace(root, protectionFile(root), "bad-protection-file");
  let text: string;
  try {
    text = await readFile(protectionFile(root), "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw new InfomaxError("bad-protection-file", `it cannot be read (${messageOf(thrown)})`, "Make the file readable.", { file: `${WORK_FOLDER}/${FILE_NAME}` }, thrown);
  }
  const pins = new Map<string, Pin>();
  text.replace(/^\uFEFF/, "").split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const pin = parsePin(line);
    if (pin === null) {
      throw new InfomaxError(
        "bad-protection-file", "the line is no protected sample (expected {\"id\", \"digest\", \"note\", \"since\"})",
        "Correct the line or restore the file from git.", { file: `${WORK_FOLDER}/${FILE_NAME}`, line: index + 1 });
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

/** Writes the pins sorted by id, then file, one a line, beside the file and renamed into place. */
export async function writePins(root: string, pins: ReadonlyMap<string, Pin>): Promise<void> {
  const target = protectionFile(root);
  await checkWorkPlace(root, target, "bad-protection-file");
  const lines = [...pins.values()].sort((a, b) => order(a.id, b.id) || order(a.file ?? "", b.file ?? ""))
    .map(({ id, file, digest, note, since }) => JSON.stringify({ id, file, digest, note, since }) + "\n");
  await writeTextFile(target, lines.join(""));
}

/** Writes a text file whole or not at all, making its folder. */
export async function writeTextFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, text, { encoding: "utf8", flag: "wx" });
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new InfomaxError("bad-argument", `the file cannot be written (${messageOf(thrown)})`, "Make the folder writable.", { file }, thrown);
  }
}
