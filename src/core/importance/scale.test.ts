import assert from "node:assert/strict";
import test from "node:test";
import { InfomaxError } from "../errors.ts";
import { ranks, scaleImportance } from "./scale.ts";

test("ranks stand in (0, 1), equal values share the middle one", () => {
  assert.deepEqual(Array.from(ranks([30, 10, 20, 20])), [3.5 / 4, 0.5 / 4, 2 / 4, 2 / 4]);
  assert.deepEqual(Array.from(ranks([5, 5, 5])), [0.5, 0.5, 0.5]);
  assert.deepEqual(Array.from(ranks([-1])), [0.5]);
  assert.deepEqual(Array.from(ranks([])), []);
  assert.deepEqual(Array.from(ranks([-2, -10, 0])), [0.5, 1 / 6, 5 / 6]);
});

test("ranks do not change under a rising transformation, min–max not under a linear one", () => {
  const values = Float64Array.of(0.1, 7, 3, 3, -2);
  assert.deepEqual(ranks(values), ranks(values.map((value) => Math.exp(value))));
  assert.deepEqual(scaleImportance(values, "rank"), ranks(values));
  const scaled = scaleImportance(values, "minmax");
  assert.deepEqual([scaled[4], scaled[1]], [0, 1]);
  scaleImportance(values.map((value) => 4 * value + 1), "minmax").forEach((value, i) => assert.ok(Math.abs(value - scaled[i]) < 1e-12));
});

test("min–max of one value only is the middle; unscaled values must be 0 or above and are copied", () => {
  assert.deepEqual(Array.from(scaleImportance(Float64Array.of(4, 4), "minmax")), [0.5, 0.5]);
  const values = Float64Array.of(0, 2.5);
  const taken = scaleImportance(values, "none");
  assert.deepEqual(taken, values);
  assert.notEqual(taken, values);
  assert.throws(() => scaleImportance(Float64Array.of(1, -0.25), "none"), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "bad-importance" && thrown.message.includes("-0.25"));
});
