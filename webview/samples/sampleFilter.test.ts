/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { DROPPED, KEPT, SPLIT_NAMES } from "../../src/protocol/columns.ts";
import { DROP_REASONS } from "../../src/protocol/words.ts";
import { facetsOf } from "./sampleFacets.ts";
import { isFiltering, isSampleFilter, matchingRows, NO_FILTER, type FilterColumns, type SampleFilter } from "./sampleFilter.ts";
import { sortRows, type SampleSort } from "./sampleOrder.ts";

const reasonCode = (name: string): number => 1 + DROP_REASONS.findIndex((reason) => reason === name);

/** Six samples: cats 0, 1, 5, dogs 2, 3, none 4; rows 1 and 2 are one cluster. */
const columns: FilterColumns = {
  count: 6,
  base: {
    label: Int32Array.from([0, 0, 1, 1, -1, 0]), split: Uint8Array.from([1, 1, 3, 3, 1, 3]), importance: new Float32Array(6),
    rank: Float32Array.from([0, 0.2, 0.4, 0.6, 0.8, 0.2]), nearest: Float32Array.from([0.1, 0.9, 0.9, 0.3, 0.2, 0.4]),
    file: new Uint32Array(6), line: new Uint32Array(6), aum: Float32Array.from([0.5, -1, NaN, 0.2, NaN, 0.1]),
  },
  states: {
    decision: Uint8Array.from([KEPT, KEPT, DROPPED, DROPPED, 0, KEPT]), reason: Uint8Array.from([0, 0, reasonCode("near-duplicate"), reasonCode("redundant"), 0, 0]),
    isProtected: Uint8Array.from([1, 0, 0, 0, 0, 0]), isExcluded: Uint8Array.from([0, 0, 0, 1, 0, 0]), isPreferred: Uint8Array.from([0, 1, 0, 0, 0, 0]),
    keeper: Int32Array.from([-1, -1, 1, -1, -1, -1]), keeperSimilarity: new Float32Array(6), preference: new Float32Array(6),
  },
  clusters: { offsets: Uint32Array.from([0, 2]), members: Uint32Array.from([1, 2]), similarities: Float32Array.from([1, 0.9]), clusterOf: Int32Array.from([-1, 0, 0, -1, -1, -1]), flags: new Uint8Array(1) },
  classNames: ["cat", "dog"], splitNames: SPLIT_NAMES, found: null, chosen: Uint8Array.from([0, 0, 0, 1, 1, 0]),
};

function rows(filter: Partial<SampleFilter>, over: Partial<FilterColumns> = {}): number[] {
  return [...matchingRows({ ...NO_FILTER, ...filter }, { ...columns, ...over })];
}

test("each part of a filter lists what it says", () => {
  assert.deepEqual(rows({}), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(rows({ labels: ["dog"] }), [2, 3]);
  assert.deepEqual(rows({ labels: ["dog", ""] }), [2, 3, 4]);
  assert.deepEqual(rows({ labels: [] }), []);
  assert.deepEqual(rows({ split: "test" }), [2, 3, 5]);
  assert.deepEqual(rows({ state: "kept" }), [0, 1, 5]);
  assert.deepEqual(rows({ state: "dropped" }), [2, 3]);
  assert.deepEqual(rows({ state: "protected" }), [0]);
  assert.deepEqual(rows({ state: "excluded" }), [3]);
  assert.deepEqual(rows({ state: "preferred" }), [1]);
  assert.deepEqual(rows({ state: "undecided" }), [4]);
  assert.deepEqual(rows({ reason: "redundant" }), [3]);
  assert.deepEqual(rows({ rank: [0.3, 0.7] }), [2, 3]);
  assert.deepEqual(rows({ place: "in" }), [1, 2]);
  assert.deepEqual(rows({ place: "alone" }), [0, 3, 4, 5]);
  assert.deepEqual(rows({ clusterWith: 2 }), [1, 2]);
  assert.deepEqual(rows({ clusterWith: 3 }), [3], "a sample that is alone is its own cluster");
  assert.deepEqual(rows({ chosen: true }), [3, 4]);
});

test("parts hold together, and found words go before them", () => {
  assert.deepEqual(rows({ labels: ["cat"], split: "train" }), [0, 1]);
  assert.deepEqual(rows({ text: "x", labels: ["cat"] }, { found: Uint32Array.from([1, 2, 5]) }), [1, 5]);
  assert.deepEqual(rows({ text: "x" }, { found: new Uint32Array(0) }), []);
});

test("parts whose columns have not arrived let everything through; words that are still looked for let nothing", () => {
  assert.deepEqual(rows({ state: "kept", place: "in" }, { states: null, clusters: null }), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(rows({ text: "x" }, {}), []);
});

test("a choice counts what it would list with the other parts kept", () => {
  const filter = { ...NO_FILTER, labels: ["cat"], state: "kept" } as const;
  const facets = facetsOf(filter, columns);
  assert.deepEqual([...facets.labels], [3, 0, 0], "kept ones of each class, whatever class is chosen");
  assert.deepEqual([...facets.splits], [0, 2, 0, 1]);
  assert.deepEqual(facets.states, { kept: 3, dropped: 0, undecided: 0, protected: 1, excluded: 0, preferred: 1 });
  assert.deepEqual([facets.inCluster, facets.alone], [1, 2]);
  const all = facetsOf(NO_FILTER, columns);
  assert.deepEqual([...all.labels], [3, 2, 1]);
  assert.equal(all.reasons[reasonCode("redundant") - 1], 1);
  for (const state of ["kept", "dropped", "undecided", "protected", "excluded", "preferred"] as const) assert.equal(all.states[state], rows({ state }).length, state);
});

test("a remembered filter of another shape is not taken", () => {
  assert.ok(isSampleFilter(NO_FILTER) && !isFiltering(NO_FILTER));
  assert.ok(isSampleFilter({ ...NO_FILTER, rank: [0, 0.5], labels: ["a"] }));
  for (const wrong of [null, {}, { ...NO_FILTER, rank: [0, 2] }, { ...NO_FILTER, state: "lost" }, { ...NO_FILTER, labels: [1] }, { ...NO_FILTER, clusterWith: -1 }]) assert.ok(!isSampleFilter(wrong), JSON.stringify(wrong));
});

function sorted(sort: SampleSort): number[] {
  return [...sortRows(Uint32Array.from([0, 1, 2, 3, 4, 5]), sort, { base: columns.base, clusters: columns.clusters, order: { order: Uint32Array.from([5, 0, 1, 2]) } })];
}

test("each order, equal samples as they come", () => {
  assert.deepEqual(sorted("source"), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(sorted("important"), [4, 3, 2, 1, 5, 0]);
  assert.deepEqual(sorted("unimportant"), [0, 1, 5, 2, 3, 4]);
  assert.deepEqual(sorted("nearest"), [1, 2, 5, 3, 4, 0]);
  assert.deepEqual(sorted("farthest"), [0, 4, 3, 5, 1, 2]);
  assert.deepEqual(sorted("suspicious"), [1, 5, 3, 0, 2, 4]);
  assert.deepEqual(sorted("label"), [0, 1, 5, 2, 3, 4]);
  assert.deepEqual(sorted("split"), [0, 1, 4, 2, 3, 5]);
  assert.deepEqual(sorted("cluster"), [1, 2, 0, 3, 4, 5]);
  assert.deepEqual(sorted("kept"), [5, 0, 1, 2, 3, 4], "what no budget keeps comes last");
});
