import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import type { Clusters } from "./clusters.ts";

/**
 * Which member of a near-duplicate cluster is kept where one of them is: the most important, as the objective decides;
 * the one most like the others; the largest; or the first by path.
 */
export const KEEPER_RULES = ["important", "central", "largest", "first"] as const;
export type KeeperRule = (typeof KEEPER_RULES)[number];

/**
 * Mean cosine of each clustered sample to the other members of its cluster, 0 for lone samples: a product with the sum of
 * their vectors, so that it takes O(members · dims).
 */
export function centrality({ dims, data }: EmbeddingMatrix, clusters: Clusters): Float64Array {
  const { count, offsets, members, clusterOf } = clusters;
  const central = new Float64Array(clusterOf.length);
  const sum = new Float64Array(dims);
  for (let c = 0; c < count; c++) {
    sum.fill(0);
    for (let m = offsets[c]; m < offsets[c + 1]; m++) for (let j = 0, at = members[m] * dims; j < dims; j++, at++) sum[j] += data[at];
    const others = offsets[c + 1] - offsets[c] - 1;
    for (let m = offsets[c]; m < offsets[c + 1]; m++) {
      let product = 0;
      let own = 0;
      for (let j = 0, at = members[m] * dims; j < dims; j++, at++) {
        product += data[at] * sum[j];
        own += data[at] * data[at];
      }
      central[members[m]] = (product - own) / others;
    }
  }
  return central;
}

/** Numbers and text apart, so that img2 comes before img10; the same on every machine. */
const NATURAL = new Intl.Collator("en", { numeric: true });

/**
 * How early each sample stands by the natural order of its file's path, then its line: higher for earlier ones.
 * @param files paths; `fileOf` and `firstLine` say file and line of each sample
 */
export function earliness(files: readonly string[], fileOf: Uint32Array, firstLine: Uint32Array): Float64Array {
  const order = Array.from(files.keys()).sort((a, b) => NATURAL.compare(files[a], files[b]) || (files[a] < files[b] ? -1 : files[a] > files[b] ? 1 : 0));
  const place = new Uint32Array(files.length);
  order.forEach((file, at) => { place[file] = at; });
  // Lines are below 2³².
  return Float64Array.from(fileOf, (file, row) => -(place[file] * 2 ** 32 + firstLine[row]));
}

/** What the choice of a cluster's member respects; all arrays have one entry a sample. */
export interface KeeperChoice {
  /** Higher is preferred; null: the objective decides, but for what is preferred by hand. */
  readonly preference: Float64Array | null;
  /** Rows preferred by hand, which go before the rule and the noise cutoff; of several in a cluster the rule's best. */
  readonly byHand: Iterable<number>;
  /** 1: kept whatever else is. */
  readonly isProtected: Uint8Array;
  /** 1: never kept. */
  readonly isExcluded: Uint8Array;
  /** > 0: left out while others remain, so that others of the cluster are preferred. */
  readonly deferred: Float64Array;
  /** Place of each row among all by falling score: decides between equals. */
  readonly placeByScore: Uint32Array;
}

/** The member that is preferred of each cluster, −1 where the objective decides. Protected and excluded ones are none. O(members). */
export function preferredMembers(clusters: Clusters, choice: KeeperChoice): Int32Array {
  const { preference, isProtected, isExcluded, deferred, placeByScore } = choice;
  const { count, offsets, members, clusterOf } = clusters;
  const preferred = new Int32Array(count).fill(-1);
  const isByHand = new Uint8Array(count);
  const mayBe = (row: number): boolean => isProtected[row] === 0 && isExcluded[row] === 0;
  const goesBefore = (row: number, other: number): boolean => {
    if (other < 0) return true;
    if (preference !== null && preference[row] !== preference[other]) return preference[row] > preference[other];
    return placeByScore[row] < placeByScore[other];
  };
  for (const row of choice.byHand) {
    const cluster = clusterOf[row];
    if (cluster < 0 || !mayBe(row)) continue;
    isByHand[cluster] = 1;
    if (goesBefore(row, preferred[cluster])) preferred[cluster] = row;
  }
  if (preference === null) return preferred;
  for (let c = 0; c < count; c++) {
    if (isByHand[c] !== 0) continue;
    let late = -1;
    for (let m = offsets[c]; m < offsets[c + 1]; m++) {
      const row = members[m];
      if (!mayBe(row)) continue;
      if (deferred[row] <= 0) {
        if (goesBefore(row, preferred[c])) preferred[c] = row;
      } else if (goesBefore(row, late)) late = row;
    }
    if (preferred[c] < 0) preferred[c] = late;
  }
  return preferred;
}

/** Scores, their order and the deferrals by which a programme is solved. */
export interface Ranking {
  readonly scores: Float64Array;
  /** Rows by falling score. */
  readonly byScore: Uint32Array;
  readonly deferred: Float64Array;
}

/** Place of each row in an order of all rows. */
export function placesOf(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  order.forEach((row, place) => { places[row] = place; });
  return places;
}

/**
 * The ranking with each cluster's preferred member in the place of its best: the two exchange score and place (before
 * equals, too), and where a preferred one is deferred and another member is not, their deferrals. So whatever solves
 * the programme takes the preferred member first, and a cluster is worth what it was.
 * @param preferred as {@link preferredMembers} gives it
 */
export function rankPreferred(ranking: Ranking, clusters: Clusters, preferred: Int32Array, { isProtected, isExcluded, placeByScore }: KeeperChoice): Ranking {
  const scores = ranking.scores.slice();
  const byScore = ranking.byScore.slice();
  const deferred = ranking.deferred.slice();
  const { count, offsets, members } = clusters;
  for (let c = 0; c < count; c++) {
    const chosen = preferred[c];
    if (chosen < 0) continue;
    let best = chosen;
    let earliest = chosen;
    for (let m = offsets[c]; m < offsets[c + 1]; m++) {
      const row = members[m];
      if (isProtected[row] !== 0 || isExcluded[row] !== 0) continue;
      const [now, then] = [deferred[row], deferred[earliest]];
      if (now < then || (now === then && placeByScore[row] < placeByScore[earliest])) earliest = row;
    }
    for (let m = offsets[c]; m < offsets[c + 1]; m++) {
      const row = members[m];
      if (isProtected[row] !== 0 || isExcluded[row] !== 0 || (deferred[row] > 0) !== (deferred[earliest] > 0)) continue;
      if (placeByScore[row] < placeByScore[best]) best = row;
    }
    if (deferred[chosen] > deferred[earliest]) [deferred[chosen], deferred[earliest]] = [deferred[earliest], deferred[chosen]];
    if (best === chosen) continue;
    [scores[chosen], scores[best]] = [scores[best], scores[chosen]];
    byScore[placeByScore[best]] = chosen;
    byScore[placeByScore[chosen]] = best;
  }
  return { scores, byScore, deferred };
}
