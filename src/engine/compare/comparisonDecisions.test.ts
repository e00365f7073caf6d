import assert from "node:assert/strict";
import test from "node:test";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { breakEvenLines, frontLine, idlePrices, pickGaps, picksAt, pricingLine, pickTable, sensitivityMarks, sensitivityTable } from "./comparisonDecisions.ts";
import { comparisonMarkdown } from "./comparisonMarkdown.ts";
import { comparisonPricing } from "./comparisonPricing.ts";
import { correlationsByBudget, headline } from "./comparisonTable.ts";

const price = (money: number): { money: number; seconds: number } => ({ money, seconds: 0 });
type Prices = CompareResult["sources"][number]["prices"];
const prices: Prices = { acquire: price(0), label: price(1), embed: price(0), train: price(0.5), once: price(0) };
const digest = "0123456789abcdef";

/** [strategy][budget]: probe and knn; "cheap" labels what it keeps, "dear" and "worse" every one of 400 candidates. */
const PROBE: Readonly<Record<string, readonly [number, number]>> = { cheap: [0.7, 0.8], dear: [0.9, 0.95], worse: [0.6, 0.7] };
const KNN: Readonly<Record<string, readonly [number, number] | null>> = { cheap: [0.8, 0.8], dear: [0.6, 0.7], worse: null };
const SIZES = [100, 200];

function result(change: Partial<CompareResult> = {}): CompareResult {
  const names = Object.keys(PROBE);
  const budgets = SIZES.map((samples) => ({ name: String(samples), samples, money: null, seconds: null }));
  const needs = (name: string): CompareResult["strategies"][number]["needs"] => ({ content: name !== "cheap", labels: name !== "cheap", training: false });
  const own = (value: number | undefined, others: readonly (number | undefined)[], strategy: string, budget: string, utility: string): CompareResult["summaries"][number] => ({
    strategy, budget, utility, mean: value === undefined ? { notDefined: "no sample" } : { mean: value, interval: { low: value - 0.01, high: value + 0.01 }, runs: 3, widening: 1 },
    versusBaseline: { notDefined: "none" }, pVersusBaseline: { notDefined: "none" }, isAmongBest: true, rankLow: 1, rankHigh: 1,
    surelyBetterThan: names.filter((_, s) => value !== undefined && (others[s] ?? 1) < value),
  });
  return {
    format: "infomax-comparison", version: 2, program: "0", encoder: { name: "e", dimensions: 2 }, config: {}, configDigest: digest, seed: 0, redraws: 1, seeds: 1, currency: "EUR", baseline: "cheap", classes: [],
    sources: [{ name: "ours", kind: "in-house", samples: 400, digest, leaked: 0, labelKind: "crowd", access: "in-hand", prices, placeholders: ["label.money", "train.seconds"] }],
    sets: [], budgets, utilities: ["probe", "knn"].map((name) => ({ name, title: name, better: "high", origin: "probe" })),
    strategies: names.map((name) => ({ name, title: name, citation: "", shares: null, needs: needs(name) })),
    runs: names.flatMap((strategy) => SIZES.map((samples) => ({ strategy, budget: String(samples), redraw: 0, seed: 0, samples, ofSource: [samples], idsDigest: digest, cost: price(strategy === "cheap" ? 1.5 * samples : 400 + 0.5 * samples), values: {}, perClass: {} }))),
    matched: [], absent: [],
    summaries: names.flatMap((name) => SIZES.flatMap((size, b) => [
      own(PROBE[name][b], names.map((other) => PROBE[other][b]), name, String(size), "probe"), own(KNN[name]?.[b], names.map((other) => KNN[other]?.[b]), name, String(size), "knn"),
    ])),
    correlations: [
      { budget: "100", metric: "gini", utility: "probe", runs: 3, groups: 3, spearman: { value: -0.2 }, spearmanInterval: { low: -0.5, high: 0.1 }, kendall: { value: 0 }, kendallInterval: { notDefined: "few" } },
      { budget: "200", metric: "mmd", utility: "probe", runs: 3, groups: 3, spearman: { value: 0.9 }, spearmanInterval: { notDefined: "few" }, kendall: { value: 0 }, kendallInterval: { notDefined: "few" } },
    ],
    notes: [],
    ...change,
  };
}

test("the front holds what nothing beats in utility and cost, the cheapest first", () => {
  assert.equal(frontLine(result(), "100"), "Pareto front of probe and cost: cheap (70.0 for 150 EUR), dear (90.0 for 450 EUR)");
  assert.equal(frontLine(result({ summaries: [] }), "100"), null);
});

