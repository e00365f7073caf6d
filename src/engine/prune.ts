import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Config } from "../core/config.ts";
import { SPLITS, type Dataset, type Split } from "../core/dataset/dataset.ts";
import { InfomaxError, throwIfCancelled } from "../core/errors.ts";
import { chosenScale } from "../core/importance/scale.ts";
import type { SearchOptions } from "../core/neighbors/neighborSearch.ts";
import { parseBudget, requireBudget } from "../core/selection/constraints.ts";
import { dropReasons, DROP_REASONS, findKeepers, redundancyLeft, type DropReason, type Keepers } from "../core/selection/keepers.ts";
import { certifySolved, solve } from "../core/selection/solve.ts";
import { appendAudit, checkAuditLog } from "../core/audit/auditLog.ts";
import { belongsTo, datasetName, notOurs, readSelection, selectionPaths, writeSelection, type SelectionEntry, type SelectionHeader } from "../core/store/selectionFile.ts";
import type { PruneResult } from "../protocol/selection.ts";
import { noteOf, ruleAt, type DecisionsInForce } from "./inForce.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import { soundDecisions } from "./pins.ts";
import { problemFor } from "./problem.ts";
import { appliedRules, decidedBy, digestOfSettings, selectedEvent } from "./selectionRecord.ts";
import { standingOf, type SelectionStanding } from "./selectionStanding.ts";
import { explainDecision } from "./sentences.ts";

export interface PruneRequest {
  /** "500" or "30%". */
  readonly budget: string;
  readonly name?: string;
  /** An earlier selection, all of whose kept samples are kept again. */
  readonly keepSelection?: string;
}

