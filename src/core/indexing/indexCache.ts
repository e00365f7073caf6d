import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, messageOf } from "../errors.ts";
import type { Config } from "../config.ts";
import type { Dataset, RejectedSample, ResolvedFields, SampleKind } from "../dataset/dataset.ts";
import { partitionFrom, type PartitionKind } from "../neighbors/partition.ts";
import { readArrayFile, takeArray, writeArrayFile } from "../store/arrayFile.ts";
import type { DatasetIndex, Hardness } from "./datasetIndex.ts";
import type { SampleSizes } from "./sampleSizes.ts";
import { settingsDigest } from "./signature.ts";

/** Where a dataset's caches lie: one folder a dataset, named by its path. Never inside the workspace. */
export function datasetCacheFolder(storage: string, datasetPath: string): string {
  const name = path.basename(datasetPath).replace(/[^A-Za-z0-9]+/g, "-").slice(0, 40);
  return path.join(storage, `${name}-${createHash("sha256").update(datasetPath).digest("hex").slice(0, 16)}`);
}

export function indexFile(storage: string, datasetPath: string, config: Config): string {
  return path.join(datasetCacheFolder(storage, datasetPath), `index-${settingsDigest(config)}.bin`);
}

type StoredHardness = Omit<Hardness, "aum" | "isSuspect">;

/** Everything of an index that is no array. */
interface Metadata {
  readonly path: string;
  readonly layout: Dataset["layout"];
  readonly kind: SampleKind;
  readonly ids: readonly string[];
  readonly files: readonly string[];
  readonly labelNames: readonly string[];
  readonly sourceRows: number;
  readonly rejected: readonly RejectedSample[];
  readonly notes: readonly string[];
  readonly fields: ResolvedFields;
  readonly columnNames: readonly string[];
  readonly datasetDigest: string;
  readonly encoder: DatasetIndex["encoder"];
  readonly importance: { readonly name: string; readonly description: string };
  readonly hardness: StoredHardness | null;
  readonly partition: PartitionKind | null;
  readonly sizeUnit: SampleSizes["unit"] | null;
  readonly indexedAt: string;
  readonly seconds: Readonly<Record<string, number>>;
  readonly images: readonly string[];
  readonly signature: string;
}

/** Makes the folder for a dataset's caches; an error says where else they can go. */
export async function makeCacheFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    throw new InfomaxError("bad-argument", `the cache folder cannot be made (${messageOf(thrown)})`, "Name a folder that can be written with --cache or INFOMAX_CACHE.", { file: folder }, thrown);
  }
}

/** Indexes, search graphs and maps of other settings that are kept for a dataset, so that going back to them is quick. */
const KEPT_OF_EACH = 3;

/** Removes the oldest caches of a dataset beyond a few of each kind; vectors stay, as they cost most to make again. */
export async function removeOldCaches(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const kind of [/^index-.*\.bin$/, /^hnsw-.*\.bin$/, /^map-.*\.bin$/]) {
    const found = await Promise.all(names.filter((name) => kind.test(name)).map(async (name) => ({ name, time: (await stat(path.join(folder, name))).mtimeMs })));
    found.sort((a, b) => b.time - a.time);
    for (const { name } of found.slice(KEPT_OF_EACH)) {
      await rm(path.join(folder, name), { force: true });
      await rm(path.join(folder, `${name}.sha256`), { force: true });
    }
  }
}

export async function saveIndex(file: string, index: DatasetIndex): Promise<void> {
  const { dataset, lists } = index;
  await makeCacheFolder(path.dirname(file));
  const metadata: Metadata = {
    path: dataset.path, layout: dataset.layout, kind: dataset.kind, ids: dataset.ids, files: dataset.files, labelNames: dataset.labelNames,
    sourceRows: dataset.sourceRows, rejected: dataset.rejected, notes: dataset.notes, fields: dataset.fields, columnNames: [...dataset.columns.keys()],
    datasetDigest: index.datasetDigest, encoder: index.encoder,
    importance: { name: index.importance.name, description: index.importance.description },
    hardness: index.hardness === null ? null : { description: index.hardness.description, noise: index.hardness.noise, probeAccuracy: index.hardness.probeAccuracy }, partition: index.partition?.kind ?? null, sizeUnit: index.sizes?.unit ?? null, indexedAt: index.indexedAt, seconds: index.seconds, images: index.images, signature: index.signature,
  };
  await writeArrayFile(file, metadata, {
    fileOf: dataset.fileOf, firstLine: dataset.firstLine, lastLine: dataset.lastLine, byteStart: dataset.byteStart, byteLength: dataset.byteLength,
    label: dataset.label, split: dataset.split, sourceRow: dataset.sourceRow, digests: index.digests,
    vectors: index.matrix.data, neighbors: lists.neighbors, similarities: lists.similarities,
    importance: index.importance.values, ...(index.agreement === null ? {} : { agreement: index.agreement }), ...(index.hardness === null ? {} : { aum: index.hardness.aum }),
    ...(index.hardness === null || index.hardness.isSuspect === null ? {} : { suspect: index.hardness.isSuspect }),
    ...(index.forgetting === null ? {} : { forgetting: index.forgetting }),
    ...(index.sizes === null ? {} : { sizes: index.sizes.values }),
    ...(index.stamps === null ? {} : { fileSizes: index.stamps.sizes, fileTimes: index.stamps.times }),
    ...(index.partition === null ? {} : { partOf: index.partition.partOf }),
    ...Object.fromEntries([...dataset.columns].map(([, values], c) => [`column${c}`, values])),
  });
}

