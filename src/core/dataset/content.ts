import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { open, readFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, messageOf } from "../errors.ts";
import type { Dataset, RejectedSample, SampleContent } from "./dataset.ts";
import { parseCsvRow, readCsvHeader } from "./csv.ts";
import { imagePathOf } from "./fields.ts";
import { baseRecordId } from "./identity.ts";
import type { Hasher } from "./identity.ts";
import { parseJsonLine, stripLine } from "./jsonl.ts";
import { imageFileOf, isInside, tableFormatOf } from "./paths.ts";
import { describeRecord, recordText } from "./recordText.ts";
import { BOM_BYTES, readFully, unreadable } from "./records.ts";

/** Table text is read ahead in blocks of this size, because samples are mostly read in order. */
const READ_AHEAD = 1 << 16;
/** Smaller images are read at once: several times faster than through the thread pool. */
const SMALL_IMAGE_BYTES = 1 << 18;
/** Open table files kept at a time. */
const MAX_HANDLES = 64;

interface Block {
  readonly start: number;
  readonly bytes: Buffer;
}

interface TableFile {
  readonly opening: Promise<FileHandle>;
  block: Block;
  /** Reads under way; the file is not closed before they end. */
  users: number;
}

/**
 * Reads the content of a dataset's samples. Table files stay open until {@link ContentReader.close}, so one reader
 * serves many reads; reads may overlap. All methods that read throw {@link InfomaxError}: `bad-data` when the file
 * changed since the dataset was opened, `not-found` when it is gone, `outside-root` when its real path lies outside
 * the dataset's folder.
 */