/** Selects a subset for a budget and writes it. */
export async function pruneDataset(loaded: LoadedDataset, config: Config, request: PruneRequest, options: SearchOptions): Promise<PruneResult> {
  const start = performance.now();
  const { index } = loaded;
  const { dataset } = index;
  const budget = parseBudget(request.budget, dataset.count);
  const decisions = await soundDecisions(loaded, options.signal);
  const { protected: pinned, excluded, preferred, byHand } = decisions;
  const usual = defaultName(dataset.path, request.budget);
  // The name of the selection that is built on is not taken from it.
  const name = request.name ?? (usual === request.keepSelection ? `${usual}-2` : usual);
  const replaced = await refuseForeign(dataset.root, name, dataset.path, request.name !== undefined);
  if (name === request.keepSelection) {
    throw new InfomaxError("bad-argument", l10n.t("the selection \"{0}\" would be written over the one that it builds on", name), l10n.t("Give it another name."));
  }
  const earlier = request.keepSelection === undefined ? null : await earlierSelection(loaded, request.keepSelection);
  const nowExcluded = (earlier?.rows ?? []).filter((row) => excluded.has(row));
  const keptBefore = new Set((earlier?.rows ?? []).filter((row) => !pinned.has(row) && !excluded.has(row)));
  checkFixed(budget, pinned.size, keptBefore.size, request.keepSelection);
  requireBudget(budget, pinned.size, dataset.count - excluded.size);
  const decided = { fixed: [...pinned, ...keptBefore], excluded: [...excluded], preferred: [...preferred] };
  const problem = await problemFor(loaded, config, decided, budget, options.signal);
  const { programme, constraints } = problem;
  const solved = solve(programme, constraints, budget, config.solver);
  const { kept, selected } = solved;
  throwIfCancelled(options.signal);
  const certificate = await certifySolved(programme, constraints, solved, { seed: config.seed, ...(options.signal === undefined ? {} : { signal: options.signal }) });
  const keepers = await findKeepers(index.matrix, kept, selected, loaded.exact.groupOf, options);
  const reasons = dropReasons(programme, constraints, selected, keepers, loaded.exact.groupOf, loaded.threshold, problem.own);

  const entries: SelectionEntry[] = [];
  const dropped: Partial<Record<DropReason, number>> = {};
  let coverage = 0;
  for (let row = 0; row < dataset.count; row++) {
    const importance = problem.own.scores[row];
    const digest = loaded.digestHex(row);
    // What is excluded needs nothing that stands for it.
    if (constraints.isExcluded[row] === 0) coverage += keepers.similarity[row];
    if (selected[row] !== 0) {
      const reason = pinned.has(row) ? "protected" : keptBefore.has(row) ? "kept-before" : "chosen";
      entries.push({ id: dataset.ids[row], decision: "kept", reason, importance, digest, ...decidedBy(decisions, "protected", row) });
      continue;
    }
    const reason = DROP_REASONS[reasons[row]];
    dropped[reason] = (dropped[reason] ?? 0) + 1;
    entries.push({ id: dataset.ids[row], decision: "dropped", reason, importance, digest, ...decidedBy(decisions, "excluded", row), keeper: dataset.ids[keepers.keeperOf[row]], similarity: keepers.similarity[row] });
  }
  const classes = dataset.labelNames.map((label) => ({ name: label, before: 0, after: 0 }));
  for (let row = 0; row < dataset.count; row++) {
    if (dataset.label[row] < 0) continue;
    classes[dataset.label[row]].before++;
    if (selected[row] !== 0) classes[dataset.label[row]].after++;
  }
  const lost = classes.filter((c) => c.before > 0 && c.after === 0).map((c) => c.name);
  const clusters = await loaded.clusters();
  const rounded = (value: number): number => Number(value.toPrecision(9));
  const roundedUp = (value: number): number => { const near = rounded(value); return near >= value ? near : rounded(near + Math.abs(near) * 1e-8); };
  const chosenBy = {
    solver: config.solver, seed: config.seed, encoder: index.encoder.name, ...(dataset.kind === "pair" && config.embeddings === null ? { pairs: config.pairs } : {}), importance: index.importance.name,
    importanceScale: chosenScale(index.importance.values, config.importanceScale),
    neighbors: index.lists.k, redundancyWeight: rounded(problem.redundancyWeight), threshold: loaded.threshold, noiseCutoff: rounded(problem.noiseCutoff.share),
    perClass: constraints.classPolicy, ...(config.keeperRule === "important" ? {} : { keeperRule: config.keeperRule }), alpha: rounded(programme.alpha), kappa: rounded(programme.kappa),
    ...(request.keepSelection === undefined ? {} : { keepSelection: request.keepSelection }),
  };
  const header: SelectionHeader = {
    name, dataset: datasetName(dataset.path, dataset.root), datasetDigest: index.datasetDigest, samples: dataset.count, requestedBudget: request.budget.trim(),
    kept: budget, objective: rounded(solved.objective), bound: Math.max(roundedUp(certificate.bound), rounded(solved.objective)), unreadable: dataset.rejected.length,
    configDigest: digestOfSettings(loaded, chosenBy, decisions), ...(decisions.ruled.rules.length === 0 ? {} : { rules: appliedRules(decisions) }),
    config: chosenBy,
  };
  // What could not be recorded is not begun.
  await checkAuditLog(dataset.root);
  const written = await writeSelection(dataset.root, { header, entries });
  await appendAudit(dataset.root, await selectedEvent(loaded, header, decisions, written.selectionFile));
  return {
    name, ...written, samples: dataset.count, kept: budget, protectedKept: pinned.size, keptBefore: keptBefore.size, dropped,
    solver: config.solver, objective: solved.objective, bound: certificate.bound, quality: certificate.quality,
    noiseCutoff: problem.noiseCutoff, threshold: loaded.thresholdEvidence,
    classes: [...classes.filter((c) => c.before > 0), ...unlabelledClass(dataset, selected)], redundancyLeft: redundancyLeft(kept, clusters.clusterOf, clusters.count),
    coverage: coverage / (dataset.count - excluded.size),
    examples: dropExamples(loaded, name, problem.own.scores, reasons, keepers, decisions),
    notes: [
      ...problem.notes,
      ...(replaced === null || replaced.approval === null ? [] : [l10n.t("This replaces a selection \"{0}\" that was approved on {1}: review and approve it again, or restore it from git", name, replaced.approval.when.slice(0, 10))]),
      ...(earlier === null ? [] : notesOnEarlier(request.keepSelection ?? "", earlier.missing, nowExcluded.length)),
      ...lostNotes(lost),
      ...splitNotes(dataset, selected, excluded),
      ...movedNotes(byHand.protected.moved.size),
      ...missingNotes(byHand.protected.missing, byHand.excluded.missing, byHand.keepers.missing),
    ],
    seconds: (performance.now() - start) / 1000,
  };
}

