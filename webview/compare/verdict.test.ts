/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { ComparisonCell, ComparisonView } from "../../src/protocol/comparison.ts";
import { comparisonView } from "./comparison.fixture.ts";
import { leaderOf, ranked, verdictOf } from "./verdict.ts";

/** The view with every cell of its first budget and utility changed. */
function changed(change: (cell: ComparisonCell, strategy: number) => ComparisonCell | null): ComparisonView {
  const view = comparisonView();
  const cells = view.cells.map((byUtility, b) => byUtility.map((own, u) => (b > 0 || u > 0 ? own : own.map((cell, s) => (cell === null ? null : change(cell, s))))));
  return { ...view, cells };
}

test("ties at the top are said to be ties, with what is sure against random", () => {
  assert.deepEqual(verdictOf(comparisonView(), 0, 0), {
    lead: "At 5%: InfoMax and CCS lead on Accuracy of linear probes (best 77.1%), and are not told apart.",
    sure: "Random at the same budget: 74.3%. Surely better than random of the same size: InfoMax, CCS. 1 is surely worse.",
  });
});

test("one that leads alone, where low is better", () => {
  const { lead } = verdictOf(comparisonView(), 0, 3);
  assert.equal(lead, "At 5%: Herding leads on MMD to the target × 1,000 (0.0865).");
  assert.deepEqual(ranked(comparisonView(), 0, 3).slice(0, 2), [3, 4]);
});

test("where nothing is told apart, that is the verdict", () => {
  const view = changed((cell) => ({ ...cell, isAmongBest: true, sure: 0 }));
  const { lead, sure } = verdictOf(view, 0, 0);
  assert.match(lead, /no strategy can be told apart .* highest estimate is that of InfoMax \(77\.1%\)/);
  assert.match(sure, /Nothing is surely better than random of the same size\.$/);
  assert.match(verdictOf({ ...view, utilities: view.utilities.map((utility) => ({ ...utility, better: "low" as const })) }, 0, 0).lead, /lowest estimate is that of crowd alone/);
});

test("many that are tied are counted", () => {
  assert.match(verdictOf(changed((cell, s) => ({ ...cell, isAmongBest: s > 0 })), 0, 0).lead, /InfoMax, CCS, Herding and 2 more lead on/);
  assert.match(verdictOf(changed((cell, s) => ({ ...cell, isAmongBest: s > 0 && s < 5 })), 0, 0).lead, /InfoMax, CCS, Herding and Near-duplicate removal lead on/);
});

test("a tie that random is part of leads to no names but the best estimate's", () => {
  assert.equal(verdictOf(changed((cell, s) => ({ ...cell, isAmongBest: s < 4, sure: 0 })), 0, 0).lead,
    "At 5%: 4 of 6 strategies, random among them, are not told apart from the best on Accuracy of linear probes; the highest estimate is that of InfoMax (77.1%).");
});

test("without values the reason is said, and nobody leads", () => {
  const view = changed((cell) => ({ ...cell, mean: { notDefined: "the target has no labels" } }));
  assert.deepEqual(verdictOf(view, 0, 0), { lead: "At 5% no strategy has a value of: Accuracy of linear probes.", sure: "Not defined, because the target has no labels." });
  assert.equal(leaderOf(view, 0, 0), null);
  assert.equal(verdictOf(comparisonView({ budgets: [], cells: [] }), 0, 0).sure, "");
});

test("that only some have a value, as of real training, is said", () => {
  const { sure } = verdictOf(changed((cell, s) => (s < 2 ? cell : { ...cell, mean: { notDefined: "there is no run with a value" } })), 0, 0);
  assert.match(sure, /^2 of 6 strategies have a value\. Random at the same budget/);
});

test("random that leads alone is said once", () => {
  assert.deepEqual(verdictOf(comparisonView(), 0, 1), { lead: "At 5%: Random leads on Calibration error (5.0%).", sure: "5 of 6 strategies have a value. Nothing is surely better than random of the same size. 4 are surely worse." });
});

test("the baseline is no leader to be looked at, even where it is the best", () => {
  assert.equal(leaderOf(comparisonView(), 0, 1), 4);
  assert.equal(leaderOf(comparisonView(), 0, 0), 1);
});
