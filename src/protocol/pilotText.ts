/** Figures with intervals in words, no more precise than they are. Pure. */
import * as l10n from "@vscode/l10n";
import type { Estimate, PilotResult } from "./budget.ts";
import { formatCount, samplesText } from "./words.ts";

/** A number to two figures: a pilot knows no more. */
function rough(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(2));
}

/** "0.4", "38" seconds; "12 min"; "3.5 h". */
function duration(seconds: number): string {
  if (seconds < 99.5) return l10n.t("{0} s", seconds < 0.1 ? "<0.1" : rough(seconds));
  return seconds < 5970 ? l10n.t("{0} min", rough(seconds / 60)) : l10n.t("{0} h", rough(seconds / 3600).toLocaleString("en-US"));
}

function bytes(value: number): string {
  return value < 2 ** 30 ? `${formatCount(rough(value / 2 ** 20))} MB` : `${rough(value / 2 ** 30)} GB`;
}

function share(value: number): string {
  return `${rough(Math.max(0, 100 * value))}%`;
}

/** "38 s (31 s–52 s)"; without the interval where it says nothing more. */
function spanned({ value, low, high }: Estimate, format: (value: number) => string): string {
  const [middle, from, to] = [value, low, high].map(format);
  if (from === to) return middle;
  const unit = / [^\s\d]+$|%$/.exec(to)?.[0] ?? "";
  return `${middle} (${unit !== "" && from.endsWith(unit) ? from.slice(0, -unit.length) : from}–${to})`;
}

export function durationSpan(estimate: Estimate): string {
  return spanned(estimate, duration);
}

export function memorySpan(estimate: Estimate): string {
  return spanned(estimate, bytes);
}

export function shareSpan(estimate: Estimate): string {
  return spanned(estimate, share);
}

/** "8,300 (6,100–21,000)". */
export function countSpan(estimate: Estimate): string {
  return spanned(estimate, (value) => formatCount(rough(value)));
}

/** The likely budget as a share, for the command line: "17%". */
export function likelyBudget({ budget, samples }: PilotResult): string {
  return `${Math.min(100, Math.max(1, Math.round((100 * budget.likely.value) / samples)))}%`;
}

/** A pilot's findings in a few sentences. */
export function pilotText(result: PilotResult): string {
  const { samples, sampled, seconds, memoryBytes, redundancy, budget } = result;
  return l10n.t(
    "From {0} of {1}: indexing and pruning the whole takes about {2} and {3} of memory. About {4} is redundant; {5} samples would hold each distinct content once, a budget of about {6}.",
    samplesText(sampled), formatCount(samples), durationSpan(seconds), memorySpan(memoryBytes), shareSpan(redundancy.share), countSpan(budget.likely), likelyBudget(result));
}
