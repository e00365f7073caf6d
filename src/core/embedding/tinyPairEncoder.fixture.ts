import fs from "node:fs";
import path from "node:path";
import { encodeModel } from "../runtime/onnxGraph.ts";
import { seededRandom } from "../random.ts";
import { writeTinyImageEncoder, writeTinyTextEncoder } from "./tinyEncoder.fixture.ts";

/** Of each half. */
export const PAIR_DIMENSIONS = 16;
/** Ids of red, green and blue in the tiny tokenizer. */
const COLOURS = [4, 5, 6];
const VOCABULARY = 18;
const SIDE = 8;

/**
 * Writes a CLIP-style encoder in the Hugging Face layout, for tests: `vision_model.onnx` gives `image_embeds`,
 * `text_model.onnx` gives `text_embeds`. An image in one colour agrees with that colour's word ("red", "green",
 * "blue") and with no other; other words and other features of images are small random vectors.
 */
export function writeTinyPairEncoder(folder: string, seed = 1): void {
  writeTinyImageEncoder(folder, seed);
  writeTinyTextEncoder(folder, seed);
  fs.rmSync(path.join(folder, "onnx", "model.onnx"));
  fs.writeFileSync(path.join(folder, "config.json"), JSON.stringify({ model_type: "clip", architectures: ["CLIPModel"], projection_dim: PAIR_DIMENSIONS, vision_config: {}, text_config: {} }));
  const random = seededRandom(seed);
  const small = (): number => 0.2 * (random() - 0.5);
  const area = SIDE * SIDE;
  const filters = Float32Array.from({ length: PAIR_DIMENSIONS * 3 * area }, (_, at) => {
    const filter = Math.floor(at / (3 * area));
    return filter < 3 ? (Math.floor(at / area) % 3 === filter ? 1 / area : 0) : small() / Math.sqrt(area);
  });
  const words = Float32Array.from({ length: VOCABULARY * PAIR_DIMENSIONS }, (_, at) => {
    const word = Math.floor(at / PAIR_DIMENSIONS);
    const j = at % PAIR_DIMENSIONS;
    const colour = COLOURS.indexOf(word);
    if (word === 0) return 0;
    return colour < 0 ? small() : j >= 3 ? 0 : j === colour ? 1 : -1;
  });
  fs.writeFileSync(path.join(folder, "onnx", "vision_model.onnx"), encodeModel(
    "tiny_vision",
    [{ name: "pixel_values", type: "float32", shape: ["b", 3, SIDE, SIDE] }],
    [
      { op: "Conv", inputs: ["pixel_values", "filters"], outputs: ["cells"], attributes: { kernel_shape: [SIDE, SIDE], strides: [SIDE, SIDE] } },
      { op: "Flatten", inputs: ["cells"], outputs: ["image_embeds"], attributes: { axis: 1 } },
    ],
    [{ name: "image_embeds", type: "float32", shape: ["b", PAIR_DIMENSIONS] }],
    [{ name: "filters", shape: [PAIR_DIMENSIONS, 3, SIDE, SIDE], data: filters }],
  ));
  fs.writeFileSync(path.join(folder, "onnx", "text_model.onnx"), encodeModel(
    "tiny_words",
    [{ name: "input_ids", type: "int64", shape: ["b", "t"] }, { name: "attention_mask", type: "int64", shape: ["b", "t"] }],
    [
      { op: "Gather", inputs: ["words", "input_ids"], outputs: ["each"], attributes: { axis: 0 } },
      { op: "ReduceMean", inputs: ["each"], outputs: ["text_embeds"], attributes: { axes: [1], keepdims: 0 } },
    ],
    [{ name: "text_embeds", type: "float32", shape: ["b", PAIR_DIMENSIONS] }],
    [{ name: "words", shape: [VOCABULARY, PAIR_DIMENSIONS], data: words }],
  ));
}
