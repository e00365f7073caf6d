import fs from "node:fs";
import path from "node:path";
import { encodeModel, type GraphConstant, type GraphNode, type GraphValue } from "../runtime/onnxGraph.ts";
import { seededRandom } from "../random.ts";

export const TEXT_DIMENSIONS = 24;
export const IMAGE_DIMENSIONS = 64;
/** Longer texts are cut to this many tokens. */
export const MOST_TOKENS = 32;
const WORDS = ["a", "the", "red", "green", "blue", "cat", "dog", "house", "runs", "sleeps", "under", "over", "quickly", "slowly", "sky", "tree"];
const IMAGE_SIDE = 8;

function uniform(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random() - 0.5);
}

/** A part of a graph. */
interface Part {
  readonly inputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphValue[];
  readonly constants: readonly GraphConstant[];
}

/** A tokenizer of 16 words and one token a word. */
function tokenizerFiles(): Readonly<Record<string, string>> {
  const vocabulary = Object.fromEntries(["[PAD]", "[UNK]", ...WORDS].map((word, id) => [word, id]));
  const special = ["[PAD]", "[UNK]"].map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  return {
    "tokenizer.json": JSON.stringify({
      version: "1.0", truncation: null, padding: null, added_tokens: special, normalizer: { type: "Lowercase" }, pre_tokenizer: { type: "Whitespace" },
      post_processor: null, decoder: null, model: { type: "WordLevel", vocab: vocabulary, unk_token: "[UNK]" },
    }),
    "tokenizer_config.json": JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast", pad_token: "[PAD]", unk_token: "[UNK]", model_max_length: MOST_TOKENS }),
  };
}

function preprocessorFile(): string {
  return JSON.stringify({
    image_processor_type: "ViTImageProcessor", do_resize: true, size: { height: IMAGE_SIDE, width: IMAGE_SIDE }, resample: 2,
    do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5],
  });
}

function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  fs.mkdirSync(path.join(folder, "onnx"), { recursive: true });
  for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, ...file.split("/")), content);
}

/**
 * Writes a text encoder in the Hugging Face layout, for tests: a word-level tokenizer of 16 words and one embedding
 * lookup, so that its vectors are the means of random word vectors. Padding has a vector of its own, which a right
 * pooling leaves out. The same seed gives the same bytes.
 */
export function writeTinyTextEncoder(folder: string, seed = 1): void {
  const size = WORDS.length + 2;
  write(folder, {
    "config.json": JSON.stringify({ model_type: "bert", architectures: ["BertModel"], hidden_size: TEXT_DIMENSIONS, vocab_size: size }),
    ...tokenizerFiles(),
    "onnx/model.onnx": encodeModel(
      "tiny_text",
      [{ name: "input_ids", type: "int64", shape: ["b", "t"] }, { name: "attention_mask", type: "int64", shape: ["b", "t"] }],
      [{ op: "Gather", inputs: ["words", "input_ids"], outputs: ["last_hidden_state"], attributes: { axis: 0 } }],
      [{ name: "last_hidden_state", type: "float32", shape: ["b", "t", TEXT_DIMENSIONS] }],
      [{ name: "words", shape: [size, TEXT_DIMENSIONS], data: uniform(size * TEXT_DIMENSIONS, seed) }],
    ),
  });
}

/**
 * Writes an image encoder in the Hugging Face layout, for tests: images are scaled to 8 × 8 and go through one
 * convolution of random weights, so that alike images have alike vectors. The same seed gives the same bytes.
 */
export function writeTinyImageEncoder(folder: string, seed = 1): void {
  write(folder, {
    "config.json": JSON.stringify({ model_type: "vit", architectures: ["ViTModel"], hidden_size: IMAGE_DIMENSIONS }),
    "preprocessor_config.json": preprocessorFile(),
    "onnx/model.onnx": encodeModel(
      "tiny_image",
      [{ name: "pixel_values", type: "float32", shape: ["b", 3, IMAGE_SIDE, IMAGE_SIDE] }],
      [
        { op: "Conv", inputs: ["pixel_values", "filters"], outputs: ["cells"], attributes: { kernel_shape: [4, 4], strides: [4, 4] } },
        { op: "Flatten", inputs: ["cells"], outputs: ["image_embeds"], attributes: { axis: 1 } },
      ],
      [{ name: "image_embeds", type: "float32", shape: ["b", IMAGE_DIMENSIONS] }],
      [{ name: "filters", shape: [IMAGE_DIMENSIONS / 4, 3, 4, 4], data: uniform((IMAGE_DIMENSIONS / 4) * 48, seed) }],
    ),
  });
}

/**
 * Writes an image encoder whose graph takes bytes by pixel, or halves, and normalises by itself; its vectors are near those
 * of {@link writeTinyImageEncoder}.
 */
