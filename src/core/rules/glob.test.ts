import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import picomatch from "picomatch";
import { compileGlob, GlobError } from "./glob.ts";

const fits = (pattern: string, text: string): boolean => compileGlob(pattern).matches(text);

test("a glob matches as it says", () => {
  const cases: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
    ["*.jpg", ["a.jpg", ".jpg", "a.b.jpg"], ["x/a.jpg", "a.jpgx", "A.JPG"]],
    ["**/*.jpg", ["a.jpg", "x/a.jpg", "x/y/.hidden.jpg"], ["a.png"]],
    ["train/**", ["train/a", "train/x/y"], ["train", "trainx/a", "a/train/b"]],
    ["**", ["", "a", "a/b/c"], []],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/b/c"]],
    ["a**b", ["ab", "axxb"], ["a/b"]],
    ["?.png", ["a.png", "\u{1f600}.png", "é.png"], [".png", "ab.png", "/.png"]],
    ["[a-c0].txt", ["a.txt", "c.txt", "0.txt"], ["d.txt", ".txt"]],
    ["[!a-c].txt", ["d.txt", "ß.txt"], ["a.txt", "/.txt"]],
    ["[]x].txt", ["].txt", "x.txt"], ["[.txt"]],
    ["[\\]-].txt", ["].txt", "-.txt"], ["\\.txt"]],
    ["{cat,dog}/*.{jpg,png}", ["cat/1.jpg", "dog/2.png"], ["cow/1.jpg", "cat/1.gif", "cat,dog/1.jpg"]],
    ["{a,b{c,d}}x", ["ax", "bcx", "bdx"], ["bx", "cx"]],
    ["{**/a,b}", ["a", "x/y/a", "b"], ["x/b"]],
    ["x{,y}", ["x", "xy"], ["y"]],
    ["img (1) +[x]!.jpg".replace("[", "\\[").replace("]", "\\]"), ["img (1) +[x]!.jpg"], ["img 1 x!.jpg"]],
    ["\\!a\\*", ["!a*"], ["!ab", "a"]],
    ["日本/*.png", ["日本/語.png"], ["日/語.png"]],
    ["d.jsonl#*", ["d.jsonl#0011223344556677", "d.jsonl#0011223344556677~2"], ["x/d.jsonl#0"]],
  ];
  for (const [pattern, yes, no] of cases) {
    const glob = compileGlob(pattern);
    for (const text of yes) assert.ok(glob.matches(text), `${pattern} should match ${text}`);
    for (const text of no) assert.ok(!glob.matches(text), `${pattern} should not match ${text}`);
  }
});

test("a glob that is none is refused with what is wrong", () => {
  for (const [pattern, words] of [["a[b", "[\" without"], ["{a,b", "{\" without"], ["[b-a]", "before its start"], ["a\\", "ends with"], ["!a", "begins with"], ["[]", "without"], ["x".repeat(1001), "longer than 1,000"]] as const) {
    assert.throws(() => compileGlob(pattern), (thrown: unknown) => thrown instanceof GlobError && thrown.message.includes(words), pattern);
  }
});

const OPTIONS = { dot: true, posix: true };
const part = fc.stringMatching(/^[ab]{1,3}$/);
const globPart = fc.oneof(part, fc.array(fc.constantFrom("a", "b", "*", "?", "[a]", "[!a]", "{a,bb}"), { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join("").replace(/\*+/g, "*")), fc.constant("**"));

test("simple globs match what picomatch matches", () => {
  fc.assert(fc.property(fc.array(globPart, { minLength: 1, maxLength: 4 }), fc.array(part, { minLength: 1, maxLength: 4 }), (pattern, segments) => {
    const glob = pattern.join("/").replace(/(?:\*\*\/)+\*\*/g, "**");
    const text = segments.join("/");
    // To picomatch a trailing /** fits the folder itself too; samples are no folders.
    const expected = !(glob.endsWith("/**") && picomatch(glob.slice(0, -3), OPTIONS)(text)) && picomatch(glob, OPTIONS)(text);
    if (expected || !glob.endsWith("/**")) assert.equal(fits(glob, text), expected, `${glob} on ${text}`);
  }), { numRuns: 3000 });
});

test("no glob of a stranger makes the program hang", () => {
  const text = "a".repeat(5000);
  const start = performance.now();
  for (const pattern of ["*a".repeat(400) + "b", "**/".repeat(300) + "b", "{a,aa}".repeat(140) + "b", "?*".repeat(400) + "b", "{".repeat(200) + "*a" + ",a}".repeat(200) + "b"]) {
    assert.equal(fits(pattern, text), false, pattern.slice(0, 20));
  }
  assert.ok(performance.now() - start < 20_000, `${performance.now() - start} ms`);
});

test("an automaton that forgets its states still tells right from wrong", () => {
  // Which of the last 14 letters is an a: more states than are kept.
  const glob = compileGlob(`*a${"[ab]".repeat(13)}`);
  const random = (i: number): string => ((i * 2654435761) >>> 7) % 2 === 0 ? "a" : "b";
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 60 }, (_, i) => random(round * 61 + i)).join("");
    assert.equal(glob.matches(text), text.at(-14) === "a", text);
  }
});
