import assert from "node:assert/strict";
import test from "node:test";
import sharp, { type Sharp } from "sharp";
import { contentSize } from "./sampleSizes.ts";

const picture = (width: number, height: number): Sharp => sharp({ create: { width, height, channels: 3, background: "#4080c0" } });
const pixels = async (bytes: Uint8Array): Promise<number> => contentSize({ kind: "image", bytes });

test("pixels of images in every format, turned ones and animations among them, without decoding", async () => {
  assert.equal(await pixels(await picture(40, 30).jpeg({ quality: 80 }).toBuffer()), 1200);
  assert.equal(await pixels(await picture(40, 30).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).withMetadata({ orientation: 6 }).toBuffer()), 1200);
  assert.equal(await pixels(await picture(41, 31).png().toBuffer()), 1271);
  assert.equal(await pixels(await picture(41, 31).webp().toBuffer()), 1271);
  assert.equal(await pixels(await picture(20, 10).gif().toBuffer()), 200);
  assert.equal(await pixels(await picture(20, 10).tiff().toBuffer()), 200);
});

test("what is no image, is cut short or is missing has no pixels; a text has its characters", async () => {
  const jpeg = await picture(40, 30).jpeg().toBuffer();
  assert.equal(await pixels(jpeg.subarray(0, 20)), 0);
  assert.equal(await pixels(Buffer.from("no image at all, but long enough to be looked at")), 0);
  assert.equal(await contentSize({ kind: "pair", bytes: new Uint8Array(), text: "a caption" }), 0);
  assert.equal(await contentSize({ kind: "pair", bytes: jpeg, text: "a caption" }), 1200);
  assert.equal(await contentSize({ kind: "text", text: "twelve chars" }), 12);
});
