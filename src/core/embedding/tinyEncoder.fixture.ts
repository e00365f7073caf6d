import fs from "node:fs";
import path from "node:path";
import { encodeModel } from "../runtime/onnxGraph.ts";
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
  const vocabulary = Object.fromEntries(["[PAD]", "[UNK]", ...WORDS].map((word, id) => [word, id]));
  const special = ["[PAD]", "[UNK]"].map((content, id) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  const size = Object.keys(vocabulary).length;
  write(folder, {
    "config.json": JSON.stringify({ model_type: "bert", architectures: ["BertModel"], hidden_size: TEXT_DIMENSIONS, vocab_size: size }),
    "tokenizer.json": JSON.stringify({
      version: "1.0", truncation: null, padding: null, added_tokens: special, normalizer: { type: "Lowercase" }, pre_tokenizer: { type: "Whitespace" },
      post_processor: null, decoder: null, model: { type: "WordLevel", vocab: vocabulary, unk_token: "[UNK]" },
    }),
    "tokenizer_config.json": JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast", pad_token: "[PAD]", unk_token: "[UNK]", model_max_length: MOST_TOKENS }),
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
    "preprocessor_config.json": JSON.stringify({
      image_processor_type: "ViTImageProcessor", do_resize: true, size: { height: IMAGE_SIDE, width: IMAGE_SIDE }, resample: 2,
      do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5],
    }),
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
