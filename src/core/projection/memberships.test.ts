import assert from "node:assert/strict";
import test from "node:test";
import { UMAP } from "umap-js";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors } from "../neighbors/neighborGraph.ts";
import { normalizeRows } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import { fuzzyUnion, type FuzzyGraph } from "./fuzzyGraph.ts";
import { computeMemberships, emptyMemberships, listDistance, tallyDistances, type Memberships } from "./memberships.ts";
import { Turns } from "./turns.ts";

function membershipsOf(lists: NeighborLists, neighbors: number): Memberships {
  const memberships = emptyMemberships(lists, neighbors);
  const tally = { sum: 0, count: 0 };
  tallyDistances(lists, memberships.width, tally, 0, lists.rows);
  computeMemberships(lists, memberships, tally.sum / tally.count, 0, lists.rows);
  return memberships;
}

async function graphOf(lists: NeighborLists, neighbors: number, place?: Uint32Array): Promise<FuzzyGraph> {
  return fuzzyUnion(lists, membershipsOf(lists, neighbors), place ?? Uint32Array.from({ length: lists.rows }, (_, row) => row), new Turns(2, undefined, undefined));
}

/** Lists from rows of [neighbour, distance]. */
function lists(k: number, rows: readonly (readonly (readonly [number, number])[])[]): NeighborLists {
  const neighbors = new Int32Array(rows.length * k).fill(-1);
  const similarities = new Float32Array(rows.length * k).fill(-1);
  rows.forEach((row, i) => row.forEach(([j, distance], r) => {
    neighbors[i * k + r] = j;
    similarities[i * k + r] = 1 - distance;
  }));
  return { rows: rows.length, k, neighbors, similarities };
}

function edge(graph: FuzzyGraph, i: number, j: number): number {
  let found = 0;
  let times = 0;
  for (let e = graph.offsets[i]; e < graph.offsets[i + 1]; e++) {
    if (graph.columns[e] !== j) continue;
    found = graph.weights[e];
    times++;
  }
  assert.ok(times <= 1, `${i}–${j} stands ${times} times`);
  return found;
}

const near = (found: number, expected: number, slack = 1e-4): void => assert.ok(Math.abs(found - expected) <= slack, `${found}, not ${expected}`);

test("strengths of a list of two, by hand", () => {
  // ρ = 0.1; 1 + exp(−0.1/σ) = log2 3, so σ = 0.1 / −ln(log2 3 − 1).
  const { rho, sigma, strengths } = membershipsOf(lists(2, [[[1, 0.1], [2, 0.2]], [[0, 0.1], [2, 0.1]], [[1, 0.1]], []]), 3);
  near(rho[0], 0.1, 1e-6);
  near(sigma[0], 0.1 / -Math.log(Math.log2(3) - 1));
  near(strengths[0], 1);
  near(strengths[1], Math.log2(3) - 1);
  // Neighbours equally near are all the nearest, and a single one has strength 1.
  assert.deepEqual([...strengths.subarray(2, 6)], [1, 1, 1, 0]);
  assert.deepEqual([...strengths.subarray(6)], [0, 0]);
});

test("exact copies are at distance 0 whatever rounding says, and do not set rho", () => {
  assert.equal(listDistance(Math.fround(0.9999998)), 0);
  assert.equal(listDistance(1.0000001), 0);
  near(listDistance(-0.5), 1.5);
  const { rho, strengths } = membershipsOf(lists(3, [[[1, 2e-7], [2, 0.2], [3, 0.4]], [], [], []]), 4);
  near(rho[0], 0.2, 1e-6);
  assert.deepEqual([...strengths.subarray(0, 2)], [1, 1]);
  assert.ok(strengths[2] < 0.2);
});

test("the union of a graph by hand: one-sided edges stay, mutual ones join, each direction stands once", async () => {
  const small = lists(2, [[[1, 0.1], [2, 0.2]], [[0, 0.1]], [[1, 0.3]]]);
  const one = Math.log2(3) - 1;
  const check = (graph: FuzzyGraph, at: (row: number) => number): void => {
    near(edge(graph, at(0), at(1)), 1);
    near(edge(graph, at(1), at(0)), 1);
    near(edge(graph, at(0), at(2)), one);
    near(edge(graph, at(2), at(0)), one);
    near(edge(graph, at(1), at(2)), 1);
    near(edge(graph, at(2), at(1)), 1);
    assert.equal(graph.columns.length, 6);
  };
  check(await graphOf(small, 3), (row) => row);
  check(await graphOf(small, 3, Uint32Array.of(2, 0, 1)), (row) => [2, 0, 1][row]);
  const mutual = await graphOf(lists(2, [[[1, 0.1], [2, 0.2]], [[2, 0.1], [0, 0.2]], [[0, 0.1], [1, 0.2]]]), 3);
  near(edge(mutual, 0, 1), 1 + one - one);
  // Only the first of longer lists are taken, and rows without neighbours have no edges.
  assert.equal((await graphOf(small, 2)).columns.length, 4);
  assert.deepEqual([...(await graphOf(lists(1, [[[1, 0.1]], [], []]), 15)).offsets], [0, 1, 2, 2]);
});

test("weights are those of umap-js", async () => {
  const random = seededRandom(1);
  const matrix = { rows: 120, dims: 8, data: Float32Array.from({ length: 960 }, () => random() - 0.5) };
  normalizeRows(matrix);
  const found = await nearestNeighbors(matrix, await ExactSearch.create(matrix), 20);
  const graph = await graphOf(found, 10);
  const peer = new UMAP({ nNeighbors: 10, nEpochs: 1, random: seededRandom(1) });
  const row = <T>(i: number, first: T, of: (at: number) => T): T[] => [first, ...Array.from({ length: 9 }, (_, r) => of(i * found.k + r))];
  const ids = Array.from({ length: 120 }, (_, i) => row(i, i, (at) => found.neighbors[at]));
  const distances = Array.from({ length: 120 }, (_, i) => row(i, 0, (at) => listDistance(found.similarities[at])));
  peer.setPrecomputedKNN(ids, distances);
  peer.initializeFit(ids.map(() => [0]));
  const theirs = (peer as unknown as { graph: { getAll(): { row: number; col: number; value: number }[] } }).graph.getAll().filter(({ value }) => value > 0);
  assert.equal(theirs.length, graph.columns.length);
  for (const { row: i, col, value } of theirs) near(edge(graph, i, col), value);
});
