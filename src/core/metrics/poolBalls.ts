import { ExactSearch } from "../neighbors/exactSearch.ts";
import type { EmbeddingMatrix, SearchOptions, SearchResult } from "../neighbors/neighborSearch.ts";
import { eachProductBlock, PRODUCT_ERROR, squaredDistance, type ProductBlock } from "./products.ts";

/** Nearest target samples that are kept of each sample: a ball that reaches farther is scanned. */
const NEAREST = 64;
/** Samples × {@link NEAREST} and pairs beyond which memory would suffer: 128 MiB each. */
const MOST_ENTRIES = 2 ** 24;

/**
 * How the samples of a pool lie about one target set, found once for all of its subsets: see `prdc`. Of memory that
 * {@link poolBalls} bounds.
 */
export interface PoolBalls {
  /** The target samples within whose balls sample p lies: `targets[offsets[p] … offsets[p + 1] − 1]`. Balls without extent are left out. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  /** The nearest target samples of each sample, row-major `samples × k`, the nearest first, with products in float32. */
  readonly nearest: SearchResult;
}

/** Product above which a pair may lie within a ball of this squared radius; beyond all products where only copies lie in it. */
export function leastProducts(radii: Float64Array): Float32Array {
  return Float32Array.from(radii, (radius) => (radius === 0 ? Infinity : 1 - radius / 2 - PRODUCT_ERROR));
}

/**
 * @param pool,target L2-normalised rows of the same length
 * @param targetRadii squared radii of the target's balls
 * @returns null where it would take more than some 256 MiB
 * @throws CancelledError
 */
export async function poolBalls(pool: EmbeddingMatrix, target: EmbeddingMatrix, targetRadii: Float64Array, options: SearchOptions = {}): Promise<PoolBalls | null> {
  const k = Math.min(NEAREST, target.rows);
  if (k === 0 || pool.rows * k > MOST_ENTRIES) return null;
  const from = leastProducts(targetRadii);
  // Pairs as they come: sample and target by turns.
  let pairs = new Uint32Array(1024);
  let count = 0;
  const scan = ({ left, leftCount, right, rightCount, products }: ProductBlock): void => {
    for (let i = left, at = 0; i < left + leftCount; i++) {
      for (let p = right; p < right + rightCount; p++, at++) {
        if (products[at] < from[i] || count > 2 * MOST_ENTRIES) continue;
        // Beyond twice the error above the bound, rounding cannot have brought a pair in.
        if (products[at] < from[i] + 2 * PRODUCT_ERROR && !(squaredDistance(target, i, pool, p) < targetRadii[i])) continue;
        if (count === pairs.length) {
          const more = new Uint32Array(2 * count);
          more.set(pairs);
          pairs = more;
        }
        pairs[count++] = p;
        pairs[count++] = i;
      }
    }
  };
  await eachProductBlock(target, pool, scan, options);
  if (count > 2 * MOST_ENTRIES) return null;
  const offsets = new Uint32Array(pool.rows + 1);
  for (let at = 0; at < count; at += 2) offsets[pairs[at] + 1]++;
  for (let p = 0; p < pool.rows; p++) offsets[p + 1] += offsets[p];
  const targets = new Uint32Array(count / 2);
  const next = offsets.slice();
  for (let at = 0; at < count; at += 2) targets[next[pairs[at]]++] = pairs[at + 1];
  const search = await ExactSearch.create(target);
  try {
    return { offsets, targets, nearest: await search.search(pool.data, k, options) };
  } finally {
    await search.close();
  }
}
