import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { jsonFields } from "./jsonFields.ts";

test("the texts of an object's fields say what its values are, however it is laid out", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, "\t", "\r"), (object, space) => {
    const clean = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
    const fields = jsonFields(JSON.stringify(clean, null, space));
    assert.deepEqual(new Set(fields.keys()), new Set(Object.keys(clean)));
    for (const [name, text] of fields) assert.deepEqual(JSON.parse(text), Object.hasOwn(clean, name) ? clean[name] : undefined);
  }), { numRuns: 500 });
});

test("digits, layout and the last of equal names are kept as they are written", () => {
  const fields = jsonFields(" { \"n\" : 12345678901234567890 ,\"f\":1.0,\"o\":{ \"a\": [1, \"}\\\"]\"] } , \"n\":9007199254740993, \"b\\u0041\":null } ");
  assert.deepEqual([...fields], [["n", "9007199254740993"], ["f", "1.0"], ["o", "{ \"a\": [1, \"}\\\"]\"] }"], ["bA", "null"]]);
  assert.deepEqual([...jsonFields("{}")], []);
});
