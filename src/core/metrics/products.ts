import type { InferenceSession } from "onnxruntime-node";
import { breathe } from "../breathe.ts";
import { throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { createSession, loadOnnxRuntime } from "../runtime/onnx.ts";
import { encodeModel } from "../runtime/onnxGraph.ts";

/** Rows of each side in a block: bounds the products to 256 × 4,096 × 4 bytes = 4 MiB, one buffer for all blocks. */
const LEFT_BLOCK = 256;
const RIGHT_BLOCK = 4096;
/** ONNX's numbers of the element types that are cast between. */
const FLOAT = 1;
const DOUBLE = 11;
const GRAM_BLOCK = 4096;

/** How far a product in float32 may lie from the exact cosine of two normalised rows. */
export const PRODUCT_ERROR = 4e-6;
/** A row whose squared length is farther from 1 is not normalised. */
const LENGTH_ERROR = 1e-4;

/** Products of rows `left` … of one matrix with rows `right` … of another; row-major `leftCount × rightCount`. */
export interface ProductBlock {
  readonly left: number;
  readonly leftCount: number;
  readonly right: number;
  readonly rightCount: number;
  /** Valid during the call alone; may be longer than the block. */
  readonly products: Float32Array;
}

/** As {@link ProductBlock}, with a function of each product besides. */
export interface ExponentialBlock extends ProductBlock {
  /** `exp(rate · product)`, wholly in float32: some 1e-8 off on average and 1e-7 each, and more as the rate grows. */
  readonly exponentials: Float32Array;
}

const sessions = new Map<string, Promise<InferenceSession>>();
/** One session a process for each graph: it holds no data of its own. Its threads sleep while blocks are looked at. */
function sharedSession(name: string, model: () => Uint8Array): Promise<InferenceSession> {
  const known = sessions.get(name);
  if (known !== undefined) return known;
  const made = createSession(model(), { spin: false }).catch((thrown: unknown) => {
    sessions.delete(name);
    throw thrown;
  });
  sessions.set(name, made);
  return made;
}

function productModel(): Uint8Array {
  return encodeModel(
    "products",
    [{ name: "left", type: "float32", shape: ["l", "d"] }, { name: "right", type: "float32", shape: ["r", "d"] }],
    [{ op: "Gemm", inputs: ["left", "right"], outputs: ["products"], attributes: { transB: 1 } }],
    [{ name: "products", type: "float32", shape: ["l", "r"] }],
  );
}

function exponentialModel(): Uint8Array {
  return encodeModel(
    "exponentials",
    [{ name: "left", type: "float32", shape: ["l", "d"] }, { name: "right", type: "float32", shape: ["r", "d"] }, { name: "rate", type: "float32", shape: [1] }],
    [
      { op: "Gemm", inputs: ["left", "right"], outputs: ["products"], attributes: { transB: 1 } },
      { op: "Mul", inputs: ["products", "rate"], outputs: ["exponents"] },
      { op: "Exp", inputs: ["exponents"], outputs: ["exponentials"] },
    ],
    [{ name: "products", type: "float32", shape: ["l", "r"] }, { name: "exponentials", type: "float32", shape: ["l", "r"] }],
  );
}

/** In double, as eigenvalues near 0 would drown in what float32 loses; given out as float32 and the rest that this leaves. */
function gramModel(): Uint8Array {
  return encodeModel(
    "gram",
    [{ name: "rows", type: "float32", shape: ["n", "d"] }],
    [
      { op: "Cast", inputs: ["rows"], outputs: ["precise"], attributes: { to: DOUBLE } },
      { op: "Gemm", inputs: ["precise", "precise"], outputs: ["sums"], attributes: { transA: 1 } },
      { op: "Cast", inputs: ["sums"], outputs: ["gram"], attributes: { to: FLOAT } },
      { op: "Cast", inputs: ["gram"], outputs: ["rounded"], attributes: { to: DOUBLE } },
      { op: "Sub", inputs: ["sums", "rounded"], outputs: ["lost"] },
      { op: "Cast", inputs: ["lost"], outputs: ["rest"], attributes: { to: FLOAT } },
    ],
    [{ name: "gram", type: "float32", shape: ["d", "d"] }, { name: "rest", type: "float32", shape: ["d", "d"] }],
  );
}

/** How {@link eachProductBlock} goes over the pairs. */
export interface ProductOptions extends SearchOptions {
  /**
   * For one matrix on both sides: skips blocks whose pairs (j, i) another block has as (i, j). Then `right` is at least
   * `left`; where they are equal the first `leftCount` columns are a square on the diagonal, and each pair beyond stands
   * for its mirror image too.
   */
  readonly half?: boolean;
}

/**
 * Visits the products of all rows of two matrices block by block, in memory that does not grow with either.
 * @throws RangeError when the matrices have other dimensions; CancelledError between two blocks
 */
export async function eachProductBlock(left: EmbeddingMatrix, right: EmbeddingMatrix, visit: (block: ProductBlock) => void, options: ProductOptions = {}): Promise<void> {
  await eachBlock(left, right, options, "products", productModel, {}, ["products"], (block, [products]) => { visit({ ...block, products }); });
}

/** As {@link eachProductBlock}, with `exp(rate · product)` of each product. @param rate in (0, 80], as `e^88` is too much for float32 */
export async function eachExponentialBlock(
  left: EmbeddingMatrix, right: EmbeddingMatrix, rate: number, visit: (block: ExponentialBlock) => void, options: ProductOptions = {},
): Promise<void> {
  const { Tensor } = await loadOnnxRuntime();
  const feeds = { rate: new Tensor("float32", [rate], [1]) };
  await eachBlock(left, right, options, "exponentials", exponentialModel, feeds, ["products", "exponentials"], (block, [products, exponentials]) => { visit({ ...block, products, exponentials }); });
}

/** Runs a graph that makes `leftCount × rightCount` outputs of rows `left` and `right` over all blocks. */
async function eachBlock(
  left: EmbeddingMatrix, right: EmbeddingMatrix, options: ProductOptions, name: string, model: () => Uint8Array, feeds: InferenceSession.FeedsType,
  outputs: readonly string[], visit: (block: Omit<ProductBlock, "products">, outputs: readonly Float32Array[]) => void,
): Promise<void> {
  const d = left.dims;
  if (d !== right.dims) throw new RangeError(`vectors of ${d} dimensions cannot be compared with vectors of ${right.dims}`);
  throwIfCancelled(options.signal);
  const { Tensor } = await loadOnnxRuntime();
  const session = await sharedSession(name, model);
  const buffers = outputs.map(() => new Float32Array(Math.min(LEFT_BLOCK, left.rows) * Math.min(RIGHT_BLOCK, right.rows)));
  for (let l = 0; l < left.rows; l += LEFT_BLOCK) {
    const leftCount = Math.min(LEFT_BLOCK, left.rows - l);
    const leftRows = new Tensor("float32", left.data.subarray(l * d, (l + leftCount) * d), [leftCount, d]);
    for (let r = options.half === true ? l : 0; r < right.rows; r += RIGHT_BLOCK) {
      const rightCount = Math.min(RIGHT_BLOCK, right.rows - r);
      const rightRows = new Tensor("float32", right.data.subarray(r * d, (r + rightCount) * d), [rightCount, d]);
      const into = Object.fromEntries(outputs.map((output, o) => [output, new Tensor("float32", buffers[o].subarray(0, leftCount * rightCount), [leftCount, rightCount])]));
      await session.run({ ...feeds, left: leftRows, right: rightRows }, into);
      visit({ left: l, leftCount, right: r, rightCount }, buffers);
      await breathe(options.signal);
    }
    options.onProgress?.(l + leftCount, left.rows);
  }
}

/** `XᵀX` of the rows X of a matrix, row-major `dims × dims`, summed in double precision. @throws CancelledError */
export async function gramMatrix({ rows, dims, data }: EmbeddingMatrix, options: SearchOptions = {}): Promise<Float64Array> {
  throwIfCancelled(options.signal);
  const { Tensor } = await loadOnnxRuntime();
  const session = await sharedSession("gram", gramModel);
  const gram = new Float64Array(dims * dims);
  for (let first = 0; first < rows; first += GRAM_BLOCK) {
    const end = Math.min(rows, first + GRAM_BLOCK);
    const answer = await session.run({ rows: new Tensor("float32", data.subarray(first * dims, end * dims), [end - first, dims]) });
    const part = answer["gram"].data as Float32Array;
    const rest = answer["rest"].data as Float32Array;
    for (let e = 0; e < gram.length; e++) gram[e] += part[e] + rest[e];
    await breathe(options.signal);
    options.onProgress?.(end, rows);
  }
  return gram;
}

/** Squared Euclidean distance of row i of one matrix to row j of another, in double; the same both ways, 0 for copies. */
export function squaredDistance(a: EmbeddingMatrix, i: number, b: EmbeddingMatrix, j: number): number {
  const { dims } = a;
  const x = a.data;
  const y = b.data;
  let at = i * dims;
  let to = j * dims;
  const end = at + dims;
  let even = 0;
  let odd = 0;
  for (; at + 1 < end; at += 2, to += 2) {
    const p = x[at] - y[to];
    const q = x[at + 1] - y[to + 1];
    even += p * p;
    odd += q * q;
  }
  if (at < end) even += (x[at] - y[to]) * (x[at] - y[to]);
  return even + odd;
}

/** Half of each row's squared length, in double: ½ but for the rounding of its entries. */
export function halfLengths({ rows, dims, data }: EmbeddingMatrix): Float64Array {
  const half = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = 0;
    for (const end = at + dims; at < end; at++) sum += data[at] * data[at];
    half[row] = sum / 2;
  }
  return half;
}

/** Why a set of vectors cannot be measured: it is empty, or a vector in it is not normalised. Null where it can. */
export function whyUnusable(matrix: EmbeddingMatrix, what: string): string | null {
  if (matrix.rows === 0) return `there are no ${what}`;
  const isUnit = halfLengths(matrix).every((half) => Math.abs(2 * half - 1) <= LENGTH_ERROR);
  return isUnit ? null : `the vector of one of the ${what} is not of length 1`;
}

/** Why no two sets can be compared by their vectors, or null where they can. */
export function whyNotComparable(kept: EmbeddingMatrix, target: EmbeddingMatrix | null): string | null {
  if (target === null || target.rows === 0) return "there is no target set";
  return whyUnusable(kept, "kept samples") ?? whyUnusable(target, "target samples");
}
