import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { takeRows, type EmbeddingMatrix, type SearchOptions } from "../neighbors/neighborSearch.ts";
import { measured, type Measured } from "./measured.ts";
import { squaredRadii } from "./neighborRadii.ts";
import { leastProducts, type PoolBalls } from "./poolBalls.ts";
import { eachProductBlock, PRODUCT_ERROR, squaredDistance, whyNotComparable, type ProductBlock } from "./products.ts";

/** Neighbours that span a ball, as in the paper. */
export const PRDC_NEIGHBORS = 5;

/** See {@link prdc}: shares in [0, 1], but for the density in [0, M / k]. */
export interface Prdc {
  readonly precision: Measured;
  readonly recall: Measured;
  readonly density: Measured;
  readonly coverage: Measured;
}

export interface PrdcOptions extends SearchOptions {
  readonly k?: number;
  /** {@link squaredRadii} of the target at the same k, where many sets are measured against it. */
  readonly targetRadii?: Float64Array;
  /** Nearest neighbours among the kept samples by exact search, where they are known already. */
  readonly keptLists?: NeighborLists;
  /** Where the kept samples are of a pool that many subsets are taken of: their rows in it, and what was found of it with this target and k. */
  readonly pool?: { readonly balls: PoolBalls; readonly rows: Uint32Array };
}

/** What a scan of all pairs counts. */
interface Balls {
  readonly kept: EmbeddingMatrix;
  readonly target: EmbeddingMatrix;
  readonly keptRadii: Float64Array;
  readonly targetRadii: Float64Array;
  /** Product above which a pair may lie within the row's ball; beyond all products where only copies lie in it. */
  readonly keptFrom: Float32Array;
  readonly targetFrom: Float32Array;
  /** 1 for kept samples within a target sample's ball. */
  readonly isInTarget: Uint8Array;
  /** 1 for target samples within a kept sample's ball. */
  readonly isInKept: Uint8Array;
  /** 1 for target samples with a kept one in their ball. */
  readonly isCovered: Uint8Array;
  /** Pairs of a kept sample within a target sample's ball. */
  pairs: number;
}

/**
 * Precision, recall (Kynkäänniemi et al., NeurIPS 2019), density and coverage (Naeem et al., ICML 2020) of N kept samples
 * Y against M target samples X. With B(z) the ball around z whose radius is the Euclidean distance to the k-th nearest
 * other sample of z's own set, its boundary left out as in the authors' code:
 * precision, the share of Y within any B(X_i); recall, the share of X within any B(Y_j);
 * density, `1/(kN) · Σ_j Σ_i [Y_j ∈ B(X_i)]`, about 1 for like distributions, more where Y crowds where X is dense;
 * coverage, the share of the X_i with some Y_j in B(X_i). A copy of z counts as within B(z) even where k copies in its own
 * set leave the ball no extent. Exact: pairs that float32 cannot tell are told in double.
 * @param kept `N × d`, L2-normalised
 * @param target `M × d` from the same encoder, L2-normalised; null where there is none
 * @throws CancelledError
 */
export async function prdc(kept: EmbeddingMatrix, target: EmbeddingMatrix | null, options: PrdcOptions = {}): Promise<Prdc> {
  const { k = PRDC_NEIGHBORS, signal } = options;
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`k must be a whole number of at least 1, not ${k}`);
  const why = whyNotComparable(kept, target);
  if (why !== null || target === null) {
    const none: Measured = { notDefined: why ?? "there is no target set" };
    return { precision: none, recall: none, density: none, coverage: none };
  }
  const search: SearchOptions = signal === undefined ? {} : { signal };
  const ofTarget = whyNoBalls(target, k, "target");
  const ofKept = whyNoBalls(kept, k, "kept");
  const targetRadii = ofTarget !== null ? new Float64Array(target.rows) : options.targetRadii ?? await squaredRadii(target, k, search);
  if (targetRadii.length !== target.rows) throw new RangeError(`${targetRadii.length} radii do not fit ${target.rows} target samples`);
  const keptRadii = ofKept !== null ? new Float64Array(kept.rows) : await squaredRadii(kept, k, { ...search, ...(options.keptLists === undefined ? {} : { lists: options.keptLists }) });
  const balls: Balls = {
    kept, target, keptRadii, targetRadii, keptFrom: leastProducts(keptRadii), targetFrom: leastProducts(targetRadii),
    isInTarget: new Uint8Array(kept.rows), isInKept: new Uint8Array(target.rows), isCovered: new Uint8Array(target.rows), pairs: 0,
  };
  countCopies(balls);
  if (options.pool === undefined) await eachProductBlock(target, kept, (block) => countBlock(balls, block), options);
  else await countFromPool(balls, options.pool, search);
  const byTarget = (value: number): Measured => (ofTarget === null ? measured(value) : { notDefined: ofTarget });
  return {
    precision: byTarget(shareOf(balls.isInTarget)),
    recall: ofKept === null ? measured(shareOf(balls.isInKept)) : { notDefined: ofKept },
    density: byTarget(balls.pairs / (k * kept.rows)),
    coverage: byTarget(shareOf(balls.isCovered)),
  };
}

