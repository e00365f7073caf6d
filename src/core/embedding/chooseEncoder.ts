import type { SampleKind } from "../dataset/dataset.ts";
import { checkEncoderFolder } from "../encoders/encoderRecord.ts";
import { InfomaxError } from "../errors.ts";
import type { ExecutionProvider } from "../runtime/onnx.ts";
import { builtinModelFolder } from "./builtinModels.ts";
import { choosePairEncoder } from "./choosePairEncoder.ts";
import type { Encoder } from "./encoder.ts";
import { HashedText } from "./hashedText.ts";
import { openHuggingFaceEncoder } from "./huggingFace.ts";
import { ImageDescriptor } from "./imageDescriptor.ts";
import type { EncoderKind } from "./presets.ts";
import { StaticText } from "./staticText.ts";

/** The settings that choose an encoder and how it is run. */
export interface EncoderSettings {
  /** Null: the built-in one. "perceptual" for images or "hashed" for texts; else the absolute path of a folder. */
  readonly encoder: string | null;
  readonly seed: number;
  readonly threads: number | null;
  readonly provider: ExecutionProvider;
}

/**
 * The encoder for a kind of samples: the one in a local folder, by name one of those without a learned model, or the
 * built-in one.
 * @throws InfomaxError encoder-unavailable, or bad-data for records that no encoder reads
 */
export async function chooseEncoder(kind: SampleKind, settings: EncoderSettings): Promise<Encoder> {
  const { encoder, seed, threads, provider } = settings;
  if (kind === "vector") {
    throw new InfomaxError("bad-data", "the records have neither text nor images to compare", "Name the text or image field, or import vectors with embeddings.");
  }
  if (kind === "pair") {
    return choosePairEncoder(encoder, {
      whole: (folder) => openFolder(folder, kind, settings),
      half: (half, own) => chooseEncoder(half, { ...settings, encoder: own }),
    });
  }
  if (encoder === "perceptual" || encoder === "hashed") {
    const reads = encoder === "perceptual" ? "image" : "text";
    if (kind !== reads) throw new InfomaxError("encoder-unavailable", `the encoder "${encoder}" reads ${reads}s, and these samples are ${kind}s`, "Choose another encoder.");
    return encoder === "perceptual" ? ImageDescriptor.create() : new HashedText(seed);
  }
  if (encoder === null && kind === "text") return StaticText.open(await builtinModelFolder(kind), seed);
  return encoder === null ? openHuggingFaceEncoder(await builtinModelFolder(kind), kind, { execution: { threads, provider } }) : openFolder(encoder, kind, settings);
}

async function openFolder(folder: string, kind: EncoderKind, { threads, provider }: EncoderSettings): Promise<Encoder> {
  const use = await checkEncoderFolder(folder);
  return openHuggingFaceEncoder(folder, kind, { execution: { threads, provider }, ...(use === null ? {} : { use }) });
}
