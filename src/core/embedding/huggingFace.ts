import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { SampleContent } from "../dataset/dataset.ts";
import { loadSharp, MOST_PIXELS } from "../dataset/imageDecoder.ts";
import { InfomaxError, messageOf } from "../errors.ts";
import type { EncodedBatch, Encoder } from "./encoder.ts";

type Transformers = typeof import("@huggingface/transformers");

/** ONNX files that are looked for under `onnx/`, in this order, with the name transformers.js gives each precision. */
const MODEL_FILES = [["model.onnx", "fp32"], ["model_fp16.onnx", "fp16"], ["model_quantized.onnx", "q8"], ["model_int8.onnx", "int8"]] as const;

async function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

const unavailable = (folder: string, problem: string, cause?: unknown): InfomaxError => new InfomaxError(
  "encoder-unavailable", problem,
  "Give a folder in the Hugging Face layout: config.json, onnx/model.onnx, and tokenizer.json with tokenizer_config.json for texts or preprocessor_config.json for images.", { file: folder }, cause);

/** A tensor as transformers.js returns it. */
interface TensorLike {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

function isTensor(value: unknown): value is TensorLike {
  return typeof value === "object" && value !== null && "dims" in value && "data" in value && value.data instanceof Float32Array;
}

/**
 * Opens an encoder from a local folder in the Hugging Face layout through transformers.js. Nothing is downloaded.
 * Vectors are the model's own pooled output where it has one, else the mean of the last hidden state (for texts over
 * the tokens that are no padding), L2-normalised.
 * @param kind what it must be able to read
 */
export async function openHuggingFaceEncoder(folder: string, kind: "image" | "text"): Promise<Encoder> {
  const found = await stat(folder).catch(() => null);
  if (found === null || !found.isDirectory()) throw unavailable(folder, "there is no such encoder folder");
  const needed = ["config.json", ...(kind === "image" ? ["preprocessor_config.json"] : ["tokenizer.json", "tokenizer_config.json"])];
  for (const file of needed) {
    if (!(await exists(path.join(folder, file)))) throw unavailable(folder, `the encoder has no ${file}, so it cannot read ${kind === "image" ? "images" : "texts"}`);
  }
  let model: (typeof MODEL_FILES)[number] | undefined;
  for (const candidate of MODEL_FILES) {
    if (model === undefined && await exists(path.join(folder, "onnx", candidate[0]))) model = candidate;
  }
  if (model === undefined) throw unavailable(folder, "the encoder has no onnx/model.onnx");
  const transformers = await import("@huggingface/transformers");
  const { env } = transformers;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  // Files come from the folder alone, never from what another program left in the library's cache.
  env.useFSCache = false;
  const key = await digestFiles(await filesOf(folder, [...needed, `onnx/${model[0]}`]));
  try {
    return await HuggingFaceEncoder.open(transformers, path.resolve(folder), model[1], kind, `hugging-face-1/${kind}/${key}`);
  } catch (thrown) {
    if (thrown instanceof InfomaxError) throw thrown;
    throw unavailable(folder, `the encoder could not be loaded (${messageOf(thrown)})`, thrown);
  }
}

/** The named files, and the weights that lie beside the model (`model.onnx_data`), sorted. */
async function filesOf(folder: string, names: readonly string[]): Promise<string[]> {
  const files = names.map((name) => path.join(folder, name));
  for (const name of await readdir(path.join(folder, "onnx"))) if (/_data(_\d+)?$/.test(name)) files.push(path.join(folder, "onnx", name));
  return files.sort();
}

async function digestFiles(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${path.basename(file)}\0`);
    for await (const part of createReadStream(file)) hash.update(part as Buffer);
  }
  return hash.digest("hex");
}

class HuggingFaceEncoder implements Encoder {
  readonly name: string;
  readonly key: string;
  readonly dimensions: number;
  readonly batchSize = 32;
  readonly defaultThreshold = 0.95;
  private readonly run: (contents: readonly SampleContent[]) => Promise<Float32Array>;
  private readonly dispose: () => Promise<void>;

  private constructor(name: string, key: string, dimensions: number, run: HuggingFaceEncoder["run"], dispose: () => Promise<void>) {
    this.name = name;
    this.key = key;
    this.dimensions = dimensions;
    this.run = run;
    this.dispose = dispose;
  }

  /** @param folder absolute path: transformers.js then reads it as it stands, whatever other encoders are being opened */
  static async open(transformers: Transformers, folder: string, dtype: (typeof MODEL_FILES)[number][1], kind: "image" | "text", key: string): Promise<HuggingFaceEncoder> {
    const options = { dtype, device: "cpu", local_files_only: true } as const;
    const model = await transformers.AutoModel.from_pretrained(folder, options);
    const dispose = async (): Promise<void> => { await model.dispose(); };
    let run: HuggingFaceEncoder["run"];
    if (kind === "text") {
      const tokenizer = await transformers.AutoTokenizer.from_pretrained(folder, { local_files_only: true });
      run = async (contents) => {
        const texts = contents.map((content) => (content.kind === "image" ? "" : content.text));
        const inputs: unknown = tokenizer(texts, { padding: true, truncation: true });
        return pooled(await model(inputs), maskOf(inputs));
      };
    } else {
      const processor = await transformers.AutoProcessor.from_pretrained(folder, { local_files_only: true });
      const decode = await loadSharp();
      run = async (contents) => {
        const images = await Promise.all(contents.map(async (content) => {
          const { data, info } = await decode(content.kind === "image" ? content.bytes : new Uint8Array(), { failOn: "error", limitInputPixels: MOST_PIXELS })
            .rotate().removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
          return new transformers.RawImage(new Uint8ClampedArray(data), info.width, info.height, 3);
        }));
        return pooled(await model(await processor(images)), null);
      };
    }
    const probe = await run([kind === "text" ? { kind, text: "a" } : { kind, bytes: ONE_PIXEL }]);
    return new HuggingFaceEncoder(`${path.basename(folder)} (${dtype})`, key, probe.length, run, dispose);
  }

  async encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    const d = this.dimensions;
    const failures = new Map<number, string>();
    const vectors = new Float32Array(contents.length * d);
    try {
      vectors.set(await this.run(contents));
    } catch {
      // One bad sample fails the whole batch: find it by encoding each alone.
      for (let i = 0; i < contents.length; i++) {
        try {
          vectors.set(await this.run([contents[i]]), i * d);
        } catch (thrown) {
          failures.set(i, `it cannot be decoded or encoded (${messageOf(thrown)})`);
        }
      }
    }
    for (let i = 0; i < contents.length; i++) {
      if (failures.has(i)) continue;
      const row = vectors.subarray(i * d, (i + 1) * d);
      let square = 0;
      for (const value of row) square += value * value;
      if (!(square > 0) || !Number.isFinite(square)) {
        row.fill(0);
        failures.set(i, "the encoder gave no usable vector for it");
        continue;
      }
      const scale = 1 / Math.sqrt(square);
      for (let j = 0; j < d; j++) row[j] *= scale;
    }
    return { vectors, failures };
  }

  close(): Promise<void> {
    return this.dispose();
  }
}

function maskOf(inputs: unknown): ArrayLike<bigint | number> | null {
  const mask: unknown = typeof inputs === "object" && inputs !== null && "attention_mask" in inputs ? inputs.attention_mask : null;
  return typeof mask === "object" && mask !== null && "data" in mask && mask.data instanceof BigInt64Array ? mask.data : null;
}

/** One vector a sample, row-major, out of whatever the model returns. */
function pooled(output: unknown, mask: ArrayLike<bigint | number> | null): Float32Array {
  if (typeof output !== "object" || output === null) throw new Error("the model returned nothing");
  const outputs = output as Record<string, unknown>;
  for (const name of ["sentence_embedding", "image_embeds", "text_embeds", "pooler_output", "embeddings"]) {
    const value = outputs[name];
    if (isTensor(value) && value.dims.length === 2) return value.data;
  }
  const hidden = outputs["last_hidden_state"];
  if (!isTensor(hidden) || hidden.dims.length !== 3) throw new Error("the model has no pooled output and no last_hidden_state");
  const [batch, tokens, d] = hidden.dims;
  const out = new Float32Array(batch * d);
  for (let b = 0; b < batch; b++) {
    let counted = 0;
    for (let t = 0; t < tokens; t++) {
      if (mask !== null && Number(mask[b * tokens + t]) === 0) continue;
      counted++;
      for (let j = 0; j < d; j++) out[b * d + j] += hidden.data[(b * tokens + t) * d + j];
    }
    for (let j = 0; j < d; j++) out[b * d + j] /= Math.max(1, counted);
  }
  return out;
}

/** A 1 × 1 PNG, to learn the output's size from. */
const ONE_PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
