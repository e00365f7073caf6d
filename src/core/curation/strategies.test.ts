import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CancelledError, InfomaxError } from "../errors.ts";
import type { SharePolicy } from "./strategy.ts";
import { groundOf, randomGround } from "./ground.fixture.ts";
import { classQuotas } from "./quotas.ts";
import { STRATEGIES, strategyNamed } from "./strategies.ts";
import { STRATEGY_NAMES, type Strategy, type StrategyInput } from "./strategy.ts";

/** Samples of each class (the last: those without) among the rows that pass. */
function tally(input: StrategyInput, passes: (row: number) => boolean): number[] {
  const counts = new Array<number>(input.classCount + 1).fill(0);
  for (let i = 0; i < input.matrix.rows; i++) if (passes(i)) counts[input.label[i] < 0 ? input.classCount : input.label[i]]++;
  return counts;
}

const policyOf = (strategy: Strategy, input: StrategyInput): SharePolicy =>
  (strategy.name === "class-balanced-random" || strategy.name === "el2n-cut" ? "balanced" : input.perClass);

for (const strategy of STRATEGIES) {
  test(`${strategy.name}: the right number, each once, pins in, exclusions out, shares kept, the same again, nested where it says so`, async () => {
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 3, max: 60 }), fc.nat(), fc.constantFrom<SharePolicy>("none", "balanced", "proportional"), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }),
      async (rows, seed, perClass, large, small) => {
        const input = await randomGround(rows, seed, { perClass });
        const pinned = input.isProtected.reduce((sum, x) => sum + x, 0);
        const allowed = rows - input.isExcluded.reduce((sum, x) => sum + x, 0);
        const budget = pinned + Math.round(large * (allowed - pinned));
        const kept = await strategy.select(input, budget);
        const set = new Set(kept);
        assert.equal(kept.length, budget);
        assert.equal(set.size, budget);
        for (let i = 0; i < rows; i++) {
          if (input.isProtected[i] !== 0) assert.ok(set.has(i), `protected ${i}`);
          if (input.isExcluded[i] !== 0) assert.ok(!set.has(i), `excluded ${i}`);
        }
        const policy = policyOf(strategy, input);
        // This one puts fresh content before the shares; its own test counts them.
        if (policy !== "none" && strategy.name !== "dedup-random") {
          const quotas = classQuotas(policy, budget, tally(input, (i) => input.isExcluded[i] === 0), tally(input, (i) => input.isProtected[i] !== 0));
          assert.deepEqual(tally(input, (i) => set.has(i)), Array.from(quotas));
        }
        assert.deepEqual(await strategy.select(input, budget), kept);
        if (strategy.nested) {
          const less = pinned + Math.round(small * (budget - pinned));
          assert.deepEqual(await strategy.select(input, less), kept.slice(0, less));
        }
      },
    ), { numRuns: 60, seed: 11 });
  });

  test(`${strategy.name}: budgets that cannot be met are refused, and a cancel ends it`, async () => {
    const input = await randomGround(30, 4);
    const pinned = input.isProtected.reduce((sum, x) => sum + x, 0);
    assert.ok(pinned > 0);
    const isBadBudget = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "bad-budget";
    await assert.rejects(strategy.select(input, pinned - 1), isBadBudget);
    await assert.rejects(strategy.select(input, 31), isBadBudget);
    if (["d2", "k-center", "herding", "facility-location", "graph-cut", "semdedup"].includes(strategy.name)) {
      await assert.rejects(strategy.select(input, 15, { signal: AbortSignal.abort() }), CancelledError);
    }
  });
}

