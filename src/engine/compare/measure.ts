import type { ComparedRun } from "../../core/comparison/compareResult.ts";
import { SEVERITIES } from "../../core/corruptions/corruption.ts";
import { knnPredictions, nearestKept, neighborAffinity } from "../../core/evaluation/knn.ts";
import { SubsetNetwork } from "../../core/evaluation/network.ts";
import { scorePredictions, type Predictions, type PredictionScores } from "../../core/evaluation/predictions.ts";
import { SubsetProbe } from "../../core/evaluation/probe.ts";
import { prototypePredictions } from "../../core/evaluation/prototype.ts";
import { throwIfCancelled } from "../../core/errors.ts";
import { classMetrics, countClasses } from "../../core/metrics/classMetrics.ts";
import { labelNoise } from "../../core/metrics/labelNoise.ts";
import { isMeasured, type Measured } from "../../core/metrics/measured.ts";
import { kernelMean, kernelRowMeans, mmdKernel, squaredMmd } from "../../core/metrics/mmd.ts";
import { squaredRadii } from "../../core/metrics/neighborRadii.ts";
import { poolBalls, type PoolBalls } from "../../core/metrics/poolBalls.ts";
import { prdc, PRDC_NEIGHBORS } from "../../core/metrics/prdc.ts";
import { NEAR_DUPLICATE_NEIGHBORS, nearDuplicateRate } from "../../core/metrics/redundancyMetrics.ts";
import { vendiScore } from "../../core/metrics/vendi.ts";
import { ExactSearch } from "../../core/neighbors/exactSearch.ts";
import { nearestNeighbors } from "../../core/neighbors/neighborGraph.ts";
import { takeRows, type EmbeddingMatrix } from "../../core/neighbors/neighborSearch.ts";
import { stratifiedSample } from "../../core/selection/pilotSample.ts";
import { exactGroups } from "../../core/redundancy/exactGroups.ts";
import type { CorruptedTarget } from "./shift.ts";

export type Values = ComparedRun["values"];

/** Samples with classes. */
export interface Labelled {
  readonly name: string;
  readonly matrix: EmbeddingMatrix;
  readonly label: Int32Array;
}

/** A further labelled set, of classes of its own. */
export interface Task extends Labelled {
  readonly classes: number;
}

export interface MeasureInput {
  readonly pool: { readonly matrix: EmbeddingMatrix; readonly label: Int32Array; readonly digests: BigUint64Array };
  readonly classes: number;
  readonly target: Labelled;
  readonly corrupted: CorruptedTarget | null;
  readonly shifted: readonly Labelled[];
  readonly tasks: readonly Task[];
  readonly threshold: number;
  readonly isCmmd: boolean;
  readonly seed: number;
  readonly seeds: number;
}

/** What does not depend on a seed, and what each seed's network and probe give. */
export interface Measurement {
  readonly values: Values;
  readonly bySeed: readonly { readonly values: Values; readonly perClass: ComparedRun["perClass"] }[];
}

/** The share of a task's samples that teaches the k-NN classifier, the others being classified. */
const TASK_TRAIN = 0.5;
export const TASK_TEST = 1 - TASK_TRAIN;
const LEAST_PROBABILITY = 1e-6;
const UNLABELLED: Measured = { notDefined: "none of the kept samples has a label" };

interface SplitTask extends Task {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** Measures subsets of one pool; what the target alone decides is found once. */
export class SubsetMeter {
  /** Milliseconds spent by what, for people who wonder. */
  readonly spent = new Map<string, number>();
  /** By candidate, its mean kernel with the target's samples; NaN until it is needed. */
  private readonly kernelMeans: Float64Array;

  private constructor(
    private readonly input: MeasureInput, private readonly network: SubsetNetwork | null, private readonly probe: SubsetProbe | null, private readonly radii: Float64Array, private readonly balls: PoolBalls | null,
    private readonly kernel: ReturnType<typeof mmdKernel>, private readonly targetMean: number, private readonly tasks: readonly SplitTask[], private readonly taught: ReadonlySet<number>,
  ) {
    this.kernelMeans = new Float64Array(input.pool.matrix.rows).fill(NaN);
  }

