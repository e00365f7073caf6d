import type { InferenceSession, Tensor } from "onnxruntime-node";
import { breathe } from "../breathe.ts";
import { throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { createSession, loadOnnxRuntime } from "../runtime/onnx.ts";
import { encodeModel } from "../runtime/onnxGraph.ts";

/** Rows of each side in a block: bounds the products to 256 × 1,024 × 4 bytes = 1 MiB, which stays in a core's cache; one buffer for all blocks. */
const LEFT_BLOCK = 256;
const RIGHT_BLOCK = 1024;
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

/** As {@link ProductBlock}, each product times the rate and plus its column's bias; and functions of them, wholly in float32. */
export interface ExponentialBlock extends ProductBlock {
  /** `exp(product)`: some 1e-8 of it off on average and 1e-7 each, and more the larger the product. */
  readonly exponentials: Float32Array;
  /** Mean exponential of each row of the block, less 1: a sum of small numbers is rounded less. */
  readonly excesses: Float32Array;
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
    [{ name: "left", type: "float32", shape: ["l", "d"] }, { name: "right", type: "float32", shape: ["r", "d"] }, { name: "biases", type: "float32", shape: ["r"] }],
    [
      { op: "Gemm", inputs: ["left", "right", "biases"], outputs: ["products"], attributes: { transB: 1 } },
      { op: "Exp", inputs: ["products"], outputs: ["exponentials"] },
      { op: "Sub", inputs: ["exponentials", "one"], outputs: ["above"] },
      { op: "ReduceMean", inputs: ["above"], outputs: ["excesses"], attributes: { axes: [1], keepdims: 0 } },
    ],
    [{ name: "products", type: "float32", shape: ["l", "r"] }, { name: "exponentials", type: "float32", shape: ["l", "r"] }, { name: "excesses", type: "float32", shape: ["l"] }],
    [{ name: "one", shape: [1], data: Float32Array.of(1) }],
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
  const { Tensor } = await loadOnnxRuntime();
  const session = await sharedSession("products", productModel);
  const buffers = [blockBuffer(left, right), blockBuffer(left, right)];
  await eachBlock(left, right, async (place, leftRows, rightRows, turn) => {
    const products = buffers[turn];
    await session.run({ left: leftRows, right: rightRows }, { products: new Tensor("float32", products.subarray(0, place.leftCount * place.rightCount), [place.leftCount, place.rightCount]) });
    return { ...place, products };
  }, visit, options);
}

/**
 * As {@link eachProductBlock}, with the exponentials of `rate · product + bias`.
 * @param rate in (0, 80]: e^88 is too much for float32
 * @param biases one for each row of `right`
 */
export async function eachExponentialBlock(
  left: EmbeddingMatrix, right: EmbeddingMatrix, rate: number, biases: Float32Array, visit: (block: ExponentialBlock) => void, options: ProductOptions = {},
): Promise<void> {
  const { Tensor } = await loadOnnxRuntime();
  const session = await sharedSession("exponentials", exponentialModel);
  const buffers = [0, 1].map(() => ({ products: blockBuffer(left, right), exponentials: blockBuffer(left, right), excesses: new Float32Array(LEFT_BLOCK) }));
  const scaled = new Float32Array(LEFT_BLOCK * left.dims);
  let scaledFrom = -1;
  await eachBlock(left, right, async (place, leftRows, rightRows, turn) => {
    const { leftCount, rightCount } = place;
    const { products, exponentials, excesses } = buffers[turn];
    const rows = leftRows.data as Float32Array;
    if (scaledFrom !== place.left) for (let e = 0; e < rows.length; e++) scaled[e] = rows[e] * rate;
    scaledFrom = place.left;
    await session.run({
      left: new Tensor("float32", scaled.subarray(0, rows.length), leftRows.dims),
      right: rightRows,
      biases: new Tensor("float32", biases.subarray(place.right, place.right + rightCount), [rightCount]),
    }, {
      products: new Tensor("float32", products.subarray(0, leftCount * rightCount), [leftCount, rightCount]),
      exponentials: new Tensor("float32", exponentials.subarray(0, leftCount * rightCount), [leftCount, rightCount]),
      excesses: new Tensor("float32", excesses.subarray(0, leftCount), [leftCount]),
    });
    return { ...place, products, exponentials, excesses };
  }, visit, options);
}

function blockBuffer(left: EmbeddingMatrix, right: EmbeddingMatrix): Float32Array {
  return new Float32Array(Math.min(LEFT_BLOCK, left.rows) * Math.min(RIGHT_BLOCK, right.rows));
}

/** Goes over the blocks: `run` fills those of even and odd turn, and while one is filled the one before it is visited. */
async function eachBlock<B extends ProductBlock>(
  left: EmbeddingMatrix, right: EmbeddingMatrix, run: (place: Omit<ProductBlock, "products">, leftRows: Tensor, rightRows: Tensor, turn: 0 | 1) => Promise<B>, visit: (block: B) => void, options: ProductOptions,
): Promise<void> {
  const d = left.dims;
  if (d !== right.dims) throw new RangeError(`vectors of ${d} dimensions cannot be compared with vectors of ${right.dims}`);
  throwIfCancelled(options.signal);
  const { Tensor } = await loadOnnxRuntime();
  let filled: B | null = null;
  let turn: 0 | 1 = 0;
  for (let l = 0; l < left.rows; l += LEFT_BLOCK) {
    const leftCount = Math.min(LEFT_BLOCK, left.rows - l);
    const leftRows = new Tensor("float32", left.data.subarray(l * d, (l + leftCount) * d), [leftCount, d]);
    for (let r = options.half === true ? l : 0; r < right.rows; r += RIGHT_BLOCK) {
      const rightCount = Math.min(RIGHT_BLOCK, right.rows - r);
      const rightRows = new Tensor("float32", right.data.subarray(r * d, (r + rightCount) * d), [rightCount, d]);
      const filling = run({ left: l, leftCount, right: r, rightCount }, leftRows, rightRows, turn);
      try {
        if (filled !== null) visit(filled);
      } finally {
        // Nothing runs on behind an error.
        filled = await filling;
      }
      turn = turn === 0 ? 1 : 0;
      await breathe(options.signal);
    }
    options.onProgress?.(l + leftCount, left.rows);
  }
  if (filled !== null) visit(filled);
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
