import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CancelledError } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors } from "../neighbors/neighborGraph.ts";
import { takeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { EMPTY, matrixOf, randomRows } from "./draws.fixture.ts";
import { squaredRadii } from "./neighborRadii.ts";
import { poolBalls } from "./poolBalls.ts";
import { prdc, type Prdc } from "./prdc.ts";
import { squaredDistance } from "./products.ts";

const NAMES = ["precision", "recall", "density", "coverage"] as const;
const values = (found: Prdc): number[] => NAMES.map((name) => ("value" in found[name] ? found[name].value : NaN));
const why = (found: Prdc): string[] => NAMES.map((name) => ("notDefined" in found[name] ? found[name].notDefined : "defined"));
/** Points of the circle, by degrees. */
const circle = (...degrees: number[]): EmbeddingMatrix => matrixOf(degrees.map((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)]));

test("arcs of a circle, by hand", async () => {
  // k = 1. Target 0°, 10°, 30°: radii of 10°, 10°, 20°. Kept 5°, 45°, 180°: radii of 40°, 40°, 135°.
  const found = await prdc(circle(5, 45, 180), circle(0, 10, 30), { k: 1 });
  // 5° is within the balls of 0° and 10°, 45° in that of 30°; 5° is 25° from 30°. All targets are within 40° of 5°.
  assert.deepEqual(values(found), [2 / 3, 1, 3 / 3, 1]);
  const far = await prdc(circle(179, 180, 182), circle(0, 10, 30), { k: 1 });
  assert.deepEqual(values(far), [0, 0, 0, 0]);
});

test("a ball's boundary is left out: of equal sets each ball holds its own sample and the k − 1 nearest", async () => {
  const set = matrixOf(randomRows(4, 300, 12));
  assert.deepEqual(values(await prdc(set, set)), [1, 1, 1, 1]);
  assert.deepEqual(values(await prdc(takeRows(set, seededPermutation(300, 1)), set)), [1, 1, 1, 1]);
});

test("samples with more copies than k still hold their copies", async () => {
  const rows = randomRows(8, 40, 6);
  const copied = matrixOf(rows.flatMap((row) => Array.from({ length: 8 }, () => row)));
  const [precision, recall, density, coverage] = values(await prdc(copied, copied));
  assert.deepEqual([precision, recall, coverage], [1, 1, 1]);
  assert.ok(Math.abs(density - 8 / 5) < 1e-12);
});

test("radii are exact among near-duplicates that float32 products cannot tell apart", async () => {
  const base = randomRows(2, 1, 16)[0];
  const crowd = matrixOf([...randomRows(3, 200, 16).map((row) => base.map((x, c) => x + 2e-4 * row[c])), ...randomRows(5, 50, 16)]);
  const radii = await squaredRadii(crowd, 5);
  for (const i of [0, 7, 199, 200, 249]) {
    const all = Array.from({ length: crowd.rows }, (_, j) => squaredDistance(crowd, i, crowd, j)).sort((a, b) => a - b);
    assert.equal(radii[i], all[5]);
  }
  const lists = await nearestNeighbors(crowd, await ExactSearch.create(crowd), 20);
  assert.deepEqual(await squaredRadii(crowd, 5, { lists }), radii, "from lists too, of which too many may be alike");
  assert.deepEqual(await squaredRadii(crowd, 30, { lists }), await squaredRadii(crowd, 30), "lists that are too short are passed over");
});

test("any two sets: in range, whatever the order, and the roles turned", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 7, max: 60 }), fc.integer({ min: 7, max: 60 }), fc.integer({ min: 2, max: 9 }), async (seed, n, m, d) => {
    const kept = matrixOf(randomRows(seed, n, d));
    const target = matrixOf(randomRows(seed + 1, m, d));
    const found = values(await prdc(kept, target));
    const [precision, recall, density, coverage] = found;
    for (const share of [precision, recall, coverage]) assert.ok(share >= 0 && share <= 1);
    assert.ok(density >= 0 && density <= m / 5);
    assert.ok(coverage === 0 ? precision === 0 : precision > 0);
    assert.deepEqual(values(await prdc(takeRows(kept, seededPermutation(n, 2)), takeRows(target, seededPermutation(m, 3)))), found);
    const turned = values(await prdc(target, kept));
    assert.deepEqual([turned[1], turned[0]], [precision, recall]);
    assert.deepEqual(values(await prdc(kept, target, { targetRadii: await squaredRadii(target, 5) })), found);
    assert.deepEqual(values(await prdc(kept, target, { keptLists: await nearestNeighbors(kept, await ExactSearch.create(kept), 20) })), found);
  }), { numRuns: 25 });
});