/**
 * Loads an index from the cache: null when there is none. A damaged one is an error with code bad-data, which
 * callers treat as none after saying so. The file is our own and checksummed, so its metadata are trusted.
 * @param root absolute dataset root
 */
export async function loadIndex(file: string, root: string, config: Config): Promise<DatasetIndex | null> {
  if (await stat(file).then(() => false, () => true)) return null;
  const { metadata, arrays } = await readArrayFile(file);
  if (typeof metadata !== "object" || metadata === null || !("ids" in metadata) || !Array.isArray(metadata.ids)) {
    throw new InfomaxError("bad-data", "the cache file holds no index", "Index the dataset again.", { file });
  }
  const m = metadata as Metadata;
  const count = m.ids.length;
  const vectors = takeArray(file, arrays, "vectors", "Float32Array", count * m.encoder.dimensions);
  const neighbors = takeArray(file, arrays, "neighbors", "Int32Array");
  const dataset: Dataset = {
    path: m.path, root, layout: m.layout, kind: m.kind, count, ids: m.ids, files: m.files, labelNames: m.labelNames,
    fileOf: takeArray(file, arrays, "fileOf", "Uint32Array", count), firstLine: takeArray(file, arrays, "firstLine", "Uint32Array", count),
    lastLine: takeArray(file, arrays, "lastLine", "Uint32Array", count), byteStart: takeArray(file, arrays, "byteStart", "Float64Array", count),
    byteLength: takeArray(file, arrays, "byteLength", "Uint32Array", count), label: takeArray(file, arrays, "label", "Int32Array", count),
    split: takeArray(file, arrays, "split", "Uint8Array", count), sourceRow: takeArray(file, arrays, "sourceRow", "Uint32Array", count),
    sourceRows: m.sourceRows, rejected: m.rejected, notes: m.notes, fields: m.fields,
    columns: new Map(m.columnNames.map((name, c) => [name, takeArray(file, arrays, `column${c}`, "Float64Array", count)])),
  };
  return {
    dataset, config, datasetDigest: m.datasetDigest, digests: takeArray(file, arrays, "digests", "BigUint64Array", count),
    matrix: { rows: count, dims: m.encoder.dimensions, data: vectors }, encoder: m.encoder,
    lists: { rows: count, k: count === 0 ? 0 : neighbors.length / count, neighbors, similarities: takeArray(file, arrays, "similarities", "Float32Array", neighbors.length) },
    partition: m.partition === null ? null : partitionFrom(m.partition, takeArray(file, arrays, "partOf", "Int32Array", count)),
    importance: { ...m.importance, values: takeArray(file, arrays, "importance", "Float64Array", count) },
    agreement: arrays.has("agreement") ? takeArray(file, arrays, "agreement", "Float64Array", count) : null,
    hardness: m.hardness === null ? null : { ...checkedHardness(m.hardness, file), aum: takeArray(file, arrays, "aum", "Float64Array", count), isSuspect: arrays.has("suspect") ? takeArray(file, arrays, "suspect", "Uint8Array", count) : null },
    forgetting: arrays.has("forgetting") ? takeArray(file, arrays, "forgetting", "Float64Array", count) : null,
    sizes: m.sizeUnit === null ? null : { unit: m.sizeUnit, values: takeArray(file, arrays, "sizes", "Float64Array", count) },
    indexedAt: m.indexedAt, seconds: m.seconds, images: m.images, signature: m.signature,
    stamps: arrays.has("fileSizes") ? { sizes: takeArray(file, arrays, "fileSizes", "Float64Array", m.files.length), times: takeArray(file, arrays, "fileTimes", "Float64Array", m.files.length) } : null,
  };
}

function checkedHardness(stored: StoredHardness, file: string): StoredHardness {
  const { description, noise, probeAccuracy } = stored;
  const isShare = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1;
  if (typeof description !== "string" || !(noise === null || (isShare(noise?.share) && typeof noise.method === "string")) || !(probeAccuracy === null || isShare(probeAccuracy))) {
    throw new InfomaxError("bad-data", "the cache file holds no estimate of label noise", "Index the dataset again.", { file });
  }
  return { description, noise, probeAccuracy };
}
