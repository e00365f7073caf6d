import { breathe } from "../breathe.ts";
import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch } from "./encoder.ts";

/** Messages (cancel among them) are let in after this many characters. */
const BREATH = 1 << 17;

/**
 * Embeds the texts of a batch one by one.
 * @param embed writes a text's L2-normalised vector into zeros; false when the text holds nothing but white space
 * @throws CancelledError soon after the signal fires
 */
export async function embedTexts(
  contents: readonly SampleContent[], dimensions: number, embed: (text: string, out: Float32Array) => boolean, signal?: AbortSignal,
): Promise<EncodedBatch> {
  const vectors = new Float32Array(contents.length * dimensions);
  const failures = new Map<number, string>();
  let characters = 0;
  for (let i = 0; i < contents.length; i++) {
    const content = contents[i];
    if (content.kind !== "text") {
      failures.set(i, "it is no text");
      continue;
    }
    if (!embed(content.text, vectors.subarray(i * dimensions, (i + 1) * dimensions))) failures.set(i, "the text has no characters to compare");
    characters += content.text.length;
    if (characters > BREATH) {
      characters = 0;
      await breathe(signal);
    }
  }
  return { vectors, failures };
}

/** Adds a vector to another so that it has the given length there, and clears it; a zero vector adds nothing. */
export function pour(from: Float32Array, into: Float32Array, length: number): void {
  let square = 0;
  for (let i = 0; i < from.length; i++) square += from[i] * from[i];
  const scale = square > 0 ? length / Math.sqrt(square) : 0;
  for (let i = 0; i < from.length; i++) into[i] += scale * from[i];
  from.fill(0);
}