test("subsets of a pool get from what is known of it what they get without, copies and crowds among them", async () => {
  for (const [seed, dims, targets] of [[1, 3, 20], [2, 6, 300], [3, 12, 1200], [4, 2, 300]] as const) {
    const base = randomRows(seed, 1, dims)[0];
    const crowd = randomRows(seed + 1, 40, dims).map((row) => base.map((x, c) => x + 2e-4 * row[c]));
    const target = matrixOf([...randomRows(seed + 2, targets, dims), ...crowd.slice(0, 20), ...Array.from({ length: 8 }, () => base)]);
    const pool = matrixOf([...randomRows(seed + 3, 900, dims), ...crowd.slice(10), ...randomRows(seed + 2, 30, dims), ...Array.from({ length: 9 }, () => base)]);
    const targetRadii = await squaredRadii(target, 5);
    const balls = await poolBalls(pool, target, targetRadii);
    assert.ok(balls !== null);
    for (const size of [6, 40, 500, pool.rows]) {
      const rows = seededPermutation(pool.rows, size).slice(0, size).sort();
      const kept = takeRows(pool, rows);
      assert.deepEqual(await prdc(kept, target, { targetRadii, pool: { balls, rows } }), await prdc(kept, target, { targetRadii }), `${size} of seed ${seed}`);
    }
  }
});

test("sets of several blocks give what a full distance matrix gives", async () => {
  const kept = matrixOf(randomRows(21, 5000, 6));
  const target = matrixOf(randomRows(22, 600, 6));
  const [a, b] = [await squaredRadii(kept, 3), await squaredRadii(target, 3)];
  const counts = { inTarget: new Set<number>(), covered: new Set<number>(), inKept: new Set<number>(), pairs: 0 };
  for (let i = 0; i < target.rows; i++) {
    for (let j = 0; j < kept.rows; j++) {
      const distance = squaredDistance(target, i, kept, j);
      if (distance < b[i]) {
        counts.pairs++;
        counts.inTarget.add(j);
        counts.covered.add(i);
      }
      if (distance < a[j]) counts.inKept.add(i);
    }
  }
  assert.deepEqual(values(await prdc(kept, target, { k: 3 })), [counts.inTarget.size / 5000, counts.inKept.size / 600, counts.pairs / 15000, counts.covered.size / 600]);
});

test("what is not defined says why", async () => {
  const set = matrixOf(randomRows(1, 10, 2));
  const same = matrixOf(Array.from({ length: 9 }, () => [1, 2]));
  const few = matrixOf(randomRows(2, 4, 2));
  assert.deepEqual(new Set(why(await prdc(set, null))), new Set(["there is no target set"]));
  assert.deepEqual(new Set(why(await prdc(set, EMPTY))), new Set(["there is no target set"]));
  assert.deepEqual(new Set(why(await prdc(EMPTY, set))), new Set(["there are no kept samples"]));
  const four = "there are 4 target samples, and k = 5 neighbours need at least 6";
  assert.deepEqual(why(await prdc(set, few)), [four, "defined", four, four]);
  assert.deepEqual(why(await prdc(few, set)), ["defined", "there are 4 kept samples, and k = 5 neighbours need at least 6", "defined", "defined"]);
  const constant = "all target samples have the same vector";
  assert.deepEqual(why(await prdc(set, same)), [constant, "defined", constant, constant]);
  assert.deepEqual(why(await prdc(same, set))[1], "all kept samples have the same vector");
  const broken = matrixOf(randomRows(3, 10, 2));
  broken.data[4] = NaN;
  assert.deepEqual(new Set(why(await prdc(broken, set))), new Set(["the vector of one of the kept samples is not of length 1"]));
  await assert.rejects(prdc(set, matrixOf(randomRows(1, 10, 3))), RangeError);
  await assert.rejects(prdc(set, set, { k: 0 }), RangeError);
});

test("a cancel stops it", async () => {
  const set = matrixOf(randomRows(1, 3000, 8));
  const controller = new AbortController();
  await assert.rejects(prdc(set, set, { signal: controller.signal, onProgress: () => controller.abort() }), CancelledError);
});