/** @param missing,excluded samples that the earlier selection keeps and this one cannot */
function notesOnEarlier(selection: string, missing: number, excluded: number): string[] {
  const notes: string[] = [];
  if (missing === 1) notes.push(l10n.t("1 of the samples that \"{0}\" keeps is not in the dataset now", selection));
  if (missing > 1) notes.push(l10n.t("{0} of the samples that \"{1}\" keeps are not in the dataset now", missing, selection));
  if (excluded === 1) notes.push(l10n.t("1 of the samples that \"{0}\" keeps is excluded by now and left out", selection));
  if (excluded > 1) notes.push(l10n.t("{0} of the samples that \"{1}\" keeps are excluded by now and left out", excluded, selection));
  return notes;
}

/** How many names a note carries. */
const NAMED = 5;

function lostNotes(classes: readonly string[]): string[] {
  const named = `${classes.slice(0, NAMED).join(", ")}${classes.length > NAMED ? ", …" : ""}`;
  return classes.length === 0 ? [] : [classes.length === 1 ? l10n.t("No sample is kept of 1 class: {0}", named) : l10n.t("No sample is kept of {0} classes: {1}", classes.length, named)];
}

/** Splits that models are judged on: what is dropped of them is worth a word. */
const JUDGING: readonly Split[] = ["val", "test"];

function splitNotes({ split }: Dataset, selected: Uint8Array, excluded: ReadonlySet<number>): string[] {
  const has = SPLITS.map(() => 0);
  const drops = SPLITS.map(() => 0);
  for (let row = 0; row < split.length; row++) {
    has[split[row]]++;
    if (selected[row] === 0 && !excluded.has(row)) drops[split[row]]++;
  }
  // A dataset that is one split whole is what was asked to be pruned.
  if (has.filter((count) => count > 0).length < 2) return [];
  return JUDGING.filter((name) => drops[SPLITS.indexOf(name)] > 0).map((name) => {
    const count = drops[SPLITS.indexOf(name)];
    const rule = JSON.stringify({ name: `${name} split`, action: "protect", reason: "models are judged on it", when: { split: name } });
    return count === 1 ? l10n.t("1 sample of the split {0} is among the dropped; a rule in infomax.json can protect it: \"rules\": [{1}]", name, rule)
      : l10n.t("{0} samples of the split {1} are among the dropped; a rule in infomax.json can protect them: \"rules\": [{2}]", count.toLocaleString("en-US"), name, rule);
  });
}

/** Pins whose id names other content by now: both that and what they were set on stay. */
function movedNotes(count: number): string[] {
  if (count === 0) return [];
  return [count === 1 ? l10n.t("1 protected sample stands under another id now, and another sample under its own: both are kept. Unprotect the one that is not meant")
    : l10n.t("{0} protected samples stand under other ids now, and other samples under theirs: all of them are kept. Unprotect those that are not meant", count)];
}

/** Decisions by hand whose samples are gone. */
function missingNotes(pinned: readonly string[], excluded: readonly string[], preferred: readonly string[]): string[] {
  const named = (ids: readonly string[]): string => ids.slice(0, NAMED).join(", ");
  const notes: string[] = [];
  if (pinned.length === 1) notes.push(l10n.t("1 protected sample is not in the dataset now: {0}", pinned[0]));
  if (pinned.length > 1) notes.push(l10n.t("{0} protected samples are not in the dataset now: {1}", pinned.length, named(pinned)));
  if (excluded.length === 1) notes.push(l10n.t("1 excluded sample is not in the dataset now: {0}", excluded[0]));
  if (excluded.length > 1) notes.push(l10n.t("{0} excluded samples are not in the dataset now: {1}", excluded.length, named(excluded)));
  if (preferred.length === 1) notes.push(l10n.t("1 preferred sample is not in the dataset now: {0}", preferred[0]));
  if (preferred.length > 1) notes.push(l10n.t("{0} preferred samples are not in the dataset now: {1}", preferred.length, named(preferred)));
  return notes;
}

