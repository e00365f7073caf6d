import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { CancelledError } from "../errors.ts";
import { takeRows } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { Draws, EMPTY, matrixOf, randomRows } from "./draws.fixture.ts";
import type { Measured } from "./measured.ts";
import { symmetricEigenvalues } from "./symmetricEigenvalues.ts";
import { vendiScore } from "./vendi.ts";

function near(result: Measured, expected: number, error = 1e-6): void {
  assert.ok("value" in result && Math.abs(result.value - expected) < error, `${JSON.stringify(result)}, not ${expected}`);
}

test("copies count as one, orthogonal samples each, and two at 60° by hand", async () => {
  near(await vendiScore(matrixOf([[1, 2, 3]])), 1);
  near(await vendiScore(matrixOf(Array.from({ length: 9 }, () => [1, 2, 3]))), 1);
  near(await vendiScore(matrixOf([[1, 0, 0], [0, 1, 0], [0, 0, 1]])), 3);
  near(await vendiScore(matrixOf([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]])), 2);
  // K / 2 has eigenvalues (1 ± cos 60°) / 2.
  near(await vendiScore(matrixOf([[1, 0], [0.5, Math.sqrt(0.75)]])), Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)));
});

test("any set: from 1 to the smaller of n and d, whatever the order and however often it is repeated", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 12 }), async (seed, n, d) => {
    const set = matrixOf(randomRows(seed, n, d));
    const found = await vendiScore(set);
    assert.ok("value" in found && found.value >= 1 && found.value <= Math.min(n, d));
    near(await vendiScore(takeRows(set, seededPermutation(n, 1))), found.value, 1e-5);
    near(await vendiScore(takeRows(set, Array.from({ length: 3 * n }, (_, i) => i % n))), found.value, 1e-5);
  }), { numRuns: 30 });
});

test("what is not defined says why", async () => {
  assert.deepEqual(await vendiScore(EMPTY), { notDefined: "there are no samples" });
  assert.deepEqual(await vendiScore({ rows: 2, dims: 2, data: Float32Array.of(1, 0, 0, 0) }), { notDefined: "the vector of one of the samples is not of length 1" });
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(vendiScore(matrixOf([[1, 0]]), { signal: controller.signal }), CancelledError);
});

test("eigenvalues of matrices whose eigenvalues are known", async () => {
  const check = async (size: number, entry: (i: number, j: number) => number, expected: readonly number[]): Promise<void> => {
    const found = await symmetricEigenvalues(Float64Array.from({ length: size * size }, (_, at) => entry(Math.floor(at / size), at % size)), size);
    expected.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < 1e-12 * Math.max(1, Math.abs(expected[size - 1])), `${found[i]}, not ${value}`));
  };
  await check(0, () => 0, []);
  await check(1, () => -3, [-3]);
  await check(3, () => 0, [0, 0, 0]);
  await check(4, (i, j) => (i === j ? [5, -1, 2, 2][i] : 0), [-1, 2, 2, 5]);
  await check(2, (i, j) => (i === j ? 2 : 1), [1, 3]);
  // All ones: one eigenvalue n, the rest 0.
  await check(50, () => 1, Array.from({ length: 50 }, (_, i) => (i === 49 ? 50 : 0)));
  // A path's Laplacian with fixed ends.
  await check(30, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0), Array.from({ length: 30 }, (_, k) => 2 - 2 * Math.cos((Math.PI * (k + 1)) / 31)));
  // Reflected, so that it is dense: H diag(1 … n) H with H = I − 2 u uᵀ.
  const draws = new Draws(5);
  const size = 60;
  const u = Float64Array.from({ length: size }, () => draws.normal());
  const length = Math.hypot(...u);
  for (let i = 0; i < size; i++) u[i] /= length;
  let weighted = 0;
  for (let i = 0; i < size; i++) weighted += (i + 1) * u[i] * u[i];
  await check(size, (i, j) => (i === j ? i + 1 : 0) - 2 * u[i] * u[j] * (i + 1 + j + 1 - 2 * weighted), Array.from({ length: size }, (_, i) => i + 1));
});

test("eigenvalues of a dense matrix of encoder size keep trace and norm", async () => {
  const size = 384;
  const draws = new Draws(3);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = draws.normal();
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i];
  const squares = matrix.reduce((sum, entry) => sum + entry * entry, 0);
  const found = await symmetricEigenvalues(matrix.slice(), size);
  assert.ok(found.every((value, i) => i === 0 || value >= found[i - 1]));
  assert.ok(Math.abs(found.reduce((sum, value) => sum + value, 0) - trace) < 1e-9);
  assert.ok(Math.abs(found.reduce((sum, value) => sum + value * value, 0) / squares - 1) < 1e-12);
});

test("fewer samples than dimensions take the smaller matrix: zeros beside the vectors change nothing", async () => {
  const rows = 6;
  const narrow = matrixOf(randomRows(3, rows, 4));
  const wide = new Float32Array(rows * 50);
  for (let r = 0; r < rows; r++) wide.set(narrow.data.subarray(r * 4, r * 4 + 4), r * 50 + 7);
  const [few, many] = [await vendiScore(narrow), await vendiScore({ rows, dims: 50, data: wide })];
  assert.ok("value" in few && "value" in many && Math.abs(few.value - many.value) < 1e-6 && few.value > 1);
});
