import assert from "node:assert/strict";
import test from "node:test";
import { rulePlace } from "./rulePlace.ts";

test("a rule is found by its name, whatever characters it has", () => {
  const name = "rare (a+b) \"c\" \\d ü";
  const text = JSON.stringify({ name: "x", rules: [{ name: "x", action: "protect" }, { name, action: "exclude" }] }, null, 2);
  assert.ok(text.slice(rulePlace(text, name)).startsWith(`"name": ${JSON.stringify(name)}`));
  assert.ok(rulePlace(text, "x") > text.indexOf("rules"));
  assert.equal(rulePlace(text, "gone"), text.indexOf('"rules"'));
  assert.equal(rulePlace("{}", "gone"), 0);
});
