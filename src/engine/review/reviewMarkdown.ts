import * as l10n from "@vscode/l10n";
import type { ReviewResult } from "../../protocol/review.ts";
import { DROP_REASONS, formatCount, formatShare, formatSimilarity, objectiveText, reasonText, samplesText } from "../../protocol/words.ts";
import { explainDecision, type Decision } from "../sentences.ts";
import { code, details, markdownTable } from "./markdown.ts";
import { MOST_EXAMPLES, MOST_LISTED, type ReviewDocument, type ReviewedSample, type SampleList } from "./reviewDocument.ts";

/** What the sentence about a sample needs beside the sample. */
export type DecisionFacts = (sample: ReviewedSample) => { readonly rank: number | null; readonly conflict: Decision["conflict"] };

/** Most characters of a pull request's description, less room for what a person adds. */
const MOST_CHARACTERS = 60_000;
/** Classes and settings beyond these are folded away. */
const MOST_OPEN = 20;
const SHOWN_DIGITS = 12;
const TEXT_CHARACTERS = 160;

/** What the written form of a review begins with: unseen where Markdown is rendered, and says that the file may be replaced by another review. */
export const REVIEW_MARK = "<!-- infomax review -->";

interface Limits {
  readonly listed: number;
  readonly examples: number;
}
/** From all to few, until the document fits into a pull request. */
const LIMITS: readonly Limits[] = [{ listed: MOST_LISTED, examples: MOST_EXAMPLES }, { listed: 20, examples: 5 }, { listed: 10, examples: 3 }, { listed: 5, examples: 1 }];

/** A review as Markdown for a pull request: at most 60,000 characters where shorter lists can do that. The same review gives the same text. */
export function reviewMarkdown(document: ReviewDocument, facts: DecisionFacts): string {
  let text = "";
  for (const limits of LIMITS) {
    text = written(document, facts, limits);
    if (text.length <= MOST_CHARACTERS) break;
  }
  return text;
}

function written(document: ReviewDocument, facts: DecisionFacts, limits: Limits): string {
  return [
    summary(document), warnings(document, limits), reasonTable(document), classTable(document), ruleTable(document), byHand(document, limits),
    ...(document.diff === null ? [] : [comparison(document, document.diff, limits)]),
    examples(document, facts, limits), settings(document),
  ].filter((part) => part !== "").join("").trimEnd() + "\n";
}

function heading(text: string): string {
  return `## ${text}\n\n`;
}

/** A reason for keeping or dropping, in words. */
function decisionReason(reason: string): string {
  const drop = DROP_REASONS.find((one) => one === reason);
  if (drop !== undefined) return reasonText(drop);
  switch (reason) {
    case "protected": return l10n.t("protected");
    case "kept-before": return l10n.t("kept by the selection it builds on");
    case "chosen": return l10n.t("chosen");
    default: return reason;
  }
}

function digest(value: string): string {
  return code(value.slice(0, SHOWN_DIGITS));
}

function summary({ dataset, review, datasetDigest, unreadable }: ReviewDocument): string {
  const { selection, samples, kept, approval } = review;
  const dropped = samples - kept;
  const solver = review.config.find(({ name }) => name === "solver")?.value;
  const rows: (readonly [string, string])[] = [
    [l10n.t("Kept"), l10n.t("**{0}** of {1} samples ({2})", formatCount(kept), formatCount(samples), formatShare(samples === 0 ? 0 : kept / samples))],
    [l10n.t("Dropped"), formatCount(dropped)],
    [l10n.t("Budget asked for"), code(review.requestedBudget)],
    [l10n.t("Quality"), objectiveText(review)],
    ...(solver === undefined ? [] : [[l10n.t("Solver"), code(solver)] as const]),
    [l10n.t("Protected by hand"), formatCount(review.byHand.protected)],
    [l10n.t("Excluded by hand"), formatCount(review.byHand.excluded)],
    [l10n.t("Rules in force"), formatCount(review.rules.length)],
    ...(unreadable > 0 ? [[l10n.t("Unreadable, left out"), formatCount(unreadable)] as const] : []),
    [l10n.t("Dataset digest"), digest(datasetDigest)],
    [l10n.t("Configuration digest"), review.configDigest === null ? l10n.t("not recorded by the version that made it") : digest(review.configDigest)],
    [l10n.t("Selection file"), l10n.t("SHA-256 {0}", digest(review.sha256))],
    [l10n.t("Approved"), approval === null ? l10n.t("not yet") : approval.note === "" ? code(approval.when) : `${code(approval.when)}: ${code(approval.note)}`],
  ];
  return `${REVIEW_MARK}\n\n# ${l10n.t("Selection {0} of {1}", code(selection), code(dataset))}\n\n${markdownTable(["", ""], rows)}`;
}

