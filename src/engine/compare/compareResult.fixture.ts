import { compareResultText, COMPARISON_FORMAT, COMPARISON_VERSION, parseCompareResult, type CompareResult } from "../../core/comparison/compareResult.ts";

const NOTHING = { money: 0, seconds: 0 };
type Source = CompareResult["sources"][number];
type Needs = CompareResult["strategies"][number]["needs"];

/** A source whose prices are 0 but for those given. */
export function handMadeSource(name: string, samples: number, prices: Partial<Source["prices"]>, more: Partial<Source> = {}): Source {
  return {
    name, kind: "in-house", samples, digest: "0123456789abcdef", leaked: 0, labelKind: "experts", access: "in-hand",
    prices: { acquire: NOTHING, label: NOTHING, embed: NOTHING, train: NOTHING, once: NOTHING, ...prices }, placeholders: [], ...more,
  };
}

/** What a strategy kept of each source at each budget, its utility there and half the utility's interval; null where it has no run. */
export interface HandMadeStrategy {
  readonly name: string;
  readonly needs?: Partial<Needs>;
  readonly shares?: readonly number[];
  readonly at: readonly ({ readonly ofSource: readonly number[]; readonly utility: number; readonly half?: number } | null)[];
}

/** A result of one redraw and one utility, "probe", checked as one that was read from a file. The first strategy is the baseline. */
export function handMadeResult(sources: readonly Source[], strategies: readonly HandMadeStrategy[], more: Partial<CompareResult> = {}): CompareResult {
  const names = strategies[0].at.map((_, at) => `budget ${at}`);
  const present = strategies.flatMap(({ name, at }) => at.map((own, budget) => ({ name, own, budget: names[budget] })));
  const result: CompareResult = {
    format: COMPARISON_FORMAT, version: COMPARISON_VERSION, program: "0.0.0", encoder: { name: "none", dimensions: 2 }, config: {}, configDigest: "0123456789abcdef",
    seed: 0, redraws: 1, seeds: 1, currency: "USD", baseline: strategies[0].name, classes: [], sources: [...sources], sets: [],
    budgets: names.map((name, at) => ({ name, samples: strategies[0].at[at]?.ofSource.reduce((sum, kept) => sum + kept, 0) ?? 0, money: null, seconds: null })),
    utilities: [{ name: "probe", title: "accuracy", better: "high", origin: "probe" }],
    strategies: strategies.map(({ name, needs, shares }) => ({ name, title: name, citation: "", shares: shares === undefined ? null : [...shares], needs: { content: false, labels: false, training: false, ...needs } })),
    runs: present.flatMap(({ name, own, budget }) => (own === null ? [] : [{
      strategy: name, budget, redraw: 0, seed: 0, samples: own.ofSource.reduce((sum, kept) => sum + kept, 0), ofSource: [...own.ofSource], idsDigest: "0123456789abcdef", cost: NOTHING, values: { probe: { value: own.utility } }, perClass: {},
    }])),
    matched: [], absent: present.flatMap(({ name, own, budget }) => (own === null ? [{ strategy: name, budget, notDefined: "it was too dear" }] : [])),
    summaries: present.flatMap(({ name, own, budget }) => (own === null ? [] : [{
      strategy: name, budget, utility: "probe", mean: { mean: own.utility, interval: { low: own.utility - (own.half ?? 0), high: own.utility + (own.half ?? 0) }, runs: 1, widening: 1 },
      versusBaseline: { notDefined: "it was not asked" }, pVersusBaseline: { notDefined: "it was not asked" }, isAmongBest: false, rankLow: 1, rankHigh: 1, surelyBetterThan: [],
    }])),
    correlations: [], notes: [], ...more,
  };
  return parseCompareResult(compareResultText(result), "it");
}
