import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import sharp, { type Sharp } from "sharp";
import { readPlainJpeg } from "../dataset/plainJpeg.ts";
import { builtinModelFolder } from "./builtinModels.ts";
import { ImageTensorizer, readImagePreprocessing, type ImagePreprocessing, type TensorLayout } from "./imagePreprocessing.ts";
import { OnnxModel } from "./onnxModel.ts";
import { normalize } from "./pooling.ts";

const PLANAR: TensorLayout = { order: "nchw", type: "float32" };
const SIZES = [[32, 32], [50, 50], [64, 64], [100, 100], [128, 128], [200, 120], [120, 200], [256, 256], [397, 211]] as const;

/** A smooth picture, with noise of up to `noise` levels to either side from a fixed sequence. */
function picture(width: number, height: number, noise: number): Sharp {
  let state = 1;
  const pixels = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      [128 + 100 * Math.sin(5 * u + v), 128 + 90 * Math.cos(4 * v - 2 * u), 128 + 80 * Math.sin(3 * (u + v))].forEach((value, c) => {
        state = (state * 1103515245 + 12345) % 2 ** 31;
        pixels[3 * (y * width + x) + c] = Math.max(0, Math.min(255, Math.round(value + noise * (state / 2 ** 30 - 1))));
      });
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function tensorsOf(preprocessing: ImagePreprocessing, layout: TensorLayout, bytes: Uint8Array): Promise<readonly [fast: Float32Array | Uint8Array, sharp: Float32Array | Uint8Array]> {
  const both = await Promise.all([true, false].map(async (isFast) => {
    const tensorizer = await ImageTensorizer.create(preprocessing, layout, isFast);
    const out = tensorizer.allocate(1);
    await tensorizer.write(bytes, out);
    return out;
  }));
  return [both[0], both[1]];
}

/** Mean difference of two tensors. */
function difference(a: Float32Array | Uint8Array, b: Float32Array | Uint8Array): number {
  assert.equal(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length;
}

test("the built-in encoder sees a JPEG the same through libjpeg-turbo and through sharp", async () => {
  const folder = await builtinModelFolder("image");
  const preprocessing = readImagePreprocessing(JSON.parse(await readFile(path.join(folder, "preprocessor_config.json"), "utf8")));
  const model = await OnnxModel.open(path.join(folder, "onnx", "model.onnx"), {});
  const vector = async (data: Float32Array | Uint8Array): Promise<Float32Array> => {
    const result = (await model.run(new Map([["pixel_values", { data, dims: [1, 3, 64, 64] }]]), [model.outputs[0]])).get(model.outputs[0]);
    assert.ok(result !== undefined && normalize(result.data));
    return result.data;
  };
  try {
    for (const noise of [0, 60]) {
      for (const [width, height] of SIZES) {
        for (const progressive of [false, true]) {
          const jpeg = await picture(width, height, noise).jpeg({ quality: 90, progressive }).toBuffer();
          const [fast, slow] = await tensorsOf(preprocessing, PLANAR, jpeg);
          const name = `${width} × ${height}, noise ${noise}`;
          assert.notDeepEqual(fast, slow, `${name} took the way of sharp`);
          assert.ok(difference(fast, slow) < 0.06, `${name}: ${difference(fast, slow)}`);
          const other = await vector(slow);
          const cosine = (await vector(fast)).reduce((sum, value, i) => sum + value * other[i], 0);
          assert.ok(cosine > 0.999, `${name}: cosine ${cosine}`);
        }
      }
    }
  } finally {
    await model.close();
  }
});

test("kernels, cuts, orders of channels and bytes agree with sharp", async () => {
  const clip = { image_processor_type: "CLIPImageProcessor", size: { shortest_edge: 64 }, crop_size: { height: 56, width: 48 }, do_rescale: false, do_normalize: false };
  for (const config of [
    clip, { ...clip, resample: 2 }, { ...clip, do_flip_channel_order: true }, { ...clip, crop_size: 64 },
    { image_processor_type: "ViTImageProcessor", size: { height: 48, width: 40 }, resample: 2, do_rescale: false, do_normalize: false },
  ]) {
    for (const layout of [PLANAR, { order: "nhwc", type: "float32" }, { order: "nhwc", type: "uint8" }] as const) {
      for (const [width, height] of [[38, 44], [90, 90], [201, 120], [131, 257]]) {
        const [fast, slow] = await tensorsOf(readImagePreprocessing(config), layout, await picture(width, height, 0).jpeg({ quality: 90 }).toBuffer());
        assert.notDeepEqual(fast, slow);
        assert.ok(difference(fast, slow) < 1.5, `${JSON.stringify(config)} ${layout.order} ${layout.type} ${width} × ${height}: ${difference(fast, slow)}`);
      }
    }
  }
});

test("what the fast way does not read goes to sharp, and its words are the ones for a broken file", async () => {
  const preprocessing = readImagePreprocessing({ image_processor_type: "ViTImageProcessor", size: 64, resample: 3, do_normalize: false, do_rescale: false });
  for (const [name, jpeg] of [
    ["orientation", await picture(80, 60, 0).withMetadata({ orientation: 6 }).jpeg().toBuffer()], ["profile", await picture(80, 60, 0).withIccProfile("p3").jpeg().toBuffer()],
    ["CMYK", await picture(80, 60, 0).toColourspace("cmyk").jpeg().toBuffer()], ["one side grows, one shrinks", await picture(80, 40, 0).jpeg().toBuffer()],
    ["large", await picture(800, 600, 0).jpeg().toBuffer()], ["PNG", await picture(80, 60, 0).png().toBuffer()],
  ] as const) {
    const [fast, slow] = await tensorsOf(preprocessing, PLANAR, jpeg);
    assert.deepEqual(fast, slow, name);
  }
  const jpeg = await picture(80, 70, 30).jpeg().toBuffer();
  assert.notEqual(readPlainJpeg(jpeg), null);
  for (const length of [jpeg.length >> 1, jpeg.length - 10]) await assert.rejects(tensorsOf(preprocessing, PLANAR, jpeg.subarray(0, length)), /VipsJpeg/);
});
