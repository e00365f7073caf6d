import type { PairHalves } from "../embedding/encoder.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";

/** Which halves of image-text pairs are compared. */
export type PairUse = "both" | "image" | "text";

export interface ComparedPairs {
  /** L2-normalised rows; zero for the missing ones. */
  readonly matrix: EmbeddingMatrix;
  /** Rows without the half that is compared, and why in plain words. */
  readonly missing: ReadonlyMap<number, string>;
}

/**
 * The vectors that are compared, out of the halves `[a, b]` of each pair: `[a, b] / √2` for both, so that a cosine is
 * the mean of the halves' cosines, or one half alone. With both, a pair that lacks a half is its other half, so that
 * two such pairs compare as their halves do, while a whole pair is at most 1/√2 similar to it.
 * @param halves as an encoder for pairs gives them, each half L2-normalised or zero; may be overwritten
 */
export function comparedPairs(halves: EmbeddingMatrix, imageDimensions: number, use: PairUse): ComparedPairs {
  const { rows, dims, data } = halves;
  const missing = new Map<number, string>();
  if (use !== "both") {
    const from = use === "image" ? 0 : imageDimensions;
    const width = use === "image" ? imageDimensions : dims - imageDimensions;
    const own = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      const half = data.subarray(row * dims + from, row * dims + from + width);
      own.set(half, row * width);
      if (isZero(half)) missing.set(row, `it has no ${use === "image" ? "image" : "text"} to compare, and pairs are compared by it ("pairs")`);
    }
    return { matrix: { rows, dims: width, data: own }, missing };
  }
  for (let row = 0; row < rows; row++) {
    const vector = data.subarray(row * dims, (row + 1) * dims);
    const scale = isZero(vector.subarray(0, imageDimensions)) || isZero(vector.subarray(imageDimensions)) ? 1 : Math.SQRT1_2;
    for (let j = 0; j < dims; j++) vector[j] *= scale;
  }
  return { matrix: halves, missing };
}

function isZero(vector: Float32Array): boolean {
  for (const value of vector) if (value !== 0) return false;
  return true;
}

/** Cosine of the halves of each pair, in [−1, 1]; NaN where one is missing. Both must be of one space. */
export function agreementOf(halves: EmbeddingMatrix, imageDimensions: number): Float64Array {
  const { rows, dims, data } = halves;
  const cosines = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const image = row * dims;
    const text = image + imageDimensions;
    let dot = 0;
    let imageSquare = 0;
    let textSquare = 0;
    for (let j = 0; j < imageDimensions; j++) {
      dot += data[image + j] * data[text + j];
      imageSquare += data[image + j] ** 2;
      textSquare += data[text + j] ** 2;
    }
    cosines[row] = imageSquare === 0 || textSquare === 0 ? NaN : Math.max(-1, Math.min(1, dot / Math.sqrt(imageSquare * textSquare)));
  }
  return cosines;
}

/** Near-duplicate cosine of pairs as they are compared: with both, the mean of the halves', as cosines are means then. */
export function pairThreshold({ imageThreshold, textThreshold }: PairHalves, use: PairUse): number {
  return use === "image" ? imageThreshold : use === "text" ? textThreshold : Math.round(1e4 * (imageThreshold + textThreshold) / 2) / 1e4;
}
