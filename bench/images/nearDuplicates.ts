/** Near-duplicate retrieval: which planted copies an encoder finds at the threshold that the product picks, and what it takes for copies wrongly. */
import type { Encoder } from "../../src/core/embedding/encoder.ts";
import { ExactSearch } from "../../src/core/neighbors/exactSearch.ts";
import { nearestNeighbors } from "../../src/core/neighbors/neighborGraph.ts";
import type { EmbeddingMatrix } from "../../src/core/neighbors/neighborSearch.ts";
import { leaderClusters } from "../../src/core/redundancy/clusters.ts";
import { thresholdByEvidence, type ThresholdEvidence } from "../../src/core/redundancy/threshold.ts";
import { visitPairs } from "./allPairs.ts";
import { DISTORTIONS, type Distortion } from "./distortions.ts";
import { IMAGES_A_SOURCE } from "./plantedCopies.ts";

/** The product's default k. */
const NEIGHBORS = 50;
/** Cosines of false pairs are counted in bins this wide. */
const BIN = 1e-5;
const BINS = Math.round(2 / BIN) + 1;

/** Two sources that some of their images join, and the most similar of these. */
export interface FalseSourcePair {
  readonly sources: readonly [number, number];
  readonly images: readonly [number, number];
  readonly similarity: number;
  /** How many pairs of their images are at least as similar as the threshold. */
  readonly pairs: number;
}

/** A cosine, what it finds and what it takes wrongly. */
export interface OperatingPoint {
  readonly threshold: number;
  /** Share of the (source, copy) pairs found, in [0, 1]. */
  readonly recall: number;
}

export interface NearDuplicateReport {
  readonly evidence: ThresholdEvidence;
  /** Share of the (source, copy) pairs at or above the threshold, in [0, 1]. */
  readonly recall: number;
  readonly recallOf: ReadonlyMap<Distortion, number>;
  /** Pairs of images of one source at or above the threshold, copies of each other among them. */
  readonly truePairs: number;
  /** Pairs of images of different sources at or above the threshold: how many, as a share of all reported pairs, and of all pairs of different sources. */
  readonly falsePairs: number;
  readonly falseOfReported: number;
  readonly falseOfAll: number;
  /** Most similar first. */
  readonly falseSourcePairs: readonly FalseSourcePair[];
  /** Share of the sources that lie in one cluster with all their copies. */
  readonly wholeSources: number;
  /** Clusters, and those of them that join images of several sources. */
  readonly clusters: number;
  readonly mixedClusters: number;
  /** The lowest thresholds at which at most 0.1% of the reported pairs, and of all pairs of different sources, are false. */
  readonly atReported: OperatingPoint;
  readonly atAll: OperatingPoint;
  /** Sorted cosines of (source, copy) pairs, and of each image to its nearest of another source. */
  readonly trueSimilarities: Float32Array;
  readonly nearestFalse: Float32Array;
}

const MOST_FALSE = 0.001;
const sourceOf = (image: number): number => Math.floor(image / IMAGES_A_SOURCE);

