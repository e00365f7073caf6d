import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { AutoProcessor, RawImage } from "@huggingface/transformers";
import sharp from "sharp";
import { testFolder } from "../dataset/folder.fixture.ts";
import { ImageTensorizer, readImagePreprocessing } from "./imagePreprocessing.ts";

const CLIP = {
  image_processor_type: "CLIPImageProcessor", do_resize: true, size: { shortest_edge: 56 }, resample: 3, do_center_crop: true, crop_size: { height: 56, width: 56 },
  do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.48145466, 0.4578275, 0.40821073], image_std: [0.26862954, 0.26130258, 0.27577711], do_convert_rgb: true,
};
const DINO = { ...CLIP, image_processor_type: "BitImageProcessor", size: { shortest_edge: 64 }, crop_size: { height: 56, width: 56 }, image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const VIT = { image_processor_type: "ViTImageProcessor", do_resize: true, size: { height: 48, width: 40 }, resample: 2, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };

/** A smooth picture, so that resampling filters agree on it. */
async function smooth(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      pixels.set([128 + 100 * Math.sin(5 * u + v), 128 + 90 * Math.cos(4 * v - 2 * u), 128 + 80 * Math.sin(3 * (u + v))].map(Math.round), 3 * (y * width + x));
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer();
}

async function tensorOf(config: unknown, bytes: Uint8Array): Promise<Float32Array> {
  const tensorizer = await ImageTensorizer.create(readImagePreprocessing(config), { order: "nchw", type: "float32" });
  const out = new Float32Array(tensorizer.values);
  await tensorizer.write(bytes, out);
  return out;
}

for (const [name, config] of Object.entries({ CLIP, DINO, VIT })) {
  test(`tensors are those of transformers.js for a processor like ${name}'s`, async (t) => {
    const folder = testFolder(t, { "preprocessor_config.json": JSON.stringify(config) });
    fs.writeFileSync(path.join(folder, "config.json"), "{}");
    const processor = await AutoProcessor.from_pretrained(folder, { local_files_only: true });
    for (const [width, height] of [[80, 80], [100, 72], [72, 100], [70, 139]]) {
      const bytes = await smooth(width, height);
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      const reference = await processor(new RawImage(new Uint8ClampedArray(data), info.width, info.height, 3)) as { pixel_values: { data: Float32Array; dims: number[] } };
      const own = await tensorOf(config, bytes);
      const { data: expected } = reference.pixel_values;
      assert.equal(own.length, expected.length);
      let [dot, a, b, sum] = [0, 0, 0, 0];
      own.forEach((value, i) => {
        dot += value * expected[i];
        a += value * value;
        b += expected[i] * expected[i];
        sum += Math.abs(value - expected[i]);
      });
      assert.ok(dot / Math.sqrt(a * b) > 0.999, `cosine ${dot / Math.sqrt(a * b)} at ${width} × ${height}`);
      assert.ok(sum / own.length < 0.04, `mean difference ${sum / own.length} at ${width} × ${height}`);
    }
  });
}

test("an image of the tensor's own size goes through unchanged, but for scale and order of channels", async () => {
  const pixels = Uint8Array.from({ length: 48 * 40 * 3 }, (_, i) => (i * 71) % 256);
  const bytes = await sharp(pixels, { raw: { width: 40, height: 48, channels: 3 } }).png().toBuffer();
  for (const [settings, value] of [
    [VIT, (byte: number) => byte / 127.5 - 1], [{ ...VIT, do_normalize: false }, (byte: number) => byte / 255], [{ ...VIT, do_normalize: false, do_rescale: false }, (byte: number) => byte],
  ] as const) {
    const tensor = await tensorOf(settings, bytes);
    for (const i of [0, 1, 500, 1919]) for (let c = 0; c < 3; c++) assert.ok(Math.abs(tensor[c * 1920 + i] - value(pixels[3 * i + c])) < 1e-4);
  }
  const flipped = await tensorOf({ ...VIT, do_normalize: false, do_rescale: false, do_flip_channel_order: true }, bytes);
  assert.deepEqual([flipped[0], flipped[1920], flipped[3840]], [pixels[2], pixels[1], pixels[0]]);
});

test("a large JPEG, decoded at a reduced size, gives nearly the tensor of the same picture in full", async () => {
  const picture = await smooth(900, 700);
  const full = await tensorOf(CLIP, picture);
  const jpeg = await tensorOf(CLIP, await sharp(picture).jpeg({ quality: 95 }).toBuffer());
  const mean = full.reduce((sum, value, i) => sum + Math.abs(value - jpeg[i]), 0) / full.length;
  assert.ok(mean < 0.03, `${mean}`);
});

test("defaults are those of the processor in transformers, and old spellings are read", () => {
  const clip = readImagePreprocessing({ feature_extractor_type: "CLIPFeatureExtractor", size: 224, crop_size: 224 });
  assert.deepEqual([clip.width, clip.height, clip.resize.fit, clip.kernel], [224, 224, "cover", "cubic"]);
  assert.ok(Math.abs(clip.scale[0] - 1 / 255 / 0.26862954) < 1e-9);
  const vit = readImagePreprocessing({ feature_extractor_type: "ViTFeatureExtractor", size: 224 });
  assert.deepEqual([vit.resize.fit, vit.kernel, vit.offset[0]], ["fill", "linear", -1]);
  const convnext = readImagePreprocessing({ image_processor_type: "ConvNextImageProcessor", size: { shortest_edge: 224 }, crop_pct: 0.875 });
  assert.deepEqual([convnext.width, convnext.resize.width], [224, 256]);
});

test("what is not done here is refused by name", () => {
  const refused = (change: object, words: RegExp): void => { assert.throws(() => readImagePreprocessing({ ...CLIP, ...change }), words); };
  refused({ do_pad: true }, /do_pad/);
  refused({ resample: 4 }, /resample 4/);
  refused({ size: { longest_edge: 384 } }, /size with longest_edge/);
  refused({ do_center_crop: false }, /different sizes/);
  refused({ crop_size: 64 }, /crop_size is larger/);
  refused({ do_resize: false }, /do_resize/);
  refused({ size_divisor: 32 }, /size_divisor/);
  refused({ image_std: [0, 1, 1] }, /image_std holds a zero/);
  refused({ size: { shortest_edge: 1e9 } }, /shortest_edge/);
  assert.throws(() => readImagePreprocessing([]), /no settings/);
});
