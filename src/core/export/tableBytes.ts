import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { InfomaxError } from "../errors.ts";
import { isInside } from "../dataset/paths.ts";
import { byteOrderMark, lineEndLength, readFully, unreadable } from "../dataset/records.ts";

/** How much is read at a time. */
const WINDOW_BYTES = 1 << 20;
const QUOTE = 34;
const LF = 10;
const CR = 13;

/** A place in a table file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Random access to a table file, fast in rising order. Memory is bounded by the longest piece asked for. */
export class TableBytes {
  readonly size: number;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #modified: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  private constructor(file: string, handle: FileHandle, size: number, modified: number) {
    this.#file = file;
    this.#handle = handle;
    this.size = size;
    this.#modified = modified;
  }

  /**
   * Opens a table of a dataset. @param file absolute path @param realRoot real path that it must lie in, links followed
   * @throws InfomaxError not-found, bad-data, outside-root
   */
  static async open(file: string, realRoot: string): Promise<TableBytes> {
    try {
      const real = await realpath(file);
      if (!isInside(realRoot, real)) throw new InfomaxError("outside-root", "It leads outside the dataset's folder", "Move the file into the folder.", { file });
      const handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      const { size, mtimeMs } = await handle.stat();
      return new TableBytes(file, handle, size, mtimeMs);
    } catch (thrown) {
      throw unreadable(file, thrown);
    }
  }

  /** The bytes from `start`, fewer where the file ends; valid until the next call. */
  async at(start: number, length: number): Promise<Buffer> {
    const from = start - this.#windowStart;
    if (from < 0 || from + length > this.#window.length) {
      const wanted = Math.min(this.size - start, Math.max(length, WINDOW_BYTES));
      const into = Buffer.allocUnsafe(Math.max(0, wanted));
      this.#window = into.subarray(0, await readFully(this.#handle, into, start));
      this.#windowStart = start;
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(from, from + length);
  }

  /** Throws where the file was written to since it was opened. */
  async requireUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size !== this.size || mtimeMs !== this.#modified) throw this.changed();
  }

  changed(line?: number): InfomaxError {
    return new InfomaxError("cannot-apply", "The file has changed since it was indexed", "Index the dataset again, then export.", { file: this.#file, ...(line === undefined ? {} : { line }) });
  }

  /** Length of the byte order mark: 3 or 0. */
  async markLength(): Promise<number> {
    return byteOrderMark(await this.at(0, 3), this.#file);
  }

  /**
   * A record with the terminator that it has: LF, CR LF, a lone CR, or none at the end of the file.
   * @throws InfomaxError cannot-apply where it no longer stands between line ends
   */
  async withTerminator(start: number, length: number, line: number): Promise<ByteRange> {
    const end = start + length;
    if (end > this.size) throw this.changed(line);
    const before = start === 0 ? null : (await this.at(start - 1, 1))[0];
    const atLineStart = before === null || before === LF || before === CR || start === await this.markLength();
    const after = await this.at(end, 2);
    const terminator = lineEndLength(after, 0);
    if (!atLineStart || (terminator === 0 && end < this.size)) throw this.changed(line);
    return { start, end: end + terminator };
  }

  /** The header row of a CSV or TSV file with its terminator; blank lines before it are not part of it. */
  async header(): Promise<ByteRange> {
    let start = await this.markLength();
    for (let length = 1; length > 0; start += length) length = lineEndLength(await this.at(start, 2), 0);
    let quoted = false;
    for (let at = start; at < this.size;) {
      const block = await this.at(at, Math.min(WINDOW_BYTES, this.size - at));
      for (let i = 0; i < block.length; i++) {
        const byte = block[i];
        // A quote written twice inside a quoted name turns this off and on again.
        if (byte === QUOTE) quoted = !quoted;
        else if (!quoted && (byte === LF || byte === CR)) return { start, end: at + i + lineEndLength(await this.at(at + i, 2), 0) };
      }
      at += block.length;
    }
    return { start, end: this.size };
  }

  /** Hands a range on, in pieces of at most 1 MiB. */
  async copy({ start, end }: ByteRange, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    for (let at = start; at < end;) {
      const piece = await this.at(at, Math.min(WINDOW_BYTES, end - at));
      if (piece.length === 0) throw this.changed();
      await write(piece);
      at += piece.length;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Whether a file begins with a byte order mark of UTF-8. @param file absolute path of a file that was written here */
export async function hasByteOrderMark(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const start = Buffer.alloc(3);
    return byteOrderMark(start.subarray(0, await readFully(handle, start, 0)), file) > 0;
  } finally {
    await handle.close();
  }
}
