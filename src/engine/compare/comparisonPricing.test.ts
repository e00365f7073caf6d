import assert from "node:assert/strict";
import test from "node:test";
import { CancelledError } from "../../core/errors.ts";
import type { ComparisonPricing, PricingQuestion } from "../../protocol/comparison.ts";
import { handMadeResult, handMadeSource } from "./compareResult.fixture.ts";
import { comparisonPricing } from "./comparisonPricing.ts";

const asked = (more: Partial<PricingQuestion> = {}): PricingQuestion => ({ prices: [], utility: null, spend: null, ...more });
const dollars = (amount: number): PricingQuestion["spend"] => ({ unit: "money", amount });
const label = (money: number) => ({ label: { money, seconds: 60 } });
const ranks = ({ standings }: ComparisonPricing): number[] => standings.map(({ rank }) => rank);

/** Curves that cross at 10 · 10^1.2 = 158.5 samples: 0.6 + 0.05 t = 0.3 + 0.3 t. */
const crossing = handMadeResult([handMadeSource("pool", 1000, label(1))], [
  { name: "few", at: [{ ofSource: [10], utility: 0.6 }, { ofSource: [1000], utility: 0.7 }] },
  { name: "many", at: [{ ofSource: [10], utility: 0.3 }, { ofSource: [1000], utility: 0.9 }] },
]);

test("each strategy buys what the amount allows and is read off its own curve; the ranking turns at a price worked by hand", async () => {
  const found = await comparisonPricing(crossing, asked({ spend: dollars(100) }));
  assert.deepEqual(found.standings.map(({ samples }) => samples), [100, 100]);
  // 100 is half-way between 10 and 1000.
  assert.ok(found.standings.every(({ utility }, at) => "value" in utility && Math.abs(utility.value - [0.65, 0.6][at]) < 1e-12));
  assert.deepEqual(ranks(found), [1, 2]);
  assert.deepEqual(found.standings[0].parts.label, { money: 100, seconds: 6000 });
  assert.equal(found.tolerance, 0);

  assert.equal(found.sweeps.length, 1, "seconds move no amount of money, and other prices are 0");
  const [sweep] = found.sweeps;
  assert.deepEqual([sweep.source, sweep.part, sweep.unit, sweep.isOrderMoved, sweep.leaders], [0, "label", "money", true, [0, 1]]);
  assert.deepEqual([sweep.factors.length, sweep.factors[0], sweep.factors[4], sweep.factors[8]], [9, 0.25, 1, 4]);
  assert.deepEqual([sweep.samples[0], sweep.ranks[0], sweep.samples[8], sweep.ranks[8]], [[400, 400], [2, 1], [25, 25], [1, 2]]);

  assert.equal(found.breakEvens.length, 1);
  const [{ factor, price, below, above, leader, rival }] = found.breakEvens;
  assert.ok(Math.abs(factor - 100 / 159) < 1e-5, `${factor}`);
  assert.equal(price, factor);
  assert.deepEqual([below, above, leader, rival], [1, 0, 0, 1]);
});

test("beyond the sizes that were measured nothing is guessed, but for what redraws leave out", async () => {
  const at = async (amount: number) => (await comparisonPricing(crossing, asked({ spend: dollars(amount) }))).standings[0].utility;
  assert.deepEqual([await at(1000), await at(8)], [{ value: 0.7 }, { notDefined: "not known: 8 samples are fewer than the 9 from which on it is known" }]);
  const larger = handMadeResult([handMadeSource("pool", 1000, label(1))], [{ name: "random", at: [{ ofSource: [100], utility: 0.5 }, { ofSource: [200], utility: 0.6 }] }]);
  const found = await Promise.all([89, 90, 223, 224].map(async (amount) => (await comparisonPricing(larger, asked({ spend: dollars(amount) }))).standings[0].utility));
  assert.deepEqual(found.map((own) => ("value" in own ? own.value : null)), [null, 0.5, 0.6, null]);
});

