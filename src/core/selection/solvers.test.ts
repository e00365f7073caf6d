import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CancelledError } from "../errors.ts";
import { classQuotas } from "../curation/quotas.ts";
import { seededRandom } from "../random.ts";
import { certify } from "./certificate.ts";
import { FLOOR, type ClassPolicy, type Constraints } from "./constraints.ts";
import { createGround, createProgramme, objective, type Programme } from "./objective.ts";
import { byDefinition, contentsBy, emptyGraph, free, randomGround, randomProgramme } from "./programme.fixture.ts";
import { certifySolved, solve, SOLVERS, type Solved } from "./solve.ts";
import { solutionOf, standingOf } from "./solution.ts";
import { leastEigenvalue } from "./spectrum.ts";

interface Instance {
  readonly programme: Programme;
  readonly constraints: Constraints;
  readonly budget: number;
}

/** A random programme of up to 16 samples with pins, exclusions, deferred samples and classes, and a budget that can be met. */
function instanceOf(rows: number, seed: number, classPolicy: ClassPolicy): Instance | null {
  const random = seededRandom(seed + 77);
  const isProtected = Uint8Array.from({ length: rows }, () => (random() < 0.2 ? 1 : 0));
  const isExcluded = isProtected.map((pinned) => (pinned === 0 && random() < 0.1 ? 1 : 0));
  const pinned = isProtected.reduce((sum, x) => sum + x, 0);
  const allowed = rows - isExcluded.reduce((sum, x) => sum + x, 0);
  if (allowed === 0) return null;
  const least = Math.max(1, pinned);
  const budget = least + Math.floor(random() * (allowed - least + 1));
  const deferred = Float64Array.from({ length: rows }, () => (random() < 0.15 ? random() : 0));
  const label = Int32Array.from({ length: rows }, () => Math.floor(random() * 4) - 1);
  return {
    programme: randomProgramme(rows, seed, random() * 2, budget), budget,
    constraints: free(rows, { isProtected, isExcluded, deferred, classPolicy, label, classCount: 3 }),
  };
}

/** The greatest F over all subsets that stand as a solution does: its held rows, its size, its shares or floors. */
function bruteForce({ programme, budget }: Instance, { choices, standing }: Solved): number {
  const selected = new Uint8Array(programme.rows);
  for (const row of standing.held) selected[row] = 1;
  const free = Array.from(choices.slotRows);
  const inGroup = new Uint32Array(choices.groups);
  let best = -Infinity;
  const visit = (at: number, left: number): void => {
    if (left === 0) {
      for (let g = 0; g < choices.groups; g++) if (standing.isExact ? inGroup[g] !== standing.least[g] : inGroup[g] < standing.least[g]) return;
      best = Math.max(best, objective(programme, selected));
      return;
    }
    if (free.length - at < left) return;
    const row = free[at];
    selected[row] = 1;
    inGroup[choices.groupOf[row]]++;
    visit(at + 1, left - 1);
    selected[row] = 0;
    inGroup[choices.groupOf[row]]--;
    visit(at + 1, left);
  };
  visit(0, budget - standing.held.length);
  return best;
}

const policies = fc.constantFrom<ClassPolicy>("none", "balanced", "proportional", "floor");

test("bound ≥ optimum ≥ every solver, and the constraints hold, over thousands of random instances", async () => {
  let instances = 0;
  let optimal = 0;
  let tight = 0;
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 16 }), fc.nat(), policies, async (rows, seed, policy) => {
    const instance = instanceOf(rows, seed, policy);
    if (instance === null) return;
    const { programme, constraints, budget } = instance;
    const slack = 1e-9 * (1 + programme.kappa * programme.alpha * budget * budget);
    let optimum: number | null = null;
    for (const solver of SOLVERS) {
      const solved = solve(programme, constraints, budget, solver);
      assert.equal(solved.kept.length, budget);
      assert.equal(new Set(solved.kept).size, budget, solver);
      for (let i = 0; i < rows; i++) {
        if (constraints.isProtected[i] !== 0) assert.equal(solved.selected[i], 1, solver);
        if (constraints.isExcluded[i] !== 0) assert.equal(solved.selected[i], 0, solver);
      }
      assert.ok(Math.abs(solved.objective - byDefinition(programme, solved.selected)) <= slack, `${solver}: F`);
      optimum ??= bruteForce(instance, solved);
      assert.ok(solved.objective <= optimum + slack, `${solver}: ${solved.objective} above the optimum ${optimum}`);
      const { bound, quality } = await certifySolved(programme, constraints, solved, { seed });
      assert.ok(bound >= optimum - slack, `${solver}: the bound ${bound} is below the optimum ${optimum}`);
      assert.ok(quality >= 0 && quality <= 1);
      if (solver !== "exchange") continue;
      if (solved.objective >= optimum - slack) optimal++;
      if (bound - optimum <= 0.02 * Math.abs(optimum) + slack) tight++;
    }
    instances++;
  }), { numRuns: 4000, seed: 11 });
  assert.ok(instances > 3800);
  assert.ok(optimal > 0.95 * instances, `exchange found the optimum of ${optimal} of ${instances}`);
  assert.ok(tight > 0.4 * instances, `the bound is within 2% of the optimum in ${tight} of ${instances}`);
});

