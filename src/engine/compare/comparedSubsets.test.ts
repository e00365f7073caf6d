import assert from "node:assert/strict";
import test from "node:test";
import { isDefined } from "../../protocol/comparison.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { handMadeResult, handMadeSource } from "./compareResult.fixture.ts";
import { comparedSubsets } from "./comparedSubsets.ts";

const at = (samples: number, utility: number) => ({ ofSource: [samples], utility });
const [run] = handMadeResult([handMadeSource("a", 100, {})], [{ name: "random", at: [at(20, 0.5)] }]).runs;
const own = (strategy: string, seed: number, samples: number, cat: number): CompareResult["runs"][number] =>
  ({ ...run, strategy, seed, samples, ofSource: [samples], perClass: { probe: [cat, null] } });
const matched = (seed: number, samples: number, cat: number): CompareResult["matched"][number] =>
  ({ budget: run.budget, redraw: 0, seed, samples, idsDigest: run.idsDigest, values: {}, perClass: { probe: [cat, null] } });

function compared(change: Partial<CompareResult>) {
  const result = handMadeResult([handMadeSource("a", 100, {})], [{ name: "random", at: [at(20, 0.5)] }, { name: "ccs", at: [at(10, 0.6)] }], {
    seeds: 2, classes: ["cat", "dog"],
    runs: [own("random", 0, 20, 0.6), own("random", 1, 20, 0.7), own("ccs", 0, 10, 0.5), own("ccs", 1, 10, 0.5)], ...change,
  });
  const found = comparedSubsets(result)[0][1];
  assert.ok(isDefined(found));
  return found;
}
const plain = (values: readonly (number | null)[]): readonly (number | null)[] => values.map((value) => (value === null ? null : Number(value.toFixed(6))));

test("at a budget of samples each class is held against the baseline, seed by seed", () => {
  const found = compared({});
  assert.deepEqual(plain(found.perClass), [0.5, null]);
  assert.deepEqual(plain(found.perClassRandom), [0.65, null]);
  assert.deepEqual(plain(found.perClassLead), [-0.15, null]);
  assert.deepEqual(plain(found.perClassLeadSpread), [Number(Math.sqrt(0.005).toFixed(6)), null]);
});

test("where money buys each its own number, each class is held against as many samples at random", () => {
  const budgets = [{ name: run.budget, samples: null, money: 30, seconds: null }];
  const found = compared({ budgets, matched: [matched(0, 10, 0.2), matched(1, 10, 0.4), matched(0, 15, 0.9)] });
  assert.deepEqual(plain(found.perClassRandom), [0.3, null], "the baseline bought 20, and is no measure for 10");
  assert.deepEqual(plain(found.perClassLead), [0.2, null]);
  const none = compared({ budgets });
  assert.deepEqual([none.perClass, none.perClassRandom, none.perClassLead], [[0.5, null], [null, null], [null, null]], "what was not measured is not known");
});

test("the baseline's own size needs no other random choice", () => {
  const found = compared({ budgets: [{ name: run.budget, samples: null, money: 30, seconds: null }], runs: [own("random", 0, 10, 0.3), own("ccs", 0, 10, 0.5)] });
  assert.deepEqual(plain(found.perClassRandom), [0.3, null]);
});
