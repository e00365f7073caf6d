import type { RgbImage } from "../dataset/plainJpeg.ts";

/** Where the samples of a tensor stand, and what becomes of a byte. */
export interface TensorTarget {
  /** Size that the image is scaled to; "cover" keeps the aspect and cuts the longer side. */
  readonly resize: { readonly width: number; readonly height: number; readonly fit: "fill" | "cover" };
  /** Of the tensor: the middle of what it was scaled to. */
  readonly width: number;
  readonly height: number;
  readonly kernel: "linear" | "cubic";
  /** A value v from 0 to 255 of channel c (0 red) becomes v · scale[c] + offset[c], and stands at start[c] + y · row + x · column. */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  readonly start: readonly number[];
  readonly row: number;
  readonly column: number;
}

/** How the pixels of an axis are weighed: output i is the sum over t of weights[i · taps + t] · input[first[i] + t]. */
interface AxisPlan {
  /** Pixels that are averaged first. */
  readonly box: number;
  /** Pixels after that. */
  readonly length: number;
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
  /** The part of the input that is used. */
  readonly from: number;
  readonly to: number;
}

/** Plans that are kept; images come in few sizes, or in so many that keeping more would not help. */
const MOST_PLANS = 256;

const KERNELS = {
  linear: { radius: 1, at: (x: number): number => Math.max(0, 1 - Math.abs(x)) },
  // Catmull-Rom, the bicubic kernel of libvips and Pillow.
  cubic: {
    radius: 2,
    at: (x: number): number => {
      const d = Math.abs(x);
      return d >= 2 ? 0 : d >= 1 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : (1.5 * d - 2.5) * d * d + 1;
    },
  },
};

/**
 * @param from pixels there are
 * @param scaled pixels that they become
 * @param start which of these is the first that is wanted, of `count`
 * @param middle of a pixel that it becomes, from that pixel's edge, in its own size
 */
function planAxis(from: number, scaled: number, start: number, count: number, middle: number, kernel: TensorTarget["kernel"]): AxisPlan {
  const { radius, at } = KERNELS[kernel];
  const factor = from / scaled;
  const box = Math.max(1, Math.floor(factor));
  const length = Math.ceil(from / box);
  const step = factor / box;
  const support = radius * Math.max(1, step);
  const lists: { first: number; weights: number[] }[] = [];
  for (let i = 0; i < count; i++) {
    const centre = (start + i + middle) * step - 0.5;
    const low = Math.max(0, Math.ceil(centre - support));
    const weights = new Array<number>(Math.min(length - 1, Math.floor(centre + support)) - low + 1).fill(0);
    // What lies beyond the edge is as the edge.
    for (let j = Math.ceil(centre - support); j <= centre + support; j++) {
      const inside = Math.min(Math.max(j - low, 0), weights.length - 1);
      weights[inside] += at((j - centre) / Math.max(1, step));
    }
    const isUsed = (weight: number): boolean => Math.abs(weight) > 1e-7;
    const left = weights.findIndex(isUsed);
    lists.push({ first: low + left, weights: weights.slice(left, weights.findLastIndex(isUsed) + 1) });
  }
  const taps = Math.max(...lists.map(({ weights }) => weights.length));
  const first = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  lists.forEach((list, i) => {
    first[i] = Math.min(list.first, length - taps);
    const sum = list.weights.reduce((total, weight) => total + weight, 0);
    list.weights.forEach((weight, t) => { weights[i * taps + list.first - first[i] + t] = weight / sum; });
  });
  return { box, length, taps, first, weights, from: first.reduce((least, value) => Math.min(least, value)), to: first.reduce((most, value) => Math.max(most, value)) + taps };
}

/**
 * Scales images into tensors, filtered where it makes smaller, as Pillow and libvips do: averages of whole pixels first,
 * then a separable kernel as wide as what is left to do.
 */
export class Resampler {
  private readonly target: TensorTarget;
  private readonly plans = new Map<string, readonly [AxisPlan, AxisPlan]>();
  private sums = new Int32Array(0);
  private boxed = new Float32Array(0);
  private rows = new Float32Array(0);

  constructor(target: TensorTarget) {
    this.target = target;
  }

  /** False where one side grows and the other shrinks, which is not done here. */
  scales(width: number, height: number): boolean {
    const [across, down] = this.scaledSize(width, height);
    return (across <= width && down <= height) || (across >= width && down >= height);
  }

  /** @param out the tensor; its elements that the target names are written */
  write({ data, width, height, deficit }: RgbImage, out: Float32Array | Uint8Array): void {
    const [across, down] = this.plansFor(width, height);
    this.average(data, width, height, across, down);
    this.scaleRows(across, down);
    this.scaleColumns(down, deficit, out);
  }

  private scaledSize(width: number, height: number): readonly [width: number, height: number] {
    const { resize } = this.target;
    if (resize.fit === "fill") return [resize.width, resize.height];
    const ratio = Math.max(resize.width / width, resize.height / height);
    return [Math.max(resize.width, Math.round(width * ratio)), Math.max(resize.height, Math.round(height * ratio))];
  }

