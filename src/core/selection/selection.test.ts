import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { InfomaxError } from "../errors.ts";
import type { SimilarityGraph } from "../neighbors/neighborGraph.ts";
import { seededRandom } from "../random.ts";
import { checkBudget, parseBudget, type ClassPolicy, type Constraints } from "./constraints.ts";
import { greedySelection } from "./greedy.ts";
import { automaticCutoff, deferHardest } from "./noiseCutoff.ts";
import { createProgramme, objective, type Programme } from "./objective.ts";

/** Dense K as a graph: entries below 0.3 are left out, as k-NN lists would. */
function graphOf(k: number[][]): SimilarityGraph {
  const rows = k.length;
  const offsets = new Uint32Array(rows + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      if (i === j || k[i][j] < 0.3) continue;
      columns.push(j);
      values.push(k[i][j]);
    }
    offsets[i + 1] = columns.length;
  }
  return { rows, offsets, columns: Uint32Array.from(columns), values: Float32Array.from(values) };
}

function randomProgramme(rows: number, seed: number, beta: number, budget: number): Programme {
  const random = seededRandom(seed);
  const k = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) k[i][j] = k[j][i] = random();
  const clusterOf = Int32Array.from({ length: rows }, () => Math.floor(random() * 5) - 2).map((c) => (c < 0 ? -1 : c));
  return createProgramme(Float64Array.from({ length: rows }, () => random()), graphOf(k), clusterOf, 3, beta, budget);
}

function free(rows: number, changes: Partial<Constraints> = {}): Constraints {
  return {
    isProtected: new Uint8Array(rows), isExcluded: new Uint8Array(rows), deferred: new Float64Array(rows),
    classPolicy: "none", label: new Int32Array(rows).fill(-1), classCount: 0, ...changes,
  };
}

/** F by its definition, over all ordered pairs, the clique part written out. */
function byDefinition(p: Programme, selected: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < p.rows; i++) {
    if (!selected[i]) continue;
    value += p.scores[i];
    for (let j = 0; j < p.rows; j++) {
      if (i === j || !selected[j]) continue;
      for (let e = p.graph.offsets[i]; e < p.graph.offsets[i + 1]; e++) if (p.graph.columns[e] === j) value -= p.alpha * p.graph.values[e];
      if (p.clusterOf[i] >= 0 && p.clusterOf[i] === p.clusterOf[j]) value -= p.alpha * p.kappa;
    }
  }
  return value;
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
  const p = randomProgramme(40, 3, 1, 10);
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
  fc.assert(fc.property(fc.integer({ min: 1, max: 16 }), fc.integer(), fc.constantFrom<ClassPolicy>("none", "balanced", "proportional"), (rows, seed, classPolicy) => {
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
    const { order } = greedySelection(randomProgramme(rows, seed, random() * 2, budget), constraints, budget);
    assert.equal(new Set(order).size, budget);
    for (let i = 0; i < rows; i++) {
      if (isProtected[i]) assert.ok(order.includes(i));
      if (isExcluded[i]) assert.ok(!order.includes(i));
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
    const groups = new Set(Array.from(p.clusterOf, (c, i) => (c < 0 ? `single ${i}` : `cluster ${c}`))).size;
    const seen = new Set<string>();
    for (const row of order.subarray(0, groups)) {
      const group = p.clusterOf[row] < 0 ? `single ${row}` : `cluster ${p.clusterOf[row]}`;
      assert.ok(!seen.has(group));
      seen.add(group);
    }
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
  const p = { ...randomProgramme(100, 11, 1, 30), clusterOf: new Int32Array(100).fill(-1) };
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
  const empty = { rows: 20, offsets: new Uint32Array(21), columns: new Uint32Array(0), values: new Float32Array(0) };
  const p = createProgramme(scores, empty, new Int32Array(20).fill(-1), 0, 1, 5);
  const { order } = greedySelection(p, free(20, { label, classCount: 10, classPolicy: "balanced" }), 5);
  assert.deepEqual(Array.from(order, (row) => label[row]), [9, 8, 7, 6, 5]);
});

test("balance is no reason to keep copies while another class has fresh content", () => {
  // Class 0: two copies of one image; class 1: eight different ones.
  const label = Int32Array.from({ length: 10 }, (_, i) => (i < 2 ? 0 : 1));
  const clusterOf = Int32Array.from({ length: 10 }, (_, i) => (i < 2 ? 0 : -1));
  const empty = { rows: 10, offsets: new Uint32Array(11), columns: new Uint32Array(0), values: new Float32Array(0) };
  const p = createProgramme(Float64Array.from({ length: 10 }, (_, i) => 1 - i / 20), empty, clusterOf, 1, 1, 5);
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

test("the noise cutoff takes the hardest of each class and leaves rare classes alone", () => {
  const label = Int32Array.from({ length: 44 }, (_, i) => (i < 4 ? 0 : 1));
  const aum = Float64Array.from({ length: 44 }, (_, i) => (i < 4 ? -1 : i / 44));
  const deferred = deferHardest(aum, label, 2, 0.1);
  assert.deepEqual(Array.from(deferred.keys()).filter((i) => deferred[i] > 0), [4, 5, 6, 7]);
  assert.ok(deferred[4] > deferred[7]);
  assert.equal(automaticCutoff(0.05), 0.1);
  assert.ok(Math.abs(automaticCutoff(0.3) - 0.05) < 1e-12);
  assert.equal(automaticCutoff(0.8), 0);
});
