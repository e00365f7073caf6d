import path from "node:path";
import type { DatasetSummary } from "../protocol/dataset.ts";
import type { ClusterView } from "../protocol/redundancy.ts";
import type { SampleView, SimilarSample } from "../protocol/samples.ts";
import type { DropReason, PruneResult } from "../protocol/selection.ts";
import { labelNoiseText, objectiveText } from "../protocol/words.ts";
import type { Arguments } from "./arguments.ts";
import { printAudit } from "./audit.ts";
import { printCheck, requireDemands } from "./check.ts";
import { runCompare } from "./compare.ts";
import { printCurve } from "./curve.ts";
import { runExport } from "./export.ts";
import { count, counted, duration, listing, oneLine, percent, printable, table, wrapped } from "./format.ts";
import type { Output } from "./output.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";
import { printPilot } from "./pilot.ts";
import { runQuarantine, runUndo } from "./quarantine.ts";
import { REASONS } from "./reasons.ts";
import { printAftermath, printRules } from "./rules.ts";
import { approve, listSelections, printReview } from "./review.ts";
import { similaritySketch } from "./similarities.ts";
import { compareWithTruth, meetsTruth, readTruth, truthTable, type Truth, type TruthReport } from "./truth.ts";

/** Enough to hold any cluster whole. */
const ALL = Number.MAX_SAFE_INTEGER;
const SHOWN_REJECTED = 5;
const SHOWN_CLASSES = 12;

/** Commands, or forms of them, that look at no sample. */
const WITHOUT_INDEX: readonly { readonly is: (args: Arguments) => boolean; readonly run: (invocation: Invocation) => Promise<number> }[] = [
  { is: ({ command }) => command === "audit", run: printAudit },
  { is: ({ command, list }) => command === "review" && list === true, run: listSelections },
  { is: ({ command }) => command === "undo", run: runUndo },
];

/** Runs a command; the returned number is the exit status. */
export async function runCommand(invocation: Invocation): Promise<number> {
  const { args, service, output, context } = invocation;
  // Read first, so that a wrong file stops the command before it does anything.
  const truth = args.truth === undefined ? null : await readTruth(args.truth, args.dataset);
  requireDemands(args);
  const unindexed = WITHOUT_INDEX.find(({ is }) => is(args));
  if (unindexed !== undefined) return unindexed.run(invocation);
  if (args.pilot !== undefined) {
    const { pilot, budget } = args;
    return printPilot(await service.pilot({ ...paramsOf(args), pilot, ...(budget === undefined ? {} : { budget }) }, context), args, output);
  }
  const summary = await service.index(paramsOf(args), context);
  switch (args.command) {
    case "index": return printIndex(invocation, summary);
    case "clusters": return printClusters(invocation, summary, truth);
    case "curve": {
      const { budget, strategies } = args;
      return printCurve(await service.curve({ ...paramsOf(args), ...(budget === undefined ? {} : { budget }), ...(strategies === undefined ? {} : { strategies }) }, context), output);
    }
    case "compare": return runCompare(invocation);
    case "prune": return printPrune(invocation, summary, truth);
    case "report": return printReport(invocation);
    case "explain": return printExplanation(invocation);
    case "export": return runExport(invocation);
    case "quarantine": return runQuarantine(invocation);
    case "review": return printReview(invocation);
    case "approve": return approve(invocation);
    case "check": return printCheck(invocation);
    case "protect":
    case "unprotect":
    case "exclude":
    case "include":
    case "prefer":
    case "unprefer": return changeDecision(invocation, args.command, summary.currentSelection);
    case "rules": return printRules(invocation, summary.currentSelection);
    default: throw new Error(`no such command: ${args.command}`);
  }
}

async function printReport({ args, service, output, context }: Invocation): Promise<number> {
  const { out = "", strategies, comparison } = args;
  const result = await service.report({ ...paramsOf(args), file: out, ...(strategies === undefined ? {} : { strategies }), ...(comparison === undefined ? {} : { comparison }) }, context);
  const pictures = result.pictures > 0 ? `, ${count(result.pictures)} with a picture` : "";
  output.print(`report: ${printable(shown(result.file))}, ${(result.bytes / 1e6).toFixed(1)} MB, ${counted(result.samples, "sample")} (${count(result.shown)} with what they say${pictures}), ${result.hasComparison ? "with a comparison" : "without a comparison"}, written in ${duration(result.seconds)}\n`);
  output.result(result);
  return 0;
}

/** A line of a list, its continuation lines further in. */
function item(text: string, output: Output): string {
  return wrapped(text, 2, output.width, 4);
}

