/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { nearestMark, neighbour, type Mark } from "./marks.ts";

const mark = (strategy: number, column: number, x: number, y: number, isFaint = false): Mark => ({ key: `${strategy}/${column}`, strategy, column, x, y, isFaint, title: "", facts: [] });
/** Two lines of three points, the second above the first but at the end. */
const lines = [mark(0, 0, 0, 50), mark(0, 1, 10, 40), mark(0, 2, 20, 10), mark(1, 0, 0, 30), mark(1, 1, 10, 20), mark(1, 2, 20, 15)];

test("the pointer means the nearest mark, one that is drawn in full rather than a faint one", () => {
  assert.equal(nearestMark(lines, 11, 22, 10)?.key, "1/1");
  assert.equal(nearestMark(lines, 100, 100, 10), null);
  assert.equal(nearestMark([mark(0, 0, 0, 0, true), mark(1, 0, 6, 0)], 1, 0, 10)?.strategy, 1);
  assert.equal(nearestMark([mark(0, 0, 0, 0, true), mark(1, 0, 16, 0)], 1, 0, 10)?.strategy, 0);
});

test("left and right go along a line, up and down across the lines of a budget, and stop at the ends", () => {
  assert.equal(neighbour(lines, lines[0], "right", false).key, "0/1");
  assert.equal(neighbour(lines, lines[0], "left", false).key, "0/0");
  assert.equal(neighbour(lines, lines[0], "up", false).key, "1/0");
  assert.equal(neighbour(lines, lines[2], "down", false).key, "1/2");
  assert.equal(neighbour(lines, lines[1], "last", false).key, "0/2");
});

test("where lines go down, so do the keys", () => {
  const turned = lines.map((own) => ({ ...own, x: own.y, y: own.x }));
  assert.equal(neighbour(turned, turned[0], "down", true).key, "0/1");
  assert.equal(neighbour(turned, turned[0], "left", true).key, "1/0");
});

test("points that are alone are walked through by their place", () => {
  const points = [mark(0, 0, 5, 1), mark(1, 0, 1, 9), mark(2, 0, 9, 4)];
  assert.equal(neighbour(points, points[0], "left", false).strategy, 1);
  assert.equal(neighbour(points, points[0], "right", false).strategy, 2);
  assert.equal(neighbour(points, points[0], "down", false).strategy, 2);
});