test("an edited price moves costs, standings and break-even prices; the file's own stay as they are", async () => {
  const found = await comparisonPricing(crossing, asked({ spend: dollars(100), prices: [{ source: 0, part: "label", unit: "money", value: 0.25 }] }));
  assert.deepEqual(ranks(found), [2, 1]);
  assert.deepEqual(found.prices[0].label, { money: 0.25, seconds: 60 });
  assert.deepEqual(found.costs, [[{ money: 2.5, seconds: 600 }, { money: 2.5, seconds: 600 }], [{ money: 250, seconds: 60_000 }, { money: 250, seconds: 60_000 }]]);
  // The same price in dollars, now dearer than it is: there the other one takes the lead.
  const [{ price, below, above, leader }] = found.breakEvens;
  assert.ok(price !== null && Math.abs(price - 100 / 159) < 1e-5);
  assert.deepEqual([below, above, leader], [1, 0, 1]);
  assert.deepEqual(crossing.sources[0].prices.label.money, 1);
});

test("an amount in seconds is moved by prices in seconds, and is asked for where money is free", async () => {
  const free = handMadeResult([handMadeSource("pool", 1000, { label: { money: 0, seconds: 2 } })], [
    { name: "random", at: [{ ofSource: [10], utility: 0.6 }, { ofSource: [20], utility: 0.7 }, { ofSource: [40], utility: 0.8 }] },
  ]);
  const found = await comparisonPricing(free, asked());
  assert.deepEqual(found.spend, { unit: "seconds", amount: 40 });
  assert.deepEqual([found.standings[0].samples, found.standings[0].utility], [20, { value: 0.7 }]);
  assert.deepEqual(found.sweeps.map(({ unit, part }) => [unit, part]), [["seconds", "label"]]);
});

test("what the baseline costs at its middle size is spent where nothing is named, and buys exactly that size again", async () => {
  const prices = { label: { money: 0.1, seconds: 0 }, acquire: { money: 0.07, seconds: 0 } };
  const mixed = handMadeResult([handMadeSource("a", 100, prices), handMadeSource("b", 300, { label: { money: 0.3, seconds: 0 } })], [
    { name: "random", at: [{ ofSource: [13, 40], utility: 0.7 }, { ofSource: [2, 8], utility: 0.5 }, { ofSource: [50, 149], utility: 0.8 }] },
  ]);
  const found = await comparisonPricing(mixed, asked());
  assert.equal(found.spend.unit, "money");
  assert.equal(found.standings[0].samples, 53);
  assert.deepEqual(found.standings[0].utility, { value: 0.7 });
  assert.ok(Math.abs(found.spend.amount - (found.costs[0][0]?.money ?? 0)) < 0.3, "the shares are those over all budgets, within a sample of those at this one");
});

test("differences within half the median interval at the nearest budget are ties", async () => {
  const at = (utility: number, half: number) => [{ ofSource: [10], utility: 0.1, half: 0.4 }, { ofSource: [100], utility, half }];
  const near = handMadeResult([handMadeSource("pool", 1000, label(1))], [
    { name: "random", at: at(0.8, 0.01) }, { name: "a", at: at(0.81, 0.02) }, { name: "b", at: at(0.83, 0.03) }, { name: "c", at: at(0.7, 0.5) },
  ]);
  const found = await comparisonPricing(near, asked({ spend: dollars(100) }));
  // Half-widths 0.01, 0.02, 0.03 and 0.5: the median is 0.025, and b is more than that above random but not above a.
  assert.ok(Math.abs(found.tolerance - 0.025) < 1e-12);
  assert.deepEqual(ranks(found), [2, 1, 1, 4]);
  assert.equal((await comparisonPricing(near, asked({ spend: dollars(11) }))).tolerance, 0.4);
});

