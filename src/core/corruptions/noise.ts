import { seededRandom } from "../random.ts";

/** Adds normal noise. @param data bytes, changed in place @param deviation of values in [0, 1] */
export function gaussianNoise(data: Uint8ClampedArray, deviation: number, seed: number): void {
  const random = seededRandom(seed);
  const scale = 255 * deviation;
  // Two draws make two normal numbers (Box & Muller, 1958).
  for (let i = 0; i < data.length; i += 2) {
    const radius = scale * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    data[i] += radius * Math.cos(angle);
    if (i + 1 < data.length) data[i + 1] += radius * Math.sin(angle);
  }
}

/** Cumulative Poisson probabilities of each byte's mean, made when first met. */
type Cumulative = (Float64Array | undefined)[];

/** Those of the last few photon counts: five for each size of images. */
const known = new Map<number, Cumulative>();
const MOST_KNOWN = 10;
const TAIL = 1e-12;

function cumulativeOf(mean: number): Float64Array {
  const sums: number[] = [];
  let probability = Math.exp(-mean);
  let sum = 0;
  for (let k = 0; sum < 1 - TAIL && (k < mean || probability > TAIL); k++) {
    sum += probability;
    sums.push(sum);
    probability *= mean / (k + 1);
  }
  return Float64Array.from(sums);
}

/**
 * Draws each value anew from the Poisson distribution of its photons, by inversion: the same draw gives more the more
 * photons there are. @param data bytes, changed in place @param photons of a value of 1, at most 700
 */
export function shotNoise(data: Uint8ClampedArray, photons: number, seed: number): void {
  const random = seededRandom(seed);
  const tables: Cumulative = known.get(photons) ?? [];
  if (!known.has(photons)) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(photons, tables);
  }
  const scale = 255 / photons;
  for (let i = 0; i < data.length; i++) {
    const mean = data[i] / scale;
    const table = tables[data[i]] ??= cumulativeOf(mean);
    const draw = random();
    let k = Math.min(Math.floor(mean), table.length - 1);
    while (k > 0 && table[k - 1] > draw) k--;
    while (k < table.length - 1 && table[k] <= draw) k++;
    data[i] = k * scale;
  }
}

/** Replaces a share of the values by black or white, each as likely. @param data bytes, changed in place */
export function impulseNoise(data: Uint8ClampedArray, share: number, seed: number): void {
  const random = seededRandom(seed);
  for (let i = 0; i < data.length; i++) {
    const isHit = random() < share;
    // Drawn for every value, so that a higher severity hits the same values and more.
    const isWhite = random() < 0.5;
    if (isHit) data[i] = isWhite ? 255 : 0;
  }
}
