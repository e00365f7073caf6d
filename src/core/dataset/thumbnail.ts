import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { loadSharp, MOST_PIXELS } from "./imageDecoder.ts";
import { readPlainJpeg } from "./plainJpeg.ts";

/** Thumbnails being written, by file: exact copies have one, and are often shown side by side. */
const underWay = new Map<string, Promise<void>>();

/** Images of at most so many bytes serve as their own thumbnail, if they are small enough on the screen: to decode them here would only take time. */
const COPIED_BYTES = 16_384;
const ENDINGS = ["webp", "jpg", "png"] as const;
type Ending = (typeof ENDINGS)[number];

function thumbnailFile(digest: string, size: number, folder: string, ending: Ending): string {
  return path.join(folder, digest.slice(0, 2), `${digest}-${size}.${ending}`);
}

/** The thumbnail that {@link writeThumbnail} has written before; null where there is none. */
export async function knownThumbnail(digest: string, size: number, folder: string): Promise<string | null> {
  for (const ending of ENDINGS) {
    const file = thumbnailFile(digest, size, folder, ending);
    if (await access(file).then(() => true, () => false)) return file;
  }
  return null;
}

/**
 * Writes a thumbnail named by content digest and size: a WebP image, or the image itself where it is a JPEG or PNG of few
 * bytes and at most half that size.
 * @param size longer side in pixels; other small images are enlarged without smoothing so that they can be seen
 * @returns absolute path
 */
export async function writeThumbnail(bytes: Uint8Array, digest: string, size: number, folder: string): Promise<string> {
  const copied = copiedAs(bytes, size / 2);
  const file = thumbnailFile(digest, size, folder, copied ?? "webp");
  if (await access(file).then(() => true, () => false)) return file;
  let writing = underWay.get(file);
  if (writing === undefined) {
    writing = write(bytes, copied === null ? size : null, file).finally(() => underWay.delete(file));
    underWay.set(file, writing);
  }
  await writing;
  return file;
}

function copiedAs(bytes: Uint8Array, most: number): Ending | null {
  if (bytes.length > COPIED_BYTES) return null;
  // A plain JPEG has no orientation of its own, nor colours that browsers show otherwise than our decoder.
  const jpeg = readPlainJpeg(bytes);
  if (jpeg !== null) return Math.max(jpeg.width, jpeg.height) <= most ? "jpg" : null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPng = bytes.length > 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a && view.getUint32(12) === 0x49484452;
  return isPng && Math.max(view.getUint32(16), view.getUint32(20)) <= most ? "png" : null;
}

/**
 * A WebP thumbnail of an encoded image, of as few bytes as can be.
 * @param size longer side in pixels; smaller images stay as they are
 * @param quality of WebP, 1 … 100
 */
export async function thumbnailBytes(bytes: Uint8Array, size: number, quality: number): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS }).rotate().resize(size, size, { fit: "inside", withoutEnlargement: true }).webp({ quality }).toBuffer();
}

/** @param size null for a copy */
async function write(bytes: Uint8Array, size: number | null, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    if (size === null) await writeFile(temporary, bytes);
    else await enlargedOrNot(bytes, size, temporary);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function enlargedOrNot(bytes: Uint8Array, size: number, file: string): Promise<void> {
  const sharp = await loadSharp();
  const image = sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS }).rotate();
  const { width, height } = await image.metadata();
  const small = Math.max(width, height) < size / 2;
  await image.resize(size, size, { fit: "inside", kernel: small ? "nearest" : "lanczos3" }).webp({ quality: 82 }).toFile(file);
}
