import { access, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { loadSharp, MOST_PIXELS } from "./imageDecoder.ts";

/** Thumbnails being written, by file: exact copies have one, and are often shown side by side. */
const underWay = new Map<string, Promise<void>>();

/**
 * Writes a WebP thumbnail named by content digest and size, unless it is there already.
 * @param size longer side in pixels; small images are enlarged without smoothing so that they can be seen
 * @returns absolute path
 */
export async function writeThumbnail(bytes: Uint8Array, digest: string, size: number, folder: string): Promise<string> {
  const file = path.join(folder, digest.slice(0, 2), `${digest}-${size}.webp`);
  if (await access(file).then(() => true, () => false)) return file;
  let writing = underWay.get(file);
  if (writing === undefined) {
    writing = write(bytes, size, file).finally(() => underWay.delete(file));
    underWay.set(file, writing);
  }
  await writing;
  return file;
}

/**
 * A WebP thumbnail of an encoded image.
 * @param size longer side in pixels; small images are enlarged without smoothing so that they can be seen
 * @param quality of WebP, 1 … 100
 */
export async function thumbnailBytes(bytes: Uint8Array, size: number, quality: number): Promise<Buffer> {
  return (await thumbnailOf(bytes, size, quality)).toBuffer();
}

async function thumbnailOf(bytes: Uint8Array, size: number, quality: number) {
  const sharp = await loadSharp();
  const image = sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS }).rotate();
  const { width, height } = await image.metadata();
  const small = Math.max(width, height) < size / 2;
  return image.resize(size, size, { fit: "inside", kernel: small ? "nearest" : "lanczos3" }).webp({ quality });
}

async function write(bytes: Uint8Array, size: number, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await (await thumbnailOf(bytes, size, 82)).toFile(temporary);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
