import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { InfomaxError } from "../errors.ts";
import { mixSources, type MixtureSource } from "./mixture.ts";

const source = (name: string, share: number, count: number, first = 0): MixtureSource => ({ name, share, order: Uint32Array.from({ length: count }, (_, i) => first + i) });

test("halves alternate, a quarter comes once in four, each source in its own order", () => {
  const halves = mixSources([source("a", 0.5, 3), source("b", 0.5, 3, 100)]);
  assert.deepEqual([Array.from(halves.source), Array.from(halves.rows), halves.end], [[0, 1, 0, 1, 0, 1], [0, 100, 1, 101, 2, 102], null]);
  const { source: of } = mixSources([source("a", 0.25, 10), source("b", 0.75, 30)], 12);
  for (const start of [0, 4, 8]) assert.equal(of.subarray(start, start + 4).filter((from) => from === 0).length, 1);
});

test("a source that runs out ends the mixture, and is named; others do not fill up for it", () => {
  const { rows, end } = mixSources([source("large", 0.5, 100), source("clean", 0.5, 3)]);
  assert.equal(rows.length, 7);
  assert.equal(end?.source, 1);
  assert.equal(end.reason, '"clean" has no more than 3 samples, so at a share of 50% the mixture ends at 7');
  assert.equal(mixSources([source("large", 0.5, 100), source("clean", 0.5, 3)], 6).end, null, "a budget below that is met");
  assert.deepEqual(mixSources([source("none", 0.4, 0), source("b", 0.6, 9)]).end?.source, 0);
});

test("a share of nothing takes nothing, and one source alone is its own order", () => {
  const { rows, end } = mixSources([source("a", 0, 5), source("b", 1, 4, 7)]);
  assert.deepEqual([Array.from(rows), end], [[7, 8, 9, 10], null]);
});

test("shares that are none, or do not add up, are refused", () => {
  for (const shares of [[0.5, 0.4], [1.2, -0.2], [NaN, 1], []]) {
    assert.throws(() => mixSources(shares.map((share, i) => source(`s${i}`, share, 5))), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-argument", String(shares));
  }
});

test("every prefix is within Tijdeman's bound of its shares, below one sample, and nested", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 600 }), (weights, budget) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    fc.pre(total > 0);
    const sources = weights.map((weight, i) => source(`s${i}`, weight / total, budget + 1));
    const { source: of, rows, end } = mixSources(sources, budget);
    assert.deepEqual([of.length, end], [budget, null]);
    const active = weights.filter((weight) => weight > 0).length;
    const bound = active < 2 ? 0 : 1 - 1 / (2 * active - 2);
    const taken = new Array<number>(weights.length).fill(0);
    for (let at = 0; at < budget; at++) {
      assert.equal(rows[at], taken[of[at]]++);
      taken.forEach((count, i) => {
        const off = Math.abs(count - sources[i].share * (at + 1));
        assert.ok(off <= bound + 1e-6, `${weights.join()}: source ${i} is off by ${off} at ${at + 1}`);
      });
    }
    const less = Math.floor(budget / 2);
    assert.deepEqual(mixSources(sources, less).source, of.slice(0, less));
  }), { numRuns: 300, seed: 2 });
});
