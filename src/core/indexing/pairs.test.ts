import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import { resolveConfig, type Config, type ConfigOverrides } from "../config.ts";
import { testFolder } from "../dataset/folder.fixture.ts";
import { chooseEncoder } from "../embedding/chooseEncoder.ts";
import { writeTinyImageEncoder } from "../embedding/tinyEncoder.fixture.ts";
import { PAIR_DIMENSIONS, writeTinyPairEncoder } from "../embedding/tinyPairEncoder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { buildIndex } from "./buildIndex.ts";
import { indexFile, loadIndex, saveIndex } from "./indexCache.ts";
import { agreementOf, comparedPairs, pairThreshold } from "./pairs.ts";

const config = (root: string, overrides: ConfigOverrides = {}): Config => resolveConfig(root, {}, overrides, true);
const COLOURS = { red: "#ff0000", green: "#00ff00", blue: "#0000ff" } as const;

/** A folder as Hugging Face's imagefolder: three plain images and their captions, the last wrong. */
async function captioned(t: TestContext, extra = ""): Promise<string> {
  const root = testFolder(t);
  for (const [name, background] of Object.entries(COLOURS)) {
    await sharp({ create: { width: 16, height: 16, channels: 3, background } }).png().toFile(path.join(root, `${name}.png`));
  }
  const captions = { red: "the red cat", green: "a green tree", blue: "a red house" };
  fs.writeFileSync(path.join(root, "metadata.jsonl"), Object.entries(captions).map(([name, text]) => JSON.stringify({ file_name: `${name}.png`, text })).join("\n") + "\n" + extra);
  return root;
}

function cosine(data: Float32Array, dims: number, i: number, j: number): number {
  let dot = 0;
  for (let d = 0; d < dims; d++) dot += data[i * dims + d] * data[j * dims + d];
  return dot;
}

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test("with both halves a cosine is the mean of the halves' cosines; a lone half compares as itself", () => {
  // Halves of 2 and 3 dimensions: two whole pairs, two without a text, one without an image.
  const halves = (): Float32Array => Float32Array.from([
    1, 0, 0, 1, 0,
    0.6, 0.8, 0, 0.8, 0.6,
    1, 0, 0, 0, 0,
    0.6, 0.8, 0, 0, 0,
    0, 0, 0, 1, 0,
  ]);
  const { matrix, missing } = comparedPairs({ rows: 5, dims: 5, data: halves() }, 2, "both");
  assert.equal(missing.size, 0);
  for (let row = 0; row < 5; row++) near(cosine(matrix.data, 5, row, row), 1);
  near(cosine(matrix.data, 5, 0, 1), (0.6 + 0.8) / 2);
  near(cosine(matrix.data, 5, 2, 3), 0.6);
  near(cosine(matrix.data, 5, 0, 2), Math.SQRT1_2);
  near(cosine(matrix.data, 5, 2, 4), 0);
  const images = comparedPairs({ rows: 5, dims: 5, data: halves() }, 2, "image");
  assert.deepEqual([images.matrix.dims, ...images.missing.keys()], [2, 4]);
  near(cosine(images.matrix.data, 2, 0, 1), 0.6);
  const texts = comparedPairs({ rows: 5, dims: 5, data: halves() }, 2, "text");
  assert.deepEqual([texts.matrix.dims, ...texts.missing.keys()], [3, 2, 3]);
  near(cosine(texts.matrix.data, 3, 0, 1), 0.8);
  assert.match([...texts.missing.values()].join(), /no text/);
});

test("agreement is the cosine of the halves, and none where one is missing", () => {
  const halves = { rows: 3, dims: 4, data: Float32Array.from([1, 0, 0.6, 0.8, 0, 1, 0, -1, 1, 0, 0, 0]) };
  const agreement = agreementOf(halves, 2);
  near(agreement[0], 0.6);
  near(agreement[1], -1);
  assert.ok(Number.isNaN(agreement[2]));
  const thresholds = { imageDimensions: 2, imageThreshold: 0.96, textThreshold: 0.86, sharedSpace: false };
  assert.deepEqual((["both", "image", "text"] as const).map((use) => pairThreshold(thresholds, use)), [0.91, 0.96, 0.86]);
});

