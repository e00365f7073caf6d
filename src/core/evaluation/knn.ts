import { ExactSearch } from "../neighbors/exactSearch.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import type { Predictions } from "./predictions.ts";

/** As DINO found best for k-NN classification (Caron et al. 2021, section 4.2.1). */
const K = 20;
const TEMPERATURE = 0.07;

/** The nearest kept samples of each target sample: all that the classifiers by neighbours need. */
export interface NearestKept {
  readonly k: number;
  /** Row-major `targets × k`: places in the kept matrix, −1 where there are fewer. */
  readonly rows: Int32Array;
  /** Cosines in [−1, 1]. */
  readonly similarities: Float32Array;
}

/** @param kept,target L2-normalised rows of the same length */
export async function nearestKept(kept: EmbeddingMatrix, target: EmbeddingMatrix, options: SearchOptions = {}): Promise<NearestKept> {
  const search = await ExactSearch.create(kept);
  try {
    return await search.search(target.data, Math.min(K, kept.rows), options);
  } finally {
    await search.close();
  }
}

/**
 * Weighted k-NN: each of the k nearest kept samples votes for its class with weight exp(cos / 0.07) (Wu et al. 2018).
 * @param label class of each kept sample, −1 for none: those do not vote
 */
export function knnPredictions({ k, rows, similarities }: NearestKept, label: Int32Array, classes: number): Predictions {
  const count = k === 0 ? 0 : rows.length / k;
  const probabilities = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) {
    // Against the nearest, so that no weight overflows.
    const nearest = similarities[i * k];
    let sum = 0;
    for (let r = i * k; r < (i + 1) * k; r++) {
      if (rows[r] < 0 || label[rows[r]] < 0) continue;
      const weight = Math.exp((similarities[r] - nearest) / TEMPERATURE);
      probabilities[i * classes + label[rows[r]]] += weight;
      sum += weight;
    }
    for (let c = 0; c < classes; c++) probabilities[i * classes + c] = sum > 0 ? probabilities[i * classes + c] / sum : 1 / classes;
  }
  return { rows: count, classes, probabilities };
}

/**
 * Guidance without labels: mean over the target samples of the mean cosine to their k nearest kept samples, clamped to
 * [0, 1]. High where the kept samples lie densely around what the model will meet.
 */
export function neighborAffinity({ k, rows, similarities }: NearestKept): number | null {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < rows.length; i += k) {
    let own = 0;
    let found = 0;
    for (let r = i; r < i + k; r++) {
      if (rows[r] < 0) continue;
      own += Math.max(0, Math.min(1, similarities[r]));
      found++;
    }
    if (found === 0) continue;
    sum += own / found;
    count++;
  }
  return count === 0 ? null : sum / count;
}
