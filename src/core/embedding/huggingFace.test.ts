import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { env } from "@huggingface/transformers";
import sharp from "sharp";
import { testFolder } from "../dataset/folder.fixture.ts";
import type { SampleContent } from "../dataset/dataset.ts";
import { InfomaxError } from "../errors.ts";
import type { Encoder } from "./encoder.ts";
import { openHuggingFaceEncoder } from "./huggingFace.ts";
import { IMAGE_DIMENSIONS, MOST_TOKENS, TEXT_DIMENSIONS, writeTinyImageEncoder, writeTinyTextEncoder } from "./tinyEncoder.fixture.ts";

const text = (value: string): SampleContent => ({ kind: "text", text: value });
const image = (bytes: Uint8Array): SampleContent => ({ kind: "image", bytes });

async function withEncoder(folder: string, kind: "image" | "text", work: (encoder: Encoder) => Promise<void>): Promise<void> {
  const encoder = await openHuggingFaceEncoder(folder, kind);
  try {
    await work(encoder);
  } finally {
    await encoder.close();
  }
}

function rowOf(vectors: Float32Array, row: number, dims: number): number[] {
  return Array.from(vectors.subarray(row * dims, (row + 1) * dims));
}

function close(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => { assert.ok(Math.abs(value - expected[i]) <= tolerance, `value ${i}: ${value} is not ${expected[i]}`); });
}

const lengthOf = (vector: readonly number[]): number => Math.hypot(...vector);

async function blocks(seed: number, width = 40, height = 40): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 4 * 4 * 3 }, (_, i) => (i * 97 * seed + 31 * seed * seed) % 256));
  return sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } }).resize(width, height, { kernel: "cubic" }).png().toBuffer();
}

const unavailable = (words: RegExp) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, "encoder-unavailable");
  assert.match(thrown.message, words);
  assert.ok(!thrown.message.includes("\n"));
  return true;
};

test("a text encoder gives unit vectors of the model's size, the same alone as in a batch with longer texts", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  const texts = ["the red cat sleeps", "dog", "a green house under the blue sky runs quickly over the tree", "Red CAT the sleeps"];
  await withEncoder(folder, "text", async (encoder) => {
    assert.equal(encoder.dimensions, TEXT_DIMENSIONS);
    const batch = await encoder.encode(texts.map(text));
    assert.equal(batch.failures.size, 0);
    for (const [i, value] of texts.entries()) {
      const alone = await encoder.encode([text(value)]);
      close(rowOf(batch.vectors, i, TEXT_DIMENSIONS), rowOf(alone.vectors, 0, TEXT_DIMENSIONS));
      assert.ok(Math.abs(lengthOf(rowOf(batch.vectors, i, TEXT_DIMENSIONS)) - 1) < 1e-5);
    }
    // The mean over tokens knows no order.
    close(rowOf(batch.vectors, 0, TEXT_DIMENSIONS), rowOf(batch.vectors, 3, TEXT_DIMENSIONS));
    assert.ok(Math.abs(rowOf(batch.vectors, 0, TEXT_DIMENSIONS)[0] - rowOf(batch.vectors, 1, TEXT_DIMENSIONS)[0]) > 1e-3);
  });
});

test("texts longer than the model reads are cut, not refused", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  await withEncoder(folder, "text", async (encoder) => {
    const start = "the red cat ".repeat(Math.ceil(MOST_TOKENS / 3)).trim().split(" ").slice(0, MOST_TOKENS).join(" ");
    const { vectors, failures } = await encoder.encode([text(start), text(`${start} ${"dog ".repeat(5000)}`)]);
    assert.equal(failures.size, 0);
    close(rowOf(vectors, 0, TEXT_DIMENSIONS), rowOf(vectors, 1, TEXT_DIMENSIONS));
  });
});

