import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../random.ts";
import { changesSince } from "./changesSince.ts";
import { COMPARISON_FORMAT, COMPARISON_VERSION, compareResultText, parseCompareResult, type CompareResult } from "./compareResult.ts";
import { pricedSource } from "./cost.ts";
import { correlate, summarize } from "./summarize.ts";

const STRATEGIES = ["random", "infomax", "moderate", "ccs", "k-center"];

/** A comparison of 3 redraws × 3 seeds whose accuracies lie around the given means, the metric following them and one trained figure each. */
function resultOf(means: Readonly<Record<string, number>>, change: Partial<CompareResult> = {}): CompareResult {
  const random = seededRandom(6);
  const { prices, placeholders, labelKind, access } = pricedSource("pool", "crowd", "in-hand");
  const strategies = Object.keys(means);
  const digest = "0123456789abcdef";
  const base: CompareResult = {
    format: COMPARISON_FORMAT, version: COMPARISON_VERSION, program: "0.1.0", encoder: { name: "builtin", dimensions: 384 },
    config: { neighbors: 50 }, configDigest: digest, seed: 0, redraws: 3, seeds: 3, currency: "USD", baseline: "random", classes: ["cat", "dog"],
    sources: [{ name: "pool", kind: "in-house", samples: 1000, digest, leaked: 2, labelKind, access, prices, placeholders: [...placeholders] }],
    sets: [{ name: "test", role: "target", samples: 100, aside: 0, digest }],
    budgets: [{ name: "10%", samples: 100, money: null, seconds: null }],
    utilities: [
      { name: "vendi", title: "Vendi score", better: "high", origin: "analytic" },
      { name: "probe", title: "Linear probe", better: "high", origin: "probe" },
      { name: "trained", title: "Trained", better: "high", origin: "trained" },
    ],
    strategies: strategies.map((name) => ({ name, title: name, citation: "", shares: null, needs: { content: true, labels: false, training: false } })),
    runs: strategies.flatMap((strategy) => Array.from({ length: 9 }, (_, i) => {
      const value = means[strategy] + 0.01 * random();
      return {
        strategy, budget: "10%", redraw: Math.floor(i / 3), seed: 40 + (i % 3), samples: 100, ofSource: [100], idsDigest: digest, cost: { money: 11, seconds: 20 },
        values: { vendi: { value: 100 * value }, probe: { value }, trained: i === 0 ? { value: value + 0.1 } : { notDefined: "it was not trained" } },
        perClass: { probe: [value, null] },
      };
    })),
    matched: [], absent: [], summaries: [], correlations: [], notes: [],
    ...change,
  };
  return { ...base, summaries: summarize(base).summaries, correlations: correlate(base, { resamples: 199 }) };
}
const MEANS = { random: 0.5, infomax: 0.7, moderate: 0.4, ccs: 0.6, "k-center": 0.55 };
const first = resultOf(MEANS);

test("a result is read as it was written", () => {
  const text = compareResultText(first);
  assert.deepEqual(parseCompareResult(text, "a.json"), first);
  assert.equal(compareResultText(parseCompareResult(text, "a.json")), text);
  assert.equal(text.split("\n").filter((line) => line.includes("\"redraw\":")).length, 45, "one line a run");
});

test("summaries say who is best and what is not known", () => {
  const of = (strategy: string, utility: string): CompareResult["summaries"][number] => {
    const found = first.summaries.find((summary) => summary.strategy === strategy && summary.utility === utility);
    assert.ok(found !== undefined);
    return found;
  };
  const best = of("infomax", "probe");
  assert.ok(best.isAmongBest && best.rankLow === 1 && best.rankHigh === 1);
  assert.deepEqual(best.surelyBetterThan, STRATEGIES.filter((name) => name !== "infomax"));
  const trained = of("infomax", "trained").mean;
  assert.ok("mean" in trained && trained.runs === 1 && "notDefined" in trained.interval);
  const { leftOut, tooFew } = summarize(first);
  assert.deepEqual([leftOut.find(({ strategy }) => strategy === "infomax"), tooFew], [{ strategy: "infomax", budget: "10%", utility: "trained", runs: 8 }, null]);
  const without = { ...first, runs: first.runs.map((run) => (run.strategy === "ccs" ? { ...run, values: { ...run.values, vendi: { notDefined: "there are too few samples" } } } : run)) };
  const summary = summarize(without).summaries.find((own) => own.strategy === "ccs" && own.utility === "vendi");
  assert.deepEqual(summary?.mean, { notDefined: "there are too few samples" });
});

test("cheaper utilities are correlated with dearer ones", () => {
  assert.deepEqual(first.correlations.map(({ metric, utility, runs }) => [metric, utility, runs]), [["vendi", "probe", 45], ["vendi", "trained", 5], ["probe", "trained", 5]]);
  for (const { spearman } of first.correlations) assert.ok("value" in spearman && spearman.value > 0.99);
});

