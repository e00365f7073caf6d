import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { paretoFront, pick, scoreTable, standardQuestions, winRegions, type Axis } from "./tradeoffs.ts";

function axis(name: string, values: readonly (number | null)[], better: "high" | "low" = "high", surelyBetter: readonly (readonly number[])[] | null = null): Axis {
  return {
    name, better, values: Float64Array.from(values, (value) => value ?? 0), isDefined: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
    surelyBetter: surelyBetter === null ? null : Uint8Array.from(surelyBetter.flat()),
  };
}
function picked(found: ReturnType<typeof pick>): Exclude<typeof found, { readonly notDefined: string }> {
  assert.ok(!("notDefined" in found));
  return found;
}

test("the front of accuracy against cost, by hand", () => {
  const front = paretoFront([axis("accuracy", [80, 85, 84, 85, null]), axis("cost", [10, 20, 30, 20, 1], "low")]);
  assert.deepEqual(front, [
    { state: "front", by: [] }, { state: "front", by: [] }, { state: "dominated", by: [1, 3] }, { state: "front", by: [] }, { state: "not judged", by: [] },
  ]);
});

test("dominated by estimates alone is tied", () => {
  // Strategy 0 is above 1 and 2 on both, but surely above 2 alone.
  const sure = [[0, 0, 1], [0, 0, 0], [0, 0, 0]];
  const none = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  const front = paretoFront([axis("base", [9, 8, 7], "high", sure), axis("shift", [5, 4, 3], "high", none)]);
  assert.deepEqual(front, [{ state: "front", by: [] }, { state: "tied", by: [0] }, { state: "dominated", by: [0] }]);
  assert.throws(() => paretoFront([]), RangeError);
});

test("scores run from the worst to the best of the strategies", () => {
  const table = scoreTable([axis("accuracy", [60, 80, 70, null]), axis("error", [3, 1, 2, 9], "low"), axis("same", [5, 5, 5, 5])]);
  assert.deepEqual([...table.scores], [0, 0, 0, 1, 1, 0, 0.5, 0.5, 0, 0, 0, 0]);
  assert.deepEqual([...table.isJudged], [1, 1, 1, 0]);
  assert.deepEqual([...table.isConstant], [0, 0, 1]);
});

test("what would you pick if", () => {
  const table = scoreTable([axis("base", [100, 0, 60, 60]), axis("adapt", [0, 100, 60, 60])]);
  assert.deepEqual(picked(pick(table, { weights: [1, 0] })).winners, [0]);
  const alike = picked(pick(table, { weights: [5, 5] }));
  assert.deepEqual(alike.winners, [2, 3], "a tie is a tie");
  assert.ok(Math.abs(alike.score - 0.6) < 1e-12 && Math.abs(alike.margin - 0.1) < 1e-12);
  assert.deepEqual(picked(pick(table, { weights: "worst" })).winners, [2, 3]);
  assert.deepEqual(picked(pick(table, { weights: [1, 0], limits: [{ axis: 1, value: 50 }] })).winners, [2, 3]);
  assert.deepEqual(pick(table, { weights: [1, 0], limits: [{ axis: 0, value: 101 }] }), { notDefined: "no strategy meets the limits" });
  assert.deepEqual(pick(scoreTable([axis("a", [null, null])]), { weights: [1] }), { notDefined: "no strategy has all the utilities" });
  assert.throws(() => pick(table, { weights: [0, 0] }), RangeError);
  assert.throws(() => pick(table, { weights: [1] }), RangeError);
  assert.throws(() => pick(table, { weights: [1, -1] }), RangeError);
  const questions = standardQuestions(table);
  assert.deepEqual(questions.map(({ kind, question }) => [kind, picked(pick(table, question)).winners]), [["alone", [0]], ["alone", [1]], ["alike", [2, 3]], ["worst", [2, 3]]]);
});

test("a pick is unsure against those that it is not surely better than on what counts", () => {
  const sure = [[0, 0, 1], [0, 0, 0], [0, 0, 0]];
  const table = scoreTable([axis("base", [9, 8, 7], "high", sure), axis("cost", [3, 2, 1], "low")]);
  assert.deepEqual(picked(pick(table, { weights: [1, 0] })).notToldApart, [1]);
});

test("limits hold at most where low is better", () => {
  const table = scoreTable([axis("accuracy", [1, 2, 3]), axis("cost", [10, 20, 30], "low")]);
  assert.deepEqual(picked(pick(table, { weights: [1, 0], limits: [{ axis: 1, value: 20 }] })).winners, [1]);
});

test("two utilities: where the winner changes, by hand", () => {
  // Scores (1, 0), (0, 1), (0.6, 0.6): the third wins while 0.6 ≥ w and 0.6 ≥ 1 − w, from 0.4 to 0.6.
  const found = winRegions(scoreTable([axis("a", [100, 0, 60, 60, 30]), axis("b", [0, 100, 60, 60, 30])]));
  assert.ok("regions" in found);
  assert.deepEqual(found.regions.map((region) => [region.strategy, Number(region.share.toFixed(12))]), [[0, 0.4], [1, 0.4], [2, 0.2]]);
  assert.deepEqual([...found.regions[2].corners].map((weight) => Number(weight.toFixed(12))).sort(), [0.4, 0.4, 0.6, 0.6]);
  assert.deepEqual(found.twins, [{ strategy: 3, of: 2 }]);
});

test("three utilities: each best at one wins a third of the weights", () => {
  const found = winRegions(scoreTable([axis("a", [1, 0, 0]), axis("b", [0, 1, 0]), axis("c", [0, 0, 1])]));
  assert.ok("regions" in found);
  for (const { share, corners } of found.regions) {
    assert.ok(Math.abs(share - 1 / 3) < 1e-12);
    assert.equal(corners.length, 4 * 3, "a corner of the triangle, two middles of its sides, and its centre");
  }
  assert.ok("notDefined" in winRegions(scoreTable([axis("a", [1, 2])])));
  assert.ok("notDefined" in winRegions(scoreTable([axis("a", [null]), axis("b", [1])])));
});

test("regions fill the space, and inside each its strategy is picked", () => {
  const level = fc.integer({ min: 0, max: 6 });
  fc.assert(fc.property(fc.integer({ min: 2, max: 3 }), fc.array(fc.array(level, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 7 }), (width, rows) => {
    const axes = Array.from({ length: width }, (_, a) => axis(`u${a}`, rows.map((row) => row[a])));
    const table = scoreTable(axes);
    const found = winRegions(table);
    assert.ok("regions" in found);
    assert.ok(Math.abs(found.regions.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
    const front = paretoFront(axes);
    for (const { strategy, corners } of found.regions) {
      const middle = Array.from({ length: width }, (_, a) => corners.filter((__, i) => i % width === a).reduce((sum, weight) => sum + weight, 0) * width / corners.length);
      assert.ok(picked(pick(table, { weights: middle })).winners.includes(strategy));
      assert.notEqual(front[strategy].state, "dominated", "a winner over a whole region is on the front");
    }
  }));
});

test("what is dominated has a dominator on the front", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 12 }), (points) => {
    const front = paretoFront([axis("a", points.map(([a]) => a)), axis("b", points.map(([, b]) => b), "low")]);
    for (const { state, by } of front) assert.equal(state === "dominated", by.some((other) => front[other].state === "front"));
    assert.ok(front.some(({ state }) => state === "front"));
  }));
});