test("every name has its strategy; an unknown one is refused with the list", () => {
  assert.deepEqual(STRATEGIES.map((strategy) => strategy.name), [...STRATEGY_NAMES]);
  for (const name of STRATEGY_NAMES) assert.equal(strategyNamed(name).name, name);
  assert.throws(() => strategyNamed("best"), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-argument" && thrown.message.includes("k-center"));
});

test("the seed changes what is drawn at random", async () => {
  const vectors = Array.from({ length: 40 }, (_, i) => [Math.cos(i), Math.sin(i), 1]);
  for (const name of ["random", "ccs", "dedup-random", "k-center"] as const) {
    const answers = await Promise.all([0, 1, 2].map(async (seed) => (await strategyNamed(name).select(await groundOf(vectors, 5, { seed }), 10)).join()));
    assert.ok(new Set(answers).size > 1, name);
  }
});

test("top-importance and el2n-cut: hand-made values", async () => {
  const vectors = Array.from({ length: 10 }, (_, i) => [1, i / 10]);
  const importance = Float64Array.of(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const aum = Float64Array.of(-9, -8, -7, 6, 5, 4, 3, 2, 1, 0);
  const input = await groundOf(vectors, 3, { importance, aum });
  assert.deepEqual(Array.from(await strategyNamed("top-importance").select(input, 3)), [0, 1, 2]);
  // 0, 1, 2 are the 30% hardest; they come back from the least hard on.
  assert.deepEqual(Array.from(await strategyNamed("el2n-cut").select(input, 9)), [3, 4, 5, 6, 7, 8, 9, 2, 1]);
  await assert.rejects(strategyNamed("el2n-cut").select({ ...input, aum: null }, 3), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-importance");
});

test("forgetting: the most forgotten and the never learned first, ties by the seed; refused without counts", async () => {
  const vectors = Array.from({ length: 8 }, (_, i) => [1, i / 10]);
  // Row 3 was never learned in 10 epochs; 1, 4 and 6 tie.
  const input = await groundOf(vectors, 3, { forgetting: Float64Array.of(0, 2, 1, 10, 2, 4, 2, 0.5) });
  const ties = new Set<string>();
  for (let seed = 0; seed < 12; seed++) {
    const kept = Array.from(await strategyNamed("forgetting").select({ ...input, seed }, 7));
    assert.deepEqual([kept.slice(0, 2), kept.slice(2, 5).sort(), kept.slice(5)], [[3, 5], [1, 4, 6], [2, 7]]);
    ties.add(kept.slice(2, 5).join());
  }
  assert.ok(ties.size > 2, [...ties].join("; "));
  const balanced = { ...input, label: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), classCount: 2, perClass: "balanced" } as const;
  assert.deepEqual(Array.from(await strategyNamed("forgetting").select(balanced, 4)).sort().slice(0, 2), [1, 3]);
  await assert.rejects(strategyNamed("forgetting").select({ ...input, forgetting: null }, 3), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-importance" && thrown.message.includes("training dynamics"));
});

test("moderate takes the rows around the median distance to the class centre", async () => {
  // On both sides of [1, 0], so that the centre lies on it and the distance grows with the angle.
  const angles = [0.1, -0.1, 0.2, -0.2, 0.3, -0.3, 0.4, -0.4, 0.5, -0.5];
  const input = await groundOf(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]), 3);
  assert.deepEqual(Array.from(await strategyNamed("moderate").select(input, 2)).sort(), [4, 5]);
  assert.deepEqual(Array.from(await strategyNamed("moderate").select(input, 6)).sort(), [2, 3, 4, 5, 6, 7]);
});

test("dedup-random keeps each content once before any twice, also where a class has few", async () => {
  const vectors = Array.from({ length: 12 }, (_, i) => [1, i]);
  // Class 0: one image six times; class 1: six images.
  const label = Int32Array.from({ length: 12 }, (_, i) => (i < 6 ? 0 : 1));
  const clusterOf = Int32Array.from({ length: 12 }, (_, i) => (i < 6 ? 0 : -1));
  for (const perClass of ["none", "balanced", "proportional"] as const) {
    const kept = await strategyNamed("dedup-random").select(await groundOf(vectors, 3, { label, classCount: 2, clusterOf, clusterCount: 1, perClass, seed: 3 }), 9);
    assert.deepEqual(kept.slice(0, 7).filter((row) => row < 6).length, 1);
    assert.equal(new Set(kept).size, 9);
  }
});

test("semdedup drops what repeats another, and keeps of each pair the one farther from the centroid", async () => {
  // Four directions; the second of each pair lies nearer the common mean.
  const vectors = [[1, 0, 0, 0.2], [1, 0, 0, 0.25], [0, 1, 0, 0.2], [0, 1, 0, 0.25], [0, 0, 1, 0.2], [0, 0, 1, 0.25]];
  const kept = await strategyNamed("semdedup").select(await groundOf(vectors, 3), 3);
  assert.deepEqual(Array.from(kept).sort(), [0, 2, 4]);
  const pinned = await strategyNamed("semdedup").select(await groundOf(vectors, 3, { isProtected: Uint8Array.of(0, 1, 0, 0, 0, 0) }), 3);
  assert.deepEqual(Array.from(pinned).sort(), [1, 2, 4]);
});
