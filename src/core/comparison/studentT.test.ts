import assert from "node:assert/strict";
import test from "node:test";
import { digamma, inverseTrigamma, trigamma, twoSidedP, twoSidedQuantile } from "./studentT.ts";

const near = (found: number, expected: number): void => { assert.ok(Math.abs(found - expected) <= 1e-9 * Math.abs(expected), `${found}, expected ${expected}`); };

test("Student's t as SciPy 1.x has it: 2 · stats.t.sf(t, df), stats.t.isf(p / 2, df)", () => {
  for (const [t, df, p] of [[0.5, 1, 0.7048327646991335], [2.2, 2, 0.15880897580794018], [-12, 2, 0.00687293367715846], [4.3, 3.7, 0.014955969810392088], [25, 2.4, 0.0005852836281273539], [3, 30, 0.005389964065651945], [1.96, 1e4, 0.05002352023183303], [8, 120, 8.833425662830027e-13]]) near(twoSidedP(t, df), p);
  for (const [p, df, t] of [[0.05, 2, 4.302652729749464], [0.05, 7.5, 2.3330396268649745], [0.0033, 2, 17.364651721062614], [0.01, 200, 2.6006344361915583]]) near(twoSidedQuantile(p, df), t);
  assert.deepEqual([twoSidedP(0, 3), twoSidedP(Infinity, 3)], [1, 0]);
});

test("digamma and trigamma as SciPy has them, and trigamma's inverse", () => {
  for (const [x, first, second] of [[0.1, -10.423754940411076, 101.43329915079276], [0.5, -1.9635100260214235, Math.PI ** 2 / 2], [1, -0.5772156649015329, Math.PI ** 2 / 6], [2.5, 0.7031566406452432, 0.4903577561002348], [300, 5.702114882064637, 0.0033388950617]]) {
    near(digamma(x), first);
    assert.ok(Math.abs(trigamma(x) / second - 1) < 1e-9, `${trigamma(x)}`);
    near(inverseTrigamma(trigamma(x)), x);
  }
});
