import assert from "node:assert/strict";
import test from "node:test";
import { asSentence, fileStatusText, formatBytes, formatShare, formatSimilarity, labelNoiseText, objectiveText, progressText, qualityText, samplesText } from "./words.ts";

test("shares never claim to be nothing or all", () => {
  assert.deepEqual([0, 0.0004, 0.042, 0.05, 0.5, 0.957, 0.9996, 1].map(formatShare), ["0%", "<0.1%", "4.2%", "5%", "50%", "95.7%", ">99.9%", "100%"]);
});

test("similarities near 1 stay apart from 1", () => {
  assert.deepEqual([1, 0.99999, 0.9961, 0.98, 0.5].map(formatSimilarity), ["1.00", "0.9999", "0.9961", "0.98", "0.50"]);
});

test("progress with and without a known total", () => {
  assert.equal(progressText({ stage: "Embedding", done: 900, total: 2000 }), "Embedding 45% (900 of 2,000)");
  assert.equal(progressText({ stage: "Embedding", done: 12_400, total: 50_000, rate: 512.4, secondsLeft: 73.4 }), "Embedding 24% (12,400 of 50,000), 512/s, 1 min left");
  assert.equal(progressText({ stage: "Embedding", done: 1, total: 5000, rate: 0.4, secondsLeft: 12_500 }), "Embedding 0% (1 of 5,000), 0.4/s, 3 h 28 min left");
  assert.equal(progressText({ stage: "Embedding", done: 90, total: 100, rate: 40, secondsLeft: 0.25 }), "Embedding 90% (90 of 100), 40/s");
  assert.equal(progressText({ stage: "Embedding", done: 50, total: 100, rate: 2, secondsLeft: 24 }), "Embedding 50% (50 of 100), 2.0/s, 25 s left");
  assert.equal(progressText({ stage: "Reading", done: 0, total: 0 }), "Reading…");
  assert.equal(progressText({ stage: "Reading", done: 1200, total: 0 }), "Reading (1,200)");
});

test("counts and file badges in words", () => {
  assert.equal(samplesText(1), "1 sample");
  assert.equal(samplesText(2000), "2,000 samples");
  assert.equal(asSentence("set in the settings"), "Set in the settings.");
  assert.equal(fileStatusText({ id: "a", protected: false, excluded: false, duplicate: false, status: "kept" }), null);
  assert.equal(fileStatusText({ id: "a", protected: true, excluded: false, duplicate: true, status: "kept" }), "InfoMax: protected: never dropped; has a near-duplicate");
  assert.equal(fileStatusText({ id: "a", protected: false, excluded: true, duplicate: false, status: "dropped" }), "InfoMax: excluded: never kept; dropped by the current selection");
});

test("the proven quality is rounded down, and is a share only where a share means something", () => {
  assert.equal(objectiveText({ objective: 1285.34, bound: 1290.41, quality: 1285.34 / 1290.41 }), "objective 1285.3, at least 99.6% of the best possible (upper bound 1290.4)");
  assert.equal(qualityText({ objective: 99.999, bound: 100, quality: 0.99999 }), "at least 99.9% of the best possible");
  assert.equal(qualityText({ objective: 12.5, bound: 12.5, quality: 1 }), "the best possible");
  assert.equal(qualityText({ objective: 0, bound: 0, quality: 0 }), "the best possible");
  assert.equal(objectiveText({ objective: -10, bound: -8, quality: 0.8 }), "objective -10, at most 2 below the best possible (upper bound -8)");
  assert.equal(qualityText({ objective: -3.25, bound: 1, quality: 0 }), "at most 4.25 below the best possible");
});

test("wrong labels are spoken of only where the probes that say so are good", () => {
  const noise = { share: 0.0021, method: "", probeAccuracy: 0.931 };
  assert.equal(labelNoiseText(noise), "about 0.2% of the labels look wrong to probes that did not see them (they are right 93.1% of the time)");
  assert.equal(labelNoiseText({ ...noise, share: 0, probeAccuracy: 0.8 }), "none of the labels looks wrong to probes that did not see them (they are right 80% of the time)");
  assert.match(labelNoiseText({ ...noise, share: 0.0002 }) ?? "", /^less than 0\.1% of the labels look wrong/);
  for (const unknown of [null, { ...noise, probeAccuracy: 0.69 }, { ...noise, probeAccuracy: null }]) assert.equal(labelNoiseText(unknown), null);
});

test("sizes and downloads are told in few figures", () => {
  assert.deepEqual([0, 999, 90_387_606, 88e6, 608.4e6, 999.9e6, 1.25e9].map(formatBytes), ["0 B", "999 B", "90.4 MB", "88 MB", "608 MB", "1 GB", "1.3 GB"]);
  assert.equal(progressText({ stage: "Downloading x", done: 12_340_000, total: 90_400_000, unit: "bytes", rate: 5.1e6 }), "Downloading x: 12.3 MB of 90.4 MB, 5.1 MB/s");
});
