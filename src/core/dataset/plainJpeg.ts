/**
 * The short way for small JPEGs that need no more than decoding: libjpeg-turbo alone, without sharp's cost for each image,
 * which for them is most of the time. It is an accelerator only: where its native part does not load, and for whatever it
 * does not read, sharp does the work and gives the same pixels up to rounding.
 */
type Turbo = Pick<typeof import("@julusian/jpeg-turbo"), "decompress" | "FORMAT_RGB">;

let loading: Promise<JpegDecoder | null> | undefined;

/** What the headers of a plain JPEG say; sizes in pixels. */
export interface PlainJpeg {
  readonly width: number;
  readonly height: number;
}

/** Pixels of an image, 3 bytes each (red, green, blue), by row. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** What the bytes of each channel are too small by, on average, in levels. */
  readonly deficit: readonly number[];
}

/**
 * Decodes a whole JPEG in a background thread.
 * @param header as {@link readPlainJpeg} found it
 * @throws Error when the JPEG is damaged or cut short in the least
 */
export type JpegDecoder = (bytes: Uint8Array, header: PlainJpeg) => Promise<RgbImage>;

/** libjpeg-turbo's fast transform rounds down, so that luma and chroma are this much too small on average. */
const ROUNDED_DOWN = 0.49;
/** What comes of that in red, green and blue through the chroma, by JFIF's matrix. */
const THROUGH_CHROMA = [1.402, -0.344136 - 0.714136, 1.772];
const DEFICIT_PIXELS = 512;

/** What the bytes of red, green and blue are too small by: where there is no colour, chroma is 0, and exact. */
function deficitOf(data: Uint8Array): readonly number[] {
  const step = 3 * Math.max(1, Math.floor(data.length / (3 * DEFICIT_PIXELS)));
  let coloured = 0;
  let pixels = 0;
  for (let i = 0; i + 2 < data.length; i += step) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) coloured++;
    pixels++;
  }
  return THROUGH_CHROMA.map((gain) => ROUNDED_DOWN * (1 + (gain * coloured) / pixels));
}

/** The decoder for JPEGs that {@link readPlainJpeg} calls plain, loaded once a process; null where it does not load. */
export function loadJpegDecoder(): Promise<JpegDecoder | null> {
  loading ??= import("@julusian/jpeg-turbo").then(({ default: turbo }: { readonly default: Turbo }): JpegDecoder => {
    const options = { format: turbo.FORMAT_RGB };
    return async (bytes, header) => {
      const { data, width, height } = await turbo.decompress(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
      if (width !== header.width || height !== header.height) throw new Error(`it decodes to ${width} × ${height}`);
      return { data, width, height, deficit: deficitOf(data) };
    };
  }).catch(() => null);
  return loading;
}

// Markers (ITU-T T.81, table B.1), the second byte of each.
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
/** Baseline, extended and progressive frames with Huffman codes. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Other frames (lossless, hierarchical, arithmetic codes). */
const isOtherFrame = (marker: number): boolean => marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const QUANTISATION = 0xdb;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const YCBCR = 1;
const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * Reads a JPEG's headers.
 * @returns what they say where the pixels are plain: 8 bits, grey or YCbCr with Huffman codes, upright, without a colour
 *   profile, quantised coarsely enough for the fast transform (up to a quality of about 92); null for everything else, other formats and broken headers among them
 */
export function readPlainJpeg(bytes: Uint8Array): PlainJpeg | null {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== START_OF_IMAGE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PlainJpeg | null = null;
  let components = 0;
  let transform: number | null = null;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1];
    // Markers may be padded with 0xff before them.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const from = at + 4;
    const end = at + 2 + view.getUint16(at + 2);
    // Below 0xc0 and from 0xd0 to 0xd9 stand markers without a length, none of which belongs before a scan.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || end < from || end > bytes.length) return null;
    if (marker === START_OF_SCAN) return transform === null || (components === 3 && transform === YCBCR) ? header : null;
    if (isOtherFrame(marker)) return null;
    if (FRAMES.includes(marker)) {
      if (header !== null || end - from < 6 || bytes[from] !== 8) return null;
      components = bytes[from + 5];
      header = { height: view.getUint16(from + 1), width: view.getUint16(from + 3) };
      if (header.width === 0 || header.height === 0 || (components !== 1 && components !== 3)) return null;
    } else if (marker === QUANTISATION) {
      if (!isCoarse(bytes.subarray(from, end))) return null;
    } else if (marker === APP1 && startsWith(bytes, from, end, "Exif\0")) {
      if (!isUpright(bytes.subarray(from + 6, end))) return null;
    } else if (marker === APP2 && startsWith(bytes, from, end, "ICC_PROFILE\0")) return null;
    else if (marker === APP14 && startsWith(bytes, from, end, "Adobe")) {
      if (end - from < 12) return null;
      transform = bytes[from + 11];
    }
    at = end;
  }
  return null;
}

function startsWith(bytes: Uint8Array, from: number, end: number, text: string): boolean {
  if (from + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[from + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Whether the quantisation tables leave the lowest frequencies steps of 2 at least. The fast transform scales its tables to
 * a quarter of a step, which is up to a tenth off where the step is 1.
 */
function isCoarse(tables: Uint8Array): boolean {
  const length = 65;
  if (tables.length % length !== 0) return false;
  for (let at = 0; at < tables.length; at += length) {
    const hasTwoBytes = tables[at] > 0x0f;
    if (hasTwoBytes || tables[at + 2] < 2 || tables[at + 3] < 2) return false;
  }
  return true;
}

/** Whether EXIF data (a TIFF file) say that the image is upright, or say nothing of it; false when they cannot be read. */
function isUpright(tiff: Uint8Array): boolean {
  if (tiff.length < 8) return false;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  const isLittle = order === 0x4949;
  if ((!isLittle && order !== 0x4d4d) || view.getUint16(2, isLittle) !== 42) return false;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return false;
  const entries = view.getUint16(directory, isLittle);
  if (directory + 2 + 12 * entries > tiff.length) return false;
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (view.getUint16(at, isLittle) !== ORIENTATION) continue;
    if (view.getUint16(at + 2, isLittle) !== SHORT || view.getUint16(at + 8, isLittle) !== 1) return false;
  }
  return true;
}