/** What a reviewer must know first: where the selection and the dataset of today part. */
function warnings({ review, gone, unknown, changed, overruled, rulesProblem }: ReviewDocument, limits: Limits): string {
  const lines: string[] = [];
  if (!review.current) {
    lines.push(l10n.t("**The dataset has changed since this selection was made**: {0} gone, {1} new, {2} with other content. Prune again before it is applied.", samplesText(gone), samplesText(unknown), samplesText(changed)));
  }
  if (overruled.total > 0) lines.push(l10n.t("**Decisions were made since that this selection does not follow**: {0} dropped though protected by now, or kept though excluded by now.", samplesText(overruled.total)));
  if (rulesProblem !== null) lines.push(l10n.t("**The rules of infomax.json cannot be followed**: {0}", code(rulesProblem, TEXT_CHARACTERS)));
  const lost = review.classes.filter(({ after }) => after === 0);
  if (lost.length > 0) lines.push(lost.length === 1 ? l10n.t("**No sample is kept of 1 class**: {0}.", code(lost[0].name)) : l10n.t("**No sample is kept of {0} classes**: {1}.", lost.length, named(lost.map(({ name }) => name))));
  if (lines.length === 0) return "";
  const list = overruled.total === 0 ? "" : details(l10n.t("Decisions that it does not follow: {0}", formatCount(overruled.total)), sampleLines(overruled, limits.listed, (sample) => [decided(sample), note(sample)]));
  return `${lines.map((line) => `> ⚠️ ${line}\n`).join(">\n")}\n${list}`;
}

const MOST_NAMED = 10;

function named(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMED).map((name) => code(name, 60)).join(", ");
  return names.length > MOST_NAMED ? l10n.t("{0} and {1} more", first, names.length - MOST_NAMED) : first;
}

function decided({ now }: ReviewedSample): string {
  return now === undefined ? l10n.t("not known") : now.decision === "kept" ? l10n.t("kept: {0}", decisionReason(now.reason)) : l10n.t("dropped: {0}", decisionReason(now.reason));
}

function note(sample: ReviewedSample): string {
  return sample.note === null ? "" : l10n.t("note: {0}", code(sample.note, TEXT_CHARACTERS));
}

function reasonTable({ review: { reasons, samples } }: ReviewDocument): string {
  const rows = (["kept", "dropped"] as const).flatMap((decision) => reasons.filter((one) => one.decision === decision)
    .map((one) => [one.decision === "kept" ? l10n.t("kept") : l10n.t("dropped"), decisionReason(one.reason), formatCount(one.count), formatShare(one.count / samples)]));
  return heading(l10n.t("Why")) + markdownTable([l10n.t("Decision"), l10n.t("Reason"), l10n.t("Samples"), l10n.t("Share")], rows);
}

/** What a long table says, folded away. */
function folded(rows: readonly (readonly string[])[], summaryText: string, table: string): string {
  return rows.length > MOST_OPEN ? details(summaryText, table) : table;
}

function classTable({ review: { classes } }: ReviewDocument): string {
  if (classes.length === 0) return "";
  const rows = classes.map(({ name, before, after }) => [code(name, 60), formatCount(before), formatCount(after), formatShare(after / before)]);
  const sorted = [...classes].sort((a, b) => a.after / a.before - b.after / b.before || (a.name < b.name ? -1 : 1));
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const span = classes.length < 2 ? "" : `${l10n.t("The share that is kept lies between {0} ({1}) and {2} ({3}).", formatShare(least.after / least.before), code(least.name, 60), formatShare(most.after / most.before), code(most.name, 60))}\n\n`;
  return heading(l10n.t("Classes")) + span
    + folded(rows, l10n.t("{0} classes before and after", rows.length), markdownTable([l10n.t("Class"), l10n.t("Before"), l10n.t("After"), l10n.t("Kept")], rows));
}

