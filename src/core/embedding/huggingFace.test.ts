import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { env } from "@huggingface/transformers";
import sharp from "sharp";
import { testFolder } from "../dataset/folder.fixture.ts";
import type { SampleContent } from "../dataset/dataset.ts";
import { CancelledError, InfomaxError } from "../errors.ts";
import { loadOnnxRuntime } from "../runtime/onnx.ts";
import type { Encoder } from "./encoder.ts";
import { openHuggingFaceEncoder } from "./huggingFace.ts";
import type { EncoderKind, EncoderUse } from "./presets.ts";
import { IMAGE_DIMENSIONS, MOST_TOKENS, TEXT_DIMENSIONS, writeTinyClipEncoder, writeTinyImageEncoder, writeTinyTextEncoder, writeTypedImageEncoder } from "./tinyEncoder.fixture.ts";

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

const WORD_CYCLE = ["red", "cat", "dog", "house", "sky"];
const wordsOf = (count: number, from = 0): string => Array.from({ length: count }, (_, i) => WORD_CYCLE[(from + i * i) % WORD_CYCLE.length]).join(" ");

test("a text longer than the model reads is the mean of its chunks, weighted by their tokens; after 16 chunks it is cut", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  await withEncoder(folder, "text", async (encoder) => {
    const [first, second, rest] = [wordsOf(MOST_TOKENS), wordsOf(MOST_TOKENS, 2), wordsOf(7, 1)];
    const whole = await encoder.encode([text(`${first} ${second} ${rest}`), text("dog")]);
    const parts = await encoder.encode([text(first), text(second), text(rest)]);
    assert.equal(whole.failures.size + parts.failures.size, 0);
    const expected = rowOf(parts.vectors, 0, TEXT_DIMENSIONS).map((_, j) => [MOST_TOKENS, MOST_TOKENS, 7].reduce((sum, weight, part) => sum + weight * parts.vectors[part * TEXT_DIMENSIONS + j], 0));
    close(rowOf(whole.vectors, 0, TEXT_DIMENSIONS), expected.map((value) => value / lengthOf(expected)));
    const sixteen = wordsOf(16 * MOST_TOKENS);
    const { vectors, failures } = await encoder.encode([text(sixteen), text(`${sixteen} ${"tree ".repeat(5000)}`), text(" ")]);
    assert.deepEqual([...failures.keys()], [2]);
    close(rowOf(vectors, 0, TEXT_DIMENSIONS), rowOf(vectors, 1, TEXT_DIMENSIONS));
  });
});

test("pooling and prefix are as they are asked for, by the caller or by the model's own files", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  const vectorOf = async (value: string, use: Partial<EncoderUse> = {}): Promise<{ vector: number[]; key: string }> => {
    const encoder = await openHuggingFaceEncoder(folder, "text", { use });
    const { vectors } = await encoder.encode([text(value), text("a much longer text than the other")]);
    await encoder.close();
    return { vector: rowOf(vectors, 0, TEXT_DIMENSIONS), key: encoder.key };
  };
  const mean = await vectorOf("red cat sleeps");
  const cls = await vectorOf("red cat sleeps", { pooling: "cls" });
  close(cls.vector, (await vectorOf("red")).vector);
  close((await vectorOf("cat sleeps", { prefix: "red " })).vector, mean.vector);
  close((await vectorOf("red cat sleeps", { padding: "max_length" })).vector, mean.vector);
  fs.mkdirSync(path.join(folder, "1_Pooling"));
  fs.writeFileSync(path.join(folder, "1_Pooling", "config.json"), JSON.stringify({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }));
  const own = await vectorOf("red cat sleeps");
  close(own.vector, cls.vector);
  assert.equal(new Set([mean.key, cls.key, own.key, (await vectorOf("a", { prefix: "b" })).key]).size, 4);
  fs.writeFileSync(path.join(folder, "1_Pooling", "config.json"), JSON.stringify({ pooling_mode_weightedmean_tokens: true }));
  await assert.rejects(openHuggingFaceEncoder(folder, "text"), unavailable(/pooling_mode_weightedmean_tokens is not supported/));
});

test("each chunk of a long text has the prefix", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  const encoder = await openHuggingFaceEncoder(folder, "text", { use: { prefix: "red ", pooling: "cls" } });
  const { vectors } = await encoder.encode([text(wordsOf(3 * MOST_TOKENS, 1)), text("sky")]);
  await encoder.close();
  close(rowOf(vectors, 0, TEXT_DIMENSIONS), rowOf(vectors, 1, TEXT_DIMENSIONS));
});

