import assert from "node:assert/strict";
import test from "node:test";
import { CORRUPTION_KINDS, parametersFor, SEVERITIES } from "./corruption.ts";

test("the published parameters at 32, 64 and from 128 pixels, whichever side is the shorter", () => {
  assert.deepEqual(parametersFor("gaussian-noise", 5, 32, 32), [0.1]);
  assert.deepEqual(parametersFor("defocus-blur", 4, 64, 90), [2.5, 0.01]);
  for (const [width, height] of [[128, 128], [224, 300], [5000, 128]] as const) assert.deepEqual(parametersFor("jpeg", 1, width, height), [25]);
  for (const [width, height] of [[1, 1], [20, 500], [32, 32]] as const) assert.deepEqual(parametersFor("motion-blur", 5, width, height), [9, 2.5]);
});

test("between them they go from the one to the next, half-way at √2 times the side", () => {
  const at45 = parametersFor("brightness", 1, 32 * Math.SQRT2, 100)[0];
  assert.ok(Math.abs(at45 - 0.075) < 1e-9);
  assert.ok(Math.abs(parametersFor("shot-noise", 1, 64 * Math.SQRT2, 100)[0] - Math.sqrt(250 * 60)) < 1e-9);
  for (const kind of CORRUPTION_KINDS) {
    for (const severity of SEVERITIES) {
      const [low, middle, high] = [32, 48, 64].map((side) => parametersFor(kind, severity, side, side)[0]);
      assert.ok(middle >= Math.min(low, high) && middle <= Math.max(low, high), `${kind} ${severity}`);
    }
  }
});
