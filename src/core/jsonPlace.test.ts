import assert from "node:assert/strict";
import test from "node:test";
import { faultLine, lineOf } from "./jsonPlace.ts";

test("the line of what is no JSON, wherever the fault lies", () => {
  for (const [text, line] of [
    ["", 1], ["{\n\"a\": nul\n}", 2], ["{\n  \"a\": 1,\n}\n", 3], ["{\n  // why\n  \"a\": 1\n}", 2], ["\uFEFF{\r\n\"a\": 1\r\n\"b\": 2}", 3], ["{\n\"a\": [1,\n2\n", 3], ["{\n\"a\": \"x\ny\"}", 2], ["{}\n{}", 2],
  ] as const) {
    assert.throws(() => JSON.parse(text.replace("\uFEFF", "")), text);
    assert.equal(faultLine(text), line, text);
  }
});

test("the line of a value, or of the nearest that holds it", () => {
  const text = "{\n  \"rules\": [\n    {\"name\": \"a\"},\n    {\n      \"name\": 7\n    }\n  ]\n}";
  assert.deepEqual([lineOf(text, ["rules", 1, "name"]), lineOf(text, ["rules", 1, "reason"]), lineOf(text, ["rules", 0]), lineOf(text, ["seed"]), lineOf(text, [])], [5, 4, 3, 1, 1]);
  assert.equal(lineOf(`\uFEFF${text}`, ["rules", 1, "name"]), 5);
});
