/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { labelPlaces } from "./labelPlaces.ts";

const bounds = { left: 0, right: 300, top: 0, bottom: 200 };

test("a name stands on the right of its point, on the left where there is no room", () => {
  const [first, second] = labelPlaces([{ x: 50, y: 50, width: 60, isWanted: false }, { x: 280, y: 100, width: 60, isWanted: false }], bounds);
  assert.ok(first !== null && first.x > 50 && first.y === 50);
  assert.ok(second !== null && second.x + 60 < 280);
});

test("names lie neither on each other nor on points", () => {
  const wishes = Array.from({ length: 6 }, (_, i) => ({ x: 100 + 9 * i, y: 100 + 3 * i, width: 70, isWanted: false }));
  const places = labelPlaces(wishes, bounds).flatMap((place) => place ?? []);
  assert.ok(places.length >= 3);
  for (const a of places) {
    for (const b of places) if (a !== b) assert.ok(Math.abs(a.x - b.x) >= 70 || Math.abs(a.y - b.y) >= 13);
    for (const { x, y } of wishes) assert.ok(x <= a.x - 4 || x >= a.x + 74 || Math.abs(y - a.y) >= 10);
  }
});

test("where there is no room, those that are wanted have it", () => {
  const crowd = Array.from({ length: 30 }, (_, i) => ({ x: 150, y: 100, width: 120, isWanted: i === 29 }));
  const places = labelPlaces(crowd, bounds);
  assert.ok(places[29] !== null);
  assert.ok(places.filter((place) => place !== null).length < 12);
  assert.deepEqual(labelPlaces([{ x: 10, y: 10, width: 500, isWanted: true }], bounds), [null]);
});
