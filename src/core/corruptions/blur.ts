import { seededRandom } from "../random.ts";

/** Colours of an image: 3 bytes a pixel, row-major from the top. */
export interface Colours {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Index in 0 … n − 1 of a place beyond it, mirrored at the middle of the outermost pixels. */
function mirrored(at: number, n: number): number {
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const folded = ((at % period) + period) % period;
  return folded < n ? folded : period - folded;
}

/** Below this share a tap changes no byte. */
const LEAST_WEIGHT = 1e-4;

/** Widths up to this are softened over 3 × 3 pixels, others over 5 × 5, as the paper's code has it. */
const WIDE_DISC = 8;

/**
 * The blur of a lens out of focus: the mean over a disc, whose edge a small Gaussian softens. A disc is a stack of
 * runs, so that prefix sums along the rows make its cost that of its height, not of its area.
 * @param radius of the disc, and `softness` the standard deviation of the Gaussian, in pixels
 */
export function defocusBlur({ width, height, data }: Colours, radius: number, softness: number): void {
  const reach = Math.floor(radius);
  const runs = Int32Array.from({ length: 2 * reach + 1 }, (_, i) => Math.floor(Math.sqrt(radius * radius - (i - reach) * (i - reach))));
  const area = runs.reduce((sum, run) => sum + 2 * run + 1, 0);
  const blurred = new Float32Array(data.length);
  if (reach === 0) blurred.set(data);
  else {
    // sums[row][c][x]: values of channel c from column −reach up to, and without, column x − reach.
    const stride = width + 2 * reach + 1;
    const sums = new Int32Array(3 * height * stride);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 3; c++) {
        const start = (3 * y + c) * stride;
        for (let x = 0; x < stride - 1; x++) sums[start + x + 1] = sums[start + x] + data[3 * (y * width + mirrored(x - reach, width)) + c];
      }
    }
    for (let y = 0; y < height; y++) {
      for (let dy = -reach; dy <= reach; dy++) {
        const run = runs[dy + reach];
        for (let c = 0; c < 3; c++) {
          const start = (3 * mirrored(y + dy, height) + c) * stride + reach;
          for (let x = 0, to = 3 * y * width + c; x < width; x++, to += 3) blurred[to] += sums[start + x + run + 1] - sums[start + x - run];
        }
      }
    }
    for (let i = 0; i < blurred.length; i++) blurred[i] /= area;
  }
  const taps = gaussianTaps(radius <= WIDE_DISC ? 1 : 2, softness);
  data.set(taps[0] < LEAST_WEIGHT ? blurred : alongColumns(alongRows(blurred, width, height, taps), width, height, taps));
}

/** Weights of a Gaussian from −reach to reach, of sum 1. */
function gaussianTaps(reach: number, deviation: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation * deviation)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

function alongRows(from: Float32Array, width: number, height: number, taps: Float64Array): Float32Array {
  const reach = taps.length >> 1;
  const into = new Float32Array(from.length);
  for (let x = 0; x < width; x++) {
    for (let t = 0; t < taps.length; t++) {
      const weight = taps[t];
      let source = 3 * mirrored(x + t - reach, width);
      for (let y = 0, to = 3 * x; y < height; y++, to += 3 * width, source += 3 * width) {
        for (let c = 0; c < 3; c++) into[to + c] += weight * from[source + c];
      }
    }
  }
  return into;
}

function alongColumns(from: Float32Array, width: number, height: number, taps: Float64Array): Float32Array {
  const reach = taps.length >> 1;
  const row = 3 * width;
  const into = new Float32Array(from.length);
  for (let y = 0; y < height; y++) {
    for (let t = 0; t < taps.length; t++) {
      const weight = taps[t];
      const source = row * mirrored(y + t - reach, height);
      for (let i = 0; i < row; i++) into[y * row + i] += weight * from[source + i];
    }
  }
  return into;
}

/** Largest angle of a trail to the horizontal. */
const MOST_TILT = Math.PI / 4;

/**
 * The blur of a camera that moves: a trail that fades as half a Gaussian, at a drawn angle of at most 45°. Beyond the
 * edge the outermost pixels go on.
 * @param radius half the length of the trail, and `deviation` of its Gaussian, in pixels
 */
export function motionBlur({ width, height, data }: Colours, radius: number, deviation: number, seed: number): void {
  const angle = MOST_TILT * (2 * seededRandom(seed)() - 1);
  const trail = Float64Array.from({ length: Math.round(2 * radius) + 1 }, (_, i) => Math.exp(-(i * i) / (2 * deviation * deviation)));
  const sum = trail.reduce((total, weight) => total + weight, 0);
  const row = 3 * width;
  const blurred = new Float32Array(data.length);
  for (let i = 0; i < trail.length; i++) {
    const weight = trail[i] / sum;
    const dx = Math.round(i * Math.cos(angle));
    const dy = Math.round(i * Math.sin(angle));
    const inside = Math.max(0, width - dx);
    const last = row - 3;
    for (let y = 0; y < height; y++) {
      const source = row * Math.max(0, Math.min(height - 1, y + dy));
      const to = row * y;
      for (let x = 0; x < 3 * inside; x++) blurred[to + x] += weight * data[source + 3 * dx + x];
      for (let x = 3 * inside; x < row; x += 3) {
        for (let c = 0; c < 3; c++) blurred[to + x + c] += weight * data[source + last + c];
      }
    }
  }
  data.set(blurred);
}
