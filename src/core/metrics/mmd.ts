import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { takeRows } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { measured, type Measured } from "./measured.ts";
import { eachExponentialBlock, eachProductBlock, halfLengths, squaredDistance, whyNotComparable, whyUnusable, type ExponentialBlock, type ProductBlock } from "./products.ts";

/** Fixed by the paper for the features of CLIP. */
const CMMD_SIGMA = 10;
/** As the authors print it: the figures are small. */
const SCALE = 1000;
/** Target samples whose distances set the bandwidth. */
const MOST_SAMPLED = 1000;
/** Pairs whose exponentials are taken in double: all up to as many, and about as many of more. */
const PRECISE_PAIRS = 4e6;
/** 1 / σ² beyond which float32 is too coarse for exponentials of many pairs. */
const MOST_RATE = 25;

/** The kernel `exp(−‖x − y‖² / (2σ²))`, and by what name the discrepancy goes with it. */
export interface MmdKernel {
  readonly name: "CMMD" | "MMD";
  readonly sigma: number;
  /** Where σ comes from, for people. */
  readonly origin: string;
}

export interface MmdOptions extends SearchOptions {
  /** {@link kernelMean} of the target under the same kernel, where many sets are measured against it. */
  readonly targetMean?: number;
  /** {@link kernelMean} of the kept samples with the target, where it is known: the mean of their {@link kernelRowMeans}. */
  readonly acrossMean?: number;
}

const CMMD_DIMENSIONS = 768;

/** Whether vectors of images by this encoder make an MMD a CMMD: CLIP ViT-L/14 at 336 pixels, whoever hosts it ("openai/clip-vit-large-patch14-336"). */
export function isCmmdEncoder({ name, dimensions }: { readonly name: string; readonly dimensions: number }): boolean {
  return dimensions === CMMD_DIMENSIONS && /(^|\/)clip-vit-large-patch14-336(@[0-9a-f]+)?$/i.test(name);
}

/**
 * The kernel for a target set. For the paper's own encoder σ = 10. Else σ is the median distance (Gretton et al.,
 * JMLR 13, 2012) between up to 1,000 target samples drawn by the seed: it depends on the target and its encoder alone,
 * so that all sets measured against the target share it.
 * @param isCmmd see {@link isCmmdEncoder}
 * @returns or why there is none
 */
export function mmdKernel(target: EmbeddingMatrix | null, isCmmd: boolean, seed: number): MmdKernel | { readonly notDefined: string } {
  if (target === null || target.rows === 0) return { notDefined: "there is no target set" };
  if (isCmmd) return { name: "CMMD", sigma: CMMD_SIGMA, origin: "fixed by the paper" };
  const why = whyUnusable(target, "target samples");
  if (why !== null) return { notDefined: why };
  if (target.rows < 2) return { notDefined: "there is 1 target sample, and a bandwidth needs 2" };
  const drawn = takeRows(target, seededPermutation(target.rows, seed).subarray(0, MOST_SAMPLED));
  const distances = new Float64Array((drawn.rows * (drawn.rows - 1)) / 2);
  for (let i = 1, at = 0; i < drawn.rows; i++) {
    for (let j = 0; j < i; j++, at++) distances[at] = Math.sqrt(squaredDistance(drawn, i, drawn, j));
  }
  distances.sort();
  const middle = distances.length >> 1;
  const sigma = distances.length % 2 === 1 ? distances[middle] : (distances[middle - 1] + distances[middle]) / 2;
  if (sigma === 0) return { notDefined: "more than half of the pairs of target samples are copies, so that their distances set no bandwidth" };
  return { name: "MMD", sigma, origin: `median distance between ${drawn.rows} target samples` };
}

/**
 * Squared maximum mean discrepancy with the kernel k of {@link mmdKernel}, times 1,000:
 * `1000 · (mean k(x, x′) + mean k(y, y′) − 2 mean k(x, y))` over all pairs, a sample with itself among them (the biased
 * V-statistic of Gretton et al. 2012, as in the code of CMMD: Jayasumana et al., CVPR 2024). In [0, 2000]; 0 for equal
 * sets. Its bias falls as 1/n: compare sets of like size.
 * @param kept `N × d`, L2-normalised
 * @param target `M × d` from the same encoder, L2-normalised; null where there is none
 * @throws CancelledError
 */
export async function squaredMmd(
  kept: EmbeddingMatrix, target: EmbeddingMatrix | null, kernel: ReturnType<typeof mmdKernel>, options: MmdOptions = {},
): Promise<Measured> {
  const why = whyNotComparable(kept, target);
  if (why !== null || target === null) return { notDefined: why ?? "there is no target set" };
  if ("notDefined" in kernel) return kernel;
  const search: SearchOptions = options.signal === undefined ? {} : { signal: options.signal };
  const within = await kernelMean(kept, kept, kernel.sigma, search);
  const across = options.acrossMean ?? await kernelMean(kept, target, kernel.sigma, options);
  const ofTarget = options.targetMean ?? await kernelMean(target, target, kernel.sigma, search);
  // Below 0 by rounding alone.
  return measured(SCALE * Math.max(0, within + ofTarget - 2 * across));
}

/**
 * Mean of `exp(−‖x − y‖² / (2σ²))` over all pairs of a row of each matrix, in [0, 1]. Half the work where both are the
 * same object. Of many pairs the exponentials are taken in float32; how far they are off on average is found in double on
 * a regular sample of the pairs and put right (a control variate), so that the mean stays good to some 1e-10.
 * @throws CancelledError
 */
