import { realpath } from "node:fs/promises";
import path from "node:path";
import { readCsvHeader } from "../dataset/csv.ts";
import { SPLITS } from "../dataset/dataset.ts";
import { tableFormatOf } from "../dataset/paths.ts";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { jsonFields } from "./jsonFields.ts";
import { namedImage, namesImages, rowsByFile, unchangedContent, type KeptSamples, type StepOptions } from "./keptSamples.ts";
import { ParquetSink, type ParquetColumn, type ParquetImage, type ParquetValue } from "./parquetSink.ts";
import { cellValue, ColumnSurvey } from "./tableColumns.ts";
import { TableBytes } from "./tableBytes.ts";

/** Samples between two looks at whether to stop. */
const BATCH = 256;
/** Bytes that a row takes beside its values. */
const ROW_BYTES = 64;

const IMAGE_COLUMNS: readonly ParquetColumn[] = [
  { name: "image", type: "IMAGE" }, { name: "label", type: "STRING" }, { name: "id", type: "STRING" }, { name: "split", type: "STRING" },
];

/** What a Parquet file became. */
export interface WrittenParquet {
  readonly columns: readonly ParquetColumn[];
  /** Names of columns whose values are of several types, and so written as JSON text. */
  readonly mixed: readonly string[];
}

/**
 * Writes the kept images of a folder in Hugging Face's layout: `image` (bytes and path), `label`, `id`, and `split` where
 * a folder names one, else null. Memory is bounded by a row group of 16 MiB and one image.
 */
export async function writeImageParquet(kept: KeptSamples, write: (bytes: Uint8Array) => Promise<void>, { signal, onProgress }: StepOptions): Promise<WrittenParquet> {
  const { dataset, rows } = kept;
  const sink = new ParquetSink(IMAGE_COLUMNS, write);
  for (const [done, row] of rows.entries()) {
    throwIfCancelled(signal);
    const content = await unchangedContent(kept, row);
    if (content.kind !== "image") throw new Error("An image folder holds images alone");
    const id = dataset.ids[row];
    const label = dataset.label[row] < 0 ? null : dataset.labelNames[dataset.label[row]];
    const split = dataset.split[row] === 0 ? null : SPLITS[dataset.split[row]];
    await sink.add([{ bytes: content.bytes, path: dataset.files[dataset.fileOf[row]] }, label, id, split], content.bytes.length + ROW_BYTES);
    onProgress(done + 1, rows.length);
  }
  await sink.finish();
  return { columns: IMAGE_COLUMNS, mixed: [] };
}

/**
 * Writes the kept records of tables: their fields as columns in the order in which they come first, then the id where no
 * field holds it. Where records name images, that column holds the images themselves. The records are read twice: once
 * for the types, once to be written. Memory is bounded by a row group of 16 MiB, one record and its image.
 */
export async function writeTableParquet(kept: KeptSamples, write: (bytes: Uint8Array) => Promise<void>, { signal, onProgress }: StepOptions): Promise<WrittenParquet> {
  const { dataset, rows } = kept;
  const steps = 2 * rows.length;
  let done = 0;
  const step = (): void => {
    if (++done % BATCH === 0 || done === steps) onProgress(done, steps);
    if (done % BATCH === 0) throwIfCancelled(signal);
  };
  const survey = new ColumnSurvey();
  await eachRecord(kept, (_row, fields) => {
    survey.add(fields);
    step();
    return Promise.resolve();
  });
  const image = namesImages(dataset) ? dataset.fields.image : null;
  const found = survey.columns();
  const columns: ParquetColumn[] = found.map(({ name, type }) => ({ name, type: name === image ? "IMAGE" : type }));
  const ownId = dataset.fields.id === null ? freeName("id", new Set(columns.map(({ name }) => name))) : null;
  if (ownId !== null) columns.push({ name: ownId, type: "STRING" });
  const sink = new ParquetSink(columns, write);
  await eachRecord(kept, async (row, fields) => {
    const content = await unchangedContent(kept, row);
    const picture: ParquetImage | null = image !== null && "bytes" in content && content.bytes.length > 0 ? { bytes: content.bytes, path: (await namedImage(kept, row))?.named ?? "" } : null;
    const values = columns.map(({ name, type }, c): ParquetValue => (type === "IMAGE" ? picture : c === found.length ? dataset.ids[row] : cellValue(type, fields.get(name))));
    await sink.add(values, dataset.byteLength[row] + (picture?.bytes.length ?? 0) + ROW_BYTES);
    step();
  });
  await sink.finish();
  return { columns, mixed: found.filter(({ mixed, name }) => mixed && name !== image).map(({ name }) => name) };
}

/** The name, or it with a number, that no column has. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}_${i}`;
  return free;
}

/** Visits the kept records with the JSON texts of their fields, in the order of the dataset. */
async function eachRecord(kept: KeptSamples, visit: (row: number, fields: ReadonlyMap<string, string>) => Promise<void>): Promise<void> {
  const { dataset, content } = kept;
  const realRoot = await realpath(dataset.root);
  for (const [file, rows] of rowsByFile(dataset, kept.rows)) {
    const name = dataset.files[file];
    if (tableFormatOf(name) !== "jsonl") {
      // By the header, as an object would sort names that are numbers.
      const header = await readCsvHeader(path.join(dataset.root, name), tableFormatOf(name) === "tsv" ? "\t" : ",");
      for (const row of rows) {
        const record = await content.recordOf(row);
        await visit(row, new Map(header.map((field) => [field, JSON.stringify(record[field])])));
      }
      continue;
    }
    const source = await TableBytes.open(path.join(dataset.root, name), realRoot);
    try {
      for (const row of rows) {
        await source.withTerminator(dataset.byteStart[row], dataset.byteLength[row], dataset.firstLine[row]);
        const text = (await source.at(dataset.byteStart[row], dataset.byteLength[row])).toString("utf8");
        await visit(row, fieldsOf(source, text, dataset.firstLine[row]));
      }
      await source.requireUnchanged();
    } finally {
      await source.close();
    }
  }
}

function fieldsOf(source: TableBytes, text: string, line: number): ReadonlyMap<string, string> {
  try {
    return jsonFields(text);
  } catch (thrown) {
    throw thrown instanceof InfomaxError ? thrown : source.changed(line);
  }
}
