import type { SimilarityGraph } from "../neighbors/neighborGraph.ts";
import type { Contents } from "./contents.ts";

/**
 * The InfoMax programme (Tan et al., arXiv 2506.01701, eq. 5): maximise
 * `F(x) = Σ_i s_i x_i − α Σ_ij K_ij x_i x_j` over binary x with `Σ x_i = p`.
 *
 * Near-duplicates count as one content here, so K is constant between any two contents: between different ones the
 * cosine of their representatives on the k-NN graph; between different samples of one content κ, an implicit clique.
 * With n_A the chosen samples of content A,
 * `F = Σ_i s_i x_i − α Σ_AB K_AB n_A n_B − ακ Σ_A n_A (n_A − 1)`, in O(contents · k + N) memory.
 */
export interface Programme {
  readonly rows: number;
  /** s, one finite number ≥ 0 a sample. */
  readonly scores: Float64Array;
  /** Rows by falling score, lower rows first among equals. */
  readonly byScore: Uint32Array;
  readonly contents: Contents;
  /** K between contents, CSR over `contents.count`. */
  readonly graph: SimilarityGraph;
  readonly alpha: number;
  readonly kappa: number;
}

/** What of a programme does not depend on the budget. */
export interface Ground {
  readonly scores: Float64Array;
  readonly byScore: Uint32Array;
  readonly contents: Contents;
  readonly graph: SimilarityGraph;
  readonly meanScore: number;
  /** Greatest difference of two scores. */
  readonly spread: number;
  readonly meanRowSum: number;
  readonly greatestRowSum: number;
}

/** Sums and order of what a programme is made of. @param scores s, one finite number ≥ 0 a sample */
export function createGround(scores: Float64Array, graph: SimilarityGraph, contents: Contents): Ground {
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
  for (let a = 0; a < graph.rows; a++) {
    let sum = 0;
    for (let e = graph.offsets[a]; e < graph.offsets[a + 1]; e++) sum += graph.values[e];
    rowSums += sum;
    greatestRowSum = Math.max(greatestRowSum, sum);
  }
  return {
    scores, contents, graph, greatestRowSum,
    byScore: Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b),
    meanScore: total > 0 ? total / rows : 1,
    spread: rows > 0 ? most - least : 0,
    meanRowSum: rowSums > 0 ? rowSums / graph.rows : 1,
  };
}

/**
 * Sets α and κ for a budget. `α = β · mean(s) / (ρ · mean row sum of K)` over the k-NN part alone, with ρ = p/N: at
 * β = 1 both terms weigh alike for contents taken at that rate. κ is just above the value at which the second sample of
 * any content gains as much as the first of any other, whatever one sample of each other content, or all that must be
 * kept of it, adds.
 * @param redundancyWeight β ≥ 0
 * @param budget p in 1 … rows
 * @param fixed rows that must be kept
 */
export function createProgramme(ground: Ground, redundancyWeight: number, budget: number, fixed: Iterable<number> = []): Programme {
  const { scores, byScore, contents, graph, meanScore, spread, meanRowSum } = ground;
  if (!(budget >= 1)) throw new RangeError(`a budget of ${budget} has no programme`);
  const alpha = (redundancyWeight * meanScore) / ((budget / scores.length) * meanRowSum);
  const kappa = alpha > 0 ? (1 + MARGIN) * (spread / (2 * alpha) + greatestSum(ground, fixed)) + (MARGIN * meanScore) / (2 * alpha) : 0;
  return { rows: scores.length, scores, byScore, contents, graph, alpha, kappa };
}

/** How far κ lies above the value at which a repeat and a fresh sample would tie. */
const MARGIN = 1e-6;

/** The greatest row sum of K with one sample of each content, or as many as must be kept of it. */
function greatestSum({ contents, graph, greatestRowSum }: Ground, fixed: Iterable<number>): number {
  const held = new Uint32Array(contents.count);
  let most = 0;
  for (const row of fixed) most = Math.max(most, ++held[contents.of[row]]);
  if (most <= 1) return greatestRowSum;
  let greatest = 0;
  for (let a = 0; a < contents.count; a++) {
    let sum = 0;
    for (let e = graph.offsets[a]; e < graph.offsets[a + 1]; e++) sum += graph.values[e] * Math.max(1, held[graph.columns[e]]);
    greatest = Math.max(greatest, sum);
  }
  return greatest;
}

/** F of a subset, both parts of K counted. @param selected 1 for chosen samples, 0 for the others */
export function objective(programme: Programme, selected: Uint8Array): number {
  const { rows, scores, contents, graph, alpha, kappa } = programme;
  const taken = new Uint32Array(contents.count);
  let importance = 0;
  for (let i = 0; i < rows; i++) {
    if (selected[i] === 0) continue;
    importance += scores[i];
    taken[contents.of[i]]++;
  }
  let redundancy = 0;
  for (let a = 0; a < contents.count; a++) {
    if (taken[a] === 0) continue;
    let sum = kappa * (taken[a] - 1);
    for (let e = graph.offsets[a]; e < graph.offsets[a + 1]; e++) sum += graph.values[e] * taken[graph.columns[e]];
    redundancy += taken[a] * sum;
  }
  return importance - alpha * redundancy;
}
