import type { Sharp, SharpOptions } from "sharp";
import { InfomaxError, messageOf } from "../errors.ts";
import { decodeBmp, isBmp } from "./bmp.ts";

/** Refuses images above 30,000 × 30,000 pixels, which only serve to exhaust memory. */
export const MOST_PIXELS = 900_000_000;

type SharpModule = (input: Uint8Array, options: { failOn: "error"; limitInputPixels: number }) => Sharp;

let loading: Promise<SharpModule> | undefined;

/**
 * Loads the image decoder once a process; an error names platform and remedy when its native part is missing.
 * It is sharp, and reads BMP besides: like sharp's own, such a failure is an Error in plain words.
 */
export function loadSharp(): Promise<SharpModule> {
  loading ??= import("sharp").then((loaded): SharpModule => {
    const sharp = loaded.default;
    // The decoded pixels are used at once and never twice: libvips's cache would only hold memory.
    sharp.cache(false);
    // Many images at a time, each in one thread: faster in all than few images in several.
    sharp.concurrency(1);
    return (input, options) => {
      if (!isBmp(input)) return sharp(input, options);
      const { data, width, height, channels } = decodeBmp(input, options.limitInputPixels);
      const raw: SharpOptions = { ...options, raw: { width, height, channels } };
      return sharp(data, raw);
    };
  }).catch((thrown: unknown) => {
    loading = undefined;
    throw new InfomaxError(
      "encoder-unavailable", `the image decoder sharp could not be loaded on ${process.platform}-${process.arch}: ${messageOf(thrown)}`,
      "Install the build of InfoMax Inspector for this platform (or run npm install again).", {}, thrown);
  });
  return loading;
}

/** What sharp says where libvips has no words: its messages lie in one buffer of the process, which another image may have emptied. */
const WORDLESS = "Unknown error";
const TURNS = 3;

/**
 * Decodes, and once more where the words of a failure were lost to another image that was read at the same time.
 * @throws Error in words
 */
export async function inWords<T>(decode: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await decode();
    } catch (thrown) {
      if (!(thrown instanceof Error) || thrown.message !== WORDLESS) throw thrown;
      if (turn === TURNS) throw new Error("its data is damaged", { cause: thrown });
    }
  }
}
