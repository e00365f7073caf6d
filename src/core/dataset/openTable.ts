import path from "node:path";
import { stat } from "node:fs/promises";
import { InfomaxError } from "../errors.ts";
import { DatasetBuilder } from "./builder.ts";
import { readCsv } from "./csv.ts";
import type { Dataset, ReadOptions, RejectedSample } from "./dataset.ts";
import { FieldSurvey, labelOfValue, namedFields, numberOf, imagePathOf, resolveFields } from "./fields.ts";
import type { FieldPlan } from "./fields.ts";
import { baseRecordId, idValue, loadHasher, UniqueIds } from "./identity.ts";
import { readJsonl } from "./jsonl.ts";
import { counted, imageFileOf, isInside, splitOfFile, tableFormatOf } from "./paths.ts";
import { recordText } from "./recordText.ts";
import { unreadable } from "./records.ts";
import type { RecordPosition, RecordVisitor } from "./records.ts";

/** Records looked at to tell which field is which. */
const SURVEY_RECORDS = 1000;

/** A table dataset to be opened. */
export interface TableSource {
  /** As the user named it: a file or a folder. */
  readonly path: string;
  readonly root: string;
  /** POSIX paths relative to the root, in reading order. */
  readonly files: readonly string[];
  readonly rejected: readonly RejectedSample[];
  readonly notes: readonly string[];
}

/** Streams one table file of any format that is read. */
export function readTable(absolute: string, visitor: RecordVisitor, signal?: AbortSignal): Promise<void> {
  const format = tableFormatOf(absolute);
  if (format === null) throw new InfomaxError("bad-argument", "This is no JSONL, CSV or TSV file", "Convert it to JSONL or CSV.", { file: absolute });
  if (format === "jsonl") return readJsonl(absolute, visitor, signal);
  return readCsv(absolute, format === "csv" ? "," : "\t", visitor, signal);
}

/**
 * The dataset of one or more table files: one sample a record. The first pass looks at some records to tell the fields,
 * the second keeps ids, positions, labels and the columns asked for. Throws {@link InfomaxError}: `bad-argument` for
 * fields that do not exist or no usable one, `bad-importance` for a column value that is no finite number,
 * `empty-dataset` when no record can be read, `bad-data` for a file that cannot be read at all, and `CancelledError`.
 */
export async function openTable(source: TableSource, options: ReadOptions): Promise<Dataset> {
  const survey = await surveyFields(source, options);
  if (survey.records === 0) {
    const first = await firstRejection(source, options.signal);
    throw first === null
      ? new InfomaxError("empty-dataset", "There is no record in it", "Name a file with at least one record.", { file: source.path })
      : noneReadable(source, first);
  }
  const plan = resolveFields(survey, options, source.path);
  const reader = new TableReader(source, plan, options, await sizeOf(source));
  const hasher = await loadHasher();
  const ids = new UniqueIds();
  for (const file of source.files.keys()) await reader.readFile(file, (name, record) => ids.next(baseRecordId(name, record, plan.fields.id, hasher)));
  const dataset = reader.finish(ids.repeats);
  if (dataset.count === 0 && dataset.rejected[0] !== undefined) throw noneReadable(source, dataset.rejected[0]);
  return dataset;
}

/** What {@link openTable} would take the fields for, or null where there is no record or no usable field. */
export async function planTable(source: TableSource, options: ReadOptions): Promise<FieldPlan | null> {
  const survey = await surveyFields(source, options);
  try {
    return survey.records === 0 ? null : resolveFields(survey, options, source.path);
  } catch (thrown) {
    if (thrown instanceof InfomaxError && thrown.code === "bad-argument") return null;
    throw thrown;
  }
}

function noneReadable(source: TableSource, first: RejectedSample): InfomaxError {
  const where = first.line === null ? {} : { line: first.line };
  return new InfomaxError("empty-dataset", `No record can be read; the first fault: ${first.reason}`, "Check the file and the names of its fields.", {
    file: path.join(source.root, first.file), ...where,
  });
}

/** Looks at the first records, and on until every field that the options name has been seen. */
async function surveyFields(source: TableSource, options: ReadOptions): Promise<FieldSurvey> {
  const survey = new FieldSurvey();
  let missing = namedFields(options);
  for (const file of source.files) {
    await readTable(path.join(source.root, file), {
      record(record) {
        survey.add(record);
        if (missing.length > 0) missing = missing.filter((name) => !survey.has(name));
        return survey.records < SURVEY_RECORDS || missing.length > 0;
      },
      reject: ignore,
      note: ignore,
      progress: ignore,
    }, options.signal);
    if (survey.records >= SURVEY_RECORDS && missing.length === 0) break;
  }
  return survey;
}

function ignore(): void {
  // The survey only looks; the reading proper reports.
}

async function firstRejection(source: TableSource, signal: AbortSignal | undefined): Promise<RejectedSample | null> {
  let first: RejectedSample | null = source.rejected[0] ?? null;
  for (const file of source.files) {
    await readTable(path.join(source.root, file), {
      record: () => first === null,
      reject(line, reason) {
        first ??= { file, line, code: "bad-data", reason };
      },
      note: ignore,
      progress: ignore,
    }, signal);
    if (first !== null) break;
  }
  return first;
}

async function sizeOf(source: TableSource): Promise<number> {
  let bytes = 0;
  for (const file of source.files) {
    const absolute = path.join(source.root, file);
    try {
      bytes += (await stat(absolute)).size;
    } catch (thrown) {
      throw unreadable(absolute, thrown);
    }
  }
  return bytes;
}