function ruleTable({ review: { rules } }: ReviewDocument): string {
  if (rules.length === 0) return "";
  const rows = rules.map(({ name, action, reason, samples }) => [code(name, 60), action === "protect" ? l10n.t("protects") : l10n.t("excludes"), formatCount(samples), code(reason, TEXT_CHARACTERS)]);
  return heading(l10n.t("Rules")) + folded(rows, l10n.t("{0} rules", rows.length), markdownTable([l10n.t("Rule"), l10n.t("Action"), l10n.t("Samples"), l10n.t("Reason")], rows));
}

/** Where a sample is: its place, and its id where that says more. */
function sampleName({ id, place }: { readonly id: string; readonly place: string | null }): string {
  return place === null ? l10n.t("{0} (gone)", code(id)) : place === id ? code(id) : `${code(place)} (${code(id)})`;
}

function quoted(text: string | null): string {
  return text === null || text.trim() === "" ? "" : code(text, TEXT_CHARACTERS);
}

/** One line for each sample: name, label, and what `more` says of it. */
function sampleLines({ samples, total }: SampleList, most: number, more: (sample: ReviewedSample) => readonly string[]): string {
  const lines = samples.slice(0, most).map((sample) => `- ${[sampleName(sample), ...(sample.label === null ? [] : [code(sample.label, 60)]), quoted(sample.text), ...more(sample)].filter((part) => part !== "").join(" · ")}\n`);
  const left = total - lines.length;
  return `${lines.join("")}${left > 0 ? `- ${l10n.t("… and {0} more", formatCount(left))}\n` : ""}\n`;
}

function byHand({ protectedByHand, excludedByHand }: ReviewDocument, { listed }: Limits): string {
  const part = (list: SampleList, title: string): string => (list.total === 0 ? "" : details(title, sampleLines(list, listed, (sample) => [note(sample)])));
  const parts = part(protectedByHand, l10n.t("Protected by hand: {0}", formatCount(protectedByHand.total))) + part(excludedByHand, l10n.t("Excluded by hand: {0}", formatCount(excludedByHand.total)));
  return parts === "" ? "" : heading(l10n.t("By hand")) + parts;
}

function comparison({ review: { against, selection } }: ReviewDocument, diff: NonNullable<ReviewDocument["diff"]>, { listed }: Limits): string {
  const then = (sample: ReviewedSample): string => (sample.before === undefined ? l10n.t("not known before") : sample.before.decision === "kept" ? l10n.t("kept before: {0}", decisionReason(sample.before.reason))
    : l10n.t("dropped before: {0}", decisionReason(sample.before.reason)));
  const keeper = ({ keeper: by, now }: ReviewedSample): string => {
    if (by === null || now?.similarity === undefined) return "";
    return isCopy(now.reason) ? l10n.t("keeper {0} (similarity {1})", sampleName(by), formatSimilarity(now.similarity)) : l10n.t("nearest kept {0} (similarity {1})", sampleName(by), formatSimilarity(now.similarity));
  };
  const part = (list: SampleList, title: string, more: (sample: ReviewedSample) => readonly string[]): string => (list.total === 0 ? "" : details(title, sampleLines(list, listed, more)));
  const changes = (values: readonly { readonly before: number; readonly after: number; readonly name: string }[]): string[][] =>
    values.map(({ name, before, after }) => [code(name, 60), formatCount(before), formatCount(after), `${after > before ? "+" : "−"}${formatCount(Math.abs(after - before))}`]);
  const classRows = changes(diff.classes);
  return heading(l10n.t("{0} compared with {1}", code(selection), code(against?.selection ?? "")))
    + markdownTable(["", l10n.t("Samples")], [[l10n.t("Added: kept now, not before"), formatCount(diff.added.total)], [l10n.t("Dropped: kept before, not now"), formatCount(diff.removed.total)], [l10n.t("Same decision, another reason"), formatCount(diff.reasonChanged.total)]])
    + (diff.settings.length === 0 ? "" : `${l10n.t("Settings that differ:")}\n\n${markdownTable([l10n.t("Setting"), l10n.t("Before"), l10n.t("Now")], diff.settings.map(({ name, before, after }) => [code(name, 60), code(before, 60), code(after, 60)]))}`)
    + (classRows.length === 0 ? "" : folded(classRows, l10n.t("{0} classes of which another number is kept", classRows.length), markdownTable([l10n.t("Class"), l10n.t("Kept before"), l10n.t("Kept now"), l10n.t("Change")], classRows)))
    + part(diff.added, l10n.t("Added: {0}", formatCount(diff.added.total)), (sample) => [then(sample), decided(sample)])
    + part(diff.removed, l10n.t("Dropped: {0}", formatCount(diff.removed.total)), (sample) => [then(sample), decided(sample), keeper(sample)])
    + (diff.reasonChanged.total === 0 ? "" : details(l10n.t("Another reason: {0}", formatCount(diff.reasonChanged.total)),
      markdownTable([l10n.t("Decision"), l10n.t("Before"), l10n.t("Now"), l10n.t("Samples")], diff.reasons.map((one) => [one.decision === "kept" ? l10n.t("kept") : l10n.t("dropped"), decisionReason(one.before), decisionReason(one.after), formatCount(one.count)]))
      + sampleLines(diff.reasonChanged, listed, (sample) => [then(sample), decided(sample)])));
}

