import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { InfomaxError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { checkBudget, parseBudget, type ClassPolicy } from "./constraints.ts";
import { choicesOf } from "./choices.ts";
import { greedyFrom, greedySelection } from "./greedy.ts";
import { automaticCutoff, deferHardest } from "./noiseCutoff.ts";
import { createGround, createProgramme, objective, type Programme } from "./objective.ts";
import { byDefinition, contentsBy, emptyGraph, free, graphOf, randomProgramme } from "./programme.fixture.ts";
import { automaticWeight } from "./scarcity.ts";
import { solve } from "./solve.ts";

/** Samples that share nothing, with these scores. */
function independent(scores: ArrayLike<number>, budget: number, clusterOf: ArrayLike<number> = Array.from(scores, () => -1)): Programme {
  const contents = contentsBy(clusterOf);
  return createProgramme(createGround(Float64Array.from(scores), emptyGraph(contents.count), contents), 1, budget);
}

test("the objective counts both parts of K as its definition does", () => {
  for (let seed = 0; seed < 50; seed++) {
    const p = randomProgramme(12, seed, 0.7, 5);
    const random = seededRandom(seed + 1000);
    const selected = Uint8Array.from({ length: 12 }, () => (random() < 0.5 ? 1 : 0));
    assert.ok(Math.abs(objective(p, selected) - byDefinition(p, selected)) < 1e-6);
  }
});

test("α balances importance and k-NN redundancy at β = 1 and x = ρ", () => {
  // Lone samples only: contents and samples are then the same.
  const random = seededRandom(3);
  const k = Array.from({ length: 40 }, () => new Array<number>(40).fill(0));
  for (let i = 0; i < 40; i++) for (let j = 0; j < i; j++) k[i][j] = k[j][i] = random();
  const contents = contentsBy(new Array<number>(40).fill(-1));
  const p = createProgramme(createGround(Float64Array.from({ length: 40 }, () => random()), graphOf(k), contents), 1, 10);
  const rho = 10 / 40;
  let importance = 0;
  let redundancy = 0;
  for (let i = 0; i < 40; i++) {
    importance += p.scores[i] * rho;
    for (let e = p.graph.offsets[i]; e < p.graph.offsets[i + 1]; e++) redundancy += p.alpha * p.graph.values[e] * rho * rho;
  }
  assert.ok(Math.abs(importance - redundancy) < 1e-9);
});

test("greedy takes at each step the sample with the highest gain, and its gains add up to F", () => {
  for (let seed = 0; seed < 40; seed++) {
    const p = randomProgramme(14, seed, 1, 6);
    const { order, gains } = greedySelection(p, free(14), 9);
    const selected = new Uint8Array(14);
    let before = 0;
    order.forEach((row, at) => {
      let best = -Infinity;
      for (let i = 0; i < 14; i++) {
        if (selected[i]) continue;
        selected[i] = 1;
        best = Math.max(best, byDefinition(p, selected) - before);
        selected[i] = 0;
      }
      selected[row] = 1;
      const now = byDefinition(p, selected);
      assert.ok(Math.abs(now - before - best) < 1e-6, `step ${at}`);
      assert.ok(Math.abs(now - before - gains[at]) < 1e-6);
      before = now;
    });
  }
});

test("protected samples are kept at every budget and excluded ones never, over 10,000 random instances", () => {
  let instances = 0;
  fc.assert(fc.property(fc.integer({ min: 1, max: 16 }), fc.integer(), fc.constantFrom<ClassPolicy>("none", "balanced", "proportional", "floor"), (rows, seed, classPolicy) => {
    const random = seededRandom(seed);
    const isProtected = Uint8Array.from({ length: rows }, () => (random() < 0.25 ? 1 : 0));
    const isExcluded = isProtected.map((pinned) => (pinned === 0 && random() < 0.2 ? 1 : 0));
    const pinned = isProtected.reduce((sum, x) => sum + x, 0);
    const allowed = rows - isExcluded.reduce((sum, x) => sum + x, 0);
    if (allowed === 0) return;
    const budget = Math.max(1, pinned) + Math.floor(random() * (allowed - Math.max(1, pinned) + 1));
    const constraints = free(rows, {
      isProtected, isExcluded, classPolicy, classCount: 3, label: Int32Array.from({ length: rows }, () => Math.floor(random() * 4) - 1),
      deferred: Float64Array.from({ length: rows }, () => (random() < 0.3 ? random() : 0)),
    });
    const programme = randomProgramme(rows, seed, random() * 2, budget);
    for (const kept of [greedySelection(programme, constraints, budget).order, solve(programme, constraints, budget, "exchange").kept]) {
      assert.equal(kept.length, budget);
      assert.equal(new Set(kept).size, budget);
      for (let i = 0; i < rows; i++) {
        if (isProtected[i]) assert.ok(kept.includes(i));
        if (isExcluded[i]) assert.ok(!kept.includes(i));
      }
    }
    instances++;
  }), { numRuns: 10_500, seed: 7 });
  assert.ok(instances >= 10_000);
});

test("a smaller budget's subset is the start of a larger one's when the programme is the same", () => {
  const p = randomProgramme(60, 5, 1, 20);
  const large = greedySelection(p, free(60), 60).order;
  const small = greedySelection(p, free(60), 20).order;
  assert.deepEqual(Array.from(small), Array.from(large.subarray(0, 20)));
});

test("no cluster gives a second sample before every cluster and single has given one", () => {
  for (let seed = 0; seed < 30; seed++) {
    const p = randomProgramme(30, seed, 1, 10);
    const { order } = greedySelection(p, free(30), 30);
    const first = new Set(Array.from(order.subarray(0, p.contents.count), (row) => p.contents.of[row]));
    assert.equal(first.size, p.contents.count);
  }
});

test("deferred samples come after all others, the least hard first", () => {
  const deferred = new Float64Array(20);
  deferred[3] = 0.9;
  deferred[7] = 0.2;
  const { order } = greedySelection(randomProgramme(20, 9, 1, 10), free(20, { deferred }), 20);
  assert.deepEqual(Array.from(order.subarray(18)), [7, 3]);
});

test("balanced shares give rare classes all they have; proportional shares follow class sizes", () => {
  const label = Int32Array.from({ length: 100 }, (_, i) => (i < 4 ? 0 : i < 34 ? 1 : 2));
  const random = seededRandom(11);
  const p = independent(Array.from({ length: 100 }, () => random()), 30);
  const count = (classPolicy: ClassPolicy, budget: number): number[] => {
    const tally = [0, 0, 0];
    for (const row of greedySelection(p, free(100, { label, classCount: 3, classPolicy }), budget).order) tally[label[row]]++;
    return tally;
  };
  assert.deepEqual(count("balanced", 30), [4, 13, 13]);
  assert.deepEqual(count("balanced", 9), [3, 3, 3]);
  assert.deepEqual(count("proportional", 50), [2, 15, 33]);
  assert.deepEqual(count("proportional", 100), [4, 30, 66]);
});

test("with fewer places than classes, the classes whose best sample gains most come first", () => {
  const label = Int32Array.from({ length: 20 }, (_, i) => i % 10);
  const scores = Float64Array.from(label, (c) => (c + 1) / 10);
  const p = independent(scores, 5);
  const { order } = greedySelection(p, free(20, { label, classCount: 10, classPolicy: "balanced" }), 5);
  assert.deepEqual(Array.from(order, (row) => label[row]), [9, 8, 7, 6, 5]);
});

test("balance is no reason to keep copies while another class has fresh content", () => {
  // Class 0: two copies of one image; class 1: eight different ones.
  const label = Int32Array.from({ length: 10 }, (_, i) => (i < 2 ? 0 : 1));
  const p = independent(Array.from({ length: 10 }, (_, i) => 1 - i / 20), 5, Array.from({ length: 10 }, (_, i) => (i < 2 ? 0 : -1)));
  const { order } = greedySelection(p, free(10, { label, classCount: 2, classPolicy: "balanced" }), 10);
  assert.equal(order.subarray(0, 9).filter((row) => row < 2).length, 1);
});

test("a class with more protected samples than its share keeps them, and the others share the rest", () => {
  const label = Int32Array.from({ length: 40 }, (_, i) => i % 2);
  const isProtected = Uint8Array.from({ length: 40 }, (_, i) => (i % 2 === 0 && i < 16 ? 1 : 0));
  const { order } = greedySelection(randomProgramme(40, 2, 1, 12), free(40, { label, classCount: 2, classPolicy: "balanced", isProtected }), 12);
  assert.equal(order.filter((row) => label[row] === 0).length, 8);
});

test("budgets: counts and percentages are read, all else is refused with the reason", () => {
  assert.equal(parseBudget("500", 1000), 500);
  assert.equal(parseBudget(" 30 % ", 1000), 300);
  assert.equal(parseBudget("0.01%", 1000), 1);
  assert.equal(parseBudget("100%", 7), 7);
  for (const [text, words] of [["0", "above 0"], ["0%", "above 0%"], ["101%", "up to 100%"], ["abc", "no number"], ["", "no number"], ["-5", "no number"], ["1e3", "no number"], ["2.5", "whole"], ["1001", "1000 samples"]] as const) {
    assert.throws(() => parseBudget(text, 1000), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-budget" && thrown.message.includes(words), text);
  }
});

test("a budget below the protected samples names both numbers", () => {
  const constraints = free(10, { isProtected: new Uint8Array(10).fill(1, 0, 6) });
  assert.throws(() => { checkBudget(5, constraints); }, /budget of 5 .* 6 protected/);
});

test("a floor gives each class at least half of an even share, and leaves the rest to the objective", () => {
  // Class 0 scores highest, class 2 lowest.
  const label = Int32Array.from({ length: 90 }, (_, i) => Math.floor(i / 30));
  const p = independent(Array.from({ length: 90 }, (_, i) => 1 - i / 100), 30);
  const { order } = greedySelection(p, free(90, { label, classCount: 3, classPolicy: "floor" }), 90);
  for (const budget of [6, 15, 30, 60]) {
    const tally = [0, 0, 0];
    for (const row of order.subarray(0, budget)) tally[label[row]]++;
    for (const count of tally) assert.ok(count >= Math.floor(budget / 6), `${tally.join(" ")} of ${budget}`);
    assert.equal(tally[2], Math.max(Math.ceil(budget / 6), budget - 60), `${tally.join(" ")} of ${budget}`);
  }
});

test("a class with deferred samples alone gets its floor of them and no more while others have fresh ones", () => {
  const label = Int32Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
  const deferred = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 - i / 100 : 0));
  const p = independent(Array.from({ length: 40 }, () => 0.5), 16);
  const { order } = greedySelection(p, free(40, { label, classCount: 2, classPolicy: "floor", deferred }), 16);
  assert.equal(order.filter((row) => label[row] === 0).length, 4);
});

