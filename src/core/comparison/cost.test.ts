import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { costOfCounts, costOfSamples, countsOfShares, marginalCost, prefixWithin, pricedSource, samplesWithin, trainPrice, type CostPlan, type CostSource, type StrategyNeeds } from "./cost.ts";
import { strategyNeeds } from "./strategyNeeds.ts";

const NOTHING: StrategyNeeds = { content: false, labels: false, training: false };
const round = { money: 0, seconds: 0 };
const inHouse = pricedSource("in-house", "experts", "in-hand", { acquire: { money: 2, seconds: 0 }, label: { money: 3, seconds: 30 }, embed: { money: 0.01, seconds: 1 }, train: { money: 1, seconds: 5 }, once: { money: 100, seconds: 0 } });
const web = pricedSource("web", "crowd", "on-purchase", { acquire: { money: 0.5, seconds: 0 }, label: { money: 0.25, seconds: 10 }, embed: { money: 0.01, seconds: 1 }, train: { money: 1, seconds: 5 }, once: round });
const sources: readonly CostSource[] = [inHouse, web];
const money = (limit: number) => ({ money: limit, seconds: null });

test("random pays for what it keeps alone", () => {
  const plan: CostPlan = { strategy: "random", needs: NOTHING, candidates: [1000, 4000], shares: [0.25, 0.75] };
  const cost = costOfSamples(sources, plan, 40);
  // 10 · (2 + 3 + 1) + 30 · (0.5 + 0.25 + 1), and 100 for the first source once.
  assert.deepEqual(cost.fixed, { money: 100, seconds: 0 });
  assert.deepEqual(cost.total, { money: 100 + 60 + 52.5, seconds: 10 * 35 + 30 * 15 });
  assert.deepEqual(cost.parts.label, { money: 37.5, seconds: 600 });
  assert.deepEqual(marginalCost(inHouse, NOTHING), { money: 6, seconds: 35 });
});

test("a strategy that chooses by labels pays for the labels of all candidates, and buys what must be bought first", () => {
  const needs: StrategyNeeds = { content: true, labels: true, training: false };
  const plan: CostPlan = { strategy: "moderate", needs, candidates: [0, 1000], shares: [0, 1] };
  const cost = costOfSamples(sources, plan, 10);
  // 1000 · (0.5 + 0.25 + 0.01) before anything is kept, then training alone.
  assert.ok(Math.abs(cost.fixed.money - 760) < 1e-9);
  assert.ok(Math.abs(cost.total.money - 770) < 1e-9);
  assert.deepEqual(marginalCost(web, needs), { money: 1, seconds: 5 });
  // In hand, acquisition stays with what is kept.
  assert.deepEqual(marginalCost(inHouse, needs), { money: 3, seconds: 5 });
  assert.equal(costOfSamples(sources, { ...plan, candidates: [0, 1000], needs: { ...needs, labels: false } }, 10).fixed.money, 510);
});

test("a training run over all candidates is paid beside training on the subset", () => {
  const plan: CostPlan = { strategy: "top-importance", needs: { content: false, labels: true, training: true }, candidates: [200, 0], shares: [1, 0] };
  const cost = costOfSamples(sources, plan, 20);
  assert.deepEqual(cost.parts.train, { money: 220, seconds: 1100 });
  assert.deepEqual(cost.parts.label, { money: 600, seconds: 6000 });
  assert.deepEqual(cost.parts.acquire, { money: 40, seconds: 0 });
});

test("equal cost gives each strategy its own n", () => {
  const random: CostPlan = { strategy: "random", needs: NOTHING, candidates: [0, 1000], shares: [0, 1] };
  const coreset: CostPlan = { ...random, strategy: "k-center", needs: { content: true, labels: false, training: false } };
  const bought = samplesWithin(sources, random, money(700));
  assert.ok("n" in bought && bought.n === 400 && bought.limit === "money", "700 / 1.75");
  const chosen = samplesWithin(sources, coreset, money(700));
  // 1000 · 0.51 first; 190 are left for (0.25 + 1) each.
  assert.ok("n" in chosen && chosen.n === 152 && chosen.cost.total.money === 700);
  const timed = samplesWithin(sources, random, { money: 700, seconds: 1500 });
  assert.ok("n" in timed && timed.n === 100 && timed.limit === "seconds", "15 seconds each");
  const plenty = samplesWithin(sources, random, money(1e6));
  assert.ok("n" in plenty && plenty.n === 1000 && plenty.limit === "candidates");
});

