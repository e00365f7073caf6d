/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { DiffPart } from "../details/wordDiff.ts";
import { aroundDifferences } from "./textDifference.ts";

test("long equal runs are cut down to what stands beside a difference", () => {
  const same = (text: string): DiffPart => ({ kind: "same", text });
  const added: DiffPart = { kind: "added", text: "now" };
  assert.deepEqual(aroundDifferences([same("abcdefgh"), added, same("ijklmnopqrst"), added, same("uvwxyz")], 3), [same("…fgh"), added, same("ijk…rst"), added, same("uvwxyz")]);
  // What is short, or has no difference, stays whole.
  assert.deepEqual(aroundDifferences([same("abc"), added, same("defghij"), added], 3), [same("abc"), added, same("defghij"), added]);
  assert.deepEqual(aroundDifferences([same("abcdefghijkl")], 3), [same("abcdefghijkl")]);
  // No character is cut in half.
  assert.deepEqual(aroundDifferences([same("aaaaaa👍🏽b"), added], 2)[0], same("…🏽b"));
});