test("the noise cutoff takes the hardest of all, but of no class more than three times its share", () => {
  const label = Int32Array.from({ length: 44 }, (_, i) => (i < 4 ? 0 : 1));
  const aum = Float64Array.from({ length: 44 }, (_, i) => (i < 4 ? -1 : i / 44));
  const deferred = deferHardest(aum, label, 2, 0.1);
  // Four of 44: of the rare class, all of it hard, one alone.
  assert.deepEqual(Array.from(deferred.keys()).filter((i) => deferred[i] > 0).length, 1);
  const half = deferHardest(aum, label, 2, 0.3);
  assert.equal(half.subarray(0, 4).filter((value) => value > 0).length, 2);
  const even = Int32Array.from({ length: 44 }, (_, i) => i % 2);
  const both = deferHardest(Float64Array.from({ length: 44 }, (_, i) => i), even, 2, 0.1);
  assert.deepEqual(Array.from(both.keys()).filter((i) => both[i] > 0), [0, 1, 2, 3]);
  assert.ok(both[0] > both[3]);
});

test("the automatic cutoff falls as the budget holds more of the distinct contents, and is at least the noise that probes see", () => {
  const unknown = { classes: 0, noise: null, accuracy: null };
  assert.equal(automaticCutoff(100, 1000, unknown).cutoff, 0.3);
  assert.equal(automaticCutoff(10, 1000, unknown).cutoff, 0.3);
  assert.ok(Math.abs(automaticCutoff(300, 1000, unknown).cutoff - 0.1) < 1e-12);
  assert.equal(automaticCutoff(1000, 1000, unknown).cutoff, 0);
  assert.equal(automaticCutoff(5000, 1000, unknown).cutoff, 0);
  let before = 1;
  for (let budget = 10; budget <= 1000; budget += 10) {
    const { cutoff } = automaticCutoff(budget, 1000, unknown);
    assert.ok(cutoff <= before);
    before = cutoff;
  }
  const noisy = automaticCutoff(900, 1000, { classes: 0, noise: 0.2, accuracy: 0.9 });
  assert.equal(noisy.cutoff, 0.2);
  assert.match(noisy.evidence, /20\.0% of the labels/);
  assert.equal(automaticCutoff(1000, 1000, { classes: 0, noise: 0.2, accuracy: 0.9 }).cutoff, 0, "no content gives way to repeats of others");
  assert.ok(automaticCutoff(900, 1000, { classes: 0, noise: 0.2, accuracy: 0.5 }).cutoff < 0.05, "probes that are often wrong are not believed");
});

