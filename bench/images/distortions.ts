/** Seeded near-duplicates of an image: the distortions that near-duplicate retrieval must see through. */
import sharp from "sharp";
import type { Sharp } from "sharp";
import { reflected } from "./imageSets.ts";

export const DISTORTIONS = ["shift", "resize", "jpeg", "tone", "crop", "mixture"] as const;
export type Distortion = (typeof DISTORTIONS)[number];

/** RGB bytes, row-major. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Pixels of at most this much in each direction. */
const MOST_SHIFT = 2;
const SMALLEST = 0.5;
const LARGEST = 2;
const KERNELS = ["cubic", "lanczos3", "mitchell", "linear"] as const;
const LEAST_QUALITY = 30;
const MOST_QUALITY = 90;
const GAIN = 0.2;
const BIAS = 20;
/** Of the side, cut at each of the four borders at most. */
const MOST_CUT = 0.06;

type Random = () => number;
const between = (random: Random, from: number, to: number): number => from + (to - from) * random();
const integer = (random: Random, from: number, to: number): number => Math.min(to, Math.floor(between(random, from, to + 1)));

export async function decoded(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

const asSharp = ({ width, height, data }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 3 } });
const png = (pixels: Pixels): Promise<Uint8Array> => asSharp(pixels).png({ compressionLevel: 1 }).toBuffer();

/**
 * A distorted copy as an image file: JPEG where the distortion is one of JPEG, else PNG.
 * `shift`: by up to 2 pixels each way, borders reflected. `resize`: by a factor of 0.5 to 2. `jpeg`: quality 30 to 90.
 * `tone`: gain 0.8 to 1.2 and bias ±20. `crop`: up to 6% cut at each side, half of them scaled back to the old size.
 * `mixture`: all of these, one after the other.
 * @param random numbers in [0, 1); the same ones give the same copy
 */
export async function distortedCopy(source: Pixels, kind: Distortion, random: Random): Promise<Uint8Array> {
  switch (kind) {
    case "shift": return png(shifted(source, random));
    case "resize": return png(await resized(source, random));
    case "jpeg": return compressed(source, random);
    case "tone": return png(toned(source, random));
    case "crop": return png(await cropped(source, random));
    case "mixture": return compressed(await resized(await cropped(toned(shifted(source, random), random), random), random), random);
  }
}

function shifted({ width, height, data }: Pixels, random: Random): Pixels {
  let dx = 0;
  let dy = 0;
  while (dx === 0 && dy === 0) {
    dx = integer(random, -MOST_SHIFT, MOST_SHIFT);
    dy = integer(random, -MOST_SHIFT, MOST_SHIFT);
  }
  const out = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y++) {
    const fromRow = reflected(y + dy, height) * width;
    for (let x = 0; x < width; x++) {
      const from = (fromRow + reflected(x + dx, width)) * 3;
      for (let c = 0; c < 3; c++) out[to++] = data[from + c];
    }
  }
  return { width, height, data: out };
}

/** The factor is uniform in its logarithm, so that as many copies shrink as grow. */
async function resized(source: Pixels, random: Random): Promise<Pixels> {
  const factor = SMALLEST * Math.pow(LARGEST / SMALLEST, random());
  return scaled(source, Math.round(source.width * factor), Math.round(source.height * factor), random);
}

async function scaled(source: Pixels, width: number, height: number, random: Random): Promise<Pixels> {
  const kernel = KERNELS[integer(random, 0, KERNELS.length - 1)];
  const { data, info } = await asSharp(source).resize(width, height, { fit: "fill", kernel }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function compressed(source: Pixels, random: Random): Promise<Uint8Array> {
  return asSharp(source).jpeg({ quality: integer(random, LEAST_QUALITY, MOST_QUALITY) }).toBuffer();
}

function toned({ width, height, data }: Pixels, random: Random): Pixels {
  const gain = between(random, 1 - GAIN, 1 + GAIN);
  const bias = between(random, -BIAS, BIAS);
  return { width, height, data: data.map((value) => Math.max(0, Math.min(255, Math.floor(value * gain + bias + 0.5)))) };
}

async function cropped(source: Pixels, random: Random): Promise<Pixels> {
  const { width, height } = source;
  let cuts = [0, 0, 0, 0];
  while (cuts.every((cut) => cut === 0)) cuts = [width, width, height, height].map((side) => Math.round(between(random, 0, MOST_CUT) * side));
  const [left, right, top, bottom] = cuts;
  const { data, info } = await asSharp(source).extract({ left, top, width: width - left - right, height: height - top - bottom }).raw().toBuffer({ resolveWithObject: true });
  const part = { width: info.width, height: info.height, data };
  return random() < 0.5 ? part : scaled(part, width, height, random);
}
