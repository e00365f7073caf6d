/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { type BlockColumns, CLUSTER_CROSSES_SPLITS, CLUSTER_EXACT, CLUSTER_MIXED_LABELS, type ClusterColumns, KEPT } from "../../src/protocol/columns.ts";
import { chosenClusters, decisionFor, keeperAt, membersOf, shownMembers } from "./clusterDecisions.ts";
import { CLUSTER_FILTERS, CLUSTER_SORTS, orderedClusters, tightnessOf } from "./clusterOrder.ts";

/** Clusters of consecutive rows, by the similarities of their members. */
function clustersOf(similarities: readonly (readonly number[])[], flags: readonly number[]): ClusterColumns {
  const count = similarities.reduce((sum, own) => sum + own.length, 0);
  const offsets = new Uint32Array(similarities.length + 1);
  const clusterOf = new Int32Array(count);
  similarities.forEach((own, c) => {
    offsets[c + 1] = offsets[c] + own.length;
    clusterOf.fill(c, offsets[c], offsets[c + 1]);
  });
  return { offsets, members: Uint32Array.from({ length: count }, (_, row) => row), similarities: Float32Array.from(similarities.flat()), clusterOf, flags: Uint8Array.from(flags) };
}

function statesOf(count: number, set: { readonly [column in "isProtected" | "isExcluded" | "isPreferred" | "kept"]?: readonly number[] } = {}): BlockColumns["states"] {
  const marked = (rows: readonly number[] = [], value = 1): Uint8Array => {
    const column = new Uint8Array(count);
    for (const row of rows) column[row] = value;
    return column;
  };
  return {
    decision: marked(set.kept, KEPT), reason: marked(), isProtected: marked(set.isProtected), isExcluded: marked(set.isExcluded), isPreferred: marked(set.isPreferred),
    keeper: new Int32Array(count).fill(-1), keeperSimilarity: new Float32Array(count), preference: new Float32Array(count),
  };
}

// Rows 0–3, 4–6, 7–8, 9–10.
const CLUSTERS = clustersOf([[1, 0.97, 0.96, 0.95], [1, 0.99, 0.98], [1, 1], [1, 0.95]], [0, CLUSTER_MIXED_LABELS, CLUSTER_EXACT | CLUSTER_CROSSES_SPLITS, CLUSTER_MIXED_LABELS | CLUSTER_CROSSES_SPLITS]);

test("clusters are sorted by size, tightness both ways and flags; equal ones stay as they come", () => {
  const order = (sort: (typeof CLUSTER_SORTS)[number]): number[] => [...orderedClusters(CLUSTERS, null, sort, "all")];
  assert.deepEqual(order("size"), [0, 1, 2, 3]);
  assert.deepEqual(order("tightest"), [2, 1, 0, 3]);
  assert.deepEqual(order("loosest"), [0, 3, 1, 2]);
  assert.deepEqual(order("mixed"), [1, 3, 0, 2]);
  assert.deepEqual(order("crossing"), [2, 3, 0, 1]);
});

test("clusters are filtered by what they are and by what was decided", () => {
  const states = statesOf(11, { isExcluded: [2], isPreferred: [8] });
  const listed = (filter: (typeof CLUSTER_FILTERS)[number]): number[] => [...orderedClusters(CLUSTERS, states, "size", filter)];
  assert.deepEqual(listed("exact"), [2]);
  assert.deepEqual(listed("near"), [0, 1, 3]);
  assert.deepEqual(listed("mixed"), [1, 3]);
  assert.deepEqual(listed("crossing"), [2, 3]);
  assert.deepEqual(listed("undecided"), [1, 3]);
  assert.deepEqual([...orderedClusters(CLUSTERS, null, "size", "undecided")], [0, 1, 2, 3]);
});

test("the keeper is the preferred one, else a protected one, else the one that was kept, else the first that may be kept", () => {
  const keeper = (set: Parameters<typeof statesOf>[1]): number => keeperAt(CLUSTERS, statesOf(11, set), 0);
  assert.equal(keeper({}), 0);
  assert.equal(keeper({ kept: [2] }), 2);
  assert.equal(keeper({ kept: [2], isProtected: [3] }), 3);
  assert.equal(keeper({ kept: [2], isProtected: [3], isPreferred: [1] }), 1);
  assert.equal(keeper({ isExcluded: [0, 1], kept: [1] }), 2);
  assert.equal(keeper({ isExcluded: [0, 1, 2, 3] }), 0);
});

