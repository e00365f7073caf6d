/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { wordDiff } from "./wordDiff.ts";

/** "a [-b-]{+c+}" */
function marked(from: string, to: string): string {
  return wordDiff(from, to).map(({ text, kind }) => (kind === "same" ? text : kind === "added" ? `{+${text}+}` : `[-${text}-]`)).join("|");
}

test("a changed word is removed and added between what is the same", () => {
  assert.equal(marked("My card was lost today", "My card was stolen today"), "My card was |[-lost -]|{+stolen +}|today");
  assert.equal(marked("one two", "one two three"), "one two |{+three+}");
});

test("texts that are equal, empty, or have nothing in common", () => {
  assert.deepEqual(wordDiff("a b", "a b"), [{ text: "a b", kind: "same" }]);
  assert.deepEqual(wordDiff("", ""), []);
  assert.deepEqual(wordDiff("", "new"), [{ text: "new", kind: "added" }]);
  assert.deepEqual(wordDiff("old", ""), [{ text: "old", kind: "removed" }]);
  assert.equal(marked("a b", "c d"), "[-a b-]|{+c d+}");
});

test("marks stand apart from words, and scripts without spaces are compared by character", () => {
  assert.equal(marked("Is it lost?", "Is it lost!"), "Is it lost|[-?-]|{+!+}");
  assert.equal(marked("カードを失くした", "カードを盗まれた"), "カードを|[-失くし-]|{+盗まれ+}|た");
});

test("space alone is no difference, and the parts make up the second text", () => {
  assert.deepEqual(wordDiff("a\n b", "a b"), [{ text: "a b", kind: "same" }]);
  const from = "the quick brown fox jumps over the lazy dog";
  const to = "the slow brown dog jumps  over the fox";
  const parts = wordDiff(from, to);
  assert.equal(parts.filter(({ kind }) => kind !== "removed").map(({ text }) => text).join(""), to);
  assert.deepEqual(parts.filter(({ kind }) => kind !== "added").map(({ text }) => text).join("").split(/\s+/), from.split(" "));
});

test("the longest common words are found across a shift", () => {
  assert.equal(marked("a b c d e", "x a b c e"), "{+x +}|a b c |[-d -]|e");
});

test("two long texts without anything in common take no time: the middle is one change", () => {
  const long = (word: string): string => `same ${Array.from({ length: 20_000 }, (_, i) => `${word}${i}`).join(" ")} end`;
  const begun = performance.now();
  const parts = wordDiff(long("a"), long("b"));
  assert.deepEqual(parts.map(({ kind }) => kind), ["same", "removed", "added", "same"]);
  assert.ok(performance.now() - begun < 2000);
});
