import * as l10n from "@vscode/l10n";
import type { SelectionEntry } from "../../core/store/selectionFile.ts";
import type { ReviewResult } from "../../protocol/review.ts";
import type { AppliedSelection } from "../apply/appliedSelection.ts";
import type { LoadedDataset, Snapshot } from "../loadedDataset.ts";
import { decidedOf } from "../inForce.ts";
import { byImportance, type Compared, type SelectionDiff } from "./compareSelections.ts";

/** A sample as a review names it. */
export interface ReviewedSample {
  readonly id: string;
  /** The row in the dataset; null where it is gone. */
  readonly row: number | null;
  /** "file" or "file:line"; null where it is gone. */
  readonly place: string | null;
  readonly label: string | null;
  /** What it says, cut; null for images. */
  readonly text: string | null;
  /** Of the decision by hand that stands now. */
  readonly note: string | null;
  readonly now: SelectionEntry | undefined;
  readonly before: SelectionEntry | undefined;
  readonly keeper: { readonly id: string; readonly row: number | null; readonly place: string | null; readonly text: string | null } | null;
}

/** Samples that a document names, of `total`. */
export interface SampleList {
  readonly total: number;
  readonly samples: readonly ReviewedSample[];
}

/** All that the written form of a review says beyond its numbers. */
export interface ReviewDocument {
  /** Name of the dataset's file or folder. */
  readonly dataset: string;
  readonly review: Omit<ReviewResult, "markdown">;
  readonly datasetDigest: string;
  readonly unreadable: number;
  /** Why the rules of today cannot be followed; null where they can. */
  readonly rulesProblem: string | null;
  /** Samples of the selection that are gone, that it does not know, and whose content is another now. */
  readonly gone: number;
  readonly unknown: number;
  readonly changed: number;
  readonly protectedByHand: SampleList;
  readonly excludedByHand: SampleList;
  readonly overruled: SampleList;
  /** The most important dropped ones of each reason, the most frequent reason first. */
  readonly dropped: readonly (SampleList & { readonly reason: string })[];
  readonly diff: {
    readonly added: SampleList;
    readonly removed: SampleList;
    readonly reasonChanged: SampleList;
    /** Classes of which another number is kept than before. */
    readonly classes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
    /** Settings that differ, with both values; "" where one has none. */
    readonly settings: readonly { readonly name: string; readonly before: string; readonly after: string }[];
    /** How often one reason became another, the most frequent first. */
    readonly reasons: readonly { readonly decision: string; readonly before: string; readonly after: string; readonly count: number }[];
  } | null;
}

/** Samples that a list of a document names at most. */
export const MOST_LISTED = 50;
/** Of each reason for dropping. */
export const MOST_EXAMPLES = 10;
/** Of a text, before it is cut again for its place. */
const TEXT_CHARACTERS = 400;

/** A sample with what a person wants to see of it. */
async function reviewedSample(loaded: LoadedDataset, seen: Snapshot, { id, now, before }: Compared): Promise<ReviewedSample> {
  const { dataset } = loaded.index;
  const row = loaded.rowOf.get(id) ?? null;
  const code = row === null ? -1 : dataset.label[row];
  const keeperId = (now ?? before)?.keeper;
  const keeperRow = keeperId === undefined ? null : loaded.rowOf.get(keeperId) ?? null;
  return {
    id, row, now, before,
    place: row === null ? null : loaded.place(row),
    label: code < 0 ? null : dataset.labelNames[code],
    text: await textAt(loaded, row),
    note: row === null ? null : decidedOf(seen, row).note,
    keeper: keeperId === undefined ? null : { id: keeperId, row: keeperRow, place: keeperRow === null ? null : loaded.place(keeperRow), text: await textAt(loaded, keeperRow) },
  };
}

/** What a sample says; null for images, and where its file went or changed since it was indexed: its place is shown all the same. */
async function textAt(loaded: LoadedDataset, row: number | null): Promise<string | null> {
  if (row === null || loaded.index.dataset.kind === "image") return null;
  return (await loaded.content.textOf(row).catch(() => null))?.slice(0, TEXT_CHARACTERS) ?? null;
}

/** The first samples of a list. */
export async function sampleList(loaded: LoadedDataset, seen: Snapshot, all: readonly Compared[], most: number): Promise<SampleList> {
  return { total: all.length, samples: await Promise.all(all.slice(0, most).map((one) => reviewedSample(loaded, seen, one))) };
}