test("budgets that buy nothing say why", () => {
  const plan: CostPlan = { strategy: "random", needs: NOTHING, candidates: [1000, 0], shares: [1, 0] };
  assert.deepEqual(samplesWithin(sources, plan, money(99), "USD"), { notDefined: "it costs 100 USD before the first sample is chosen, and the budget is 99 USD" });
  assert.deepEqual(samplesWithin(sources, plan, money(105), "USD"), { notDefined: "the first sample costs 106 USD in all, and the budget is 105 USD" });
  assert.deepEqual(samplesWithin(sources, plan, { money: null, seconds: 34 }), { notDefined: "the first sample costs 35 seconds in all, and the budget is 34 seconds" });
  assert.deepEqual(samplesWithin(sources, { ...plan, candidates: [0, 5] }, money(500)), { notDefined: "the source \"in-house\" has too few candidates for its share" });
  assert.deepEqual(samplesWithin(sources, { ...plan, candidates: [0, 0] }, money(500)), { notDefined: "there are no candidates" });
  assert.throws(() => samplesWithin(sources, plan, { money: null, seconds: null }), { code: "bad-budget" });
  assert.throws(() => samplesWithin(sources, { ...plan, shares: [0.5, 0.4] }, money(5)), { code: "bad-argument" });
});

test("a share that a source cannot fill ends the purchase there", () => {
  const bought = samplesWithin(sources, { strategy: "mix", needs: NOTHING, candidates: [10, 1000], shares: [0.5, 0.5] }, money(1e6));
  // The 21st sample would be the eleventh of the first source.
  assert.ok("n" in bought && bought.n === 20 && bought.limit === "candidates");
  assert.deepEqual([...bought.counts], [10, 10]);
});

test("a prefix of an order costs what its samples cost", () => {
  const plan: CostPlan = { strategy: "infomax", needs: NOTHING, candidates: [2, 4], shares: [0.5, 0.5] };
  const order = [1, 1, 0, 1, 0, 1];
  const bought = prefixWithin(sources, plan, order, money(112));
  // 100, then 1.75, 1.75, 6, 1.75; a second of the first source is too much.
  assert.ok("n" in bought && bought.n === 4);
  assert.deepEqual([...bought.counts], [1, 3]);
  const all = prefixWithin(sources, plan, order, money(1e6));
  assert.ok("n" in all && all.n === 6 && all.limit === "candidates");
});

test("sums of prices that fit but for rounding fit", () => {
  const cheap = pricedSource("cheap", "free", "in-hand", { acquire: { money: 0.1, seconds: 0 }, train: round });
  const bought = samplesWithin([cheap], { strategy: "random", needs: NOTHING, candidates: [100], shares: [1] }, money(0.3));
  assert.ok(0.1 * 3 > 0.3 && "n" in bought && bought.n === 3);
});

test("whole samples of each source, by hand", () => {
  assert.deepEqual([...countsOfShares(10, [0.5, 0.3, 0.2])], [5, 3, 2]);
  // n = 1: ½ and 0.3, 0.2 as standings; n = 2: the first has 0.5/3, so the second is next; n = 3: 0.2 before 0.5/3.
  assert.deepEqual([1, 2, 3, 4].map((n) => [...countsOfShares(n, [0.5, 0.3, 0.2])]), [[1, 0, 0], [1, 1, 0], [1, 1, 1], [2, 1, 1]]);
  assert.deepEqual([...countsOfShares(7, [0, 1])], [0, 7]);
});

const sharesOf = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 7 }).filter((parts) => parts.some((part) => part > 0))
  .map((parts) => parts.map((part) => part / parts.reduce((sum, own) => sum + own, 0)));

