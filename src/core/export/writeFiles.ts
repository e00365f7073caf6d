import { realpath } from "node:fs/promises";
import path from "node:path";
import { isInside, tableFormatOf } from "../dataset/paths.ts";
import { InfomaxError, messageOf, throwIfCancelled } from "../errors.ts";
import type { ExportFolder } from "./exportFolder.ts";
import { filterTable } from "./filterTable.ts";
import { namedImage, namesImages, rowsByFile, unchangedContent, type KeptSamples, type StepOptions } from "./keptSamples.ts";
import { TableBytes } from "./tableBytes.ts";
import { together } from "./together.ts";

/** Images written at once. */
const AT_ONCE = 8;
/** Records between two looks at whether to stop. */
const BATCH = 256;

/** How an image comes into the export: as bytes of its own, or as a second name of the same file. */
export type FileMeans = "copy" | "hardlink";

/**
 * Writes the kept images of a folder at their own relative paths. A link in the dataset is exported as the file that it
 * leads to, which lies in the dataset as well.
 * @throws InfomaxError cannot-apply where an image is another than was indexed or cannot be linked, outside-root
 */
export async function writeImages(kept: KeptSamples, folder: ExportFolder, means: FileMeans, { signal, onProgress }: StepOptions): Promise<void> {
  const { dataset, rows } = kept;
  const realRoot = await realpath(dataset.root);
  await together(rows, AT_ONCE, async (row) => {
    throwIfCancelled(signal);
    const file = dataset.files[dataset.fileOf[row]];
    const content = await unchangedContent(kept, row);
    if (content.kind !== "image") throw new Error("An image folder holds images alone");
    await bring(folder, file, content.bytes, means, path.join(dataset.root, file), realRoot);
  }, (done) => { onProgress(done, rows.length); });
}

/**
 * Writes the tables with their kept records alone, byte for byte (see {@link filterTable}), and the images that these
 * name, each once, at their own relative paths. Tables of which no record is kept are left out.
 * @throws InfomaxError cannot-apply where a record or an image is another than was indexed, outside-root
 */
export async function writeTables(kept: KeptSamples, folder: ExportFolder, means: FileMeans, { signal, onProgress }: StepOptions): Promise<void> {
  const { dataset } = kept;
  const realRoot = await realpath(dataset.root);
  const withImages = namesImages(dataset);
  const brought = new Set<string>();
  let done = 0;
  for (const [file, rows] of rowsByFile(dataset, kept.rows)) {
    const name = dataset.files[file];
    const source = await TableBytes.open(path.join(dataset.root, name), realRoot);
    const sink = await folder.sink(name);
    try {
      await filterTable(source, tableFormatOf(name) ?? "jsonl", rows.map((row) => ({ byteStart: dataset.byteStart[row], byteLength: dataset.byteLength[row], firstLine: dataset.firstLine[row] })), async (bytes) => {
        throwIfCancelled(signal);
        await sink.write(bytes);
      });
      for (const row of rows) {
        const content = await unchangedContent(kept, row);
        const image = withImages && "bytes" in content && content.bytes.length > 0 ? await namedImage(kept, row) : null;
        if (image !== null && "bytes" in content && !brought.has(image.file)) {
          brought.add(image.file);
          await bring(folder, image.file, content.bytes, means, image.absolute, realRoot);
        }
        if (++done % BATCH === 0 || done === kept.rows.length) onProgress(done, kept.rows.length);
        if (done % BATCH === 0) throwIfCancelled(signal);
      }
      // Nothing was written to the table between the bytes that were copied and the contents that were compared.
      await source.requireUnchanged();
      await sink.close();
    } catch (thrown) {
      await sink.abandon();
      throw thrown;
    } finally {
      await source.close();
    }
  }
}

async function bring(folder: ExportFolder, file: string, bytes: Uint8Array, means: FileMeans, source: string, realRoot: string): Promise<void> {
  if (means === "copy") {
    await folder.add(file, bytes);
    return;
  }
  const real = await realpath(source);
  if (!isInside(realRoot, real)) throw new InfomaxError("outside-root", "It leads outside the dataset's folder", "Move the file into the folder.", { file: source });
  try {
    await folder.link(file, real, bytes);
  } catch (thrown) {
    if (thrown instanceof InfomaxError) throw thrown;
    throw new InfomaxError("cannot-apply", `No hard link to it can be made there (${messageOf(thrown)})`, "Export a copy, or into a folder on the dataset's own disk.", { file: source }, thrown);
  }
}