  static async create(input: MeasureInput, signal?: AbortSignal): Promise<SubsetMeter> {
    const { pool, classes, target, isCmmd, seed } = input;
    const stop = signal === undefined ? {} : { signal };
    const kernel = mmdKernel(target.matrix, isCmmd, seed);
    const radii = target.matrix.rows > PRDC_NEIGHBORS ? await squaredRadii(target.matrix, PRDC_NEIGHBORS, stop) : new Float64Array(0);
    const balls = radii.length === 0 ? null : await poolBalls(pool.matrix, target.matrix, radii, stop);
    const mean = "notDefined" in kernel ? 0 : await kernelMean(target.matrix, target.matrix, kernel.sigma, stop);
    const tasks = input.tasks.map((task): SplitTask => {
      const labelled = Uint32Array.from({ length: task.matrix.rows }, (_, row) => row).filter((row) => task.label[row] >= 0);
      const own = labelled.length < 2 ? new Uint32Array(0) : stratifiedSample(labelled.length, Int32Array.from(labelled, (row) => task.label[row]), Math.round(TASK_TRAIN * labelled.length), seed);
      const train = own.map((at) => labelled[at]);
      const isTrain = new Set(train);
      return { ...task, train, test: labelled.filter((row) => !isTrain.has(row)) };
    });
    const network = classes === 0 ? null : await SubsetNetwork.create(pool.matrix, pool.label, classes);
    const probe = classes === 0 ? null : await SubsetProbe.create(pool.matrix, pool.label, classes);
    return new SubsetMeter(input, network, probe, radii, balls, kernel, mean, tasks, new Set(pool.label.filter((code) => code >= 0)));
  }

  async close(): Promise<void> {
    await this.network?.close();
    await this.probe?.close();
  }

  /**
   * Where no candidate has a class of the set, no subset can be right about it, and where all are of one class, none can
   * differ from another: a share of 0 or 1 would say nothing of any.
   */
  private scored(predictions: Predictions, { name, label }: Pick<Labelled, "name" | "label">): PredictionScores {
    const scores = scorePredictions(predictions, label);
    if (!label.some((code) => code >= 0)) return scores;
    const isKnown = label.some((code) => this.taught.has(code));
    if (isKnown && this.taught.size > 1) return scores;
    const none: Measured = { notDefined: isKnown ? "all candidates are of one class" : `no candidate has a class of "${name}"` };
    return { accuracy: none, balancedAccuracy: none, worstClass: none, calibrationError: none, byClass: scores.byClass.map(() => none) };
  }

  /** @param rows of the pool, ascending, at least one @throws CancelledError */
  async measure(rows: Uint32Array, signal?: AbortSignal): Promise<Measurement> {
    const { pool, seeds, seed } = this.input;
    const kept = takeRows(pool.matrix, rows);
    const label = Int32Array.from(rows, (row) => pool.label[row]);
    const values: Values = { ...await this.analytic(kept, label, rows, signal), ...await this.neighbors(kept, label, signal) };
    const bySeed: { readonly values: Values; readonly perClass: ComparedRun["perClass"] }[] = [];
    for (let own = 0; own < seeds; own++) {
      throwIfCancelled(signal);
      const networks = await this.timed("networks", () => this.networks(rows, seed * 1000 + own, signal));
      const probes = await this.timed("probes", () => this.probes(rows, seed * 1000 + own, signal));
      bySeed.push(networks === null || probes === null
        ? { values: Object.fromEntries(this.trainedNames().map((name) => [name, UNLABELLED])), perClass: {} }
        : { values: { ...networks.values, ...probes }, perClass: networks.perClass });
    }
    return { values, bySeed };
  }

