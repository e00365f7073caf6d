import { breathe } from "../breathe.ts";
import { throwIfCancelled } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { rowSimilarity, takeRows, type EmbeddingMatrix, type SearchOptions } from "../neighbors/neighborSearch.ts";
import type { Partition } from "../neighbors/partition.ts";
import type { Clusters } from "./clusters.ts";
import { collectClusters } from "./collectClusters.ts";

/** Products in float32 round: without slack, exact copies could miss a threshold of 1. */
const ROUNDING = 1e-5;
/** What two ways to the same product may differ by. */
const PRODUCT_ROUNDING = 1e-6;
/** Rows between two breaths. */
const STRIDE = 1 << 15;
/** Rows that are compared with all leaders at once: few at first, when there are few leaders to cover them. */
const FIRST_BATCH = 32;
const MOST_BATCH = 256;
/** Leaders of neighbours that a row is tried with before it is compared with all. */
const MOST_TRIES = 6;

/** What is known while clusters are found; by row. */
interface Search {
  readonly least: number;
  /** Entries of the row's list at or above the threshold. */
  readonly within: Uint32Array;
  /** Place of a leader in the order of leaders, −1 for other rows. */
  readonly rank: Int32Array;
  readonly leaders: number[];
  /** The most similar leader known whose list holds the row, or that a comparison found, −1 for none; and the cosine. */
  readonly known: Int32Array;
  readonly knownSimilarity: Float32Array;
  /** The row that last tried a leader. */
  readonly triedBy: Int32Array;
}

/**
 * Leader clustering (Hartigan 1975) at any threshold from the neighbour lists: a sample becomes a leader when no earlier
 * one is within the threshold; then each other sample joins its most similar leader, its representative. So no member is
 * farther than the threshold from its representative, and chains cannot join strangers. Samples with more list entries
 * within the threshold are tried first, lower rows first among equals.
 *
 * Exact lists hold all neighbours within the threshold but for rows whose every entry is that near ("saturated"), so a
 * pair can be missing only where both rows are saturated: these alone are compared with saturated leaders, and only
 * where their list shows none. The clusters are those of comparing all with all, larger than k among them. Much of that
 * is spared by the triangle inequality: leaders are farther apart than the threshold's angle, so one within half of it is
 * the nearest. From approximate lists clusters may miss members, but never have one beyond the threshold.
 */
export class ClusterFinder {
  private readonly matrix: EmbeddingMatrix;
  private readonly lists: NeighborLists;
  private readonly partition: Partition | null;

  private constructor(matrix: EmbeddingMatrix, lists: NeighborLists, partition: Partition | null) {
    this.matrix = matrix;
    this.lists = lists;
    this.partition = partition;
  }

  /**
   * @param matrix L2-normalised rows, not to change while the finder lives
   * @param lists k nearest of each row, within its part where there is a partition
   */
  static create(matrix: EmbeddingMatrix, lists: NeighborLists, partition: Partition | null = null): ClusterFinder {
    return new ClusterFinder(matrix, lists, partition);
  }

  /**
   * Several may be under way at once.
   * @param threshold cosine in (0, 1]
   * @throws CancelledError soon after the signal fires
   */
  async at(threshold: number, options: SearchOptions = {}): Promise<Clusters> {
    const { rows, k } = this.lists;
    const { signal } = options;
    throwIfCancelled(signal);
    const least = threshold - ROUNDING;
    const within = countWithin(this.lists, least);
    const candidates = byFalling(within, k);
    const progress = (done: number): void => options.onProgress?.(done, 2 * candidates.length);
    const search: Search = {
      least, within, rank: new Int32Array(rows).fill(-1), leaders: [], known: new Int32Array(rows).fill(-1), knownSimilarity: new Float32Array(rows), triedBy: new Int32Array(rows).fill(-1),
    };
    // Saturated rows have the most entries within the threshold, so that they stand first.
    const saturated: number[][] = Array.from({ length: this.partition?.count ?? 1 }, () => []);
    let at = 0;
    for (; at < candidates.length && within[candidates[at]] === k; at++) {
      const row = candidates[at];
      if (this.othersOf(row) > k) saturated[this.partition === null ? 0 : this.partition.partOf[row]].push(row);
    }
    const saturatedLeaders: number[][] = [];
    for (const own of saturated) {
      const before = search.leaders.length;
      if (own.length > 0) await this.findSaturated(search, own, signal);
      saturatedLeaders.push(search.leaders.slice(before));
    }
    const isSaturated = new Uint8Array(rows);
    for (const own of saturated) for (const row of own) isSaturated[row] = 1;
    progress(at);
    for (let c = 0; c < candidates.length; c++) {
      const row = candidates[c];
      if (isSaturated[row] === 0 && !hasLeader(search, this.lists, row)) this.lead(search, row);
      if (c % STRIDE === STRIDE - 1) await breathe(signal);
    }
    progress(candidates.length);

    const { leaderOf, similarity } = await this.join(search, candidates, isSaturated, saturatedLeaders, signal);
    progress(2 * candidates.length);
    return collectClusters(candidates, leaderOf, similarity, threshold);
  }

