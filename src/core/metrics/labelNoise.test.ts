import assert from "node:assert/strict";
import test from "node:test";
import { matrixOf, randomRows } from "./draws.fixture.ts";
import { labelNoise, labelNoiseOf } from "./labelNoise.ts";
import { measured } from "./measured.ts";

test("the confident joint, by hand; samples without a label count nowhere", () => {
  // Thresholds: class 0 (0.9 + 0.8 + 0.1) / 3 = 0.6; class 1 (0.7 + 0.9) / 2 = 0.8. Joint: [2, 1] and [0, 1].
  const p = Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.1, 0.9, 0.5, 0.5);
  const found = labelNoiseOf(p, Int32Array.of(0, 0, 0, 1, 1, -1), 2);
  assert.ok("value" in found && Math.abs(found.value - 1 / 5) < 1e-12);
});

test("wrong labels among clear clusters are estimated; labels at random cannot be judged", async () => {
  const centres = randomRows(1, 4, 16);
  const n = 600;
  const rows = randomRows(2, n, 16).map((row, i) => row.map((x, c) => 0.3 * x + 2 * centres[i % 4][c]));
  const matrix = matrixOf(rows);
  const label = Int32Array.from({ length: n }, (_, i) => (i % 10 === 0 ? i + 1 : i) % 4);
  // Careful by its nature: of the 10% that are wrong it counts those that are predicted with more than the mean confidence.
  const found = await labelNoise(matrix, label, 4, { seed: 1 });
  assert.ok("value" in found && found.value > 0.02 && found.value < 0.12, JSON.stringify(found));
  assert.deepEqual(await labelNoise(matrix, label.map((_, i) => i % 4), 4, { seed: 1 }), { value: 0 });
  const order = randomRows(3, n, 1);
  const random = Int32Array.from(order, ([x]) => (x > 1 ? 1 : 0));
  assert.deepEqual(await labelNoise(matrix, random, 2, { seed: 1 }), { notDefined: "probes on these vectors are right no more often than the commonest label, so that they cannot judge labels" });
});

test("what is not defined says why", async () => {
  const matrix = matrixOf(randomRows(1, 5, 3));
  const options = { seed: 0 };
  assert.deepEqual(await labelNoise(matrix, new Int32Array(5).fill(-1), 2, options), { notDefined: "none of the samples has a label" });
  assert.deepEqual(await labelNoise(matrix, new Int32Array(5), 2, options), { notDefined: "all kept samples are of one class" });
  assert.deepEqual(await labelNoise(matrix, Int32Array.of(0, 0, 0, 1, 1), 2, options), { notDefined: "fewer than two classes have 3 labelled samples" });
  assert.deepEqual(labelNoiseOf(new Float32Array(0), new Int32Array(0), 2), { notDefined: "there are no samples" });
  assert.throws(() => labelNoiseOf(new Float32Array(3), new Int32Array(2), 2), RangeError);
});

test("a figure is finite or says why it is none", () => {
  assert.deepEqual(measured(0.5), { value: 0.5 });
  assert.deepEqual(measured(NaN), { notDefined: "the result is no finite number" });
  assert.deepEqual(measured(1 / 0, "there is nothing to divide by"), { notDefined: "there is nothing to divide by" });
});
