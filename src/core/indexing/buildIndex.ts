import path from "node:path";
import { definedOnly, type Config } from "../config.ts";
import { ContentReader, withoutRows } from "../dataset/content.ts";
import type { Dataset, RejectedSample } from "../dataset/dataset.ts";
import { loadHasher } from "../dataset/identity.ts";
import { readNpyMatrix } from "../dataset/npy.ts";
import { openDataset } from "../dataset/openDataset.ts";
import { chooseEncoder } from "../embedding/chooseEncoder.ts";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { resolveImportance } from "../importance/resolveImportance.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors } from "../neighbors/neighborGraph.ts";
import { normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { takeRows } from "../selection/keepers.ts";
import { VectorLog } from "../store/vectorLog.ts";
import type { DatasetIndex } from "./datasetIndex.ts";
import { embedDataset } from "./embedDataset.ts";
import { makeCacheFolder } from "./indexCache.ts";
import { sourceSignature } from "./signature.ts";

export type Stage = "Reading" | "Embedding" | "Finding neighbours" | "Scoring";

export interface BuildOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: Stage, done: number, total: number) => void;
}

/** Near-duplicates of imported vectors: cosines of trained features crowd near 1. */
const IMPORTED_THRESHOLD = 0.97;

interface Embedded {
  readonly dataset: Dataset;
  readonly matrix: EmbeddingMatrix;
  readonly digests: BigUint64Array;
  readonly encoder: DatasetIndex["encoder"];
}

/**
 * Reads, embeds, finds neighbours and scores a dataset.
 * @param datasetPath absolute path of a folder or table file
 * @param cacheFolder where the vectors made on the way are kept, so that a stopped run goes on
 */
export async function buildIndex(datasetPath: string, config: Config, cacheFolder: string, options: BuildOptions = {}): Promise<DatasetIndex> {
  const { signal } = options;
  const seconds: Record<string, number> = {};
  const timed = async <T>(stage: Stage, work: (stageOptions: { signal?: AbortSignal; onProgress: (done: number, total: number) => void }) => Promise<T>): Promise<T> => {
    throwIfCancelled(signal);
    const start = performance.now();
    options.onProgress?.(stage, 0, 0);
    const result = await work({
      ...(signal === undefined ? {} : { signal }),
      onProgress: (done, total) => options.onProgress?.(stage, done, total),
    });
    seconds[stage] = (performance.now() - start) / 1000;
    return result;
  };

  const before = await sourceSignature(datasetPath, config, [], signal);
  const read = await timed("Reading", (stage) => openDataset(datasetPath, {
    ...definedOnly({ id: config.id, label: config.label, text: config.text, image: config.image }),
    columns: [...new Set([config.importanceColumn, config.aumColumn].filter((name) => name !== null))],
    vectorsImported: config.embeddings !== null,
    ...stage,
  }));
  const { dataset, matrix, digests, encoder } = await timed("Embedding", (stage) =>
    config.embeddings === null ? embed(read, config, cacheFolder, stage) : importVectors(read, config.embeddings, stage.signal));
  if (dataset.count === 0) {
    const first = dataset.rejected.at(0);
    throw new InfomaxError(
      "empty-dataset", `none of the ${read.count + read.rejected.length} samples could be read${first === undefined ? "" : ` (the first, ${first.file}: ${first.reason})`}`,
      "Check the files.", { file: datasetPath });
  }
  const lists = await timed("Finding neighbours", async (stage) => nearestNeighbors(matrix, await ExactSearch.create(matrix), config.neighbors, stage));
  const { importance, hardness } = await timed("Scoring", (stage) => resolveImportance(dataset, config, matrix, lists, stage));
  const images = await namedImages(dataset, signal);
  // What changed while it was being read is not in the index: then it must not look fresh.
  const unchanged = before === await sourceSignature(datasetPath, config, [], signal);
  const signature = unchanged ? await sourceSignature(datasetPath, config, images, signal) : "changed while it was indexed";
  return {
    dataset, config, digests, matrix, encoder, lists, importance, hardness, seconds, images, signature,
    datasetDigest: await digestOf(dataset, digests), indexedAt: new Date().toISOString(),
  };
}

async function embed(read: Dataset, config: Config, cacheFolder: string, stage: { signal?: AbortSignal; onProgress: (done: number, total: number) => void }): Promise<Embedded> {
  const encoder = await chooseEncoder(read.kind, config.encoder, config.seed);
  try {
    await makeCacheFolder(cacheFolder);
    const hasher = await loadHasher();
    const log = await VectorLog.open(path.join(cacheFolder, `vectors-${hasher.hex(encoder.key)}.bin`), encoder.key, encoder.dimensions);
    try {
      const { matrix, digests, rejected } = await embedDataset(read, encoder, log, stage);
      const about = { name: encoder.name, dimensions: encoder.dimensions, defaultThreshold: encoder.defaultThreshold };
      if (rejected.size === 0) return { dataset: read, matrix, digests, encoder: about };
      return { dataset: withoutRows(read, rejected), matrix: withoutZeroRows(matrix, rejected), digests: digests.filter((_, row) => !rejected.has(row)), encoder: about };
    } finally {
      await log.close();
    }
  } finally {
    await encoder.close();
  }
}

function withoutZeroRows(matrix: EmbeddingMatrix, rejected: ReadonlyMap<number, RejectedSample>): EmbeddingMatrix {
  const rows: number[] = [];
  for (let row = 0; row < matrix.rows; row++) if (!rejected.has(row)) rows.push(row);
  return takeRows(matrix, rows);
}

/** Rows of the .npy file answer to the source's rows, the unreadable ones counted. */
async function importVectors(dataset: Dataset, file: string, signal?: AbortSignal): Promise<Embedded> {
  const imported = await readNpyMatrix(file, dataset.sourceRows, signal);
  const matrix = dataset.count === imported.rows ? imported : takeRows(imported, dataset.sourceRow);
  const hasher = await loadHasher();
  const digests = new BigUint64Array(matrix.rows);
  const bytes = matrix.dims * Float32Array.BYTES_PER_ELEMENT;
  for (let row = 0; row < matrix.rows; row++) digests[row] = hasher.bigint(new Uint8Array(matrix.data.buffer, matrix.data.byteOffset + row * bytes, bytes));
  normalizeRows(matrix);
  return { dataset, matrix, digests, encoder: { name: `imported vectors (${path.basename(file)})`, dimensions: matrix.dims, defaultThreshold: IMPORTED_THRESHOLD } };
}

/** The image files that a table's records name. */
async function namedImages(dataset: Dataset, signal: AbortSignal | undefined): Promise<string[]> {
  const { image } = dataset.fields;
  if (dataset.layout !== "table" || dataset.kind !== "image" || image === null) return [];
  const reader = new ContentReader(dataset);
  const images: string[] = [];
  try {
    for (let row = 0; row < dataset.count; row++) {
      throwIfCancelled(signal);
      const file = (await reader.recordOf(row))[image];
      if (typeof file === "string") images.push(path.resolve(dataset.root, file));
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