test("one more sample is one more of one source, and shares are held", () => {
  fc.assert(fc.property(sharesOf, fc.integer({ min: 0, max: 300 }), (shares, n) => {
    const [before, after] = [countsOfShares(n, shares), countsOfShares(n + 1, shares)];
    assert.equal(before.reduce((sum, count) => sum + count, 0), n);
    assert.equal(after.filter((count, j) => count !== before[j]).length, 1);
    assert.ok(after.every((count, j) => count >= before[j]));
    shares.forEach((share, j) => assert.ok(Math.abs(before[j] - n * share) < 2 && (share > 0 || before[j] === 0)));
  }));
});

test("what is bought is within the budget, and one more is not", () => {
  const price = fc.record({ money: fc.integer({ min: 0, max: 50 }), seconds: fc.integer({ min: 0, max: 50 }) });
  const source = fc.record({ acquire: price, label: price, embed: price, train: price, once: price, isInHand: fc.boolean() });
  fc.assert(fc.property(fc.array(source, { minLength: 2, maxLength: 2 }), fc.boolean(), fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 5000 }), (made, content, labels, training, eighths, limit) => {
    const priced = made.map(({ isInHand, ...prices }, j) => pricedSource(`s${j}`, "crowd", isInHand ? "in-hand" : "on-purchase", prices));
    const plan: CostPlan = { strategy: "x", needs: { content, labels, training }, candidates: [30, 30], shares: [eighths / 8, 1 - eighths / 8] };
    const bought = samplesWithin(priced, plan, { money: limit, seconds: limit });
    const isWithin = (n: number): boolean => {
      const counts = countsOfShares(n, plan.shares);
      if (counts.some((count) => count > 30)) return false;
      const { total } = costOfCounts(priced, plan, counts);
      return total.money <= limit && total.seconds <= limit;
    };
    if ("n" in bought) {
      assert.ok(bought.n > 0 && isWithin(bought.n) && !isWithin(bought.n + 1));
      const { total, parts } = bought.cost;
      assert.equal(Object.values(parts).reduce((sum, part) => sum + part.money, 0), total.money);
    } else assert.ok(!isWithin(1) && bought.notDefined.length > 0);
  }));
});

test("placeholders are named, money and time each until it is given", () => {
  assert.deepEqual(pricedSource("a", "experts", "in-hand").placeholders, ["acquire.money", "label.money", "label.seconds", "embed.seconds", "train.money", "train.seconds"]);
  assert.deepEqual(pricedSource("a", "free", "in-hand", { acquire: { money: 1 }, train: { money: 1 } }).placeholders, ["embed.seconds", "train.seconds"]);
  assert.deepEqual(inHouse.placeholders, []);
  assert.throws(() => pricedSource("a", "crowd", "in-hand", { label: { money: -1 } }), { code: "bad-config" });
  assert.throws(() => pricedSource("a", "crowd", "in-hand", { label: { seconds: NaN } }), { code: "bad-config" });
});

test("training's price from the machine's", () => {
  assert.deepEqual(trainPrice({ secondsPerSample: 0.5, epochs: 36, pricePerHour: 4 }), { money: 0.02, seconds: 18 });
});

test("a strategy needs what its scores need", () => {
  const free = { importance: "given", hardness: null, usesClasses: false } as const;
  assert.deepEqual(strategyNeeds("random", free), NOTHING);
  assert.deepEqual(strategyNeeds("random", { ...free, usesClasses: true }), { ...NOTHING, labels: true });
  assert.deepEqual(strategyNeeds("top-importance", free), NOTHING);
  assert.deepEqual(strategyNeeds("top-importance", { ...free, importance: "probes" }), { content: true, labels: true, training: false });
  assert.deepEqual(strategyNeeds("ccs", { ...free, hardness: "training" }), { content: false, labels: true, training: true });
  assert.deepEqual(strategyNeeds("forgetting", free), NOTHING);
  assert.deepEqual(strategyNeeds("forgetting", { ...free, hardness: "training" }), { content: false, labels: true, training: true });
  assert.deepEqual(strategyNeeds("k-center", { importance: "training", hardness: "training", usesClasses: false }), { ...NOTHING, content: true });
  assert.deepEqual(strategyNeeds("infomax", { importance: "embeddings", hardness: null, usesClasses: false }), { ...NOTHING, content: true });
});
