import type { SampleContent } from "../dataset/dataset.ts";
import { inWords, loadSharp, MOST_PIXELS } from "../dataset/imageDecoder.ts";
import { messageOf } from "../errors.ts";
import type { EncodedBatch, Encoder, PendingBatch } from "./encoder.ts";

/** Images are looked at in this size: enough for layout and colour, too little for noise. */
const SIDE = 32;
/** Luminance frequencies u, v < 9 without the mean; chroma u, v < 5 with it. */
const LUMA = 9;
const CHROMA = 5;
const DIMENSIONS = LUMA * LUMA - 1 + 2 * CHROMA * CHROMA;
/** Orthonormal DCT-II basis, `count` frequencies by {@link SIDE} positions. */
function dctBasis(count: number): Float32Array {
  const basis = new Float32Array(count * SIDE);
  for (let u = 0; u < count; u++) {
    const norm = Math.sqrt((u === 0 ? 1 : 2) / SIDE);
    for (let x = 0; x < SIDE; x++) basis[u * SIDE + x] = norm * Math.cos((Math.PI * (x + 0.5) * u) / SIDE);
  }
  return basis;
}

/**
 * Weight of a frequency. Natural images have amplitudes near 1/f, so weighting by f would whiten them; but high
 * frequencies turn over under small shifts, so only a fifth root of it is taken.
 */
function frequencyWeight(u: number, v: number): number {
  return Math.pow(Math.hypot(u, v) + 0.5, 0.2);
}

/**
 * The encoder without a learned model for images: low DCT frequencies of luminance and colour at 32 × 32. Near-
 * duplicates (re-encoded, resized, brightened, shifted a little) lie close together; meaning is not captured.
 * The mean brightness is left out and the length normalised, so gain and bias hardly matter.
 */
export class ImageDescriptor implements Encoder {
  readonly name = "perceptual descriptor";
  readonly key = `image-descriptor-1/${SIDE}/${LUMA}/${CHROMA}`;
  readonly dimensions = DIMENSIONS;
  readonly batchSize = 64;
  readonly defaultThreshold = 0.96;
  private readonly basis = dctBasis(LUMA);
  private readonly sharp: Awaited<ReturnType<typeof loadSharp>>;

  private constructor(sharp: Awaited<ReturnType<typeof loadSharp>>) {
    this.sharp = sharp;
  }

  static async create(): Promise<ImageDescriptor> {
    return new ImageDescriptor(await loadSharp());
  }

  async encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    return (await this.prepare(contents))();
  }

  async prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    const failures = new Map<number, string>();
    const pixels = await Promise.all(contents.map(async (content, i) => {
      if (content.kind !== "image") {
        failures.set(i, "it is no image");
        return null;
      }
      try {
        const { data } = await inWords(() => this.sharp(content.bytes, { failOn: "error", limitInputPixels: MOST_PIXELS })
          .rotate().flatten({ background: "#808080" }).toColourspace("srgb")
          .resize(SIDE, SIDE, { fit: "fill", kernel: "cubic", fastShrinkOnLoad: false })
          .raw().toBuffer({ resolveWithObject: true }));
        return data;
      } catch (thrown) {
        failures.set(i, `the image cannot be decoded (${messageOf(thrown)})`);
        return null;
      }
    }));
    return () => {
      const vectors = new Float32Array(contents.length * DIMENSIONS);
      pixels.forEach((data, i) => {
        if (data !== null) this.describe(data, vectors.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS));
      });
      return Promise.resolve({ vectors, failures });
    };
  }

  /** @param pixels SIDE × SIDE × 3 sRGB bytes @param out DIMENSIONS values, written L2-normalised */
  private describe(pixels: Uint8Array, out: Float32Array): void {
    const area = SIDE * SIDE;
    const planes = new Float32Array(3 * area);
    for (let i = 0; i < area; i++) {
      const r = pixels[3 * i];
      const g = pixels[3 * i + 1];
      const b = pixels[3 * i + 2];
      // JPEG's YCbCr (ITU-R BT.601), the chroma centred on 0.
      planes[i] = 0.299 * r + 0.587 * g + 0.114 * b;
      planes[area + i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
      planes[2 * area + i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
    }
    let at = 0;
    for (let plane = 0; plane < 3; plane++) {
      const count = plane === 0 ? LUMA : CHROMA;
      const rowsDone = new Float32Array(SIDE * count);
      for (let y = 0; y < SIDE; y++) {
        for (let u = 0; u < count; u++) {
          let sum = 0;
          for (let x = 0; x < SIDE; x++) sum += planes[plane * area + y * SIDE + x] * this.basis[u * SIDE + x];
          rowsDone[y * count + u] = sum;
        }
      }
      for (let v = 0; v < count; v++) {
        for (let u = 0; u < count; u++) {
          if (plane === 0 && u === 0 && v === 0) continue;
          let sum = 0;
          for (let y = 0; y < SIDE; y++) sum += rowsDone[y * count + u] * this.basis[v * SIDE + y];
          out[at++] = sum * frequencyWeight(u, v);
        }
      }
    }
    let square = 0;
    for (const value of out) square += value * value;
    if (square < 1e-6) {
      // A plain grey image has no frequencies at all; all such images are the same to the eye.
      out[0] = 1;
      return;
    }
    const scale = 1 / Math.sqrt(square);
    for (let i = 0; i < out.length; i++) out[i] *= scale;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
