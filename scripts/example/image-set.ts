import { promises as fs } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import type { Sharp } from "sharp";
import { drawing, IMAGE_CLASSES } from "./drawings.ts";
import type { ImageClass } from "./drawings.ts";
import type { PlantedTruth } from "./truth.ts";
import { Random } from "./random.ts";
import { SIDE } from "./scenery.ts";

const RARE_CLASS: ImageClass = "cat";
const RARE_COUNT = 5;
const CLASS_COUNT = 27;
const MISLABELLED = 6;
/** Copies of each source that gets any. */
const EXACT_COPIES = [2, 2, 1, 1, 1, 1, 1, 1, 1, 1] as const;
const NEAR_COPIES = [4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1] as const;
/** How many exact copies lie in the folder of another class. */
const CONFLICTS = 4;
/** Two drawings whose coarse pictures correlate more than this count as alike, and the later one is drawn anew. */
const ALIKE = 0.8;
const GRID = 12;

type Extension = "jpg" | "png" | "webp";

interface Picture {
  /** The class that the drawing shows. */
  readonly shows: ImageClass;
  readonly folder: ImageClass;
  readonly extension: Extension;
  readonly bytes: Buffer;
  readonly pixels: Buffer;
  readonly role: { readonly kind: "own" } | { readonly kind: "exact" | "near"; readonly of: Picture };
}

/** A coarse picture of 12 × 12 RGB values, mean removed, length 1: a yardstick that shares no code with the product's descriptor. */
async function coarse(image: Buffer): Promise<Float64Array> {
  const raw = await sharp(image).removeAlpha().resize(GRID, GRID, { fit: "fill" }).raw().toBuffer();
  const out = Float64Array.from(raw);
  let mean = 0;
  for (const value of out) mean += value / out.length;
  let squares = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = (out[i]) - mean;
    squares += (out[i]) ** 2;
  }
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < out.length; i++) out[i] = (out[i]) * scale;
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]) * (b[i]);
  return sum;
}

function encode(image: Sharp, extension: Extension, quality: number): Promise<Buffer> {
  if (extension === "png") return image.png({ compressionLevel: 9, palette: true, quality: 90, effort: 10 }).toBuffer();
  return extension === "webp" ? image.webp({ quality, effort: 6 }).toBuffer() : image.jpeg({ quality, mozjpeg: true }).toBuffer();
}

/** A changed copy of a picture: encoded anew, resized, brighter or flatter, shifted, or cropped by a little. */
async function nearCopy(source: Buffer, kind: number, random: Random): Promise<{ bytes: Buffer; extension: Extension }> {
  let image = sharp(source);
  const extension: Extension = kind === 0 ? "jpg" : random.pick(["jpg", "jpg", "webp", "png"] as const);
  if (kind === 1) {
    const side = Math.round(SIDE * random.pick([0.6, 0.75, 1.25, 1.5]));
    image.resize(side, side, { kernel: "lanczos3" });
  } else if (kind === 2) {
    const gain = 1 + random.pick([-1, 1]) * random.between(0.05, 0.08);
    image.linear(gain, random.chance(0.5) ? 0 : 128 * (1 - gain));
  } else if (kind === 3) {
    const x = random.int(1, 2), y = random.int(0, 2);
    // In one pipeline sharp would cut before it extends.
    image = sharp(await image.extend({ left: x, top: y, extendWith: "copy" }).png().toBuffer()).extract({ left: 0, top: 0, width: SIDE, height: SIDE });
  } else if (kind === 4) {
    const cut = random.int(2, 4);
    image.extract({ left: random.int(0, cut), top: random.int(0, cut), width: SIDE - cut, height: SIDE - cut });
  }
  return { bytes: await encode(image, extension, kind === 0 ? random.int(40, 80) : 85), extension };
}

async function drawAll(random: Random): Promise<Picture[]> {
  const known: Float64Array[] = [];
  const out: Picture[] = [];
  for (const shows of IMAGE_CLASSES) {
    for (let made = 0; made < (shows === RARE_CLASS ? RARE_COUNT : CLASS_COUNT); ) {
      const pixels = await sharp(Buffer.from(drawing(shows, random)), { density: 144 }).resize(SIDE, SIDE).removeAlpha().png().toBuffer();
      const eye = await coarse(pixels);
      if (known.some((other) => dot(other, eye) > ALIKE)) continue;
      known.push(eye);
      const extension = random.pick(["jpg", "jpg", "jpg", "png", "webp"] as const);
      out.push({ shows, folder: shows, extension, bytes: await encode(sharp(pixels), extension, 88), pixels, role: { kind: "own" } });
      made++;
    }
  }
  return out;
}

/** Draws the images, plants copies and wrong labels, writes all under `folder`, and returns what was planted. */
export async function writeImages(folder: string, seed: number): Promise<PlantedTruth> {
  const random = new Random(seed);
  const own = await drawAll(random);
  const order = random.shuffled(own.filter((picture) => picture.shows !== RARE_CLASS));
  const exactSources = order.splice(0, EXACT_COPIES.length);
  const nearSources = order.splice(0, NEAR_COPIES.length);
  const strangers = new Set(order.splice(0, MISLABELLED));
  const others = (shows: ImageClass): ImageClass[] => IMAGE_CLASSES.filter((name) => name !== shows && name !== RARE_CLASS);

  const pictures: Picture[] = [];
  const wrong = new Set<Picture>();
  for (const picture of own) {
    const kept = strangers.has(picture) ? { ...picture, folder: random.pick(others(picture.shows)) } : picture;
    if (kept !== picture) wrong.add(kept);
    pictures.push(kept);
  }
  let conflicts = 0;
  for (const [i, source] of exactSources.entries()) {
    for (let copy = 0; copy < (EXACT_COPIES[i] as number); copy++) {
      const elsewhere = i >= 2 && conflicts < CONFLICTS;
      if (elsewhere) conflicts++;
      pictures.push({ ...source, folder: elsewhere ? random.pick(others(source.shows)) : source.folder, role: { kind: "exact", of: source } });
    }
  }
  let kind = 0;
  for (const [i, source] of nearSources.entries()) {
    for (let copy = 0; copy < (NEAR_COPIES[i] as number); copy++) {
      pictures.push({ ...source, ...(await nearCopy(source.pixels, kind++ % 5, random)), role: { kind: "near", of: source } });
    }
  }

  await fs.rm(folder, { recursive: true, force: true });
  const idOf = new Map<Picture, string>();
  for (const name of IMAGE_CLASSES) {
    await fs.mkdir(path.join(folder, name), { recursive: true });
    const members = random.shuffled(pictures.filter((picture) => picture.folder === name));
    for (const [i, picture] of members.entries()) {
      const file = `${String(i + 1).padStart(3, "0")}.${picture.extension}`;
      await fs.writeFile(path.join(folder, name, file), picture.bytes);
      idOf.set(picture, `${name}/${file}`);
    }
  }
  const id = (picture: Picture): string => idOf.get(picture) as string;
  const group = (source: Picture): string[] => [id(source), ...pictures.filter((p) => p.role.kind !== "own" && p.role.of === source).map(id).sort()];
  return {
    exact: exactSources.map(group).sort(),
    near: nearSources.map(group).sort(),
    mislabelled: [...wrong].map(id).sort(),
    rareClass: RARE_CLASS,
  };
}
