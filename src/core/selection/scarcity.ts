/**
 * Where few samples of a class are kept, easy and unlike ones teach most (Sorscher et al., arXiv 2206.14486, find that the
 * less data there are, the easier those to keep): what goes for tens of thousands of samples makes a subset of hundreds worse
 * than a random one. Exponents and limits are where networks on the embeddings were best, bench/README.md.
 */

/** Kept samples of a class from which on nothing changes. */
const ENOUGH = 250;
/** β where enough samples of a class are kept. */
export const USUAL_WEIGHT = 0.15;
const WEIGHT_EXPONENT = 1.5;
const MOST_WEIGHT = 5;

/**
 * How many times fewer samples of a class are kept than are enough, ≥ 1.
 * @param kept ≥ 1
 * @param classes 0 where labels are no classes: nothing is known then
 */
export function scarcityOf(kept: number, classes: number): number {
  return Math.max(1, (ENOUGH * classes) / kept);
}

/**
 * The redundancy weight β that `auto` takes: more, the fewer samples of a class are kept.
 * @param kept p, ≥ 1
 * @param classes 0 where labels are no classes
 */
export function automaticWeight(kept: number, classes: number): number {
  return Math.min(MOST_WEIGHT, USUAL_WEIGHT * scarcityOf(kept, classes) ** WEIGHT_EXPONENT);
}
