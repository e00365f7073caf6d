import path from "node:path";
import type { Config, ImportanceSource } from "../config.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { readNpyVector } from "../dataset/npy.ts";
import { labelsAreClasses } from "../dataset/labels.ts";
import { InfomaxError } from "../errors.ts";
import type { Hardness, Importance } from "../indexing/datasetIndex.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import { clipScores } from "./clipScore.ts";
import { densityImportance } from "./density.ts";
import { importDynamics } from "./importDynamics.ts";
import { probeScores } from "./linearProbe.ts";
import { FOLDS, outOfFoldScores } from "./outOfFold.ts";
import { prototypeCount, prototypeImportance } from "./prototype.ts";
import { rarityImportance } from "./rarity.ts";
import type { DynamicsScores } from "./trainingDynamics.ts";

/** Weights of a probe (dimensions × classes) up to which it is trained unasked: 1,000 classes at 512 dimensions. */
const MOST_WEIGHTS = 550_000;

/** Importance that comes from a training run, or else from linear probes. */
const TRAINED = ["el2n", "aum", "forgetting", "entropy", "margin", "dual"] as const;
type Trained = (typeof TRAINED)[number];
/** An importance column of this name holds what it says. */
const FORGETTING = "forgetting";
const NAMES: { readonly [name in Trained]: string } = { el2n: "EL2N", aum: "1 − AUM", forgetting: "forgetting events", entropy: "entropy", margin: "1 − margin", dual: "DUAL" };

export interface ResolveOptions extends SearchOptions {
  /** Number of the group of samples with the same content, −1 for none: kept together when probes are asked about what they never saw. */
  readonly groupOf?: Int32Array;
  /** Cosine of image and text of each pair, where one encoder gave both. */
  readonly agreement?: Float64Array | null;
}

export interface ResolvedImportance {
  readonly importance: Importance;
  /** Null where nothing tells how hard samples are: no labels, or too many for probes. */
  readonly hardness: Hardness | null;
  /**
   * Forgetting events of the training run, else of probes where they were trained, or the importance column of that
   * name; samples without any have the median. Null where nothing counted them.
   */
  readonly forgetting: Float64Array | null;
  /** What the user should know about imported training dynamics. */
  readonly notes: readonly string[];
}

/**
 * Scores every sample as the settings say: an imported column or file; the user's training dynamics; or, by default,
 * EL2N of linear probes where there are labels, and k-NN density where there are none. AUM is found as well, for the
 * noise cutoff: from a column, else the dynamics, else the probes; and where there are labels, probes that never saw
 * a sample estimate how many of them are wrong.
 * @throws InfomaxError bad-importance, not-found
 */
