import { performance } from "node:perf_hooks";
import * as l10n from "@vscode/l10n";
import type { Config } from "../core/config.ts";
import { ContentReader, takeSamples } from "../core/dataset/content.ts";
import type { Dataset, SampleContent } from "../core/dataset/dataset.ts";
import { labelsAreClasses } from "../core/dataset/labels.ts";
import { chooseEncoder } from "../core/embedding/chooseEncoder.ts";
import { InfomaxError, throwIfCancelled } from "../core/errors.ts";
import { resolveImportance } from "../core/importance/resolveImportance.ts";
import { embed, importVectors, readSource, type Embedded } from "../core/indexing/buildIndex.ts";
import type { DatasetIndex } from "../core/indexing/datasetIndex.ts";
import { ExactSearch } from "../core/neighbors/exactSearch.ts";
import { nearestNeighbors } from "../core/neighbors/neighborGraph.ts";
import { takeRows, type EmbeddingMatrix } from "../core/neighbors/neighborSearch.ts";
import type { Pace } from "../core/pace.ts";
import { seededPermutation } from "../core/random.ts";
import { leaderClusters } from "../core/redundancy/clusters.ts";
import { thresholdByEvidence } from "../core/redundancy/threshold.ts";
import { exactGroups } from "../core/redundancy/exactGroups.ts";
import { parseBudget } from "../core/selection/constraints.ts";
import { distinctInWhole, linearSeconds, meanOf, peakMemory, scaled, total, type Estimate, type Timing } from "../core/selection/pilot.ts";
import { pilotSize, stratifiedSample } from "../core/selection/pilotSample.ts";
import type { PilotParams, PilotResult } from "../protocol/budget.ts";
import { LoadedDataset } from "./loadedDataset.ts";
import { distinctByPatches, searchRate, listsOfSome } from "./pilotSearch.ts";
import { datasetCurve } from "./curve.ts";

export interface PilotOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, done: number, total: number, pace?: Pace) => void;
}

/** Sub-samples on which stages are timed, as shares of the sample. */
const NESTED = [0.25, 0.5, 0.75, 1];
/** They are timed this many times more, as long as all took less than this. */
const REPEATS = 3;
const MOST_TIMING_MS = 1500;
/** Contents that are encoded anew to time the encoder, where most of the sample was in the cache. */
const TIMED_CONTENTS = 200;
/** Runtimes and encoder of a fresh process, which the listing alone has not loaded. */
const RUNTIME_BYTES = 50 * 2 ** 20;
/** Of the samples, where no budget is asked about. */
/** Imported vectors that are compared with all to find the near-duplicate threshold. */
const TELLING_ROWS = 2000;
const DEFAULT_SHARE = 0.3;
/** A share of a file read again, by how full the system's file cache is. */
const READ_AGAIN: Estimate = { value: 1, low: 0.5, high: 1.5 };

/** Blocks into which the embedding of the sample is cut, to see how even its pace is. */
const PACE_BLOCKS = 8;

interface Sampled {
  readonly embedded: Embedded;
  /** Unreadable samples of those that were drawn. */
  readonly unreadable: number;
  /** Seconds of embedding, or importing, the whole from here on. */
  readonly seconds: (samples: number) => Estimate;
  /** All vectors where they are imported, and the row of each sample in them; null where an encoder makes them. */
  readonly whole: { readonly matrix: EmbeddingMatrix; readonly rows: Uint32Array } | null;
}

/**
 * Runs indexing and selection on a random sample, stratified by class, and extrapolates what the whole would take and
 * give. Nothing is written but the sample's embeddings, to the cache, where the full run finds them.
 *
 * Time: reading is measured on the whole; embedding scales with what is not in the cache yet; neighbour search, clustering
 * and keepers by their number of vector pairs, from searches timed against as many vectors as in the whole; scoring and
 * solving by a line through nested sub-samples. The machine is taken to be as busy then as it is now.
 * Redundancy: {@link distinctInWhole}, or, where vectors are imported, {@link distinctByPatches}.
 * @param cacheFolder of the dataset; must exist
 * @throws InfomaxError bad-argument, bad-budget, empty-dataset, and those of indexing
 */
