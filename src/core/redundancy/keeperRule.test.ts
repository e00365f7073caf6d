import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../random.ts";
import type { Constraints } from "../selection/constraints.ts";
import { createGround, createProgramme, type Ground } from "../selection/objective.ts";
import { byDefinition, contentsBy, free, graphOf } from "../selection/programme.fixture.ts";
import { solve, type Solver } from "../selection/solve.ts";
import type { Clusters } from "./clusters.ts";
import { centrality, earliness, placesOf, preferredMembers, rankPreferred, type KeeperChoice, type Ranking } from "./keeperRule.ts";

/** Clusters by number of each row, −1 for lone ones. */
function clustersBy(clusterOf: readonly number[]): Clusters {
  const count = Math.max(-1, ...clusterOf) + 1;
  const lists = Array.from({ length: count }, (_, c) => clusterOf.flatMap((cluster, row) => (cluster === c ? [row] : [])));
  const offsets = new Uint32Array(count + 1);
  lists.forEach((list, c) => { offsets[c + 1] = offsets[c] + list.length; });
  const members = Uint32Array.from(lists.flat());
  return { threshold: 0.9, count, offsets, members, similarities: new Float32Array(members.length).fill(1), clusterOf: Int32Array.from(clusterOf) };
}

const choiceOf = (scores: readonly number[], changes: Partial<KeeperChoice> = {}): KeeperChoice => {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  return { preference: null, byHand: [], isProtected: new Uint8Array(scores.length), isExcluded: new Uint8Array(scores.length), deferred: new Float64Array(scores.length), placeByScore: placesOf(order), ...changes };
};

test("the most preferred member of each cluster that may be kept; a hand goes before the rule, more important ones before equals", () => {
  const clusters = clustersBy([0, 0, 0, 1, 1, -1, 2, 2]);
  const scores = [5, 4, 3, 2, 9, 7, 1, 1];
  const preference = Float64Array.of(1, 2, 3, 8, 8, 0, 4, 6);
  const picked = (changes: Partial<KeeperChoice>): number[] => Array.from(preferredMembers(clusters, choiceOf(scores, changes)));
  assert.deepEqual(picked({}), [-1, -1, -1], "without rule and hand the objective decides");
  assert.deepEqual(picked({ preference }), [2, 4, 7]);
  assert.deepEqual(picked({ byHand: [1, 5] }), [1, -1, -1], "a lone sample has nothing to go before");
  assert.deepEqual(picked({ preference, byHand: [1, 0, 6] }), [1, 4, 6]);
  const some = (...rows: number[]): Uint8Array => Uint8Array.from(scores, (_, row) => (rows.includes(row) ? 1 : 0));
  assert.deepEqual(picked({ preference, isExcluded: some(2, 6, 7), isProtected: some(4) }), [1, 3, -1]);
  assert.deepEqual(picked({ preference, byHand: [2], isExcluded: some(2) }), [1, 4, 7], "what was preferred and then excluded leaves the rule");
  assert.deepEqual(picked({ preference, deferred: Float64Array.of(0, 0, 0.9, 0, 0.8, 0, 0.5, 0.7) }), [1, 3, 7], "deferred ones come last, unless all are");
  assert.deepEqual(picked({ preference, byHand: [2], deferred: Float64Array.of(0, 0, 0.9, 0, 0, 0, 0, 0) }), [2, 4, 7]);
});

test("the preferred member changes places with the best, before equals too, and the order stays one by falling score", () => {
  const clusters = clustersBy([0, 0, 0, 1, 1, -1]);
  const scores = Float64Array.of(5, 4, 3, 2, 2, 7);
  const byScore = Uint32Array.of(5, 0, 1, 2, 3, 4);
  const choice = choiceOf([...scores], { deferred: Float64Array.of(0, 0, 0, 0, 0.5, 0) });
  const ruled = rankPreferred({ scores, byScore, deferred: choice.deferred }, clusters, Int32Array.of(2, 4), choice);
  assert.deepEqual(Array.from(ruled.scores), [3, 4, 5, 2, 2, 7]);
  assert.deepEqual(Array.from(ruled.byScore), [5, 2, 1, 0, 4, 3]);
  assert.deepEqual(Array.from(ruled.deferred), [0, 0, 0, 0.5, 0, 0], "a preferred one that is deferred is so no longer");
  assert.deepEqual(Array.from(scores), [5, 4, 3, 2, 2, 7], "samples keep their own");
});

interface Case {
  readonly ground: Ground;
  readonly clusters: Clusters;
  readonly choice: KeeperChoice;
  readonly preferred: Int32Array;
  readonly ruled: Ranking;
}

function randomCase(seed: number, rows: number, levels: number): Case {
  const random = seededRandom(seed);
  const drawn = Array.from({ length: rows }, () => Math.floor(random() * 5) - 2);
  const used = [...new Set(drawn.filter((c) => c >= 0 && drawn.filter((d) => d === c).length > 1))];
  const clusterOf = drawn.map((c) => used.indexOf(c));
  const contents = contentsBy(clusterOf);
  const k = Array.from({ length: contents.count }, () => new Array<number>(contents.count).fill(0));
  for (let a = 0; a < contents.count; a++) for (let b = 0; b < a; b++) k[a][b] = k[b][a] = random();
  const scores = Float64Array.from({ length: rows }, () => (levels === 0 ? random() : Math.floor(levels * random()) / levels));
  const ground = createGround(scores, graphOf(k), contents);
  const clusters = clustersBy(clusterOf);
  const choice = choiceOf([...scores], { preference: Float64Array.from({ length: rows }, () => random()) });
  const preferred = preferredMembers(clusters, choice);
  return { ground, clusters, choice, preferred, ruled: rankPreferred({ ...ground, deferred: choice.deferred }, clusters, preferred, choice) };
}

