import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { lowest } from "./lowest.ts";

test("the lowest values are those that sorting finds, NaN never among them", () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(NaN))), fc.integer({ min: 1, max: 6 }), (values, most) => {
    const rows = values.map((_, row) => row).filter((row) => !Number.isNaN(values[row])).sort((a, b) => values[a] - values[b] || a - b);
    assert.deepEqual(lowest(values, most), rows.slice(0, most));
  }));
});
