import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { Predictions } from "./predictions.ts";

const TEMPERATURE = 0.07;

/**
 * Nearest class mean: the probability of a class is the softmax over classes of cos(sample, mean of the class) / 0.07
 * (prototypes as in Snell et al. 2017, with cosine). Classes without kept samples get none.
 * @param kept,target L2-normalised rows of the same length
 * @param label class of each kept sample, −1 for none
 */
export function prototypePredictions(kept: EmbeddingMatrix, label: Int32Array, classes: number, target: EmbeddingMatrix): Predictions {
  const { dims } = kept;
  const means = new Float64Array(classes * dims);
  const counts = new Uint32Array(classes);
  for (let row = 0; row < kept.rows; row++) {
    const c = label[row];
    if (c < 0) continue;
    counts[c]++;
    for (let i = 0; i < dims; i++) means[c * dims + i] += kept.data[row * dims + i];
  }
  for (let c = 0; c < classes; c++) {
    let square = 0;
    for (let i = c * dims; i < (c + 1) * dims; i++) square += means[i] * means[i];
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = c * dims; i < (c + 1) * dims; i++) means[i] *= scale;
  }
  const probabilities = new Float32Array(target.rows * classes);
  const cosines = new Float64Array(classes);
  for (let row = 0; row < target.rows; row++) {
    let highest = -Infinity;
    for (let c = 0; c < classes; c++) {
      let dot = 0;
      for (let i = 0; i < dims; i++) dot += means[c * dims + i] * target.data[row * dims + i];
      cosines[c] = counts[c] === 0 ? -Infinity : dot;
      highest = Math.max(highest, cosines[c]);
    }
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const weight = highest === -Infinity ? 1 : Math.exp((cosines[c] - highest) / TEMPERATURE);
      probabilities[row * classes + c] = weight;
      sum += weight;
    }
    for (let c = 0; c < classes; c++) probabilities[row * classes + c] /= sum;
  }
  return { rows: target.rows, classes, probabilities };
}
