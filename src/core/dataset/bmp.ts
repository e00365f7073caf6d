/** Pixels of a decoded image, row-major from the top, 3 (RGB) or 4 (RGBA) bytes each. */
export interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

const FILE_HEADER = 14;
/** Size of the oldest header, BITMAPCOREHEADER, whose sides have 16 bits and whose colours 3 bytes. */
const CORE_HEADER = 12;
const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

/** True when the bytes begin as a Windows bitmap does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes.length > FILE_HEADER + 4 && bytes[0] === 0x42 && bytes[1] === 0x4d;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** RGBA bit masks of pixels of 16 and 32 bits. */
  readonly masks: readonly [number, number, number, number];
  /** RGB triples. */
  readonly palette: Uint8Array;
  readonly pixelStart: number;
}

/**
 * Decodes a Windows bitmap: all headers from OS/2 1.x to version 5; 1, 4, 8, 16, 24 and 32 bits; RLE4, RLE8 and bit
 * fields. (The libvips that sharp ships cannot.) Throws an Error in plain words for any other file, for one that is
 * cut short, and for more than `mostPixels` pixels.
 */
export function decodeBmp(bytes: Uint8Array, mostPixels: number): RawPixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(bytes, view);
  const { width, height, bits, compression } = header;
  if (width * height > mostPixels) throw new Error(`the BMP image has ${width} × ${height} pixels, too many`);
  const packed = compression === RLE8 || compression === RLE4;
  // Two bytes of a run stand for 255 pixels at most: what says more is damaged, or made to exhaust memory.
  if (packed && width * height > 1_000_000 && width * height > 128 * bytes.length) throw new Error(`the BMP image is cut short: ${bytes.length} bytes for ${width} × ${height} pixels`);
  if (packed) return fromIndices(header, runLengths(header, bytes));
  const stride = Math.ceil((width * bits) / 32) * 4;
  // The last row may lack its padding.
  const needed = header.pixelStart + stride * (height - 1) + Math.ceil((width * bits) / 8);
  if (bytes.length < needed) throw new Error(`the BMP image is cut short: ${bytes.length} of ${needed} bytes`);
  if (bits <= 8) return fromIndices(header, packedIndices(header, bytes, stride));
  return bits === 24 ? fromTriples(header, bytes, stride) : fromMasks(header, view, stride);
}

function readHeader(bytes: Uint8Array, view: DataView): Header {
  const short = (): Error => new Error("the BMP image ends inside its header");
  if (bytes.length < FILE_HEADER + CORE_HEADER) throw short();
  const pixelStart = view.getUint32(10, true);
  const size = view.getUint32(FILE_HEADER, true);
  const core = size === CORE_HEADER;
  if (!core && (size < 40 || size > 124)) throw new Error(`the BMP image has an unknown header of ${size} bytes`);
  if (bytes.length < FILE_HEADER + size) throw short();
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? RGB : view.getUint32(30, true);
  const height = Math.abs(tall);
  if (width <= 0 || height === 0) throw new Error(`the BMP image has the size ${width} × ${height}`);
  const known = (compression === RGB && [1, 4, 8, 16, 24, 32].includes(bits)) || (compression === RLE8 && bits === 8) || (compression === RLE4 && bits === 4)
    || ((compression === BITFIELDS || compression === ALPHA_BITFIELDS) && (bits === 16 || bits === 32));
  if (!known) throw new Error(`the BMP image has ${bits} bits a pixel with compression ${compression}, which is not known`);
  let afterHeader = FILE_HEADER + size;
  let masks: [number, number, number, number] = bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  if (compression === BITFIELDS || compression === ALPHA_BITFIELDS) {
    // Headers from version 2 on hold the masks, the older one is followed by them: the same place.
    const count = size >= 56 || compression === ALPHA_BITFIELDS ? 4 : 3;
    if (bytes.length < 54 + 4 * count) throw short();
    masks = [view.getUint32(54, true), view.getUint32(58, true), view.getUint32(62, true), count === 4 ? view.getUint32(66, true) : 0];
    if (size === 40) afterHeader += 4 * count;
  }
  let palette = new Uint8Array(0);
  if (bits <= 8) {
    const named = core ? 0 : view.getUint32(46, true);
    const entry = core ? 3 : 4;
    const count = Math.min(named === 0 ? 1 << bits : named, 1 << bits, Math.floor(Math.max(0, pixelStart - afterHeader) / entry));
    if (bytes.length < afterHeader + count * entry) throw short();
    palette = new Uint8Array(3 * count);
    for (let c = 0; c < count; c++) {
      for (let channel = 0; channel < 3; channel++) palette[3 * c + channel] = bytes[afterHeader + c * entry + 2 - channel];
    }
  }
  return { width, height, topDown: tall < 0, bits, compression, masks, palette, pixelStart };
}

