/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { BlockColumns, ClusterColumns } from "../../src/protocol/columns.ts";
import { classDues, sortedClasses } from "./classDues.ts";
import { Consequences, type ConsequenceSources } from "./consequences.ts";

/** Seeded, in [0, 1) (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function sources(count: number, classCount: number, seed: number, importanceScale: ConsequenceSources["importanceScale"] = "minmax"): ConsequenceSources {
  const draw = random(seed);
  const below = (limit: number): number => Math.floor(draw() * limit);
  const clusterOf = new Int32Array(count).fill(-1);
  const groups: number[][] = Array.from({ length: Math.ceil(count / 8) }, () => []);
  for (let row = 0; row < count; row++) if (draw() < 0.6) groups[below(groups.length)].push(row);
  const real = groups.filter((group) => group.length > 1);
  real.forEach((group, cluster) => { for (const row of group) clusterOf[row] = cluster; });
  const offsets = new Uint32Array(real.length + 1);
  real.forEach((group, cluster) => { offsets[cluster + 1] = offsets[cluster] + group.length; });
  const members = Uint32Array.from(real.flat());
  const importance = Float32Array.from({ length: count }, () => below(20) / 4);
  const rank = importance.map((value) => importance.reduce((sum, other) => sum + (other < value ? 1 : 0), 0) / count);
  const isProtected = Uint8Array.from({ length: count }, () => (draw() < 0.05 ? 1 : 0));
  const isExcluded = Uint8Array.from({ length: count }, (_, row) => (isProtected[row] === 0 && draw() < 0.1 ? 1 : 0));
  const rows = Array.from({ length: count }, (_, row) => ({ row, key: isProtected[row] !== 0 ? -1 : draw() })).sort((a, b) => a.key - b.key).map(({ row }) => row);
  const base: BlockColumns["base"] = {
    label: Int32Array.from({ length: count }, () => below(classCount + 1) - 1), split: new Uint8Array(count), importance, rank, nearest: new Float32Array(count),
    file: new Uint32Array(count), line: new Uint32Array(count), aum: new Float32Array(count),
  };
  const states: BlockColumns["states"] = {
    decision: new Uint8Array(count), reason: new Uint8Array(count), isProtected, isExcluded, isPreferred: new Uint8Array(count), keeper: new Int32Array(count), keeperSimilarity: new Float32Array(count), preference: new Float32Array(count),
  };
  const clusters: ClusterColumns = { offsets, members, similarities: new Float32Array(members.length), clusterOf, flags: new Uint8Array(real.length) };
  return { order: Uint32Array.from(rows.filter((row) => isExcluded[row] === 0)), base, states, clusters, classCount, importanceScale };
}

test("each budget's figures are those counted sample by sample", () => {
  for (const [seed, scale] of [[1, "minmax"], [2, "rank"], [3, "none"]] as const) {
    const given = sources(240, 5, seed, scale);
    const { order, base, states, clusters } = given;
    const consequences = new Consequences(given);
    const low = Math.min(...base.importance);
    const high = Math.max(...base.importance);
    const weight = (row: number): number => {
      const value = base.importance[row];
      if (scale === "none") return value;
      if (scale === "minmax") return (value - low) / (high - low);
      const lower = base.importance.filter((other) => other < value).length;
      const equal = base.importance.filter((other) => other === value).length;
      return (lower + (equal - 1) / 2 + 0.5) / 240;
    };
    const all = Array.from({ length: 240 }, (_, row) => row);
    const total = all.reduce((sum, row) => sum + weight(row), 0);
    const contentOf = (row: number): string => (clusters.clusterOf[row] < 0 ? `sample ${row}` : `cluster ${clusters.clusterOf[row]}`);
    assert.equal(consequences.distinct, new Set(all.map(contentOf)).size);
    for (let budget = 0; budget <= order.length; budget++) {
      const kept = [...order.subarray(0, budget)];
      const contents = new Set(kept.map(contentOf)).size;
      const at = consequences.at(budget);
      assert.deepEqual([at.kept, at.dropped, at.protectedKept, at.distinctKept],
        [budget, 240 - budget, kept.filter((row) => states.isProtected[row] !== 0).length, contents]);
      // Σ over clusters of (chosen − 1) / kept
      let repeats = 0;
      for (let c = 0; c < clusters.flags.length; c++) repeats += Math.max(0, kept.filter((row) => clusters.clusterOf[row] === c).length - 1);
      assert.ok(Math.abs(at.redundancyLeft - (budget === 0 ? 0 : repeats / budget)) < 1e-12);
      assert.ok(Math.abs(at.importanceKept - kept.reduce((sum, row) => sum + weight(row), 0) / total) < 1e-6, `${scale} ${budget}`);
      const after = new Uint32Array(6);
      consequences.classesAt(budget, after);
      assert.deepEqual([...after], [0, 1, 2, 3, 4, -1].map((code) => kept.filter((row) => base.label[row] === code).length));
    }
    const allowed = all.filter((row) => states.isExcluded[row] === 0);
    const distinct = [0, 1, 2, 3, 4, -1].map((code) => new Set(allowed.filter((row) => base.label[row] === code).map(contentOf)).size);
    assert.deepEqual([...consequences.classes.distinct], distinct);
  }
});

test("a budget beyond what may be kept counts as all of it", () => {
  const consequences = new Consequences(sources(50, 2, 9));
  assert.deepEqual(consequences.at(1000), consequences.at(consequences.most));
  assert.deepEqual(consequences.at(-3), consequences.at(0));
});

test("classes are due what the policy says, as far as they have distinct samples", () => {
  const tallies = { before: Uint32Array.of(100, 10, 4, 0), allowed: Uint32Array.of(100, 10, 4, 0), distinct: Uint32Array.of(80, 10, 2, 0) };
  const dues = (policy: "floor" | "balanced" | "proportional" | "none", kept: number): readonly number[] => {
    const due = new Uint32Array(4);
    const sum = classDues({ policy, floor: 0.5 }, tallies, kept, due);
    assert.equal(sum, due.reduce((total, count) => total + count, 0));
    return [...due];
  };
  assert.deepEqual(dues("floor", 30), [5, 5, 2, 0]);
  assert.deepEqual(dues("balanced", 30), [10, 10, 2, 0]);
  assert.deepEqual(dues("proportional", 57), [50, 5, 2, 0]);
  assert.deepEqual(dues("none", 57), [0, 0, 0, 0]);
});

test("classes by loss, name and size; those without a label last by name", () => {
  const before = Uint32Array.of(10, 20, 0, 5);
  const after = Uint32Array.of(9, 2, 0, 4);
  const names = ["class 10", "class 9", "empty"];
  assert.deepEqual([...sortedClasses(before, after, names, "loss")], [1, 3, 0]);
  assert.deepEqual([...sortedClasses(before, after, names, "name")], [1, 0, 3]);
  assert.deepEqual([...sortedClasses(before, after, names, "size")], [1, 0, 3]);
});

test("a step of a drag at 50,000 samples and 1,000 classes takes far less than 50 ms", (t) => {
  const given = sources(2000, 1000, 4);
  // The same structure 25 times over: ranks of 50,000 would take the test itself minutes.
  const times = 25;
  const repeated = <T extends Int32Array | Uint8Array | Float32Array>(column: T): T => {
    const Column = column.constructor as new (length: number) => T;
    const all = new Column(column.length * times);
    for (let copy = 0; copy < times; copy++) all.set(column, copy * column.length);
    return all;
  };
  const { base, states, clusters, order } = given;
  const extra = clusters.flags.length;
  const big: ConsequenceSources = {
    ...given,
    order: Uint32Array.from({ length: order.length * times }, (_, at) => order[Math.floor(at / times)] + 2000 * (at % times)),
    base: { ...base, label: repeated(base.label), importance: repeated(base.importance), rank: repeated(base.rank) },
    states: { ...states, isProtected: repeated(states.isProtected), isExcluded: repeated(states.isExcluded) },
    clusters: {
      offsets: Uint32Array.from({ length: extra * times + 1 }, (_, c) => Math.floor(c / extra) * clusters.members.length + clusters.offsets[c % extra]),
      members: Uint32Array.from({ length: clusters.members.length * times }, (_, at) => clusters.members[at % clusters.members.length] + 2000 * Math.floor(at / clusters.members.length)),
      similarities: repeated(clusters.similarities),
      clusterOf: repeated(clusters.clusterOf).map((cluster, row) => (cluster < 0 ? -1 : cluster + extra * Math.floor(row / 2000))),
      flags: repeated(clusters.flags),
    },
  };
  const start = performance.now();
  const consequences = new Consequences(big);
  const built = performance.now() - start;
  assert.equal(consequences.samples, 50_000);
  const after = new Uint32Array(1001);
  const due = new Uint32Array(1001);
  const steps: number[] = [];
  let sink = 0;
  for (let budget = 1; budget < consequences.most; budget += 50) {
    const from = performance.now();
    sink += consequences.at(budget).redundancyLeft;
    consequences.classesAt(budget, after);
    sink += classDues({ policy: "floor", floor: 0.5 }, consequences.classes, budget, due) + sortedClasses(consequences.classes.before, after, [], "loss").length;
    steps.push(performance.now() - from);
  }
  steps.sort((a, b) => a - b);
  const p95 = steps[Math.floor(0.95 * steps.length)];
  t.diagnostic(`consequences at 50,000: prepared in ${built.toFixed(1)} ms; ${steps.length} steps, median ${steps[steps.length >> 1].toFixed(3)} ms, 95th percentile ${p95.toFixed(3)} ms`);
  assert.ok(sink > 0 && p95 < 50, `${p95} ms`);
});
