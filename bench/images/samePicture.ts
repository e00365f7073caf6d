/** Which false pairs are true after all: CIFAR-10 itself holds some pictures twice. */
import sharp from "sharp";
import type { Pixels } from "./distortions.ts";
import type { FalseSourcePair } from "./nearDuplicates.ts";

const SIDE = 32;
/** Both pictures are compared on a grid of this side. */
const GRID = 24;
/** A window of one picture, by its share of the width and of the height, is laid over the whole other one. */
const SHARES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];
/** Pixels between the places that are tried. */
const STEP = 0.5;
const LEAST_CORRELATION = 0.88;

/**
 * The pairs whose sources show the same picture, cut or stretched differently: a window of one, at least 70% of each
 * side, laid over the other, agrees with it in brightness with a correlation of at least 0.88. The encoders have no part
 * in this; of 1,500 random pairs of one class (airplane, automobile, ship, bird) 0.7% reach as much.
 */
export async function samePictures(pixels: readonly Pixels[], pairs: readonly FalseSourcePair[]): Promise<ReadonlySet<FalseSourcePair>> {
  const planes = new Map<number, Uint8Array>();
  const planeOf = async (source: number): Promise<Uint8Array> => {
    const made = planes.get(source) ?? await brightness(pixels[source]);
    planes.set(source, made);
    return made;
  };
  const same = new Set<FalseSourcePair>();
  for (const pair of pairs) {
    const [first, second] = [await planeOf(pair.sources[0]), await planeOf(pair.sources[1])];
    if (Math.max(bestCorrelation(first, second), bestCorrelation(second, first)) >= LEAST_CORRELATION) same.add(pair);
  }
  return same;
}

async function brightness({ width, height, data }: Pixels): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } }).resize(SIDE, SIDE, { fit: "fill" }).greyscale().toColourspace("b-w").raw().toBuffer();
}

/** The highest correlation of any window of `picture` with the whole of `other`. Both are SIDE × SIDE. */
export function bestCorrelation(picture: Uint8Array, other: Uint8Array): number {
  const whole = new Float64Array(GRID * GRID);
  const window = new Float64Array(GRID * GRID);
  lookAt(other, 0, 0, SIDE, SIDE, whole);
  let best = -1;
  for (const across of SHARES) {
    for (const down of SHARES) {
      const width = across * SIDE;
      const height = down * SIDE;
      for (let top = 0; top <= SIDE - height; top += STEP) {
        for (let left = 0; left <= SIDE - width; left += STEP) {
          lookAt(picture, left, top, width, height, window);
          best = Math.max(best, dot(window, whole));
        }
      }
    }
  }
  return best;
}

/** Samples a window on the grid, bilinearly, and gives the values mean 0 and length 1. */
function lookAt(plane: Uint8Array, left: number, top: number, width: number, height: number, out: Float64Array): void {
  const clamp = (value: number): number => Math.min(Math.max(value, 0), SIDE - 1);
  let sum = 0;
  for (let y = 0; y < GRID; y++) {
    const row = clamp(top + ((y + 0.5) * height) / GRID - 0.5);
    const above = Math.floor(row);
    const below = Math.min(above + 1, SIDE - 1);
    for (let x = 0; x < GRID; x++) {
      const column = clamp(left + ((x + 0.5) * width) / GRID - 0.5);
      const before = Math.floor(column);
      const after = Math.min(before + 1, SIDE - 1);
      const upper = plane[above * SIDE + before] * (1 - column + before) + plane[above * SIDE + after] * (column - before);
      const lower = plane[below * SIDE + before] * (1 - column + before) + plane[below * SIDE + after] * (column - before);
      const value = upper * (1 - row + above) + lower * (row - above);
      out[y * GRID + x] = value;
      sum += value;
    }
  }
  const mean = sum / out.length;
  for (let i = 0; i < out.length; i++) out[i] -= mean;
  const length = Math.sqrt(dot(out, out)) || 1;
  for (let i = 0; i < out.length; i++) out[i] /= length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
