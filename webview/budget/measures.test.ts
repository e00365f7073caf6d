/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { CurvePoint, CurveResult } from "../../src/protocol/budget.ts";
import { STRATEGIES } from "../../src/protocol/strategies.ts";
import { curveLines, measureOf, strategyStyle } from "./measures.ts";

function point(kept: number, distinctKept: number): CurvePoint {
  return { kept, fraction: kept / 100, objective: 0, coverage: 0.5, droppedCoverage: 0.4, distinctKept, redundancyLeft: 0, classesCovered: 2, importanceKept: 0.3 };
}
const curve: CurveResult = {
  samples: 100, classes: 2, protectedFloor: 0, referenceBudget: 30, points: [point(10, 0.1), point(50, 0.6), point(100, 1)],
  randomCoverage: [0.2, 0.6, 1], randomDistinct: [0.1, 0.4, 1], knee: null, strategies: [], classShares: { policy: "floor", floor: 0.5 }, importanceScale: "minmax",
};

test("strategies are drawn on the budgets of the curve, with gaps where they have none", () => {
  const ccs = { name: "ccs", title: "CCS", citation: "", seconds: 1, points: [point(50, 0.5), point(100, 1)] };
  const lines = curveLines(curve, measureOf("distinct"), [ccs]);
  assert.deepEqual(lines.map(({ name, values }) => [name, values]), [["InfoMax", [0.1, 0.6, 1]], ["Random subset", [0.1, 0.4, 1]], ["CCS", [null, 0.5, 1]]]);
  assert.deepEqual(curveLines(curve, measureOf("importance"), []).map(({ name }) => name), ["InfoMax"]);
  const random = { ...ccs, name: "random", title: "Random" };
  assert.deepEqual(curveLines(curve, measureOf("coverage"), [random]).map(({ name }) => name), ["InfoMax", "Random"]);
});

test("no two strategies look alike", () => {
  assert.equal(new Set(STRATEGIES.map(({ name }) => strategyStyle(name))).size, STRATEGIES.length);
});
