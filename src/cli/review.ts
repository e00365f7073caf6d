import { REVIEW_MARK } from "../engine/review/reviewMarkdown.ts";
import type { ReviewEntry, ReviewParams, ReviewResult, ReviewSamplesParams } from "../protocol/review.ts";
import { formatShare, objectiveText } from "../protocol/words.ts";
import { count, counted, listing, oneLine, percent, printable, table, wrapped } from "./format.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";
import { REASONS } from "./reasons.ts";
import { writeResult } from "./writeResult.ts";

const SHOWN_CLASSES = 12;
const MOST_TEXT = 200;

const KEPT: Readonly<Record<string, string>> = { protected: "protected", "kept-before": "kept by the selection that it builds on", chosen: "chosen" };

function reasonWords(reason: string): string {
  return (REASONS as Readonly<Record<string, string>>)[reason] ?? KEPT[reason] ?? reason;
}

/** Prints a selection for review; writes it as Markdown with --out. */
export async function printReview(invocation: Invocation): Promise<number> {
  const { args, service, output } = invocation;
  const params: ReviewParams = { ...paramsOf(args), ...(args.selection === undefined ? {} : { selection: args.selection }), ...(args.against === undefined ? {} : { against: args.against }) };
  const review = await service.review(params);
  // The lists are of the same selection, whichever becomes the current one meanwhile.
  const samples = { ...params, selection: review.selection, offset: 0, limit: Math.min(1000, args.limit) };
  if (args.out !== undefined) await writeResult(args.out, review.markdown, REVIEW_MARK, "review");
  printSummary(invocation, review);
  printTables(invocation, review);
  if (review.overruled > 0) await printList(invocation, { ...samples, list: "overruled" }, "Decided otherwise since");
  if (review.against !== null) {
    const { selection, added, dropped, reasonChanged } = review.against;
    output.heading(`Compared with "${printable(selection)}"`);
    output.print(`  ${count(added)} added, ${count(dropped)} dropped, ${count(reasonChanged)} with the same decision for another reason\n`);
    if (added > 0) await printList(invocation, { ...samples, list: "added" }, "Added");
    if (dropped > 0) await printList(invocation, { ...samples, list: "removed" }, "Dropped");
    if (reasonChanged > 0) await printList(invocation, { ...samples, list: "reason-changed" }, "Another reason");
  } else await printList(invocation, { ...samples, list: "dropped" }, "Most important dropped samples");
  if (args.out !== undefined) output.print(`\nreview: ${printable(shown(args.out))}\n`);
  output.result(review);
  return 0;
}

function printSummary({ args, output }: Invocation, review: ReviewResult): void {
  const line = (text: string): void => { output.print(wrapped(text, 2, output.width, 4)); };
  output.heading(`Selection "${printable(review.selection)}"`);
  line(`keep ${count(review.kept)} of ${counted(review.samples, "sample")} (${formatShare(review.samples === 0 ? 0 : review.kept / review.samples)}); budget asked for: ${printable(review.requestedBudget)}`);
  line(objectiveText(review));
  line(`by hand: ${count(review.byHand.protected)} protected, ${count(review.byHand.excluded)} excluded; ${counted(review.rules.length, "rule")} in force`);
  line(`configuration ${review.configDigest === null ? "not recorded" : printable(review.configDigest.slice(0, 12))}; file ${printable(shown(review.file))}, SHA-256 ${review.sha256.slice(0, 12)}`);
  if (!review.current) line("warning: the dataset has changed since this selection was made; prune again before it is applied");
  if (review.overruled > 0) line(`warning: ${counted(review.overruled, "sample")} ${review.overruled === 1 ? "is" : "are"} dropped though protected by now, or kept though excluded by now`);
  const { approval } = review;
  line(approval === null ? `not approved yet: infomax approve ${printable(shown(args.dataset))} --selection ${printable(review.selection)}` : `approved ${printable(approval.when)}${approval.note === "" ? "" : `: ${printable(approval.note)}`}`);
}

function printTables({ output }: Invocation, { classes, reasons, rules }: ReviewResult): void {
  if (classes.length > 0) {
    output.heading("Classes");
    output.print(table(["class", "before", "after", "share"], classes.slice(0, SHOWN_CLASSES).map((c) => [printable(c.name), count(c.before), count(c.after), percent(c.after / c.before, 0)])));
    if (classes.length > SHOWN_CLASSES) output.print(`  … and ${count(classes.length - SHOWN_CLASSES)} more\n`);
  }
  output.heading("Why");
  output.print(table(["samples", "decision", "reason"], reasons.map((one) => [count(one.count), one.decision, reasonWords(one.reason)])));
  if (rules.length === 0) return;
  output.heading("Rules");
  output.print(listing(rules.map((rule) => [count(rule.samples), rule.action, printable(rule.name), printable(rule.reason)]), 2, output.width));
}

async function printList({ service, output }: Invocation, params: ReviewSamplesParams, heading: string): Promise<void> {
  const { total, entries } = await service.reviewSamples(params);
  if (total === 0) return;
  output.heading(`${heading}${total > entries.length ? ` (${count(entries.length)} of ${count(total)})` : ""}`);
  output.print(listing(entries.map(entryRow), 2, output.width));
}

function entryRow({ id, decision, reason, before, sample }: ReviewEntry): string[] {
  const was = before === null ? "" : `was ${before.decision}: ${before.reason}`;
  return [printable(id), sample === null ? "gone" : sample.line === null ? "" : `line ${sample.line}`, decision === null ? "not known" : `${decision}: ${reason ?? ""}`, was, printable(sample?.label ?? ""), oneLine(sample?.text ?? "", MOST_TEXT)];
}

/** Approves a selection as its file is now. */
export async function approve({ args, service, output }: Invocation): Promise<number> {
  const { selection, sha256, kept, samples, approval } = await service.review({ ...paramsOf(args), ...(args.selection === undefined ? {} : { selection: args.selection }) });
  await service.approve({ ...paramsOf(args), selection, sha256, note: args.note ?? "" });
  output.print(`"${printable(selection)}" is approved: it keeps ${count(kept)} of ${counted(samples, "sample")}, SHA-256 ${sha256}${approval === null ? "" : "; it was approved before"}.\n`);
  output.result({ selection, sha256, note: args.note ?? "" });
  return 0;
}

/** Prints the names of the selections. */
export async function listSelections({ args, service, output }: Invocation): Promise<number> {
  const names = await service.selections(paramsOf(args));
  output.print(names.length === 0 ? "There is no selection yet: infomax prune makes one.\n" : names.map((name) => `${printable(name)}\n`).join(""));
  output.result(names);
  return 0;
}
