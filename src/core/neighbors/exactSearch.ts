import type { InferenceSession } from "onnxruntime-node";
import { throwIfCancelled } from "../errors.ts";
import { encodeModel } from "../runtime/onnxGraph.ts";
import { createSession, loadOnnxRuntime } from "../runtime/onnx.ts";
import type { EmbeddingMatrix, NeighborSearch, SearchOptions, SearchResult } from "./neighborSearch.ts";

/** Queries a run: short enough that cancellation lands within a fraction of a second. */
const QUERY_BLOCK = 256;
/** Stored vectors a run: bounds the product to 256 × 65,536 × 4 bytes = 64 MiB. */
const REFERENCE_BLOCK = 65_536;

function productTopK(): Uint8Array {
  return encodeModel(
    "product_topk",
    [
      { name: "queries", type: "float32", shape: ["q", "d"] },
      { name: "references", type: "float32", shape: ["n", "d"] },
      { name: "k", type: "int64", shape: [1] },
    ],
    [
      { op: "Gemm", inputs: ["queries", "references"], outputs: ["products"], attributes: { transB: 1 } },
      { op: "TopK", inputs: ["products", "k"], outputs: ["similarities", "rows"], attributes: { axis: 1, largest: 1, sorted: 1 } },
    ],
    [
      { name: "similarities", type: "float32", shape: ["q", "kk"] },
      { name: "rows", type: "int64", shape: ["q", "kk"] },
    ],
  );
}

/** One session a process and number of threads serves every search: it holds no data of its own. */
const shared = new Map<number | null, Promise<InferenceSession>>();
function sharedSession(threads: number | null): Promise<InferenceSession> {
  const known = shared.get(threads);
  if (known !== undefined) return known;
  const made = createSession(productTopK(), { threads }).catch((thrown: unknown) => {
    shared.delete(threads);
    throw thrown;
  });
  shared.set(threads, made);
  return made;
}

/** Exact search: blocked products and TopK in ONNX Runtime. Ties go to the lower row. */
export class ExactSearch implements NeighborSearch {
  readonly kind = "exact";
  readonly size: number;
  readonly dimensions: number;
  private readonly data: Float32Array;
  private readonly session: InferenceSession;

  private constructor(matrix: EmbeddingMatrix, session: InferenceSession) {
    this.size = matrix.rows;
    this.dimensions = matrix.dims;
    this.data = matrix.data;
    this.session = session;
  }

  /**
   * @param matrix L2-normalised rows; not copied, so it must not change while the search lives
   * @param threads one for each physical core unless given; one is best for products of some milliseconds, which waking others would only hold up
   */
  static async create(matrix: EmbeddingMatrix, threads: number | null = null): Promise<ExactSearch> {
    return new ExactSearch(matrix, await sharedSession(threads));
  }

  async search(queries: Float32Array, k: number, options: SearchOptions = {}): Promise<SearchResult> {
    const count = queries.length / this.dimensions;
    const rows = new Int32Array(count * k).fill(-1);
    const similarities = new Float32Array(count * k).fill(-1);
    await this.searchInto(queries, count, k, options, (query, rank, row, similarity) => {
      rows[query * k + rank] = row;
      similarities[query * k + rank] = similarity;
    });
    return { k, rows, similarities };
  }

  /** Calls `emit` for each answer; several reference blocks are merged by a k-way insertion. */
  private async searchInto(
    queries: Float32Array, count: number, k: number, options: SearchOptions,
    emit: (query: number, rank: number, row: number, similarity: number) => void,
  ): Promise<void> {
    const { Tensor } = await loadOnnxRuntime();
    const d = this.dimensions;
    const mergedRows = new Int32Array(QUERY_BLOCK * k);
    const mergedSimilarities = new Float32Array(QUERY_BLOCK * k);
    const references: { start: number; tensor: InstanceType<typeof Tensor>; take: number; k: InstanceType<typeof Tensor> }[] = [];
    for (let start = 0; start < this.size; start += REFERENCE_BLOCK) {
      const end = Math.min(this.size, start + REFERENCE_BLOCK);
      const take = Math.min(k, end - start);
      references.push({
        start, take,
        tensor: new Tensor("float32", this.data.subarray(start * d, end * d), [end - start, d]),
        k: new Tensor("int64", BigInt64Array.of(BigInt(take)), [1]),
      });
    }
    for (let first = 0; first < count; first += QUERY_BLOCK) {
      throwIfCancelled(options.signal);
      const block = Math.min(QUERY_BLOCK, count - first);
      const input = new Tensor("float32", queries.subarray(first * d, (first + block) * d), [block, d]);
      let filled = 0;
      for (const part of references) {
        const answer = await this.session.run({ queries: input, references: part.tensor, k: part.k });
        const partRows = answer["rows"].data as BigInt64Array;
        const partSimilarities = answer["similarities"].data as Float32Array;
        if (references.length === 1) {
          for (let q = 0; q < block; q++) {
            for (let r = 0; r < part.take; r++) emit(first + q, r, Number(partRows[q * part.take + r]), partSimilarities[q * part.take + r]);
          }
          break;
        }
        for (let q = 0; q < block; q++) {
          let size = filled;
          for (let r = 0; r < part.take; r++) {
            const similarity = partSimilarities[q * part.take + r];
            if (size === k && similarity <= mergedSimilarities[q * k + k - 1]) break;
            let at = size < k ? size : k - 1;
            while (at > 0 && mergedSimilarities[q * k + at - 1] < similarity) {
              mergedSimilarities[q * k + at] = mergedSimilarities[q * k + at - 1];
              mergedRows[q * k + at] = mergedRows[q * k + at - 1];
              at--;
            }
            mergedSimilarities[q * k + at] = similarity;
            mergedRows[q * k + at] = part.start + Number(partRows[q * part.take + r]);
            if (size < k) size++;
          }
        }
        filled = Math.min(k, filled + part.take);
      }
      if (references.length > 1) {
        for (let q = 0; q < block; q++) {
          for (let r = 0; r < filled; r++) emit(first + q, r, mergedRows[q * k + r], mergedSimilarities[q * k + r]);
        }
      }
      options.onProgress?.(first + block, count);
      // ONNX Runtime blocks the thread while it runs: let messages (cancel among them) in between blocks.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
