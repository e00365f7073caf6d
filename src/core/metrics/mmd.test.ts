import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { takeRows } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import { EMPTY, matrixOf, randomRows } from "./draws.fixture.ts";
import type { Measured } from "./measured.ts";
import { isCmmdEncoder, kernelMean, kernelRowMeans, mmdKernel, squaredMmd, type MmdKernel } from "./mmd.ts";
import { squaredDistance } from "./products.ts";

const kernelOf = (sigma: number): MmdKernel => ({ name: "MMD", sigma, origin: "given" });
function valueOf(result: Measured): number {
  assert.ok("value" in result, JSON.stringify(result));
  return result.value;
}

test("one sample against another, by hand", async () => {
  // Orthogonal: ‖x − y‖² = 2, so k(x, y) = e^(−1/σ²) and the discrepancy is 2 − 2 e^(−1/σ²).
  for (const sigma of [0.2, 1, 10]) {
    const found = valueOf(await squaredMmd(matrixOf([[1, 0]]), matrixOf([[0, 1]]), kernelOf(sigma)));
    assert.ok(Math.abs(found - 1000 * (2 - 2 * Math.exp(-1 / (sigma * sigma)))) < 1e-9, `${found}`);
  }
  // As far as can be, with a kernel so narrow that nothing is left of it.
  assert.equal(valueOf(await squaredMmd(matrixOf([[1, 0]]), matrixOf([[-1, 0]]), kernelOf(0.01))), 2000);
});

test("the name CMMD goes with one encoder alone, and with its σ", () => {
  for (const name of ["openai/clip-vit-large-patch14-336", "Xenova/clip-vit-large-patch14-336@0123abc", "clip-vit-large-patch14-336"]) assert.ok(isCmmdEncoder({ name, dimensions: 768 }), name);
  for (const name of ["openai/clip-vit-large-patch14", "Xenova/clip-vit-base-patch32", "my-clip-vit-large-patch14-336"]) assert.ok(!isCmmdEncoder({ name, dimensions: 768 }), name);
  assert.ok(!isCmmdEncoder({ name: "openai/clip-vit-large-patch14-336", dimensions: 512 }), "vectors of another width are of another model");
  const target = matrixOf([[1, 0], [0, 1], [1, 1]]);
  assert.deepEqual(mmdKernel(target, true, 0), { name: "CMMD", sigma: 10, origin: "fixed by the paper" });
  const other = mmdKernel(target, false, 0);
  assert.ok("sigma" in other && other.name === "MMD");
  // Distances √2 and twice √(2 − √2).
  assert.ok(Math.abs(other.sigma - Math.sqrt(2 - Math.SQRT2)) < 1e-6);
});

test("the bandwidth of a large target comes from 1,000 of it, by the seed", () => {
  const target = matrixOf(randomRows(6, 1500, 4));
  const first = mmdKernel(target, false, 1);
  assert.deepEqual(mmdKernel(target, false, 1), first);
  const second = mmdKernel(target, false, 2);
  assert.ok("sigma" in first && "sigma" in second && first.sigma !== second.sigma && Math.abs(first.sigma - second.sigma) < 0.05);
  assert.equal(first.origin, "median distance between 1000 target samples");
});

test("means over several blocks, of one set and of two, are those of all pairs", async () => {
  const a = matrixOf(randomRows(7, 4500, 3));
  const b = matrixOf(randomRows(9, 300, 3));
  for (const [x, y] of [[a, b], [b, a], [b, b]] as const) {
    let sum = 0;
    for (let i = 0; i < x.rows; i++) for (let j = 0; j < y.rows; j++) sum += Math.exp(-squaredDistance(x, i, y, j) / (2 * 0.49));
    assert.ok(Math.abs(await kernelMean(x, y, 0.7) - sum / (x.rows * y.rows)) < 1e-9);
  }
  const copy = { ...a };
  assert.ok(Math.abs(await kernelMean(a, a, 0.7) - await kernelMean(a, copy, 0.7)) < 1e-9);
});

test("any two sets: not below 0, the same turned round and in any order; 0 of equal sets", async () => {
  await fc.assert(fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 9 }), fc.double({ min: 0.05, max: 10, noNaN: true }), async (seed, n, m, d, sigma) => {
    const kept = matrixOf(randomRows(seed, n, d));
    const target = matrixOf(randomRows(seed + 1, m, d));
    const kernel = kernelOf(sigma);
    const found = valueOf(await squaredMmd(kept, target, kernel));
    assert.ok(found >= 0 && found <= 4000);
    for (const other of [
      await squaredMmd(target, kept, kernel),
      await squaredMmd(takeRows(kept, seededPermutation(n, 1)), takeRows(target, seededPermutation(m, 1)), kernel),
      await squaredMmd(kept, target, kernel, { targetMean: await kernelMean(target, target, sigma) }),
    ]) assert.ok(Math.abs(valueOf(other) - found) < 1e-3 / (sigma * sigma), `${valueOf(other)} ${found}`);
    const itself = valueOf(await squaredMmd(takeRows(kept, seededPermutation(n, 4)), kept, kernel));
    assert.ok(itself < 1e-3 / (sigma * sigma), `${itself}`);
  }), { numRuns: 30 });
});

test("what is not defined says why", async () => {
  const set = matrixOf(randomRows(1, 5, 2));
  const copies = matrixOf([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1]]);
  const reasons = [
    await squaredMmd(set, null, mmdKernel(null, true, 0)),
    await squaredMmd(EMPTY, set, kernelOf(1)),
    mmdKernel(EMPTY, false, 0),
    mmdKernel(matrixOf([[1, 0]]), false, 0),
    await squaredMmd(set, copies, mmdKernel(copies, false, 0)),
  ];
  assert.deepEqual(reasons, [
    { notDefined: "there is no target set" },
    { notDefined: "there are no kept samples" },
    { notDefined: "there is no target set" },
    { notDefined: "there is 1 target sample, and a bandwidth needs 2" },
    { notDefined: "more than half of the pairs of target samples are copies, so that their distances set no bandwidth" },
  ]);
});

test("row means give the mean over any subset, and the discrepancy that comes of them is the same", async () => {
  const kept = matrixOf(randomRows(21, 40, 6));
  const target = matrixOf(randomRows(22, 30, 6));
  const kernel = mmdKernel(target, false, 0);
  assert.ok(!("notDefined" in kernel));
  const means = await kernelRowMeans(kept, target, kernel.sigma);
  const acrossMean = means.reduce((sum, value) => sum + value, 0) / means.length;
  assert.ok(Math.abs(acrossMean - await kernelMean(kept, target, kernel.sigma)) < 1e-12);
  const [whole, quick] = [await squaredMmd(kept, target, kernel), await squaredMmd(kept, target, kernel, { acrossMean })];
  assert.ok("value" in whole && "value" in quick && Math.abs(whole.value - quick.value) < 1e-9);
  assert.equal((await kernelRowMeans({ ...kept, rows: 0, data: new Float32Array(0) }, target, kernel.sigma)).length, 0);
});
