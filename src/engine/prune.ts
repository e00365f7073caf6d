import path from "node:path";
import type { Config } from "../core/config.ts";
import { labelsAreClasses } from "../core/dataset/labels.ts";
import { scaleImportance } from "../core/importance/scale.ts";
import type { SearchOptions } from "../core/neighbors/neighborSearch.ts";
import { curveBudgets, curvePoints, distinctContents, kneeOf, nestedCoverage } from "../core/selection/budgetCurve.ts";
import { parseBudget, type Constraints } from "../core/selection/constraints.ts";
import { greedySelection } from "../core/selection/greedy.ts";
import { dropReasons, DROP_REASONS, findKeepers, redundancyLeft, type DropReason, type Keepers } from "../core/selection/keepers.ts";
import { automaticCutoff, deferHardest } from "../core/selection/noiseCutoff.ts";
import { createProgramme, type Programme } from "../core/selection/objective.ts";
import { belongsTo, datasetName, notOurs, readSelection, writeSelection, type SelectionEntry } from "../core/store/selectionFile.ts";
import { InfomaxError } from "../core/errors.ts";
import { seededPermutation } from "../core/random.ts";
import type { CurveResult, PruneResult } from "../protocol/engine.ts";
import type { LoadedDataset, MatchedPins } from "./loadedDataset.ts";
import { explainDecision } from "./sentences.ts";

interface Problem {
  readonly programme: Programme;
  readonly constraints: Constraints;
  readonly notes: readonly string[];
}

/** The programme and constraints of a dataset for a budget. */
async function problemFor(loaded: LoadedDataset, config: Config, pins: MatchedPins, budget: number, signal?: AbortSignal): Promise<Problem> {
  const { dataset, importance, hardness } = loaded.index;
  const clusters = await loaded.clusters(loaded.threshold, signal);
  const programme = createProgramme(
    scaleImportance(importance.values, config.importanceScale), loaded.graph, clusters.clusterOf, clusters.count, config.redundancyWeight, budget);
  const notes: string[] = [];
  const cutoff = config.noiseCutoff === "auto" ? automaticCutoff(budget / dataset.count) : config.noiseCutoff;
  let deferred: Float64Array = new Float64Array(dataset.count);
  if (hardness !== null) {
    deferred = deferHardest(hardness.aum, dataset.label, dataset.labelNames.length, cutoff);
    const out = deferred.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    if (out > 0) notes.push(`Noise cutoff ${(100 * cutoff).toFixed(1)}% of each class, rounded down: the ${out} hardest samples by ${hardness.description} are kept last, protected ones excepted`);
  } else if (config.noiseCutoff !== "auto" && cutoff > 0) {
    throw new InfomaxError("bad-argument", "a noise cutoff needs labels of at least two classes, or an AUM column", "Leave it out, or name the label field or the AUM column.");
  }
  const isProtected = new Uint8Array(dataset.count);
  for (const row of pins.rows.keys()) isProtected[row] = 1;
  const hasClasses = labelsAreClasses(dataset.label);
  if (!hasClasses && dataset.labelNames.length > 1 && config.perClass !== "none") {
    notes.push(`The ${dataset.labelNames.length} labels are no classes (most samples have one of their own), so no shares are kept for each`);
  }
  return {
    programme, notes,
    constraints: {
      isProtected, isExcluded: new Uint8Array(dataset.count), deferred,
      classPolicy: hasClasses ? config.perClass : "none", label: dataset.label, classCount: dataset.labelNames.length,
    },
  };
}

