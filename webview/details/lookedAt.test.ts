/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { LookedAt } from "./lookedAt.ts";

test("back and forward go through the samples looked at, and a new one forgets what lay ahead", () => {
  const looked = new LookedAt();
  assert.deepEqual([looked.canGoBack, looked.canGoForward, looked.go(-1)], [false, false, null]);
  for (const row of [5, 7, 7, 9]) looked.visit(row);
  assert.deepEqual([looked.go(-1), looked.go(-1), looked.go(-1)], [7, 5, null]);
  // The details that open at a step back visit the sample too.
  looked.visit(5);
  assert.ok(looked.canGoForward);
  assert.equal(looked.go(1), 7);
  looked.visit(2);
  assert.deepEqual([looked.canGoForward, looked.go(-1), looked.go(-1)], [false, 7, 5]);
});

test("the oldest are forgotten first", () => {
  const looked = new LookedAt();
  for (let row = 0; row < 500; row++) looked.visit(row);
  let steps = 0;
  while (looked.canGoBack) {
    looked.go(-1);
    steps++;
  }
  assert.ok(steps >= 100 && steps < 300);
});