test("an image encoder sees alike images as alike, in a batch of different sizes and formats as alone", async (t) => {
  const folder = path.join(testFolder(t), "image");
  writeTinyImageEncoder(folder);
  const png = await blocks(1);
  const images = [
    png, await sharp(png).jpeg({ quality: 95 }).toBuffer(), await sharp(png).resize(80, 80).webp({ lossless: true }).toBuffer(), await blocks(5),
    await sharp(png).greyscale().png().toBuffer(), await sharp(png).ensureAlpha(1).png().toBuffer(),
  ];
  await withEncoder(folder, "image", async (encoder) => {
    assert.equal(encoder.dimensions, IMAGE_DIMENSIONS);
    const batch = await encoder.encode(images.map(image));
    assert.deepEqual([...batch.failures], []);
    const rows = images.map((_, i) => rowOf(batch.vectors, i, IMAGE_DIMENSIONS));
    for (const [i, bytes] of images.entries()) {
      close(rows[i], rowOf((await encoder.encode([image(bytes)])).vectors, 0, IMAGE_DIMENSIONS));
      assert.ok(Math.abs(lengthOf(rows[i]) - 1) < 1e-5);
    }
    const cosine = (a: number, b: number): number => rows[a].reduce((sum, value, j) => sum + value * rows[b][j], 0);
    assert.ok(cosine(0, 1) > 0.9, `JPEG ${cosine(0, 1)}`);
    assert.ok(cosine(0, 2) > 0.95, `resized ${cosine(0, 2)}`);
    assert.ok(cosine(0, 3) < 0.8, `another image ${cosine(0, 3)}`);
    close(rows[5], rows[0], 1e-4);
  });
});

test("a truncated image fails alone, with words, and its row is zero", async (t) => {
  const folder = path.join(testFolder(t), "image");
  writeTinyImageEncoder(folder);
  const good = await sharp(await blocks(2, 200, 200)).jpeg().toBuffer();
  await withEncoder(folder, "image", async (encoder) => {
    const { vectors, failures } = await encoder.encode([image(good), image(good.subarray(0, good.length >> 1)), image(Buffer.from("no image")), image(good)]);
    assert.deepEqual([...failures.keys()], [1, 2]);
    assert.match(failures.get(1) ?? "", /decoded/);
    assert.deepEqual(rowOf(vectors, 1, IMAGE_DIMENSIONS), new Array(IMAGE_DIMENSIONS).fill(0));
    close(rowOf(vectors, 3, IMAGE_DIMENSIONS), rowOf(vectors, 0, IMAGE_DIMENSIONS));
  });
});

test("an image stands as its EXIF orientation says", async (t) => {
  const folder = path.join(testFolder(t), "image");
  writeTinyImageEncoder(folder);
  const upright = await sharp(await blocks(3)).rotate(90).png().toBuffer();
  const tagged = await sharp(await blocks(3)).withMetadata({ orientation: 6 }).png().toBuffer();
  await withEncoder(folder, "image", async (encoder) => {
    const { vectors } = await encoder.encode([image(upright), image(tagged)]);
    close(rowOf(vectors, 0, IMAGE_DIMENSIONS), rowOf(vectors, 1, IMAGE_DIMENSIONS), 0.02);
  });
});

test("the key is that of the files that make the vectors", async (t) => {
  const root = testFolder(t);
  const keyOf = async (name: string, change: (folder: string) => void, kind: "text" | "image" = "text"): Promise<string> => {
    const folder = path.join(root, name);
    (kind === "text" ? writeTinyTextEncoder : writeTinyImageEncoder)(folder);
    change(folder);
    let key = "";
    await withEncoder(folder, kind, async (encoder) => { key = encoder.key; });
    return key;
  };
  const plain = await keyOf("plain", () => undefined);
  assert.equal(await keyOf("elsewhere", () => undefined), plain, "the folder's name is no part of it");
  const others = [
    await keyOf("weights", (folder) => { writeTinyTextEncoder(folder, 2); }),
    await keyOf("cut", (folder) => {
      const file = path.join(folder, "tokenizer_config.json");
      fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(`${MOST_TOKENS}`, "4"));
    }),
    await keyOf("external", (folder) => { fs.writeFileSync(path.join(folder, "onnx", "model.onnx_data"), "weights beside the graph"); }),
    await keyOf("image", () => undefined, "image"),
  ];
  assert.equal(new Set([plain, ...others]).size, 5);
});

