/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { LatestOnly } from "./latestOnly.ts";
import { axisStart, binsOf, countFrom, similarityAxis, thresholdFrom } from "./similarityAxis.ts";

test("the threshold's slider reaches from the axis's start, or from a lower threshold, to 1 in whole steps", () => {
  assert.deepEqual(similarityAxis(0.84, 0.96), { from: 0.84, step: 0.001 });
  assert.deepEqual(similarityAxis(0.84, 0.5), { from: 0.5, step: 0.005 });
  for (const [from, lowest] of [[0, 0.3], [0.4, 0.85], [0.9612, 0.9903], [0.8756, 0.9689], [0, 0.0004]] as const) {
    const axis = similarityAxis(from, lowest);
    assert.ok(axis.from > 0 && axis.from <= Math.max(from, axis.step) && axis.from <= Math.max(lowest, axis.step), JSON.stringify(axis));
    const steps = (1 - axis.from) / axis.step;
    assert.ok(Math.abs(steps - Math.round(steps)) < 1e-6, JSON.stringify(axis));
  }
  assert.equal(axisStart(0.9), 1 - 4 * (1 - 0.9));
  assert.equal(axisStart(1), 0.96);
  assert.equal(axisStart(0.3), 0);
});

test("every sample is in one bin; lower ones are in the first, which does not set the scale", () => {
  const sorted = Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.905, 0.95, 0.951, 0.999, 1]);
  const { bins, highest } = binsOf(sorted, 0.9, 0.001);
  assert.equal(bins.reduce((sum, { count }) => sum + count, 0), sorted.length);
  assert.ok(bins.length <= 60);
  assert.equal(bins[0].count, 4);
  assert.ok(bins[0].andLower && !bins[1].andLower);
  assert.ok(bins.every(({ start, end }, i) => end > start && (i === 0 || Math.abs(start - bins[i - 1].end) < 1e-9)));
  assert.equal(bins.at(-1)?.count, 2);
  assert.equal(highest, 2);
  // Where all lie lower, they set the scale after all.
  assert.equal(binsOf(Float32Array.of(0.1, 0.2), 0.9, 0.001).highest, 2);
  assert.equal(binsOf(new Float32Array(0), 0.9, 0.001).highest, 1);
});

test("samples at the threshold and above are counted; what is equal in single precision is equal", () => {
  const sorted = Float32Array.from([0.5, 0.9, 0.95, 0.95, 1]);
  assert.deepEqual([0, 0.9, 0.91, 0.95, 0.951, 1].map((least) => countFrom(sorted, least)), [5, 4, 3, 3, 1, 1]);
});

test("a typed threshold is a number above 0, up to 1", () => {
  assert.deepEqual(["0.95", " 1 ", "0,9", ".5"].map(thresholdFrom), [0.95, 1, 0.9, 0.5]);
  assert.deepEqual(["", "0", "1.01", "-0.5", "x", "NaN"].map(thresholdFrom), [null, null, null, null, null, null]);
});

test("while one request runs the last of the others waits, and none is made twice", () => {
  const ran: number[] = [];
  const latest = new LatestOnly<number>((value) => { ran.push(value); });
  latest.ask(1);
  latest.ask(2);
  latest.ask(3);
  assert.deepEqual(ran, [1]);
  latest.done();
  assert.deepEqual(ran, [1, 3]);
  latest.done();
  latest.done();
  assert.deepEqual(ran, [1, 3]);
  latest.ask(4);
  latest.ask(5);
  latest.clear();
  latest.done();
  latest.ask(6);
  assert.deepEqual(ran, [1, 3, 4, 6]);
});
