import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { InfomaxError } from "../errors.ts";
import type { Dataset, ReadOptions, RejectedSample } from "./dataset.ts";
import { PIN_KINDS, readPins } from "../store/protectionFile.ts";
import { openImages } from "./openImages.ts";
import { namedFields } from "./fields.ts";
import { openTable, planTable } from "./openTable.ts";
import { counted, isImageName, isMetadataName, tableFormatOf } from "./paths.ts";
import { unreadable } from "./records.ts";
import { scanFolder, type FolderContents } from "./scanFolder.ts";

/**
 * Opens a dataset: a folder of images, a folder of JSONL/CSV/TSV files, or one such file. Images with a `metadata`
 * table beside them that tells their texts or labels are the records of that table. Only ids, positions, labels
 * and the columns asked for are held; content is read later by `ContentReader`. The order of the samples is the same
 * on every machine. `options.onProgress` counts bytes of tables, or files found with a total of 0.
 *
 * Throws {@link InfomaxError}: `not-found`, `bad-argument` (a path that is no dataset, a field that does not exist),
 * `bad-importance` (a column value that is no finite number), `empty-dataset`, `bad-data`; and `CancelledError`.
 */
export async function openDataset(datasetPath: string, options: ReadOptions = {}): Promise<Dataset> {
  const absolute = path.resolve(datasetPath);
  let stats: Stats;
  try {
    stats = await stat(absolute);
  } catch (thrown) {
    throw unreadable(absolute, thrown);
  }
  if (stats.isDirectory()) return openFolder(absolute, options);
  if (!stats.isFile()) {
    throw new InfomaxError("bad-argument", "This is neither a file nor a folder", "Name a folder, or a JSONL, CSV or TSV file.", { file: absolute });
  }
  if (tableFormatOf(absolute) === null) throw unsupported(absolute);
  return openTable({ path: absolute, root: path.dirname(absolute), files: [path.basename(absolute)], rejected: [], notes: [] }, options);
}

async function openFolder(root: string, options: ReadOptions): Promise<Dataset> {
  const contents = await scanFolder(root, options.signal, (found) => options.onProgress?.(found, 0));
  if (contents.images.length > 0) return await openDescribed(root, contents, options) ?? openImages(root, contents, options);
  const usable = contents.tables.filter((table) => table.rejected === null);
  const rejected: RejectedSample[] = [...contents.rejectedFolders];
  for (const table of contents.tables) if (table.rejected !== null) rejected.push(table.rejected);
  if (usable.length === 0) {
    const left = rejected[0] === undefined ? "" : ` (${rejected.length} left out; ${rejected[0].file}: ${rejected[0].reason})`;
    throw new InfomaxError("empty-dataset", `The folder holds no image and no JSONL, CSV or TSV file${left}`, "Name the folder that holds the samples.", { file: root });
  }
  return openTable({ path: root, root, files: usable.map((table) => table.file), rejected, notes: [] }, options);
}

/**
 * The images of a folder with the texts that `metadata.jsonl` or `metadata.csv` hold for them; null where none does. The
 * folder stays one of images where vectors are imported, whose rows are in the order of the files, and where images
 * are pinned or excluded by their paths, which are no ids of records.
 */
async function openDescribed(root: string, contents: FolderContents, options: ReadOptions): Promise<Dataset | null> {
  const files = contents.tables.filter((table) => table.rejected === null && isMetadataName(path.posix.basename(table.file))).map((table) => table.file);
  if (files.length === 0) return null;
  const source = { path: root, root, files, rejected: [], notes: [] };
  const plan = await planTable(source, options);
  if (namedFields(options).length === 0) {
    if (options.vectorsImported === true || plan === null || plan.kind !== "pair") return null;
    const pins = await Promise.all(PIN_KINDS.map((kind) => readPins(root, kind)));
    if (contents.images.some(({ file }) => pins.some((known) => known.has(file)))) return null;
  }
  const dataset = await openTable(source, options);
  if (dataset.sourceRows >= contents.images.length) return dataset;
  const note = `The folder holds ${counted(contents.images.length, "image")} and ${files.slice(0, 3).join(", ")} ${counted(dataset.sourceRows, "record")}: images that no record names were passed over`;
  return { ...dataset, notes: [...dataset.notes, note] };
}

function unsupported(file: string): InfomaxError {
  const extension = path.extname(file).toLowerCase();
  if (extension === ".parquet") {
    return new InfomaxError("bad-argument", "Parquet files are not read yet", "Convert the file to JSONL or CSV.", { file });
  }
  if (isImageName(file)) {
    return new InfomaxError("bad-argument", "This is a single image", "Name the folder that holds the images.", { file });
  }
  return new InfomaxError(
    "bad-argument",
    `${extension === "" ? "Files without an extension" : `${extension} files`} are not read`,
    "Name a folder of images, or a .jsonl, .ndjson, .csv or .tsv file.",
    { file },
  );
}