test("picks: each utility alone whatever else is missing, then all alike and the weakest among those that have all", () => {
  assert.deepEqual(picksAt(result(), "100").map(({ question, picked, notToldApart }) => [question, picked, notToldApart]), [
    ["probe", ["dear"], []], ["knn", ["cheap"], []], ["all alike", ["cheap", "dear"], []], ["weakest", ["cheap", "dear"], []],
  ]);
  const unsure = result({ summaries: result().summaries.map((own) => ({ ...own, surelyBetterThan: [] })) });
  assert.deepEqual(pickTable(unsure), {
    header: ["what counts", "at 100", "at 200"], rows: [["probe", "dear +2", "dear +2"], ["knn", "cheap +1", "cheap +1"], ["all alike", "cheap +1", "cheap +1"], ["weakest", "cheap +1", "cheap +1"]],
  });
});

test("real training of one list of many decides nothing", () => {
  const own = result();
  const few = result({
    utilities: [...own.utilities, { name: "trained", title: "trained", better: "high", origin: "trained" }],
    summaries: [...own.summaries, ...own.summaries.filter(({ utility }) => utility === "probe").map((summary, at): CompareResult["summaries"][number] => ({ ...summary, utility: "trained", surelyBetterThan: [], ...(at === 0 ? {} : { mean: { notDefined: "there is no run with a value" } }) }))],
  });
  assert.deepEqual([headline(few), headline(own)], ["probe", "probe"]);
  assert.deepEqual(picksAt(few, "100"), picksAt(own, "100"));
  const all = result({ utilities: few.utilities, summaries: [...own.summaries, ...own.summaries.filter(({ utility }) => utility === "probe").map((summary) => ({ ...summary, utility: "trained" }))] });
  assert.equal(headline(all), "trained");

  const atOne = result({ utilities: few.utilities, summaries: all.summaries.map((summary) => (summary.utility === "trained" && (summary.budget === "200" || summary.strategy === "worse") ? { ...summary, mean: { notDefined: "there is no run with a value" } } : summary)) });
  assert.deepEqual([headline(atOne, "100"), headline(atOne, "200")], ["trained", "probe"], "it leads where it was measured");
  assert.match(frontLine(atOne, "200") ?? "", /^Pareto front of probe/);
  assert.deepEqual(pickGaps(atOne), ["knn is known of 2 of 3 strategies at 100, 2 of 3 strategies at 200: the others are not picked by it", "trained is known of 2 of 3 strategies at 100: the others are not picked by it"]);
});

test("a price that decides who leads is said to, with its break-even; what was never measured is no leader", async () => {
  const own = result();
  const pricing = await comparisonPricing(own, { prices: [], utility: null, spend: { unit: "money", amount: 500 } });
  const table = sensitivityTable(pricing, own, 9);
  assert.deepEqual(table.header, ["price", "now", "order", "leads at ×0.25", "at ×1", "at ×4"]);
  assert.deepEqual(table.rows.map((row) => row.slice(0, 2)), [["label", "1 EUR"], ["train", "0.5 EUR"]]);
  assert.deepEqual(sensitivityMarks(pricing, own, table).slice(-1), ["placeholders, round numbers that stand for no market: label"]);
  assert.equal(pricing.standings[1].samples, 200);

  const found = { source: 0, part: "once", unit: "money", factor: 1.4, price: 6.98, below: 1, above: 0, leader: 1, rival: 0 } as const;
  const lines = (change: object): string[] => breakEvenLines({ ...pricing, breakEvens: [{ ...found, ...change }, { ...found, factor: 1.2, part: "label", price: 1.2 }] }, own);
  assert.deepEqual(lines({}), ["above 1.2 EUR for a label (×1.2), cheap overtakes dear", "above 6.98 EUR once (×1.4), cheap overtakes dear"]);
  assert.equal(lines({ factor: 0.5, price: 2.5, below: null, above: 1 })[1], "below 2.5 EUR once (×0.5), cheap is level with dear");
  assert.equal(lines({ source: null, price: null, above: 1, below: null })[1], "above ×1.4 of once, all sources, dear is ahead of cheap");
});

test("who leads is not known where whoever leads, or led on the way, is beyond what was measured", async () => {
  const own = result();
  const pricing = await comparisonPricing(own, { prices: [], utility: null, spend: { unit: "money", amount: 500 } });
  const [sweep] = pricing.sweeps;
  const cells = (ranks: readonly (readonly number[])[]): readonly string[] | undefined =>
    sensitivityTable({ ...pricing, sweeps: [{ ...sweep, factors: [0.25, 0.5, 1, 2, 4], ranks, utilities: ranks.map(() => [0.7, 0.9, 0.6]) }], standings: pricing.standings.map((standing, s) => ({ ...standing, rank: [2, 1, 3][s] })) }, own, 9).rows[0].slice(3);
  assert.deepEqual(cells([[2, 1, 3], [2, 1, 3], [2, 1, 3], [2, 1, 3], [2, 1, 3]]), ["dear", "dear", "dear"]);
  assert.deepEqual(cells([[2, 1, 0], [2, 1, 1], [2, 1, 3], [2, 1, 3], [1, 0, 2]]), ["dear (worse ?)", "dear", "cheap (dear ?)"]);
  assert.deepEqual(cells([[1, 0, 0], [2, 1, 1], [2, 1, 3], [2, 1, 3], [0, 0, 0]]), ["cheap (dear +1 ?)", "dear", "?"]);
});

