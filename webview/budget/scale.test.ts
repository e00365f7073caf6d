/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { budgetStep, ticks, valueAt } from "./scale.ts";

test("axis ticks are round, whole and within the axis", () => {
  assert.deepEqual(ticks(50_000, 8), [0, 10_000, 20_000, 30_000, 40_000, 50_000]);
  assert.deepEqual(ticks(3, 8), [0, 1, 2, 3]);
  assert.deepEqual(ticks(0, 8), [0]);
  for (const max of [1, 7, 99, 613, 10_003, 1_281_167]) {
    const values = ticks(max, 8);
    assert.ok(values.length >= 2 && values.length <= 10 && values.every((value) => Number.isInteger(value) && value <= max), `${max}: ${values.join()}`);
  }
});

test("a line is read at its points exactly, and between them on the way from one to the next", () => {
  const places = [10, 20, 50, 100];
  const values = [0.1, 0.2, null, 1];
  const read = (place: number): readonly [number | null, boolean] => {
    const { value, exact } = valueAt(places, values, place);
    return [value === null ? null : Number(value.toFixed(6)), exact];
  };
  assert.deepEqual([10, 20, 50, 100].map(read), [[0.1, true], [0.2, true], [null, true], [1, true]]);
  assert.deepEqual([12, 15, 19].map(read), [[0.12, false], [0.15, false], [0.19, false]]);
  assert.deepEqual([21, 70, 9, 101].map(read), [[null, false], [null, false], [null, false], [null, false]], "beside a gap, before the first and after the last nothing is known");
  assert.deepEqual(valueAt([], [], 5), { value: null, exact: false });
});

test("the budget moves by a thousandth, or by one sample where that is more", () => {
  assert.deepEqual([1, 800, 10_003, 50_000].map(budgetStep), [1, 1, 10, 50]);
});