test("where few samples of a class are kept, more of the hardest go and redundancy weighs more; from 250 of each on nothing changes", () => {
  const cutoff = (budget: number, classes: number): number => automaticCutoff(budget, 1000, { classes, noise: null, accuracy: null }).cutoff;
  assert.equal(cutoff(300, 1), cutoff(300, 0));
  assert.ok(Math.abs(cutoff(300, 10) - 0.1 * (250 / 30) ** 0.3) < 1e-12);
  assert.equal(cutoff(50, 10), 0.5, "never more than half");
  assert.equal(cutoff(1000, 10), 0, "all contents are kept");
  for (let budget = 10; budget < 1000; budget++) assert.ok(cutoff(budget + 1, 10) <= cutoff(budget, 10), `${budget}`);
  assert.equal(automaticCutoff(300, 1000, { classes: 10, noise: null, accuracy: null }).evidence, "the budget holds 30% of the distinct contents, and few samples of a class: 30");
  assert.match(automaticCutoff(8, 1000, { classes: 10, noise: null, accuracy: null }).evidence, /^the budget holds less than 1% of the distinct contents, and few samples of a class: 0\.8$/);

  assert.deepEqual([automaticWeight(50, 0), automaticWeight(2500, 10), automaticWeight(9000, 10)], [0.15, 0.15, 0.15]);
  assert.ok(Math.abs(automaticWeight(625, 10) - 0.15 * 8) < 1e-12, "a quarter of them: eight times");
  assert.equal(automaticWeight(20, 10), 5);
});

