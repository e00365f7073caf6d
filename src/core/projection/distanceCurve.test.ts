import assert from "node:assert/strict";
import test from "node:test";
import { fitDistanceCurve } from "./distanceCurve.ts";

test("a and b are those that umap-learn finds", () => {
  for (const [minDist, a, b] of [[0.1, 1.57694, 0.89506], [0.001, 1.92919, 0.79155], [0.5, 0.58303, 1.33417]]) {
    const curve = fitDistanceCurve(minDist);
    assert.ok(Math.abs(curve.a - a) < 2e-3 && Math.abs(curve.b - b) < 2e-3, `${minDist}: ${curve.a}, ${curve.b}`);
  }
});