test("built-in encoders: changing what is compared embeds nothing again", async (t) => {
  const root = await captioned(t, '{"file_name":"blue.png","text":"a red house"}\n');
  const storage = testFolder(t);
  const both = await buildIndex(root, config(root), storage);
  assert.deepEqual([both.dataset.kind, both.dataset.count, both.agreement], ["pair", 4, null]);
  assert.equal(both.digests[2], both.digests[3], "the same image and the same text");
  assert.equal(new Set(both.digests).size, 3);
  const logs = (): string[] => fs.readdirSync(storage).filter((name) => name.startsWith("vectors-")).map((name) => `${name} ${fs.statSync(path.join(storage, name)).size}`);
  const written = logs();
  const image = await buildIndex(root, config(root, { pairs: "image" }), storage);
  const text = await buildIndex(root, config(root, { pairs: "text" }), storage);
  assert.deepEqual(logs(), written);
  assert.equal(image.matrix.dims + text.matrix.dims, both.matrix.dims);
  near(cosine(both.matrix.data, both.matrix.dims, 0, 2), (cosine(image.matrix.data, image.matrix.dims, 0, 2) + cosine(text.matrix.data, text.matrix.dims, 0, 2)) / 2);
  assert.ok(Math.abs(both.encoder.defaultThreshold - (image.encoder.defaultThreshold + text.encoder.defaultThreshold) / 2) <= 5e-5);
  const image_ = await chooseEncoder("image", config(root));
  assert.equal(image.encoder.defaultThreshold, image_.defaultThreshold);
  await image_.close();
});

test("a CLIP-style encoder gives agreement, and clip-score ranks a wrong caption lowest", async (t) => {
  const root = await captioned(t, '{"text":"the blue sky"}\n{"file_name":"red.png","text":""}\n');
  const storage = testFolder(t);
  const encoder = path.join(testFolder(t), "clip");
  writeTinyPairEncoder(encoder);
  const settings = config(root, { encoder, importance: "clip-score" });
  const index = await buildIndex(root, settings, storage);
  assert.equal(index.matrix.dims, 2 * PAIR_DIMENSIONS);
  assert.ok(index.agreement !== null);
  assert.ok(index.agreement[0] > 0.8 && index.agreement[1] > 0.8 && index.agreement[2] < 0, String(index.agreement));
  assert.deepEqual([...index.agreement].map(Number.isNaN), [false, false, false, true, true]);
  const scores = index.importance.values;
  near(scores[0], 2.5 * index.agreement[0]);
  assert.deepEqual([...scores.subarray(2)], [0, 0, 0]);
  await saveIndex(indexFile(storage, root, settings), index);
  assert.deepEqual(await loadIndex(indexFile(storage, root, settings), root, settings), index);
  const images = await buildIndex(root, config(root, { encoder, pairs: "image" }), storage);
  assert.equal(images.dataset.count, 4);
  assert.deepEqual(images.dataset.rejected.map(({ file, line }) => [file, line]), [["metadata.jsonl", 4]]);
  assert.equal(images.agreement?.length, 4);
});

test("an encoder that reads images alone is joined with the built-in one for texts, and cannot score agreement", async (t) => {
  const root = await captioned(t);
  const encoder = path.join(testFolder(t), "images");
  writeTinyImageEncoder(encoder);
  const joined = await chooseEncoder("pair", config(root, { encoder }));
  assert.match(joined.name, /images .*and /);
  assert.equal(joined.pair?.sharedSpace, false);
  await joined.close();
  await assert.rejects(buildIndex(root, config(root, { encoder, importance: "clip-score" }), testFolder(t)), (thrown) =>
    thrown instanceof InfomaxError && thrown.code === "bad-importance" && /CLIP-style encoder/.test(thrown.message));
});