/** Row of the file that holds image row y. */
function fileRow({ height, topDown }: Header, y: number): number {
  return topDown ? y : height - 1 - y;
}

/** Palette indices of pixels of 1, 4 or 8 bits, from the top. */
function packedIndices(header: Header, bytes: Uint8Array, stride: number): Uint8Array {
  const { width, height, bits, pixelStart } = header;
  const indices = new Uint8Array(width * height);
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  for (let y = 0; y < height; y++) {
    const start = pixelStart + fileRow(header, y) * stride;
    for (let x = 0; x < width; x++) {
      const byte = bytes[start + Math.floor(x / perByte)];
      indices[y * width + x] = (byte >> (8 - bits * ((x % perByte) + 1))) & mask;
    }
  }
  return indices;
}

/** Palette indices of a run-length coded image; pixels that its jumps pass over are 0, as Windows shows them. */
function runLengths(header: Header, bytes: Uint8Array): Uint8Array {
  const { width, height, bits, pixelStart } = header;
  const indices = new Uint8Array(width * height);
  let x = 0;
  let row = 0;
  let at = pixelStart;
  const next = (): number => {
    if (at >= bytes.length) throw new Error("the BMP image is cut short");
    return bytes[at++];
  };
  const put = (index: number): void => {
    if (x < width && row < height) indices[fileRow(header, row) * width + x] = index;
    x++;
  };
  for (;;) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === 0) {
      x = 0;
      row++;
    } else if (value === 1) {
      return indices;
    } else if (value === 2) {
      x += next();
      row += next();
    } else {
      const size = bits === 8 ? value : Math.ceil(value / 2);
      for (let i = 0, byte = 0; i < value; i++) {
        if (bits === 8 || i % 2 === 0) byte = next();
        put(bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
      }
      if (size % 2 === 1) next();
    }
    if (row >= height && at >= bytes.length) return indices;
  }
}

function fromIndices({ width, height, palette }: Header, indices: Uint8Array): RawPixels {
  const data = new Uint8Array(3 * indices.length);
  const colours = palette.length / 3;
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= colours) throw new Error(`the BMP image names colour ${indices[i]} of a palette of ${colours}`);
    data[3 * i] = palette[3 * indices[i]];
    data[3 * i + 1] = palette[3 * indices[i] + 1];
    data[3 * i + 2] = palette[3 * indices[i] + 2];
  }
  return { width, height, channels: 3, data };
}

function fromTriples(header: Header, bytes: Uint8Array, stride: number): RawPixels {
  const { width, height, pixelStart } = header;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    let from = pixelStart + fileRow(header, y) * stride;
    for (let to = 3 * y * width, end = to + 3 * width; to < end; to += 3, from += 3) {
      data[to] = bytes[from + 2];
      data[to + 1] = bytes[from + 1];
      data[to + 2] = bytes[from];
    }
  }
  return { width, height, channels: 3, data };
}

function fromMasks(header: Header, view: DataView, stride: number): RawPixels {
  const { width, height, bits, masks, pixelStart } = header;
  const channels = masks[3] === 0 ? 3 : 4;
  const shift = masks.map((mask) => (mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)));
  const most = masks.map((mask, c) => mask >>> shift[c]);
  const data = new Uint8Array(channels * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const start = pixelStart + fileRow(header, y) * stride;
    for (let x = 0; x < width; x++) {
      const pixel = bits === 16 ? view.getUint16(start + 2 * x, true) : view.getUint32(start + 4 * x, true);
      for (let c = 0; c < channels; c++) {
        const value = (pixel & masks[c]) >>> shift[c];
        data[to++] = most[c] === 0 ? 0 : Math.round((255 * value) / most[c]);
      }
    }
  }
  return { width, height, channels, data };
}
