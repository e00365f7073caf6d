/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
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