const NONE = { protect: [], unprotect: [], exclude: [], include: [], prefer: [], unprefer: [] };

test("keep one prefers the keeper and excludes the others, but for protected ones", () => {
  const states = statesOf(11, { isProtected: [1], isExcluded: [5], kept: [2] });
  assert.deepEqual(decisionFor("keepOne", [0], CLUSTERS, states, true), { lists: { ...NONE, prefer: [1], exclude: [0, 2, 3] }, changed: 4, protectedStay: 0 });
  const two = statesOf(11, { isProtected: [1], isPreferred: [3] });
  assert.deepEqual(decisionFor("keepOne", [0], CLUSTERS, two, true), { lists: { ...NONE, exclude: [0, 2] }, changed: 2, protectedStay: 1 });
  assert.deepEqual(decisionFor("keepOne", [1, 2], CLUSTERS, states, false), { lists: { ...NONE, exclude: [6, 8] }, changed: 2, protectedStay: 0 });
  // Of a cluster that is excluded whole the representative comes back.
  assert.deepEqual(decisionFor("keepOne", [2], CLUSTERS, statesOf(11, { isExcluded: [7, 8] }), true).lists, { ...NONE, include: [7], prefer: [7] });
  // No one is preferred and excluded at once.
  const rivals = statesOf(11, { isPreferred: [0, 2] });
  assert.deepEqual(decisionFor("keepOne", [0], CLUSTERS, rivals, true).lists, { ...NONE, unprefer: [2], exclude: [1, 2, 3] });
});

test("keep all protects every member, and undo takes every decision back", () => {
  const states = statesOf(11, { isProtected: [0], isExcluded: [1], isPreferred: [0, 2] });
  assert.deepEqual(decisionFor("keepAll", [0], CLUSTERS, states, true), { lists: { ...NONE, include: [1], protect: [1, 2, 3] }, changed: 3, protectedStay: 0 });
  assert.deepEqual(decisionFor("undo", [0, 1], CLUSTERS, states, true), { lists: { ...NONE, unprotect: [0], include: [1], unprefer: [0, 2] }, changed: 3, protectedStay: 0 });
});

test("a cluster counts as chosen when all of its members are", () => {
  const mask = Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0]);
  assert.deepEqual([...chosenClusters(Uint32Array.of(2, 1, 0, 3), CLUSTERS, mask)], [2, 0]);
  assert.deepEqual([...membersOf(Uint32Array.of(2, 1), CLUSTERS)], [7, 8, 4, 5, 6]);
});

test("a row shows the first members, and the keeper wherever it stands", () => {
  assert.deepEqual(shownMembers(CLUSTERS, null, 0, 3), [0, 1, 2]);
  assert.deepEqual(shownMembers(CLUSTERS, statesOf(11, { isPreferred: [3] }), 0, 3), [0, 3, 1]);
  assert.deepEqual(shownMembers(CLUSTERS, statesOf(11, { isPreferred: [3] }), 0, 4), [0, 1, 2, 3]);
  assert.deepEqual(shownMembers(CLUSTERS, statesOf(11), 2, 24), [7, 8]);
});

test("a hundred thousand clusters are sorted and filtered in a moment", () => {
  const count = 100_000;
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const many = clustersOf(Array.from({ length: count }, () => [1, 0.9 + 0.1 * random(), 0.9]), Array.from({ length: count }, () => Math.floor(8 * random())));
  for (let c = 0; c < count; c++) many.similarities[many.offsets[c + 1] - 1] = 0.9 + 0.1 * random();
  const states = statesOf(3 * count);
  const times: string[] = [];
  let slowest = 0;
  for (const sort of CLUSTER_SORTS) {
    for (const filter of CLUSTER_FILTERS) {
      const start = performance.now();
      const listed = orderedClusters(many, states, sort, filter);
      const took = performance.now() - start;
      slowest = Math.max(slowest, took);
      times.push(`${sort}/${filter} ${took.toFixed(1)}`);
      if (sort === "tightest") for (let i = 1; i < listed.length; i++) assert.ok(tightnessOf(many, listed[i - 1]) >= tightnessOf(many, listed[i]));
    }
  }
  process.stdout.write(`# ms for 100,000 clusters: ${times.join(", ")}\n`);
  assert.ok(slowest < 1000);
});
