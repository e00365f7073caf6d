import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { takeRows } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { measured, type Measured } from "./measured.ts";
import { eachProductBlock, halfLengths, squaredDistance, whyNotComparable, whyUnusable } from "./products.ts";

/** Fixed by the paper for the features of CLIP. */
export const CMMD_SIGMA = 10;
/** As the authors print it: the figures are small. */
const SCALE = 1000;
/** Target samples whose distances set the bandwidth. */
const MOST_SAMPLED = 1000;
/** Steps of the table of e^(−v) in v, and where e^(−v) is as good as 0. */
const STEPS = 1024;
const FARTHEST = 40;

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
}

/** Whether vectors of this encoder make an MMD a CMMD: CLIP ViT-L/14 at 336 pixels, whoever hosts it ("openai/clip-vit-large-patch14-336"). */
export function isCmmdEncoder(repository: string | null): boolean {
  return repository !== null && /(^|\/)clip-vit-large-patch14-336(@[0-9a-f]+)?$/i.test(repository);
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
 * V-statistic of Gretton et al. 2012, as in the code of CMMD: Jayasumana et al., CVPR 2024). In [0, 4000]; 0 for equal
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
  const across = await kernelMean(kept, target, kernel.sigma, options);
  const ofTarget = options.targetMean ?? await kernelMean(target, target, kernel.sigma, search);
  // Below 0 by rounding alone.
  return measured(SCALE * Math.max(0, within + ofTarget - 2 * across));
}

/**
 * Mean of `exp(−‖x − y‖² / (2σ²))` over all pairs of a row of each matrix, in [0, 1]. Half the work where both are the
 * same object. @throws CancelledError
 */
export async function kernelMean(a: EmbeddingMatrix, b: EmbeddingMatrix, sigma: number, options: SearchOptions = {}): Promise<number> {
  // ‖x − y‖² / (2σ²) = (½‖x‖² + ½‖y‖² − x · y) / σ², at most 2 / σ² and a little.
  const steps = STEPS / (sigma * sigma);
  const last = Math.ceil(Math.min(2 / (sigma * sigma) + 1, FARTHEST) * STEPS);
  const table = Float64Array.from({ length: last + 1 }, (_, s) => Math.exp(-s / STEPS));
  const half = a === b;
  const ofA = halfLengths(a);
  const ofB = half ? ofA : halfLengths(b);
  /** Of a run of products of one row: Σ e^(−v), v = (½‖x‖² + ½‖y‖² − x · y) / σ², from the table and by the series between its entries. */
  const decays = (products: Float32Array, from: number, end: number, own: number, other: number): number => {
    let sum = 0;
    for (let at = from; at < end; at++, other++) {
      const place = Math.max(0, (own + ofB[other] - products[at]) * steps);
      if (place >= last) continue;
      const nearest = (place + 0.5) | 0;
      const over = (place - nearest) / STEPS;
      sum += table[nearest] * (1 - over * (1 - over * (0.5 - over / 6)));
    }
    return sum;
  };
  let sum = 0;
  await eachProductBlock(a, b, ({ left, leftCount, right, rightCount, products }) => {
    const square = half && left === right ? Math.min(leftCount, rightCount) : 0;
    for (let i = 0, at = 0; i < leftCount; i++, at += rightCount) {
      const own = ofA[left + i];
      sum += decays(products, at, at + square, own, right);
      sum += (half ? 2 : 1) * decays(products, at + square, at + rightCount, own, right + square);
    }
  }, { ...options, half });
  return sum / (a.rows * b.rows);
}