  /**
   * The most similar leader of each candidate. A list that shows a leader shows the most similar; candidates whose list
   * shows none are compared with all saturated leaders of their part, unless one is known to be nearest.
   */
  private async join(
    search: Search, candidates: Uint32Array, isSaturated: Uint8Array, saturatedLeaders: readonly (readonly number[])[], signal: AbortSignal | undefined,
  ): Promise<{ readonly leaderOf: Int32Array; readonly similarity: Float32Array }> {
    const { rows, k, neighbors, similarities } = this.lists;
    const { rank, within, known, knownSimilarity } = search;
    const leaderOf = new Int32Array(rows).fill(-1);
    const similarity = new Float32Array(rows);
    const certain = Math.sqrt((1 + search.least) / 2) + PRODUCT_ROUNDING;
    const open: number[][] = saturatedLeaders.map(() => []);
    for (let c = 0; c < candidates.length; c++) {
      const row = candidates[c];
      if (c % STRIDE === STRIDE - 1) await breathe(signal);
      if (rank[row] >= 0) {
        leaderOf[row] = row;
        similarity[row] = 1;
        continue;
      }
      const first = row * k;
      const end = first + within[row];
      let from = first;
      while (from < end && rank[neighbors[from]] < 0) from++;
      if (from < end) {
        let leader = neighbors[from];
        const nearest = similarities[from];
        for (from++; from < end && similarities[from] === nearest; from++) {
          if (rank[neighbors[from]] >= 0 && rank[neighbors[from]] < rank[leader]) leader = neighbors[from];
        }
        leaderOf[row] = leader;
        similarity[row] = nearest;
        // A list that ends among equals may have left out a leader that is as near.
        if (isSaturated[row] === 0 || nearest > similarities[end - 1] || nearest >= certain) continue;
      } else {
        if (knownSimilarity[row] < certain) this.tryLeaders(search, row, certain);
        leaderOf[row] = known[row];
        similarity[row] = knownSimilarity[row];
        if (similarity[row] >= certain) continue;
      }
      open[this.partition === null ? 0 : this.partition.partOf[row]].push(row);
    }
    for (const [part, own] of open.entries()) {
      if (own.length === 0) continue;
      const leaders = saturatedLeaders[part];
      const exact = await ExactSearch.create(takeRows(this.matrix, leaders), 1);
      for (let start = 0; start < own.length; start += STRIDE) {
        const block = own.slice(start, start + STRIDE);
        const found = await exact.search(takeRows(this.matrix, block).data, 1, signal === undefined ? {} : { signal });
        block.forEach((row, b) => {
          const leader = leaders[found.rows[b]];
          const product = found.similarities[b];
          const isNearer = leaderOf[row] < 0 || product > similarity[row] || (product === similarity[row] && rank[leader] < rank[leaderOf[row]]);
          if (!isNearer) return;
          leaderOf[row] = leader;
          similarity[row] = product;
        });
      }
    }
    return { leaderOf, similarity };
  }

  /** Rows that a row was compared with. */
  private othersOf(row: number): number {
    if (this.partition === null) return this.lists.rows - 1;
    const { partOf, offsets } = this.partition;
    return offsets[partOf[row] + 1] - offsets[partOf[row]] - 1;
  }

