import assert from "node:assert/strict";
import test from "node:test";
import { clusterFacts } from "./clusterFacts.ts";
import type { Clusters } from "./clusters.ts";

const CLUSTERS: Clusters = {
  threshold: 0.9, count: 3, offsets: Uint32Array.of(0, 3, 5, 7), members: Uint32Array.of(4, 0, 6, 1, 5, 3, 2),
  similarities: Float32Array.of(1, 0.97, 0.92, 1, 1, 1, 0.99), clusterOf: Int32Array.of(0, 1, 2, 2, 0, 1, 0, -1),
};

test("size, tightness and exactness of each cluster", () => {
  const facts = clusterFacts(CLUSTERS, { label: new Int32Array(8).fill(-1), split: new Uint8Array(8), exactGroupOf: Int32Array.of(-1, 0, -1, 1, -1, 0, -1, 1) });
  assert.deepEqual(Array.from(facts.size), [3, 2, 2]);
  assert.deepEqual(Array.from(facts.tightness, (value) => Number(value.toFixed(3))), [0.92, 1, 0.99]);
  assert.deepEqual(Array.from(facts.exact), [0, 1, 0], "a group of copies reaches beyond the third, whose other member is none of them");
  assert.deepEqual([...facts.mixedLabels, ...facts.crossesSplits], [0, 0, 0, 0, 0, 0]);
});

test("labels and splits differ only between members that have one", () => {
  const facts = clusterFacts(CLUSTERS, { label: Int32Array.of(2, 1, 0, -1, -1, 3, 2, 5), split: Uint8Array.of(1, 0, 2, 1, 3, 2, 1, 1), exactGroupOf: new Int32Array(8).fill(-1) });
  assert.deepEqual(Array.from(facts.mixedLabels), [0, 1, 0]);
  assert.deepEqual(Array.from(facts.crossesSplits), [1, 0, 1]);
  assert.deepEqual(Array.from(facts.exact), [0, 0, 0]);
});
