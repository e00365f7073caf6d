/** How ranks move with a price, as lines of a bump chart. Pure. */
import type { ComparisonView, PriceSweep } from "../../src/protocol/comparison.ts";
import { isDefined } from "../../src/protocol/comparison.ts";

/** A strategy's way over the factors of a price. */
export interface BumpLine {
  readonly strategy: number;
  /** By factor; 0 where its utility is not known. */
  readonly ranks: readonly number[];
  /** Its place from the top by factor, 0 the first: of its own even where ranks are shared. Null where its utility is not known. */
  readonly slots: readonly (number | null)[];
  /** First at some factor, alone or tied. */
  readonly isLeader: boolean;
}

/** Strategies that share a rank at a factor: their slots from … to. */
export interface BumpTie {
  readonly factor: number;
  readonly from: number;
  readonly to: number;
}

export interface BumpChartLines {
  /** Those that are known at some factor, as they stand at × 1. */
  readonly lines: readonly BumpLine[];
  readonly ties: readonly BumpTie[];
  /** Slots that are taken at most. */
  readonly height: number;
}

/** Where × 1 stands among the factors; the nearest to it. */
export function unitFactor(factors: readonly number[]): number {
  return factors.reduce((best, factor, at) => (Math.abs(Math.log(factor)) < Math.abs(Math.log(factors[best])) ? at : best), 0);
}

/**
 * Places within a shared rank follow the order at × 1, so that lines cross only where ranks change.
 * @param drawn numbers of the strategies that are to be seen
 */
export function bumpLines(sweep: PriceSweep, drawn: readonly number[], better: "high" | "low"): BumpChartLines {
  const { factors, ranks, utilities } = sweep;
  const sign = better === "high" ? -1 : 1;
  const unit = unitFactor(factors);
  const outwards = [...factors.keys()].sort((a, b) => Math.abs(a - unit) - Math.abs(b - unit));
  const known = drawn.filter((s) => ranks.some((row) => row[s] > 0));
  /** Rank and utility where it is known nearest to × 1. */
  const standing = (s: number): readonly [number, number] => {
    const at = outwards.find((f) => ranks[f][s] > 0) ?? unit;
    return [ranks[at][s], sign * (utilities[at][s] ?? 0)];
  };
  const base = [...known].sort((a, b) => {
    const [first, second] = [standing(a), standing(b)];
    return first[0] - second[0] || first[1] - second[1] || a - b;
  });
  const slots = base.map(() => factors.map((): number | null => null));
  const ties: BumpTie[] = [];
  let height = 0;
  factors.forEach((_, f) => {
    const order = [...base.keys()].filter((i) => ranks[f][base[i]] > 0).sort((a, b) => ranks[f][base[a]] - ranks[f][base[b]] || a - b);
    order.forEach((i, slot) => { slots[i][f] = slot; });
    height = Math.max(height, order.length);
    for (let from = 0; from < order.length;) {
      let to = from;
      while (to + 1 < order.length && ranks[f][base[order[to + 1]]] === ranks[f][base[order[from]]]) to++;
      if (to > from) ties.push({ factor: f, from, to });
      from = to + 1;
    }
  });
  return { lines: base.map((s, i) => ({ strategy: s, ranks: ranks.map((row) => row[s]), slots: slots[i], isLeader: sweep.leaders.includes(s) })), ties, height };
}

/** Why lines have gaps: it buys nothing, fewer or more samples than were measured, or else. */
export type GapKind = "nothing" | "fewer" | "more" | "other";

export interface Gap {
  readonly kind: GapKind;
  /** Places in the factors, both within the gap. */
  readonly from: number;
  readonly to: number;
  readonly strategies: readonly number[];
}

/** Gaps of the drawn strategies, those with the same reason over the same factors together; the longest first. */
export function gapsOf(view: Pick<ComparisonView, "subsets">, sweep: PriceSweep, drawn: readonly number[]): readonly Gap[] {
  const found = new Map<string, { kind: GapKind; from: number; to: number; strategies: number[] }>();
  for (const s of drawn) {
    const sizes = view.subsets.flatMap((row) => (isDefined(row[s]) ? [row[s].samples] : []));
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    const kindAt = (f: number): GapKind | null => {
      if (sweep.ranks[f][s] > 0) return null;
      const samples = sweep.samples[f][s];
      return samples === 0 ? "nothing" : samples < least ? "fewer" : samples > most ? "more" : "other";
    };
    for (let from = 0; from < sweep.factors.length;) {
      const kind = kindAt(from);
      let to = from;
      while (to + 1 < sweep.factors.length && kindAt(to + 1) === kind) to++;
      if (kind !== null) {
        const key = `${kind} ${from} ${to}`;
        const group = found.get(key) ?? { kind, from, to, strategies: [] };
        group.strategies.push(s);
        found.set(key, group);
      }
      from = to + 1;
    }
  }
  return [...found.values()].sort((a, b) => (b.to - b.from) - (a.to - a.from) || a.from - b.from);
}

/** Those that are first at a factor, alone or tied, the best utility first. */
export function leadersAt(sweep: PriceSweep, factor: number, better: "high" | "low"): readonly number[] {
  const sign = better === "high" ? -1 : 1;
  const utility = (s: number): number => sign * (sweep.utilities[factor][s] ?? 0);
  return [...sweep.ranks[factor].keys()].filter((s) => sweep.ranks[factor][s] === 1).sort((a, b) => utility(a) - utility(b));
}

/** The best utility that the amount buys at each factor; null where none is known. */
export function bestUtilities(sweep: PriceSweep, better: "high" | "low"): readonly (number | null)[] {
  return sweep.factors.map((_, f) => {
    const first = leadersAt(sweep, f, better).at(0);
    return first === undefined ? null : sweep.utilities[f][first];
  });
}
