/** A small comparison made by hand, for tests. */
import type { ComparedSubset, ComparedUtility, ComparisonCell, ComparisonPricing, ComparisonView, Cost, Estimated, Figure, PricePart } from "../../src/protocol/comparison.ts";

const STRATEGIES = ["Random", "InfoMax", "CCS", "Herding", "Near-duplicate removal", "crowd alone"] as const;
export const UTILITIES: readonly ComparedUtility[] = [
  { name: "probe", title: "Accuracy of linear probes", hint: "Logistic regression on the embeddings.", better: "high", origin: "probe", isShare: true, isCommon: true },
  { name: "calibration", title: "Calibration error", hint: "Expected calibration error of the probes.", better: "low", origin: "probe", isShare: true, isCommon: true },
  { name: "shift-5", title: "Accuracy under corruption, severity 5", hint: "Of the probes, on corrupted images.", better: "high", origin: "probe", isShare: true, isCommon: false },
  { name: "mmd", title: "MMD to the target × 1,000", hint: "Maximum mean discrepancy.", better: "low", origin: "analytic", isShare: false, isCommon: true },
  { name: "vendi", title: "Vendi score", hint: "Effective number of different samples.", better: "high", origin: "analytic", isShare: false, isCommon: true },
  { name: "gini", title: "Gini coefficient of classes", hint: "0 where all classes are alike.", better: "low", origin: "analytic", isShare: false, isCommon: false },
];
/** [utility][strategy], at the first budget. */
const MEANS: readonly (readonly (number | null)[])[] = [
  [0.743, 0.771, 0.766, 0.744, 0.742, 0.61],
  [0.05, 0.105, 0.103, 0.053, 0.051, null],
  [0.57, 0.6, 0.598, 0.571, 0.57, 0.4],
  [0.191, 1.15, 0.476, 0.0865, 0.19, 4.2],
  [81.7, 86.3, 82.3, 82.4, 81.7, 40],
  [0.02, 0.02, 0.02, 0.02, 0.02, 0.02],
];
/** Half intervals, as parts of the value. */
const HALF = 0.006;
export const CLASSES = ["cat", "dog", "bird", "ship", "unseen"] as const;

function estimated(mean: number, half: number): Estimated {
  return { mean, interval: { low: mean - half, high: mean + half }, runs: 9 };
}

function cell(utility: number, strategy: number, gain: number): ComparisonCell {
  const means = MEANS[utility].map((mean) => (mean === null ? null : mean + gain));
  const own = means[strategy];
  const sign = UTILITIES[utility].better === "high" ? 1 : -1;
  if (own === null) {
    const notDefined = { notDefined: "one class has no sample" };
    return { mean: notDefined, versusBaseline: notDefined, sure: 0, isAmongBest: false, rankLow: 0, rankHigh: 0, surelyBetterThan: [] };
  }
  const margin = 2 * HALF * Math.abs(own);
  const isSure = (a: number | null, b: number | null): boolean => a !== null && b !== null && sign * (a - b) > margin;
  const others = [...means.keys()].filter((s) => s !== strategy && means[s] !== null);
  const better = others.filter((s) => isSure(means[s], own)).length;
  const surelyBetterThan = others.filter((s) => isSure(own, means[s]));
  return {
    mean: estimated(own, HALF * Math.abs(own)),
    versusBaseline: strategy === 0 ? { notDefined: "it is the baseline" } : estimated(own - (means[0] ?? 0), margin / 2),
    sure: isSure(own, means[0]) ? 1 : isSure(means[0], own) ? -1 : 0,
    isAmongBest: better === 0, rankLow: better + 1, rankHigh: others.length + 1 - surelyBetterThan.length, surelyBetterThan,
  };
}

function subset(samples: number, strategy: number): Figure<ComparedSubset> {
  if (strategy === 5 && samples > 5000) return { notDefined: "crowd has 6,000 samples only" };
  return {
    samples, ofSource: strategy === 5 ? [0, 1] : [0.75, 0.25], cost: { money: 1.011 * samples * (strategy === 0 ? 0.2 : 1), seconds: 60 * samples },
    perClass: CLASSES.map((_, c) => (c === 4 ? null : 0.6 + 0.08 * c + 0.01 * strategy * (c - 1))),
    perClassSpread: CLASSES.map((_, c) => (c === 4 ? null : 0.01 + 0.002 * c)),
    perClassRandom: CLASSES.map((_, c) => (c === 4 ? null : 0.6 + 0.08 * c)),
    perClassLead: CLASSES.map((_, c) => (c === 4 ? null : 0.01 * strategy * (c - 1))),
    perClassLeadSpread: CLASSES.map((_, c) => (c === 4 ? null : 0.008 + 0.002 * c)),
  };
}

