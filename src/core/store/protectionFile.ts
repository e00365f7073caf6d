import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, messageOf } from "../errors.ts";

/** The folder at a dataset's root that the project writes to. */
export const WORK_FOLDER = ".infomax";
const FILE_NAME = "protected.jsonl";

/** One pinned sample. */
export interface Pin {
  readonly id: string;
  /** Content digest when it was pinned, 16 hexadecimal digits: finds the sample again under another id. */
  readonly digest: string;
  readonly note: string;
  /** ISO 8601 date and time. */
  readonly since: string;
}

export function protectionFile(root: string): string {
  return path.join(root, WORK_FOLDER, FILE_NAME);
}

/** Reads the pins, by id. A line that is no pin is an error: a pin is never dropped silently. */
export async function readPins(root: string): Promise<Map<string, Pin>> {
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
    pins.set(pin.id, pin);
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
  return digest === null || note === null || since === null ? null : { id: value.id, digest, note, since };
}

/** Writes the pins sorted by id, one a line, beside the file and renamed into place. */
export async function writePins(root: string, pins: ReadonlyMap<string, Pin>): Promise<void> {
  const file = protectionFile(root);
  const lines = [...pins.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .map(({ id, digest, note, since }) => JSON.stringify({ id, digest, note, since }) + "\n");
  await writeTextFile(file, lines.join(""));
}

/** Tells temporary files of one process apart, as two requests may write the same file at once. */
let written = 0;

/** Writes a text file whole or not at all, making its folder. */
export async function writeTextFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.${++written}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, text, "utf8");
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new InfomaxError("bad-argument", `the file cannot be written (${messageOf(thrown)})`, "Make the folder writable.", { file }, thrown);
  }
}