for (const exported of ["joint", "split"] as const) {
  test(`a CLIP-style model gives images and texts alone, and pairs side by side (${exported})`, async (t) => {
    const root = testFolder(t);
    writeTinyClipEncoder(path.join(root, "clip"), exported);
    writeTinyImageEncoder(path.join(root, "image"));
    const bytes = await blocks(4);
    const vectorsOf = async (folder: string, kind: EncoderKind, contents: readonly SampleContent[]): Promise<Float32Array> => {
      const encoder = await openHuggingFaceEncoder(path.join(root, folder), kind);
      const { vectors, failures } = await encoder.encode(contents);
      assert.deepEqual([...failures], []);
      if (kind === "pair") assert.deepEqual([encoder.dimensions, encoder.pair?.imageDimensions, encoder.pair?.sharedSpace], [2 * IMAGE_DIMENSIONS, IMAGE_DIMENSIONS, true]);
      await encoder.close();
      return vectors;
    };
    const images = await vectorsOf("clip", "image", [image(bytes)]);
    close(Array.from(images), Array.from(await vectorsOf("image", "image", [image(bytes)])));
    const texts = await vectorsOf("clip", "text", [text("red cat"), text("the cat sleeps under the tree")]);
    close(rowOf(texts, 0, IMAGE_DIMENSIONS), Array.from(await vectorsOf("clip", "text", [text("cat red")])));
    const pairs = await vectorsOf("clip", "pair", [{ kind: "pair", bytes, text: "red cat" }]);
    close(Array.from(pairs), [...images, ...rowOf(texts, 0, IMAGE_DIMENSIONS)]);
  });
}

test("a graph that takes bytes, or halves, gives the vectors of the same graph over numbers", async (t) => {
  const root = testFolder(t);
  writeTinyImageEncoder(path.join(root, "float32"));
  for (const type of ["uint8", "float16"] as const) writeTypedImageEncoder(path.join(root, type), type);
  const contents = [image(await blocks(6)), image(await blocks(7, 30, 90))];
  const vectorsOf = async (name: string): Promise<number[]> => {
    const encoder = await openHuggingFaceEncoder(path.join(root, name), "image");
    const { vectors } = await encoder.encode(contents);
    await encoder.close();
    return Array.from(vectors);
  };
  const expected = await vectorsOf("float32");
  close(await vectorsOf("uint8"), expected, 1e-5);
  close(await vectorsOf("float16"), expected, 2e-3);
});

test("a vector is the same in every batch, whatever runs the batch is cut into", async (t) => {
  const root = testFolder(t);
  writeTinyImageEncoder(path.join(root, "image"));
  writeTinyTextEncoder(path.join(root, "text"));
  const images = await Promise.all(Array.from({ length: 70 }, async (_, i) => image(await blocks(i + 1, 20 + (i % 5), 20))));
  const texts = Array.from({ length: 300 }, (_, i) => text(wordsOf(1 + (i * 7) % 90, i)));
  for (const [kind, contents] of [["image", images], ["text", texts]] as const) {
    await withEncoder(path.join(root, kind), kind, async (encoder) => {
      const alone = [];
      for (const content of contents) alone.push(...(await encoder.encode([content])).vectors);
      // Sizes are being tried meanwhile.
      for (let round = 0; round < 4; round++) close(Array.from((await encoder.encode(contents)).vectors), alone, 1e-5);
    });
  }
});

test("a cancel is heeded between runs", async (t) => {
  const folder = path.join(testFolder(t), "text");
  writeTinyTextEncoder(folder);
  await withEncoder(folder, "text", async (encoder) => {
    const controller = new AbortController();
    const pending = await encoder.prepare(Array.from({ length: 200 }, (_, i) => text(wordsOf(30, i))));
    setImmediate(() => { controller.abort(); });
    await assert.rejects(pending(controller.signal), CancelledError);
  });
});

test("name and threshold stand in config.json, and may be wrong there", async (t) => {
  const folder = path.join(testFolder(t), "image");
  writeTinyImageEncoder(folder);
  const config = path.join(folder, "config.json");
  fs.writeFileSync(config, JSON.stringify({ model_type: "vit", infomax: { name: "small eyes", near_duplicate_threshold: 0.83 } }));
  await withEncoder(folder, "image", (encoder) => Promise.resolve(assert.deepEqual([encoder.name, encoder.defaultThreshold], ["small eyes", 0.83])));
  fs.writeFileSync(config, JSON.stringify({ infomax: { near_duplicate_threshold: 3 } }));
  await assert.rejects(openHuggingFaceEncoder(folder, "image"), unavailable(/near_duplicate_threshold/));
});

test("a provider that this machine lacks is one clear error, and never another in its place", async (t) => {
  const folder = path.join(testFolder(t), "image");
  writeTinyImageEncoder(folder);
  const { listSupportedBackends } = await loadOnnxRuntime();
  const names: readonly string[] = listSupportedBackends().map(({ name }) => name);
  const lacking = names.includes("coreml") ? "directml" : "coreml";
  await assert.rejects(openHuggingFaceEncoder(folder, "image", { execution: { provider: lacking } }), unavailable(new RegExp(`${lacking} is not available on ${process.platform}-${process.arch}.*cpu`)));
  const encoder = await openHuggingFaceEncoder(folder, "image", { execution: { threads: 1 } });
  assert.equal((await encoder.encode([image(await blocks(1))])).failures.size, 0);
  await encoder.close();
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
    await keyOf("external below", (folder) => {
      fs.mkdirSync(path.join(folder, "onnx", "data"));
      fs.writeFileSync(path.join(folder, "onnx", "data", "weights.bin"), "weights below the graph");
    }),
    await keyOf("image", () => undefined, "image"),
    await keyOf("preprocessing", (folder) => {
      const file = path.join(folder, "preprocessor_config.json");
      fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"resample":2', '"resample":3'));
    }, "image"),
  ];
  assert.equal(new Set([plain, ...others]).size, 7);
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