export class ContentReader {
  readonly #dataset: Dataset;
  readonly #tables = new Map<number, TableFile>();
  readonly #headers = new Map<number, Promise<readonly string[]>>();
  readonly #realFolders = new Map<string, string>();
  #closed = false;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
  }

  /** The content of sample `row`: the bytes of its image, its text, or both. */
  async read(row: number): Promise<SampleContent> {
    const { root, layout, kind, fields, files, fileOf } = this.#dataset;
    if (layout === "images") return { kind: "image", bytes: await this.#imageBytes(row, path.resolve(root, files[fileOf[row]])) };
    const record = await this.recordOf(row);
    if (kind === "vector" || (kind === "image" && fields.image === null)) return { kind: "vector", text: describeRecord(record) };
    if (kind === "text") return { kind, ...this.#compared(row, record) };
    const image = fields.image === null ? null : imagePathOf(record[fields.image]);
    if (image !== null && typeof image !== "string") throw this.#fault(row, "bad-data", `The record names ${image.length} images`, "Name one image in each record.");
    if (image === null && kind === "image") throw this.#fault(row, "bad-data", `The image path is empty or missing (${fields.image ?? ""})`, "Name the image in the record.");
    const bytes = image === null ? new Uint8Array() : await this.#imageBytes(row, imageFileOf(root, files[fileOf[row]], image), image);
    return kind === "image" ? { kind, bytes } : { kind, bytes, ...this.#compared(row, record) };
  }

  /** The text of sample `row` as a person reads it, with the names of roles; of a pair without one, its image's path; null for an image. */
  async textOf(row: number): Promise<string | null> {
    const { layout, kind, fields } = this.#dataset;
    if (layout === "images" || kind === "image") return null;
    const record = await this.recordOf(row);
    if (kind === "vector") return describeRecord(record);
    const { readable } = recordText(record, fields);
    const image = readable === "" && kind === "pair" && fields.image !== null ? imagePathOf(record[fields.image]) : null;
    return typeof image === "string" ? image : readable;
  }

  /** The record of sample `row` of a table; the values of CSV and TSV are strings. */
  async recordOf(row: number): Promise<Record<string, unknown>> {
    const { files, fileOf, layout } = this.#dataset;
    if (layout !== "table") throw new Error("Only the samples of a table have records");
    const index = fileOf[row];
    const text = await this.#textOfRange(row, index);
    const record = await this.#parse(index, files[index], text);
    if (record === null) throw this.#changed(row);
    return record;
  }

  /** Closes all files. Later reads fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const tables = [...this.#tables.values()];
    this.#tables.clear();
    for (const handle of await Promise.allSettled(tables.map((table) => table.opening))) {
      if (handle.status === "fulfilled") await handle.value.close();
    }
  }

  async #parse(index: number, file: string, text: string): Promise<Record<string, unknown> | null> {
    if (tableFormatOf(file) === "jsonl") return parseRow(file, text, []);
    let header = this.#headers.get(index);
    if (header === undefined) {
      header = headerOf(this.#dataset, file);
      this.#headers.set(index, header);
    }
    return parseRow(file, text, await header);
  }

  /** The text of the record, after checking that it still begins and ends at line ends. */
  async #textOfRange(row: number, index: number): Promise<string> {
    const start = this.#dataset.byteStart[row];
    const length = this.#dataset.byteLength[row];
    const from = Math.max(0, start - 1);
    const block = await this.#blockWith(row, index, from, start + length + 1 - from);
    const at = start - block.start;
    const bytes = block.bytes.subarray(at, at + length);
    const before = start === 0 || start === BOM_BYTES || isLineEnd(block.bytes[at - 1]);
    const after = block.bytes[at + length];
    if (bytes.length < length || !before || (after !== undefined && !isLineEnd(after))) throw this.#changed(row);
    return bytes.toString("utf8");
  }

  /** A block with the `wanted` bytes at `from`, fewer where the file ends. */
  async #blockWith(row: number, index: number, from: number, wanted: number): Promise<Block> {
    if (this.#closed) throw new Error("The reader is closed");
    const table = this.#table(row, index);
    const held = table.block;
    if (from >= held.start && from + wanted <= held.start + held.bytes.length) return held;
    table.users++;
    try {
      await this.#closeIdle();
      const buffer = Buffer.allocUnsafe(Math.max(READ_AHEAD, wanted));
      const filled = await readFully(await table.opening, buffer, from);
      table.block = { start: from, bytes: buffer.subarray(0, filled) };
      return table.block;
    } catch (thrown) {
      throw thrown instanceof InfomaxError ? thrown : this.#fault(row, "bad-data", `It cannot be read (${messageOf(thrown)})`, "Check the file.");
    } finally {
      table.users--;
    }
  }

  #table(row: number, index: number): TableFile {
    const known = this.#tables.get(index);
    if (known !== undefined) return known;
    const table: TableFile = { opening: this.#openTable(row, index), block: { start: 0, bytes: Buffer.alloc(0) }, users: 0 };
    this.#tables.set(index, table);
    table.opening.catch(() => this.#tables.delete(index));
    return table;
  }

  async #openTable(row: number, index: number): Promise<FileHandle> {
    const { files, path: named, root } = this.#dataset;
    const absolute = path.join(root, files[index]);
    try {
      // A file that the user named may itself be a link to elsewhere; a file found in a folder may not.
      if (absolute !== named) this.#requireInside(row, absolute);
      return await open(absolute, "r");
    } catch (thrown) {
      throw unreadable(absolute, thrown);
    }
  }

  /** Closes files that are not in use, those opened first before others, while too many are open. */
  async #closeIdle(): Promise<void> {
    if (this.#tables.size <= MAX_HANDLES) return;
    for (const [index, table] of [...this.#tables]) {
      if (this.#tables.size <= MAX_HANDLES) return;
      if (table.users > 0 || this.#tables.get(index) !== table) continue;
      this.#tables.delete(index);
      await (await table.opening).close();
    }
  }

  /** What is compared of a record's text; `identity` where that is not all. */
  #compared(row: number, record: Record<string, unknown>): { readonly text: string; readonly identity?: string } {
    try {
      const { text, identity } = recordText(record, this.#dataset.fields);
      return { text, ...(identity === undefined ? {} : { identity }) };
    } catch (thrown) {
      throw thrown instanceof InfomaxError ? this.#fault(row, thrown.code, thrown.problem, thrown.remedy) : thrown;
    }
  }

  /** @param file as the record or the folder names it */
  async #imageBytes(row: number, absolute: string, file = absolute): Promise<Uint8Array> {
    const { root } = this.#dataset;
    if (!isInside(root, absolute)) throw this.#outside(row, file);
    try {
      const { size } = this.#requireInside(row, absolute);
      if (size === 0) throw this.#fault(row, "bad-data", "It is empty", "Give the image again.");
      return size <= SMALL_IMAGE_BYTES ? readFileSync(absolute) : await readFile(absolute);
    } catch (thrown) {
      const error = unreadable(absolute, thrown);
      const line = this.#dataset.firstLine[row];
      throw line === 0 || error.code === "outside-root" ? error : this.#fault(row, error.code, `The image "${file}" cannot be read (${error.problem})`, error.remedy);
    }
  }

  /** Facts on a regular file; throws `outside-root` when its real path is not below the real path of the root. */
  #requireInside(row: number, absolute: string): Stats {
    const root = this.#realFolder(this.#dataset.root);
    const folder = this.#realFolder(path.dirname(absolute));
    let stats = lstatSync(absolute);
    const link = stats.isSymbolicLink();
    if (!isInside(root, link ? realpathSync(absolute) : folder)) throw this.#outside(row, absolute);
    if (link) stats = statSync(absolute);
    if (!stats.isFile()) throw this.#fault(row, "bad-data", `"${absolute}" is no regular file`, "Name a file.");
    return stats;
  }

  #realFolder(folder: string): string {
    let real = this.#realFolders.get(folder);
    if (real === undefined) {
      real = realpathSync(folder);
      this.#realFolders.set(folder, real);
    }
    return real;
  }

  #outside(row: number, file: string): InfomaxError {
    return this.#fault(row, "outside-root", `"${file}" leads outside the dataset's folder`, "Move the file into the folder, or open the folder above both.");
  }

  #changed(row: number): InfomaxError {
    return this.#fault(row, "bad-data", "The file has changed since it was indexed", "Index the dataset again.");
  }

  #fault(row: number, code: InfomaxError["code"], problem: string, remedy: string): InfomaxError {
    const { root, files, fileOf, firstLine } = this.#dataset;
    const file = path.join(root, files[fileOf[row]]);
    const line = firstLine[row];
    return new InfomaxError(code, problem, remedy, line === 0 ? { file } : { file, line });
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === 10 || byte === 13;
}

