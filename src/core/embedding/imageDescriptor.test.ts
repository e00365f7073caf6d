import assert from "node:assert/strict";
import test from "node:test";
import sharp from "sharp";
import { seededRandom } from "../random.ts";
import { ImageDescriptor } from "./imageDescriptor.ts";

/** A scene of random soft shapes on a gradient, 192 × 144. */
async function scene(seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const hue = (): string => `rgb(${Math.floor(256 * random())},${Math.floor(256 * random())},${Math.floor(256 * random())})`;
  const shapes = Array.from({ length: 9 }, () => {
    const [x, y, r] = [192 * random(), 144 * random(), 8 + 40 * random()];
    return random() < 0.5 ? `<circle cx="${x}" cy="${y}" r="${r}" fill="${hue()}"/>` : `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${r * (0.5 + random())}" fill="${hue()}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="192" height="144"><defs><linearGradient id="g" x2="${random()}" y2="1"><stop stop-color="${hue()}"/><stop offset="1" stop-color="${hue()}"/></linearGradient></defs><rect width="192" height="144" fill="url(#g)"/>${shapes.join("")}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

async function vectorsOf(images: readonly Uint8Array[]): Promise<Float32Array[]> {
  const encoder = await ImageDescriptor.create();
  const { vectors, failures } = await encoder.encode(images.map((bytes) => ({ kind: "image", bytes })));
  assert.deepEqual([...failures], []);
  const d = encoder.dimensions;
  return images.map((_, i) => vectors.subarray(i * d, (i + 1) * d));
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

test("a picture encoded anew, resized or brightened stays within the threshold of itself", async () => {
  const { defaultThreshold } = await ImageDescriptor.create();
  for (let seed = 1; seed <= 12; seed++) {
    const picture = await scene(seed);
    const variants = new Map<string, Buffer>([
      ["JPEG at quality 50", await sharp(picture).jpeg({ quality: 50 }).toBuffer()],
      ["WebP", await sharp(picture).webp({ quality: 70 }).toBuffer()],
      ["0.6 of the size", await sharp(picture).resize(115, 86).jpeg({ quality: 85 }).toBuffer()],
      ["1.5 of the size", await sharp(picture).resize(288, 216).png().toBuffer()],
      ["brighter", await sharp(picture).linear(1.1, 8).jpeg({ quality: 90 }).toBuffer()],
      ["darker", await sharp(picture).linear(0.85, 0).jpeg({ quality: 90 }).toBuffer()],
    ]);
    const [original, ...others] = await vectorsOf([picture, ...variants.values()]);
    [...variants.keys()].forEach((name, i) => {
      assert.ok(cosine(original, others[i]) > defaultThreshold, `picture ${seed}, ${name}: ${cosine(original, others[i])}`);
    });
  }
});

test("different pictures, and a picture upside down, lie below the threshold", async () => {
  const { defaultThreshold } = await ImageDescriptor.create();
  const pictures = await Promise.all(Array.from({ length: 40 }, (_, i) => scene(100 + i)));
  const vectors = await vectorsOf([...pictures, await sharp(pictures[0]).flip().flop().png().toBuffer()]);
  for (let i = 0; i < vectors.length; i++) {
    assert.ok(Math.abs(Math.sqrt(cosine(vectors[i], vectors[i])) - 1) < 1e-5, "unit length");
    for (let j = 0; j < i; j++) assert.ok(cosine(vectors[i], vectors[j]) < defaultThreshold, `${j} and ${i}: ${cosine(vectors[i], vectors[j])}`);
  }
});

test("every format and colour depth of one picture gives nearly the same vector", async () => {
  const picture = await scene(7);
  const grey = await sharp(picture).greyscale().png().toBuffer();
  const colour = new Map<string, Buffer>([
    ["alpha PNG", await sharp(picture).ensureAlpha(1).png().toBuffer()],
    ["GIF", await sharp(picture).gif().toBuffer()],
    ["WebP", await sharp(picture).webp().toBuffer()],
    ["TIFF", await sharp(picture).tiff({ compression: "lzw" }).toBuffer()],
    ["AVIF", await sharp(picture).avif({ quality: 70 }).toBuffer()],
    ["16-bit PNG", await sharp(picture).toColourspace("rgb16").png().toBuffer()],
    ["CMYK JPEG", await sharp(picture).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer()],
    ["BMP", await bmpOf(picture)],
  ]);
  const [original, ...others] = await vectorsOf([picture, ...colour.values()]);
  [...colour.keys()].forEach((name, i) => {
    // CMYK holds fewer colours: such a picture does change.
    assert.ok(cosine(original, others[i]) > (name === "CMYK JPEG" ? 0.8 : 0.97), `${name}: ${cosine(original, others[i])}`);
  });
  const greys = await vectorsOf([grey, await sharp(grey).toColourspace("b-w").jpeg({ quality: 95 }).toBuffer(), await sharp(grey).ensureAlpha(1).png().toBuffer(), await sharp(grey).toColourspace("grey16").png().toBuffer()]);
  for (const other of greys.slice(1)) assert.ok(cosine(greys[0], other) > 0.99, `grey: ${cosine(greys[0], other)}`);
});

test("1 × 1 and plain pictures have a vector; all plain greys the same one", async () => {
  const plain = (background: string, side: number): Promise<Buffer> => sharp({ create: { width: side, height: side, channels: 3, background } }).png().toBuffer();
  const [tiny, grey, black, red, blue] = await vectorsOf(await Promise.all([plain("#808080", 1), plain("#404040", 50), plain("#000000", 9), plain("#ff0000", 9), plain("#0000ff", 9)]));
  assert.ok(cosine(tiny, grey) > 0.999 && cosine(grey, black) > 0.999);
  assert.ok(cosine(red, blue) < 0.9 && cosine(red, grey) < 0.9);
  for (const vector of [tiny, black, red]) assert.ok(vector.every(Number.isFinite));
});

test("a truncated or foreign file fails alone, with words, and its row is zero", async () => {
  const encoder = await ImageDescriptor.create();
  const good = await sharp(await scene(3)).jpeg().toBuffer();
  const contents = [good, good.subarray(0, good.length >> 1), Buffer.from("this is no image"), new Uint8Array(), good].map((bytes) => ({ kind: "image", bytes }) as const);
  const { vectors, failures } = await encoder.encode([...contents, { kind: "text", text: "a text" }]);
  assert.deepEqual([...failures.keys()].sort(), [1, 2, 3, 5]);
  for (const reason of failures.values()) {
    assert.match(reason, /[a-z]{4}/);
    assert.ok(!reason.includes("\n"));
  }
  const d = encoder.dimensions;
  for (const row of [1, 2, 3, 5]) assert.ok(vectors.subarray(row * d, (row + 1) * d).every((value) => value === 0));
  assert.deepEqual(vectors.subarray(0, d), vectors.subarray(4 * d, 5 * d));
});

/** An uncompressed 24-bit BMP of a picture. */
async function bmpOf(picture: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const stride = Math.ceil((3 * info.width) / 4) * 4;
  const bytes = Buffer.alloc(54 + stride * info.height);
  bytes.write("BM", "latin1");
  for (const [value, at] of [[bytes.length, 2], [54, 10], [40, 14], [info.width, 18], [info.height, 22], [1 | (24 << 16), 26]]) bytes.writeUInt32LE(value, at);
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      for (let c = 0; c < 3; c++) bytes[54 + (info.height - 1 - y) * stride + 3 * x + c] = data[3 * (y * info.width + x) + 2 - c];
    }
  }
  return bytes;
}
