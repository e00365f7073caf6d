import assert from "node:assert/strict";
import test from "node:test";
import sharp from "sharp";
import type { SampleContent } from "../dataset/dataset.ts";
import { HashedText } from "./hashedText.ts";
import { ImageDescriptor } from "./imageDescriptor.ts";
import { PairEncoder } from "./pairEncoder.ts";

const png = (background: string): Promise<Buffer> => sharp({ create: { width: 8, height: 8, channels: 3, background } }).png().toBuffer();
const pair = (bytes: Uint8Array, text: string): SampleContent => ({ kind: "pair", bytes, text });
const NOTHING = new Uint8Array();

test("the halves are what each encoder gives alone; a missing half is zero, and one bad pair fails no other", async () => {
  const image = await ImageDescriptor.create();
  const text = new HashedText();
  const encoder = new PairEncoder(image, text, false);
  const red = await png("#ff0000");
  const { vectors, failures } = await encoder.encode([pair(red, "a cat"), pair(NOTHING, "a cat"), pair(red, " "), pair(Buffer.from("no image"), "a cat"), pair(NOTHING, ""), { kind: "text", text: "a cat" }]);
  const a = (await image.encode([{ kind: "image", bytes: red }])).vectors;
  const b = (await text.encode([{ kind: "text", text: "a cat" }])).vectors;
  const row = (i: number): number[] => [...vectors.subarray(i * encoder.dimensions, (i + 1) * encoder.dimensions)];
  const zeros = (count: number): number[] => new Array<number>(count).fill(0);
  assert.deepEqual(row(0), [...a, ...b]);
  assert.deepEqual(row(1), [...zeros(a.length), ...b]);
  assert.deepEqual(row(2), [...a, ...zeros(b.length)]);
  for (const i of [3, 4, 5]) assert.deepEqual(row(i), zeros(encoder.dimensions), String(i));
  assert.deepEqual([...failures.keys()].sort(), [3, 4, 5]);
  assert.match(failures.get(3) ?? "", /decoded/);
  assert.equal(encoder.pair.imageDimensions, a.length);
  assert.ok(encoder.key.includes(image.key) && encoder.key.includes(text.key));
  await encoder.close();
});