const SIZES = [2500, 5000, 15_000] as const;
const free: Cost = { money: 0, seconds: 0 };
const prices: { readonly [part in PricePart]: Cost } = { acquire: { money: 0.01, seconds: 0 }, label: { money: 1, seconds: 60 }, embed: { money: 0, seconds: 0.01 }, train: { money: 0.001, seconds: 0.1 }, once: free };

function pricing(): ComparisonPricing {
  const costs = SIZES.map((samples) => STRATEGIES.map((_, s) => {
    const found = subset(samples, s);
    return "notDefined" in found ? null : found.cost;
  }));
  return {
    utility: 0, spend: { unit: "money", amount: 5000 }, tolerance: 0.004, prices: [prices, prices], costs,
    standings: STRATEGIES.map((_, s) => ({ samples: 5000, utility: { value: MEANS[0][s] ?? 0 }, rank: 1 + [3, 0, 1, 2, 4, 5][s], parts: prices })),
    sweeps: [{
      source: null, part: "label", unit: "money", factors: [0.25, 1, 4], ranks: [[2, 1, 1, 2, 2, 3], [3, 1, 1, 2, 4, 5], [1, 2, 2, 2, 2, 3]],
      samples: [[5000, 5000, 5000, 5000, 5000, 5000], [5000, 5000, 5000, 5000, 5000, 5000], [5000, 1250, 1250, 5000, 5000, 1250]],
      utilities: [[0.75, 0.78, 0.78, 0.75, 0.75, 0.6], [0.743, 0.771, 0.766, 0.744, 0.742, 0.61], [0.743, 0.72, 0.72, 0.73, 0.73, null]], isOrderMoved: true, leaders: [0, 1, 2],
    }],
    breakEvens: [{ source: 0, part: "label", unit: "money", factor: 3.4, price: 3.4, below: 1, above: 0, leader: 1, rival: 0 }],
  };
}

/** Six strategies, the first the baseline; six utilities; three budgets; two sources, the second alone a strategy; five classes, the last without a test sample. */
export function comparisonView(change: Partial<ComparisonView> = {}): ComparisonView {
  const gains = [0, 0.03, 0.08];
  return {
    file: "/data/compare.json", written: Date.UTC(2025, 10, 22, 12), stale: false, program: "0.1.0", encoder: "built-in image encoder", configDigest: "afe132328d5b18ef", seed: 0, redraws: 3, seeds: 3,
    currency: "USD", baseline: 0, classes: [...CLASSES],
    sources: [
      { name: "clean", kind: "in-house", samples: 44_000, leaked: 983, labelKind: "experts", access: "in-hand", prices, placeholders: ["acquire.money", "train.seconds"] },
      { name: "crowd", kind: "crowd-labelled", samples: 6000, leaked: 0, labelKind: "crowd", access: "on-purchase", prices, placeholders: [] },
    ],
    sets: [{ name: "test", role: "target", samples: 9000, aside: 1000 }],
    budgets: SIZES.map((samples, i) => ({ name: ["5%", "10%", "30%"][i], samples, money: null })),
    utilities: UTILITIES,
    strategies: STRATEGIES.map((title, s) => ({
      name: title.toLowerCase().replaceAll(" ", "-"), title, citation: s === 1 ? "Tan et al., ICLR 2025, arXiv 2506.01701" : "", shares: s === 5 ? [0, 1] : null,
      needs: { content: s === 1 || s === 3 || s === 4, labels: s === 2, training: s === 1 || s === 2 },
    })),
    cells: SIZES.map((samples, b) => UTILITIES.map((_, u) => STRATEGIES.map((__, s) => ("notDefined" in subset(samples, s) ? null : cell(u, s, MEANS[u][s] === null || u === 5 ? 0 : gains[b] * (UTILITIES[u].isShare ? 1 : 10)))))),
    subsets: SIZES.map((samples) => STRATEGIES.map((_, s) => subset(samples, s))),
    correlations: SIZES.flatMap((_, budget) => [
      { budget, metric: 3, utility: 0, runs: 54, spearman: { value: -0.51 }, interval: { low: -0.75, high: -0.03 } },
      { budget, metric: 4, utility: 0, runs: 54, spearman: { value: 0.2 }, interval: { low: -0.3, high: 0.61 } },
      { budget, metric: 5, utility: 0, runs: 54, spearman: { notDefined: "it is the same in all runs" }, interval: { notDefined: "it is the same in all runs" } },
    ]),
    notes: ["983 candidates are in \"test\" too and were removed before anything was selected"],
    changes: [],
    pricing: pricing(),
    ...change,
  };
}
