/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { ReviewFacts } from "../../src/protocol/webview.ts";
import { byHandText, changeText, listCount, listsOf, reasonChips, whyText, worstClass } from "./reviewWords.ts";

const facts: ReviewFacts = {
  selection: "v2", file: "/d/.infomax/selections/v2.jsonl", sha256: "a".repeat(64), samples: 100, kept: 30, requestedBudget: "30%", objective: 9, bound: 10, quality: 0.9,
  configDigest: null, config: [], current: true, overruled: 0, approval: null, classes: [], rules: [], byHand: { protected: 2, excluded: 0 }, against: null,
  reasons: [{ decision: "dropped", reason: "redundant", count: 50 }, { decision: "kept", reason: "chosen", count: 28 }, { decision: "dropped", reason: "duplicate", count: 20 }, { decision: "kept", reason: "protected", count: 2 }],
};

test("a review has the lists that it can fill, with their counts", () => {
  assert.deepEqual(listsOf(facts), ["dropped", "kept"]);
  const compared = { ...facts, overruled: 3, against: { selection: "v1", added: 4, dropped: 5, reasonChanged: 6 } };
  assert.deepEqual(listsOf(compared).map((list) => [list, listCount(list, compared)]), [["dropped", 70], ["kept", 30], ["added", 4], ["removed", 5], ["reason-changed", 6], ["overruled", 3]]);
});

test("reasons are offered where their counts are of the list that is shown", () => {
  assert.deepEqual(reasonChips("dropped", facts).map(({ reason }) => reason), ["redundant", "duplicate"]);
  assert.deepEqual(reasonChips("kept", facts).map(({ count }) => count), [28, 2]);
  assert.deepEqual(reasonChips("added", facts), []);
});

test("reasons and changes in words", () => {
  const entry = { decision: "dropped", reason: "near-duplicate", rule: null, keeper: "k", similarity: 0.981 } as const;
  assert.equal(whyText(entry), "near-duplicate, similarity 0.98");
  assert.equal(whyText({ ...entry, reason: "excluded", rule: "blurred", keeper: null, similarity: null }), "excluded by the rule “blurred”");
  assert.equal(whyText({ ...entry, decision: null, reason: null }), "not in this selection");
  assert.equal(changeText({ ...entry, before: { decision: "kept", reason: "chosen" } }, true), "kept: chosen → dropped: near-duplicate");
  assert.equal(changeText({ ...entry, before: null }, true), "not in it → dropped: near-duplicate");
  assert.equal(changeText({ ...entry, before: null }, false), null);
  assert.equal(changeText({ ...entry, before: { decision: "dropped", reason: "near-duplicate" } }, true), null);
  assert.deepEqual(worstClass([{ name: "cat", before: 10, after: 9 }, { name: "gone", before: 0, after: 0 }, { name: "car", before: 36, after: 5 }]), { name: "car", kept: "5 of 36 kept (14%)" });
  assert.equal(worstClass([]), null);
  assert.equal(byHandText({ protected: 2, excluded: 1 }), "2 protected, 1 excluded");
  assert.equal(byHandText({ protected: 0, excluded: 0 }), "nothing");
});
