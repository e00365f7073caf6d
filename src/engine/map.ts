import { createHash } from "node:crypto";
import { makeCacheFolder, removeOldCaches } from "../core/indexing/indexCache.ts";
import { DEFAULT_MAP_NEIGHBORS, projectMap } from "../core/projection/projectMap.ts";
import { loadMap, saveMap } from "../core/store/mapFile.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

export interface DatasetMapOptions {
  /** By default the seed that the dataset was indexed with. */
  readonly seed?: number;
  /** Neighbours of each sample that the map is made from, the sample itself counted; 15 by default. */
  readonly neighbors?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The map of a dataset, row-major `samples × 2` in [−1, 1]: out of the cache folder, or made from the index's neighbours and kept there.
 * A damaged file is made again.
 * @param folder the dataset's cache folder
 * @throws CancelledError; InfomaxError bad-argument where the cache folder cannot be made
 */
export async function datasetMap(loaded: LoadedDataset, folder: string, options: DatasetMapOptions = {}): Promise<Float32Array> {
  const { matrix, lists, config } = loaded.index;
  const seed = options.seed ?? config.seed;
  const neighbors = options.neighbors ?? DEFAULT_MAP_NEIGHBORS;
  const key = mapKey(loaded, seed, neighbors);
  const kept = await loadMap(folder, key, matrix.rows);
  if (kept !== null) return kept;
  const { signal, onProgress } = options;
  const map = await projectMap(matrix, lists, { seed, neighbors, ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) });
  await makeCacheFolder(folder);
  await saveMap(folder, key, map);
  await removeOldCaches(folder);
  return map;
}

/** All that a map depends on, as the name of its file. */
function mapKey({ index }: LoadedDataset, seed: number, neighbors: number): string {
  const parts = [index.datasetDigest, index.encoder.name, index.encoder.dimensions, index.config.pairs, seed, neighbors, index.signature];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
