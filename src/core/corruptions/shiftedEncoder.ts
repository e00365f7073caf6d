import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch, Encoder } from "../embedding/encoder.ts";
import { InfomaxError } from "../errors.ts";
import type { Corruption } from "./corruption.ts";
import { corruptImage } from "./corruptImage.ts";

/** The content with its image corrupted, or why there is none. */
async function corrupted(content: SampleContent, corruption: Corruption): Promise<SampleContent | string> {
  if (content.kind !== "image" && content.kind !== "pair") return "it is no image";
  // A pair without an image stays one.
  if (content.bytes.length === 0) return content;
  try {
    return { ...content, bytes: await corruptImage(content.bytes, corruption, "bmp") };
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError)) throw thrown;
    return thrown.problem;
  }
}

/**
 * An encoder that sees every image corrupted, and is else the given one: vectors of a shifted target beside those of
 * the target itself. Its key names the corruption, so that the two are never mixed. Closing it closes nothing: the given
 * encoder stays the caller's.
 */
export function shiftedEncoder(encoder: Encoder, corruption: Corruption): Encoder {
  const { kind, severity, seed } = corruption;
  const { dimensions } = encoder;
  const shifted: Encoder = {
    ...(encoder.pair === undefined ? {} : { pair: encoder.pair }),
    name: `${encoder.name} (${kind}, severity ${severity})`,
    key: `${encoder.key}/corrupted-1/${kind}/${severity}/${seed}`,
    dimensions, batchSize: encoder.batchSize, defaultThreshold: encoder.defaultThreshold,
    prepare: async (contents) => {
      const seen = await Promise.all(contents.map((content) => corrupted(content, corruption)));
      const good = seen.filter((content) => typeof content !== "string");
      const pending = await encoder.prepare(good);
      return async (signal) => {
        const found = await pending(signal);
        const vectors = new Float32Array(contents.length * dimensions);
        const failures = new Map<number, string>();
        let at = 0;
        seen.forEach((content, i) => {
          if (typeof content === "string") {
            failures.set(i, content);
            return;
          }
          vectors.set(found.vectors.subarray(at * dimensions, (at + 1) * dimensions), i * dimensions);
          const why = found.failures.get(at++);
          if (why !== undefined) failures.set(i, why);
        });
        return { vectors, failures };
      };
    },
    encode: async (contents): Promise<EncodedBatch> => (await shifted.prepare(contents))(),
    close: () => Promise.resolve(),
  };
  return shifted;
}
