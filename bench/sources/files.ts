/** Image files in and out. */
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { SIDE } from "./pixels.ts";

/** An image to be written below a source's folder. */
export interface MadeImage {
  /** The class that its folder claims. */
  readonly label: string;
  /** Without ending. */
  readonly name: string;
  readonly pixels: Uint8Array;
}

const AT_ONCE = 128;

/** `SIDE` × `SIDE` RGB bytes of an image file, scaled where it has another size. */
export async function pixelsOf(file: string): Promise<Uint8Array> {
  const { data, info } = await sharp(file).resize(SIDE, SIDE, { fit: "fill" }).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${file} has ${info.channels} channels`);
  return data;
}

/** Does some things for each item, not too many at once; answers in order. */
export async function each<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let first = 0; first < items.length; first += AT_ONCE) answers.push(...await Promise.all(items.slice(first, first + AT_ONCE).map((item, at) => work(item, first + at))));
  return answers;
}

/** Sorted paths of the files in a folder. */
export async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort().map((name) => path.join(folder, name));
}

/** Writes `<folder>/<label>/<name>.png`; the folder must not be there. */
export async function writeSource(folder: string, images: readonly MadeImage[]): Promise<void> {
  if (await stat(folder).then(() => true, () => false)) throw new Error(`${folder} is there already: name a new folder with --out`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  for (const label of new Set(images.map((image) => image.label))) await mkdir(path.join(partial, label), { recursive: true });
  await each(images, async ({ label, name, pixels }) => {
    const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } }).png({ compressionLevel: 6 }).toBuffer();
    await writeFile(path.join(partial, label, `${name}.png`), png);
  });
  await rename(partial, folder);
}