/** Why the samples of a set span no balls. */
function whyNoBalls({ rows, dims, data }: EmbeddingMatrix, k: number, what: string): string | null {
  if (rows <= k) return `${rows === 1 ? "there is 1" : `there are ${rows}`} ${what} ${rows === 1 ? "sample" : "samples"}, and k = ${k} neighbours need at least ${k + 1}`;
  for (let at = dims; at < data.length; at++) if (data[at] !== data[at % dims]) return null;
  return `all ${what} samples have the same vector`;
}

/** Counts the copies of samples whose balls have no extent. */
function countCopies(balls: Balls): void {
  const { kept, target, keptRadii, targetRadii } = balls;
  if (!keptRadii.includes(0) && !targetRadii.includes(0)) return;
  const scratch = new Float32Array(kept.dims);
  const bytes = Buffer.from(scratch.buffer);
  const keyOf = ({ dims, data }: EmbeddingMatrix, row: number): string => {
    // −0 becomes 0, which it equals.
    for (let c = 0; c < dims; c++) scratch[c] = data[row * dims + c] + 0;
    return bytes.toString("latin1");
  };
  const copies = new Map<string, number[]>();
  for (let j = 0; j < kept.rows; j++) {
    const key = keyOf(kept, j);
    const group = copies.get(key);
    if (group === undefined) copies.set(key, [j]);
    else group.push(j);
  }
  for (let i = 0; i < target.rows; i++) {
    const group = copies.get(keyOf(target, i));
    if (group === undefined) continue;
    // Copies within one set have the same radius, so that the first speaks for all.
    if (keptRadii[group[0]] === 0) balls.isInKept[i] = 1;
    if (targetRadii[i] !== 0) continue;
    balls.isCovered[i] = 1;
    balls.pairs += group.length;
    for (const j of group) balls.isInTarget[j] = 1;
  }
}

/** The same as over all blocks, from what is known of the pool; balls that reach beyond what is known are scanned. */
async function countFromPool(balls: Balls, { balls: { offsets, targets, nearest }, rows }: NonNullable<PrdcOptions["pool"]>, options: SearchOptions): Promise<void> {
  const { kept, target, keptRadii, keptFrom, isInTarget, isInKept, isCovered } = balls;
  const { k } = nearest;
  const far: number[] = [];
  for (let j = 0; j < kept.rows; j++) {
    const p = rows[j];
    for (let at = offsets[p]; at < offsets[p + 1]; at++) isCovered[targets[at]] = 1;
    balls.pairs += offsets[p + 1] - offsets[p];
    if (offsets[p + 1] > offsets[p]) isInTarget[j] = 1;
    const from = keptFrom[j];
    // The search may have rounded otherwise than a scan.
    if (k < target.rows && nearest.similarities[p * k + k - 1] >= from - 2 * PRODUCT_ERROR) {
      far.push(j);
      continue;
    }
    for (let at = p * k; at < (p + 1) * k && nearest.similarities[at] >= from; at++) {
      const i = nearest.rows[at];
      if (isInKept[i] === 0 && (nearest.similarities[at] >= from + 2 * PRODUCT_ERROR || squaredDistance(target, i, kept, j) < keptRadii[j])) isInKept[i] = 1;
    }
  }
  if (far.length === 0) return;
  const own = Uint32Array.from(far);
  const scanned: Balls = {
    ...balls, kept: takeRows(kept, own), keptRadii: Float64Array.from(own, (j) => keptRadii[j]), keptFrom: Float32Array.from(own, (j) => keptFrom[j]),
    targetFrom: new Float32Array(target.rows).fill(Infinity), isInTarget: new Uint8Array(own.length), isCovered: new Uint8Array(target.rows),
  };
  await eachProductBlock(target, scanned.kept, (block) => countBlock(scanned, block), options);
}

function countBlock(balls: Balls, { left, leftCount, right, rightCount, products }: ProductBlock): void {
  const { kept, target, keptRadii, targetRadii, keptFrom, targetFrom, isInTarget, isInKept, isCovered } = balls;
  let leastKept = Infinity;
  for (let j = right; j < right + rightCount; j++) leastKept = Math.min(leastKept, keptFrom[j]);
  for (let i = left, at = 0; i < left + leftCount; i++) {
    const from = targetFrom[i];
    const least = Math.min(from, leastKept);
    for (let j = right; j < right + rightCount; j++, at++) {
      const product = products[at];
      if (product < least) continue;
      const mayBeInTarget = product >= from;
      const mayBeInKept = product >= keptFrom[j] && isInKept[i] === 0;
      if (!mayBeInTarget && !mayBeInKept) continue;
      // Beyond twice the error above the bound, rounding cannot have brought a pair in.
      const sureOfTarget = product >= from + 2 * PRODUCT_ERROR;
      const sureOfKept = product >= keptFrom[j] + 2 * PRODUCT_ERROR;
      const isUnsure = (mayBeInTarget && !sureOfTarget) || (mayBeInKept && !sureOfKept);
      const distance = isUnsure ? squaredDistance(target, i, kept, j) : 0;
      if (mayBeInTarget && (sureOfTarget || distance < targetRadii[i])) {
        balls.pairs++;
        isInTarget[j] = 1;
        isCovered[i] = 1;
      }
      if (mayBeInKept && (sureOfKept || distance < keptRadii[j])) isInKept[i] = 1;
    }
  }
}

function shareOf(marks: Uint8Array): number {
  let sum = 0;
  for (const mark of marks) sum += mark;
  return sum / marks.length;
}
