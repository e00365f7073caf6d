/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { comparisonView } from "./comparison.fixture.ts";
import { BEST_FIRST, cellFacts, cellText, columnGroups, columnShares, shownUtilities, sortedStrategies } from "./matrixRows.ts";

const view = comparisonView();
const costs = view.pricing.costs[0];

test("the common utilities, the chosen one in any case, grouped by how they are found", () => {
  assert.deepEqual(shownUtilities(view, false, 0), [0, 1, 3, 4]);
  assert.deepEqual(shownUtilities(view, false, 5), [0, 1, 3, 4, 5]);
  const trained = { ...view, utilities: [...view.utilities, { ...view.utilities[0], origin: "trained" as const }] };
  const all = shownUtilities(trained, true, 0);
  assert.deepEqual(all, [6, 0, 1, 2, 3, 4, 5]);
  assert.deepEqual(columnGroups(trained, all), [{ origin: "trained", columns: 1 }, { origin: "probe", columns: 3 }, { origin: "analytic", columns: 3 }]);
});

test("rows by a utility: the best first whichever way it is good, those without a value last in both directions", () => {
  assert.deepEqual(sortedStrategies(view, 0, 0, BEST_FIRST, costs), [1, 2, 3, 0, 4, 5]);
  assert.deepEqual(sortedStrategies(view, 0, 1, BEST_FIRST, costs), [0, 4, 3, 2, 1, 5]);
  assert.deepEqual(sortedStrategies(view, 0, 1, { by: "utility", isReversed: true }, costs), [1, 2, 3, 4, 0, 5]);
});

test("rows by name, samples and cost", () => {
  assert.deepEqual(sortedStrategies(view, 0, 0, { by: "name", isReversed: false }, costs), [2, 5, 3, 1, 4, 0]);
  assert.deepEqual(sortedStrategies(view, 2, 0, { by: "samples", isReversed: true }, costs), [0, 1, 2, 3, 4, 5]);
  assert.equal(sortedStrategies(view, 0, 0, { by: "cost", isReversed: false }, costs)[0], 0);
  assert.equal(sortedStrategies(view, 2, 0, { by: "cost", isReversed: true }, view.pricing.costs[2]).at(-1), 5);
});

test("bars go from the worst to the best, and there is none where all are equal", () => {
  const shares = columnShares(view, 0, 3);
  assert.equal(shares[3], 1);
  assert.equal(shares[5], 0);
  assert.ok(columnShares(view, 0, 5).every(Number.isNaN));
  assert.ok(Number.isNaN(columnShares(view, 0, 1)[5]));
});

test("a cell says its value, half its interval and its marks", () => {
  assert.deepEqual(cellText(view, 0, 0, 1), { value: "77.1%", margin: "±0.5", isBest: true, sure: 1 });
  assert.deepEqual(cellText(view, 0, 0, 0), { value: "74.3%", margin: "±0.4", isBest: false, sure: 0 });
  assert.deepEqual(cellText(view, 0, 1, 5), { notDefined: "one class has no sample" });
  assert.deepEqual(cellText(view, 2, 0, 5), { notDefined: "crowd has 6,000 samples only" });
});

test("all that is known of a cell is said", () => {
  assert.deepEqual(cellFacts(view, 0, 0, 1), [
    "77.1%; 95% interval 76.6% to 77.6%; 9 runs", "Surely better than random of the same size: +2.8 points (+2.3 to +3.3).", "Rank between 1 and 2.", "The best, or not told apart from it.",
    "Surely better than Random, Herding, Near-duplicate removal, crowd alone.",
  ]);
  assert.match(cellFacts(view, 0, 0, 0).join(" "), /This is the random baseline\./);
  assert.deepEqual(cellFacts(view, 0, 1, 5), ["Not defined, because one class has no sample."]);
});
