import * as l10n from "@vscode/l10n";
import type { Config } from "../core/config.ts";
import { labelsAreClasses } from "../core/dataset/labels.ts";
import { InfomaxError } from "../core/errors.ts";
import type { Constraints } from "../core/selection/constraints.ts";
import type { Contents } from "../core/selection/contents.ts";
import { automaticCutoff, deferHardest, type CutoffChoice, type LabelEvidence } from "../core/selection/noiseCutoff.ts";
import type { OwnRanking } from "../core/selection/keepers.ts";
import { createProgramme, type Programme } from "../core/selection/objective.ts";
import { automaticWeight, USUAL_WEIGHT } from "../core/selection/scarcity.ts";
import type { PruneResult } from "../protocol/selection.ts";
import { translated } from "./coreTexts.ts";
import { rankingFor, ruleNotes } from "./keeperRule.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** What a selection solves, and what was decided on the way. */
export interface Problem {
  readonly programme: Programme;
  readonly constraints: Constraints;
  /** What samples are by themselves: `programme` and `constraints` have those of near-duplicates exchanged where one is preferred. */
  readonly own: OwnRanking;
  readonly noiseCutoff: PruneResult["noiseCutoff"];
  /** β. */
  readonly redundancyWeight: number;
  readonly notes: readonly string[];
}

/** What people decided of samples, by row. */
export interface Decided {
  /** Must be kept: protected, or kept by an earlier selection. */
  readonly fixed: readonly number[];
  /** Must not be kept; none of them is fixed. */
  readonly excluded: readonly number[];
  /** Each is the one to keep of its near-duplicates, where one is kept. */
  readonly preferred: readonly number[];
}

/** The same for all budgets at once. */
export interface CurveProblem extends Problem {
  /** The noise cutoff when that many samples are kept; never rises. */
  readonly cutoffAt: (kept: number) => number;
}

/**
 * The programme and constraints of a dataset for a budget.
 */
export async function problemFor(loaded: LoadedDataset, config: Config, decided: Decided, budget: number, signal?: AbortSignal): Promise<Problem> {
  return problemWith(loaded, config, decided, budget, await cutoffOf(loaded, config, budget, decided, signal), signal);
}

/** {@link problemFor} a nested order: α is that of the given budget, the samples deferred are those of the smallest. */
export async function curveProblem(loaded: LoadedDataset, config: Config, decided: Decided, budget: number, signal?: AbortSignal): Promise<CurveProblem> {
  const allowed = allowedContents((await loaded.ground(signal)).contents, decided.excluded);
  const problem = await problemWith(loaded, config, decided, budget, await cutoffOf(loaded, config, 1, decided, signal), signal);
  const { noiseCutoff } = config;
  // Asked for at each sample that is kept, so all labels are looked at but once.
  const labels = labelsOf(loaded);
  return { ...problem, cutoffAt: noiseCutoff === "auto" ? (kept) => automaticCutoff(kept, allowed, labels).cutoff : () => noiseCutoff };
}

function labelsOf({ index: { hardness, dataset } }: LoadedDataset): LabelEvidence {
  return { classes: labelsAreClasses(dataset.label) ? dataset.labelNames.length : 0, noise: hardness?.noise?.share ?? null, accuracy: hardness?.probeAccuracy ?? null };
}

/** Distinct contents of which a sample may be kept. */
function allowedContents({ of, count }: Contents, excluded: readonly number[]): number {
  const left = new Uint32Array(count);
  for (const content of of) left[content]++;
  let allowed = count;
  for (const row of excluded) if (--left[of[row]] === 0) allowed--;
  return allowed;
}

async function cutoffOf(loaded: LoadedDataset, config: Config, budget: number, decided: Decided, signal?: AbortSignal): Promise<CutoffChoice> {
  if (config.noiseCutoff !== "auto") return { cutoff: config.noiseCutoff, evidence: l10n.t("set in the settings") };
  const { contents } = await loaded.ground(signal);
  const { cutoff, evidence } = automaticCutoff(budget, allowedContents(contents, decided.excluded), labelsOf(loaded));
  return { cutoff, evidence: translated(evidence) };
}

async function problemWith(
  loaded: LoadedDataset, config: Config, decided: Decided, budget: number, { cutoff, evidence }: CutoffChoice, signal?: AbortSignal,
): Promise<Problem> {
  const { dataset, hardness } = loaded.index;
  const rows = decided.fixed;
  const isExcluded = new Uint8Array(dataset.count);
  for (const row of decided.excluded) isExcluded[row] = 1;
  const notes: string[] = [];
  const isAuto = config.noiseCutoff === "auto";
  let deferred: Float64Array = new Float64Array(dataset.count);
  let samples = 0;
  if (hardness !== null) {
    deferred = deferHardest(hardness.aum, dataset.label, dataset.labelNames.length, cutoff);
    for (const row of decided.excluded) deferred[row] = 0;
    samples = deferred.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    if (samples > 0) notes.push(l10n.t("Noise cutoff {0}% ({1}): the {2} hardest samples by {3} are kept last, at most half of any class and protected ones excepted", (100 * cutoff).toFixed(1), evidence, samples.toLocaleString("en-US"), translated(hardness.description)));
  } else if (!isAuto && cutoff > 0) {
    throw new InfomaxError("bad-argument", l10n.t("a noise cutoff needs labels of at least two classes, or an AUM column"), l10n.t("Leave it out, or name the label field or the AUM column."));
  }
  const isProtected = new Uint8Array(dataset.count);
  for (const row of rows) isProtected[row] = 1;
  const hasClasses = labelsAreClasses(dataset.label);
  if (!hasClasses && dataset.labelNames.length > 1 && config.perClass !== "none") {
    notes.push(l10n.t("The {0} labels are no classes (most samples have one of their own), so no shares are kept for each", dataset.labelNames.length.toLocaleString("en-US")));
  }
  const constraints: Constraints = {
    isProtected, isExcluded, deferred,
    classPolicy: hasClasses ? config.perClass : "none", label: dataset.label, classCount: dataset.labelNames.length,
  };
  const ground = await loaded.ground(signal);
  const redundancyWeight = config.redundancyWeight === "auto" ? automaticWeight(budget, hasClasses ? dataset.labelNames.length : 0) : config.redundancyWeight;
  if (config.redundancyWeight === "auto" && redundancyWeight > USUAL_WEIGHT) {
    notes.push(l10n.t("Redundancy weight {0}, more than the usual {1}: few samples of a class are kept, and unlike ones teach most. The bound on the objective is loose then", redundancyWeight.toPrecision(2), USUAL_WEIGHT));
  }
  const ranking = await rankingFor(loaded, config.keeperRule, decided.preferred, ground, constraints, signal);
  notes.push(...ruleNotes(config.keeperRule, loaded.index.sizes));
  return {
    notes, own: { scores: ground.scores, deferred },
    programme: createProgramme({ ...ground, scores: ranking.scores, byScore: ranking.byScore }, redundancyWeight, budget, rows), redundancyWeight,
    noiseCutoff: { share: hardness === null ? 0 : cutoff, samples, source: isAuto ? "auto" : "set", evidence: hardness === null ? l10n.t("there are no classes, and no AUM column") : evidence },
    constraints: { ...constraints, deferred: ranking.deferred },
  };
}