  private plansFor(width: number, height: number): readonly [AxisPlan, AxisPlan] {
    const key = `${width}x${height}`;
    const known = this.plans.get(key);
    if (known !== undefined) return known;
    const { resize, kernel, width: columns, height: rows } = this.target;
    const [across, down] = this.scaledSize(width, height);
    // sharp cuts from the right of the middle, and the tensor is cut from the left of it.
    const left = ((across - resize.width + 1) >> 1) + ((resize.width - columns) >> 1);
    const top = ((down - resize.height + 1) >> 1) + ((resize.height - rows) >> 1);
    // Where libvips enlarges, it places pixels by their edges; so does this, or a JPEG and a PNG of one picture would differ.
    const middle = across > width || down > height ? 0 : 0.5;
    const plans = [planAxis(width, across, left, columns, middle, kernel), planAxis(height, down, top, rows, middle, kernel)] as const;
    if (this.plans.size >= MOST_PLANS) this.plans.clear();
    this.plans.set(key, plans);
    return plans;
  }

  /** Fills `boxed` with means of boxes of pixels; the last of a row or column may be of fewer. */
  private average(data: Uint8Array, width: number, height: number, across: AxisPlan, down: AxisPlan): void {
    const { box: bx, length: columns } = across;
    const { box: by } = down;
    const size = 3 * columns * down.length;
    if (this.boxed.length < size) this.boxed = new Float32Array(size);
    const { boxed } = this;
    if (bx === 1 && by === 1) {
      boxed.set(data);
      return;
    }
    const stride = 3 * width;
    if (this.sums.length < stride) this.sums = new Int32Array(stride);
    const { sums } = this;
    for (let y = down.from; y < down.to; y++) {
      const top = y * by;
      const bottom = Math.min(top + by, height);
      let v = top;
      // Two rows at a time, and an odd one first.
      if ((bottom - top) % 2 === 0) {
        for (let i = 0, j = v * stride; i < stride; i++, j++) sums[i] = data[j] + data[j + stride];
        v += 2;
      } else {
        for (let i = 0, j = v * stride; i < stride; i++, j++) sums[i] = data[j];
        v++;
      }
      for (; v < bottom; v += 2) for (let i = 0, j = v * stride; i < stride; i++, j++) sums[i] += data[j] + data[j + stride];
      let at = 3 * (y * columns + across.from);
      let i = 3 * bx * across.from;
      for (let x = across.from; x < across.to; x++) {
        const end = Math.min(i + 3 * bx, stride);
        const part = 3 / ((bottom - top) * (end - i));
        let red = sums[i];
        let green = sums[i + 1];
        let blue = sums[i + 2];
        for (i += 3; i < end; i += 3) {
          red += sums[i];
          green += sums[i + 1];
          blue += sums[i + 2];
        }
        boxed[at] = red * part;
        boxed[at + 1] = green * part;
        boxed[at + 2] = blue * part;
        at += 3;
      }
    }
  }

  /** Scales each row of `boxed` into `rows`; a row there holds the channels one after the other. */
  private scaleRows(across: AxisPlan, down: AxisPlan): void {
    const { taps, first, weights, length } = across;
    const { width } = this.target;
    const size = 3 * width * down.length;
    if (this.rows.length < size) this.rows = new Float32Array(size);
    const { boxed, rows } = this;
    for (let y = down.from; y < down.to; y++) {
      const base = 3 * y * length;
      let at = 3 * width * y;
      let w = 0;
      for (let x = 0; x < width; x++) {
        let i = base + 3 * first[x];
        let red = 0;
        let green = 0;
        let blue = 0;
        for (const end = w + taps; w < end; w++) {
          const weight = weights[w];
          red += weight * boxed[i];
          green += weight * boxed[i + 1];
          blue += weight * boxed[i + 2];
          i += 3;
        }
        rows[at] = red;
        rows[at + width] = green;
        rows[at + 2 * width] = blue;
        at++;
      }
    }
  }

  /** Scales each column, and writes what becomes of it. */
  private scaleColumns(down: AxisPlan, deficit: readonly number[], out: Float32Array | Uint8Array): void {
    const { taps, first, weights } = down;
    const { width, height, scale, offset, start, row, column } = this.target;
    const { rows } = this;
    const stride = 3 * width;
    // Every enlargement has four taps (bicubic): written out, they take half the time.
    const isFour = taps === 4;
    // Numbers are cut off when they are stored as bytes.
    const rounding = out instanceof Uint8Array ? 0.5 : 0;
    for (let c = 0; c < 3; c++) {
      const factor = scale[c];
      const shift = offset[c] + rounding;
      const missing = deficit[c];
      for (let y = 0; y < height; y++) {
        let at = start[c] + y * row;
        const w = y * taps;
        let i = first[y] * stride + c * width;
        const w0 = weights[w];
        const w1 = weights[w + 1];
        const w2 = weights[w + 2];
        const w3 = weights[w + 3];
        for (const end = i + width; i < end; i++) {
          let sum = missing + w0 * rows[i];
          if (isFour) sum += w1 * rows[i + stride] + w2 * rows[i + 2 * stride] + w3 * rows[i + 3 * stride];
          else for (let t = 1, j = i + stride; t < taps; t++, j += stride) sum += weights[w + t] * rows[j];
          const value = sum < 0 ? 0 : sum > 255 ? 255 : sum;
          out[at] = value * factor + shift;
          at += column;
        }
      }
    }
  }
}