  private trainedNames(): string[] {
    const { corrupted, shifted } = this.input;
    return ["network", "probe", "worst-class", "calibration", ...(corrupted === null ? [] : ["shift", ...SEVERITIES.map((severity) => `shift-${severity}`)]), ...shifted.map(({ name }) => `shifted:${name}`), ...this.tasks.map(({ name }) => `task:${name}`)];
  }

  private async timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    this.spent.set(what, (this.spent.get(what) ?? 0) + performance.now() - start);
    return result;
  }

  private async analytic(kept: EmbeddingMatrix, label: Int32Array, rows: Uint32Array, signal: AbortSignal | undefined): Promise<Values> {
    const { target, threshold, classes, seed, pool } = this.input;
    const stop = signal === undefined ? {} : { signal };
    const own = classMetrics(countClasses(label, classes));
    const groupOf = exactGroups(BigUint64Array.from(rows, (row) => pool.digests[row])).groupOf;
    const lists = await this.timed("neighbours", async () => nearestNeighbors(kept, await ExactSearch.create(kept), NEAR_DUPLICATE_NEIGHBORS, stop));
    const balls = await this.timed("PRDC", () => prdc(kept, target.matrix, { ...stop, ...(this.radii.length > 0 ? { targetRadii: this.radii } : {}), ...(this.balls === null ? {} : { pool: { balls: this.balls, rows } }), keptLists: lists }));
    const mmd = await this.timed("MMD", async () => squaredMmd(kept, target.matrix, this.kernel, { ...stop, targetMean: this.targetMean, acrossMean: await this.acrossMean(rows, stop) }));
    return {
      classes: own.classesCovered, "long-tail": own.longTail, "top-share": own.topShare, entropy: own.entropy, gini: own.gini, imbalance: own.imbalance,
      "near-duplicates": await this.timed("near-duplicates", () => nearDuplicateRate(kept, threshold, { ...stop, lists })),
      precision: balls.precision, recall: balls.recall, density: balls.density, coverage: balls.coverage,
      [this.discrepancy.toLowerCase()]: mmd,
      vendi: await this.timed("Vendi", () => vendiScore(kept, stop)),
      "label-noise": await this.timed("label noise", () => labelNoise(kept, label, classes, { seed, groupOf, ...stop })),
    };
  }

  /** Mean kernel between kept samples and the target's: the mean of what each candidate's is, which is found once. */
  private async acrossMean(rows: Uint32Array, stop: { readonly signal?: AbortSignal }): Promise<number> {
    const { kernel, kernelMeans } = this;
    if ("notDefined" in kernel) return 0;
    const missing = rows.filter((row) => Number.isNaN(kernelMeans[row]));
    const found = await kernelRowMeans(takeRows(this.input.pool.matrix, missing), this.input.target.matrix, kernel.sigma, stop);
    missing.forEach((row, at) => { kernelMeans[row] = found[at]; });
    return rows.reduce((sum, row) => sum + kernelMeans[row], 0) / rows.length;
  }

  /** "CMMD" with the encoder that the name belongs to. */
  get discrepancy(): string {
    return "name" in this.kernel ? this.kernel.name : "MMD";
  }

  private async neighbors(kept: EmbeddingMatrix, label: Int32Array, signal: AbortSignal | undefined): Promise<Values> {
    const { target, classes } = this.input;
    const nearest = await this.timed("k-NN", () => nearestKept(kept, target.matrix, signal === undefined ? {} : { signal }));
    const affinity = neighborAffinity(nearest);
    const isLabelled = label.some((code) => code >= 0);
    return {
      knn: isLabelled ? this.scored(knnPredictions(nearest, label, classes), target).accuracy : UNLABELLED,
      prototype: isLabelled ? this.scored(prototypePredictions(kept, label, classes, target.matrix), target).accuracy : UNLABELLED,
      affinity: affinity === null ? { notDefined: "the target is empty" } : { value: affinity },
    };
  }