function printSummary({ output }: Invocation, summary: DatasetSummary): void {
  const { duplicates, threshold } = summary;
  output.heading(printable(path.basename(summary.dataset)));
  const kinds = { image: "image", text: "text", pair: "image-text pair", vector: "record" } as const;
  output.print(`  ${counted(summary.samples, kinds[summary.kind])}${summary.classes.length > 0 ? ` in ${counted(summary.classes.length, "class", "classes")}` : ", no labels"}`
    + `${summary.splits.length > 0 ? ` (${summary.splits.map((s) => `${s.name} ${count(s.count)}`).join(", ")})` : ""}\n`);
  output.print(item(`features: ${printable(summary.encoder.name)}, ${summary.encoder.dimensions} dimensions; importance: ${printable(summary.importance.description)}`, output));
  for (const note of summary.notes) output.print(item(`note: ${printable(note)}`, output));
  if (summary.rejectedTotal > 0) {
    output.print(`  ${counted(summary.rejectedTotal, "sample")} could not be read and ${summary.rejectedTotal === 1 ? "is" : "are"} left out:\n`);
    for (const { file, line, reason } of summary.rejected.slice(0, SHOWN_REJECTED)) output.print(`    ${printable(file)}${line === null ? "" : `:${line}`}: ${printable(reason)}\n`);
    if (summary.rejectedTotal > SHOWN_REJECTED) output.print(`    … and ${count(summary.rejectedTotal - SHOWN_REJECTED)} more\n`);
  }
  const extras = (extra: number, groups: number, noun: string): string => (groups === 0 ? "none" : `${count(extra)} beyond the first of ${counted(groups, noun)}`);
  output.print(`  exact duplicates: ${extras(duplicates.exactExtra, duplicates.exactGroups, "group")}\n`);
  output.print(`  near-duplicates: ${extras(duplicates.clusterExtra, duplicates.clusters, "cluster")}${duplicates.clusters === 0 ? "" : " (exact ones counted)"}\n`);
  output.print(item(`near-duplicate threshold: similarity ${threshold.value}, ${threshold.explanation}`, output));
  const noise = labelNoiseText(summary.labelNoise);
  if (noise !== null) output.print(item(`labels: ${noise}`, output));
  const byRules = (samples: number): string => (samples === 0 ? "" : `, ${count(samples)} by rules`);
  if (summary.unfinished !== null) {
    const { operation, what } = summary.unfinished;
    const told = { quarantine: "was interrupted: infomax quarantine goes on with it, infomax undo takes it back", undo: "is half undone: infomax undo goes on", damaged: "has a journal that cannot be read: restore it from a copy; infomax undo --list shows the others" };
    output.print(item(`the quarantine "${printable(operation)}" ${told[what]}`, output));
  }
  if (summary.protectedCount > 0) output.print(`  protected: ${counted(summary.protectedCount, "sample")}${byRules(summary.protectedByRules)}\n`);
  if (summary.excludedCount > 0) output.print(`  excluded: ${counted(summary.excludedCount, "sample")}${byRules(summary.excludedByRules)}\n`);
  if (summary.rulesProblem !== null) output.print(item(`the rules are not followed: ${printable(summary.rulesProblem)}`, output));
  if (summary.preferredCount > 0) output.print(`  preferred: ${counted(summary.preferredCount, "sample")}\n`);
  for (const id of summary.protectedMissing) output.print(`  protected, but not in the dataset now: ${printable(id)}\n`);
  for (const id of summary.excludedMissing) output.print(`  excluded, but not in the dataset now: ${printable(id)}\n`);
  for (const id of summary.preferredMissing) output.print(`  preferred, but not in the dataset now: ${printable(id)}\n`);
}

function printSimilarities({ output }: Invocation, { similarityHistogram, threshold }: DatasetSummary): void {
  const sketch = similaritySketch(similarityHistogram, threshold.value);
  if (sketch !== "") output.print(`\n${sketch}`);
}

function printIndex(invocation: Invocation, summary: DatasetSummary): number {
  printSummary(invocation, summary);
  const total = Object.values(summary.seconds).reduce((sum, s) => sum + s, 0);
  invocation.output.print(item(`indexed in ${duration(total)} (${Object.entries(summary.seconds).map(([stage, s]) => `${stage.toLowerCase()} ${duration(s)}`).join(", ")})`, invocation.output));
  printSimilarities(invocation, summary);
  invocation.output.result(summary);
  return 0;
}

