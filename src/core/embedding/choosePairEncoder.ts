import { access } from "node:fs/promises";
import path from "node:path";
import type { Encoder } from "./encoder.ts";
import { PairEncoder } from "./pairEncoder.ts";

/** How encoders are opened. */
export interface PairOpeners {
  /** Both halves from one folder, of a CLIP-style model. */
  readonly whole: (folder: string) => Promise<Encoder>;
  /** One half, as the setting says; null for the built-in one. */
  readonly half: (kind: "image" | "text", encoder: string | null) => Promise<Encoder>;
}

/** What an encoder reads, by its name or by the files in its folder: both, where it is a CLIP-style model. */
export async function halvesOf(encoder: string | null): Promise<{ readonly image: boolean; readonly text: boolean }> {
  const has = (name: string): Promise<boolean> => (encoder === null || !path.isAbsolute(encoder) ? Promise.resolve(false) : access(path.join(encoder, name)).then(() => true, () => false));
  return { image: encoder === "perceptual" || await has("preprocessor_config.json"), text: encoder === "hashed" || await has("tokenizer.json") };
}

/**
 * The encoder for image-text pairs: a folder that reads both gives both; one that reads images or texts alone gives
 * its half, and the built-in encoder the other; without a folder both are built in.
 * @param encoder "perceptual" or "hashed" (one without a learned model), the absolute path of a folder in the Hugging
 *   Face layout, or null
 */
export async function choosePairEncoder(encoder: string | null, open: PairOpeners): Promise<Encoder> {
  const { image: readsImages, text: readsTexts } = await halvesOf(encoder);
  if (encoder !== null && readsImages && readsTexts) return open.whole(encoder);
  // A folder that reads neither is refused by name when it is opened.
  const image = await open.half("image", readsTexts ? null : encoder);
  try {
    return new PairEncoder(image, await open.half("text", readsTexts ? encoder : null), false);
  } catch (thrown) {
    await image.close();
    throw thrown;
  }
}
