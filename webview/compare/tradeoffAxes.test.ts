/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { paretoFront } from "../../src/protocol/tradeoffs.ts";
import { answerText, scoreText, shortAnswer } from "./answerWords.ts";
import { comparisonView } from "./comparison.fixture.ts";
import { answerTo, axesAt, axisText, costAxis, heaviest, inSight, isSlight, placeStanding, sharedAxes, standardAnswers, standingOn, stretching, usualOpponent, usualWeights, utilityAxis, weightsBy } from "./tradeoffAxes.ts";

const view = comparisonView();
const { costs } = view.pricing;
const all = view.strategies.map((_, s) => s);
const axes = axesAt(view, costs, 0, all);
const named = (name: string) => axes[axes.findIndex((axis) => axis.name === name)];

test("axes are the common utilities that are defined, and the costs", () => {
  assert.deepEqual(axes.map(({ name }) => name), ["probe", "calibration", "mmd", "vendi", "cost:money", "cost:seconds"]);
  assert.equal(axesAt(view, costs, 0, all, [5]).at(4)?.name, "gini");
  assert.deepEqual(axesAt(view, costs, 0, []), []);
  assert.deepEqual([axisText(view, named("probe"), 0.771), axisText(view, named("mmd"), 0.0865), axisText(view, named("cost:money"), 2527.5), axisText(view, named("cost:seconds"), 7200)], ["77.1%", "0.0865", "2,528 USD", "2 h"]);
});

test("a utility carries what is sure; what is hidden or not defined is not judged", () => {
  const probe = utilityAxis(view, 0, 0, [0, 1, 2]);
  assert.deepEqual([...probe.isDefined], [1, 1, 1, 0, 0, 0]);
  assert.equal(probe.surelyBetter?.[1 * 6 + 0], 1);
  assert.equal(probe.surelyBetter?.[1 * 6 + 2], 0);
  assert.equal(costAxis(view, costs, 0, "money", all).surelyBetter, null);
  const states = paretoFront([named("probe"), named("calibration")]).map(({ state }) => state);
  assert.deepEqual(states, ["front", "front", "front", "front", "dominated", "not judged"]);
});

test("places are between the worst and the best, in the middle where all are equal", () => {
  assert.deepEqual([standingOn(named("probe"), 1), standingOn(named("probe"), 5), standingOn(named("calibration"), 0), standingOn(named("calibration"), 5)], [1, 0, 1, null]);
  assert.equal(standingOn(utilityAxis(view, 0, 5, all), 3), 0.5);
});

test("at first the chosen utility stands against cost where strategies differ in it", () => {
  assert.equal(usualOpponent(axes, "probe"), "cost:money");
  const alike = costs.map((row) => row.map((cost) => (cost === null ? null : { money: 1, seconds: 1 })));
  assert.equal(usualOpponent(axesAt(view, alike, 0, all), "probe"), "calibration");
  const timed = { ...view, budgets: view.budgets.map(({ name }) => ({ name, samples: null, money: null })) };
  const slow = costs.map((row) => row.map((cost, s) => (cost === null ? null : { money: cost.money, seconds: 100 * (s + 1) })));
  assert.equal(usualOpponent(axesAt(timed, slow, 0, all), "probe"), "cost:seconds");
  assert.equal(usualOpponent(axesAt(view, alike, 0, all), "calibration"), "probe");
  assert.equal(usualOpponent([named("probe")], "probe"), "probe");
});

test("weights are the usual ones until some are remembered", () => {
  assert.deepEqual(usualWeights(view, axes), { "probe": 50, "cost:money": 50 });
  assert.deepEqual(weightsBy(view, axes, {}), [50, 0, 0, 0, 50, 0]);
  assert.deepEqual(weightsBy(view, axes, { "calibration": 7, "gone": 100 }), [0, 7, 0, 0, 0, 0]);
  assert.deepEqual(usualWeights(view, [named("mmd")]), { mmd: 50 });
});