function place(sample: SampleView): string {
  return sample.kind === "image" && sample.line === null ? sample.id : `${sample.file}${sample.line === null ? "" : `:${sample.line}`}`;
}

/** Enough of a text for any width; a listing cuts it to its own. */
const MOST_TEXT = 200;

/** What was decided of a sample: "protected, preferred", "excluded by the rule "drafts"". */
function statesOf(sample: SampleView): string {
  const decided = [sample.protected ? "protected" : "", sample.excluded ? "excluded" : ""].filter((state) => state !== "").join(", ");
  const rule = sample.rule === null ? "" : ` by the rule "${printable(sample.rule)}"`;
  return [decided === "" ? "" : `${decided}${rule}`, sample.preferred ? "preferred" : ""].filter((state) => state !== "").join(", ");
}

/** The id as `explain` and `protect` take it, then where a record stands and what it says. */
function memberRow({ sample, similarity }: SimilarSample): string[] {
  return [
    similarity.toFixed(3), printable(sample.id), sample.line === null ? "" : `line ${sample.line}`, printable(sample.label ?? ""), statesOf(sample),
    sample.text === null ? "" : oneLine(sample.text, MOST_TEXT),
  ];
}

function printCluster({ output }: Invocation, cluster: ClusterView): void {
  const marks = [cluster.exact ? "exact" : "", cluster.mixedLabels ? "mixed labels" : "", cluster.crossesSplits ? "crosses splits" : ""].filter((mark) => mark !== "");
  output.print(`\n  cluster ${cluster.cluster + 1}: ${counted(cluster.size, "sample")}, tightness ${cluster.tightness.toFixed(3)}${marks.length > 0 ? `, ${marks.join(", ")}` : ""}\n`);
  output.print(listing(cluster.members.map(memberRow), 4, output.width));
  if (cluster.size > cluster.members.length) output.print(`    … and ${count(cluster.size - cluster.members.length)} more\n`);
}

async function checkTruth({ args, service, context }: Invocation, truth: Truth | null): Promise<TruthReport | null> {
  if (truth === null) return null;
  const all = await service.clusters({ ...paramsOf(args), offset: 0, limit: ALL, members: ALL }, context);
  return compareWithTruth(truth, all.clusters);
}

function printTruth({ output }: Invocation, report: TruthReport): number {
  output.heading("Compared with what was planted");
  output.print(truthTable(report));
  return meetsTruth(report) ? 0 : 1;
}

async function printClusters(invocation: Invocation, summary: DatasetSummary, truth: Truth | null): Promise<number> {
  const { args, service, output, context } = invocation;
  const result = await service.clusters({ ...paramsOf(args), offset: 0, limit: args.limit, members: args.members }, context);
  const report = await checkTruth(invocation, truth);
  printSummary(invocation, summary);
  printSimilarities(invocation, summary);
  output.heading(`Near-duplicate clusters${result.total > result.clusters.length ? ` (the largest ${result.clusters.length} of ${count(result.total)})` : ""}`);
  if (result.total === 0) output.print(`  none at similarity ${result.threshold}\n`);
  for (const cluster of result.clusters) printCluster(invocation, cluster);
  const status = report === null ? 0 : printTruth(invocation, report);
  output.result({ ...result, ...(report === null ? {} : { truth: report }) });
  return status;
}

async function printPrune(invocation: Invocation, summary: DatasetSummary, truth: Truth | null): Promise<number> {
  const { args, service, output, context } = invocation;
  const { budget, name, keepSelection } = args;
  const result = await service.prune({
    ...paramsOf(args), budget: budget ?? "", ...(name === undefined ? {} : { name }), ...(keepSelection === undefined ? {} : { keepSelection }),
  }, context);
  const report = await checkTruth(invocation, truth);
  printSummary(invocation, summary);
  printResult(invocation, result);
  if (result.examples.length > 0) output.heading("Examples");
  for (const { id, place, sentence } of result.examples) output.print(`  ${printable(id)}${place === id ? "" : `  (${printable(place)})`}\n${wrapped(printable(sentence), 4, output.width)}`);
  output.heading("Written");
  output.print(`  ${printable(shown(result.selectionFile))}\n  ${printable(shown(result.idsFile))}\n  Nothing in the dataset was changed.\n`);
  output.print(wrapped(`Next: infomax review shows what was decided; infomax export copies the kept samples elsewhere; infomax quarantine takes the dropped ones out of the dataset, and infomax undo puts them back.`, 2, output.width));
  const status = report === null ? 0 : printTruth(invocation, report);
  output.result({ ...result, ...(report === null ? {} : { truth: report }) });
  return status;
}

