/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { extended, runOf } from "./choosing.ts";
import { columnsIn, gridRows, moved, samplesOf, scrollFor } from "./gridGeometry.ts";

test("as many cells stand side by side as fit, and never none", () => {
  assert.equal(columnsIn(400, 120, 8), 3);
  assert.equal(columnsIn(376, 120, 8), 3);
  assert.equal(columnsIn(375, 120, 8), 2);
  assert.equal(columnsIn(50, 120, 8), 1);
});

test("rows and the samples in them, the last one short", () => {
  const grid = { count: 10, columns: 4 };
  assert.equal(gridRows(grid), 3);
  assert.deepEqual(samplesOf(1, 3, grid), { start: 4, end: 10 });
  assert.deepEqual(samplesOf(-2, 1, grid), { start: 0, end: 4 });
  assert.deepEqual(samplesOf(7, 9, grid), { start: 10, end: 10 });
});

test("keys move within the grid and stay in their column", () => {
  const grid = { count: 10, columns: 4 };
  const to = (key: string, index: number): number | null => moved(key, index, grid, 2);
  assert.deepEqual([to("ArrowRight", 3), to("ArrowRight", 9), to("ArrowLeft", 0), to("ArrowLeft", 4)], [4, 9, 0, 3]);
  assert.deepEqual([to("ArrowDown", 1), to("ArrowDown", 7), to("ArrowDown", 9), to("ArrowUp", 2), to("ArrowUp", 9)], [5, 9, 9, 2, 5]);
  assert.deepEqual([to("PageDown", 1), to("PageUp", 9), to("Home", 7), to("End", 0)], [9, 1, 0, 9]);
  assert.equal(to("a", 3), null);
});

test("scrolling brings a row out from under what sticks to the top, and moves no further than it must", () => {
  const screen = { height: 500, covered: 80 };
  assert.equal(scrollFor(300, 100, 200, screen), 200);
  assert.equal(scrollFor(250, 100, 200, screen), 170);
  assert.equal(scrollFor(650, 100, 200, screen), 250);
  assert.equal(scrollFor(30, 100, 200, screen), 0);
});

test("a run of chosen samples grows, shrinks and turns over at its anchor", () => {
  const listed = Uint32Array.from([9, 8, 7, 6, 5, 4]);
  assert.deepEqual([...runOf(listed, 3, 1)], [8, 7, 6]);
  assert.deepEqual(extended(listed, 2, 2, 4), { add: Uint32Array.from([7, 6, 5]), remove: Uint32Array.from([]) });
  assert.deepEqual(extended(listed, 2, 4, 3), { add: Uint32Array.from([7, 6]), remove: Uint32Array.from([5]) });
  assert.deepEqual(extended(listed, 2, 4, 1), { add: Uint32Array.from([8, 7]), remove: Uint32Array.from([6, 5]) });
});
