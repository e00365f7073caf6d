import type { EmbeddingMatrix, NeighborSearch, SearchOptions } from "./neighborSearch.ts";

/** The k nearest other samples of each sample, by falling similarity: row-major `rows × k`; −1 where there are fewer. */
export interface NeighborLists {
  readonly rows: number;
  readonly k: number;
  readonly neighbors: Int32Array;
  /** Cosine similarities in [−1, 1]. */
  readonly similarities: Float32Array;
}

/**
 * The k-NN part of K as symmetric CSR: `K_ij = max(0, cos(z_i, z_j))` where j is among i's k nearest or i among j's;
 * zero diagonal. Row i's entries stand at `offsets[i]` … `offsets[i + 1] − 1`, columns ascending.
 */
export interface SimilarityGraph {
  readonly rows: number;
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** Searches each sample's k nearest others. Of exact copies beyond k any k may be listed. */
export async function nearestNeighbors(matrix: EmbeddingMatrix, search: NeighborSearch, k: number, options: SearchOptions = {}): Promise<NeighborLists> {
  const width = Math.min(k, Math.max(0, matrix.rows - 1));
  const neighbors = new Int32Array(matrix.rows * width).fill(-1);
  const similarities = new Float32Array(matrix.rows * width).fill(-1);
  if (width === 0) return { rows: matrix.rows, k: 0, neighbors, similarities };
  const block = 8192;
  for (let first = 0; first < matrix.rows; first += block) {
    const last = Math.min(matrix.rows, first + block);
    const found = await search.search(matrix.data.subarray(first * matrix.dims, last * matrix.dims), width + 1, {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: (done) => options.onProgress?.(first + done, matrix.rows),
    });
    for (let i = first; i < last; i++) {
      let at = i * width;
      const end = at + width;
      for (let r = 0, from = (i - first) * (width + 1); r <= width && at < end; r++, from++) {
        const j = found.rows[from];
        if (j === i || j < 0) continue;
        neighbors[at] = j;
        similarities[at] = found.similarities[from];
        at++;
      }
    }
  }
  return { rows: matrix.rows, k: width, neighbors, similarities };
}

/** Makes the lists symmetric (union), drops similarities ≤ 0 and clamps the rest to 1. */
export function similarityGraph(lists: NeighborLists): SimilarityGraph {
  const { rows, k, neighbors, similarities } = lists;
  // Upper bound of the degrees: own entries plus the lists one appears in; doubles are merged below.
  const bound = new Uint32Array(rows + 1);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let r = 0; r < k; r++, at++) {
      const j = neighbors[at];
      if (j < 0 || similarities[at] <= 0) continue;
      bound[i + 1]++;
      bound[j + 1]++;
    }
  }
  for (let i = 0; i < rows; i++) bound[i + 1] += bound[i];
  const cursor = bound.slice(0, rows);
  const wideColumns = new Uint32Array(bound[rows]);
  const wideValues = new Float32Array(bound[rows]);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let r = 0; r < k; r++, at++) {
      const j = neighbors[at];
      const value = Math.min(1, similarities[at]);
      if (j < 0 || value <= 0) continue;
      wideColumns[cursor[i]] = j;
      wideValues[cursor[i]++] = value;
      wideColumns[cursor[j]] = i;
      wideValues[cursor[j]++] = value;
    }
  }
  // The matrix is symmetric, so its transpose is itself, and transposing row by row leaves each row's columns sorted.
  const sortedColumns = new Uint32Array(bound[rows]);
  const sortedValues = new Float32Array(bound[rows]);
  cursor.set(bound.subarray(0, rows));
  for (let i = 0; i < rows; i++) {
    for (let from = bound[i]; from < bound[i + 1]; from++) {
      const to = cursor[wideColumns[from]]++;
      sortedColumns[to] = i;
      sortedValues[to] = wideValues[from];
    }
  }
  const offsets = new Uint32Array(rows + 1);
  let out = 0;
  for (let i = 0; i < rows; i++) {
    const start = out;
    for (let from = bound[i]; from < bound[i + 1]; from++) {
      if (out > start && sortedColumns[out - 1] === sortedColumns[from]) {
        sortedValues[out - 1] = Math.max(sortedValues[out - 1], sortedValues[from]);
      } else {
        sortedColumns[out] = sortedColumns[from];
        sortedValues[out++] = sortedValues[from];
      }
    }
    offsets[i + 1] = out;
  }
  return { rows, offsets, columns: sortedColumns.slice(0, out), values: sortedValues.slice(0, out) };
}
