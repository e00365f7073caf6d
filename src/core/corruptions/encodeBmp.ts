import type { RawPixels } from "../dataset/bmp.ts";

const FILE_HEADER = 14;
/** BITMAPINFOHEADER with the masks of its third version. */
const HEADER = 56;
const BITFIELDS = 3;

/** A Windows bitmap of 24 bits a pixel, or of 32 where there is transparency: as large as the pixels, and made at once. */
export function encodeBmp({ width, height, channels, data }: RawPixels): Uint8Array {
  const stride = 4 * Math.ceil((width * channels) / 4);
  const start = FILE_HEADER + HEADER;
  const bytes = new Uint8Array(start + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, HEADER, true);
  view.setInt32(18, width, true);
  // Negative: rows from the top.
  view.setInt32(22, -height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8 * channels, true);
  if (channels === 4) {
    view.setUint32(30, BITFIELDS, true);
    [0xff0000, 0xff00, 0xff, 0xff000000].forEach((mask, c) => view.setUint32(54 + 4 * c, mask, true));
  }
  view.setUint32(34, stride * height, true);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = start + y * stride; x < width; x++, to += channels, from += channels) {
      bytes[to] = data[from + 2];
      bytes[to + 1] = data[from + 1];
      bytes[to + 2] = data[from];
      if (channels === 4) bytes[to + 3] = data[from + 3];
    }
  }
  return bytes;
}
