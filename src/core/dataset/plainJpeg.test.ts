import assert from "node:assert/strict";
import test from "node:test";
import sharp, { type Sharp } from "sharp";
import { loadJpegDecoder, readPlainJpeg } from "./plainJpeg.ts";

/** A colourful picture with detail, from a fixed sequence. */
function picture(width: number, height: number): Sharp {
  let state = 7;
  const pixels = Buffer.from(Array.from({ length: 3 * width * height }, (_, i) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return [90, 60, 110][i % 3] + (i % (3 * width)) % 60 + (state >> 16) % 60;
  }));
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** The JPEG with a segment put in after its start. */
function withSegment(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

function exif(orientation: number, isLittle: boolean): Buffer {
  const tiff = Buffer.alloc(26);
  const [u16, u32] = isLittle
    ? [(value: number, at: number) => tiff.writeUInt16LE(value, at), (value: number, at: number) => tiff.writeUInt32LE(value, at)]
    : [(value: number, at: number) => tiff.writeUInt16BE(value, at), (value: number, at: number) => tiff.writeUInt32BE(value, at)];
  tiff.write(isLittle ? "II" : "MM", 0, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x0112, 10);
  u16(3, 12);
  u32(1, 14);
  u16(orientation, 18);
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
}

async function decode(jpeg: Uint8Array): Promise<Uint8Array> {
  const decoder = await loadJpegDecoder();
  const header = readPlainJpeg(jpeg);
  assert.ok(decoder !== null && header !== null);
  return (await decoder(jpeg, header)).data;
}

test("baseline, progressive and grey JPEGs are plain, and decode to sharp's pixels", async () => {
  for (const [name, jpeg] of [
    ["baseline", await picture(61, 43).jpeg().toBuffer()], ["progressive", await picture(61, 43).jpeg({ progressive: true }).toBuffer()],
    ["full chroma", await picture(61, 43).jpeg({ chromaSubsampling: "4:4:4", quality: 90 }).toBuffer()], ["grey", await picture(61, 43).toColourspace("b-w").jpeg().toBuffer()],
  ] as const) {
    assert.deepEqual(readPlainJpeg(jpeg), { width: 61, height: 43 }, name);
    const expected = await sharp(jpeg).toColourspace("srgb").raw().toBuffer();
    // From the middle of a larger buffer, as small files come from Node's pool.
    const found = await decode(Buffer.concat([Buffer.alloc(5), jpeg, Buffer.alloc(3)]).subarray(5, 5 + jpeg.length));
    assert.equal(found.length, expected.length);
    const mean = found.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0) / found.length;
    assert.ok(mean < 1.3 && found.every((value, i) => Math.abs(value - expected[i]) <= 8), `${name}: ${mean}`);
  }
});

test("what its deficit says is what the decoder rounds away", async () => {
  const decoder = await loadJpegDecoder();
  assert.ok(decoder !== null);
  for (const jpeg of [await picture(200, 200).jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(), await picture(200, 200).greyscale().jpeg().toBuffer(), await picture(200, 200).toColourspace("b-w").jpeg().toBuffer()]) {
    const header = readPlainJpeg(jpeg);
    assert.ok(header !== null);
    const { data, deficit } = await decoder(jpeg, header);
    const expected = await sharp(jpeg).toColourspace("srgb").raw().toBuffer();
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let i = c; i < data.length; i += 3) sum += expected[i] - data[i];
      assert.ok(Math.abs((3 * sum) / data.length - deficit[c]) < 0.1, `channel ${c}: ${(3 * sum) / data.length}, not ${deficit[c]}`);
    }
  }
});

test("orientation, colour profiles and other colour spaces are not plain", async () => {
  const jpeg = await picture(40, 30).jpeg().toBuffer();
  for (const isLittle of [true, false]) {
    assert.notEqual(readPlainJpeg(withSegment(jpeg, 0xe1, exif(1, isLittle))), null, "upright");
    for (const orientation of [0, 3, 6, 8]) assert.equal(readPlainJpeg(withSegment(jpeg, 0xe1, exif(orientation, isLittle))), null, `orientation ${orientation}`);
    assert.equal(readPlainJpeg(withSegment(jpeg, 0xe1, exif(1, isLittle).subarray(0, 20))), null, "EXIF that ends early");
  }
  assert.equal(readPlainJpeg(await picture(40, 30).jpeg().withMetadata({ orientation: 6 }).toBuffer()), null);
  assert.equal(readPlainJpeg(await picture(40, 30).withIccProfile("p3").jpeg().toBuffer()), null, "profile");
  assert.equal(readPlainJpeg(await picture(40, 30).toColourspace("cmyk").jpeg().toBuffer()), null, "CMYK");
  const adobe = (transform: number): Buffer => withSegment(jpeg, 0xee, Buffer.from([...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, transform]));
  assert.equal(readPlainJpeg(adobe(0)), null, "RGB");
  assert.notEqual(readPlainJpeg(adobe(1)), null, "YCbCr");
});

test("other formats and broken headers are not plain", async () => {
  assert.equal(readPlainJpeg(await picture(40, 30).png().toBuffer()), null);
  const jpeg = await picture(40, 30).jpeg().toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  for (const marker of [0xc3, 0xc5, 0xc9, 0xca]) {
    const other = Buffer.from(jpeg);
    other[frame + 1] = marker;
    assert.equal(readPlainJpeg(other), null, `frame ${marker.toString(16)}`);
  }
  const deep = Buffer.from(jpeg);
  deep[frame + 4] = 12;
  assert.equal(readPlainJpeg(deep), null, "12 bits");
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  for (let length = 0; length < scan + 4; length++) assert.equal(readPlainJpeg(jpeg.subarray(0, length)), null, `${length} bytes`);
});

test("a JPEG that is quantised too finely for the fast transform is not plain", async () => {
  for (const [quality, isPlain] of [[50, true], [90, true], [92, true], [96, false], [100, false]] as const) {
    assert.equal(readPlainJpeg(await picture(40, 30).jpeg({ quality }).toBuffer()) !== null, isPlain, `quality ${quality}`);
  }
});

test("a damaged or cut JPEG is an error, never half a picture", async () => {
  for (const progressive of [false, true]) {
    const jpeg = await picture(90, 90).jpeg({ progressive }).toBuffer();
    for (const length of [jpeg.length >> 1, Math.floor(0.9 * jpeg.length), jpeg.length - 10]) await assert.rejects(decode(jpeg.subarray(0, length)), Error, `${length} of ${jpeg.length} bytes`);
  }
});
