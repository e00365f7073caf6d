import type { HierarchicalNSW } from "hnswlib-node";
import { InfomaxError, messageOf, throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix, NeighborSearch, SearchOptions, SearchResult } from "./neighborSearch.ts";

const M = 16;
const EF_CONSTRUCTION = 120;
const EF_SEARCH = 128;
/** Points added between two looks at the event loop. */
const ADD_BLOCK = 200;

type Hnswlib = typeof import("hnswlib-node");

async function loadHnswlib(): Promise<Hnswlib> {
  try {
    const loaded = await import("hnswlib-node") as Hnswlib & { default?: Hnswlib };
    return loaded.default ?? loaded;
  } catch (thrown) {
    throw new InfomaxError(
      "internal", `hnswlib could not be loaded on ${process.platform}-${process.arch}: ${messageOf(thrown)}`,
      "Install the build of InfoMax Inspector for this platform (or run npm install again).", {}, thrown);
  }
}

/** Approximate search on a graph that is kept and grows: HNSW (Malkov & Yashunin, arXiv 1603.09320). */
export class HnswSearch implements NeighborSearch {
  readonly kind = "hnsw";
  readonly dimensions: number;
  private readonly index: HierarchicalNSW;

  private constructor(index: HierarchicalNSW, dimensions: number) {
    this.index = index;
    this.dimensions = dimensions;
  }

  get size(): number {
    return this.index.getCurrentCount();
  }

  /** Builds the graph; row i gets label i. The seed fixes the layers, so the same input gives the same graph. */
  static async build(matrix: EmbeddingMatrix, seed: number, options: SearchOptions = {}): Promise<HnswSearch> {
    const { HierarchicalNSW } = await loadHnswlib();
    const index = new HierarchicalNSW("ip", matrix.dims);
    index.initIndex({ maxElements: Math.max(1, matrix.rows), m: M, efConstruction: EF_CONSTRUCTION, randomSeed: seed });
    const search = new HnswSearch(index, matrix.dims);
    await search.add(matrix, options);
    return search;
  }

  /**
   * Loads a graph written by {@link save}. hnswlib trusts the sizes in the file, so the caller must have checked
   * the file's checksum: never a file from a workspace.
   */
  static async load(file: string, dimensions: number): Promise<HnswSearch> {
    const { HierarchicalNSW } = await loadHnswlib();
    const index = new HierarchicalNSW("ip", dimensions);
    await index.readIndex(file);
    return new HnswSearch(index, dimensions);
  }

  /** Adds the rows beyond {@link size}, without a rebuild of what is there. */
  async add(matrix: EmbeddingMatrix, options: SearchOptions = {}): Promise<void> {
    if (matrix.rows > this.index.getMaxElements()) this.index.resizeIndex(matrix.rows);
    for (let row = this.size; row < matrix.rows; row++) {
      this.index.addPoint(Array.from(matrix.data.subarray(row * matrix.dims, (row + 1) * matrix.dims)), row);
      if (row % ADD_BLOCK === 0) {
        throwIfCancelled(options.signal);
        options.onProgress?.(row, matrix.rows);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    options.onProgress?.(matrix.rows, matrix.rows);
  }

  async save(file: string): Promise<void> {
    await this.index.writeIndex(file);
  }

  async search(queries: Float32Array, k: number, options: SearchOptions = {}): Promise<SearchResult> {
    const count = queries.length / this.dimensions;
    const take = Math.min(k, this.size);
    const rows = new Int32Array(count * k).fill(-1);
    const similarities = new Float32Array(count * k).fill(-1);
    this.index.setEf(Math.max(EF_SEARCH, 2 * k));
    for (let q = 0; q < count; q++) {
      throwIfCancelled(options.signal);
      const answer = this.index.searchKnn(Array.from(queries.subarray(q * this.dimensions, (q + 1) * this.dimensions)), take);
      for (let r = 0; r < answer.neighbors.length; r++) {
        rows[q * k + r] = answer.neighbors[r];
        similarities[q * k + r] = 1 - answer.distances[r];
      }
    }
    return { k, rows, similarities };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
