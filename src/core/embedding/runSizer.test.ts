import assert from "node:assert/strict";
import test from "node:test";
import { RunSizer } from "./runSizer.ts";

const SIZES = [1, 2, 4, 8, 16, 32, 64];

/** Feeds a sizer with runs that take `seconds(size)`, until it settles; the sizes that were run. */
function run(sizer: RunSizer, seconds: (size: number) => number, runs = 60): number[] {
  const used: number[] = [];
  for (let r = 0; r < runs; r++) {
    used.push(sizer.size);
    sizer.record(sizer.size, seconds(sizer.size));
  }
  return used;
}

test("the size with the least time for each sample is found and kept", () => {
  // A fixed cost of each run, and a cache that overflows above 16.
  const sizer = new RunSizer(SIZES);
  const seconds = (size: number): number => 0.004 + 0.001 * size + (size > 16 ? 0.0005 * size : 0);
  const used = run(sizer, seconds);
  assert.equal(sizer.settled, true);
  assert.equal(sizer.size, 16);
  assert.deepEqual(new Set(used.slice(-20)), new Set([16]));
});

test("no run is longer than the limit where a smaller one is within it, and a slow network gets one sample at a time", () => {
  const fast = new RunSizer(SIZES, 0.4);
  assert.ok(run(fast, (size) => 0.02 * size).every((size) => 0.02 * size <= 0.4));
  const slow = new RunSizer(SIZES, 0.4);
  assert.deepEqual(new Set(run(slow, (size) => 0.9 * size)), new Set([1]));
});

test("one slow run is no measurement; a machine that stays busy gets smaller runs, and larger ones again when it is free", () => {
  const sizer = new RunSizer(SIZES, 0.4);
  run(sizer, (size) => 0.01 + 0.005 * size);
  assert.equal(sizer.size, 64);
  sizer.record(64, 5);
  assert.equal(sizer.size, 64);
  run(sizer, (size) => 0.05 * size, 30);
  assert.equal(sizer.size, 8);
  run(sizer, (size) => 0.005 * size, 30);
  assert.equal(sizer.size, 64);
});

test("runs of much less than the size do not count, and a graph of one size is not searched", () => {
  const sizer = new RunSizer([8, 16]);
  for (let r = 0; r < 10; r++) sizer.record(1, 10);
  assert.equal(sizer.settled, false);
  assert.equal(new RunSizer([4]).settled, true);
});

test("the first run of a size may take long, as runtimes compile for it: the search goes on", () => {
  const sizer = new RunSizer(SIZES, 0.4);
  const met = new Set<number>();
  run(sizer, (size) => {
    const isFirst = !met.has(size);
    met.add(size);
    return isFirst ? 3 : 0.01 + 0.0001 * size;
  });
  assert.equal(sizer.size, 64);
});