test("a repeat never ties with what is new: equal scores, no edges, and many copies that must be kept", () => {
  const first = (p: Programme, budget: number, constraints = free(p.rows)): number[] => Array.from(greedySelection(p, constraints, budget).order, (row) => p.contents.of[row]);
  const equal = independent(new Array<number>(8).fill(1), 4, [0, 0, 0, 0, 0, -1, -1, -1]);
  assert.equal(new Set(first(equal, 4)).size, 4);
  const tie = independent([1, 1, 0.5, 0], 3, [0, 0, -1, -1]);
  assert.equal(new Set(first(tie, 3)).size, 3);
  // 40 pinned copies of one content that all lone samples resemble, and a second cluster.
  const clusterOf = Array.from({ length: 70 }, (_, i) => (i < 40 ? 0 : i < 50 ? 1 : -1));
  const contents = contentsBy(clusterOf);
  const k = Array.from({ length: contents.count }, (_, a) => Array.from({ length: contents.count }, (_, b) => (a !== b && (a === 0 || b === 0) && a !== 1 && b !== 1 ? 0.5 : 0)));
  const ground = createGround(Float64Array.from({ length: 70 }, (_, i) => 0.5 + i / 200), graphOf(k), contents);
  const pins = Array.from({ length: 40 }, (_, i) => i);
  const isProtected = Uint8Array.from({ length: 70 }, (_, i) => (i < 40 ? 1 : 0));
  const order = first(createProgramme(ground, 1, 61, pins), 61, free(70, { isProtected }));
  assert.equal(new Set(order).size, 22, "each lone sample and the second cluster come before any repeat");
});

test("a nested order frees deferred samples as the cutoff falls with its size", () => {
  // Half of 40 samples are deferred, the hardest scoring highest; the cutoff falls from a half to none at 20 kept.
  const deferred = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 - i / 40 : 0));
  const p = independent(Array.from({ length: 40 }, (_, i) => 1 - i / 100), 40);
  const constraints = free(40, { deferred });
  const cutoffAt = (kept: number): number => Math.max(0, 0.5 * (1 - kept / 20));
  const { order } = greedyFrom(p, constraints, choicesOf(p, constraints), 40, cutoffAt);
  assert.deepEqual(Array.from(order).sort((a, b) => a - b), Array.from({ length: 40 }, (_, i) => i));
  order.forEach((row, at) => {
    if (deferred[row] > 0) assert.ok(deferred[row] <= 1 - cutoffAt(at + 1), `${row} at ${at}`);
  });
  assert.ok(order.subarray(0, 20).some((row) => row < 20), "freed samples compete at once");
  assert.ok(greedySelection(p, constraints, 40).order.subarray(0, 20).every((row) => row >= 20), "without a schedule they come last");
});