/** Samples without a label as a class of their own, where others have one: so that the classes add up. */
function unlabelledClass({ label }: Dataset, selected: Uint8Array): PruneResult["classes"] {
  let before = 0;
  let after = 0;
  label.forEach((code, row) => {
    if (code >= 0) return;
    before++;
    after += selected[row];
  });
  return before === 0 || before === label.length ? [] : [{ name: l10n.t("(no label)"), before, after }];
}

/** The rows that an earlier selection of this dataset keeps, and how many more it keeps that are gone. */
export async function earlierSelection(loaded: LoadedDataset, name: string): Promise<{ readonly rows: readonly number[]; readonly missing: number }> {
  const { dataset } = loaded.index;
  const { header, entries } = await readSelection(dataset.root, name);
  if (!await belongsTo(header, dataset.path, dataset.root)) throw notOurs(header, name, dataset.path, dataset.root, l10n.t("Name a selection of this dataset."));
  const kept = entries.filter((entry) => entry.decision === "kept");
  const rows = kept.map((entry) => loaded.rowOf.get(entry.id)).filter((row) => row !== undefined);
  return { rows, missing: kept.length - rows.length };
}

function checkFixed(budget: number, pinned: number, keptBefore: number, selection: string | undefined): void {
  if (keptBefore === 0 || budget >= pinned + keptBefore) return;
  throw new InfomaxError(
    "bad-budget", l10n.t("the budget of {0} is below the {1} samples that stay ({2} kept by \"{3}\", {4} protected)", budget, pinned + keptBefore, keptBefore, selection ?? "", pinned),
    l10n.t("The budget counts them: choose at least {0}, and as many more as are to be added.", pinned + keptBefore));
}

/** Examples of each reason that a result carries. */
const EXAMPLES_EACH = 2;

/** The most important dropped samples of each reason: those whose loss one would question first. */
function dropExamples(
  loaded: LoadedDataset, selection: string, scores: Float64Array, reasons: Uint8Array, keepers: Keepers, { byHand, ruled }: DecisionsInForce,
): PruneResult["examples"] {
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
      sentence: explainDecision({ reason, rank: loaded.importanceRank[row], note: noteOf(byHand.excluded.rows.get(row)), rule: byHand.excluded.rows.has(row) ? null : ruleAt(ruled, ruled.excludedBy, row), keeper: ids[keepers.keeperOf[row]], similarity: keepers.similarity[row], conflict: loaded.labelConflict(row, keepers.keeperOf[row]), selection, outdated: false }),
      place: loaded.place(row),
    }));
  });
}

function defaultName(datasetPath: string, requested: string): string {
  const base = path.basename(datasetPath, path.extname(datasetPath)).replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^[^\p{L}\p{N}_]+/u, "") || "selection";
  return `${Array.from(base).slice(0, 60).join("")}-${requested.trim().replace(/\s*%$/, "pct").replace(/^\s+/, "")}`;
}

/** A name that another dataset in the same folder uses already is not overwritten. @returns what is known of this dataset's own of that name; null where there is none */
async function refuseForeign(root: string, name: string, dataset: string, given: boolean): Promise<SelectionStanding | null> {
  const other = await readSelection(root, name).then((selection) => selection.header, (thrown: unknown) => {
    if (thrown instanceof InfomaxError && thrown.code === "not-found") return null;
    throw thrown;
  });
  if (other !== null && !await belongsTo(other, dataset, root)) throw notOurs(other, name, dataset, root, given ? l10n.t("Give another name.") : l10n.t("Give a name."));
  return other === null ? null : standingOf(root, { name, sha256: createHash("sha256").update(await readFile(selectionPaths(root, name).selectionFile)).digest("hex") });
}