test("what is no result is refused with its place", () => {
  const wrong = (change: (result: CompareResult) => unknown, message: RegExp): void =>
    assert.throws(() => parseCompareResult(JSON.stringify(change(structuredClone(first))), "old.json"), (thrown: Error) => {
      assert.match(thrown.message, message);
      assert.match(thrown.message, /^old\.json: /);
      return "code" in thrown && thrown.code === "bad-data";
    });
  assert.throws(() => parseCompareResult("{", "old.json"), { code: "bad-data" });
  wrong(() => ({ format: "infomax-selection", version: 1 }), /no result of a comparison/);
  wrong((result) => ({ ...result, version: 1 }), /its version is 1, and this program reads 2/);
  wrong((result) => ({ ...result, extra: 1 }), /extra/);
  wrong((result) => ({ ...result, baseline: "nobody" }), /"baseline": there is no strategy "nobody"/);
  wrong((result) => ({ ...result, runs: [...result.runs, result.runs[0]] }), /"runs.45": it comes twice/);
  wrong((result) => ({ ...result, runs: result.runs.map((run) => ({ ...run, budget: "5%" })) }), /there is no budget "5%"/);
  wrong((result) => ({ ...result, runs: result.runs.map((run) => ({ ...run, ofSource: [99] })) }), /not 100 together/);
  wrong((result) => ({ ...result, runs: result.runs.map((run) => ({ ...run, perClass: { probe: [1] } })) }), /there are 2 classes/);
  wrong((result) => ({ ...result, runs: result.runs.map((run) => ({ ...run, values: { other: { value: 1 } } })) }), /there is no utility "other"/);
  wrong((result) => ({ ...result, utilities: [...result.utilities, result.utilities[0]] }), /"utilities.3.name": "vendi" comes twice/);
  wrong((result) => ({ ...result, runs: [{ ...result.runs[0], values: { probe: { value: null } } }] }), /runs\.0/);
});

test("no NaN is ever written", () => {
  const broken = { ...first, runs: first.runs.map((run) => ({ ...run, values: { probe: { value: NaN } } })) };
  assert.throws(() => compareResultText(broken), { code: "bad-data" });
});

test("nothing changed since itself", () => {
  const changes = changesSince(first, first);
  const none = { added: [], gone: [] };
  assert.deepEqual(changes, {
    isSameData: true, isSameConfig: true, program: null, strategies: none, budgets: none, utilities: none, sources: none, sets: none, classes: none, values: [], moved: [], rankings: [],
  });
});

test("what changed since: names, digests, prices, figures and ranking", () => {
  const source = first.sources[0];
  const now = resultOf({ random: 0.5, infomax: 0.6, moderate: 0.4, ccs: 0.65, d2: 0.5 }, {
    program: "0.2.0", config: { neighbors: 20 }, configDigest: "fedcba9876543210",
    sources: [{ ...source, digest: "fedcba9876543210", prices: { ...source.prices, label: { money: 0.2, seconds: 10 } } }],
  });
  const changes = changesSince(first, now);
  assert.equal(changes.isSameData, false);
  assert.equal(changes.isSameConfig, false);
  assert.deepEqual(changes.program, { before: "0.1.0", now: "0.2.0" });
  assert.deepEqual(changes.strategies, { added: ["d2"], gone: ["k-center"] });
  assert.deepEqual(changes.values, [
    { what: "config.neighbors", before: "50", now: "20" },
    { what: "source pool: digest", before: "\"0123456789abcdef\"", now: "\"fedcba9876543210\"" },
    { what: "source pool: label.money", before: "0.1", now: "0.2" },
  ]);
  const probe = changes.moved.filter((change) => change.utility === "probe");
  assert.deepEqual(probe.map(({ strategy, kind, isBetter }) => [strategy, kind, isBetter]), [["infomax", "down", false], ["ccs", "up", true]]);
  assert.ok(changes.moved.every((change) => change.utility !== "trained"), "a single figure cannot be said to have moved");
  const ranking = changes.rankings.find((change) => change.utility === "probe");
  assert.deepEqual(ranking?.best, { added: ["ccs"], gone: ["infomax"] });
  assert.deepEqual([ranking?.bestBefore, ranking?.bestNow], ["infomax", "ccs"]);
  assert.deepEqual(ranking?.reversals, [{ strategy: "ccs", over: "infomax" }]);
  // Of the six pairs of the four that both have, one turned: (5 − 1) / 6.
  assert.ok(ranking !== undefined && "value" in ranking.agreement && Math.abs(ranking.agreement.value - 4 / 6) < 1e-12);
});

test("figures that appear or are lost are said to", () => {
  const lost = { ...first, summaries: first.summaries.map((summary) => (summary.utility === "probe" && summary.strategy === "ccs" ? { ...summary, mean: { notDefined: "there is no label" } } : summary)) };
  assert.deepEqual(changesSince(first, lost).moved.map(({ strategy, utility, kind }) => [strategy, utility, kind]), [["ccs", "probe", "lost"]]);
  assert.deepEqual(changesSince(lost, first).moved.map(({ kind }) => kind), ["appeared"]);
});

test("where less is better, down is to the good", () => {
  const utilities = first.utilities.map((utility) => (utility.name === "probe" ? { ...utility, better: "low" as const } : utility));
  const before = resultOf(MEANS, { utilities });
  const moved = changesSince(before, resultOf({ ...MEANS, moderate: 0.3 }, { utilities })).moved.filter(({ utility }) => utility === "probe");
  assert.deepEqual(moved.map(({ strategy, kind, isBetter }) => [strategy, kind, isBetter]), [["moderate", "down", true]]);
});

test("a file with more strategies than any comparison can have is refused before anything is reckoned of it", () => {
  const many = Array.from({ length: 201 }, (_, i) => ({ ...first.strategies[0], name: i === 0 ? "random" : `s${i}` }));
  assert.throws(() => parseCompareResult(JSON.stringify({ ...first, strategies: many, runs: [], summaries: [], correlations: [] }), "a.json"), /strategies/);
  assert.throws(() => parseCompareResult(JSON.stringify({ ...first, budgets: Array.from({ length: 51 }, (_, i) => ({ ...first.budgets[0], name: `${i}` })) }), "a.json"), /budgets/);
});