export async function kernelMean(a: EmbeddingMatrix, b: EmbeddingMatrix, sigma: number, options: SearchOptions = {}): Promise<number> {
  const half = a === b;
  const pairs = a.rows * b.rows;
  const sums = new KernelSums(a, b, sigma);
  let sum = 0;
  if (pairs <= PRECISE_PAIRS || sums.rate > MOST_RATE) {
    await eachProductBlock(a, b, (block) => { sum += sums.precise(block); }, { ...options, half });
  } else {
    // Odd, so that it does not follow the rows of a block.
    const stride = Math.floor(pairs / PRECISE_PAIRS) | 1;
    await eachExponentialBlock(a, b, sums.rate, sums.biases, (block) => { sum += sums.quick(block) + stride * sums.lost(block, stride); }, { ...options, half });
  }
  return Math.min(1, sum / pairs);
}

/**
 * For each row of a matrix, the mean of `exp(−‖x − y‖² / (2σ²))` over the rows y of another, in [0, 1]; all in double from
 * the products on. The mean of these over a subset is what {@link kernelMean} gives of it.
 * @throws CancelledError
 */
export async function kernelRowMeans(a: EmbeddingMatrix, b: EmbeddingMatrix, sigma: number, options: SearchOptions = {}): Promise<Float64Array> {
  const means = new Float64Array(a.rows);
  if (a.rows === 0) return means;
  const sums = new KernelSums(a, b, sigma);
  await eachProductBlock(a, b, (block) => { sums.addRows(block, means); }, options);
  return means.map((sum) => Math.min(1, sum / b.rows));
}

/** Sums of e^(−v), v = ‖x − y‖² / (2σ²) = (½‖x‖² + ½‖y‖² − x · y) / σ², over the pairs that a block stands for. */
class KernelSums {
  readonly rate: number;
  /** (½ − ½‖y‖²) / σ² of each row: near 0, so that float32 loses nothing of weight. */
  readonly biases: Float32Array;
  readonly #half: boolean;
  /** ½‖x‖² / σ² of each row. */
  readonly #ofA: Float64Array;
  readonly #ofB: Float64Array;
  /** e^(−(½ + ½‖x‖²) / σ²) of each row. */
  readonly #weights: Float64Array;

  constructor(a: EmbeddingMatrix, b: EmbeddingMatrix, sigma: number) {
    const rate = 1 / (sigma * sigma);
    const scaled = (matrix: EmbeddingMatrix): Float64Array => halfLengths(matrix).map((length) => length * rate);
    this.rate = rate;
    this.#half = a === b;
    this.#ofA = scaled(a);
    this.#ofB = this.#half ? this.#ofA : scaled(b);
    this.biases = Float32Array.from(this.#ofB, (length) => rate / 2 - length);
    this.#weights = this.#ofA.map((length) => Math.exp(-rate / 2 - length));
  }

  /** All in double from the products on. */
  precise(block: ProductBlock): number {
    const { left, leftCount, right, rightCount, products } = block;
    const { rate } = this;
    const ofA = this.#ofA;
    const ofB = this.#ofB;
    const square = this.#square(block);
    const mirrored = this.#half ? 2 : 1;
    let sum = 0;
    for (let i = 0, at = 0; i < leftCount; i++) {
      const own = ofA[left + i];
      for (let j = 0; j < rightCount; j++, at++) {
        const decay = Math.exp(Math.min(0, products[at] * rate - own - ofB[right + j]));
        sum += j < square ? decay : mirrored * decay;
      }
    }
    return sum;
  }

  /** All in double, row by row of a block that no other mirrors. */
  addRows({ left, leftCount, right, rightCount, products }: ProductBlock, sums: Float64Array): void {
    const { rate } = this;
    const ofA = this.#ofA;
    const ofB = this.#ofB;
    for (let i = 0, at = 0; i < leftCount; i++) {
      const own = ofA[left + i];
      let sum = 0;
      for (let j = 0; j < rightCount; j++, at++) sum += Math.exp(Math.min(0, products[at] * rate - own - ofB[right + j]));
      sums[left + i] += sum;
    }
  }

  /** From what is in float32. */
  quick(block: ExponentialBlock): number {
    const { left, leftCount, rightCount, exponentials, excesses } = block;
    const square = this.#square(block);
    const mirrored = this.#half ? 2 : 1;
    let sum = 0;
    for (let i = 0; i < leftCount; i++) {
      let ofRow = mirrored * rightCount * (1 + excesses[i]);
      if (square > 0) for (let at = i * rightCount, end = at + square; at < end; at++) ofRow -= exponentials[at];
      sum += this.#weights[left + i] * ofRow;
    }
    return sum;
  }

  /** What the exponentials lack, over each `stride`-th pair of the block: float32 may err to one side by some 1e-8. */
  lost(block: ExponentialBlock, stride: number): number {
    const { left, leftCount, rightCount, products, exponentials } = block;
    const square = this.#square(block);
    const mirrored = this.#half ? 2 : 1;
    let sum = 0;
    for (let at = 0, end = leftCount * rightCount; at < end; at += stride) {
      const column = at % rightCount;
      const lost = Math.exp(products[at]) - exponentials[at];
      sum += this.#weights[left + (at - column) / rightCount] * (column < square ? lost : mirrored * lost);
    }
    return sum;
  }

  /** Leading columns of a block whose pairs stand for themselves alone; pairs beyond stand for their mirror images too. */
  #square({ left, leftCount, right, rightCount }: ProductBlock): number {
    return this.#half && left === right ? Math.min(leftCount, rightCount) : 0;
  }
}
