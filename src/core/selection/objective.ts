import type { SimilarityGraph } from "../neighbors/neighborGraph.ts";

/**
 * The InfoMax programme (Tan et al., arXiv 2506.01701, eq. 5): maximise
 * `F(x) = Σ_i s_i x_i − α Σ_ij K_ij x_i x_j` over binary x with `Σ x_i = p`.
 *
 * K has two parts: the k-NN graph, and an implicit clique `K_ij = κ` for all i ≠ j of one near-duplicate cluster,
 * because k-NN lists cannot hold all pairs of a cluster larger than k.
 */
export interface Programme {
  readonly rows: number;
  /** s, one finite number ≥ 0 a sample. */
  readonly scores: Float64Array;
  readonly graph: SimilarityGraph;
  /** Near-duplicate cluster of each sample, −1 for none. */
  readonly clusterOf: Int32Array;
  readonly clusterCount: number;
  readonly alpha: number;
  readonly kappa: number;
}

/**
 * Sets α and κ for a budget. `α = β · mean(s) / (ρ · mean row sum of K)` with ρ = p/N, over the k-NN part alone: at
 * β = 1 both terms weigh alike at x = ρ. κ is the least value at which the second member of any cluster gains less
 * than the first of any other, whatever else is chosen.
 * @param redundancyWeight β ≥ 0
 * @param budget p in 1 … rows
 */
export function createProgramme(
  scores: Float64Array, graph: SimilarityGraph, clusterOf: Int32Array, clusterCount: number,
  redundancyWeight: number, budget: number,
): Programme {
  const rows = scores.length;
  let total = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < rows; i++) {
    total += scores[i];
    least = Math.min(least, scores[i]);
    most = Math.max(most, scores[i]);
  }
  let rowSums = 0;
  let greatestRowSum = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) sum += graph.values[e];
    rowSums += sum;
    greatestRowSum = Math.max(greatestRowSum, sum);
  }
  const meanRowSum = rowSums > 0 ? rowSums / rows : 1;
  const meanScore = total > 0 ? total / rows : 1;
  const alpha = (redundancyWeight * meanScore) / ((budget / rows) * meanRowSum);
  const kappa = alpha > 0 ? (most - least) / (2 * alpha) + greatestRowSum : 0;
  return { rows, scores, graph, clusterOf, clusterCount, alpha, kappa };
}

/** F of a subset, both parts of K counted. @param selected 1 for chosen samples, 0 for the others */
export function objective(programme: Programme, selected: Uint8Array): number {
  const { rows, scores, graph, clusterOf, clusterCount, alpha, kappa } = programme;
  const chosenIn = new Uint32Array(clusterCount);
  let importance = 0;
  let redundancy = 0;
  for (let i = 0; i < rows; i++) {
    if (selected[i] === 0) continue;
    importance += scores[i];
    if (clusterOf[i] >= 0) chosenIn[clusterOf[i]]++;
    for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) {
      if (selected[graph.columns[e]] !== 0) redundancy += graph.values[e];
    }
  }
  for (let c = 0; c < clusterCount; c++) redundancy += kappa * chosenIn[c] * Math.max(0, chosenIn[c] - 1);
  return importance - alpha * redundancy;
}