test("no swap improves what exchange returns", () => {
  for (let seed = 0; seed < 60; seed++) {
    const rows = 24;
    const budget = 8;
    const programme = randomProgramme(rows, seed, 1.5, budget);
    const { selected, objective: found } = solve(programme, free(rows), budget, "exchange");
    for (let out = 0; out < rows; out++) {
      for (let into = 0; into < rows; into++) {
        if (selected[out] === 0 || selected[into] !== 0) continue;
        const swapped = selected.slice();
        swapped[out] = 0;
        swapped[into] = 1;
        assert.ok(objective(programme, swapped) <= found + 1e-9, `seed ${seed}: ${out} for ${into}`);
      }
    }
  }
});

test("no swap that the floors allow improves what exchange returns, with classes mixed in clusters", () => {
  for (let seed = 0; seed < 150; seed++) {
    const instance = instanceOf(16, seed, "floor");
    if (instance === null) continue;
    const { programme, constraints, budget } = instance;
    const { selected, objective: found, choices, standing } = solve(programme, constraints, budget, "exchange");
    const held = new Set(standing.held);
    const inGroup = new Uint32Array(choices.groups);
    const free = new Set(choices.slotRows);
    for (const row of free) inGroup[choices.groupOf[row]] += selected[row];
    for (const out of free) {
      for (const into of free) {
        if (selected[out] === 0 || selected[into] !== 0 || held.has(out)) continue;
        const from = choices.groupOf[out];
        if (from !== choices.groupOf[into] && inGroup[from] <= standing.least[from]) continue;
        const swapped = selected.slice();
        swapped[out] = 0;
        swapped[into] = 1;
        assert.ok(objective(programme, swapped) <= found + 1e-9 * (1 + programme.alpha * programme.kappa), `seed ${seed}: ${out} for ${into}`);
      }
    }
  }
});

test("a class keeps its floor of one where half of an even share is less", () => {
  const label = Int32Array.from({ length: 60 }, (_, i) => i % 20);
  const programme = randomProgramme(60, 3, 1, 26);
  for (const solver of SOLVERS) {
    const kept = solve(programme, free(60, { label, classCount: 20, classPolicy: "floor" }), 26, solver).kept;
    const greedy = solve(programme, free(60, { label, classCount: 20, classPolicy: "floor" }), 26, "greedy").kept;
    assert.equal(new Set(Array.from(kept, (row) => label[row])).size, new Set(Array.from(greedy, (row) => label[row])).size, solver);
  }
});

test("where everything is kept, or all but pins, it is proven optimal under every policy", async () => {
  for (const classPolicy of ["none", "floor", "balanced"] as const) {
    const label = Int32Array.from({ length: 30 }, (_, i) => i % 2);
    const programme = randomProgramme(30, 4, 1, 30);
    const constraints = free(30, { label, classCount: 2, classPolicy, deferred: Float64Array.from({ length: 30 }, (_, i) => (i < 4 ? 0.9 : 0)) });
    const solved = solve(programme, constraints, 30, "exchange");
    assert.equal((await certifySolved(programme, constraints, solved, { seed: 0 })).quality, 1, classPolicy);
  }
});

test("the certificate does not depend on the scale of the scores", async () => {
  const ground = randomGround(40, 12);
  const qualityAt = async (factor: number): Promise<number> => {
    const scaled = createGround(ground.scores.map((s) => s * factor), ground.graph, ground.contents);
    const programme = createProgramme(scaled, 0.5, 12);
    return (await certifySolved(programme, free(40), solve(programme, free(40), 12, "exchange"), { seed: 0 })).quality;
  };
  const usual = await qualityAt(1);
  for (const factor of [1e-10, 1e10]) assert.ok(Math.abs(await qualityAt(factor) - usual) < 1e-6, `${factor}`);
});

test("all solvers keep the class shares of greedy, or the floors", () => {
  for (const classPolicy of ["balanced", "proportional", "floor"] as const) {
    for (let seed = 0; seed < 20; seed++) {
      const label = Int32Array.from({ length: 60 }, (_, i) => (i < 10 ? 0 : i < 30 ? 1 : 2));
      const programme = randomProgramme(60, seed, 1, 24);
      const constraints = free(60, { label, classCount: 3, classPolicy });
      const tallies = SOLVERS.map((solver) => {
        const tally = [0, 0, 0];
        for (const row of solve(programme, constraints, 24, solver).kept) tally[label[row]]++;
        return tally;
      });
      for (const tally of tallies) {
        if (classPolicy === "floor") assert.ok(tally.every((count, g) => count >= Math.min(tallies[0][g], Math.floor((FLOOR * 24) / 3))), tally.join(" "));
        else assert.deepEqual(tally, tallies[0]);
      }
    }
  }
});

