import { loadSharp, MOST_PIXELS } from "../dataset/imageDecoder.ts";
import type { Dataset, SampleContent } from "../dataset/dataset.ts";
import { readPlainJpeg } from "../dataset/plainJpeg.ts";
import type { FileStamps } from "./fileStamps.ts";

/** How large samples are, by which near-duplicates are told apart; all in one unit. */
export interface SampleSizes {
  readonly unit: "pixels" | "characters" | "file bytes" | "record bytes";
  /** One finite number ≥ 0 a sample. */
  readonly values: Float64Array;
}

/** The unit of contents of a kind: pixels wherever there is an image. */
export function sizeUnit(kind: Dataset["kind"]): "pixels" | "characters" {
  return kind === "image" || kind === "pair" ? "pixels" : "characters";
}

/**
 * Pixels of an image (width × height, of the first page), characters (UTF-16 code units) of a text. An image is looked at, not decoded;
 * one that cannot be read, or that a pair lacks, has 0.
 */
export function contentSize(content: SampleContent): number | Promise<number> {
  if (content.kind === "text" || content.kind === "vector") return content.text.length;
  return content.bytes.length === 0 ? 0 : imagePixels(content.bytes);
}

/** PNG: signature, then the IHDR chunk with width and height (ISO/IEC 15948, 11.2.2). */
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PNG_WIDTH_AT = 16;

function imagePixels(bytes: Uint8Array): number | Promise<number> {
  const jpeg = readPlainJpeg(bytes);
  if (jpeg !== null) return jpeg.width * jpeg.height;
  if (bytes.length >= PNG_WIDTH_AT + 8 && PNG_SIGNATURE.every((byte, at) => bytes[at] === byte)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return view.getUint32(PNG_WIDTH_AT) * view.getUint32(PNG_WIDTH_AT + 4);
  }
  return pixelsByDecoder(bytes);
}

async function pixelsByDecoder(bytes: Uint8Array): Promise<number> {
  const sharp = await loadSharp();
  try {
    const { width, height, pageHeight } = await sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS }).metadata();
    return width * (pageHeight ?? height);
  } catch {
    // Whoever decodes it says why it cannot be read.
    return 0;
  }
}

/**
 * Sizes where vectors are imported and no content is read: of an image folder its files' bytes, of texts their records'
 * bytes; null for other records, which name images or hold nothing but what the vectors say.
 */
export function importedSizes(dataset: Dataset, stamps: FileStamps | null): SampleSizes | null {
  if (dataset.layout === "images") {
    return stamps === null ? null : { unit: "file bytes", values: Float64Array.from(dataset.fileOf, (file) => Math.max(0, stamps.sizes[file])) };
  }
  return dataset.kind === "text" ? { unit: "record bytes", values: Float64Array.from(dataset.byteLength) } : null;
}
