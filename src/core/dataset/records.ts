import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { InfomaxError, messageOf } from "../errors.ts";

/** Where a record stands in its file; lines are 1-based, bytes exclude the line terminator. */
export interface RecordPosition {
  readonly firstLine: number;
  readonly lastLine: number;
  readonly byteStart: number;
  readonly byteLength: number;
}

/** Takes the records of one table file in order. */
export interface RecordVisitor {
  /** Called for each record; false ends the reading. */
  record(record: Record<string, unknown>, position: RecordPosition): boolean;
  /** Called in place of `record` where a row cannot be read; the rows after it follow. */
  reject(line: number, reason: string): void;
  /** What the user should know about the file as a whole. */
  note(note: string): void;
  /** Called after each block with the number of bytes in it. */
  progress(bytes: number): void;
}

/** How much is read at a time. */
export const BLOCK_BYTES = 1 << 20;

const LF = 10;
const CR = 13;
export const BOM_BYTES = 3;

/** Opens a file that the user named, or throws {@link InfomaxError}: `not-found`, or `bad-data` when it cannot be read. */
export async function openForReading(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r");
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

/** The error for a file or folder that the system will not open. */
export function unreadable(file: string, thrown: unknown): InfomaxError {
  if (thrown instanceof InfomaxError) return thrown;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR"
    ? new InfomaxError("not-found", "There is no such file or folder", "Check the path.", { file }, thrown)
    : new InfomaxError("bad-data", `It cannot be read (${messageOf(thrown)})`, "Check its permissions.", { file }, thrown);
}

/** Length of a UTF-8 byte order mark at the start of a file: 3 or 0. Throws `bad-data` for UTF-16. */
export function byteOrderMark(start: Uint8Array, file: string): number {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) {
    throw new InfomaxError("bad-data", "The file is UTF-16", "Save it as UTF-8.", { file });
  }
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? BOM_BYTES : 0;
}

/** How many lines end within `bytes[start, end)`: a line ends at LF, CR LF or a lone CR, as in an editor. */
export function countLineEnds(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === LF || (byte === CR && bytes[i + 1] !== LF)) count++;
  }
  return count;
}

/** Index of the first CR or LF at or after `start`, or -1. */
export function indexOfLineEnd(bytes: Uint8Array, start: number): number {
  for (let i = start; i < bytes.length; i++) if (bytes[i] === LF || bytes[i] === CR) return i;
  return -1;
}

/** Length of the line terminator at `index`: 0, 1, or 2 for CR LF. */
export function lineEndLength(bytes: Uint8Array, index: number): number {
  if (bytes[index] === CR) return bytes[index + 1] === LF ? 2 : 1;
  return bytes[index] === LF ? 1 : 0;
}

/** Fills as much of `into` as the file holds from `position`; returns the bytes read. */
export async function readFully(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