/** @param matrix rows in the order of {@link import("./plantedCopies.ts").PlantedCopies.images} */
export async function judgeNearDuplicates(matrix: EmbeddingMatrix, encoder: Pick<Encoder, "defaultThreshold">): Promise<NearDuplicateReport> {
  const lists = await nearestNeighbors(matrix, await ExactSearch.create(matrix), NEIGHBORS);
  const evidence = thresholdByEvidence(lists, encoder.defaultThreshold);
  const threshold = evidence.value;
  const sources = matrix.rows / IMAGES_A_SOURCE;

  const copySimilarities: { readonly kind: Distortion; readonly values: Float32Array }[] = DISTORTIONS.map((kind) => ({ kind, values: new Float32Array(sources) }));
  const sameSource = new Float64Array(BINS);
  const otherSource = new Float64Array(BINS);
  const nearestFalse = new Float32Array(matrix.rows).fill(-1);
  const joined = new Map<number, { images: readonly [number, number]; similarity: number; pairs: number }>();
  let falsePairs = 0;
  let truePairs = 0;
  await visitPairs(matrix, (i, j, similarity) => {
    const a = sourceOf(i);
    const b = sourceOf(j);
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((similarity + 1) / BIN)));
    if (a === b) {
      sameSource[bin]++;
      if (similarity >= threshold) truePairs++;
      if (i % IMAGES_A_SOURCE === 0) copySimilarities[j - i - 1].values[a] = similarity;
      return;
    }
    otherSource[bin]++;
    if (similarity > nearestFalse[i]) nearestFalse[i] = similarity;
    if (similarity > nearestFalse[j]) nearestFalse[j] = similarity;
    if (similarity < threshold) return;
    falsePairs++;
    const key = a * sources + b;
    const known = joined.get(key);
    if (known === undefined) joined.set(key, { images: [i, j], similarity, pairs: 1 });
    else {
      known.pairs++;
      if (similarity > known.similarity) Object.assign(known, { images: [i, j], similarity });
    }
  });
  const trueSimilarities = Float32Array.from(copySimilarities.flatMap(({ values }) => Array.from(values))).sort();
  const recallAt = (least: number): number => shareFrom(trueSimilarities, least);
  const clusters = await leaderClusters(matrix, lists, threshold);
  return {
    evidence, recall: recallAt(threshold),
    recallOf: new Map(copySimilarities.map(({ kind, values }) => [kind, shareFrom(values.slice().sort(), threshold)])),
    truePairs, falsePairs, falseOfReported: falsePairs / Math.max(1, falsePairs + truePairs),
    falseOfAll: falsePairs / otherSource.reduce((sum, count) => sum + count, 0),
    falseSourcePairs: [...joined].map(([key, pair]) => ({ sources: [Math.floor(key / sources), key % sources] as const, ...pair })).sort((x, y) => y.similarity - x.similarity),
    ...clusterFigures(clusters, sources),
    ...operatingPoints(sameSource, otherSource, recallAt),
    trueSimilarities, nearestFalse: nearestFalse.sort(),
  };
}

/** Share of the sorted values that are at least `least`. */
function shareFrom(sorted: Float32Array, least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return (sorted.length - low) / sorted.length;
}

function clusterFigures(clusters: { readonly count: number; readonly offsets: Uint32Array; readonly members: Uint32Array; readonly clusterOf: Int32Array }, sources: number) {
  let whole = 0;
  for (let source = 0; source < sources; source++) {
    const own = clusters.clusterOf.subarray(source * IMAGES_A_SOURCE, (source + 1) * IMAGES_A_SOURCE);
    if (own[0] >= 0 && own.every((cluster) => cluster === own[0])) whole++;
  }
  let mixedClusters = 0;
  for (let c = 0; c < clusters.count; c++) {
    const members = clusters.members.subarray(clusters.offsets[c], clusters.offsets[c + 1]);
    if (members.some((image) => sourceOf(image) !== sourceOf(members[0]))) mixedClusters++;
  }
  return { wholeSources: whole / sources, clusters: clusters.count, mixedClusters };
}

/** Walks down from cosine 1 and keeps the last threshold at which no more than 0.1% is false, by either measure. */
function operatingPoints(sameSource: Float64Array, otherSource: Float64Array, recallAt: (least: number) => number): { readonly atReported: OperatingPoint; readonly atAll: OperatingPoint } {
  const all = otherSource.reduce((sum, count) => sum + count, 0);
  let reported = 1;
  let ofAll = 1;
  let wrong = 0;
  let right = 0;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    wrong += otherSource[bin];
    right += sameSource[bin];
    const least = bin * BIN - 1;
    if (wrong <= MOST_FALSE * (wrong + right)) reported = least;
    if (wrong <= MOST_FALSE * all) ofAll = least;
    else break;
  }
  return { atReported: { threshold: reported, recall: recallAt(reported) }, atAll: { threshold: ofAll, recall: recallAt(ofAll) } };
}
