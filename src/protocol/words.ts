/** The words that editors and inspector share. Pure, imports types only. */
import type { DatasetSummary, DropReason, FileStatus, Progress, PruneResult } from "./engine.ts";

const REASONS: { readonly [reason in DropReason]: string } = {
  "duplicate": "exact duplicate",
  "near-duplicate": "near-duplicate",
  "redundant": "redundant",
  "low-importance": "low importance",
  "class-share": "gave way to what classes are due",
  "hardest": "among the hardest, kept last",
  "excluded": "excluded",
};
export const DROP_REASONS = Object.keys(REASONS) as readonly DropReason[];

/** A reason for dropping, in lower case. */
export function reasonText(reason: DropReason): string {
  return REASONS[reason];
}

// Made when first needed: it takes some 10 ms, which activation need not spend.
let whole: Intl.NumberFormat | null = null;

/** 12345 → "12,345". */
export function formatCount(count: number): string {
  whole ??= new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  return whole.format(count);
}

/** "1 sample", "2 samples"; `many` where the plural is not `one` with an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
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
  if (bound - objective <= EQUAL * Math.abs(bound)) return "the best possible";
  // Shares of a bound mean something where both are positive.
  return objective > 0 ? `at least ${(Math.floor(1000 * quality) / 10).toFixed(1)}% of the best possible` : `at most ${formatObjective(bound - objective)} below the best possible`;
}

/** "objective 1285.3, at least 99.6% of the best possible (upper bound 1290.4)" */
export function objectiveText(result: Pick<PruneResult, "objective" | "bound" | "quality">): string {
  return `objective ${formatObjective(result.objective)}, ${qualityText(result)} (upper bound ${formatObjective(result.bound)})`;
}

/** Probes that are right less often mistake their own errors for wrong labels. */
const TRUSTED_PROBES = 0.8;

/** The estimate of wrong labels in a sentence without a full stop; null where there is none or it is not to be trusted. */
export function labelNoiseText(noise: DatasetSummary["labelNoise"]): string | null {
  if (noise === null || noise.probeAccuracy === null || noise.probeAccuracy < TRUSTED_PROBES) return null;
  const share = noise.share === 0 ? "none" : noise.share < 0.001 ? "less than 0.1%" : `about ${formatShare(noise.share)}`;
  return `${share} of the labels ${noise.share === 0 ? "looks" : "look"} wrong to probes that did not see them (they are right ${formatShare(noise.probeAccuracy)} of the time)`;
}

/** How far a download is: "12.3 MB of 90.4 MB, 5.1 MB/s". */
export function downloadText({ done, total, rate }: Pick<Progress, "done" | "total" | "rate">): string {
  return `${formatBytes(done)} of ${formatBytes(total)}${rate === undefined || rate <= 0 ? "" : `, ${formatBytes(rate)}/s`}`;
}

/** Seconds in words, rounded: "20 s", "3 min", "1 h 20 min". */
function formatSeconds(seconds: number): string {
  if (seconds < 55) return `${Math.max(1, seconds < 10 ? Math.round(seconds) : 5 * Math.round(seconds / 5))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 10 && minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${formatCount(Math.round(minutes / 60))} h`;
}

/** How fast a job goes and how long it takes yet, to be put behind its progress: ", 512/s, 1 min left"; nothing while that is not known. */
export function paceText({ rate, secondsLeft }: Pick<Progress, "rate" | "secondsLeft">): string {
  if (rate === undefined || rate <= 0) return "";
  const speed = `, ${rate < 10 ? rate.toFixed(1) : formatCount(rate)}/s`;
  return secondsLeft === undefined || secondsLeft < 0.5 ? speed : `${speed}, ${formatSeconds(secondsLeft)} left`;
}

/** Progress in one line: "Embedding 24% (12,400 of 50,000), 512/s, 1 min left". */
export function progressText(progress: Progress): string {
  if (progress.unit === "bytes") return `${progress.stage}: ${downloadText(progress)}`;
  if (progress.total <= 0) return progress.done > 0 ? `${progress.stage} (${formatCount(progress.done)})` : `${progress.stage}…`;
  const percent = Math.min(100, Math.floor((100 * progress.done) / progress.total));
  return `${progress.stage} ${percent}% (${formatCount(progress.done)} of ${formatCount(progress.total)})${paceText(progress)}`;
}

/** What a file's badge means, in words; null where there is nothing to say. */
export function fileStatusText(status: FileStatus): string | null {
  const parts: string[] = [];
  if (status.protected) parts.push("protected: never dropped");
  if (status.duplicate) parts.push("has a near-duplicate");
  if (status.status === "dropped") parts.push("dropped by the current selection");
  return parts.length === 0 ? null : `InfoMax: ${parts.join("; ")}`;
}
