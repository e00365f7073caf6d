/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { costScale, linearScale, placeOn, scaleTicks, spread, tickDecimals } from "./chartScale.ts";

test("an axis holds all values with room at its ends, but nothing that cannot be", () => {
  const scale = linearScale([0.6, 0.9, NaN], { least: 0, most: 1 });
  assert.ok(scale !== null && scale.low < 0.6 && scale.high > 0.9);
  assert.deepEqual(linearScale([0, 1], { least: 0, most: 1 }), { low: 0, high: 1, isLog: false });
  assert.equal(linearScale([NaN]), null);
  assert.ok((linearScale([-0.2, 1], { least: 0, most: 1 })?.low ?? 0) <= -0.2);
});

test("where all values are equal the axis still has a length", () => {
  for (const value of [0, 1, 0.5, -3, 1e6]) {
    const scale = linearScale([value, value]);
    assert.ok(scale !== null && scale.low < scale.high, String(value));
    assert.ok(Math.abs(placeOn(scale, value) - 0.5) < 1e-9);
  }
  const none = linearScale([0, 0], { least: 0, most: 1 });
  assert.ok(none !== null && none.low === 0 && none.high > 0);
});

test("values that differ by rounding alone are equal: their axis has a length and a few ticks", () => {
  for (const [a, b] of [[1 / 3, 1 / 3 + 2 ** -53], [0.1 + 0.2, 0.3], [1e6, 1e6 + 2 ** -30]] as const) {
    const scale = linearScale([a, b], { least: 0, most: Infinity });
    assert.ok(scale !== null && scale.high - scale.low > 1e-4 * Math.abs(a), String(a));
    const ticks = scaleTicks(scale, 4);
    assert.ok(ticks.length > 0 && ticks.length < 12);
  }
});

test("costs more than 20 times apart stand on a logarithmic axis, unless one is free", () => {
  assert.equal(costScale([100, 1999])?.isLog, false);
  assert.equal(costScale([0, 5000])?.isLog, false);
  const scale = costScale([100, 10_000]);
  assert.ok(scale?.isLog === true);
  assert.ok(Math.abs(placeOn(scale, 1000) - 0.5) < 1e-9);
  assert.deepEqual(scaleTicks(scale, 4), [100, 200, 500, 1000, 2000, 5000, 10_000]);
  assert.deepEqual(scaleTicks({ low: 1, high: 1e8, isLog: true }, 4).length <= 8, true);
});

test("ticks are round and lie within the axis", () => {
  assert.deepEqual(scaleTicks({ low: 0.57, high: 0.83, isLog: false }, 5), [0.6, 0.7, 0.8]);
  assert.deepEqual(scaleTicks({ low: 2200, high: 15_800, isLog: false }, 4), [5000, 10_000, 15_000]);
  assert.deepEqual([tickDecimals([0.6, 0.65]), tickDecimals([10, 20]), tickDecimals([5])], [2, 0, 0]);
});

test("labels keep apart, stay near, and keep their order", () => {
  const places = spread([50, 51, 52, 120], 14, 0, 200);
  assert.deepEqual(places.map(Math.round), [37, 51, 65, 120]);
  for (const wanted of [[0, 0, 0], [200, 199, 198, 5], [100], [], [10, 20, 30, 195, 196, 197, 198]]) {
    const found = spread(wanted, 14, 0, 200);
    const sorted = [...found].sort((a, b) => a - b);
    sorted.forEach((place, i) => { assert.ok(place >= -1e-9 && place <= 200 + 1e-9 && (i === 0 || place - sorted[i - 1] >= 14 - 1e-9), `${String(wanted)} → ${String(found)}`); });
    wanted.forEach((a, i) => { wanted.forEach((b, j) => { if (a < b) assert.ok(found[i] < found[j]); }); });
  }
  assert.deepEqual(spread([1, 2, 3], 200, 0, 100), [0, 50, 100]);
});
