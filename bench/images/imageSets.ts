/** The image sets that the benchmarks of image encoders judge on, unpacked or rendered once into a cache folder. */
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";

/** An image as a file's bytes. */
export interface LabelledImage {
  /** POSIX path below the set's folder, the class folder first. */
  readonly id: string;
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** Where the sets come from and where they lie unpacked. */
export interface SetFolders {
  /** The folder of archives and manifests that bench/README.md describes. */
  readonly data: string;
  readonly cache: string;
}

/** Makes a folder in one go: a run that is stopped leaves no half of it under its name. */
async function once(folder: string, fill: (into: string) => Promise<void>): Promise<string> {
  if (await stat(folder).then(() => true, () => false)) return folder;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await fill(partial);
  await rename(partial, folder);
  return folder;
}

/** CIFAR-10 as JPEG files: a folder with `train/<class>/NNNN.jpg` and `test/<class>/NNNN.jpg`. */
export function cifarFolder({ data, cache }: SetFolders): Promise<string> {
  return once(path.join(cache, "cifar10"), async (into) => {
    execFileSync("tar", ["-xJf", path.join(data, "cifar10-jpeg.tar.xz"), "-C", into]);
  });
}

/** The validation images of Tiny ImageNet, 64 px WebP: a folder of class folders. */
export async function tinyValidationFolder({ data, cache }: SetFolders): Promise<string> {
  const folder = await once(path.join(cache, "tiny-imagenet-val"), async (into) => {
    execFileSync("tar", ["-xJf", path.join(data, "tiny-imagenet-64-a.tar.xz"), "-C", into, "val"]);
  });
  return path.join(folder, "val");
}

/** The images of a folder of class folders, sorted by class and name. */
export async function readImages(folder: string): Promise<LabelledImage[]> {
  const images: LabelledImage[] = [];
  const labels = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map((entry) => entry.name).sort();
  for (const label of labels) {
    const names = (await readdir(path.join(folder, label))).sort();
    images.push(...await Promise.all(names.map(async (name) => ({ id: `${label}/${name}`, label, bytes: await readFile(path.join(folder, label, name)) }))));
  }
  return images;
}

/** One line of the redundant pool's manifest: a CIFAR-10 training image, shifted and changed in gain and bias. */
interface PoolEntry {
  /** `train/<class>/NNNN.jpg` */
  readonly source: string;
  /** Where the 32 × 32 window stands in the image padded by 2 pixels, 0 to 4. */
  readonly dx: number;
  readonly dy: number;
  readonly gain: number;
  readonly bias: number;
}

/** The lines of the redundant pool's manifest. */
export async function poolEntries({ data }: SetFolders): Promise<readonly PoolEntry[]> {
  const lines = (await readFile(path.join(data, "cifar10-redundant.jsonl"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as PoolEntry);
}

/** The redundant pool rendered to files: a folder with `<class>/<entry, five digits>.png`. */
export async function redundantPoolFolder(folders: SetFolders): Promise<string> {
  const cifar = await cifarFolder(folders);
  const entries = await poolEntries(folders);
  return once(path.join(folders.cache, "cifar10-redundant"), async (into) => {
    const decoded = new Map<string, Promise<Uint8Array>>();
    const pixelsOf = (source: string): Promise<Uint8Array> => {
      const known = decoded.get(source);
      if (known !== undefined) return known;
      const made = sharp(path.join(cifar, source)).toColourspace("srgb").raw().toBuffer();
      decoded.set(source, made);
      return made;
    };
    for (const label of new Set(entries.map(({ source }) => source.split("/")[1]))) await mkdir(path.join(into, label));
    for (let first = 0; first < entries.length; first += 256) {
      await Promise.all(entries.slice(first, first + 256).map(async (entry, at) => {
        const pixels = renderedEntry(await pixelsOf(entry.source), entry);
        const png = await sharp(pixels, { raw: { width: POOL_SIDE, height: POOL_SIDE, channels: 3 } }).png({ compressionLevel: 3 }).toBuffer();
        await writeFile(path.join(into, entry.source.split("/")[1], `${String(first + at).padStart(5, "0")}.png`), png);
      }));
    }
  });
}

const POOL_SIDE = 32;
const POOL_PADDING = 2;

/** `clamp(⌊p · gain + bias + 0.5⌋, 0, 255)` of the window, the image reflected about its border pixels. */
function renderedEntry(source: Uint8Array, { dx, dy, gain, bias }: PoolEntry): Uint8Array {
  const out = new Uint8Array(POOL_SIDE * POOL_SIDE * 3);
  for (let y = 0, to = 0; y < POOL_SIDE; y++) {
    const fromRow = reflected(y + dy - POOL_PADDING, POOL_SIDE) * POOL_SIDE;
    for (let x = 0; x < POOL_SIDE; x++) {
      const from = (fromRow + reflected(x + dx - POOL_PADDING, POOL_SIDE)) * 3;
      for (let c = 0; c < 3; c++) out[to++] = Math.max(0, Math.min(255, Math.floor(source[from + c] * gain + bias + 0.5)));
    }
  }
  return out;
}

/** A place outside 0 … size − 1 mirrored about the border pixel, which is not repeated. */
export function reflected(at: number, size: number): number {
  const inside = at < 0 ? -at : at;
  return inside >= size ? 2 * (size - 1) - inside : inside;
}
