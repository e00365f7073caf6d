import assert from "node:assert/strict";
import test from "node:test";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { normalizeRows } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import { SubsetNetwork } from "./network.ts";
import { knnPredictions, nearestKept, neighborAffinity } from "./knn.ts";
import { scorePredictions } from "./predictions.ts";
import { SubsetProbe } from "./probe.ts";
import { prototypePredictions } from "./prototype.ts";

/** Unit vectors in the plane at the given degrees. */
function directions(...degrees: number[]): EmbeddingMatrix {
  return { rows: degrees.length, dims: 2, data: Float32Array.from(degrees.flatMap((degree) => [Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)])) };
}

test("scores of predictions worked by hand", () => {
  const label = Int32Array.from([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1]);
  const p = [0.9, 0.8, 0.7, 0.6, 0.4, 0.5, 0.3, 0.2, 0.9, 0.1, 0.99];
  const scores = scorePredictions({ rows: 11, classes: 2, probabilities: Float32Array.from(p.flatMap((own) => [own, 1 - own])) }, label);
  // Class 0: four of five right. Class 1: the tie at 0.5 goes to the lower class, 0.9 is wrong: three of five.
  assert.deepEqual(scores.byClass, [{ value: 0.8 }, { value: 0.6 }]);
  assert.deepEqual(scores.accuracy, { value: 0.7 });
  assert.deepEqual(scores.worstClass, { value: 0.6 });
  // Confidences 0.9 (right), 0.8 r, 0.7 r, 0.6 r, 0.6 wrong, 0.5 w, 0.7 r, 0.8 r, 0.9 w, 0.9 r in bins of 1/15:
  // 0.9: 2 of 3, 0.8: 2 of 2, 0.7: 2 of 2, 0.6: 1 of 2, 0.5: 0 of 1.
  assert.ok("value" in scores.calibrationError);
  assert.ok(Math.abs(scores.calibrationError.value - (0.7 + 0.4 + 0.6 + 0.2 + 0.5) / 10) < 1e-6);
});

test("no label, a class without samples, too few of a class: said, not guessed", () => {
  const even = { rows: 2, classes: 2, probabilities: Float32Array.from([1, 0, 0, 1]) };
  assert.ok("notDefined" in scorePredictions(even, Int32Array.from([-1, -1])).accuracy);
  const scores = scorePredictions(even, Int32Array.from([0, -1]));
  assert.deepEqual(scores.accuracy, { value: 1 });
  assert.ok("notDefined" in scores.worstClass);
  assert.ok("notDefined" in scores.byClass[1]);
});

test("k-NN weighs votes by exp(cos / 0.07)", async () => {
  const near = await nearestKept(directions(0, 60, 60), directions(10));
  const { probabilities } = knnPredictions(near, Int32Array.from([0, 1, 1]), 2);
  const weight = (degrees: number): number => Math.exp(Math.cos((degrees * Math.PI) / 180) / 0.07);
  assert.ok(Math.abs(probabilities[0] - weight(10) / (weight(10) + 2 * weight(50))) < 1e-5);
  assert.ok(Math.abs((neighborAffinity(near) ?? NaN) - (Math.cos(Math.PI / 18) + 2 * Math.cos((50 * Math.PI) / 180)) / 3) < 1e-6);
  // Votes of samples without a label do not count; with none at all nothing is known.
  assert.deepEqual([...knnPredictions(near, Int32Array.from([-1, 1, 1]), 2).probabilities], [0, 1]);
  assert.deepEqual([...knnPredictions(near, Int32Array.from([-1, -1, -1]), 2).probabilities], [0.5, 0.5]);
});

test("the prototype is the normalised mean of its class, and a class without samples is never chosen", () => {
  const { probabilities } = prototypePredictions(directions(0, 20, 90), Int32Array.from([0, 0, 2]), 3, directions(10, 50));
  const expected = Math.exp(Math.cos((40 * Math.PI) / 180) / 0.07);
  assert.ok(probabilities[0] > 0.99);
  assert.equal(probabilities[1], 0);
  assert.ok(Math.abs(probabilities[3] - expected / (expected + expected)) < 1e-5);
});

test("a probe learns what a subset teaches, and predicts other matrices", async () => {
  const random = seededRandom(5);
  const make = (rows: number): { matrix: EmbeddingMatrix; label: Int32Array } => {
    const data = new Float32Array(rows * 8);
    const label = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      label[row] = row % 3;
      for (let i = 0; i < 8; i++) data[row * 8 + i] = (random() - 0.5) * 0.8 + (i === label[row] ? 1 : 0);
    }
    const matrix = { rows, dims: 8, data };
    normalizeRows(matrix);
    return { matrix, label };
  };
  const pool = make(300);
  const target = make(200);
  const probe = await SubsetProbe.create(pool.matrix, pool.label, 3);
  try {
    const rows = Uint32Array.from({ length: 60 }, (_, i) => i);
    const [predicted] = await probe.evaluate(rows, [target.matrix], 1) ?? [];
    const { accuracy } = scorePredictions(predicted, target.label);
    assert.ok("value" in accuracy && accuracy.value > 0.95, JSON.stringify(accuracy));
    const again = await probe.evaluate(rows, [target.matrix], 1);
    assert.deepEqual(again?.[0].probabilities, predicted.probabilities);
    // Taught two classes alone, it never finds the third.
    const two = await probe.evaluate(rows.filter((row) => row % 3 !== 2), [target.matrix], 1);
    const scores = scorePredictions(two?.[0] ?? predicted, target.label);
    assert.deepEqual(scores.byClass[2], { value: 0 });
  } finally {
    await probe.close();
  }
});

