import { ExactSearch } from "../neighbors/exactSearch.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { takeRows, type EmbeddingMatrix, type SearchOptions } from "../neighbors/neighborSearch.ts";
import { throwIfCancelled } from "../errors.ts";
import { PRODUCT_ERROR, squaredDistance } from "./products.ts";

/** Rows searched at once: bounds the answers that are held. */
const BLOCK = 4096;
/** Neighbours beyond the k-th that are searched, first and for rows that this leaves in doubt. */
const BEYOND = 4;
const FAR_BEYOND = 252;

export interface RadiiOptions extends SearchOptions {
  /** The matrix's own nearest neighbours by exact search, where they are known already. */
  readonly lists?: NeighborLists;
}

/**
 * Squared Euclidean distance of each row to its k-th nearest other row, k ≥ 1: found by products in float32, told apart
 * in double. Exact unless more than 250 rows lie within rounding of the k-th.
 * @param matrix L2-normalised, more than k rows
 * @throws CancelledError
 */
export async function squaredRadii(matrix: EmbeddingMatrix, k: number, options: RadiiOptions = {}): Promise<Float64Array> {
  const { rows } = matrix;
  const radii = new Float64Array(rows);
  const search = await ExactSearch.create(matrix);
  /** Sets the radius from distances to a row's nearest; whether others may be nearer than the k-th of them. @param last product of the farthest */
  const isDoubtful = (row: number, distances: Float64Array, last: number): boolean => {
    distances.sort();
    radii[row] = distances[k - 1];
    // What was not found is no nearer than the last that was, but for rounding.
    return radii[row] > Math.max(0, 2 - 2 * (last + PRODUCT_ERROR));
  };
  const settle = async (wanted: Uint32Array, width: number): Promise<number[]> => {
    const found = await search.search(takeRows(matrix, wanted).data, width, options.signal === undefined ? {} : { signal: options.signal });
    const distances = new Float64Array(width);
    const doubtful: number[] = [];
    for (let w = 0; w < wanted.length; w++) {
      const row = wanted[w];
      let count = 0;
      for (let at = w * width, end = at + width; at < end; at++) {
        if (found.rows[at] !== row) distances[count++] = squaredDistance(matrix, row, matrix, found.rows[at]);
      }
      if (isDoubtful(row, distances.subarray(0, count), found.similarities[(w + 1) * width - 1]) && width < rows) doubtful.push(row);
    }
    return doubtful;
  };
  const doubtful: number[] = [];
  const { lists } = options;
  if (lists !== undefined && lists.k >= k) {
    for (let row = 0; row < rows; row++) {
      const from = row * lists.k;
      const own = lists.neighbors.subarray(from, from + lists.k).filter((other) => other >= 0);
      const distances = Float64Array.from(own, (other) => squaredDistance(matrix, row, matrix, other));
      if (own.length < k || (isDoubtful(row, distances, lists.similarities[from + own.length - 1]) && lists.k < rows - 1)) doubtful.push(row);
    }
    throwIfCancelled(options.signal);
  } else for (let first = 0; first < rows; first += BLOCK) {
    const block = Uint32Array.from({ length: Math.min(BLOCK, rows - first) }, (_, b) => first + b);
    doubtful.push(...await settle(block, Math.min(rows, k + 1 + BEYOND)));
    options.onProgress?.(first + block.length, rows);
  }
  const wide = Math.min(rows, k + 1 + FAR_BEYOND);
  for (let first = 0; first < doubtful.length; first += BLOCK) await settle(Uint32Array.from(doubtful.slice(first, first + BLOCK)), wide);
  return radii;
}
