/** The encoders that are compared: the built-in learned one, the perceptual descriptor, and any folder that is named. */
import path from "node:path";
import { builtinModelFolder } from "../../src/core/embedding/builtinModels.ts";
import type { Encoder } from "../../src/core/embedding/encoder.ts";
import { openHuggingFaceEncoder } from "../../src/core/embedding/huggingFace.ts";
import { ImageDescriptor } from "../../src/core/embedding/imageDescriptor.ts";

/** An encoder to judge, opened when its turn comes. */
export interface Contestant {
  /** For tables and file names. */
  readonly name: string;
  /** Its model in the Hugging Face layout; null for the descriptor, which has none. */
  readonly folder: string | null;
  /** What a user sets as the encoder. */
  readonly setting: string;
  readonly open: () => Promise<Encoder>;
}

/** @param folders encoders in the Hugging Face layout, besides those of the product */
export async function contestants(folders: readonly string[]): Promise<readonly Contestant[]> {
  const learned = (name: string, folder: string, setting = folder): Contestant => ({ name, folder, setting, open: () => openHuggingFaceEncoder(folder, "image") });
  return [
    learned("built-in", await builtinModelFolder("image"), "builtin"),
    { name: "descriptor", folder: null, setting: "perceptual", open: () => ImageDescriptor.create() },
    ...folders.map((folder) => learned(path.basename(path.resolve(folder)), path.resolve(folder))),
  ];
}

/** Runs work with the encoder open. */
export async function withEncoder<T>(contestant: Contestant, work: (encoder: Encoder) => Promise<T>): Promise<T> {
  const encoder = await contestant.open();
  try {
    return await work(encoder);
  } finally {
    await encoder.close();
  }
}