  private async networks(rows: Uint32Array, seed: number, signal: AbortSignal | undefined): Promise<Measurement["bySeed"][number] | null> {
    const { target } = this.input;
    const answers = await this.network?.evaluate(rows, [target.matrix], seed, signal) ?? null;
    if (answers === null) return null;
    const { accuracy, worstClass, byClass } = this.scored(answers[0], target);
    return { values: { "network": accuracy, "worst-class": worstClass }, perClass: { network: byClass.map((found) => (isMeasured(found) ? found.value : null)) } };
  }

  private async probes(rows: Uint32Array, seed: number, signal: AbortSignal | undefined): Promise<Values | null> {
    const { target, corrupted, shifted } = this.input;
    const sets = [target.matrix, ...(corrupted === null ? [] : [corrupted.matrix]), ...shifted.map(({ matrix }) => matrix), ...this.tasks.map(({ matrix }) => matrix)];
    const answers = await this.probe?.evaluate(rows, sets, seed, signal) ?? null;
    if (answers === null) return null;
    const own = this.scored(answers[0], target);
    const values: Values = { probe: own.accuracy, calibration: own.calibrationError };
    let at = 1;
    if (corrupted !== null) {
      const answer = answers[at++];
      const of = (label: Int32Array): Measured => this.scored(answer, { name: target.name, label }).accuracy;
      values["shift"] = of(corrupted.label);
      for (const severity of SEVERITIES) {
        values[`shift-${severity}`] = of(corrupted.label.map((code, row) => (corrupted.severity[row] === severity ? code : -1)));
      }
    }
    for (const set of shifted) values[`shifted:${set.name}`] = this.scored(answers[at++], set).accuracy;
    const taught = [...new Set(Array.from(rows, (row) => this.input.pool.label[row]).filter((code) => code >= 0))].sort((a, b) => a - b);
    for (const task of this.tasks) values[`task:${task.name}`] = await adapted(task, answers[at++], taught, signal);
    return values;
  }
}

/**
 * Task adaptation. SELECT pretrains a network on the subset and adapts it to another labelled set. Vectors of a fixed
 * encoder know nothing of the subset, so what was learned from it is the probe: its log-probabilities of the source's
 * classes that it was taught, centred, are the features of the task's samples, and k-NN classifies one half of them by the other.
 */
async function adapted(task: SplitTask, answers: Predictions, taught: readonly number[], signal: AbortSignal | undefined): Promise<Measured> {
  const known = new Set(Array.from(task.train, (row) => task.label[row]));
  if (known.size < 2) return { notDefined: "the task has no two classes with labelled samples" };
  if (!task.test.some((row) => known.has(task.label[row]))) return { notDefined: "no class of the task has a sample in both its halves" };
  if (taught.length < 2) return { notDefined: "the kept samples are of one class, from which nothing was learned" };
  const features = (rows: Uint32Array): EmbeddingMatrix => {
    const dims = taught.length;
    const data = new Float32Array(rows.length * dims);
    const log = (row: number, c: number): number => Math.log(Math.max(LEAST_PROBABILITY, answers.probabilities[row * answers.classes + taught[c]]));
    rows.forEach((row, at) => {
      let mean = 0;
      for (let c = 0; c < dims; c++) mean += log(row, c) / dims;
      let square = 0;
      for (let c = 0; c < dims; c++) {
        const value = log(row, c) - mean;
        data[at * dims + c] = value;
        square += value * value;
      }
      // A probe that prefers no class says nothing: any direction is as good.
      if (square === 0) data[at * dims] = 1;
      else for (let c = 0; c < dims; c++) data[at * dims + c] /= Math.sqrt(square);
    });
    return { rows: rows.length, dims, data };
  };
  const nearest = await nearestKept(features(task.train), features(task.test), signal === undefined ? {} : { signal });
  const predictions = knnPredictions(nearest, Int32Array.from(task.train, (row) => task.label[row]), task.classes);
  return scorePredictions(predictions, Int32Array.from(task.test, (row) => task.label[row])).accuracy;
}
