/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { activeParts } from "./filterWords.ts";
import { isFiltering, NO_FILTER, type SampleFilter } from "./sampleFilter.ts";

const FULL: SampleFilter = { text: "card", labels: ["a", "b", "", "d", "e"], split: "train", state: "preferred", reason: "near-duplicate", rank: [0.8, 1], place: "in", clusterWith: 3, chosen: true };

test("every part of a filter can be seen and taken away", () => {
  const parts = activeParts(FULL, "cat/1.png");
  assert.deepEqual(parts.map(({ key }) => key).sort(), Object.keys(FULL).sort());
  let left = FULL;
  for (const { without } of parts) left = { ...left, ...without };
  assert.deepEqual(left, NO_FILTER);
  assert.ok(!isFiltering(left));
  assert.deepEqual(activeParts(NO_FILTER, ""), []);
});

test("parts say what they list", () => {
  const texts = activeParts(FULL, "cat/1.png").map(({ text }) => text);
  assert.ok(texts.includes("Label: a, b, (no label) and 2 more"), texts.join("; "));
  assert.ok(texts.includes("Cluster of cat/1.png") && texts.includes("Importance: highest 20%") && texts.includes("Dropped as: near-duplicate"), texts.join("; "));
  assert.equal(activeParts({ ...NO_FILTER, rank: [0, 0.1] }, "")[0].text, "Importance: lowest 10%");
  assert.ok(activeParts({ ...NO_FILTER, text: "x".repeat(1000) }, "")[0].text.length < 60);
});