interface Fault {
  readonly code: RejectedSample["code"];
  readonly reason: string;
}

class TableReader {
  readonly #builder: DatasetBuilder;
  readonly #columnNames: readonly string[];
  #sourceRows = 0;
  #withoutId = 0;
  #withoutLabel = 0;
  /** Pairs that lack a half. */
  #withoutText = 0;
  #withoutImage = 0;
  #done = 0;

  constructor(
    private readonly source: TableSource,
    private readonly plan: FieldPlan,
    private readonly options: ReadOptions,
    private readonly totalBytes: number,
  ) {
    this.#columnNames = options.columns ?? [];
    this.#builder = new DatasetBuilder(this.#columnNames);
    this.#builder.rejected.push(...source.rejected);
    this.#builder.notes.push(...source.notes, ...plan.notes);
  }

  async readFile(fileIndex: number, idOf: (file: string, record: Record<string, unknown>) => string): Promise<void> {
    const file = this.source.files[fileIndex];
    const absolute = path.join(this.source.root, file);
    const split = splitOfFile(file);
    const before = this.#sourceRows;
    const reject = (line: number, reason: string, code: RejectedSample["code"] = "bad-data"): void => {
      this.#sourceRows++;
      this.#builder.rejected.push({ file, line, code, reason });
    };
    await readTable(absolute, {
      record: (record, position) => {
        let id: string;
        try {
          const fault = this.#faultOf(file, record);
          if (fault !== null) {
            reject(position.firstLine, fault.reason, fault.code);
            return true;
          }
          id = idOf(file, record);
        } catch (thrown) {
          if (!(thrown instanceof InfomaxError)) throw thrown;
          reject(position.firstLine, thrown.problem);
          return true;
        }
        this.#countWithoutId(record);
        const values = this.#columnNames.map((name) => columnValue(record, name, absolute, position));
        this.#builder.add({ id, file: fileIndex, position, label: this.#labelOf(record), split, sourceRow: this.#sourceRows++, values });
        return true;
      },
      reject,
      note: (note) => this.#builder.notes.push(`${file}: ${note}`),
      progress: (bytes) => {
        this.#done = Math.min(this.#done + bytes, this.totalBytes);
        this.options.onProgress?.(this.#done, this.totalBytes);
      },
    }, this.options.signal);
    if (this.#sourceRows === before) this.#builder.notes.push(`${file}: there is no record in it`);
  }

  finish(repeatedIds: number): Dataset {
    const { fields, kind } = this.plan;
    const notes = this.#builder.notes;
    if (fields.id !== null && this.#withoutId > 0) {
      notes.push(`${counted(this.#withoutId, "record")} without a usable value in the id field "${fields.id}": their ids come from their content`);
    }
    if (fields.id !== null && repeatedIds > 0) notes.push(`${counted(repeatedIds, "record")} repeat an earlier id; ~2, ~3, … was added to theirs`);
    if (fields.label !== null && this.#withoutLabel > 0) notes.push(`${counted(this.#withoutLabel, "record")} without a single value in the label field "${fields.label}"`);
    if (this.#withoutText > 0) notes.push(`${counted(this.#withoutText, "record")} without a text (${fields.text.join(" + ")})`);
    if (this.#withoutImage > 0) notes.push(`${counted(this.#withoutImage, "record")} without an image (${fields.image ?? ""}): only their texts are compared`);
    return this.#builder.build({
      path: this.source.path, root: this.source.root, layout: "table", kind,
      files: this.source.files, fields, sourceRows: this.#sourceRows,
    });
  }

  #countWithoutId(record: Record<string, unknown>): void {
    const { id } = this.plan.fields;
    if (id !== null && idValue(record[id]) === null) this.#withoutId++;
  }

  #labelOf(record: Record<string, unknown>): string | null {
    const { label } = this.plan.fields;
    if (label === null) return null;
    const name = labelOfValue(record[label]);
    if (name === null) this.#withoutLabel++;
    return name;
  }

  /** Why a record cannot be a sample, or null. With imported vectors every record can. */
  #faultOf(file: string, record: Record<string, unknown>): Fault | null {
    if (this.options.vectorsImported) return null;
    const { kind, fields } = this.plan;
    const hasText = kind !== "image" && recordText(record, fields).text !== "";
    if (kind === "text") return hasText ? null : { code: "bad-data", reason: `The text is empty or missing (${fields.text.join(" + ")})` };
    const image = fields.image === null ? null : imagePathOf(record[fields.image]);
    if (image === null) {
      if (kind === "image") return { code: "bad-data", reason: `The image path is empty or missing (${fields.image ?? ""})` };
      if (hasText) this.#withoutImage++;
      return hasText ? null : { code: "bad-data", reason: `Both image and text are missing (${[fields.image, ...fields.text].join(" + ")})` };
    }
    if (typeof image !== "string") return { code: "bad-data", reason: `The record names ${image.length} images; name one in each` };
    if (!isInside(this.source.root, imageFileOf(this.source.root, file, image))) return { code: "outside-root", reason: `The image path "${image}" leads outside the dataset's folder` };
    if (kind === "pair" && !hasText) this.#withoutText++;
    return null;
  }
}

function columnValue(record: Record<string, unknown>, name: string, file: string, position: RecordPosition): number {
  const number = numberOf(record[name]);
  if (number !== null) return number;
  const value = record[name];
  const problem = value === undefined || value === null || value === ""
    ? `The column "${name}" has no value here`
    : `The column "${name}" holds ${shown(value)} here, which is no finite number`;
  throw new InfomaxError("bad-importance", problem, "Mend the value, or name another column.", { file, line: position.firstLine });
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
