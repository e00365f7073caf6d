import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { pricedSource, type StrategyNeeds } from "./cost.ts";
import { breakEvenWithin, logFactors, priceKeys, priceSensitivity, utilityAt, withScaledPrice, type PricedStrategy } from "./sensitivity.ts";

const none = { money: 0, seconds: 0 };
const source = pricedSource("pool", "crowd", "in-hand", { acquire: none, label: { money: 1, seconds: 0 }, embed: none, train: none, once: none });
const at = (strategy: string, needs: Partial<StrategyNeeds>, samples: number[], utility: number[], candidates = 1000): PricedStrategy => ({
  plan: { strategy, needs: { content: false, labels: false, training: false, ...needs }, candidates: [candidates], shares: [1] },
  curve: { samples: Uint32Array.from(samples), utility: Float64Array.from(utility) },
});
const label = { source: "pool", part: "label", unit: "money" } as const;
const budget = { money: 100, seconds: null };

test("factors are evenly spaced in their logarithms, with × 1 exact", () => {
  const factors = logFactors();
  assert.equal(factors.length, 9);
  assert.deepEqual([factors[0], factors[4], factors[8]], [0.25, 1, 4]);
  assert.ok(Math.abs(factors[5] - Math.SQRT2) < 1e-12);
});

test("utility is linear in the logarithm of n, and not known beyond what was measured", () => {
  const curve = { samples: Uint32Array.of(10, 1000), utility: Float64Array.of(0.5, 0.9) };
  const middle = utilityAt(curve, 100);
  assert.ok("value" in middle && Math.abs(middle.value - 0.7) < 1e-12, "100 is half-way between 10 and 1000");
  assert.deepEqual(utilityAt(curve, 1000), { value: 0.9 });
  assert.deepEqual(utilityAt(curve, 9), { notDefined: "not known: 9 samples are fewer than the 10 from which on it is known" });
  assert.ok("notDefined" in utilityAt(curve, 1001));
  assert.ok("notDefined" in utilityAt({ samples: new Uint32Array(0), utility: new Float64Array(0) }, 5));
});

test("a ranking that turns as labels grow dear", () => {
  // "few" learns more from few samples; "many" needs no labels of its own and keeps what it has.
  const few = at("few", {}, [10, 1000], [0.6, 0.7]);
  const many = at("many", {}, [10, 1000], [0.3, 0.9]);
  const found = priceSensitivity([source], [few, many], budget, label, { factors: [0.25, 1, 4] });
  // n = 400, 100, 25; at 100 both curves are half-way: 0.65 and 0.6.
  assert.deepEqual(found.points.map((point) => [...point.samples]), [[400, 400], [100, 100], [25, 25]]);
  assert.deepEqual(found.points.map((point) => [...point.ranks]), [[2, 1], [1, 2], [1, 2]]);
  assert.ok(found.isOrderMoved);
  assert.deepEqual(found.leaders, [0, 1]);
  const { factor, price, below, above } = breakEvenWithin([source], few, many, budget, label, { from: 0.25, to: 1, below: 1, above: 0 });
  // 0.6 + 0.05 t = 0.3 + 0.3 t at t = 1.2, so n = 10 · 10^1.2 = 158.5 and the price 100 / 158.5; n is whole.
  assert.ok(Math.abs(factor - 100 / 159) < 1e-5 * factor, `${factor}`);
  assert.equal(price, factor);
  assert.deepEqual([below, above], [1, 0]);
});

test("ties are ties, and what is not known has no rank", () => {
  const a = at("a", {}, [50, 200], [0.5, 0.5]);
  const b = at("b", {}, [50, 200], [0.505, 0.505]);
  const c = at("c", {}, [150, 900], [0.8, 0.9]);
  const found = priceSensitivity([source], [a, b, c], budget, label, { factors: [0.25, 0.5, 1, 4], tolerance: 0.01 });
  assert.deepEqual(found.points.map((point) => [...point.ranks]), [[0, 0, 1], [2, 2, 1], [1, 1, 0], [0, 0, 0]]);
  assert.ok(!found.isOrderMoved, "wherever two are known they stand alike");
  assert.ok(found.agreement.every((agreement) => "notDefined" in agreement));
});

test("a break-even price between paying per label kept and paying for all labels first", () => {
  // The selective one pays 100 labels of candidates; both train at 1 each. Flat curves but for n.
  const priced = pricedSource("pool", "crowd", "in-hand", { acquire: none, label: { money: 0.5, seconds: 0 }, embed: none, train: { money: 1, seconds: 0 }, once: none });
  const random = at("random", {}, [10, 100], [0.5, 0.8], 100);
  const chosen = at("chosen", { labels: true }, [10, 100], [0.6, 0.9], 100);
  const even = breakEvenWithin([priced], random, chosen, budget, label, { from: 1, to: 2, below: 1, above: 0 });
  // Random buys 100 / (1 + p), the other 100 − 100 p; by n on a curve of slope 0.3 a decade the lead of 0.1 is worth 10^(1/3).
  // (1 − p)(1 + p) = 10^(−1/3) → p = 0.7320, where both n are whole numbers near 57.7 and 26.8.
  assert.ok(even.price !== null && Math.abs(even.price - 0.732) < 0.02, JSON.stringify(even));
});

test("less is better where a utility says so", () => {
  const a = at("a", {}, [10, 1000], [0.1, 0.1]);
  const b = at("b", {}, [10, 1000], [0.2, 0.2]);
  const found = priceSensitivity([source], [a, b], budget, label, { better: "low" });
  assert.ok(found.points.every((point) => point.ranks[0] === 1 && point.ranks[1] === 2));
});

test("each price that is not 0 is a key; scaling changes that price alone", () => {
  const two = [source, pricedSource("other", "experts", "in-hand")];
  assert.deepEqual(priceKeys([source]), [label]);
  assert.ok(priceKeys(two).length > 5);
  const scaled = withScaledPrice(two, { source: null, part: "label", unit: "money" }, 3);
  assert.deepEqual(scaled.map((own) => own.prices.label.money), [3, 3]);
  assert.deepEqual(scaled[1].prices.train, two[1].prices.train);
  assert.throws(() => withScaledPrice(two, { ...label, source: "none" }, 2), { code: "bad-argument" });
});

test("interpolation stays between its neighbours and meets them", () => {
  const points = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 6 }).map((sizes) => Uint32Array.from(sizes).sort());
  fc.assert(fc.property(points, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (samples, values) => {
    const utility = Float64Array.from(samples, () => values.next().value as number);
    const curve = { samples, utility };
    samples.forEach((n, i) => assert.deepEqual(utilityAt(curve, n), { value: utility[i] }));
    for (let n = samples[0]; n <= samples[samples.length - 1]; n++) {
      const found = utilityAt(curve, n);
      const next = samples.findIndex((size) => size >= n);
      const ends = [utility[Math.max(0, next - 1)], utility[next]];
      assert.ok("value" in found && found.value >= Math.min(...ends) - 1e-12 && found.value <= Math.max(...ends) + 1e-12);
    }
  }), { numRuns: 30 });
});