export async function resolveImportance(
  dataset: Dataset, config: Config, matrix: EmbeddingMatrix, lists: NeighborLists, options: ResolveOptions = {},
): Promise<ResolvedImportance> {
  const { importanceSource: source, importanceColumn: column } = config;
  // Before anything that takes long: it may not be possible.
  const scores = source === "clip-score" && column === null ? clipScores(options.agreement ?? null) : null;
  const hasClasses = labelsAreClasses(dataset.label);
  const classes = dataset.labelNames.length;
  const isLarge = (matrix.dims + 1) * classes > MOST_WEIGHTS;
  const aumColumn = config.aumColumn === null ? undefined : dataset.columns.get(config.aumColumn);
  const trained = column === null ? trainedSource(source) : null;
  const isAsked = trained !== null && source !== "auto";
  const isInColumn = trained === "aum" && aumColumn !== undefined;
  if (isAsked && !isInColumn && config.dynamics === null && !hasClasses) {
    throw new InfomaxError("bad-importance", `${trained} needs at least two classes with two samples each, and the dataset has ${new Set(dataset.label.filter((code) => code >= 0)).size} classes for ${dataset.count} samples`, "Name the label field or your training dynamics, or choose prototype, density, rarity or uniform importance.");
  }

  // What is still to be done, as shares of the progress.
  const needsProbes = hasClasses && config.dynamics === null
    && ((isAsked && !isInColumn && trained !== "margin") || (!isLarge && (aumColumn === undefined || (trained !== null && trained !== "margin" && !isInColumn))));
  const needsFolds = hasClasses && (!isLarge || (trained === "margin" && isAsked && config.dynamics === null));
  const stage = (from: number, to: number): SearchOptions => ({
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onProgress: (done, total) => options.onProgress?.(Math.round(1000 * (from + ((to - from) * done) / Math.max(1, total))), 1000),
  });
  const dynamics = config.dynamics === null ? null : await importDynamics(config.dynamics, dataset, stage(0, 0.6));
  const probes = needsProbes ? await probeScores(matrix, dataset.label, classes, { seed: config.seed, ...stage(0, 0.7) }) : null;
  const folds = needsFolds
    ? await outOfFoldScores(matrix, dataset.label, classes, { seed: config.seed, ...stage(0.7, 0.9), ...(options.groupOf === undefined ? {} : { groupOf: options.groupOf }) }) : null;

  const run = config.dynamics === null ? "" : path.basename(config.dynamics);
  const noise = folds === null ? null : { share: folds.noiseShare, method: `confident learning with linear probes on the embeddings, ${FOLDS} folds${folds.isBounded ? ", bounded by their most confident tenth" : ""}` };
  const judged = (description: string, aum: Float64Array): Hardness => ({ description, aum, noise, probeAccuracy: folds?.accuracy ?? null, isSuspect: folds?.isSuspect ?? null });
  const hardness = aumColumn !== undefined ? judged(`AUM from column "${config.aumColumn ?? ""}"`, aumColumn)
    : dynamics !== null ? judged(`AUM of the training run in ${run}`, withMedian(dynamics.scores.aum))
    : probes !== null ? judged("AUM of linear probes on the embeddings", withMedian(probes.aum)) : null;
  const dynamic = dynamics?.scores ?? probes;
  const forgetting = dynamic === null ? (column === FORGETTING ? dataset.columns.get(column) ?? null : null) : withMedian(dynamic.forgetting);
  const answer = (importance: Importance): ResolvedImportance => {
    // Solvers never end on what is no number.
    const wrong = importance.values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new InfomaxError("bad-importance", `importance "${importance.name}" of sample ${dataset.ids[wrong]} is ${importance.values[wrong]}, which is no finite number`, "Give a finite number for each sample, or choose another importance.");
    return { importance, hardness, forgetting, notes: dynamics?.notes ?? [] };
  };

  if (column !== null) {
    const values = dataset.columns.get(column);
    if (values === undefined) throw new InfomaxError("bad-importance", `importance column "${column}" was asked for, but a folder of images has no columns`, "Leave the column out, or index a table.");
    return answer({ name: column, description: `Imported from column "${column}"`, values });
  }
  if (typeof source === "object") {
    const all = await readNpyVector(source.file, dataset.sourceRows, options.signal);
    return answer({ name: "imported", description: "Imported from an .npy file", values: Float64Array.from(dataset.sourceRow, (row) => all[row]) });
  }
  if (scores !== null) return answer({ name: "clip-score", description: "CLIPScore: how well image and text agree, 2.5 × their cosine", values: scores });
  if (source === "uniform") return answer({ name: source, description: "The same for every sample", values: new Float64Array(dataset.count).fill(1) });
  if (source === "rarity") return answer({ name: source, description: "Distance to the 10th nearest neighbour", values: rarityImportance(lists) });
  if (source === "prototype") {
    const values = await prototypeImportance(matrix, config.seed, stage(0.9, 1));
    return answer({ name: source, description: `1 − similarity to the nearest of ${prototypeCount(matrix.rows)} prototypes (k-means)`, values });
  }
  if (trained !== null) {
    if (isInColumn) return answer({ name: "aum", description: `1 − AUM from column "${config.aumColumn ?? ""}"`, values: aumColumn.map((margin) => 1 - margin) });
    if (dynamics !== null) {
      const { epochs } = dynamics.scores;
      return answer({ name: trained, description: `${NAMES[trained]} of the training run in ${run}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`, values: importanceOf(trained, dynamics.scores) });
    }
    if (trained === "margin" && folds !== null) {
      return answer({ name: "margin", description: `1 − margin of linear probes that never saw the sample, ${FOLDS} folds`, values: withMedian(folds.margin).map((margin) => 1 - margin) });
    }
    if (probes !== null) return answer({ name: trained, description: `${NAMES[trained]} of linear probes on the embeddings, 3 probes × 10 epochs`, values: importanceOf(trained, probes) });
  }
  const why = hasClasses && isLarge && source === "auto" ? ` (${classes} classes are many for probes; ask for el2n to have them all the same)` : "";
  return answer({ name: "density", description: `1 − mean similarity to the 10 nearest neighbours${why}`, values: densityImportance(lists) });
}

function trainedSource(source: ImportanceSource | { readonly file: string }): Trained | null {
  return source === "auto" ? "el2n" : TRAINED.find((name) => name === source) ?? null;
}

/** High for hard samples: AUM and margin are high for easy ones. */
function importanceOf(name: Trained, scores: DynamicsScores): Float64Array {
  const values = withMedian(scores[name]);
  return name === "aum" || name === "margin" ? values.map((value) => 1 - value) : values;
}

/** Samples without a score of their own get the median of the others. */
function withMedian(values: Float64Array): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const median = known.length === 0 ? 0 : known[known.length >> 1];
  return values.map((value) => (Number.isNaN(value) ? median : value));
}