export async function runPilot(datasetPath: string, config: Config, cacheFolder: string, params: PilotParams, options: PilotOptions): Promise<PilotResult> {
  const { signal } = options;
  const start = performance.now();
  const stage = (name: string): { signal?: AbortSignal; onProgress: (done: number, total: number, pace?: Pace) => void } => {
    throwIfCancelled(signal);
    options.onProgress?.(name, 0, 0);
    return { ...(signal === undefined ? {} : { signal }), onProgress: (done, all, pace) => options.onProgress?.(name, done, all, pace) };
  };
  const read = await readSource(datasetPath, config, stage("Reading"));
  const readSeconds = (performance.now() - start) / 1000;
  const hasClasses = labelsAreClasses(read.label);
  const classes = hasClasses ? new Set(read.label).size : 0;
  const rows = stratifiedSample(read.count, hasClasses ? read.label : null, pilotSize(params.pilot, read.count, classes), config.seed);
  const baseBytes = process.memoryUsage().rss - 300 * read.count + RUNTIME_BYTES;
  if (params.budget !== undefined) parseBudget(params.budget, read.count);

  const sampled = config.embeddings === null
    ? await embedSample(read, rows, config, cacheFolder, stage("Embedding the sample"))
    : await importSample(read, rows, config.embeddings, stage("Importing"));
  const { dataset, matrix, encoder } = sampled.embedded;
  if (dataset.count === 0) throw new InfomaxError("empty-dataset", l10n.t("none of the {0} sampled samples could be read", rows.length), l10n.t("Check the files."), { file: datasetPath });
  const samples = Math.max(dataset.count, Math.round((read.count * dataset.count) / rows.length));
  const kept = params.budget === undefined ? null : parseBudget(params.budget, samples);
  stage("Finding neighbours in the sample");
  const partRows = config.partition === "none" ? samples : Math.min(samples, config.partitionSize);
  const rate = await searchRate(matrix, partRows, config.neighbors + 1, signal);
  const nearestRate = await searchRate(matrix, partRows, 1, signal);
  const lists = await nearestNeighbors(matrix, await ExactSearch.create(matrix), config.neighbors, stage("Finding neighbours in the sample"));
  // Imported vectors are all at hand: a few of them against all show what the whole's lists will look like.
  const telling = sampled.whole === null ? lists : await listsOfSome(sampled.whole.matrix, sampled.whole.rows.slice(0, TELLING_ROWS), config.neighbors, signal);
  const threshold = config.threshold === "auto" ? thresholdByEvidence(telling, encoder.defaultThreshold).value : config.threshold;
  const clusters = await leaderClusters(matrix, lists, threshold, signal === undefined ? {} : { signal });
  const clusterSizes = Array.from({ length: clusters.count }, (_, c) => clusters.offsets[c + 1] - clusters.offsets[c]);
  const lone = dataset.count - clusters.members.length;
  const distinct = sampled.whole === null
    ? distinctInWhole(clusterSizes, lone, samples)
    : await distinctByPatches(sampled.whole.matrix, sampled.whole.rows, threshold, stage("Comparing the sample with all vectors"));

  const nested = await tryNested(sampled.embedded, config, kept === null ? DEFAULT_SHARE : kept / samples, nearestRate, stage("Scoring the sample"), signal);
  const budget = kept ?? Math.max(1, Math.round(distinct.value));
  const pairs = neighborPairs(samples, partRows);
  const stages = [
    { stage: "Reading", seconds: { value: readSeconds, low: readSeconds * READ_AGAIN.low, high: readSeconds * READ_AGAIN.high } },
    { stage: sampled.whole === null ? "Embedding" : "Importing", seconds: sampled.seconds(samples) },
    { stage: "Finding neighbours", seconds: { value: rate.value * pairs.value, low: rate.low * pairs.low, high: rate.high * pairs.high } },
    { stage: "Scoring", seconds: linearSeconds(nested.scoring, samples) },
    { stage: "Clustering", seconds: clusteringSeconds(samples, partRows, distinct, nearestRate) },
    { stage: "Selecting", seconds: linearSeconds(nested.selecting, samples) },
    { stage: "Finding keepers", seconds: scaled(nearestRate, budget * (samples - budget)) },
  ];
  const times = samples / dataset.count;
  return {
    samples, sampled: dataset.count, classes, seed: config.seed, unreadable: sampled.unreadable,
    encoder: { name: encoder.name, dimensions: encoder.dimensions }, threshold, stages, seconds: total(stages.map(({ seconds }) => seconds)),
    memoryBytes: peakMemory({ samples, dimensions: matrix.dims, neighbors: config.neighbors, partRows, encoded: sampled.whole === null, budget, baseBytes }),
    redundancy: {
      inSample: 1 - (clusters.count + lone) / dataset.count, distinct,
      share: { value: 1 - distinct.value / samples, low: 1 - distinct.high / samples, high: 1 - distinct.low / samples },
      method: sampled.whole === null ? methodFor(times) : l10n.t("Each sample was compared with all imported vectors, and clusters were formed around some of them."),
    },
    budget: {
      likely: { value: Math.round(distinct.value), low: Math.floor(distinct.low), high: Math.ceil(distinct.high) }, knee: nested.knee,
      requested: kept === null ? null : { kept, sentence: judged(kept, distinct) },
    },
    notes: [
      ...(sampled.unreadable === 0 ? [] : [l10n.t("{0} of the {1} sampled samples could not be read; the whole is taken to have the same share of them", sampled.unreadable, rows.length)]),
      ...(partRows < samples ? [l10n.t("The whole would be split into parts of at most {0}; near-duplicates in different parts are then not seen", partRows.toLocaleString("en-US"))] : []),
      ...nested.notes,
    ],
    spent: (performance.now() - start) / 1000,
  };
}