function headerOf(dataset: Dataset, file: string): Promise<readonly string[]> {
  return readCsvHeader(path.join(dataset.root, file), delimiterOf(file));
}

function delimiterOf(file: string): "," | "\t" {
  return tableFormatOf(file) === "tsv" ? "\t" : ",";
}

function parseRow(file: string, text: string, header: readonly string[]): Record<string, unknown> | null {
  if (tableFormatOf(file) !== "jsonl") return parseCsvRow(text, header, delimiterOf(file));
  const record = parseJsonLine(text);
  return typeof record === "string" ? null : record;
}

/** Column names of a dataset's tables, read from each file when first asked for. */
const headers = new WeakMap<Dataset, Map<string, Promise<readonly string[]>>>();

/**
 * The record in the text of a table row as an editor shows it, or null when it is none: broken, blank, or a CSV
 * header. `file` is one of `dataset.files`; its header is read once for each dataset. For a CSV record over several
 * lines, `text` holds them all. Throws {@link InfomaxError} when the header of a CSV file cannot be read.
 */
export async function parseRecordText(dataset: Dataset, file: string, text: string): Promise<Record<string, unknown> | null> {
  const row = stripLine(text);
  if (tableFormatOf(file) === "jsonl") return parseRow(file, row, []);
  let ofDataset = headers.get(dataset);
  if (ofDataset === undefined) {
    ofDataset = new Map();
    headers.set(dataset, ofDataset);
  }
  let pending = ofDataset.get(file);
  if (pending === undefined) {
    pending = headerOf(dataset, file);
    ofDataset.set(file, pending);
    const cache = ofDataset;
    pending.catch(() => cache.delete(file));
  }
  const header = await pending;
  const record = parseRow(file, row, header);
  return record !== null && header.every((name) => record[name] === name) ? null : record;
}

/**
 * The id of a record before repeats are told apart (no `~2`): what its row would get in `dataset` as the first of its
 * kind. `file` is one of `dataset.files`. Throws {@link InfomaxError} `bad-data` for a record nested too deeply.
 */
export function recordId(dataset: Dataset, file: string, record: Record<string, unknown>, hasher: Hasher): string {
  return baseRecordId(file, record, dataset.fields.id, hasher);
}

/**
 * The dataset without the given rows (indices into its arrays), each with the reason that is added to `rejected`.
 * All arrays are compacted; `files` and `sourceRow` keep their meaning. Returns `dataset` itself when none is given.
 */
export function withoutRows(dataset: Dataset, rejected: ReadonlyMap<number, RejectedSample>): Dataset {
  if (rejected.size === 0) return dataset;
  const rows: number[] = [];
  for (let row = 0; row < dataset.count; row++) if (!rejected.has(row)) rows.push(row);
  const kept = takeSamples(dataset, rows);
  return { ...kept, rejected: [...dataset.rejected, ...[...rejected].sort(([a], [b]) => a - b).map(([, sample]) => sample)] };
}

/** The dataset of the given rows (indices into its arrays) in their order; `files` and `sourceRow` keep their meaning. */
export function takeSamples(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const kept = Uint32Array.from(rows);
  const gather = <T extends Float64Array | Uint32Array | Int32Array | Uint8Array>(from: T): T => {
    const into = new (from.constructor as new (length: number) => T)(kept.length);
    for (let i = 0; i < kept.length; i++) into[i] = from[kept[i]];
    return into;
  };
  return {
    ...dataset,
    count: kept.length,
    ids: Array.from(kept, (row) => dataset.ids[row]),
    fileOf: gather(dataset.fileOf),
    firstLine: gather(dataset.firstLine),
    lastLine: gather(dataset.lastLine),
    byteStart: gather(dataset.byteStart),
    byteLength: gather(dataset.byteLength),
    label: gather(dataset.label),
    split: gather(dataset.split),
    sourceRow: gather(dataset.sourceRow),
    columns: new Map([...dataset.columns].map(([name, column]) => [name, gather(column)])),
  };
}