test("the answer goes by the weights, and obeys the limits", () => {
  const only = answerTo(axes, [100, 0, 0, 0, 0, 0], {}, false);
  assert.ok(only !== null && !("notDefined" in only.choice));
  assert.deepEqual([only.choice.winners, only.choice.notToldApart], [[1], [2]]);
  assert.deepEqual(answerText(view, only.choice), { pick: "InfoMax, with a score of 1.00: 0.03 ahead of CCS.", doubt: "That is not sure against CCS: on nothing that counts are they told apart." });
  assert.equal(shortAnswer(view, only.choice), "InfoMax (not told apart from CCS)");
  const limited = answerTo(axes, [100, 0, 0, 0, 0, 0], { calibration: 0.1 }, false);
  assert.ok(limited !== null && !("notDefined" in limited.choice));
  assert.deepEqual(limited.choice.winners, [3]);
  const none = answerTo(axes, [100, 0, 0, 0, 0, 0], { calibration: 0.001 }, false);
  assert.ok(none !== null);
  assert.equal(answerText(view, none.choice).pick, "There is nothing to pick, because no strategy meets the limits.");
  assert.equal(answerTo(axes, [0, 0, 0, 0, 0, 0], {}, false), null);
});

test("a single strategy is picked, and nothing is said that compares it", () => {
  const one = answerTo(axesAt(view, costs, 0, [2]), [50, 0, 0, 0, 50, 0], {}, false);
  assert.ok(one !== null);
  assert.deepEqual(answerText(view, one.choice), { pick: "CCS: no other strategy can be judged by this.", doubt: "" });
  assert.deepEqual(heaviest(one), []);
});

test("standard questions leave out what few strategies have, and what is the same for all", () => {
  assert.deepEqual(sharedAxes(axes).map(({ name }) => name), ["probe", "calibration", "mmd", "vendi", "cost:money"]);
  const rare = { ...named("vendi"), isDefined: Uint8Array.of(1, 1, 0, 0, 0, 0) };
  assert.deepEqual(sharedAxes([named("probe"), rare]).map(({ name }) => name), ["probe"]);
  assert.deepEqual(standardAnswers(axesAt(view, costs, 0, all, [5])).map(({ kind, axes: own }) => [kind, own.length]), [["alike", 5], ["worst", 5], ["alone", 1], ["alone", 1], ["alone", 1], ["alone", 1], ["alone", 1]]);
  assert.deepEqual(standardAnswers(axesAt(view, costs, 0, [0])), []);
});

test("regions are drawn for the heaviest weights on which strategies differ", () => {
  const found = answerTo(axes, [10, 20, 30, 40, 50, 60], {}, false);
  assert.ok(found !== null);
  assert.deepEqual(heaviest(found).map(({ name }) => name), ["mmd", "vendi", "cost:money"]);
});

test("what is far worse is found where it presses the others together, and left out of sight", () => {
  const axis = { ...named("probe"), values: Float64Array.of(0.76, 0.78, 0.77, 0.765, 0.75, 0.3), isDefined: new Uint8Array(6).fill(1) };
  assert.deepEqual(stretching(axis), [5]);
  assert.deepEqual(stretching({ ...axis, values: Float64Array.of(0.2, 0.3, 0.4, 0.5, 0.6, 0.7) }), []);
  assert.deepEqual(stretching({ ...axis, values: new Float64Array(6) }), []);
  assert.deepEqual(inSight(axis, all, [0, 1]), [0, 1, 2, 3, 4]);
  assert.deepEqual(inSight(axis, all, [1]), all);
});

test("a cost that is all but the same decides nothing of itself", () => {
  const hardly = costs.map((row) => row.map((_, s) => ({ money: 1, seconds: 1000 + s })));
  const own = axesAt(view, hardly, 0, all);
  assert.deepEqual(own.filter(isSlight).map(({ name }) => name), ["cost:seconds"]);
  assert.deepEqual([usualOpponent(own, "probe"), usualWeights(view, own), sharedAxes(own).some(isSlight)], ["calibration", { probe: 50 }, false]);
  assert.equal(isSlight(named("cost:money")), false);
});

test("places are shared by those that are level", () => {
  const axis = { ...named("probe"), values: Float64Array.of(1, 2, 2, 4, 5, 0), isDefined: Uint8Array.of(1, 1, 1, 1, 1, 0) };
  assert.deepEqual(all.map((s) => placeStanding(axis, s)), [0, 0.375, 0.375, 0.75, 1, null]);
  assert.equal(placeStanding(utilityAxis(view, 0, 5, all), 2), 0.5);
});

test("scores are never rounded to nothing", () => {
  assert.deepEqual([scoreText(0), scoreText(0.001), scoreText(0.834)], ["0.00", "<0.01", "0.83"]);
});
