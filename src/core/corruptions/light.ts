import { seededRandom } from "../random.ts";
import type { Colours } from "./blur.ts";

/** Raises the value of HSV; hue and saturation stay, so that black becomes grey. @param gain of values in [0, 1] */
export function brighten({ data }: Colours, gain: number): void {
  for (let i = 0; i < data.length; i += 3) {
    const value = Math.max(data[i], data[i + 1], data[i + 2]);
    const raised = Math.min(255, value + 255 * gain);
    for (let c = i; c < i + 3; c++) data[c] = value === 0 ? raised : (data[c] * raised) / value;
  }
}

/** Draws each channel toward its mean. @param share of the contrast that is left */
export function lowerContrast({ data }: Colours, share: number): void {
  for (let c = 0; c < 3; c++) {
    let sum = 0;
    for (let i = c; i < data.length; i += 3) sum += data[i];
    const mean = sum / (data.length / 3);
    for (let i = c; i < data.length; i += 3) data[i] = mean + (data[i] - mean) * share;
  }
}

/** Larger images repeat the fog, which goes on across its edges. */
const MOST_FOG = 1024;

/**
 * A field of fog in [0, 1], `side × side`, the same from edge to opposite edge: the diamond-square algorithm (Fournier,
 * Fussell & Carpenter, 1982), whose steps fall to 1/decay² from octave to octave.
 * @param side a power of two
 */
function plasma(side: number, decay: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const field = new Float32Array(side * side);
  const at = (x: number, y: number): number => field[((y + side) % side) * side + ((x + side) % side)];
  for (let step = side, wobble = 1; step >= 2; step >>= 1, wobble /= decay * decay) {
    const half = step >> 1;
    const around = (sum: number): number => sum / 4 + wobble * (2 * random() - 1);
    for (let y = 0; y < side; y += step) {
      for (let x = 0; x < side; x += step) field[(y + half) * side + x + half] = around(at(x, y) + at(x + step, y) + at(x, y + step) + at(x + step, y + step));
    }
    for (let y = 0; y < side; y += half) {
      for (let x = (y & half) === 0 ? half : 0; x < side; x += step) field[y * side + x] = around(at(x - half, y) + at(x + half, y) + at(x, y - half) + at(x, y + half));
    }
  }
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of field) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  const span = highest - lowest;
  return field.map((value) => (span > 0 ? (value - lowest) / span : 0));
}

/** Lays fog over an image, and then dims it until its lightest value could be what it was. */
export function fog({ width, height, data }: Colours, thickness: number, decay: number, seed: number): void {
  let side = 1;
  while (side < Math.min(MOST_FOG, Math.max(width, height))) side *= 2;
  const field = plasma(side, decay, seed);
  let most = 0;
  for (const value of data) most = Math.max(most, value);
  const dimmed = most / (most + 255 * thickness);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const haze = 255 * thickness * field[(y & (side - 1)) * side + (x & (side - 1))];
      for (const end = i + 3; i < end; i++) data[i] = (data[i] + haze) * dimmed;
    }
  }
}

/** Makes an image coarse: scaled down to a share of its sides by means over blocks, and up again without smoothing. */
export function pixelate({ width, height, data }: Colours, share: number): void {
  const columns = Math.max(1, Math.floor(width * share));
  const rows = Math.max(1, Math.floor(height * share));
  const columnOf = Uint32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * columns) / width));
  const rowOf = Uint32Array.from({ length: height }, (_, y) => Math.floor(((y + 0.5) * rows) / height));
  const sums = new Float64Array(3 * columns * rows);
  const counts = new Uint32Array(columns * rows);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = rowOf[y] * columns + columnOf[x];
      counts[block]++;
      for (let c = 0; c < 3; c++) sums[3 * block + c] += data[i++];
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = rowOf[y] * columns + columnOf[x];
      for (let c = 0; c < 3; c++) data[i++] = sums[3 * block + c] / counts[block];
    }
  }
}
