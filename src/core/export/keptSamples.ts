import path from "node:path";
import type { ContentReader } from "../dataset/content.ts";
import type { Dataset, SampleContent } from "../dataset/dataset.ts";
import { imagePathOf } from "../dataset/fields.ts";
import { contentDigest, type Hasher } from "../dataset/identity.ts";
import { imageFileOf, isInside, toPosix } from "../dataset/paths.ts";
import { InfomaxError } from "../errors.ts";

/** The samples to export, and how to read them. */
export interface KeptSamples {
  readonly dataset: Dataset;
  /** Ascending rows. */
  readonly rows: readonly number[];
  readonly content: ContentReader;
  /** xxh64 of the content of each row when it was indexed. */
  readonly digests: BigUint64Array;
  readonly hasher: Hasher;
}

/** How a step is watched and stopped. */
export interface StepOptions {
  readonly signal?: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** The content of a sample. @throws InfomaxError cannot-apply where it is another than was indexed, and as ContentReader does */
export async function unchangedContent({ dataset, content, digests, hasher }: KeptSamples, row: number): Promise<SampleContent> {
  const read = await content.read(row);
  if (contentDigest(read, hasher) !== digests[row]) {
    const line = dataset.firstLine[row];
    throw new InfomaxError("cannot-apply", "The content has changed since it was indexed", "Index the dataset again, then export.", {
      file: path.join(dataset.root, dataset.files[dataset.fileOf[row]]), ...(line === 0 ? {} : { line }),
    });
  }
  return read;
}

/** Whether the records of a dataset name images that belong to them. */
export function namesImages({ layout, kind, fields }: Dataset): boolean {
  return layout === "table" && (kind === "image" || kind === "pair") && fields.image !== null;
}

/** An image that a record names. */
export interface NamedImage {
  /** As the record names it. */
  readonly named: string;
  /** Absolute path, links not followed. */
  readonly absolute: string;
  /** POSIX path relative to the dataset's root. */
  readonly file: string;
}

/** The image that the record of a row names, or null where it names none. @throws InfomaxError outside-root */
export async function namedImage({ dataset, content }: Pick<KeptSamples, "dataset" | "content">, row: number): Promise<NamedImage | null> {
  const { root, files, fileOf, fields } = dataset;
  if (fields.image === null) return null;
  const named = imagePathOf((await content.recordOf(row))[fields.image]);
  if (typeof named !== "string") return null;
  const absolute = imageFileOf(root, files[fileOf[row]], named);
  if (!isInside(root, absolute) || absolute === root) {
    throw new InfomaxError("outside-root", `"${named}" leads outside the dataset's folder`, "Move the file into the folder.", { file: path.join(root, files[fileOf[row]]), line: dataset.firstLine[row] });
  }
  return { named, absolute, file: toPosix(root, absolute) };
}

/** Rows by the table that holds them, in the order of the files and of the records in each. */
export function rowsByFile({ fileOf }: Dataset, rows: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const byFile = new Map<number, number[]>();
  for (const row of rows) {
    const known = byFile.get(fileOf[row]);
    if (known === undefined) byFile.set(fileOf[row], [row]);
    else known.push(row);
  }
  return byFile;
}