/** The dropped samples whose loss one would question first. */
function examples({ review, dropped }: ReviewDocument, facts: DecisionFacts, limits: Limits): string {
  if (dropped.length === 0) return "";
  const parts = dropped.map(({ reason, total, samples }) => {
    const lines = samples.slice(0, limits.examples).map((sample) => `${exampleLines(sample, review, facts)}\n`).join("");
    return details(total > limits.examples ? l10n.t("{0}: the {1} most important of {2}", decisionReason(reason), Math.min(limits.examples, samples.length), formatCount(total)) : l10n.t("{0}: {1}", decisionReason(reason), formatCount(total)), lines);
  });
  return heading(l10n.t("Most important dropped samples")) + parts.join("");
}

function exampleLines(sample: ReviewedSample, { selection, rules }: ReviewDocument["review"], facts: DecisionFacts): string {
  const { keeper, now } = sample;
  if (now === undefined) return "";
  const { rank, conflict } = facts(sample);
  const head = [sampleName(sample), ...(sample.label === null ? [] : [code(sample.label, 60)]), l10n.t("importance {0}", String(Number(now.importance.toPrecision(3))))].join(" · ");
  const lines = [`- ${head}`];
  if (quoted(sample.text) !== "") lines.push(quoted(sample.text));
  if (keeper !== null) {
    const said = quoted(keeper.text);
    const [name, alike] = [sampleName(keeper), formatSimilarity(now.similarity ?? 0)];
    lines.push(`${isCopy(now.reason) ? l10n.t("Keeper {0}, similarity {1}", name, alike) : l10n.t("Nearest kept sample {0}, similarity {1}", name, alike)}${said === "" ? "" : `: ${said}`}`);
  }
  if (rank !== null) {
    lines.push(explainDecision({
      reason: now.reason, rank, rule: now.rule === undefined ? null : { name: code(now.rule, 60), reason: ruleReason(rules, now.rule) }, note: sample.note === null ? null : code(sample.note, TEXT_CHARACTERS), keeper: keeper === null ? null : code(keeper.id), similarity: now.similarity ?? 0,
      conflict: conflict === null ? null : { own: code(conflict.own, 60), keeper: code(conflict.keeper, 60) }, selection: code(selection), outdated: false,
    }));
  }
  // Two blanks at the end of a line break it.
  return `${lines.join("  \n  ")}\n`;
}

/** The reason of a rule when the selection was made; "" where its header names no such rule. */
function ruleReason(rules: ReviewResult["rules"], name: string): string {
  const found = rules.find((rule) => rule.name === name);
  return found === undefined ? "" : code(found.reason, TEXT_CHARACTERS);
}

function settings({ review: { config } }: ReviewDocument): string {
  if (config.length === 0) return "";
  return heading(l10n.t("Settings")) + details(l10n.t("{0} settings that it was made with", config.length), markdownTable([l10n.t("Setting"), l10n.t("Value")], config.map(({ name, value }: ReviewResult["config"][number]) => [code(name, 60), code(value, TEXT_CHARACTERS)])));
}

/** Whether what is kept says nearly the same; else it is only the nearest of what is kept. */
function isCopy(reason: string): boolean {
  return reason === "duplicate" || reason === "near-duplicate";
}
