import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { InfomaxError } from "../errors.ts";
import { builtinModelFolder } from "./builtinModels.ts";
import { readWordVectors, StaticText } from "./staticText.ts";

async function builtin(): Promise<StaticText> {
  return StaticText.open(await builtinModelFolder("text"));
}

async function vectorsOf(encoder: StaticText, texts: readonly string[]): Promise<Float32Array[]> {
  const { vectors, failures } = await encoder.encode(texts.map((text) => ({ kind: "text", text })));
  assert.deepEqual([...failures], []);
  return texts.map((_, i) => vectors.subarray(i * encoder.dimensions, (i + 1) * encoder.dimensions));
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** A model file with the given words, two dimensions, row i = (127, i). */
function modelBytes(words: readonly string[]): Buffer {
  const text = Buffer.from(words.join("\n"));
  const header = Buffer.alloc(20);
  header.write("IMTX", "latin1");
  [1, words.length, 2, text.length].forEach((value, i) => header.writeUInt32LE(value, 4 + 4 * i));
  const scales = Buffer.alloc(4 * words.length);
  words.forEach((_, i) => scales.writeFloatLE(0.5, 4 * i));
  return Buffer.concat([header, text, Buffer.alloc((4 - (text.length % 4)) % 4), scales, Buffer.from(words.flatMap((_, i) => [127, i]))]);
}

test("a paraphrase in other words of the same meaning is nearer than a text on something else", async () => {
  const encoder = await builtin();
  for (const [text, near, far] of [
    ["The doctor gave the patient medicine for her disease", "A physician treated sick people with drugs", "The captain sailed his ship across the ocean"],
    ["How much money did the company earn last year", "What were the annual profits of this business", "Which animals live in the tropical forest"],
    ["delete the directory and all its files", "remove folders with everything stored there", "the church was built by monks in medieval times"],
  ]) {
    const [a, b, c] = await vectorsOf(encoder, [text, near, far]);
    assert.ok(cosine(a, b) > cosine(a, c) + 0.07, `${near}: ${cosine(a, b)}; ${far}: ${cosine(a, c)}`);
    assert.ok(cosine(a, b) < encoder.defaultThreshold - 0.2, "and it is no near-duplicate");
  }
});

test("small changes stay within the threshold, in scripts without spaces and code too; different texts do not", async () => {
  const encoder = await builtin();
  for (const [text, same, other] of [
    ["My new bank card has not arrived yet, although I ordered it almost two weeks ago", "my new bank card has not arived yet although I ordered it almost two weeks ago!", "Why was I charged a fee for a transfer to another country?"],
    ["我的新银行卡还没有到，虽然我两周前就订购了，请帮我查一下。", "我的新银行卡还没有到，虽然我两周前就订购啦，请帮我查一下。", "请问我在国外取现金的时候，为什么要收我的手续费？"],
    ["def load_config(path):\n    with open(path) as file:\n        return json.load(file)", "def load_config(path):\n    with open(path) as f:\n        return json.load(f)", "for (let i = 0; i < n; i++) { sum += values[i]; }"],
  ]) {
    const [a, b, c] = await vectorsOf(encoder, [text, same, other]);
    assert.ok(cosine(a, b) > encoder.defaultThreshold, `${same}: ${cosine(a, b)}`);
    assert.ok(cosine(a, c) < encoder.defaultThreshold - 0.25, `${other}: ${cosine(a, c)}`);
  }
});

test("words nobody knows, a single sign and emoji get vectors of length 1; white space alone fails", async () => {
  const encoder = await builtin();
  const texts = ["qzxkvw", "?", "🎉", "the", " \n"];
  const { vectors, failures } = await encoder.encode(texts.map((text) => ({ kind: "text", text })));
  assert.deepEqual([...failures.keys()], [4]);
  texts.forEach((text, i) => {
    const length = Math.hypot(...vectors.subarray(i * encoder.dimensions, (i + 1) * encoder.dimensions));
    assert.ok(text === " \n" ? length === 0 : Math.abs(length - 1) < 1e-5, `${text}: ${length}`);
  });
});

test("a record's vector does not depend on the records before it, long ones and interleaved batches among them", async () => {
  const encoder = await builtin();
  const text = "Change the exchange rate of getUserName() 银行卡";
  const [alone] = await vectorsOf(encoder, [text]);
  const long = "A long record about ships and the sea. ".repeat(8000);
  const [first, second] = await Promise.all([vectorsOf(encoder, [long, "?", text]), vectorsOf(encoder, [text, long])]);
  assert.deepEqual(first[2], alone);
  assert.deepEqual(second[0], alone);
  assert.deepEqual(first[0], second[1]);
});

test("the key names model and seed; a damaged or missing model is said in words that can be acted on", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-text-"));
  try {
    const file = path.join(folder, "model.bin");
    const good = modelBytes(["one", "two", "three"]);
    await writeFile(file, good);
    const { rowOf, dimensions } = await readWordVectors(file);
    assert.deepEqual([rowOf.get("three"), dimensions], [2, 2]);
    const key = (await StaticText.open(folder, 1)).key;
    assert.notEqual((await StaticText.open(folder, 2)).key, key);
    await writeFile(file, modelBytes(["one", "two", "four!"]));
    assert.notEqual((await StaticText.open(folder, 1)).key, key);
    const unavailable = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "encoder-unavailable" && thrown.place.file === file;
    for (const bad of [good.subarray(0, good.length - 1), Buffer.concat([good, Buffer.alloc(1)]), Buffer.from("PK"), Buffer.alloc(64)]) {
      await writeFile(file, bad);
      await assert.rejects(readWordVectors(file), unavailable);
    }
    await rm(file);
    await assert.rejects(StaticText.open(folder), unavailable);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
