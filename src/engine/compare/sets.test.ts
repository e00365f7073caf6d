import assert from "node:assert/strict";
import test from "node:test";
import { sharedClasses, sharedLabels } from "./sets.ts";

test("classes are the same by name, or by a spelling that differs in case and blanks alone", () => {
  const { names, codes } = sharedClasses([["cat", "polar bear"], ["Polar_Bear", "dog", "cat"]]);
  assert.deepEqual(names, ["cat", "polar bear", "dog"]);
  assert.deepEqual(codes.map((own) => [...own]), [[0, 1], [1, 2, 0]]);
  assert.deepEqual([...sharedLabels(Int32Array.of(2, -1, 0), codes[1])], [0, -1, 1]);
});

test("two spellings that one set tells apart stay two classes", () => {
  const { names, codes } = sharedClasses([["apple"], ["Apple", "apple"], ["us", "US"]]);
  assert.deepEqual(names, ["apple", "Apple", "us", "US"]);
  assert.deepEqual(codes.map((own) => [...own]), [[0], [1, 0], [2, 3]]);
});
