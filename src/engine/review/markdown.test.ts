import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { code, details, markdownTable, plainText, prose } from "./markdown.ts";

const HOSTILE = [
  "`", "``", "```js", "a`b``c", "x` <script>alert(1)</script> `y", "@everyone #12 https://evil.example", "a|b", "a\\|b", "\\", "a\\", "|", "line\nbreak", "# heading", "<!-- -->", "\u202egnp.exe", "\u0007bell", "\ud800", "   ", "&lt;", "</code>", "[x](y)",
];
const ANY = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("`", "|", "\\", "<", " ", "a", "\n", "\u202e") }));

test("whatever a dataset says stays inside one code span, on one line, in a cell of a table too", () => {
  fc.assert(fc.property(ANY, (text) => {
    const written = code(text);
    assert.doesNotMatch(written, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}|]/u);
    if (written === "–") return;
    if (written.startsWith("<code>")) {
      assert.match(written, /^<code>(?:[A-Za-z0-9 ]|[^\0-\x7f]|&#\d+;)*<\/code>$/);
      return;
    }
    const [, fence, inner, closing] = /^(`+)([\s\S]*?[^`])(`+)$/.exec(written) ?? assert.fail(written);
    assert.equal(closing, fence);
    // CommonMark: a span ends at the first run of as many backticks.
    for (const run of inner.match(/`+/g) ?? []) assert.notEqual(run.length, fence.length, written);
    assert.ok(!inner.startsWith("`") && !inner.endsWith("`"), written);
  }), { numRuns: 2000 });
});

test("a sentence with a dataset's words in it is text: no markup, link, mention or reference, and else as it is", () => {
  assert.equal(prose("random: 2 of 3 (at 10%); 0.5 USD"), "random: 2 of 3 (at 10%); 0.5 USD");
  assert.equal(prose("see https://evil.example, www.evil.example, #12 and @everyone"), "see https&#58;//evil.example, www&#46;evil.example, &#35;12 and &#64;everyone");
  for (const [text, start] of [["- a", "&#45; a"], ["--- a", "&#45;-- a"], ["1. a", "&#49;. a"], ["# a", "&#35; a"], ["> a", "&#62; a"]] as const) assert.equal(prose(text), start);
  fc.assert(fc.property(ANY, (text) => {
    const written = prose(text).replace(/&#\d+;/g, "");
    assert.doesNotMatch(written, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\\`*_{}[\]<>#|~@&$]|:\/\//u);
  }), { numRuns: 2000 });
});

test("text is clipped by whole characters, and says what it cannot show", () => {
  assert.equal(plainText("  a \n\t b  "), "a b");
  assert.equal(plainText("😀".repeat(5), 3), "😀😀😀…");
  assert.equal(plainText("a\u202eb\u0000\u200b"), "a\\u{202e}b\\u{0}\\u{200b}");
  assert.equal(plainText("👩\u200d🚀"), "👩\u200d🚀", "emoji keep their joiners");
  assert.equal(plainText("x".repeat(5_000_000), 10), `${"x".repeat(10)}…`);
});

test("numbers stand to the right; a summary is plain text", () => {
  assert.equal(markdownTable(["Class", "n"], [["`a`", "1,200"], ["`b`", "<0.1%"]]), "| Class | n |\n| --- | ---: |\n| `a` | 1,200 |\n| `b` | <0.1% |\n\n");
  assert.equal(details("a < b", "text\n\n"), "<details>\n<summary>a &#60; b</summary>\n\ntext\n\n</details>\n\n");
});