  /** Makes a row a leader, and lets the rows in its list know. */
  private lead(search: Search, row: number): void {
    const { k, neighbors, similarities } = this.lists;
    search.rank[row] = search.leaders.push(row) - 1;
    for (let from = row * k, end = from + search.within[row]; from < end; from++) {
      const other = neighbors[from];
      if (similarities[from] <= search.knownSimilarity[other]) continue;
      search.known[other] = row;
      search.knownSimilarity[other] = similarities[from];
    }
  }

  /** Compares a saturated row with leaders of its neighbours until one is as near as `enough`. */
  private tryLeaders({ known, knownSimilarity, triedBy }: Search, row: number, enough: number): boolean {
    const { k, neighbors } = this.lists;
    let tries = 0;
    if (known[row] >= 0) triedBy[known[row]] = row;
    for (let from = row * k, end = from + k; from < end && tries < MOST_TRIES; from++) {
      const leader = known[neighbors[from]];
      if (leader < 0 || triedBy[leader] === row) continue;
      triedBy[leader] = row;
      tries++;
      const product = rowSimilarity(this.matrix, row, leader);
      if (product <= knownSimilarity[row]) continue;
      known[row] = leader;
      knownSimilarity[row] = product;
      if (product >= enough) return true;
    }
    return false;
  }

  /** Finds the leaders among the saturated rows of a part, given in their order. */
  private async findSaturated(search: Search, own: readonly number[], signal: AbortSignal | undefined): Promise<void> {
    const { matrix } = this;
    const { least, known, knownSimilarity } = search;
    const first = search.leaders.length;
    let pending: number[] = [];
    let batch = FIRST_BATCH;
    const isCovered = (row: number): boolean => knownSimilarity[row] >= least || this.tryLeaders(search, row, least);
    const resolve = async (): Promise<void> => {
      const before = search.leaders.length;
      const unsure = pending.filter((row) => !isCovered(row));
      pending = [];
      if (unsure.length === 0) return;
      if (before > first) {
        const exact = await ExactSearch.create(takeRows(matrix, search.leaders.slice(first)), 1);
        const found = await exact.search(takeRows(matrix, unsure).data, 1, signal === undefined ? {} : { signal });
        unsure.forEach((row, u) => {
          if (found.similarities[u] < least) return;
          known[row] = search.leaders[first + found.rows[u]];
          knownSimilarity[row] = found.similarities[u];
        });
      }
      for (const row of unsure) {
        if (isCovered(row)) continue;
        let covered = hasLeader(search, this.lists, row);
        for (let l = before; l < search.leaders.length && !covered; l++) covered = rowSimilarity(matrix, row, search.leaders[l]) >= least;
        if (!covered) this.lead(search, row);
      }
    };
    for (const [o, row] of own.entries()) {
      if (!isCovered(row)) pending.push(row);
      if (pending.length === batch) {
        await resolve();
        batch = Math.min(MOST_BATCH, 2 * batch);
      } else if (o % STRIDE === STRIDE - 1) await breathe(signal);
    }
    await resolve();
  }
}

/** Whether a row's list has a leader within the threshold. */
function hasLeader({ rank, within }: Search, { k, neighbors }: NeighborLists, row: number): boolean {
  for (let from = row * k, end = from + within[row]; from < end; from++) if (rank[neighbors[from]] >= 0) return true;
  return false;
}

/** Entries of each list at or above a similarity. */
function countWithin({ rows, k, similarities }: NeighborLists, least: number): Uint32Array {
  const within = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const first = i * k;
    let low = 0;
    let high = k;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (similarities[first + middle] >= least) low = middle + 1;
      else high = middle;
    }
    within[i] = low;
  }
  return within;
}

/** Rows with a count above 0 by falling count, lower rows first among equals. */
function byFalling(counts: Uint32Array, most: number): Uint32Array {
  const starts = new Uint32Array(most + 2);
  for (const count of counts) starts[most - count + 1]++;
  for (let c = 0; c <= most; c++) starts[c + 1] += starts[c];
  const rows = new Uint32Array(starts[most]);
  counts.forEach((count, row) => {
    if (count > 0) rows[starts[most - count]++] = row;
  });
  return rows;
}
