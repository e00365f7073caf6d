import { ExactSearch } from "../neighbors/exactSearch.ts";
import { takeRows, toSimilarity, type EmbeddingMatrix, type SearchOptions } from "../neighbors/neighborSearch.ts";
import type { Constraints } from "./constraints.ts";
import type { Programme } from "./objective.ts";

/** Why a sample was dropped; the texts for people are made where they are shown. */
export const DROP_REASONS = ["duplicate", "near-duplicate", "redundant", "low-importance", "class-share", "hardest", "excluded"] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** For each sample its keeper: the most similar kept sample (for kept samples, itself at similarity 1). */
export interface Keepers {
  readonly keeperOf: Uint32Array;
  /** Cosine to the keeper, clamped to [0, 1]. */
  readonly similarity: Float32Array;
}

/**
 * Finds each dropped sample's keeper among all kept ones, exactly; among equals one with the same content wins,
 * so that a copy points at its copy.
 * @param kept rows of the subset, at least one
 * @param selected 1 for the rows in `kept`
 * @param exactGroupOf group of samples with the same content, −1 for none
 */
export async function findKeepers(
  matrix: EmbeddingMatrix, kept: Uint32Array, selected: Uint8Array, exactGroupOf: Int32Array, options: SearchOptions = {},
): Promise<Keepers> {
  const keeperOf = Uint32Array.from({ length: matrix.rows }, (_, i) => i);
  const similarity = new Float32Array(matrix.rows).fill(1);
  const ascending = kept.slice().sort();
  const keptInGroup = new Map<number, number>();
  for (const row of ascending) if (exactGroupOf[row] >= 0 && !keptInGroup.has(exactGroupOf[row])) keptInGroup.set(exactGroupOf[row], row);
  const dropped: number[] = [];
  for (let i = 0; i < matrix.rows; i++) {
    if (selected[i] !== 0) continue;
    const copy = exactGroupOf[i] < 0 ? undefined : keptInGroup.get(exactGroupOf[i]);
    if (copy === undefined) dropped.push(i);
    else keeperOf[i] = copy;
  }
  const search = await ExactSearch.create(takeRows(matrix, ascending));
  const block = 8192;
  for (let start = 0; start < dropped.length; start += block) {
    const rows = dropped.slice(start, start + block);
    const found = await search.search(takeRows(matrix, rows).data, 1, options.signal === undefined ? {} : { signal: options.signal });
    rows.forEach((row, r) => {
      keeperOf[row] = ascending[found.rows[r]];
      similarity[row] = toSimilarity(found.similarities[r]);
    });
    options.onProgress?.(Math.min(dropped.length, start + block), dropped.length);
  }
  return { keeperOf, similarity };
}

/** What samples are by themselves, where a programme is solved with the scores or deferrals of near-duplicates exchanged. */
export interface OwnRanking {
  readonly scores: Float64Array;
  readonly deferred: Float64Array;
}

/**
 * The reason of each dropped sample (index into {@link DROP_REASONS}; 255 for kept ones), judged against τ, the least
 * that a sample adds which was chosen freely: a sample with `s_i > τ` would have been kept but for what is like it. A
 * near-duplicate is one whose keeper is within the threshold, or whose cluster has a kept sample.
 * @param selected 1 for kept rows
 * @param threshold cosine of near-duplicates
 * @param own by which dropped samples are judged; τ is that of the programme
 */
export function dropReasons(
  programme: Programme, constraints: Constraints, selected: Uint8Array, keepers: Keepers, exactGroupOf: Int32Array, threshold: number,
  own: OwnRanking = { scores: programme.scores, deferred: constraints.deferred },
): Uint8Array {
  const { rows, contents, graph, alpha, kappa } = programme;
  const reasons = new Uint8Array(rows).fill(255);
  const taken = new Uint32Array(contents.count);
  for (let i = 0; i < rows; i++) taken[contents.of[i]] += selected[i];
  /** Σ over the chosen of K_ij, for a sample of each content; its own content left out. */
  const beyond = new Float64Array(contents.count);
  for (let a = 0; a < contents.count; a++) {
    for (let e = graph.offsets[a]; e < graph.offsets[a + 1]; e++) beyond[a] += graph.values[e] * taken[graph.columns[e]];
  }
  /** What a sample adds, or would add, to the chosen ones besides itself. */
  const gainOf = (row: number, scores: Float64Array): number => {
    const content = contents.of[row];
    return scores[row] - 2 * alpha * (beyond[content] + (content < contents.clusterCount ? kappa * (taken[content] - selected[row]) : 0));
  };
  let least = Infinity;
  for (let i = 0; i < rows; i++) {
    if (selected[i] !== 0 && constraints.isProtected[i] === 0 && constraints.deferred[i] <= 0) least = Math.min(least, gainOf(i, programme.scores));
  }
  const code = (reason: DropReason): number => DROP_REASONS.indexOf(reason);
  for (let i = 0; i < rows; i++) {
    if (selected[i] !== 0) continue;
    const keeper = keepers.keeperOf[i];
    if (constraints.isExcluded[i] !== 0) reasons[i] = code("excluded");
    else if (exactGroupOf[i] >= 0 && exactGroupOf[i] === exactGroupOf[keeper]) reasons[i] = code("duplicate");
    else if (taken[contents.of[i]] > 0 || keepers.similarity[i] >= threshold) reasons[i] = code("near-duplicate");
    else if (own.deferred[i] > 0) reasons[i] = code("hardest");
    else if (constraints.classPolicy !== "none" && gainOf(i, own.scores) > least) reasons[i] = code("class-share");
    else reasons[i] = code(own.scores[i] > least && gainOf(i, own.scores) < own.scores[i] ? "redundant" : "low-importance");
  }
  return reasons;
}

/** Share of the kept samples that have a near-duplicate among the kept: Σ over clusters of (chosen − 1) / kept. */
export function redundancyLeft(kept: ArrayLike<number>, clusterOf: Int32Array, clusterCount: number): number {
  const chosenIn = new Uint32Array(clusterCount);
  let extra = 0;
  for (let at = 0; at < kept.length; at++) {
    const cluster = clusterOf[kept[at]];
    if (cluster >= 0 && chosenIn[cluster]++ > 0) extra++;
  }
  return kept.length === 0 ? 0 : extra / kept.length;
}