export function writeTypedImageEncoder(folder: string, type: "uint8" | "float16", seed = 1): void {
  writeTinyImageEncoder(folder, seed);
  const isBytes = type === "uint8";
  const side = IMAGE_SIDE;
  write(folder, {
    "onnx/model.onnx": encodeModel(
      "tiny_typed",
      [{ name: "pixel_values", type, shape: isBytes ? ["b", side, side, 3] : ["b", 3, side, side] }],
      [
        { op: "Cast", inputs: ["pixel_values"], outputs: ["numbers"], attributes: { to: 1 } },
        ...(isBytes ? [
          { op: "Transpose", inputs: ["numbers"], outputs: ["planes"], attributes: { perm: [0, 3, 1, 2] } },
          { op: "Mul", inputs: ["planes", "scale"], outputs: ["scaled"] },
          { op: "Sub", inputs: ["scaled", "one"], outputs: ["values"] },
        ] : [{ op: "Identity", inputs: ["numbers"], outputs: ["values"] }]),
        { op: "Conv", inputs: ["values", "filters"], outputs: ["cells"], attributes: { kernel_shape: [4, 4], strides: [4, 4] } },
        { op: "Flatten", inputs: ["cells"], outputs: ["flat"], attributes: { axis: 1 } },
        { op: "Cast", inputs: ["flat"], outputs: ["image_embeds"], attributes: { to: isBytes ? 1 : 10 } },
      ],
      [{ name: "image_embeds", type: isBytes ? "float32" : "float16", shape: ["b", IMAGE_DIMENSIONS] }],
      [
        { name: "filters", shape: [IMAGE_DIMENSIONS / 4, 3, 4, 4], data: uniform((IMAGE_DIMENSIONS / 4) * 48, seed) },
        ...(isBytes ? [{ name: "scale", shape: [1], data: Float32Array.of(2 / 255) }, { name: "one", shape: [1], data: Float32Array.of(1) }] : []),
      ],
    ),
  });
}

/**
 * Writes a CLIP-style encoder: images as in {@link writeTinyImageEncoder}, texts as sums of random word vectors of the same
 * dimension, where padding is zero. "joint" is one graph that demands both inputs, "split" one graph for each.
 */
export function writeTinyClipEncoder(folder: string, exported: "joint" | "split", seed = 1): void {
  const size = WORDS.length + 2;
  const d = IMAGE_DIMENSIONS;
  const words = uniform(size * d, seed + 1);
  words.fill(0, 0, d);
  const images: Part = {
    inputs: [{ name: "pixel_values", type: "float32", shape: ["n", 3, IMAGE_SIDE, IMAGE_SIDE] }],
    nodes: [
      { op: "Conv", inputs: ["pixel_values", "filters"], outputs: ["cells"], attributes: { kernel_shape: [4, 4], strides: [4, 4] } },
      { op: "Flatten", inputs: ["cells"], outputs: ["image_embeds"], attributes: { axis: 1 } },
    ],
    outputs: [{ name: "image_embeds", type: "float32", shape: ["n", d] }],
    constants: [{ name: "filters", shape: [d / 4, 3, 4, 4], data: uniform((d / 4) * 48, seed) }],
  };
  const texts: Part = {
    inputs: [{ name: "input_ids", type: "int64", shape: ["m", "t"] }],
    nodes: [
      { op: "Gather", inputs: ["words", "input_ids"], outputs: ["hidden"], attributes: { axis: 0 } },
      { op: "ReduceMean", inputs: ["hidden"], outputs: ["text_embeds"], attributes: { axes: [1], keepdims: 0 } },
    ],
    outputs: [{ name: "text_embeds", type: "float32", shape: ["m", d] }],
    constants: [{ name: "words", shape: [size, d], data: words }],
  };
  const graph = (name: string, parts: readonly Part[], compared: boolean): Uint8Array => encodeModel(
    name, parts.flatMap((part) => part.inputs), [
      ...parts.flatMap((part) => part.nodes),
      ...(compared ? [{ op: "Gemm", inputs: ["image_embeds", "text_embeds"], outputs: ["logits_per_image"], attributes: { transB: 1 } }] : []),
    ],
    [...parts.flatMap((part) => part.outputs), ...(compared ? [{ name: "logits_per_image", type: "float32" as const, shape: ["n", "m"] }] : [])], parts.flatMap((part) => part.constants));
  write(folder, {
    "config.json": JSON.stringify({ model_type: "clip", architectures: ["CLIPModel"], vision_config: { image_size: IMAGE_SIDE }, text_config: { max_position_embeddings: MOST_TOKENS } }),
    "preprocessor_config.json": preprocessorFile(),
    ...tokenizerFiles(),
    ...(exported === "joint" ? { "onnx/model.onnx": graph("tiny_clip", [images, texts], true) }
      : { "onnx/vision_model.onnx": graph("tiny_vision", [images], false), "onnx/text_model.onnx": graph("tiny_text", [texts], false) }),
  });
}
