import assert from "node:assert/strict";
import test from "node:test";
import { fileStatusText, formatShare, formatSimilarity, plural, progressText } from "./words.ts";

test("shares never claim to be nothing or all", () => {
  assert.deepEqual([0, 0.0004, 0.042, 0.05, 0.5, 0.957, 0.9996, 1].map(formatShare), ["0%", "<0.1%", "4.2%", "5%", "50%", "95.7%", ">99.9%", "100%"]);
});

test("similarities near 1 stay apart from 1", () => {
  assert.deepEqual([1, 0.99999, 0.9961, 0.98, 0.5].map(formatSimilarity), ["1.00", "0.9999", "0.9961", "0.98", "0.50"]);
});

test("progress with and without a known total", () => {
  assert.equal(progressText({ stage: "Embedding", done: 900, total: 2000 }), "Embedding 45% (900 of 2,000)");
  assert.equal(progressText({ stage: "Reading", done: 0, total: 0 }), "Reading…");
  assert.equal(progressText({ stage: "Reading", done: 1200, total: 0 }), "Reading (1,200)");
});

test("counts and file badges in words", () => {
  assert.equal(plural(1, "sample"), "1 sample");
  assert.equal(plural(2000, "class", "classes"), "2,000 classes");
  assert.equal(fileStatusText({ id: "a", protected: false, duplicate: false, status: "kept" }), null);
  assert.equal(fileStatusText({ id: "a", protected: true, duplicate: true, status: "kept" }), "InfoMax: protected: never dropped; has a near-duplicate");
});
