import assert from "node:assert/strict";
import test from "node:test";
import { CancelledError } from "../errors.ts";
import { normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import { probeScores } from "./linearProbe.ts";

const CLASSES = 4;

/** Separable classes around random directions, a tenth of the labels moved to another class. */
function separable(rows: number, dims: number): { matrix: EmbeddingMatrix; label: Int32Array; flipped: Set<number> } {
  const random = seededRandom(11);
  const centres = Array.from({ length: CLASSES * dims }, () => random() - 0.5);
  const label = Int32Array.from({ length: rows }, (_, i) => i % CLASSES);
  const data = Float32Array.from({ length: rows * dims }, (_, at) => centres[(Math.floor(at / dims) % CLASSES) * dims + (at % dims)] + 0.35 * (random() - 0.5));
  const matrix = { rows, dims, data };
  normalizeRows(matrix);
  const flipped = new Set<number>();
  for (let row = 3; row < rows; row += 10) {
    label[row] = (label[row] + 1 + Math.floor(3 * random())) % CLASSES;
    flipped.add(row);
  }
  return { matrix, label, flipped };
}

test("flipped labels have the highest EL2N and the lowest AUM", async () => {
  const { matrix, label, flipped } = separable(600, 32);
  const { el2n, aum } = await probeScores(matrix, label, CLASSES, { seed: 0 });
  const found = (order: (a: number, b: number) => number): number => {
    const top = Array.from({ length: 600 }, (_, i) => i).sort(order).slice(0, 90);
    return top.filter((row) => flipped.has(row)).length / flipped.size;
  };
  assert.ok(found((a, b) => el2n[b] - el2n[a]) >= 0.9, `EL2N ${found((a, b) => el2n[b] - el2n[a])}`);
  assert.ok(found((a, b) => aum[a] - aum[b]) >= 0.9, `AUM ${found((a, b) => aum[a] - aum[b])}`);
  assert.ok(el2n.every((value) => value >= 0 && value <= Math.SQRT2) && aum.every((value) => value >= -1 && value <= 1));
});

test("samples without a label get NaN and teach nothing; the seed decides the rest", async () => {
  const { matrix, label } = separable(300, 16);
  const partly = label.map((value, i) => (i % 3 === 0 ? -1 : value));
  const { el2n, aum } = await probeScores(matrix, partly, CLASSES, { seed: 2 });
  for (let i = 0; i < 300; i++) {
    assert.equal(Number.isNaN(el2n[i]), i % 3 === 0);
    assert.equal(Number.isNaN(aum[i]), i % 3 === 0);
  }
  // Their vectors do not enter: scrambling them changes nothing.
  const scrambled = { ...matrix, data: matrix.data.map((value, at) => (Math.floor(at / 16) % 3 === 0 ? -value : value)) };
  assert.deepEqual((await probeScores(scrambled, partly, CLASSES, { seed: 2 })).el2n, el2n);
  assert.notDeepEqual((await probeScores(matrix, partly, CLASSES, { seed: 3 })).el2n, el2n);
});

test("progress reaches its total, and a cancel stops it", async () => {
  const { matrix, label } = separable(100, 8);
  const seen: [number, number][] = [];
  await probeScores(matrix, label, CLASSES, { seed: 0, onProgress: (done, total) => seen.push([done, total]) });
  assert.deepEqual(seen.at(-1), [30, 30]);
  const controller = new AbortController();
  await assert.rejects(probeScores(matrix, label, CLASSES, { seed: 0, signal: controller.signal, onProgress: () => controller.abort() }), CancelledError);
});
