/** The words that editors and inspector share, in the language that the program has configured; the command line configures none and stays English. Pure. */
import * as l10n from "@vscode/l10n";
import type { DatasetSummary, Progress } from "./dataset.ts";
import type { FileStatus } from "./marks.ts";
import type { DropReason, PruneResult } from "./selection.ts";

const REASONS: { readonly [reason in DropReason]: () => string } = {
  "duplicate": () => l10n.t("exact duplicate"),
  "near-duplicate": () => l10n.t("near-duplicate"),
  "redundant": () => l10n.t("redundant"),
  "low-importance": () => l10n.t("low importance"),
  "class-share": () => l10n.t("gave way to what classes are due"),
  "hardest": () => l10n.t("among the hardest, kept last"),
  "excluded": () => l10n.t("excluded"),
};
export const DROP_REASONS = Object.keys(REASONS) as readonly DropReason[];

/** A reason for dropping, in lower case. */
export function reasonText(reason: DropReason): string {
  return REASONS[reason]();
}

// Made when first needed: it takes some 10 ms, which activation need not spend.
let whole: Intl.NumberFormat | null = null;

/** 12345 → "12,345". */
export function formatCount(count: number): string {
  whole ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  return whole.format(count);
}

/** "1 sample", "2,000 samples". */
export function samplesText(count: number): string {
  return count === 1 ? l10n.t("1 sample") : l10n.t("{0} samples", formatCount(count));
}

/** A clause as a sentence: "set in the settings" → "Set in the settings." */
export function asSentence(clause: string): string {
  return l10n.t("{0}.", `${clause.charAt(0).toUpperCase()}${clause.slice(1)}`);
}

/** 90387606 → "90.4 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const [size, unit] = bytes < 999_500 ? [bytes / 1e3, "kB"] : bytes < 999.5e6 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${size.toFixed(size < 99.95 ? 1 : 0).replace(/\.0$/, "")} ${unit}`;
}

/** A share in [0, 1] as a percentage; one decimal below 10%, and never 0% or 100% for what is not. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.1) return "<0.1%";
  if (percent > 99.9) return ">99.9%";
  return `${percent.toFixed(percent < 10 || percent > 90 ? 1 : 0).replace(/\.0$/, "")}%`;
}

/** A cosine similarity with two decimals; 1.00 only for what is 1. */
export function formatSimilarity(similarity: number): string {
  return similarity < 1 && similarity >= 0.995 ? similarity.toFixed(4).replace("1.0000", "0.9999") : similarity.toFixed(2);
}

/** Closer than this part of the bound counts as equal to it: bounds allow for rounding. */
const EQUAL = 1e-8;

/** An objective in about four figures. */
function formatObjective(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}

/** How near the optimum a selection is proven to be: "at least 99.6% of the best possible"; rounded down, so that nothing is claimed that is not proven. */
export function qualityText({ objective, bound, quality }: Pick<PruneResult, "objective" | "bound" | "quality">): string {
  if (bound - objective <= EQUAL * Math.abs(bound)) return l10n.t("the best possible");
  // Shares of a bound mean something where both are positive.
  return objective > 0 ? l10n.t("at least {0}% of the best possible", (Math.floor(1000 * quality) / 10).toFixed(1)) : l10n.t("at most {0} below the best possible", formatObjective(bound - objective));
}

/** "objective 1285.3, at least 99.6% of the best possible (upper bound 1290.4)" */
export function objectiveText(result: Pick<PruneResult, "objective" | "bound" | "quality">): string {
  return l10n.t("objective {0}, {1} (upper bound {2})", formatObjective(result.objective), qualityText(result), formatObjective(result.bound));
}

/** Probes that are right less often mistake their own errors for wrong labels. */
const TRUSTED_PROBES = 0.8;

/** The estimate of wrong labels in a sentence without a full stop; null where there is none or it is not to be trusted. */
export function labelNoiseText(noise: DatasetSummary["labelNoise"]): string | null {
  if (noise === null || noise.probeAccuracy === null || noise.probeAccuracy < TRUSTED_PROBES) return null;
  const right = formatShare(noise.probeAccuracy);
  if (noise.share === 0) return l10n.t("none of the labels looks wrong to probes that did not see them (they are right {0} of the time)", right);
  if (noise.share < 0.001) return l10n.t("less than 0.1% of the labels look wrong to probes that did not see them (they are right {0} of the time)", right);
  return l10n.t("about {0} of the labels look wrong to probes that did not see them (they are right {1} of the time)", formatShare(noise.share), right);
}

/** How far a download is: "12.3 MB of 90.4 MB, 5.1 MB/s". */
export function downloadText({ done, total, rate }: Pick<Progress, "done" | "total" | "rate">): string {
  return rate === undefined || rate <= 0 ? l10n.t("{0} of {1}", formatBytes(done), formatBytes(total)) : l10n.t("{0} of {1}, {2}/s", formatBytes(done), formatBytes(total), formatBytes(rate));
}