/** Selects a subset for a budget and writes it. */
export async function pruneDataset(
  loaded: LoadedDataset, config: Config, requested: string, givenName: string | undefined, options: SearchOptions,
): Promise<PruneResult> {
  const start = performance.now();
  const { index } = loaded;
  const { dataset } = index;
  const budget = parseBudget(requested, dataset.count);
  const pins = await loaded.pinned();
  const name = givenName ?? defaultName(dataset.path, requested);
  await refuseForeign(dataset.root, name, dataset.path, givenName !== undefined);
  const { programme, constraints, notes } = await problemFor(loaded, config, pins, budget, options.signal);
  const result = greedySelection(programme, constraints, budget);
  const selected = new Uint8Array(dataset.count);
  for (const row of result.order) selected[row] = 1;
  const keepers = await findKeepers(index.matrix, result.order, selected, loaded.exact.groupOf, options);
  const reasons = dropReasons(programme, constraints, result, selected, keepers, loaded.exact.groupOf);

  const entries: SelectionEntry[] = [];
  const dropped: Partial<Record<DropReason, number>> = {};
  let coverage = 0;
  let objective = 0;
  for (let row = 0; row < dataset.count; row++) {
    const importance = programme.scores[row];
    coverage += keepers.similarity[row];
    if (selected[row] !== 0) {
      entries.push({ id: dataset.ids[row], decision: "kept", reason: constraints.isProtected[row] !== 0 ? "protected" : "chosen", importance });
      continue;
    }
    const reason = DROP_REASONS[reasons[row]];
    dropped[reason] = (dropped[reason] ?? 0) + 1;
    entries.push({ id: dataset.ids[row], decision: "dropped", reason, importance, keeper: dataset.ids[keepers.keeperOf[row]], similarity: keepers.similarity[row] });
  }
  // Gains telescope: their sum is F of the subset.
  for (const gain of result.gains) objective += gain;
  const classes = dataset.labelNames.map((label) => ({ name: label, before: 0, after: 0 }));
  for (let row = 0; row < dataset.count; row++) {
    if (dataset.label[row] < 0) continue;
    classes[dataset.label[row]].before++;
    if (selected[row] !== 0) classes[dataset.label[row]].after++;
  }
  const lost = classes.filter((c) => c.before > 0 && c.after === 0).map((c) => c.name);
  const clusters = await loaded.clusters();
  const written = await writeSelection(dataset.root, {
    header: {
      name, dataset: datasetName(dataset.path, dataset.root), datasetDigest: index.datasetDigest, samples: dataset.count, requestedBudget: requested.trim(),
      kept: budget, objective: Number(objective.toPrecision(9)), unreadable: dataset.rejected.length,
      config: {
        solver: "greedy", seed: config.seed, encoder: index.encoder.name, importance: index.importance.name, importanceScale: config.importanceScale,
        neighbors: index.lists.k, redundancyWeight: config.redundancyWeight, threshold: loaded.threshold, noiseCutoff: config.noiseCutoff,
        perClass: constraints.classPolicy, alpha: Number(programme.alpha.toPrecision(9)), kappa: Number(programme.kappa.toPrecision(9)),
      },
    },
    entries,
  });
  return {
    name, ...written, samples: dataset.count, kept: budget, protectedKept: result.protectedCount, objective, dropped,
    classes: classes.filter((c) => c.before > 0), redundancyLeft: redundancyLeft(result.order, clusters.clusterOf, clusters.count),
    coverage: coverage / dataset.count,
    examples: dropExamples(loaded, name, programme.scores, reasons, keepers),
    notes: [
      ...notes,
      ...(lost.length === 0 ? [] : [`No sample is kept of ${lost.length} ${lost.length === 1 ? "class" : "classes"}: ${lost.slice(0, 5).join(", ")}${lost.length > 5 ? ", …" : ""}`]),
      ...(pins.missing.length === 0 ? [] : [`${pins.missing.length} protected ${pins.missing.length === 1 ? "sample is" : "samples are"} not in the dataset now: ${pins.missing.slice(0, 5).join(", ")}`]),
    ],
    seconds: (performance.now() - start) / 1000,
  };
}

/** Examples of each reason that a result carries. */
const EXAMPLES_EACH = 2;

/** The most important dropped samples of each reason: those whose loss one would question first. */
function dropExamples(loaded: LoadedDataset, selection: string, scores: Float64Array, reasons: Uint8Array, keepers: Keepers): PruneResult["examples"] {
  const { ids } = loaded.index.dataset;
  return DROP_REASONS.flatMap((reason, code) => {
    const best: number[] = [];
    for (let row = 0; row < reasons.length; row++) {
      if (reasons[row] !== code) continue;
      best.push(row);
      best.sort((a, b) => scores[b] - scores[a] || a - b);
      best.length = Math.min(best.length, EXAMPLES_EACH);
    }
    return best.map((row) => ({
      id: ids[row], reason,
      sentence: explainDecision({ reason, rank: loaded.importanceRank[row], note: null, keeper: ids[keepers.keeperOf[row]], similarity: keepers.similarity[row], conflict: loaded.labelConflict(row, keepers.keeperOf[row]), selection, outdated: false }),
      place: loaded.place(row),
    }));
  });
}

function defaultName(datasetPath: string, requested: string): string {
  const base = path.basename(datasetPath, path.extname(datasetPath)).replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^[^\p{L}\p{N}_]+/u, "") || "selection";
  return `${Array.from(base).slice(0, 60).join("")}-${requested.trim().replace(/\s*%$/, "pct").replace(/^\s+/, "")}`;
}

/** A name that another dataset in the same folder uses already is not overwritten. */
async function refuseForeign(root: string, name: string, dataset: string, given: boolean): Promise<void> {
  const other = await readSelection(root, name).then((selection) => selection.header, (thrown: unknown) => {
    if (thrown instanceof InfomaxError && thrown.code === "not-found") return null;
    throw thrown;
  });
  if (other !== null && !await belongsTo(other, dataset, root)) throw notOurs(other, name, dataset, root, given ? "Give another name." : "Give a name.");
}

/** The budget curve of the nested greedy order, with α fixed at a reference budget, and random subsets to compare with. */
export async function datasetCurve(loaded: LoadedDataset, config: Config, requested: string, options: SearchOptions): Promise<CurveResult> {
  const { dataset, matrix } = loaded.index;
  const pins = await loaded.pinned();
  const reference = parseBudget(requested, dataset.count);
  const { programme, constraints } = await problemFor(loaded, config, pins, reference, options.signal);
  const { order, protectedCount } = greedySelection(programme, constraints, dataset.count);
  const budgets = curveBudgets(dataset.count, protectedCount, dataset.count);
  const points = await curvePoints(programme, matrix, dataset.label, dataset.labelNames.length, order, budgets, config.seed, options.signal);
  const random = seededPermutation(dataset.count, config.seed + 1);
  const randomCoverage = await nestedCoverage(matrix, random, budgets, config.seed, options.signal);
  const distinct = distinctContents(programme.clusterOf, programme.clusterCount);
  const randomDistinct = budgets.map((budget) => {
    const kept = random.subarray(0, budget);
    return (budget * (1 - redundancyLeft(kept, programme.clusterOf, programme.clusterCount))) / distinct;
  });
  return {
    samples: dataset.count, classes: new Set(dataset.label.filter((code) => code >= 0)).size,
    protectedFloor: protectedCount, referenceBudget: reference, points, randomCoverage, randomDistinct, knee: kneeOf(points),
  };
}
