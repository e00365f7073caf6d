import type { Sharp } from "sharp";
import { InfomaxError, messageOf } from "../errors.ts";

/** Refuses images above 30,000 × 30,000 pixels, which only serve to exhaust memory. */
export const MOST_PIXELS = 900_000_000;

type SharpModule = (input: Uint8Array, options: { failOn: "error"; limitInputPixels: number }) => Sharp;

let loading: Promise<SharpModule> | undefined;

/** Loads the image decoder once a process; an error names platform and remedy when its native part is missing. */
export function loadSharp(): Promise<SharpModule> {
  loading ??= import("sharp").then((loaded) => {
    // The decoded pixels are used at once and never twice: libvips's cache would only hold memory.
    loaded.default.cache(false);
    return loaded.default;
  }).catch((thrown: unknown) => {
    loading = undefined;
    throw new InfomaxError(
      "encoder-unavailable", `the image decoder sharp could not be loaded on ${process.platform}-${process.arch}: ${messageOf(thrown)}`,
      "Install the build of InfoMax Inspector for this platform (or run npm install again).", {}, thrown);
  });
  return loading;
}
