/** Cosines of all pairs, for benchmarks that must see more than nearest neighbours. */
import { createSession, loadOnnxRuntime } from "../../src/core/runtime/onnx.ts";
import { encodeModel } from "../../src/core/runtime/onnxGraph.ts";
import type { EmbeddingMatrix } from "../../src/core/neighbors/neighborSearch.ts";

const BLOCK = 256;

/** Calls `visit` with the cosine of each pair i < j; memory stays at one block of products. */
export async function visitPairs({ rows, dims, data }: EmbeddingMatrix, visit: (i: number, j: number, similarity: number) => void): Promise<void> {
  const { Tensor } = await loadOnnxRuntime();
  const session = await createSession(encodeModel(
    "products",
    [{ name: "queries", type: "float32", shape: ["q", "d"] }, { name: "references", type: "float32", shape: ["n", "d"] }],
    [{ op: "Gemm", inputs: ["queries", "references"], outputs: ["products"], attributes: { transB: 1 } }],
    [{ name: "products", type: "float32", shape: ["q", "n"] }],
  ));
  try {
    for (let first = 0; first < rows; first += BLOCK) {
      const size = Math.min(BLOCK, rows - first);
      const width = rows - first;
      const answer = await session.run({
        queries: new Tensor("float32", data.subarray(first * dims, (first + size) * dims), [size, dims]),
        references: new Tensor("float32", data.subarray(first * dims), [width, dims]),
      });
      const products = answer["products"].data as Float32Array;
      for (let q = 0; q < size; q++) for (let r = q + 1; r < width; r++) visit(first + q, first + r, products[q * width + r]);
    }
  } finally {
    await session.release();
  }
}
