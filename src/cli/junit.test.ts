import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { JUNIT_MARK, junitXml } from "./junit.ts";

test("one test case a check, failures with their message and details", () => {
  const text = junitXml({
    passed: false,
    checks: [{ name: "max-duplicates", passed: true, message: "none", details: [] }, { name: "no-leakage", passed: false, message: "2 < 3 & \"so\"", details: ["a:1", "b:2"] }],
  }, "data & more");
  assert.equal(text, `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="infomax check" tests="2" failures="1" errors="0" skipped="0" time="0">
  <testsuite name="data &#38; more" tests="2" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="infomax.check" name="max-duplicates" time="0">
      <system-out>none</system-out>
    </testcase>
    <testcase classname="infomax.check" name="no-leakage" time="0">
      <failure message="2 &#60; 3 &#38; &#34;so&#34;" type="check">2 &#60; 3 &#38; &#34;so&#34;
a:1
b:2</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
  assert.ok(text.startsWith(JUNIT_MARK));
});

test("no text of a dataset makes the XML invalid or ends an element", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("]]>", "</failure>", "\u0000\u0008\u001b[2J", "\ud800", "\uffff", "\u202e", "<!--", "&#0;")), (hostile) => {
    const text = junitXml({ passed: false, checks: [{ name: hostile, passed: false, message: hostile, details: [hostile] }, { name: "x", passed: true, message: hostile, details: [] }] }, hostile);
    // Characters that XML 1.0 allows.
    assert.match(text, /^[\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    assert.deepEqual(text.match(/<[^>]*>/g)?.map((tag) => /^<[?/]?[\w-]+/.exec(tag)?.[0]), [
      "<?xml", "<testsuites", "<testsuite", "<testcase", "<failure", "</failure", "</testcase", "<testcase", "<system-out", "</system-out", "</testcase", "</testsuite", "</testsuites",
    ]);
    assert.doesNotMatch(text.replace(/&#\d+;/g, ""), /&/);
  }), { numRuns: 500 });
});
