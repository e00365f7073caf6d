/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { isDefined, type ComparedSubset } from "../../src/protocol/comparison.ts";
import { classStandings, clearlyMoved, listedStandings } from "./classStandings.ts";
import { comparisonView } from "./comparison.fixture.ts";

const view = comparisonView();
const [, own] = view.subsets[0].filter((subset): subset is ComparedSubset => isDefined(subset));
const { judged, untested } = classStandings(view.classes.length, own);

test("every judged class stands beside random choice, those without a test sample apart", () => {
  assert.deepEqual(untested, [4]);
  assert.deepEqual(judged.map(({ code, difference }) => [code, Number(difference.toFixed(3))]), [[0, -0.01], [1, 0], [2, 0.01], [3, 0.02]]);
  assert.deepEqual(judged.map(({ differenceSpread }) => differenceSpread), own.perClassLeadSpread.slice(0, 4), "the runs are paired");
});

test("a class of which a spread is missing has no spread, and one that the file leaves out counts as untested", () => {
  const partial = classStandings(3, { ...own, perClass: [0.5, 0.6], perClassSpread: [null, 0.1], perClassLeadSpread: [null, 0.1] });
  assert.deepEqual(partial.untested, [2]);
  assert.deepEqual(partial.judged.map(({ spread, differenceSpread }) => [spread, differenceSpread === null]), [[null, true], [0.1, false]]);
});

test("classes are listed by loss, gain, accuracy and name, and found by words", () => {
  const codes = (sort: Parameters<typeof listedStandings>[2], words = ""): readonly number[] => listedStandings(judged, view.classes, sort, words).map(({ code }) => code);
  assert.deepEqual(codes("loss"), [0, 1, 2, 3]);
  assert.deepEqual(codes("gain"), [3, 2, 1, 0]);
  assert.deepEqual(codes("lowest"), [0, 1, 2, 3]);
  assert.deepEqual(codes("name"), [2, 0, 1, 3]);
  assert.deepEqual(codes("name", " I "), [2, 3]);
});

test("only what exceeds twice the spread counts as clearly moved", () => {
  const at = (difference: number, differenceSpread: number | null) => ({ code: 0, accuracy: 0.5, random: 0.5 - difference, difference, spread: 0.01, differenceSpread });
  assert.deepEqual(clearlyMoved([at(-0.1, 0.04), at(-0.1, 0.06), at(0.2, 0.05), at(0.3, null), at(0, 0)]), { lost: 1, gained: 1 });
});
