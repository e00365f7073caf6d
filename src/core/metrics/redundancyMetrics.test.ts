import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { takeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { EMPTY, matrixOf, randomRows } from "./draws.fixture.ts";
import { nearDuplicateRate, targetLeakage } from "./redundancyMetrics.ts";

const circle = (...degrees: number[]): EmbeddingMatrix => matrixOf(degrees.map((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)]));
const COS_5 = Math.cos((5 * Math.PI) / 180);

test("of each cluster all but one sample is a duplicate", async () => {
  // Three within 5°, two copies, one alone.
  assert.deepEqual(await nearDuplicateRate(circle(0, 2, 4, 90, 90, 180), COS_5), { value: 3 / 6 });
  assert.deepEqual(await nearDuplicateRate(circle(0, 10, 20, 30), COS_5), { value: 0 });
  // More copies than a neighbour list holds.
  assert.deepEqual(await nearDuplicateRate(circle(...Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 10 * i))), 1), { value: 89 / 100 });
});

test("leaks by cosine and by content: who, of whom, and what must go", async () => {
  const samples = circle(0, 3, 90, 180, 270);
  const target = circle(1, 100, 183, 40);
  // Sample 2 has the content of target 3, though its vector is another; sample 3 is near target 2.
  const digests = { samples: BigUint64Array.of(10n, 11n, 12n, 13n, 14n), target: BigUint64Array.of(20n, 21n, 22n, 12n) };
  const found = await targetLeakage(samples, target, COS_5, digests);
  assert.deepEqual([found.nearDuplicate, found.exact], [{ value: 3 / 4 }, { value: 1 / 4 }]);
  assert.deepEqual([[...found.rows], [...found.of], [...found.isExact]], [[0, 1, 2, 3], [0, 0, 3, 2], [0, 0, 1, 0]]);
  assert.equal(found.similarity[2], 1);
  assert.ok(Math.abs(found.similarity[1] - Math.cos((2 * Math.PI) / 180)) < 1e-6);
  const without = await targetLeakage(samples, target, COS_5, null);
  assert.deepEqual(without.exact, { notDefined: "the digests of the contents are not known" });
  assert.deepEqual([without.nearDuplicate, [...without.rows]], [{ value: 2 / 4 }, [0, 1, 3]]);
});

test("what is left after the leaks are removed does not leak", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.5, max: 1, noNaN: true }), async (seed, n, m, threshold) => {
    const samples = matrixOf([...randomRows(seed, n, 3), ...randomRows(seed + 1, m, 3).slice(0, Math.ceil(m / 2))]);
    const target = matrixOf(randomRows(seed + 1, m, 3));
    const found = await targetLeakage(samples, target, threshold, null);
    assert.ok("value" in found.nearDuplicate && found.nearDuplicate.value >= Math.ceil(m / 2) / m && found.nearDuplicate.value <= 1);
    const leaks = new Set(found.rows);
    const left = Array.from({ length: samples.rows }, (_, row) => row).filter((row) => !leaks.has(row));
    if (left.length > 0) assert.deepEqual((await targetLeakage(takeRows(samples, left), target, threshold, null)).nearDuplicate, { value: 0 });
    const rate = await nearDuplicateRate(takeRows(samples, seededPermutation(samples.rows, 1)), threshold);
    if ("value" in rate) assert.ok(rate.value >= 0 && rate.value < 1);
  }), { numRuns: 30 });
});

test("what is not defined says why", async () => {
  const set = circle(0, 1);
  assert.deepEqual(await nearDuplicateRate(EMPTY, 0.9), { notDefined: "there are no samples" });
  assert.deepEqual(await nearDuplicateRate(circle(0), 0.9), { notDefined: "there is 1 sample, and a duplicate needs 2" });
  const none = await targetLeakage(set, null, 0.9, null);
  assert.deepEqual([none.nearDuplicate, none.exact, none.rows.length], [{ notDefined: "there is no target set" }, { notDefined: "there is no target set" }, 0]);
  assert.deepEqual((await targetLeakage(EMPTY, set, 0.9, null)).nearDuplicate, { notDefined: "there are no kept samples" });
  await assert.rejects(nearDuplicateRate(set, 0), RangeError);
  await assert.rejects(targetLeakage(set, set, 1.1, null), RangeError);
});
