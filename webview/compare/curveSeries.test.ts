/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { comparisonView } from "./comparison.fixture.ts";
import { compactText, costAt, differ, foremost, inOrder, seriesOf, tellingUtilities, tickUnit, unitAt, usualAxis } from "./curveSeries.ts";

const view = comparisonView();
const { costs } = view.pricing;
const all = view.strategies.map((_, s) => s);

test("a line goes by rising cost, through the budgets where there are cost and utility", () => {
  const [random, , , , , crowd] = seriesOf(view, costs, "money", 0, all);
  assert.deepEqual(random.points.map(({ budget, x }) => [budget, Math.floor(x + 0.1)]), [[0, 505], [1, 1011], [2, 3033]]);
  assert.ok(random.points[0].interval !== null && random.points[0].interval.low < random.points[0].mean);
  assert.deepEqual(crowd.points.map(({ budget }) => budget), [0, 1]);
  assert.deepEqual(seriesOf(view, costs, "samples", 1, [5]), [{ strategy: 5, points: [] }]);
});

test("costs are those of the prices that are tried; samples are counted", () => {
  const doubled = costs.map((row) => row.map((cost) => (cost === null ? null : { money: 2 * cost.money, seconds: cost.seconds })));
  assert.equal(costAt(view, doubled, "money", 0, 1), 2 * (costAt(view, costs, "money", 0, 1) ?? 0));
  assert.equal(costAt(view, costs, "samples", 1, 2), 5000);
  assert.equal(costAt(view, costs, "seconds", 2, 5), null);
  assert.equal(differ(view, costs, "money", 0, all), true);
  assert.equal(differ(view, costs, "samples", 0, all), false);
});

test("money is the usual axis only where somebody has given a price", () => {
  assert.equal(usualAxis(view, costs), "money");
  const guessed = view.sources.map((source) => ({ ...source, placeholders: ["acquire.money", "label.money", "train.money", "train.seconds"] as const }));
  assert.equal(usualAxis({ ...view, sources: guessed }, costs), "samples");
  assert.equal(usualAxis(view, costs.map((row) => row.map(() => ({ money: 0, seconds: 1 })))), "samples");
});

test("where all budgets are of time, time is the usual axis", () => {
  const timed = { ...view, budgets: view.budgets.map(({ name }) => ({ name, samples: null, money: null })) };
  assert.deepEqual([usualAxis(timed, costs), unitAt(timed, 0), unitAt(view, 0)], ["seconds", "seconds", "money"]);
  assert.equal(usualAxis({ ...timed, budgets: [...timed.budgets.slice(1), view.budgets[0]] }, costs), "money");
});

test("the leading, InfoMax, the baseline and the chosen one are drawn in full; none that is hidden is", () => {
  assert.deepEqual([...foremost(view, 0, 0, [0, 5], 5)].sort(), [0, 5]);
  const many = { ...view, strategies: Array.from({ length: 20 }, (_, s) => ({ ...view.strategies[0], name: s === 19 ? "infomax" : `s${s}` })) };
  const cells = view.cells.map((byUtility) => byUtility.map((own) => many.strategies.map((_, s) => (s === 18 ? null : { ...own[0] ?? own[1], mean: { mean: s / 20, interval: { low: 0, high: 1 }, runs: 9 } } as typeof own[0]))));
  const wide = { ...many, cells };
  const drawn = many.strategies.map((_, s) => s);
  assert.deepEqual([...foremost(wide, 0, 0, drawn, 3)].sort((a, b) => a - b), [0, 3, 14, 15, 16, 17, 19]);
  assert.deepEqual(inOrder(wide, 0, 0, [18, 2, 5]), [5, 2, 18]);
});

test("utilities without any value are not drawn", () => {
  assert.deepEqual(tellingUtilities(view, all), [0, 1, 3, 4]);
  assert.deepEqual(tellingUtilities(view, [5]), [0, 3, 4]);
});

test("ticks are written in units that people use", () => {
  assert.equal(compactText(15_000), "15K");
  assert.deepEqual([tickUnit("seconds", 90, "USD").factor, tickUnit("seconds", 9000, "USD").factor, tickUnit("seconds", 1e6, "USD").factor, tickUnit("money", 1e6, "USD").factor], [1, 3600, 86_400, 1]);
});
