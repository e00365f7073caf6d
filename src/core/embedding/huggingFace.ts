import { InfomaxError, messageOf } from "../errors.ts";
import type { Execution } from "../runtime/onnx.ts";
import type { Encoder } from "./encoder.ts";
import { ImageEncoder } from "./imageEncoder.ts";
import { readModelFolder, unavailable, type ModelFolder } from "./modelFolder.ts";
import { OnnxModel } from "./onnxModel.ts";
import { PairEncoder } from "./pairEncoder.ts";
import type { EncoderKind, EncoderUse } from "./presets.ts";
import { TextEncoder } from "./textEncoder.ts";
import type { Tokenizer } from "./tokenReader.ts";

export interface HuggingFaceOptions {
  /** How the model is used, where its own files do not say. */
  readonly use?: Partial<EncoderUse>;
  readonly execution?: Execution;
}

/** The tokenizer of a folder. Nothing is ever fetched. @param folder absolute path, which transformers.js reads as it stands */
async function openTokenizer(folder: string): Promise<Tokenizer> {
  const { AutoTokenizer, env } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  // Files come from the folder alone, never from what another program left in the library's cache.
  env.useFSCache = false;
  return AutoTokenizer.from_pretrained(folder, { local_files_only: true });
}

async function openHalf(folder: ModelFolder, model: OnnxModel): Promise<Encoder> {
  return folder.kind === "image" ? ImageEncoder.open(folder, model) : TextEncoder.open(folder, model, await openTokenizer(folder.folder));
}

/** Runs what opens an encoder: a failure that names no cause of its own is the folder's. */
async function loading<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof InfomaxError) throw thrown;
    throw unavailable(folder, `the encoder could not be loaded (${messageOf(thrown)})`, thrown);
  }
}

async function closing<T>(model: OnnxModel, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    await model.close();
    throw thrown;
  }
}

/**
 * Opens an encoder from a local folder in the Hugging Face layout. Nothing is downloaded.
 *
 * The graph is `onnx/vision_model*.onnx` or `onnx/text_model*.onnx` for its kind, else `onnx/model*.onnx`. Images go
 * through what `preprocessor_config.json` says, texts through the folder's tokenizer; those too long for the model are cut
 * into chunks. Vectors are the model's own pooled output where it has one, or pooled from the last hidden state as `use` or
 * the `1_Pooling` of sentence-transformers says, else its mean over what is no padding; L2-normalised.
 * @param kind what it must be able to read; "pair" gives the vectors of image and text side by side
 * @throws InfomaxError encoder-unavailable
 */
export async function openHuggingFaceEncoder(folder: string, kind: EncoderKind, { use = {}, execution = {} }: HuggingFaceOptions = {}): Promise<Encoder> {
  if (kind === "pair") return openPair(folder, use, execution);
  const found = await readModelFolder(folder, kind, use);
  return loading(folder, async () => {
    const model = await OnnxModel.open(found.modelFile, execution);
    return closing(model, () => openHalf(found, model));
  });
}

/** Both halves of a model for images and texts; a graph for both is in memory once. */
async function openPair(folder: string, use: Partial<EncoderUse>, execution: Execution): Promise<Encoder> {
  const image = await openHuggingFaceEncoder(folder, "image", { use, execution });
  try {
    const text = await openHuggingFaceEncoder(folder, "text", { use, execution });
    return new PairEncoder(image, text, image.dimensions === text.dimensions);
  } catch (thrown) {
    await image.close();
    throw thrown;
  }
}
