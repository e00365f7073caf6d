/** What the sources are made of: sizes, faults and shifts, all stated here. */
import { seededPermutation, seededRandom } from "../../src/core/random.ts";
import { CLASSES } from "./classes.ts";

/** Images of each class, unless said otherwise. */
export const RECIPE = {
  inHouse: { perClass: 100 },
  /** `copies` in all are near-duplicates of some of the originals; `noise` is the share of wrong labels. */
  web: { perClass: 600, copies: 2000, copied: 700, noise: 0.4 },
  synthetic: { perClass: 200, originals: 30 },
  /** Fewer where Tiny ImageNet has fewer. */
  retrieved: { perClass: 200 },
  /** In all; the first class has `imbalance` times as many images as the last. */
  target: { images: 1500, imbalance: 3, gamma: 1.1, gain: 0.8, degrees: 5, blur: 0.3 },
  /** Classes of Tiny ImageNet that CIFAR-10 does not show; their validation images. */
  task: { classes: 20, perClass: 20 },
} as const;

/** CIFAR-10 training images by their place in a class: no image is in two sources. */
export interface ClassDraw {
  readonly inHouse: readonly number[];
  readonly web: readonly number[];
  readonly synthetic: readonly number[];
}

/** @param count training images of the class @throws Error where they are too few */
export function drawOfClass(count: number, seed: number): ClassDraw {
  const { inHouse, web, synthetic } = RECIPE;
  const sizes = [inHouse.perClass, web.perClass, synthetic.originals];
  const needed = sizes.reduce((sum, size) => sum + size, 0);
  if (count < needed) throw new Error(`a class has ${count} training images, and ${needed} are needed`);
  const order = Array.from(seededPermutation(count, seed));
  const [first, second] = [sizes[0], sizes[0] + sizes[1]];
  return { inHouse: order.slice(0, first), web: order.slice(first, second), synthetic: order.slice(second, needed) };
}

/** Labels as a careless crowd gives them: each is wrong with probability `noise`, then any other class alike. */
export function crowdLabels(truth: readonly number[], classes: number, noise: number, seed: number): number[] {
  const random = seededRandom(seed);
  return truth.map((label) => {
    // Two numbers for every sample, so that the noise of one does not move that of the next.
    const [chance, other] = [random(), random()];
    return chance < noise ? (label + 1 + Math.floor(other * (classes - 1))) % classes : label;
  });
}

/** Target images of each class: falling evenly from the first to the last, `total` in all. */
export function targetCounts(total: number, imbalance: number): number[] {
  const weights = CLASSES.map((_, c) => imbalance - ((imbalance - 1) * c) / (CLASSES.length - 1));
  const sum = weights.reduce((whole, weight) => whole + weight, 0);
  let before = 0;
  let done = 0;
  return weights.map((weight) => {
    before += weight;
    const upTo = Math.round((total * before) / sum);
    const own = upTo - done;
    done = upTo;
    return own;
  });
}
