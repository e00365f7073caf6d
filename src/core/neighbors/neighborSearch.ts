/** Answers of a search: row-major `queries × k`, by falling similarity; row −1 and similarity −1 where there is none. */
export interface SearchResult {
  readonly k: number;
  readonly rows: Int32Array;
  /** Cosine similarities in [−1, 1]. */
  readonly similarities: Float32Array;
}

export interface SearchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Nearest neighbours by cosine over L2-normalised vectors: exact or approximate behind one interface. */
export interface NeighborSearch {
  readonly kind: "exact" | "hnsw";
  readonly size: number;
  readonly dimensions: number;
  /**
   * The k most similar stored vectors of each query.
   * @param queries row-major `count × dimensions`, L2-normalised
   */
  search(queries: Float32Array, k: number, options?: SearchOptions): Promise<SearchResult>;
  close(): Promise<void>;
}

/** L2-normalised vectors of all samples, row-major `rows × dims`. */
export interface EmbeddingMatrix {
  readonly rows: number;
  readonly dims: number;
  readonly data: Float32Array;
}

/** Copies the given rows of a matrix into a new one. */
export function takeRows(matrix: EmbeddingMatrix, rows: ArrayLike<number>): EmbeddingMatrix {
  const { dims } = matrix;
  const data = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) data.set(matrix.data.subarray(rows[i] * dims, (rows[i] + 1) * dims), i * dims);
  return { rows: rows.length, dims, data };
}

/** Dot product of rows i and j: their cosine, as rows are normalised. */
export function rowSimilarity(matrix: EmbeddingMatrix, i: number, j: number): number {
  const { dims, data } = matrix;
  let a = i * dims;
  let b = j * dims;
  const end = a + dims;
  // Four sums at a time, as each addition waits for the one before it.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (; a + 3 < end; a += 4, b += 4) {
    s0 += data[a] * data[b];
    s1 += data[a + 1] * data[b + 1];
    s2 += data[a + 2] * data[b + 2];
    s3 += data[a + 3] * data[b + 3];
  }
  for (; a < end; a++, b++) s0 += data[a] * data[b];
  return s0 + s1 + (s2 + s3);
}

/** Products of float32 vectors are exact to about this. */
const ROUNDING = 1e-5;

/** A product of normalised rows as a similarity in [0, 1]: what rounding alone keeps from 1 is 1. */
export function toSimilarity(product: number): number {
  return product >= 1 - ROUNDING ? 1 : Math.max(0, product);
}

/** Normalises each row in place to length 1. Returns the first row whose length is 0 or not finite, or −1. */
export function normalizeRows(matrix: EmbeddingMatrix): number {
  const { rows, dims, data } = matrix;
  for (let row = 0; row < rows; row++) {
    const start = row * dims;
    let sum = 0;
    for (let i = start; i < start + dims; i++) sum += data[i] * data[i];
    if (!(sum > 0) || !Number.isFinite(sum)) return row;
    const scale = 1 / Math.sqrt(sum);
    for (let i = start; i < start + dims; i++) data[i] *= scale;
  }
  return -1;
}
