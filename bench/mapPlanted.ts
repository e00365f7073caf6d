/** Planted data for `bench/map.ts`. */
import { nearestNeighborsByPart, partitionFrom } from "../src/core/neighbors/partition.ts";
import type { NeighborLists } from "../src/core/neighbors/neighborGraph.ts";
import { normalizeRows, type EmbeddingMatrix } from "../src/core/neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../src/core/random.ts";

const DIMS = 64;
const FAMILIES = 40;
const CLUSTERS = 1000;
/** Directions in which a cluster spreads. */
const SPREAD = 6;

export interface Planted {
  readonly matrix: EmbeddingMatrix;
  readonly lists: NeighborLists;
  /** Cluster of each row. */
  readonly label: Int32Array;
}

/**
 * 1,000 clusters in 40 families, each a patch of a six-dimensional plane of its own. Neighbours are searched within
 * families, which is quick and leaves the families without any edge between them, as parts of a large dataset are.
 */
export async function plantedClusters(rows: number, k: number): Promise<Planted> {
  const random = seededRandom(7);
  const normal = (): number => random() + random() + random() + random() - 2;
  const vectors = (count: number, scale: number): Float64Array => Float64Array.from({ length: count * DIMS }, () => scale * normal());
  const family = vectors(FAMILIES, 1);
  const centre = vectors(CLUSTERS, 0.15);
  const axes = vectors(CLUSTERS * SPREAD, 0.15);
  const order = seededPermutation(rows, 3);
  const label = Int32Array.from(order, (at) => at % CLUSTERS);
  const data = new Float32Array(rows * DIMS);
  const along = new Float64Array(SPREAD);
  for (let row = 0; row < rows; row++) {
    const cluster = label[row];
    for (let s = 0; s < SPREAD; s++) along[s] = 3 * (random() - 0.5);
    for (let d = 0; d < DIMS; d++) {
      let value = family[(cluster % FAMILIES) * DIMS + d] + centre[cluster * DIMS + d] + 0.1 * (random() - 0.5);
      for (let s = 0; s < SPREAD; s++) value += along[s] * axes[(cluster * SPREAD + s) * DIMS + d];
      data[row * DIMS + d] = value;
    }
  }
  const matrix = { rows, dims: DIMS, data };
  normalizeRows(matrix);
  const lists = await nearestNeighborsByPart(matrix, partitionFrom("neighbors", label.map((cluster) => cluster % FAMILIES)), k);
  return { matrix, lists, label };
}