function printResult({ args, output }: Invocation, result: PruneResult): void {
  output.heading(`Selection "${result.name}"`);
  output.print(`  keep ${count(result.kept)} of ${counted(result.samples, "sample")} (${percent(result.kept / result.samples)})${result.protectedKept > 0 ? `, ${count(result.protectedKept)} of them protected` : ""}`
    + `${args.keepSelection === undefined ? "" : `, ${count(result.keptBefore)} kept before by "${printable(args.keepSelection)}"`}\n`);
  output.print(item(`${objectiveText(result)}; solver ${result.solver}`, output));
  output.print(`  coverage ${percent(result.coverage)}; near-duplicates among the kept ${percent(result.redundancyLeft)}; ${duration(result.seconds)}\n`);
  // A cutoff that holds something back is among the notes.
  if (result.noiseCutoff.samples === 0) output.print(item(`noise cutoff: none (${result.noiseCutoff.evidence})`, output));
  for (const note of result.notes) output.print(item(`note: ${printable(note)}`, output));
  if (result.classes.length > 0) {
    output.heading("Classes");
    output.print(table(["class", "before", "after", "share"], result.classes.slice(0, SHOWN_CLASSES).map((c) => [printable(c.name), count(c.before), count(c.after), percent(c.after / c.before, 0)])));
    if (result.classes.length > SHOWN_CLASSES) output.print(`  … and ${count(result.classes.length - SHOWN_CLASSES)} more\n`);
  }
  if (result.kept === result.samples) return;
  output.heading("Why the others go");
  output.print(table(["samples", "reason"], Object.entries(result.dropped).sort((a, b) => b[1] - a[1]).map(([reason, n]) => [count(n), REASONS[reason as DropReason]])));
}

async function printExplanation({ args, service, output }: Invocation): Promise<number> {
  const explanation = await service.explain({ ...paramsOf(args), id: args.ids[0], ...(args.selection === undefined ? {} : { selection: args.selection }) });
  const { sample } = explanation;
  output.heading(printable(sample.id));
  output.print(`${wrapped(printable(explanation.sentence), 2, output.width)}\n`);
  output.print(`  ${printable(place(sample))}${sample.label === null ? "" : `, label ${printable(sample.label)}`}${sample.split === null ? "" : `, ${sample.split}`}\n`);
  if (sample.text !== null) output.print(wrapped(`"${oneLine(sample.text, MOST_TEXT)}"`, 2, output.width, 3));
  output.print(`  importance: ${explanation.importance.map(({ name, value }) => `${name} ${value.toPrecision(4)}`).join(", ")}; higher than ${percent(sample.importanceRank, 0)} of the samples\n`);
  const states = statesOf(sample);
  if (states !== "") output.print(`  ${states}${sample.note === null ? "" : `: ${printable(sample.note)}`}\n`);
  output.print(explanation.cluster === null ? "  in no near-duplicate cluster\n" : `  in a cluster of ${count(explanation.cluster.size)} around ${printable(explanation.cluster.representative.id)}\n`);
  output.heading("Nearest neighbours");
  output.print(explanation.neighbors.length === 0 ? "  none\n" : listing(explanation.neighbors.map(memberRow), 2, output.width));
  output.result(explanation);
  return 0;
}

/** What each command about single samples makes of them, and where the result says how many there are in all. */
const DECISIONS = {
  protect: { now: "now protected", count: "protectedCount" },
  unprotect: { now: "no longer protected", count: "protectedCount" },
  exclude: { now: "now excluded", count: "excludedCount" },
  include: { now: "no longer excluded", count: "excludedCount" },
  prefer: { now: "now preferred", count: "preferredCount" },
  unprefer: { now: "no longer preferred", count: "preferredCount" },
} as const;

async function changeDecision({ args, service, output }: Invocation, command: keyof typeof DECISIONS, selection: string | null): Promise<number> {
  const params = { ...paramsOf(args), ids: args.ids };
  const result = await service[command](args.note === undefined ? params : { ...params, note: args.note });
  const { now, count: counter } = DECISIONS[command];
  const unchanged = args.ids.length - result.changed;
  output.print(`${counted(result.changed, "sample")} ${result.changed === 1 ? "is" : "are"} ${now}${unchanged > 0 ? `, ${count(unchanged)} ${unchanged === 1 ? "was" : "were"} so already` : ""}; ${count(result[counter])} in all (${printable(shown(result.file))}).\n`);
  printAftermath({ output }, result, selection);
  output.result(result);
  return 0;
}