/** Seconds in words, rounded: "20 s", "3 min", "1 h 20 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 55) return l10n.t("{0} s", Math.max(1, seconds < 10 ? Math.round(seconds) : 5 * Math.round(seconds / 5)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return l10n.t("{0} min", minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 10 && minutes % 60 > 0 ? l10n.t("{0} h {1} min", hours, minutes % 60) : l10n.t("{0} h", formatCount(Math.round(minutes / 60)));
}

/** How fast a job goes and how long it takes yet, to be put behind its progress: ", 512/s, 1 min left"; nothing while that is not known. */
export function paceText({ rate, secondsLeft }: Pick<Progress, "rate" | "secondsLeft">): string {
  if (rate === undefined || rate <= 0) return "";
  const speed = rate < 10 ? rate.toFixed(1) : formatCount(rate);
  return secondsLeft === undefined || secondsLeft < 0.5 ? l10n.t(", {0}/s", speed) : l10n.t(", {0}/s, {1} left", speed, formatSeconds(secondsLeft));
}

/** What the engine says that it does, in the user's language. */
const STAGES = new Map<string, () => string>([
  ["Building the search index", () => l10n.t("Building the search index")],
  ["Clustering", () => l10n.t("Clustering")],
  ["Comparing", () => l10n.t("Comparing")],
  ["Comparing the sample with all vectors", () => l10n.t("Comparing the sample with all vectors")],
  ["Embedding", () => l10n.t("Embedding")],
  ["Embedding class names", () => l10n.t("Embedding class names")],
  ["Embedding the sample", () => l10n.t("Embedding the sample")],
  ["Encoding corrupted images", () => l10n.t("Encoding corrupted images")],
  ["Finding keepers", () => l10n.t("Finding keepers")],
  ["Finding neighbours", () => l10n.t("Finding neighbours")],
  ["Finding neighbours in the sample", () => l10n.t("Finding neighbours in the sample")],
  ["Finding neighbours of what is left", () => l10n.t("Finding neighbours of what is left")],
  ["Importing", () => l10n.t("Importing")],
  ["Indexing", () => l10n.t("Indexing")],
  ["Judging differences", () => l10n.t("Judging differences")],
  ["Laying out the map", () => l10n.t("Laying out the map")],
  ["Looking for leaks", () => l10n.t("Looking for leaks")],
  ["Making thumbnails", () => l10n.t("Making thumbnails")],
  ["Moving", () => l10n.t("Moving")],
  ["Opening", () => l10n.t("Opening")],
  ["Reading", () => l10n.t("Reading")],
  ["Reading samples", () => l10n.t("Reading samples")],
  ["Scoring", () => l10n.t("Scoring")],
  ["Scoring the sample", () => l10n.t("Scoring the sample")],
  ["Scoring what is left", () => l10n.t("Scoring what is left")],
  ["Searching", () => l10n.t("Searching")],
  ["Selecting", () => l10n.t("Selecting")],
  ["Starting", () => l10n.t("Starting")],
  ["Verifying", () => l10n.t("Verifying")],
]);

/** A stage in the user's language; one that is not known as it is. */
export function stageText(stage: string): string {
  const known = STAGES.get(stage);
  if (known !== undefined) return known();
  const [, deed, what] = /^(Downloading|Embedding) (.+)$/.exec(stage) ?? [];
  return deed === "Downloading" ? l10n.t("Downloading {0}", what) : deed === "Embedding" ? l10n.t("Embedding {0}", what) : stage;
}

/** Progress in one line: "Embedding 24% (12,400 of 50,000), 512/s, 1 min left". */
export function progressText(progress: Progress): string {
  const stage = stageText(progress.stage);
  if (progress.unit === "bytes") return `${stage}: ${downloadText(progress)}`;
  if (progress.total <= 0) return progress.done > 0 ? `${stage} (${formatCount(progress.done)})` : `${stage}…`;
  const percent = Math.min(100, Math.floor((100 * progress.done) / progress.total));
  return `${l10n.t("{0} {1}% ({2} of {3})", stage, percent, formatCount(progress.done), formatCount(progress.total))}${paceText(progress)}`;
}

/** What a file's badge means, in words; null where there is nothing to say. */
export function fileStatusText(status: FileStatus): string | null {
  const parts: string[] = [];
  if (status.protected) parts.push(l10n.t("protected: never dropped"));
  if (status.excluded) parts.push(l10n.t("excluded: never kept"));
  if (status.duplicate) parts.push(l10n.t("has a near-duplicate"));
  if (status.status === "dropped") parts.push(l10n.t("dropped by the current selection"));
  return parts.length === 0 ? null : `InfoMax: ${parts.reduce((before, part) => l10n.t("{0}; {1}", before, part))}`;
}