/** Extrapolation by more than this is uncertain by nature (Chao et al. 2014 go to two or three times). */
const TRUSTED_FACTOR = 3;

function methodFor(times: number): string {
  if (times <= 1.001) return l10n.t("All samples were looked at.");
  const how = l10n.t("Estimated from the sizes of the sample's clusters, as repeats show only where both are in the sample.");
  return times <= TRUSTED_FACTOR ? how
    : `${how} ${l10n.t("The dataset is {0} times the sample: trust the interval, not the middle; the lower end of the redundancy is the safer figure. A larger pilot narrows it.", times.toFixed(times < 10 ? 1 : 0))}`;
}

function judged(kept: number, distinct: Estimate): string {
  if (kept <= distinct.low) return l10n.t("It is below the likely number of distinct contents: near-duplicates need not be kept, and some content goes.");
  if (kept <= distinct.high) return l10n.t("It is about the number of distinct contents: each could be kept once.");
  return l10n.t("It is above the likely number of distinct contents: about {0} or more near-duplicates would be kept.", Math.round(kept - distinct.high).toLocaleString("en-US"));
}

async function embedSample(
  read: Dataset, rows: Uint32Array, config: Config, cacheFolder: string, stage: { signal?: AbortSignal; onProgress: (done: number, total: number, pace?: Pace) => void },
): Promise<Sampled> {
  const drawn = takeSamples(read, rows);
  const pace: Timing[] = [];
  const start = performance.now();
  const embedded = await embed(drawn, config, cacheFolder, {
    ...stage,
    onProgress: (done, all, rate) => {
      pace.push({ samples: done, seconds: (performance.now() - start) / 1000 });
      stage.onProgress(done, all, rate);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const { encoded, known, digests } = embedded;
  const contents = Math.max(1, new Set(digests).size);
  // What was known before may be this very sample, from an earlier pilot: it says no more of the whole than its number.
  const knownShare = Math.min(1 - encoded / contents, (known * (digests.length / contents)) / read.count);
  const fresh = encoded >= contents / 2;
  const encoding = fresh ? pacesOf(pace, encoded / rows.length) : await encodingPace(drawn, config, stage.signal);
  const reading = fresh ? null : meanOf([seconds / rows.length]);
  return {
    embedded, unreadable: embedded.dataset.rejected.length - read.rejected.length, whole: null,
    seconds: (samples) => {
      const left = Math.max(0, samples * (1 - knownShare) - (rows.length * encoded) / contents);
      return total([scaled(encoding, left), ...(reading === null ? [] : [scaled(reading, samples - left)])]);
    },
  };
}

/** Seconds a content, from how long the batches took; `share` of them were encoded. */
function pacesOf(pace: readonly Timing[], share: number): Estimate {
  const every = Math.max(1, Math.floor(pace.length / PACE_BLOCKS));
  const paces: number[] = [];
  // The first batch also loads the encoder, which happens once.
  for (let at = every; at < pace.length; at += every) {
    const [before, now] = [pace[at - every], pace[at]];
    if (now.samples > before.samples) paces.push((now.seconds - before.seconds) / ((now.samples - before.samples) * share));
  }
  const last = pace[pace.length - 1];
  return paces.length === 0 ? meanOf([last.seconds / (last.samples * share)]) : meanOf(paces);
}

/** Seconds a content, timed anew on some whose vectors are known. */
async function encodingPace(drawn: Dataset, config: Config, signal: AbortSignal | undefined): Promise<Estimate> {
  const encoder = await chooseEncoder(drawn.kind, config);
  const reader = new ContentReader(drawn);
  const paces: number[] = [];
  try {
    const order = seededPermutation(drawn.count, config.seed + 1).slice(0, TIMED_CONTENTS).sort();
    const batch = Math.max(1, Math.min(encoder.batchSize, Math.ceil(order.length / PACE_BLOCKS)));
    for (let at = 0; at < order.length; at += batch) {
      throwIfCancelled(signal);
      const start = performance.now();
      const contents: SampleContent[] = [];
      for (const row of order.subarray(at, at + batch)) {
        // Unreadable ones were counted when the sample was embedded.
        const content = await reader.read(row).catch(() => null);
        if (content !== null) contents.push(content);
      }
      if (contents.length === 0) continue;
      await encoder.encode(contents);
      paces.push((performance.now() - start) / 1000 / contents.length);
    }
  } finally {
    await reader.close();
    await encoder.close();
  }
  return meanOf(paces.length > 1 ? paces.slice(1) : paces.length === 1 ? paces : [0]);
}

async function importSample(read: Dataset, rows: Uint32Array, file: string, stage: { readonly signal?: AbortSignal }): Promise<Sampled> {
  const start = performance.now();
  const all = await importVectors(read, file, stage.signal);
  const seconds = (performance.now() - start) / 1000;
  const embedded = { dataset: takeSamples(read, rows), matrix: takeRows(all.matrix, rows), digests: BigUint64Array.from(rows, (row) => all.digests[row]), encoder: all.encoder, agreement: null, sizes: null };
  return { embedded, unreadable: 0, whole: { matrix: all.matrix, rows }, seconds: () => ({ value: seconds, low: seconds * READ_AGAIN.low, high: seconds * READ_AGAIN.high }) };
}

interface Nested {
  readonly scoring: readonly Timing[];
  readonly selecting: readonly Timing[];
  /** Of the whole sample's curve, with the span of the knees of the larger sub-samples. */
  readonly knee: Estimate | null;
  readonly notes: readonly string[];
}

/** Samples that a curve's coverage is found for, at most. */
const CURVE_SAMPLES = 4000;

/** Times scoring and solving on nested sub-samples of the sample, and looks how the knee of the budget curve moves. */
async function tryNested(
  embedded: Embedded, config: Config, budget: number, nearestRate: Estimate, stage: { readonly onProgress: (done: number, total: number) => void }, signal: AbortSignal | undefined,
): Promise<Nested> {
  const { dataset, matrix, digests, encoder, agreement } = embedded;
  const order = seededPermutation(dataset.count, config.seed + 1);
  const scoring: Timing[] = [];
  const selecting: Timing[] = [];
  const knees: number[] = [];
  let knee: number | null = null;
  let notes: readonly string[] = [];
  const options = signal === undefined ? {} : { signal };
  // The first round warms up compiler and runtime and is not counted; short ones are repeated, as they vary most.
  const rounds = [1, ...NESTED, ...Array.from({ length: REPEATS }, () => NESTED).flat()];
  const begun = performance.now();
  for (const [round, share] of rounds.entries()) {
    throwIfCancelled(signal);
    if (round > NESTED.length && performance.now() - begun > MOST_TIMING_MS) break;
    const rows = order.slice(0, Math.ceil(share * dataset.count)).sort();
    const part = takeSamples(dataset, rows);
    // Too few of each class for what the whole would be scored by.
    if (share < 1 && labelsAreClasses(part.label) !== labelsAreClasses(dataset.label)) continue;
    const vectors = takeRows(matrix, rows);
    const own = BigUint64Array.from(rows, (row) => digests[row]);
    const lists = await nearestNeighbors(vectors, await ExactSearch.create(vectors), config.neighbors, options);
    const agreed = agreement === null ? null : Float64Array.from(rows, (row) => agreement[row]);
    const start = performance.now();
    const resolved = await resolveImportance(part, config, vectors, lists, { groupOf: exactGroups(own).groupOf, agreement: agreed, ...options });
    const scored = performance.now();
    const index: DatasetIndex = {
      dataset: part, config, digests: own, datasetDigest: "", matrix: vectors, encoder, lists, partition: null, importance: resolved.importance, agreement: agreed, hardness: resolved.hardness, forgetting: resolved.forgetting,
      sizes: null, indexedAt: "", seconds: {}, images: [], signature: "", stamps: null,
    };
    const loaded = await LoadedDataset.create(index, null);
    try {
      await loaded.clusters(loaded.threshold, signal);
      const before = performance.now();
      const curve = await datasetCurve(loaded, config, `${Math.min(100, Math.max(0.01, 100 * budget)).toFixed(2)}%`, [], options);
      const solved = (performance.now() - before) / 1000;
      stage.onProgress(round + 1, rounds.length);
      if (round === 0) continue;
      // A curve also measures coverage, its own and a random one, by exact searches, which a selection does not.
      const coverage = 2 * nearestRate.value * Math.min(CURVE_SAMPLES, rows.length) * rows.length;
      scoring.push({ samples: rows.length, seconds: (scored - start) / 1000 });
      selecting.push({ samples: rows.length, seconds: Math.max(solved / 4, solved - coverage) });
      const at = curve.knee === null ? null : curve.points[curve.knee].fraction;
      if (at !== null && share >= 0.5) knees.push(at);
      if (share === 1) knee = at;
      ({ notes } = resolved);
    } finally {
      await loaded.close();
    }
  }
  return { scoring, selecting, notes, knee: knee === null ? null : { value: knee, low: Math.min(...knees), high: Math.max(...knees) } };
}

/** Pairs of vectors that the search for neighbours compares; a split dataset's parts are between half full and full. */
function neighborPairs(samples: number, partRows: number): Estimate {
  if (partRows >= samples) return { value: samples * samples, low: samples * samples, high: samples * samples };
  const centroids = Math.min(1024, 16 * Math.ceil(samples / partRows));
  const splitting = centroids * (20 * Math.min(samples, 256 * centroids) + samples);
  return { value: 0.75 * samples * partRows + splitting, low: 0.5 * samples * partRows, high: samples * partRows + splitting };
}

/** Samples with near-duplicates against representatives, to find these and to join them. */
function clusteringSeconds(samples: number, partRows: number, distinct: Estimate, rate: Estimate): Estimate {
  const pairs = (contents: number): number => {
    const extra = samples - contents;
    return 1.5 * Math.min(samples, 2 * extra) * Math.min(contents, extra) * Math.min(1, partRows / samples);
  };
  const all = [pairs(distinct.low), pairs(distinct.value), pairs(distinct.high)];
  return { value: rate.value * all[1], low: 0.5 * rate.low * Math.min(...all), high: 2 * rate.high * Math.max(...all) };
}
