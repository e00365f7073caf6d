import { isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { CsvError, parse } from "csv-parse";
import type { Options, Parser } from "csv-parse";
import { parse as parseSync } from "csv-parse/sync";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { counted } from "./paths.ts";
import { BLOCK_BYTES, byteOrderMark, countLineEnds, indexOfLineEnd, lineEndLength, openForReading, readFully } from "./records.ts";
import type { RecordPosition, RecordVisitor } from "./records.ts";

/** Field delimiter of a table: a comma, or a tab for TSV. */
export type Delimiter = "," | "\t";

/** An unclosed quote takes in no more than this before the row is given up. */
const MAX_RECORD_BYTES = 64 << 20;
/** Notes on rows that may have swallowed others; more would say the same again. */
const MAX_SWALLOW_NOTES = 5;

const PARSE_OPTIONS: Options = {
  columns: false,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ["\r\n", "\n", "\r"],
};

/**
 * Streams the records of a CSV or TSV file: a header row, then one record a row, in UTF-8 with or without a byte order
 * mark, quoted as in RFC 4180. All values are strings. A row with too few or too many fields goes to `visitor.reject`.
 * So does one whose quotes are broken: it is given up at the end of its first line and reading goes on with the next
 * line, so that an unclosed quote costs one row. Where such a line read without quoting has the right number of fields
 * it is taken as it stands (in CSV only if no field starts with a quote), and a note says how many were.
 * Memory is bounded by the longest row. Throws {@link InfomaxError} when the file cannot be opened or has no usable header.
 */
export async function readCsv(absolute: string, delimiter: Delimiter, visitor: RecordVisitor, signal?: AbortSignal): Promise<void> {
  const handle = await openForReading(absolute);
  try {
    await new CsvReader(absolute, handle, delimiter, visitor, signal).read();
  } finally {
    await handle.close();
  }
}

class CsvReader {
  #window: Buffer = Buffer.alloc(0);
  /** Byte offset in the file of the window's first byte. */
  #windowStart = 0;
  #atEnd = false;
  /** Byte offset after the last row taken, and the 1-based line there. */
  #cursor = 0;
  #line = 1;
  /** Byte offset at which the present parser started, and up to which it was fed. */
  #base = 0;
  #fed = 0;
  #header: readonly string[] | null = null;
  #stopped = false;
  #literalRows = 0;
  #swallowNotes = 0;

  constructor(
    private readonly absolute: string,
    private readonly handle: FileHandle,
    private readonly delimiter: Delimiter,
    private readonly visitor: RecordVisitor,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async read(): Promise<void> {
    await this.#readBlock();
    this.#cursor = byteOrderMark(this.#window, this.absolute);
    let parser = this.#startParser();
    for (;;) {
      const windowEnd = this.#windowStart + this.#window.length;
      let failure: Error | undefined;
      if (this.#fed < windowEnd) {
        const block = this.#window.subarray(this.#fed - this.#windowStart);
        this.#fed = windowEnd;
        failure = await write(parser, block);
      } else if (this.#atEnd) {
        failure = await end(parser);
        if (failure === undefined) break;
      } else {
        await this.#readBlock();
        continue;
      }
      if (this.#stopped) break;
      if (failure === undefined) continue;
      if (!(failure instanceof CsvError)) throw failure;
      await this.#recover(failure);
      if (this.#stopped) break;
      parser = this.#startParser();
    }
    parser.destroy();
    if (this.#literalRows > 0) {
      this.visitor.note(`${counted(this.#literalRows, "row")} with quotes that quote no field were read as they stand`);
    }
  }

  #startParser(): Parser {
    this.#base = this.#cursor;
    this.#fed = this.#cursor;
    const parser = parse({
      ...PARSE_OPTIONS,
      delimiter: this.delimiter,
      max_record_size: MAX_RECORD_BYTES,
      on_record: (fields: unknown, context: { readonly bytes: number }) => {
        if (!this.#stopped) this.#onFields(fields as readonly string[], this.#base + context.bytes);
        return null;
      },
    });
    // Failures arrive through the callbacks of write and end; without a listener they would be thrown as well.
    parser.on("error", () => undefined);
    parser.resume();
    return parser;
  }

  /** Reads one more block behind the window and drops what lies before the cursor. */
  async #readBlock(): Promise<void> {
    throwIfCancelled(this.signal);
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    const length = await readFully(this.handle, buffer, this.#windowStart + this.#window.length);
    this.#atEnd = length < BLOCK_BYTES;
    const kept = this.#window.subarray(this.#cursor - this.#windowStart);
    this.#windowStart = this.#cursor;
    this.#window = kept.length === 0 ? buffer.subarray(0, length) : Buffer.concat([kept, buffer.subarray(0, length)]);
    this.visitor.progress(length);
  }

  /** Moves the cursor over empty lines; returns the index of the next row in the window. */
  #skipEmptyLines(limit: number): number {
    let at = this.#cursor - this.#windowStart;
    for (let length = lineEndLength(this.#window, at); length > 0 && at < limit; length = lineEndLength(this.#window, at)) {
      at += length;
      this.#line++;
    }
    this.#cursor = this.#windowStart + at;
    return at;
  }

  /** Takes a row as the parser found it; `next` is the byte offset after its terminator. */
  #onFields(fields: readonly string[], next: number): void {
    const limit = next - this.#windowStart;
    const start = this.#skipEmptyLines(limit);
    let stop = limit;
    if (stop > start && this.#window[stop - 1] === 10) stop--;
    if (stop > start && this.#window[stop - 1] === 13) stop--;
    const firstLine = this.#line;
    const lastLine = firstLine + countLineEnds(this.#window, start, stop);
    this.#cursor = next;
    this.#line = stop === limit ? lastLine : lastLine + 1;
    this.#take(fields, this.#window.subarray(start, stop), {
      firstLine, lastLine, byteStart: this.#windowStart + start, byteLength: stop - start,
    });
  }

  #take(fields: readonly string[], bytes: Buffer, position: RecordPosition): void {
    const { firstLine, lastLine } = position;
    if (!isUtf8(bytes)) {
      if (this.#header === null) throw new InfomaxError("bad-data", "The header row is not UTF-8", "Save the file as UTF-8.", { file: this.absolute, line: firstLine });
      this.visitor.reject(firstLine, "This row is not UTF-8; save the file as UTF-8");
      return;
    }
    if (this.#header === null) {
      this.#header = headerNames(fields, this.absolute, firstLine);
      return;
    }
    if (fields.length !== this.#header.length) {
      const rows = lastLine > firstLine ? `The row of lines ${firstLine} to ${lastLine}` : "This row";
      const hint = lastLine > firstLine ? "; a quote may not be closed" : "";
      this.visitor.reject(firstLine, `${rows} has ${counted(fields.length, "field")} where the header has ${this.#header.length}${hint}`);
      return;
    }
    if (lastLine - firstLine >= 3 && this.#header.length > 1) this.#noteIfSwallowed(bytes, position);
    this.#stopped = !this.visitor.record(toRecord(this.#header, fields), position);
  }

  /** A quoted value whose inner lines all look like rows is most likely a quote left open: say so. */
  #noteIfSwallowed(bytes: Buffer, position: RecordPosition): void {
    if (this.#swallowNotes === MAX_SWALLOW_NOTES) return;
    const inner = bytes.toString("utf8").split(/\r\n|\n|\r/).slice(1, -1);
    const expected = this.#header?.length;
    if (!inner.every((line) => line.split(this.delimiter).length === expected)) return;
    this.#swallowNotes++;
    this.visitor.note(`Line ${position.firstLine} opens a quote that ends on line ${position.lastLine} only, and the lines between look like rows of their own: check the quotes`);
  }

  /** Gives up the row at the cursor after its first line, so that the parser can start again on the next line. */
  async #recover(failure: CsvError): Promise<void> {
    let start = this.#skipEmptyLines(this.#window.length);
    let stop = indexOfLineEnd(this.#window, start);
    while ((stop < 0 || stop === this.#window.length - 1) && !this.#atEnd) {
      await this.#readBlock();
      start = this.#cursor - this.#windowStart;
      stop = indexOfLineEnd(this.#window, start);
      if (stop < 0 && this.#window.length > 2 * MAX_RECORD_BYTES) {
        throw new InfomaxError("bad-data", `The line is longer than ${(2 * MAX_RECORD_BYTES) >> 20} MiB`, "Check that the file is a table of text.", { file: this.absolute, line: this.#line });
      }
    }
    if (stop < 0) stop = this.#window.length;
    const bytes = this.#window.subarray(start, stop);
    const line = this.#line;
    const position = { firstLine: line, lastLine: line, byteStart: this.#windowStart + start, byteLength: stop - start };
    const terminator = lineEndLength(this.#window, stop);
    this.#cursor = this.#windowStart + stop + terminator;
    this.#line += terminator === 0 ? 0 : 1;
    if (this.#header === null) {
      throw new InfomaxError("bad-data", `The header row cannot be read: ${reasonFor(failure)}`, "Mend the quotes in it.", { file: this.absolute, line });
    }
    const literal = literalFields(bytes.toString("utf8"), this.delimiter, this.#header.length);
    if (literal === null) {
      this.visitor.reject(line, `In this row ${reasonFor(failure)}`);
      return;
    }
    this.#literalRows++;
    this.#take(literal, bytes, position);
  }
}

function write(parser: Parser, block: Buffer): Promise<Error | undefined> {
  return new Promise((resolve) => parser.write(block, (error) => resolve(error ?? undefined)));
}

function end(parser: Parser): Promise<Error | undefined> {
  return new Promise((resolve) => {
    parser.once("error", resolve);
    parser.once("finish", () => resolve(undefined));
    parser.end();
  });
}

function reasonFor(failure: CsvError): string {
  switch (failure.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is opened and never closed";
    case "CSV_INVALID_CLOSING_QUOTE":
      return "a quote is opened and not closed before the end of a field (inside a quoted field, write a quote twice)";
    case "INVALID_OPENING_QUOTE":
      return "a quote stands inside an unquoted field (put the field in quotes and write the inner quote twice)";
    case "CSV_MAX_RECORD_SIZE":
      return `a quote is opened and not closed within ${MAX_RECORD_BYTES >> 20} MiB`;
    default:
      return `the fields cannot be told apart (${failure.message})`;
  }
}

/** A line with broken quotes read without any quoting, or null where that does not give the right number of fields. */
function literalFields(line: string, delimiter: Delimiter, expected: number): string[] | null {
  const fields = line.split(delimiter);
  if (fields.length !== expected) return null;
  return delimiter === "\t" || !fields.some((field) => field.startsWith('"')) ? fields : null;
}

function headerNames(fields: readonly string[], file: string, line: number): string[] {
  if (fields.length === 1 && /[^;]+;[^;]+/.test(fields[0])) {
    throw new InfomaxError("bad-data", "The header is one field with semicolons in it", "Separate the fields by commas, or by tabs in a .tsv file.", { file, line });
  }
  const names = fields.map((field, i) => field.trim() || `column ${i + 1}`);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) {
      throw new InfomaxError("bad-data", `The header names the column "${name}" twice`, "Rename one of them.", { file, line });
    }
    if (name === "__proto__") throw new InfomaxError("bad-data", 'A column is named "__proto__"', "Rename it.", { file, line });
  }
  return names;
}

function toRecord(header: readonly string[], fields: readonly string[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let i = 0; i < header.length; i++) record[header[i]] = fields[i];
  return record;
}

/** The column names of a CSV or TSV file. Throws {@link InfomaxError} `bad-data` when it has no row or a broken header. */
export async function readCsvHeader(absolute: string, delimiter: Delimiter): Promise<readonly string[]> {
  const handle = await openForReading(absolute);
  try {
    for (let size = 1 << 16; ; size *= 4) {
      const buffer = Buffer.alloc(size);
      const length = await readFully(handle, buffer, 0);
      const text = buffer.toString("utf8", byteOrderMark(buffer, absolute), length);
      const whole = length < size;
      const fields = firstRow(text, delimiter, whole);
      if (fields !== null) return headerNames(fields, absolute, 1);
      if (whole) throw new InfomaxError("bad-data", "The file has no readable header row", "Put the column names on the first line.", { file: absolute });
    }
  } finally {
    await handle.close();
  }
}

/** Fields of the first row, or null when `text` (the whole file or its beginning) does not hold all of it. */
function firstRow(text: string, delimiter: Delimiter, whole: boolean): readonly string[] | null {
  const bytes = Buffer.byteLength(text);
  let first: readonly string[] | null = null;
  try {
    parseRows(text, delimiter, (fields, next) => {
      if (whole || next < bytes) first ??= fields;
      return false;
    });
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
  }
  return first;
}

/** Parses rows until `take` returns false; `next` is the byte offset after the row. Throws csv-parse's `CsvError`. */
function parseRows(text: string, delimiter: Delimiter, take: (fields: readonly string[], next: number) => boolean): void {
  let going = true;
  parseSync(text, {
    ...PARSE_OPTIONS,
    delimiter,
    on_record: (fields: unknown, context: { readonly bytes: number }) => {
      if (going) going = take(fields as readonly string[], context.bytes);
      return null;
    },
  });
}

/**
 * The record in the text of one row (without or with its line terminator), under the rules of {@link readCsv},
 * or null when it is not exactly one row with a value for each column.
 */
export function parseCsvRow(text: string, header: readonly string[], delimiter: Delimiter): Record<string, unknown> | null {
  if (!/["\r\n]/.test(text)) {
    const plain = text.split(delimiter);
    return text !== "" && plain.length === header.length ? toRecord(header, plain) : null;
  }
  const rows: (readonly string[])[] = [];
  try {
    parseRows(text, delimiter, (fields) => rows.push(fields) < 2);
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const literal = /[\r\n]/.test(text) ? null : literalFields(text, delimiter, header.length);
    return literal === null ? null : toRecord(header, literal);
  }
  const [fields] = rows;
  return rows.length === 1 && fields?.length === header.length ? toRecord(header, fields) : null;
}
