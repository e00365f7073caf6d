import { throwIfCancelled } from "../errors.ts";
import type { ExportFolder } from "./exportFolder.ts";
import type { KeptSamples } from "./keptSamples.ts";

/** Lines between two looks at whether to stop. */
const BATCH = 4096;
const FORMAT = "infomax-export";
const VERSION = 1;

/** Ids one a line, sorted by code units, as beside a selection. */
export function idLines(ids: readonly string[]): string {
  return [...ids].sort().map((id) => `${id}\n`).join("");
}

/**
 * Writes the kept samples as lists in the order of the dataset: `ids.txt` with one id a line, and `kept.jsonl` with
 * `{"id", "file", "line", "label"}`: the file's POSIX path relative to the dataset, the 1-based first line of a record or
 * null for a whole file, the label or null.
 */
export async function writeLists({ dataset, rows }: Pick<KeptSamples, "dataset" | "rows">, folder: ExportFolder, signal: AbortSignal | undefined): Promise<void> {
  const { ids, files, fileOf, firstLine, label, labelNames } = dataset;
  await folder.add("ids.txt", rows.map((row) => `${ids[row]}\n`).join(""));
  const sink = await folder.sink("kept.jsonl");
  try {
    for (let at = 0; at < rows.length; at += BATCH) {
      throwIfCancelled(signal);
      const lines = rows.slice(at, at + BATCH).map((row) => `${JSON.stringify({
        id: ids[row], file: files[fileOf[row]], line: firstLine[row] === 0 ? null : firstLine[row], label: label[row] < 0 ? null : labelNames[label[row]],
      })}\n`);
      await sink.write(Buffer.from(lines.join(""), "utf8"));
    }
    await sink.close();
  } catch (thrown) {
    await sink.abandon();
    throw thrown;
  }
}

/** What an export was made from. */
export interface ExportOrigin {
  readonly form: "copy" | "hardlink" | "parquet" | "list";
  readonly selection: string;
  /** SHA-256 of the selection file. */
  readonly selectionSha256: string;
  /** Null for selections of earlier builds. */
  readonly configDigest: string | null;
  readonly datasetDigest: string;
  readonly samples: number;
  readonly kept: number;
}

/** Writes `manifest.json`: where the export comes from, and the size and SHA-256 of every other file in it. It holds no time, so the same export gives the same bytes. */
export async function writeManifest(folder: ExportFolder, origin: ExportOrigin): Promise<void> {
  const files = [...folder.files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)).map(({ path, bytes, sha256 }) => JSON.stringify({ path, bytes, sha256 }));
  const head = JSON.stringify({ format: FORMAT, version: VERSION, ...origin }, null, 2).slice(0, -2);
  await folder.add("manifest.json", `${head},\n  "files": [\n    ${files.join(",\n    ")}\n  ]\n}\n`);
}