test("a price that leaves nothing to buy is not told as one beyond what was measured", async () => {
  const own = result();
  const pricing = await comparisonPricing(own, { prices: [], utility: null, spend: { unit: "money", amount: 500 } });
  const [sweep] = pricing.sweeps;
  const told = { ...pricing, standings: pricing.standings.map((standing, s) => ({ ...standing, rank: [2, 1, 3][s] })), sweeps: [{
    ...sweep, factors: [0.25, 1, 4], ranks: [[0, 0, 1], [2, 1, 1], [0, 0, 0]], samples: [[900, 0, 100], [150, 150, 150], [0, 0, 0]], utilities: [[0, 0, 0.7], [0.7, 0.9, 0.9], [0, 0, 0]],
  }] };
  const table = sensitivityTable(told, own, 9);
  assert.deepEqual(table.rows[0].slice(3), ["worse (dear –)", "dear +1", "–"]);
  assert.deepEqual(sensitivityMarks(told, own, table).slice(0, 1), ["+2: and two others, tied with it; –: the amount buys nothing of any strategy; (name –): the amount buys nothing of it there"]);
});

test("where the amount is from, and what the least change of a price does", async () => {
  const own = result();
  const pricing = await comparisonPricing(own, { prices: [], utility: null, spend: null });
  assert.match(pricingLine(pricing, own), /^for 300 EUR \(what cheap costs at 200\), spent on all candidates and ranked by probe/);
  assert.match(pricingLine({ ...pricing, tolerance: 0 }, own), /only what is equal is a tie, as there are no intervals/);
  const found = { source: 0, unit: "money", factor: 1.0001, below: 1, above: null, leader: 1, rival: 0 } as const;
  assert.deepEqual(breakEvenLines({ ...pricing, breakEvens: [{ ...found, part: "label", price: 1 }, { ...found, part: "train", price: 0.5 }, { ...found, part: "train", factor: 0.9999, price: 0.5, above: 1, below: 0 }] }, own), [
    "with the least rise of one of these, cheap is level with dear: label, train", "with the least fall of one of these, cheap overtakes dear: train",
  ]);
});

test("prices that nobody has given for training alone are not varied in public", async () => {
  const [source] = result().sources;
  const only = (placeholders: CompareResult["sources"][number]["placeholders"]): CompareResult => result({ sources: [{ ...source, prices: { ...prices, label: price(0) }, placeholders }] });
  const idle = async (own: CompareResult): Promise<string | null> => idlePrices(await comparisonPricing(own, { prices: [], utility: null, spend: null }), own);
  assert.match(await idle(only(["train.money"])) ?? "", /^only train has a price here, a placeholder: give yours/);
  assert.equal(await idle(only([])), null);
  assert.equal(await idle(result()), null);
});

test("correlations of all budgets stand side by side, the strongest first", () => {
  assert.deepEqual(correlationsByBudget(result(), 5), { header: ["figure", "at 100", "at 200"], rows: [["mmd", "–", "0.90"], ["gini", "-0.20 (-0.50…0.10)", "–"]] });
});

test("a budget of a stranger's file is text in a heading", async () => {
  const own = JSON.parse(JSON.stringify(result()).replaceAll("\"100\"", JSON.stringify("<img src=x> @all https://evil.example"))) as CompareResult;
  assert.match(await comparisonMarkdown(own, null), /\n## At &#60;img src=x&#62; &#64;all https&#58;\/\/evil\.example\n/);
});

test("Markdown holds front, picks and prices, and names of a stranger's file stay code", async () => {
  const hostile = "<img src=x onerror=alert(1)>|x";
  const own = JSON.parse(JSON.stringify(result()).replaceAll("\"dear\"", JSON.stringify(hostile))) as CompareResult;
  const text = await comparisonMarkdown(own, null);
  for (const words of [/## At 100\n/, /Pareto front of probe and cost/, /\| what counts \| pick \| not told apart from it \|/, /## If prices were others\n/, /placeholders, round numbers/]) assert.match(text, words);
  assert.doesNotMatch(text.replace(/`[^`\n]*`/g, ""), /<img/);
  assert.match(text, /\n- Pareto front of probe and cost: cheap \(70\.0 for 150 EUR\), &#60;img src=x/, "sentences are legible");
  assert.equal(text, await comparisonMarkdown(own, null));
});
