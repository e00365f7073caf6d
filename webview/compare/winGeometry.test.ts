/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { middleApart, middleOf, placeOfWeights, placesOf, roomAt, triangle, weightsOfPlace, type Place } from "./winGeometry.ts";

const frame = triangle(10, 20, 100);
const near = (found: ArrayLike<number> | null, wanted: readonly number[]): void => {
  assert.ok(found !== null);
  wanted.forEach((value, i) => { assert.ok(Math.abs(found[i] - value) < 1e-9, `${JSON.stringify(found)} is not ${String(wanted)}`); });
};

test("weights and places are each other's inverse, and there are none outside", () => {
  for (const weights of [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.2, 0.3, 0.5]]) near(weightsOfPlace(frame, placeOfWeights(frame, weights)), weights);
  near(placeOfWeights(frame, [1, 0, 0]), [60, 20]);
  assert.equal(weightsOfPlace(frame, [10, 20]), null);
  near(placesOf([[0, 5], [100, 5]], Float64Array.of(1, 0, 0.25, 0.75))[1], [75, 5]);
});

test("a label stands in the middle of its region, with the room that is there", () => {
  const square: readonly Place[] = [[0, 0], [10, 0], [10, 10], [0, 10]];
  near(middleOf(square).at, [5, 5]);
  assert.equal(middleOf(square).room, 5);
  near(middleOf([...square].reverse()).at, [5, 5]);
  near(middleOf([[0, 0], [4, 0]]).at, [2, 0]);
  near(middleOf([[0, 0], [4, 0], [4, 0], [2, 3]]).at, [2, 1]);
});

test("a label makes room for what stands in the middle", () => {
  const square: readonly Place[] = [[0, 0], [100, 0], [100, 100], [0, 100]];
  near(middleApart(square, [50, 20], 25, 5).at, [50, 50]);
  near(middleApart(square, [50, 45], 25, 5).at, [50, 70]);
  near(middleApart(square, [50, 50], 60, 5).at, [50, 50]);
  assert.equal(roomAt(square, [10, 50]), 10);
  assert.equal(roomAt([...square].reverse(), [-3, 50]), -3);
});
