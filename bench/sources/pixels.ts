/** Changes of small RGB images: pure functions of row-major bytes, `SIDE` × `SIDE` × 3. */
import { reflected } from "../images/imageSets.ts";

export const SIDE = 32;
export type Random = () => number;

const bounded = (value: number): number => Math.max(0, Math.min(255, Math.floor(value + 0.5)));
const between = (random: Random, from: number, to: number): number => from + (to - from) * random();
const integer = (random: Random, from: number, to: number): number => Math.min(to, Math.floor(between(random, from, to + 1)));

/** Every value of a new image by row, column and channel. */
function drawn(value: (y: number, x: number, channel: number) => number): Uint8Array {
  const out = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0, to = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) for (let c = 0; c < 3; c++) out[to++] = bounded(value(y, x, c));
  return out;
}

/** A value of an image; outside of it that of its mirror image. */
const at = (image: Uint8Array, y: number, x: number, channel: number): number => image[(reflected(y, SIDE) * SIDE + reflected(x, SIDE)) * 3 + channel];

/** A near-duplicate: moved by up to 2 pixels each way and changed in gain (0.85 to 1.15) and bias (±12). */
export function reposted(image: Uint8Array, random: Random): Uint8Array {
  const [dy, dx] = [integer(random, -2, 2), integer(random, -2, 2)];
  const [gain, bias] = [between(random, 0.85, 1.15), between(random, -12, 12)];
  return drawn((y, x, c) => at(image, y + dy, x + dx, c) * gain + bias);
}

const LEVELS = 4;
const EDGE = 40;

/** A flat drawing: median of 3 × 3, four levels a channel, dark lines where the brightness jumps. */
export function posterised(image: Uint8Array): Uint8Array {
  const window = new Uint8Array(9);
  const smooth = drawn((y, x, c) => {
    for (let k = 0; k < 9; k++) window[k] = at(image, y + Math.floor(k / 3) - 1, x + (k % 3) - 1, c);
    return window.sort()[4];
  });
  const light = (y: number, x: number): number => (at(smooth, y, x, 0) + at(smooth, y, x, 1) + at(smooth, y, x, 2)) / 3;
  const step = 255 / (LEVELS - 1);
  return drawn((y, x, c) => {
    const jump = Math.abs(light(y, x + 1) - light(y, x - 1)) + Math.abs(light(y + 1, x) - light(y - 1, x));
    const flat = Math.round(at(smooth, y, x, c) / step) * step;
    return jump > EDGE ? 0.3 * flat : flat;
  });
}

/** The mean of images. */
export function meanImage(images: readonly Uint8Array[]): Uint8Array {
  return drawn((y, x, c) => images.reduce((sum, image) => sum + at(image, y, x, c), 0) / images.length);
}

/** `share` of one image over another. */
export function blended(image: Uint8Array, other: Uint8Array, share: number): Uint8Array {
  return drawn((y, x, c) => share * at(image, y, x, c) + (1 - share) * at(other, y, x, c));
}

/** An image with a rectangle, half to three quarters of the side, of another (CutMix: Yun et al. 2019). */
export function cutMixed(image: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const [height, width] = [integer(random, SIDE / 2, (3 * SIDE) / 4), integer(random, SIDE / 2, (3 * SIDE) / 4)];
  const [top, left] = [integer(random, 0, SIDE - height), integer(random, 0, SIDE - width)];
  return drawn((y, x, c) => at(y >= top && y < top + height && x >= left && x < left + width ? other : image, y, x, c));
}

export function mirrored(image: Uint8Array): Uint8Array {
  return drawn((y, x, c) => at(image, y, SIDE - 1 - x, c));
}

/** Turned about the middle, between pixels bilinearly; what comes from outside is mirrored. */
export function rotated(image: Uint8Array, degrees: number): Uint8Array {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const middle = (SIDE - 1) / 2;
  return drawn((y, x, c) => {
    const fromY = middle + (y - middle) * cos - (x - middle) * sin;
    const fromX = middle + (y - middle) * sin + (x - middle) * cos;
    const [top, left] = [Math.floor(fromY), Math.floor(fromX)];
    const [down, right] = [fromY - top, fromX - left];
    return (1 - down) * ((1 - right) * at(image, top, left, c) + right * at(image, top, left + 1, c))
      + down * ((1 - right) * at(image, top + 1, left, c) + right * at(image, top + 1, left + 1, c));
  });
}

/** Gaussian of 5 × 5. @param sigma in pixels, above 0 */
export function blurred(image: Uint8Array, sigma: number): Uint8Array {
  const weights = [-2, -1, 0, 1, 2].map((offset) => Math.exp((-offset * offset) / (2 * sigma * sigma)));
  const sum = weights.reduce((whole, weight) => whole + weight, 0);
  return drawn((y, x, c) => {
    let value = 0;
    for (let v = 0; v < 5; v++) for (let u = 0; u < 5; u++) value += weights[v] * weights[u] * at(image, y + v - 2, x + u - 2, c);
    return value / (sum * sum);
  });
}

/** `255 · gain · (v / 255)^gamma` */
export function darkened(image: Uint8Array, gain: number, gamma: number): Uint8Array {
  return image.map((value) => bounded(255 * gain * Math.pow(value / 255, gamma)));
}