test("two encoders in different folders open at once", async (t) => {
  const root = testFolder(t);
  const folders = ["one/encoder", "two/encoder"].map((name) => path.join(root, name));
  folders.forEach((folder, i) => { writeTinyTextEncoder(folder, i + 1); });
  const encoders = await Promise.all(folders.map((folder) => openHuggingFaceEncoder(folder, "text")));
  const [a, b] = await Promise.all(encoders.map(async (encoder) => Array.from((await encoder.encode([text("red cat")])).vectors)));
  await Promise.all(encoders.map((encoder) => encoder.close()));
  assert.notDeepEqual(a, b);
  await withEncoder(folders[0], "text", async (encoder) => { close(Array.from((await encoder.encode([text("red cat")])).vectors), a); });
});

test("a folder with spaces and a trailing separator opens", async (t) => {
  const folder = path.join(testFolder(t), "my encoder (v1.0)");
  writeTinyTextEncoder(folder);
  await withEncoder(folder + path.sep, "text", async (encoder) => { assert.equal(encoder.dimensions, TEXT_DIMENSIONS); });
});

test("what is missing or damaged is one clear error", async (t) => {
  const root = testFolder(t);
  await assert.rejects(openHuggingFaceEncoder(path.join(root, "nowhere"), "text"), unavailable(/no such encoder folder/));
  const broken = async (name: string, change: (folder: string) => void, words: RegExp, kind: "text" | "image" = "text"): Promise<void> => {
    const folder = path.join(root, name);
    (kind === "text" ? writeTinyTextEncoder : writeTinyImageEncoder)(folder);
    change(folder);
    await assert.rejects(openHuggingFaceEncoder(folder, kind), unavailable(words));
  };
  await broken("no-config", (folder) => { fs.rmSync(path.join(folder, "config.json")); }, /no config\.json/);
  await broken("no-tokenizer", (folder) => { fs.rmSync(path.join(folder, "tokenizer.json")); }, /no tokenizer\.json, so it cannot read texts/);
  await broken("no-processor", (folder) => { fs.rmSync(path.join(folder, "preprocessor_config.json")); }, /no preprocessor_config\.json, so it cannot read images/, "image");
  await broken("no-onnx", (folder) => { fs.rmSync(path.join(folder, "onnx", "model.onnx")); }, /no onnx\/model\.onnx/);
  await broken("bad-onnx", (folder) => { fs.writeFileSync(path.join(folder, "onnx", "model.onnx"), "no model"); }, /could not be loaded/);
  await broken("bad-json", (folder) => { fs.writeFileSync(path.join(folder, "tokenizer.json"), "{"); }, /could not be loaded/);
  await broken("no-tokenizer-config", (folder) => { fs.rmSync(path.join(folder, "tokenizer_config.json")); }, /no tokenizer_config\.json/);
  await broken("text-for-images", (folder) => {
    writeTinyTextEncoder(folder);
    fs.rmSync(path.join(folder, "tokenizer.json"));
  }, /could not be loaded/, "image");
  // Nothing of a failed start stays in the way of the next.
  const good = path.join(root, "good");
  writeTinyTextEncoder(good);
  await withEncoder(good, "text", async (encoder) => { assert.equal(encoder.dimensions, TEXT_DIMENSIONS); });
});

test("nothing is ever fetched", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  fs.writeFileSync(path.join(folder, "tokenizer.json"), "[]");
  const before = globalThis.fetch;
  let fetched = 0;
  globalThis.fetch = () => {
    fetched++;
    return Promise.reject(new Error("no network in tests"));
  };
  t.after(() => { globalThis.fetch = before; });
  await assert.rejects(openHuggingFaceEncoder(folder, "text"), unavailable(/could not be loaded/));
  assert.equal(fetched, 0);
  assert.equal(env.allowRemoteModels, false);
});