/** Two classes that no line divides: opposite quarters of the plane, in four dimensions. */
function quarters(rows: number, seed: number): { readonly matrix: EmbeddingMatrix; readonly label: Int32Array } {
  const random = seededRandom(seed);
  const data = new Float32Array(rows * 4);
  const label = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [a, b] = [row % 2 === 0 ? 1 : -1, row % 4 < 2 ? 1 : -1];
    data.set([a + 0.6 * (random() - 0.5), b + 0.6 * (random() - 0.5), 3, random() - 0.5], row * 4);
    label[row] = a === b ? 0 : 1;
  }
  const matrix = { rows, dims: 4, data };
  normalizeRows(matrix);
  return { matrix, label };
}
const accuracyOf = (predictions: Parameters<typeof scorePredictions>[0] | undefined, label: Int32Array): number => {
  const accuracy = predictions === undefined ? null : scorePredictions(predictions, label).accuracy;
  return accuracy !== null && "value" in accuracy ? accuracy.value : NaN;
};

async function networkAndProbe<T>(pool: EmbeddingMatrix, label: Int32Array, classes: number, run: (network: SubsetNetwork, probe: SubsetProbe) => Promise<T>): Promise<T> {
  const [network, probe] = [await SubsetNetwork.create(pool, label, classes), await SubsetProbe.create(pool, label, classes)];
  try {
    return await run(network, probe);
  } finally {
    await network.close();
    await probe.close();
  }
}

test("a network learns what no line divides", async () => {
  const [pool, target] = [quarters(400, 1), quarters(200, 2)];
  const rows = Uint32Array.from({ length: 200 }, (_, i) => i);
  await networkAndProbe(pool.matrix, pool.label, 2, async (network, probe) => {
    assert.ok(accuracyOf((await probe.evaluate(rows, [target.matrix], 1))?.[0], target.label) < 0.7);
    const [once, again, otherwise] = [await network.evaluate(rows, [target.matrix], 1), await network.evaluate(rows, [target.matrix], 1), await network.evaluate(rows, [target.matrix], 2)];
    assert.ok(accuracyOf(once?.[0], target.label) > 0.98);
    assert.deepEqual(again?.[0].probabilities, once?.[0].probabilities, "the same seed, the same network");
    assert.notDeepEqual(otherwise?.[0].probabilities, once?.[0].probabilities);
  });
});

test("a network learns labels by heart that mean nothing, as deep ones do", async () => {
  const random = seededRandom(3);
  const matrix = { rows: 256, dims: 32, data: Float32Array.from({ length: 256 * 32 }, () => random() - 0.5) };
  normalizeRows(matrix);
  const label = Int32Array.from({ length: 256 }, () => (random() < 0.5 ? 0 : 1));
  const rows = Uint32Array.from({ length: 256 }, (_, i) => i);
  await networkAndProbe(matrix, label, 2, async (network, probe) => {
    const linear = accuracyOf((await probe.evaluate(rows, [matrix], 1))?.[0], label);
    const own = accuracyOf((await network.evaluate(rows, [matrix], 1))?.[0], label);
    assert.ok(own > 0.98 && linear < 0.75, `${own} and ${linear}`);
  });
});

test("a network knows no class that it was not taught, learns from a single sample, and from none nothing", async () => {
  const { matrix, label } = quarters(40, 1);
  await networkAndProbe(matrix, label.map((code, row) => (row === 39 ? -1 : code === 0 ? 0 : 2)), 3, async (network) => {
    const [answer] = await network.evaluate(Uint32Array.from({ length: 40 }, (_, i) => i), [matrix], 0) ?? assert.fail();
    for (let row = 0; row < 40; row++) {
      const [a, b, c] = answer.probabilities.subarray(3 * row, 3 * row + 3);
      assert.equal(b, 0);
      assert.ok(Math.abs(a + c - 1) < 1e-5);
    }
    const [single] = await network.evaluate(Uint32Array.of(0), [matrix], 0) ?? assert.fail();
    assert.deepEqual([...single.probabilities.subarray(0, 3)], [1, 0, 0]);
    assert.equal(await network.evaluate(Uint32Array.of(39), [matrix], 0), null);
  });
});