test("shares of classes are those of the samples that may be kept", () => {
  // Class 0 has 40 samples, of which 30 are excluded; class 1 has 20; all of class 2 is excluded.
  const label = Int32Array.from({ length: 70 }, (_, i) => (i < 40 ? 0 : i < 60 ? 1 : 2));
  const isExcluded = Uint8Array.from({ length: 70 }, (_, i) => (i < 30 || i >= 60 ? 1 : 0));
  const ground = { ...randomGround(70, 2), contents: contentsBy(Array.from({ length: 70 }, () => -1)), graph: emptyGraph(70) };
  for (const classPolicy of ["proportional", "balanced"] as const) {
    for (const solver of SOLVERS) {
      const { kept } = solve(createProgramme(ground, 1, 16), free(70, { label, classCount: 3, classPolicy, isExcluded }), 16, solver);
      const tally = [0, 0, 0];
      for (const row of kept) tally[label[row]]++;
      assert.deepEqual(tally, Array.from(classQuotas(classPolicy, 16, [10, 20, 0], [0, 0, 0])), `${solver}, ${classPolicy}`);
    }
  }
});

test("the same input gives the same subset and the same bound", async () => {
  const make = (): Promise<unknown> => {
    const programme = randomProgramme(80, 5, 1, 30);
    return Promise.all(SOLVERS.map(async (solver) => {
      const solved = solve(programme, free(80), 30, solver);
      return [Array.from(solved.kept), await certifySolved(programme, free(80), solved, { seed: 3 })];
    }));
  };
  assert.deepEqual(await make(), await make());
});

test("where nothing is redundant, greedy is proven optimal", async () => {
  const contents = contentsBy([0, 0, 0, -1, -1, -1, -1]);
  const ground = { ...randomGround(7, 1), contents, graph: emptyGraph(contents.count) };
  const programme = createProgramme(ground, 1, 4);
  const solved = solve(programme, free(7), 4, "greedy");
  const { quality, bound } = await certifySolved(programme, free(7), solved, { seed: 0 });
  assert.ok(quality > 1 - 1e-6, `bound ${bound} for ${solved.objective}`);
});

test("the bound holds for a poor subset too, and says that it is poor", async () => {
  const programme = randomProgramme(40, 9, 0.5, 10);
  const solved = solve(programme, free(40), 10, "exchange");
  // The least important samples of all.
  const worst = solutionOf(programme, programme.byScore.slice(30));
  const choices = solved.choices;
  const standing = { ...standingOf(programme, free(40), choices, solved.kept) };
  const poor = await certify(programme, choices, standing, worst.objective, { seed: 0 });
  assert.ok(poor.bound >= solved.objective && poor.quality < 0.9);
});

test("a cancel ends the certificate", async () => {
  const programme = randomProgramme(40, 9, 0.5, 10);
  const solved = solve(programme, free(40), 10, "exchange");
  await assert.rejects(certifySolved(programme, free(40), solved, { seed: 0, signal: AbortSignal.abort() }), CancelledError);
});

test("the least eigenvalue is bounded from below, and closely", async () => {
  // A cycle of n: eigenvalues 2 cos(2πj/n); for even n the least is −2. A complete graph: −1. A star of m leaves: −√m.
  const graph = (rows: number, edges: readonly (readonly [number, number])[]): Parameters<typeof leastEigenvalue>[0] => {
    const lists = Array.from({ length: rows }, () => [] as number[]);
    for (const [a, b] of edges) {
      lists[a].push(b);
      lists[b].push(a);
    }
    const offsets = new Uint32Array(rows + 1);
    lists.forEach((list, i) => { offsets[i + 1] = offsets[i] + list.length; });
    const columns = Uint32Array.from(lists.flatMap((list) => list.sort((a, b) => a - b)));
    return { rows, offsets, columns, values: new Float32Array(columns.length).fill(1) };
  };
  const cycle = (n: number): [number, number][] => Array.from({ length: n }, (_, i) => [i, (i + 1) % n]);
  const complete = Array.from({ length: 12 }, (_, i) => Array.from({ length: i }, (_, j): [number, number] => [i, j])).flat();
  const star = Array.from({ length: 49 }, (_, i): [number, number] => [0, i + 1]);
  const cases: [Parameters<typeof leastEigenvalue>[0], number][] = [
    [graph(10, cycle(10)), -2], [graph(1000, cycle(1000)), -2], [graph(12, complete), -1], [graph(50, star), -7], [graph(3, []), 0],
  ];
  for (const [g, least] of cases) {
    const found = await leastEigenvalue(g, new Float64Array(g.rows).fill(1), 1);
    assert.ok(found <= least + 1e-9, `${found} is above ${least}`);
    assert.ok(found >= least - 0.05 * (1 + Math.abs(least)), `${found} is far below ${least}`);
  }
  // Scaled rows: a path of two with scales 2 and 3 has eigenvalues ±6.
  assert.ok(Math.abs(await leastEigenvalue(graph(2, [[0, 1]]), Float64Array.of(2, 3), 1) + 6) < 1e-3);
});
