/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { comparisonView } from "./comparison.fixture.ts";
import { correlationRows, rhoText, trustSentence, trustText } from "./correlationRows.ts";

const view = comparisonView();
const rows = correlationRows(view, 0, 0);

test("figures that seem to foretell come first, those whose interval holds 0 and those without one are said not to tell", () => {
  assert.deepEqual(rows.map(({ metric, trust }) => [metric, trust]), [[3, "opposite"], [4, "unsure"], [5, "none"]]);
  assert.deepEqual(rows.map(trustText), ["foretells it", "not told", "not defined, because it is the same in all runs"]);
  assert.equal(trustSentence(rows.filter(({ trust }) => trust === "none"), null), "Which cheap figure foretells it cannot be told, because it is the same in all runs.");
  assert.equal(trustSentence(rows, "MMD"), "One cheap figure seems to foretell it on this data: MMD. Intervals are read one by one.");
});

test("a weak but sure one stands before a strong but unsure one", () => {
  const changed = { ...view, correlations: [{ ...view.correlations[0], spearman: { value: 0.9 }, interval: { low: -0.1, high: 1 } }, { ...view.correlations[1], spearman: { value: 0.2 }, interval: { low: 0.1, high: 0.3 } }] };
  assert.deepEqual(correlationRows(changed, 0, 0).map(({ metric }) => metric), [4, 3]);
});

test("what goes against its own good is not called trustworthy", () => {
  // High diversity is good; here it goes with low accuracy.
  const changed = { ...view, correlations: [{ ...view.correlations[1], spearman: { value: -0.8 }, interval: { low: -0.9, high: -0.6 } }] };
  const against = correlationRows(changed, 0, 0);
  assert.equal(against[0].isAgainst, true);
  assert.equal(trustText(against[0]), "foretells the contrary");
  assert.match(trustSentence(against, null), /^No cheap figure foretells it/);
});

test("an interval that touches 0, or is not known, is none to trust", () => {
  const changed = { ...view, correlations: [{ ...view.correlations[1], interval: { low: 0, high: 0.5 } }, { ...view.correlations[0], interval: { notDefined: "there are 2 groups" } }] };
  assert.deepEqual(correlationRows(changed, 0, 0).map(({ trust }) => trust), ["unsure", "unsure"]);
  assert.match(trustText(correlationRows(changed, 0, 0)[0]), /no interval, because there are 2 groups/);
  assert.deepEqual(correlationRows(changed, 1, 0), []);
});

test("correlations have a sign and two decimals", () => {
  assert.deepEqual([-0.534, 0.5, 0.001, -0.001, 1].map(rhoText), ["−0.53", "+0.50", "0.00", "0.00", "+1.00"]);
});
