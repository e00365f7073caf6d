import assert from "node:assert/strict";
import test from "node:test";
import type { ComparedSubset, PriceSweep } from "../../src/protocol/comparison.ts";
import { bestUtilities, bumpLines, gapsOf, leadersAt, unitFactor } from "./bumpLines.ts";

/** Three strategies at three factors: 0 leads, then 1 does; 2 is tied with 0 at first and buys nothing in the end. */
const sweep: PriceSweep = {
  source: null, part: "label", unit: "money", factors: [0.25, 1, 4], isOrderMoved: true, leaders: [0, 1, 2],
  ranks: [[1, 3, 1], [1, 2, 3], [2, 1, 0]], samples: [[40, 90, 40], [20, 20, 20], [10, 15, 0]],
  utilities: [[0.9, 0.7, 0.91], [0.8, 0.7, 0.6], [0.5, 0.7, null]],
};
const subset = (samples: number): ComparedSubset => ({ samples, ofSource: [samples], cost: { money: 1, seconds: 1 }, perClass: [], perClassSpread: [], perClassRandom: [], perClassLead: [], perClassLeadSpread: [] });

test("lines keep their order within a tie, and end where a utility is not known", () => {
  const { lines, ties, height } = bumpLines(sweep, [0, 1, 2], "high");
  assert.deepEqual(lines.map(({ strategy, slots }) => [strategy, slots]), [[0, [0, 0, 1]], [1, [2, 1, 0]], [2, [1, 2, null]]]);
  assert.deepEqual(ties, [{ factor: 0, from: 0, to: 1 }]);
  assert.equal(height, 3);
});

test("what is hidden takes no place, and what is nowhere known is no line", () => {
  const { lines, ties } = bumpLines({ ...sweep, ranks: [[1, 3, 0], [1, 2, 0], [2, 1, 0]] }, [0, 2], "high");
  assert.deepEqual(lines.map(({ strategy, slots, ranks }) => [strategy, slots, ranks]), [[0, [0, 0, 0], [1, 1, 2]]]);
  assert.deepEqual(ties, []);
});

test("gaps say whether too few, too many or no samples are bought, together where that is the same", () => {
  const unknown = { ...sweep, ranks: [[0, 0, 1], [1, 2, 3], [2, 1, 0]], samples: [[40, 40, 20], [20, 20, 20], [15, 15, 0]] };
  const view = { subsets: [[subset(12), subset(12), subset(12)], [subset(30), subset(30), { notDefined: "too dear" }]] };
  assert.deepEqual(gapsOf(view, unknown, [0, 1, 2]), [
    { kind: "more", from: 0, to: 0, strategies: [0, 1] }, { kind: "nothing", from: 2, to: 2, strategies: [2] },
  ]);
  assert.deepEqual(gapsOf(view, { ...unknown, samples: [[40, 40, 20], [20, 20, 20], [15, 15, 9]] }, [2]).map(({ kind }) => kind), ["fewer"]);
});

test("leaders at a factor come the best first, in the direction of the utility", () => {
  assert.deepEqual([leadersAt(sweep, 0, "high"), leadersAt(sweep, 0, "low"), leadersAt(sweep, 2, "high")], [[2, 0], [0, 2], [1]]);
  assert.deepEqual(bestUtilities({ ...sweep, ranks: [[1, 3, 1], [1, 2, 3], [0, 0, 0]] }, "high"), [0.91, 0.8, null]);
  assert.equal(unitFactor([0.25, 0.5, 1, 2]), 2);
});
