import type { SampleKind } from "../dataset/dataset.ts";
import { InfomaxError } from "../errors.ts";
import type { Encoder } from "./encoder.ts";
import { HashedText } from "./hashedText.ts";
import { openHuggingFaceEncoder } from "./huggingFace.ts";
import { ImageDescriptor } from "./imageDescriptor.ts";

/**
 * The encoder for a kind of samples: the one in a local folder when given, else the built-in one.
 * @param folder absolute path of a folder in the Hugging Face layout, or null
 */
export async function chooseEncoder(kind: SampleKind, folder: string | null, seed: number): Promise<Encoder> {
  if (kind === "vector") {
    throw new InfomaxError("bad-data", "the records have neither text nor images to compare", "Name the text or image field, or import vectors with embeddings.");
  }
  if (folder !== null) return openHuggingFaceEncoder(folder, kind);
  return kind === "image" ? ImageDescriptor.create() : new HashedText(seed);
}
