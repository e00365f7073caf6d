import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "../random.ts";
import { fitFrame } from "./frame.ts";

test("the bounding box fills the frame, with the aspect kept", () => {
  const points = Float32Array.of(10, 5, 14, 6, 12, 5.5);
  fitFrame(points);
  assert.deepEqual([...points], [-1, -0.25, 1, 0.25, 0, 0]);
});

test("a few far outliers do not squash the rest, and stay in order and direction", () => {
  const random = seededRandom(1);
  const points = Float32Array.from({ length: 4000 }, () => random());
  points.set([100.5, 0.5, 1000.5, 0.5, 0.5, -300]);
  fitFrame(points);
  assert.ok(points.every((value) => value >= -1 && value <= 1));
  const rest = points.subarray(6);
  assert.ok(Math.max(...rest) > 0.9 && Math.min(...rest) < -0.9);
  assert.ok(points[0] > 0.95 && points[2] > points[0] && Math.abs(points[1]) < 0.05 && points[5] < -0.95);
});

test("points that are alike lie in the middle", () => {
  const points = new Float32Array(20).fill(7);
  fitFrame(points);
  assert.deepEqual([...points], new Array(20).fill(0));
  fitFrame(new Float32Array(0));
});