function bestSubset(value: (selected: Uint8Array) => number, rows: number, budget: number): Uint8Array {
  let best = new Uint8Array(rows);
  let most = -Infinity;
  for (let bits = 0; bits < 1 << rows; bits++) {
    const selected = Uint8Array.from({ length: rows }, (_, row) => (bits >> row) & 1);
    if (selected.reduce((sum, one) => sum + one, 0) !== budget) continue;
    const found = value(selected);
    if (found <= most) continue;
    most = found;
    best = selected;
  }
  return best;
}

function keepsPreferred({ clusters, preferred }: Case, selected: Uint8Array, about: string): number {
  let single = 0;
  for (let c = 0; c < clusters.count; c++) {
    const kept = Array.from(clusters.members.subarray(clusters.offsets[c], clusters.offsets[c + 1])).filter((row) => selected[row] !== 0);
    if (kept.length > 0) assert.ok(kept.includes(preferred[c]), `${about}: of cluster ${c} ${kept.join(", ")} without ${preferred[c]}`);
    if (kept.length === 1) single++;
  }
  return single;
}

test("the best of all subsets has the preferred member of each cluster that it has one of, and is worth what the best was", () => {
  let single = 0;
  for (let seed = 0; seed < 25; seed++) {
    const one = randomCase(seed, 9, 0);
    for (const budget of [2, 4, 7]) {
      const plain = createProgramme(one.ground, 0.5, budget);
      const programme = createProgramme({ ...one.ground, ...one.ruled }, 0.5, budget);
      const best = bestSubset((selected) => byDefinition(programme, selected), 9, budget);
      single += keepsPreferred(one, best, `seed ${seed}, ${budget} kept`);
      const before = bestSubset((selected) => byDefinition(plain, selected), 9, budget);
      assert.ok(Math.abs(byDefinition(programme, best) - byDefinition(plain, before)) < 1e-9);
    }
  }
  assert.ok(single > 30, String(single));
});

test("so does every solver, where many scores are equal, with protected, excluded and deferred ones about", () => {
  const solvers: readonly Solver[] = ["greedy", "exchange", "infomax", "infomax-projection"];
  let single = 0;
  for (let seed = 100; seed < 130; seed++) {
    const one = randomCase(seed, 24, 3);
    for (const solver of solvers) {
      const programme = createProgramme({ ...one.ground, ...one.ruled }, 0.3, 8);
      single += keepsPreferred(one, solve(programme, free(24), 8, solver).selected, `seed ${seed}, ${solver}`);
    }
    const random = seededRandom(seed);
    const draw = (share: number): Uint8Array => Uint8Array.from({ length: 24 }, () => (random() < share ? 1 : 0));
    const isProtected = draw(0.1);
    const isExcluded = draw(0.15).map((value, row) => (isProtected[row] !== 0 ? 0 : value));
    const deferred = Float64Array.from(draw(0.2), (value, row) => (isExcluded[row] !== 0 ? 0 : value * random()));
    const choice = { ...one.choice, isProtected, isExcluded, deferred };
    const preferred = preferredMembers(one.clusters, choice);
    const ruled = rankPreferred({ ...one.ground, deferred }, one.clusters, preferred, choice);
    const constraints: Constraints = free(24, { isProtected, isExcluded, deferred: ruled.deferred });
    for (const solver of solvers) {
      const { selected } = solve(createProgramme({ ...one.ground, ...ruled }, 0.3, 9), constraints, 9, solver);
      for (let c = 0; c < one.clusters.count; c++) {
        const kept = Array.from(one.clusters.members.subarray(one.clusters.offsets[c], one.clusters.offsets[c + 1])).filter((row) => selected[row] !== 0 && isProtected[row] === 0);
        if (kept.length > 0) assert.ok(kept.includes(preferred[c]), `seed ${seed}, ${solver}`);
      }
    }
  }
  assert.ok(single > 100, String(single));
});

test("centrality is the mean cosine to the others", () => {
  const data = Float32Array.of(1, 0, 0.6, 0.8, 0.8, 0.6, 0, 1);
  const central = centrality({ rows: 4, dims: 2, data }, clustersBy([0, 0, 0, -1]));
  [(0.6 + 0.8) / 2, (0.6 + 0.96) / 2, (0.8 + 0.96) / 2, 0].forEach((value, row) => { assert.ok(Math.abs(central[row] - value) < 1e-6, `row ${row}`); });
});

test("numbers in paths count as numbers, lines after files", () => {
  const files = ["b/x.jsonl", "a/img10.jsonl", "a/img2.jsonl"];
  const early = earliness(files, Uint32Array.of(0, 1, 2, 2, 1), Uint32Array.of(1, 3, 7, 2, 30));
  const order = Array.from(early.keys()).sort((a, b) => early[b] - early[a]);
  assert.deepEqual(order, [3, 2, 1, 4, 0]);
});
