import path from "node:path";
import { definedOnly, type Config } from "../config.ts";
import { ContentReader, withoutRows } from "../dataset/content.ts";
import type { Dataset, RejectedSample } from "../dataset/dataset.ts";
import { imagePathOf } from "../dataset/fields.ts";
import { loadHasher } from "../dataset/identity.ts";
import { readNpyMatrix } from "../dataset/npy.ts";
import { openDataset } from "../dataset/openDataset.ts";
import { imageFileOf } from "../dataset/paths.ts";
import { chooseEncoder } from "../embedding/chooseEncoder.ts";
import type { Encoder } from "../embedding/encoder.ts";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { resolveImportance } from "../importance/resolveImportance.ts";
import { takeRows, normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { Pace } from "../pace.ts";
import { exactGroups } from "../redundancy/exactGroups.ts";
import { VectorLog } from "../store/vectorLog.ts";
import type { DatasetIndex } from "./datasetIndex.ts";
import { embedDataset, type EmbeddedDataset } from "./embedDataset.ts";
import { fileStamps } from "./fileStamps.ts";
import { findNeighbors } from "./findNeighbors.ts";
import { makeCacheFolder } from "./indexCache.ts";
import { agreementOf, comparedPairs, pairThreshold } from "./pairs.ts";
import { importedSizes, sizeUnit } from "./sampleSizes.ts";
import { sourceSignature } from "./signature.ts";

export type Stage = "Reading" | "Embedding" | "Finding neighbours" | "Scoring";

export interface BuildOptions {
  readonly signal?: AbortSignal;
  /** The pace is given while embedding, as soon as it is known. */
  readonly onProgress?: (stage: Stage, done: number, total: number, pace?: Pace) => void;
  /** An index of the same dataset and settings from before it changed: what it knows of unchanged samples is not found again. */
  readonly previous?: DatasetIndex;
}

/** Near-duplicates of imported vectors: cosines of trained features crowd near 1. */
const IMPORTED_THRESHOLD = 0.97;

/** A dataset's vectors; unreadable samples are left out of all of it. */
export interface Embedded {
  readonly dataset: Dataset;
  readonly matrix: EmbeddingMatrix;
  readonly digests: BigUint64Array;
  readonly encoder: DatasetIndex["encoder"];
  readonly agreement: DatasetIndex["agreement"];
  /** Null where vectors were imported, so that no content was read. */
  readonly sizes: DatasetIndex["sizes"];
}

/** What was embedded now, and what an earlier run had kept. */
export interface Encoded extends Embedded {
  /** Contents encoded now; the others were known. */
  readonly encoded: number;
  /** Contents that were known before, of this dataset's path and encoder. */
  readonly known: number;
}

type StageOptions = { readonly signal?: AbortSignal; readonly onProgress: (done: number, total: number, pace?: Pace) => void };

/**
 * Reads, embeds, finds neighbours and scores a dataset.
 * @param datasetPath absolute path of a folder or table file
 * @param cacheFolder where the vectors made on the way are kept, so that a stopped run goes on
 */
export async function buildIndex(datasetPath: string, config: Config, cacheFolder: string, options: BuildOptions = {}): Promise<DatasetIndex> {
  const { signal } = options;
  const seconds: Record<string, number> = {};
  const timed = async <T>(stage: Stage, work: (stageOptions: StageOptions) => Promise<T>): Promise<T> => {
    throwIfCancelled(signal);
    const start = performance.now();
    options.onProgress?.(stage, 0, 0);
    const result = await work({
      ...(signal === undefined ? {} : { signal }),
      onProgress: (done, total, pace) => options.onProgress?.(stage, done, total, pace),
    });
    seconds[stage] = (performance.now() - start) / 1000;
    return result;
  };

  const before = await sourceSignature(datasetPath, config, [], signal);
  const read = await timed("Reading", (stage) => readSource(datasetPath, config, stage));
  // Before any content is read: what changes from now on is told.
  const stamps = read.layout === "images" ? await fileStamps(read.root, read.files, signal) : null;
  const { dataset: embedded, matrix, digests, encoder, agreement, sizes } = await timed("Embedding", (stage) =>
    config.embeddings === null ? embed(read, config, cacheFolder, stage) : importVectors(read, config.embeddings, stage.signal));
  if (embedded.count === 0) {
    const first = embedded.rejected.at(0);
    throw new InfomaxError(
      "empty-dataset", `none of the ${read.count + read.rejected.length} samples could be read${first === undefined ? "" : ` (the first, ${first.file}: ${first.reason})`}`,
      "Check the files.", { file: datasetPath });
  }
  const { lists, partition, notes } = await timed("Finding neighbours", (stage) => findNeighbors(matrix, digests, config, options.previous ?? null, stage));
  const { importance, hardness, forgetting, notes: scoringNotes } = await timed("Scoring", (stage) =>
    resolveImportance(embedded, config, matrix, lists, { groupOf: exactGroups(digests).groupOf, agreement, ...stage }));
  const dataset = { ...embedded, notes: [...embedded.notes, ...notes, ...scoringNotes] };
  const images = await namedImages(dataset, signal);
  // What changed while it was being read is not in the index: then it must not look fresh.
  const unchanged = before === await sourceSignature(datasetPath, config, [], signal);
  const signature = unchanged ? await sourceSignature(datasetPath, config, images, signal) : "changed while it was indexed";
  return {
    dataset, config, digests, matrix, encoder, lists, partition, importance, agreement, hardness, forgetting, sizes: sizes ?? importedSizes(dataset, stamps), seconds, images, signature, stamps,
    datasetDigest: await digestOf(dataset, digests), indexedAt: new Date().toISOString(),
  };
}

/** Lists or parses a dataset as the settings say; its content is read later. */
export function readSource(datasetPath: string, config: Config, stage: StageOptions): Promise<Dataset> {
  return openDataset(datasetPath, {
    ...definedOnly({ id: config.id, label: config.label, text: config.text, image: config.image }),
    columns: [...new Set([config.importanceColumn, config.aumColumn].filter((name) => name !== null))],
    vectorsImported: config.embeddings !== null,
    ...stage,
  });
}

/** Embeds a dataset, or some of its samples: what is encoded is kept in the cache folder for every later run. */
export async function embed(read: Dataset, config: Config, cacheFolder: string, stage: StageOptions): Promise<Encoded> {
  const encoder = await chooseEncoder(read.kind, config);
  try {
    await makeCacheFolder(cacheFolder);
    const hasher = await loadHasher();
    const log = await VectorLog.open(path.join(cacheFolder, `vectors-${hasher.hex(encoder.key)}.bin`), encoder.key, encoder.dimensions);
    try {
      const known = log.size;
      const halves = await embedDataset(read, encoder, log, stage);
      const { matrix, rejected, agreement, threshold } = compared(read, halves, encoder, config);
      const { digests, encoded } = halves;
      const about = { name: encoder.name, dimensions: matrix.dims, defaultThreshold: threshold };
      const unit = sizeUnit(read.kind);
      if (rejected.size === 0) return { dataset: read, matrix, digests, encoder: about, agreement, sizes: { unit, values: halves.sizes }, encoded, known };
      const isKept = (_: unknown, row: number): boolean => !rejected.has(row);
      return {
        dataset: withoutRows(read, rejected), matrix: withoutZeroRows(matrix, rejected), digests: digests.filter(isKept), encoder: about,
        agreement: agreement === null ? null : agreement.filter(isKept), sizes: { unit, values: halves.sizes.filter(isKept) }, encoded, known,
      };
    } finally {
      await log.close();
    }
  } finally {
    await encoder.close();
  }
}

/** The vectors that are compared: of pairs the halves that the settings name, of all else what was embedded. */
function compared(dataset: Dataset, embedded: EmbeddedDataset, encoder: Encoder, config: Config): {
  readonly matrix: EmbeddingMatrix; readonly rejected: ReadonlyMap<number, RejectedSample>; readonly agreement: Float64Array | null; readonly threshold: number;
} {
  if (encoder.pair === undefined) return { matrix: embedded.matrix, rejected: embedded.rejected, agreement: null, threshold: encoder.defaultThreshold };
  const { imageDimensions, sharedSpace } = encoder.pair;
  const agreement = sharedSpace ? agreementOf(embedded.matrix, imageDimensions) : null;
  const { matrix, missing } = comparedPairs(embedded.matrix, imageDimensions, config.pairs);
  const rejected = new Map(embedded.rejected);
  for (const [row, reason] of missing) {
    if (!rejected.has(row)) rejected.set(row, { file: dataset.files[dataset.fileOf[row]], line: dataset.firstLine[row], code: "bad-data", reason, id: dataset.ids[row] });
  }
  return { matrix, rejected, agreement, threshold: pairThreshold(encoder.pair, config.pairs) };
}

function withoutZeroRows(matrix: EmbeddingMatrix, rejected: ReadonlyMap<number, RejectedSample>): EmbeddingMatrix {
  const rows: number[] = [];
  for (let row = 0; row < matrix.rows; row++) if (!rejected.has(row)) rows.push(row);
  return takeRows(matrix, rows);
}

/** Rows of the .npy file answer to the source's rows, the unreadable ones counted. */
export async function importVectors(dataset: Dataset, file: string, signal?: AbortSignal): Promise<Embedded> {
  const imported = await readNpyMatrix(file, dataset.sourceRows, signal);
  const matrix = dataset.count === imported.rows ? imported : takeRows(imported, dataset.sourceRow);
  const hasher = await loadHasher();
  const digests = new BigUint64Array(matrix.rows);
  const bytes = matrix.dims * Float32Array.BYTES_PER_ELEMENT;
  for (let row = 0; row < matrix.rows; row++) digests[row] = hasher.bigint(new Uint8Array(matrix.data.buffer, matrix.data.byteOffset + row * bytes, bytes));
  normalizeRows(matrix);
  return { dataset, matrix, digests, encoder: { name: `imported vectors (${path.basename(file)})`, dimensions: matrix.dims, defaultThreshold: IMPORTED_THRESHOLD }, agreement: null, sizes: null };
}

/** The image files that a table's records name. */
async function namedImages(dataset: Dataset, signal: AbortSignal | undefined): Promise<string[]> {
  const { image } = dataset.fields;
  if (dataset.layout !== "table" || (dataset.kind !== "image" && dataset.kind !== "pair") || image === null) return [];
  const reader = new ContentReader(dataset);
  const images: string[] = [];
  try {
    for (let row = 0; row < dataset.count; row++) {
      throwIfCancelled(signal);
      const named = imagePathOf((await reader.recordOf(row))[image]);
      if (typeof named === "string") images.push(imageFileOf(dataset.root, dataset.files[dataset.fileOf[row]], named));
    }
  } finally {
    await reader.close();
  }
  return images;
}

async function digestOf(dataset: Dataset, digests: BigUint64Array): Promise<string> {
  const hasher = await loadHasher();
  const lines = dataset.ids.map((id, row) => `${id}\0${digests[row].toString(16)}\n`).sort();
  return hasher.hex(lines.join(""));
}
