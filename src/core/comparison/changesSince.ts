import type { Measured } from "../metrics/measured.ts";
import type { CompareResult, ComparedSummary } from "./compareResult.ts";
import { kendall } from "./rankCorrelation.ts";

/** Names that are there now only, and that were there before only. */
export interface NameChanges {
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** A value of the settings, sources or sets that is another now; as JSON, null where there is none. */
export interface ValueChange {
  /** Such as "config.encoder", "source web: digest", "source web: label.money". */
  readonly what: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** Figures of one strategy on one utility at one budget. */
export interface UtilityChange {
  readonly strategy: string;
  readonly budget: string;
  readonly utility: string;
  readonly before: ComparedSummary["mean"];
  readonly now: ComparedSummary["mean"];
  /**
   * "up" and "down": the intervals do not meet (so it is another figure, not another draw). "appeared" and "lost":
   * not defined before, or now.
   */
  readonly kind: "up" | "down" | "appeared" | "lost";
  /** Whether the change is to the good; null where it is neither. */
  readonly isBetter: boolean | null;
}

/** The order of the strategies that both results have, on one utility at one budget. */
export interface RankingChange {
  readonly budget: string;
  readonly utility: string;
  /** The best mean before and now; null where none is defined. */
  readonly bestBefore: string | null;
  readonly bestNow: string | null;
  /** Strategies that joined or left the best and those not significantly worse. */
  readonly best: NameChanges;
  /** Two strategies of which one was significantly better and the other is now. */
  readonly reversals: readonly { readonly strategy: string; readonly over: string }[];
  /** Kendall's τ_b of the means before and now. */
  readonly agreement: Measured;
}

export interface ComparisonChanges {
  /** Sources, evaluation sets and encoder have the digests that they had: then differences come from settings or the program. */
  readonly isSameData: boolean;
  readonly isSameConfig: boolean;
  readonly program: { readonly before: string; readonly now: string } | null;
  readonly strategies: NameChanges;
  readonly budgets: NameChanges;
  readonly utilities: NameChanges;
  readonly sources: NameChanges;
  readonly sets: NameChanges;
  readonly classes: NameChanges;
  readonly values: readonly ValueChange[];
  readonly moved: readonly UtilityChange[];
  /** Only those in which something moved. */
  readonly rankings: readonly RankingChange[];
}

const namesOf = (members: readonly { readonly name: string }[]): string[] => members.map((member) => member.name);

function nameChanges(before: readonly string[], now: readonly string[]): NameChanges {
  return { added: now.filter((name) => !before.includes(name)), gone: before.filter((name) => !now.includes(name)) };
}

/** JSON with the keys of objects in order, so that only content makes a difference. */
function canonical(value: unknown): string | null {
  if (value === undefined) return null;
  return JSON.stringify(value, (_, member: unknown) => (typeof member === "object" && member !== null && !Array.isArray(member)
    ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member));
}

function* valueChanges(label: string, before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): Generator<ValueChange> {
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [old, own] = [canonical(before[key]), canonical(now[key])];
    if (old !== own) yield { what: `${label}${key}`, before: old, now: own };
  }
}

/** A source with its prices one by one. */
function flatSource({ prices, ...rest }: CompareResult["sources"][number]): Record<string, unknown> {
  return { ...rest, ...Object.fromEntries(Object.entries(prices).flatMap(([part, { money, seconds }]) => [[`${part}.money`, money], [`${part}.seconds`, seconds]])) };
}

function sharedPairs<T extends { readonly name: string }>(before: readonly T[], now: readonly T[]): [T, T][] {
  return now.flatMap((own): [T, T][] => {
    const old = before.find((member) => member.name === own.name);
    return old === undefined ? [] : [[old, own]];
  });
}

function allValueChanges(before: CompareResult, now: CompareResult): ValueChange[] {
  const scalars = (result: CompareResult): Record<string, unknown> => ({
    seed: result.seed, redraws: result.redraws, seeds: result.seeds, currency: result.currency, baseline: result.baseline,
    "encoder.name": result.encoder.name, "encoder.dimensions": result.encoder.dimensions,
  });
  return [
    ...valueChanges("", scalars(before), scalars(now)),
    ...valueChanges("config.", before.config, now.config),
    ...sharedPairs(before.sources, now.sources).flatMap(([old, own]) => [...valueChanges(`source ${own.name}: `, flatSource(old), flatSource(own))]),
    ...sharedPairs(before.sets, now.sets).flatMap(([old, own]) => [...valueChanges(`set ${own.name}: `, old, own)]),
    ...sharedPairs(before.budgets, now.budgets).flatMap(([old, own]) => [...valueChanges(`budget ${own.name}: `, old, own)]),
    ...sharedPairs(before.strategies, now.strategies).flatMap(([old, own]) => [...valueChanges(`strategy ${own.name}: `, { shares: old.shares, needs: old.needs }, { shares: own.shares, needs: own.needs })]),
  ];
}

function moveOf(before: ComparedSummary, now: ComparedSummary, better: "high" | "low"): UtilityChange | null {
  const { strategy, budget, utility } = now;
  const base = { strategy, budget, utility, before: before.mean, now: now.mean };
  if ("notDefined" in before.mean) return "notDefined" in now.mean ? null : { ...base, kind: "appeared", isBetter: null };
  if ("notDefined" in now.mean) return { ...base, kind: "lost", isBetter: null };
  const [old, own] = [before.mean.interval, now.mean.interval];
  if ("notDefined" in old || "notDefined" in own) return null;
  if (own.low > old.high) return { ...base, kind: "up", isBetter: better === "high" };
  return own.high < old.low ? { ...base, kind: "down", isBetter: better === "low" } : null;
}

function rankingChange(before: readonly ComparedSummary[], now: readonly ComparedSummary[], budget: string, utility: string, better: "high" | "low"): RankingChange | null {
  const means = now.flatMap((own) => {
    const old = before.find((member) => member.strategy === own.strategy);
    return old === undefined || "notDefined" in old.mean || "notDefined" in own.mean ? [] : [{ old, own, was: old.mean.mean, is: own.mean.mean }];
  });
  const sign = better === "high" ? 1 : -1;
  const bestBy = (value: (of: (typeof means)[number]) => number): string | null =>
    means.reduce<(typeof means)[number] | null>((best, next) => (best === null || sign * value(next) > sign * value(best) ? next : best), null)?.own.strategy ?? null;
  const bestBefore = bestBy(({ was }) => was);
  const bestNow = bestBy(({ is }) => is);
  const best = nameChanges(
    means.filter(({ old }) => old.isAmongBest).map(({ own }) => own.strategy),
    means.filter(({ own }) => own.isAmongBest).map(({ own }) => own.strategy),
  );
  const reversals = means.flatMap(({ own }) => means
    .filter(({ old: rival }) => own.surelyBetterThan.includes(rival.strategy) && rival.surelyBetterThan.includes(own.strategy))
    .map(({ own: rival }) => ({ strategy: own.strategy, over: rival.strategy })));
  const isStill = bestBefore === bestNow && best.added.length + best.gone.length + reversals.length === 0;
  return isStill ? null : { budget, utility, bestBefore, bestNow, best, reversals, agreement: kendall(means.map(({ was }) => was), means.map(({ is }) => is)) };
}

/**
 * What changed since an earlier result, for `--against`: what was compared, on what, and which figures moved by more than
 * chance. A figure has moved when its two intervals do not meet, which is stricter than a test of their difference; one
 * without an interval cannot be said to have moved.
 * Rankings are those of the strategies that both results have.
 */
export function changesSince(before: CompareResult, now: CompareResult): ComparisonChanges {
  const digests = (result: CompareResult): string | null => canonical([
    result.sources.map(({ name, digest }) => [name, digest]), result.sets.map(({ name, digest }) => [name, digest]), result.encoder,
  ]);
  const key = (summary: ComparedSummary): string => JSON.stringify([summary.strategy, summary.budget, summary.utility]);
  const old = new Map(before.summaries.map((summary) => [key(summary), summary]));
  const betterOf = new Map(now.utilities.map((utility) => [utility.name, utility.better]));
  const moved = now.summaries.flatMap((summary): UtilityChange[] => {
    const earlier = old.get(key(summary));
    const change = earlier === undefined ? null : moveOf(earlier, summary, betterOf.get(summary.utility) ?? "high");
    return change === null ? [] : [change];
  });
  const of = (result: CompareResult, budget: string, utility: string): ComparedSummary[] =>
    result.summaries.filter((summary) => summary.budget === budget && summary.utility === utility);
  const rankings = sharedPairs(before.budgets, now.budgets).flatMap(([, budget]) => sharedPairs(before.utilities, now.utilities).flatMap(([, utility]) => {
    const change = rankingChange(of(before, budget.name, utility.name), of(now, budget.name, utility.name), budget.name, utility.name, utility.better);
    return change === null ? [] : [change];
  }));
  return {
    isSameData: digests(before) === digests(now),
    isSameConfig: before.configDigest === now.configDigest,
    program: before.program === now.program ? null : { before: before.program, now: now.program },
    strategies: nameChanges(namesOf(before.strategies), namesOf(now.strategies)),
    budgets: nameChanges(namesOf(before.budgets), namesOf(now.budgets)),
    utilities: nameChanges(namesOf(before.utilities), namesOf(now.utilities)),
    sources: nameChanges(namesOf(before.sources), namesOf(now.sources)),
    sets: nameChanges(namesOf(before.sets), namesOf(now.sets)),
    classes: nameChanges(before.classes, now.classes),
    values: allValueChanges(before, now),
    moved,
    rankings,
  };
}
