import assert from "node:assert/strict";
import test from "node:test";
import { decodeBmp, isBmp } from "./bmp.ts";

const MOST = 1e6;

interface Parts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  /** Bytes between the 40-byte header and the pixels: masks or palette. */
  readonly between?: readonly number[];
  readonly pixels: readonly number[];
  readonly headerSize?: number;
}

function bmp({ width, height, bits, compression = 0, between = [], pixels, headerSize = 40 }: Parts): Buffer {
  const head = Buffer.alloc(14 + headerSize);
  head.write("BM", "latin1");
  head.writeUInt32LE(head.length + between.length + pixels.length, 2);
  head.writeUInt32LE(head.length + between.length, 10);
  head.writeUInt32LE(headerSize, 14);
  if (headerSize === 12) {
    head.writeUInt16LE(width, 18);
    head.writeUInt16LE(height, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt16LE(bits, 24);
  } else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(compression, 30);
  }
  return Buffer.concat([head, Buffer.from(between), Buffer.from(pixels)]);
}

const u32 = (...values: number[]): number[] => values.flatMap((value) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);
const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
/** As a palette stores them: blue, green, red, unused. */
const PALETTE = [BLACK, RED, GREEN, BLUE, WHITE].flatMap(([r, g, b]) => [b, g, r, 0]);

function expectPixels(bytes: Uint8Array, pixels: readonly (readonly number[])[]): void {
  assert.ok(isBmp(bytes));
  const decoded = decodeBmp(bytes, MOST);
  assert.deepEqual(Array.from(decoded.data), pixels.flat());
}

test("24 bits, rows from the bottom, padded to four bytes", () => {
  const bytes = bmp({ width: 2, height: 2, bits: 24, pixels: [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0] });
  expectPixels(bytes, [RED, GREEN, BLUE, WHITE]);
});

test("a negative height stands for rows from the top; the last row may lack its padding", () => {
  expectPixels(bmp({ width: 1, height: -2, bits: 24, pixels: [0, 0, 255, 0, 0, 255, 0] }), [RED, GREEN]);
});

test("palettes of 1, 4 and 8 bits, in old and new headers", () => {
  expectPixels(bmp({ width: 3, height: 1, bits: 1, between: PALETTE.slice(0, 8), pixels: [0b01000000, 0, 0, 0] }), [BLACK, RED, BLACK]);
  expectPixels(bmp({ width: 3, height: 1, bits: 4, between: PALETTE, pixels: [0x12, 0x30, 0, 0] }), [RED, GREEN, BLUE]);
  expectPixels(bmp({ width: 2, height: 1, bits: 8, between: PALETTE, pixels: [4, 2, 0, 0] }), [WHITE, GREEN]);
  const core = [BLACK, RED, GREEN].flatMap(([r, g, b]) => [b, g, r]);
  expectPixels(bmp({ width: 2, height: 1, bits: 8, between: core, pixels: [1, 2, 0, 0], headerSize: 12 }), [RED, GREEN]);
});

test("16 bits are 5-5-5, or as masks say; 32 bits without masks have no alpha", () => {
  expectPixels(bmp({ width: 2, height: 1, bits: 16, pixels: [0x00, 0x7c, 0xe0, 0x03] }), [RED, GREEN]);
  expectPixels(bmp({ width: 2, height: 1, bits: 16, compression: 3, between: u32(0xf800, 0x7e0, 0x1f), pixels: [0x00, 0xf8, 0xe0, 0x07] }), [RED, GREEN]);
  expectPixels(bmp({ width: 1, height: 1, bits: 32, pixels: [255, 0, 0, 7] }), [BLUE]);
  // Masks with the highest bit set, and alpha.
  const masks = u32(0xff000000, 0xff0000, 0xff00, 0xff);
  expectPixels(bmp({ width: 1, height: 1, bits: 32, compression: 6, between: masks, pixels: [128, 0, 0, 255] }), [[255, 0, 0, 128]]);
});

test("run lengths of 8 and 4 bits: runs, literals, line ends, jumps", () => {
  const eight = [3, 1, 0, 0, 0, 3, 2, 3, 4, 0, 0, 1];
  expectPixels(bmp({ width: 3, height: 2, bits: 8, compression: 1, between: PALETTE, pixels: eight }), [GREEN, BLUE, WHITE, RED, RED, RED]);
  const four = [3, 0x12, 0, 2, 0, 1, 0, 3, 0x34, 0x10, 0, 1];
  // The jump goes one row up from x = 3, out of the picture; what follows is lost, not wrapped.
  expectPixels(bmp({ width: 3, height: 2, bits: 4, compression: 2, between: PALETTE, pixels: four }), [BLACK, BLACK, BLACK, RED, GREEN, RED]);
  const jump = [0, 2, 1, 1, 1, 3, 0, 1];
  expectPixels(bmp({ width: 2, height: 2, bits: 8, compression: 1, between: PALETTE, pixels: jump }), [BLACK, BLUE, BLACK, BLACK]);
});

test("what is no bitmap, cut short, too large or of another kind is refused in words", () => {
  const good = bmp({ width: 2, height: 2, bits: 24, pixels: [255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0] });
  for (let length = 19; length < good.length - 2; length++) assert.throws(() => decodeBmp(good.subarray(0, length), MOST), /^Error: the BMP image/, `${length} bytes`);
  const runs = bmp({ width: 3, height: 2, bits: 8, compression: 1, between: PALETTE, pixels: [3, 1, 0, 0, 0, 3, 2, 3] });
  assert.throws(() => decodeBmp(runs, MOST), /cut short/);
  assert.throws(() => decodeBmp(bmp({ width: 30_000, height: 30_000, bits: 8, compression: 1, between: PALETTE, pixels: [0, 1] }), 900_000_000), /cut short/);
  assert.throws(() => decodeBmp(bmp({ width: 2000, height: 2000, bits: 24, pixels: [] }), MOST), /too many/);
  assert.throws(() => decodeBmp(bmp({ width: 0, height: 1, bits: 24, pixels: [] }), MOST), /size 0/);
  assert.throws(() => decodeBmp(bmp({ width: -4, height: 1, bits: 24, pixels: [] }), MOST), /size -4/);
  assert.throws(() => decodeBmp(bmp({ width: 1, height: 1, bits: 24, compression: 4, pixels: [0, 0, 0, 0] }), MOST), /compression 4/);
  assert.throws(() => decodeBmp(bmp({ width: 1, height: 1, bits: 8, between: PALETTE, pixels: [9, 0, 0, 0] }), MOST), /palette of 5/);
  assert.equal(isBmp(Buffer.from("BM is a text")), false);
});
