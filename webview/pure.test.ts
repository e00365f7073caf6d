/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { nearest, ticks } from "./scale.ts";
import { ThumbnailRequests } from "./thumbnailRequests.ts";
import { pagesOf, rowsOnScreen } from "./virtualWindow.ts";

test("only the rows on the screen, and a few spare ones", () => {
  assert.deepEqual(rowsOnScreen(-200, 900, 100, 1000, 2), { first: 0, end: 9 });
  assert.deepEqual(rowsOnScreen(50_000, 900, 100, 1000, 2), { first: 498, end: 511 });
  assert.deepEqual(rowsOnScreen(99_800, 900, 100, 1000, 2), { first: 996, end: 1000 });
});

test("a list below or above the screen, or without rows, shows none", () => {
  assert.deepEqual(rowsOnScreen(-2000, 900, 100, 1000, 2), { first: 0, end: 0 });
  assert.deepEqual(rowsOnScreen(500_000, 900, 100, 1000, 2), { first: 0, end: 0 });
  assert.deepEqual(rowsOnScreen(0, 900, 100, 0, 2), { first: 0, end: 0 });
});

test("pages that hold the visible rows", () => {
  assert.deepEqual(pagesOf({ first: 48, end: 51 }, 50), [0, 1]);
  assert.deepEqual(pagesOf({ first: 50, end: 60 }, 50), [1]);
  assert.deepEqual(pagesOf({ first: 0, end: 0 }, 50), []);
});

test("axis ticks are round, whole and within the axis", () => {
  assert.deepEqual(ticks(50_000, 8), [0, 10_000, 20_000, 30_000, 40_000, 50_000]);
  assert.deepEqual(ticks(3, 8), [0, 1, 2, 3]);
  assert.deepEqual(ticks(0, 8), [0]);
  for (const max of [1, 7, 99, 613, 10_003, 1_281_167]) {
    const values = ticks(max, 8);
    assert.ok(values.length >= 2 && values.length <= 10 && values.every((value) => Number.isInteger(value) && value <= max), `${max}: ${values.join()}`);
  }
});

test("the point nearest to the pointer", () => {
  const kept = [10, 20, 50, 100];
  assert.deepEqual([-5, 10, 14, 16, 40, 99, 1000].map((value) => nearest(kept, value)), [0, 0, 0, 1, 2, 3, 3]);
});

test("a thumbnail is asked for once, and once more after a failure", () => {
  const requests = new ThumbnailRequests();
  assert.deepEqual(["a", "b", "a"].map((id) => requests.first(id)), [true, true, false]);
  requests.arrived(["a"]);
  assert.deepEqual(requests.again(), ["b"]);
  assert.deepEqual(requests.again(), []);
  assert.equal(requests.first("b"), false);
  requests.clear();
  assert.ok(requests.first("b"));
});