test("strategies that read all labels pay for them first; mixtures leave sources alone; absent ones and free prices are said, not guessed", async () => {
  const sources = [handMadeSource("a", 110, label(1), { leaked: 10 }), handMadeSource("b", 100, { label: { money: 0.5, seconds: 0 }, acquire: { money: 0, seconds: 1 } })];
  const result = handMadeResult(sources, [
    { name: "random", at: [{ ofSource: [10, 10], utility: 0.6 }, { ofSource: [20, 20], utility: 0.7 }] },
    { name: "chosen", needs: { labels: true }, at: [{ ofSource: [10, 10], utility: 0.8 }, null] },
    { name: "source-b", shares: [0, 1], at: [{ ofSource: [0, 20], utility: 0.5 }, { ofSource: [0, 60], utility: 0.7 }] },
    { name: "never", at: [null, null] },
  ]);
  const found = await comparisonPricing(result, asked({ spend: dollars(30) }));
  // 100 labels of a at 1 and 100 of b at 0.5, whatever is kept.
  assert.deepEqual(found.costs[0].map((cost) => cost?.money ?? null), [15, 150, 10, null]);
  assert.equal(found.costs[1][1], null);
  assert.deepEqual(found.standings.map(({ samples }) => samples), [40, 0, 60, 40]);
  assert.deepEqual(ranks(found), [1, 0, 1, 0]);
  const [, chosen, , never] = found.standings;
  assert.ok("notDefined" in chosen.utility && /costs 150 USD before the first sample/.test(chosen.utility.notDefined));
  assert.deepEqual(chosen.parts.label, { money: 0, seconds: 0 });
  assert.ok("notDefined" in never.utility && /measured at no size/.test(never.utility.notDefined));
  // Each price of its own, and labels of both together; what is free in money is no price.
  assert.deepEqual(found.sweeps.map(({ source, part }) => `${source} ${part}`).sort(), ["0 label", "1 label", "null label"]);
  assert.equal(found.breakEvens.find(({ source }) => source === null)?.price ?? null, null);
  assert.ok(found.breakEvens.every(({ rival, leader }) => rival !== 3 && leader !== 3 && rival !== 1));
});

test("no prices, no runs and no values give an answer without a figure that is none", async () => {
  const finite = (found: ComparisonPricing): void => assert.deepEqual(JSON.parse(JSON.stringify(found)), found, "NaN and Infinity are null in JSON");
  const free = handMadeResult([handMadeSource("pool", 50, {})], [{ name: "random", at: [{ ofSource: [50], utility: 0.5 }] }, { name: "other", at: [{ ofSource: [10], utility: 0.4 }] }]);
  const found = await comparisonPricing(free, asked());
  assert.deepEqual([found.spend.amount, found.sweeps, found.breakEvens], [0, [], []]);
  assert.deepEqual(ranks(found), [1, 0], "what is free is bought whole, at which the other was not measured");
  finite(found);
  const nothing = handMadeResult([handMadeSource("pool", 0, label(1))], [{ name: "random", at: [null] }]);
  finite(await comparisonPricing(nothing, asked()));
  const huge = handMadeResult([handMadeSource("pool", 1000, label(1e12))], [{ name: "random", at: [{ ofSource: [10], utility: 1e308 }] }, { name: "other", at: [{ ofSource: [10], utility: -1e308 }] }]);
  finite(await comparisonPricing(huge, asked()));
});

test("questions about what there is not are refused", async () => {
  const edit = (source: number, value: number): PricingQuestion => asked({ prices: [{ source, part: "label", unit: "money", value }] });
  await assert.rejects(comparisonPricing(crossing, edit(1, 1)), { code: "bad-argument" });
  await assert.rejects(comparisonPricing(crossing, edit(0, 1e300)), { code: "bad-argument" });
  await assert.rejects(comparisonPricing(crossing, asked({ utility: 7 })), { code: "bad-argument" });
  await assert.rejects(comparisonPricing(crossing, asked({ spend: dollars(1e300) })), { code: "bad-argument" });
  const many = handMadeResult([handMadeSource("pool", Number.MAX_SAFE_INTEGER, label(1))], [{ name: "random", at: [{ ofSource: [10], utility: 0.5 }] }]);
  await assert.rejects(comparisonPricing(many, asked()), { code: "bad-data" });
});

test("pricing stops where it is called off", async () => {
  await assert.rejects(comparisonPricing(crossing, asked({ spend: dollars(100) }), AbortSignal.abort()), CancelledError);
});
