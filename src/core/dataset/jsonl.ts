import { isUtf8 } from "node:buffer";
import { messageOf, throwIfCancelled } from "../errors.ts";
import { isRecord } from "./identity.ts";
import { BLOCK_BYTES, byteOrderMark, openForReading, readFully } from "./records.ts";
import type { RecordVisitor } from "./records.ts";

/** Longer lines are left out: no text that long can be handled as one sample. */
const MAX_LINE_BYTES = 256 << 20;

/**
 * Streams the records of a JSONL file: one JSON object a line, ended by LF or CR LF, in UTF-8 with or without a byte
 * order mark. Blank lines are skipped; a line that is no JSON object goes to `visitor.reject`. Memory is bounded by
 * the longest line. `absolute` is the file's path. Throws {@link InfomaxError} when the file cannot be opened.
 */
export async function readJsonl(absolute: string, visitor: RecordVisitor, signal?: AbortSignal): Promise<void> {
  const handle = await openForReading(absolute);
  try {
    let blockStart = 0;
    let lineStart = 0;
    let line = 1;
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    let tooLong = false;
    const emit = (tail: Buffer): boolean => {
      const bytes = pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
      if (tooLong || bytes.length > MAX_LINE_BYTES) {
        visitor.reject(line, `This line is longer than ${MAX_LINE_BYTES >> 20} MiB`);
        return true;
      }
      return visitLine(bytes, line, lineStart, visitor);
    };
    for (;;) {
      throwIfCancelled(signal);
      const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
      const block = buffer.subarray(0, await readFully(handle, buffer, blockStart));
      if (block.length === 0) break;
      let at = 0;
      if (blockStart === 0) {
        at = byteOrderMark(block, absolute);
        lineStart = at;
      }
      for (let end = block.indexOf(10, at); end >= 0; end = block.indexOf(10, at)) {
        if (!emit(block.subarray(at, end))) return;
        at = end + 1;
        lineStart = blockStart + at;
        line++;
        pending = [];
        pendingBytes = 0;
        tooLong = false;
      }
      if (at < block.length) {
        pendingBytes += block.length - at;
        if (pendingBytes > MAX_LINE_BYTES) {
          tooLong = true;
          pending = [];
        } else {
          pending.push(block.subarray(at));
        }
      }
      blockStart += block.length;
      visitor.progress(block.length);
    }
    if (pendingBytes > 0) emit(Buffer.alloc(0));
  } finally {
    await handle.close();
  }
}

function visitLine(line: Buffer, lineNumber: number, byteStart: number, visitor: RecordVisitor): boolean {
  const bytes = line.length > 0 && line[line.length - 1] === 13 ? line.subarray(0, line.length - 1) : line;
  if (!isUtf8(bytes)) {
    visitor.reject(lineNumber, "This line is not UTF-8; save the file as UTF-8");
    return true;
  }
  const text = bytes.toString("utf8");
  if (text.trim() === "") return true;
  const parsed = parseJsonLine(text);
  if (typeof parsed === "string") {
    visitor.reject(lineNumber, parsed);
    return true;
  }
  return visitor.record(parsed, { firstLine: lineNumber, lastLine: lineNumber, byteStart, byteLength: bytes.length });
}

/** The record on one line of JSONL, or, as a string, why there is none. */
export function parseJsonLine(text: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    const message = messageOf(thrown);
    return `This line is not JSON (${message.length > 120 ? `${message.slice(0, 117)}...` : message})`;
  }
  if (isRecord(value)) return value;
  const what = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return `This line is ${what}; each line must be one JSON object`;
}

/** Drops what an editor's line may have around the record: a byte order mark and the CR of a CR LF. */
export function stripLine(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r?\n?$/, "");
}
