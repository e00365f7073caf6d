import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors, type NeighborLists } from "../neighbors/neighborGraph.ts";
import { takeRows, toSimilarity, type EmbeddingMatrix, type SearchOptions } from "../neighbors/neighborSearch.ts";
import { leaderClusters } from "../redundancy/clusters.ts";
import { measured, type Measured } from "./measured.ts";
import { whyNotComparable, whyUnusable } from "./products.ts";

/** Products in float32 round: without slack, exact copies could miss a threshold of 1. */
const ROUNDING = 1e-5;
/** Neighbours of each sample among which its near-duplicates are looked for. */
export const NEAR_DUPLICATE_NEIGHBORS = 20;
const BLOCK = 8192;

/** Content digests of both sides, by row. */
export interface ContentDigests {
  readonly samples: BigUint64Array;
  readonly target: BigUint64Array;
}

/** Samples that are also in the target set, or nearly so. */
export interface TargetLeakage {
  /** Share of the target samples that have a near-duplicate among the samples, exact copies among them, in [0, 1]. */
  readonly nearDuplicate: Measured;
  /** Share of the target samples that have an exact copy among the samples, in [0, 1]; by digests, so it needs them. */
  readonly exact: Measured;
  /** Rows of the samples that are a near-duplicate or a copy of a target sample, ascending: no candidates for selection. */
  readonly rows: Uint32Array;
  /** By entry of `rows`: the row of the nearest target sample, the copy where there is one. */
  readonly of: Uint32Array;
  /** By entry of `rows`: cosine to it, clamped to [0, 1]; 1 for copies. */
  readonly similarity: Float32Array;
  /** By entry of `rows`: 1 for exact copies. */
  readonly isExact: Uint8Array;
}

/**
 * Near-duplicate rate: the share of the samples that come after the first of their near-duplicate cluster,
 * `Σ over clusters (size − 1) / n`, in [0, 1). The clusters are those of the samples by themselves.
 * @param matrix `n × d`, L2-normalised
 * @param threshold cosine of near-duplicates, in (0, 1]
 * @param options with the {@link NEAR_DUPLICATE_NEIGHBORS} nearest of each by exact search, where they are known already
 * @throws RangeError for another threshold; CancelledError
 */
export async function nearDuplicateRate(matrix: EmbeddingMatrix, threshold: number, options: SearchOptions & { readonly lists?: NeighborLists } = {}): Promise<Measured> {
  requireThreshold(threshold);
  const why = whyUnusable(matrix, "samples");
  if (why !== null) return { notDefined: why };
  if (matrix.rows === 1) return { notDefined: "there is 1 sample, and a duplicate needs 2" };
  const lists = options.lists ?? await nearestNeighbors(matrix, await ExactSearch.create(matrix), NEAR_DUPLICATE_NEIGHBORS, options);
  const { members, count } = await leaderClusters(matrix, lists, threshold, options.signal === undefined ? {} : { signal: options.signal });
  return measured((members.length - count) / matrix.rows);
}

/**
 * Test leakage: what of a target set is also among the samples. A target sample and a sample are near-duplicates where
 * their cosine reaches the threshold or their contents have the same digest.
 * @param samples `N × d`, L2-normalised: kept ones to be measured, or the candidates to be cleaned before selection
 * @param target `M × d` from the same encoder, L2-normalised; null where there is none
 * @param threshold cosine of near-duplicates, in (0, 1]
 * @param digests of the contents; null where they are not known
 * @throws RangeError for another threshold; CancelledError
 */
export async function targetLeakage(
  samples: EmbeddingMatrix, target: EmbeddingMatrix | null, threshold: number, digests: ContentDigests | null, options: SearchOptions = {},
): Promise<TargetLeakage> {
  requireThreshold(threshold);
  const why = whyNotComparable(samples, target);
  if (why !== null || target === null) {
    const none: Measured = { notDefined: why ?? "there is no target set" };
    return { nearDuplicate: none, exact: none, rows: new Uint32Array(0), of: new Uint32Array(0), similarity: new Float32Array(0), isExact: new Uint8Array(0) };
  }
  const least = threshold - ROUNDING;
  const toTarget = await nearestOf(samples, target, options);
  const toSamples = await nearestOf(target, samples, options.signal === undefined ? {} : { signal: options.signal });
  const copyOf = digests === null ? null : copies(digests.samples, digests.target);
  const copyIn = digests === null ? null : copies(digests.target, digests.samples);
  let near = 0;
  let exact = 0;
  for (let i = 0; i < target.rows; i++) {
    const isCopied = copyIn !== null && copyIn[i] >= 0;
    if (isCopied) exact++;
    if (isCopied || toSamples.products[i] >= least) near++;
  }
  const rows: number[] = [];
  for (let j = 0; j < samples.rows; j++) if ((copyOf !== null && copyOf[j] >= 0) || toTarget.products[j] >= least) rows.push(j);
  const copied = Int32Array.from(rows, (row) => (copyOf === null ? -1 : copyOf[row]));
  return {
    nearDuplicate: measured(near / target.rows),
    exact: digests === null ? { notDefined: "the digests of the contents are not known" } : measured(exact / target.rows),
    rows: Uint32Array.from(rows),
    of: Uint32Array.from(rows, (row, at) => (copied[at] >= 0 ? copied[at] : toTarget.rows[row])),
    similarity: Float32Array.from(rows, (row, at) => (copied[at] >= 0 ? 1 : toSimilarity(toTarget.products[row]))),
    isExact: Uint8Array.from(copied, (row) => (row >= 0 ? 1 : 0)),
  };
}

function requireThreshold(threshold: number): void {
  if (!(threshold > 0 && threshold <= 1)) throw new RangeError(`a threshold of near-duplicates lies above 0 and up to 1, not at ${threshold}`);
}

/** The most similar row of `among` for each row of a matrix. */
async function nearestOf(matrix: EmbeddingMatrix, among: EmbeddingMatrix, options: SearchOptions): Promise<{ readonly rows: Int32Array; readonly products: Float32Array }> {
  const search = await ExactSearch.create(among);
  const rows = new Int32Array(matrix.rows);
  const products = new Float32Array(matrix.rows);
  for (let first = 0; first < matrix.rows; first += BLOCK) {
    const block = Uint32Array.from({ length: Math.min(BLOCK, matrix.rows - first) }, (_, b) => first + b);
    const found = await search.search(takeRows(matrix, block).data, 1, options.signal === undefined ? {} : { signal: options.signal });
    rows.set(found.rows, first);
    products.set(found.similarities, first);
    options.onProgress?.(first + block.length, matrix.rows);
  }
  return { rows, products };
}

/** For each digest the first place of the same among others, −1 for none. */
function copies(digests: BigUint64Array, among: BigUint64Array): Int32Array {
  const first = new Map<bigint, number>();
  for (let row = among.length - 1; row >= 0; row--) first.set(among[row], row);
  return Int32Array.from(digests, (digest) => first.get(digest) ?? -1);
}