/** The most important dropped samples of each reason. */
export async function droppedByReason(loaded: LoadedDataset, seen: Snapshot, selection: AppliedSelection): Promise<ReviewDocument["dropped"]> {
  const byReason = new Map<string, Compared[]>();
  for (const entry of selection.entries) {
    if (entry.decision !== "dropped") continue;
    const list = byReason.get(entry.reason) ?? [];
    byReason.set(entry.reason, list);
    list.push({ id: entry.id, now: entry, before: undefined });
  }
  const reasons = [...byReason].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return Promise.all(reasons.map(async ([reason, list]) => ({ reason, ...await sampleList(loaded, seen, list.sort(byImportance), MOST_EXAMPLES) })));
}

/** How many samples of each class are kept, by the code of the class and −1 for none. */
function keptByClass(loaded: LoadedDataset, kept: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of kept) counts.set(loaded.index.dataset.label[row], (counts.get(loaded.index.dataset.label[row]) ?? 0) + 1);
  return counts;
}

/** What a document says of two selections. */
export async function diffOf(loaded: LoadedDataset, seen: Snapshot, now: AppliedSelection, before: AppliedSelection, { added, removed, reasonChanged }: SelectionDiff): Promise<NonNullable<ReviewDocument["diff"]>> {
  const [keptNow, keptBefore] = [keptByClass(loaded, now.kept), keptByClass(loaded, before.kept)];
  const classes = loaded.index.dataset.labelNames.map((name, code) => ({ name, before: keptBefore.get(code) ?? 0, after: keptNow.get(code) ?? 0 })).filter((one) => one.before !== one.after);
  const reasons = new Map<string, { decision: string; before: string; after: string; count: number }>();
  for (const one of reasonChanged) {
    if (one.now === undefined || one.before === undefined) continue;
    const key = `${one.now.decision} ${one.before.reason} ${one.now.reason}`;
    const known = reasons.get(key) ?? { decision: one.now.decision, before: one.before.reason, after: one.now.reason, count: 0 };
    reasons.set(key, known);
    known.count++;
  }
  return {
    added: await sampleList(loaded, seen, added, MOST_LISTED), removed: await sampleList(loaded, seen, removed, MOST_LISTED), reasonChanged: await sampleList(loaded, seen, reasonChanged, MOST_LISTED),
    classes, settings: changedSettings(now, before),
    reasons: [...reasons.values()].sort((a, b) => b.count - a.count || (`${a.decision} ${a.before} ${a.after}` < `${b.decision} ${b.before} ${b.after}` ? -1 : 1)),
  };
}

/** The settings that a selection was made with, as its header says them. */
export function settingsOf({ header }: AppliedSelection): ReviewResult["config"] {
  return Object.entries(header.config).map(([name, value]) => ({ name, value: typeof value === "string" ? value : typeof value === "number" ? String(Number(value.toPrecision(6))) : JSON.stringify(value) ?? "" }));
}

/** What follows from the others. */
const DERIVED: ReadonlySet<string> = new Set(["alpha", "kappa"]);

function changedSettings(now: AppliedSelection, before: AppliedSelection): NonNullable<ReviewDocument["diff"]>["settings"] {
  const asked = (selection: AppliedSelection): Map<string, string> =>
    new Map([["budget", selection.header.requestedBudget], ...settingsOf(selection).filter(({ name }) => !DERIVED.has(name)).map(({ name, value }) => [name, value] as const)]);
  const [after, earlier] = [asked(now), asked(before)];
  return [...new Set([...earlier.keys(), ...after.keys()])].map((name) => ({ name, before: earlier.get(name) ?? "", after: after.get(name) ?? "" })).filter((one) => one.before !== one.after);
}

/** Samples before and after by class, those without a label and those that are gone as classes of their own; none where there are no labels. */
export function classesOf(loaded: LoadedDataset, selection: AppliedSelection): ReviewResult["classes"] {
  const { label, labelNames } = loaded.index.dataset;
  if (labelNames.length === 0) return [];
  const counts = labelNames.map((name) => ({ name, before: 0, after: 0 }));
  const unlabelled = { name: l10n.t("(no label)"), before: 0, after: 0 };
  for (const [rows, isKept] of [[selection.kept, true], [selection.dropped, false]] as const) {
    for (const row of rows) {
      const one = label[row] < 0 ? unlabelled : counts[label[row]];
      one.before++;
      if (isKept) one.after++;
    }
  }
  const missing = new Set(selection.missing);
  const keptGone = selection.entries.filter((entry) => missing.has(entry.id) && entry.decision === "kept").length;
  const gone = { name: l10n.t("(not in the dataset now)"), before: missing.size, after: keptGone };
  return [...counts, unlabelled, gone].filter(({ before }) => before > 0);
}
