import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import type { Turns } from "./turns.ts";

/** Rows that the components are estimated from: more turn them by less than the layout does. */
const SAMPLE = 4096;
/** Directions that are iterated together: more than two, so that the second is found where the third is almost as strong. */
const DIRECTIONS = 6;
const ROUNDS = 24;
/** Standard deviation below which there is nothing but rounding, for rows of length 1. */
const ROUNDING = 1e-6;
const PIECE = 512;

/**
 * Coordinates on the two leading principal components, row-major `rows × 2`, centred, in units of the first one's standard deviation;
 * all 0 where the rows are alike. Found by subspace iteration on at most 4,096 rows, one drawn by seed from each of as many stretches; of each component the largest
 * loading is positive, so that the seed hardly matters. Counts 2 with `turns`.
 */
export async function principalPlane(matrix: EmbeddingMatrix, seed: number, turns: Turns): Promise<Float32Array> {
  const { rows, dims, data } = matrix;
  const plane = new Float32Array(rows * 2);
  const random = seededRandom(seed);
  const sample = Uint32Array.from({ length: Math.min(rows, SAMPLE) }, (_, s) => rows <= SAMPLE ? s : Math.floor(((s + random()) * rows) / SAMPLE));
  const mean = new Float64Array(dims);
  for (const row of sample) for (let d = 0, at = row * dims; d < dims; d++, at++) mean[d] += data[at] / sample.length;
  const width = Math.min(DIRECTIONS, dims);
  let basis = Float64Array.from({ length: width * dims }, () => random() - 0.5);
  orthonormalize(basis, width, dims);
  let next = new Float64Array(width * dims);
  const strength = new Float64Array(width);
  const scores = new Float64Array(width);
  const centred = new Float64Array(dims);
  await turns.each(ROUNDS * sample.length, PIECE, 1, (from, to) => {
    for (let s = from; s < to; s++) {
      const start = sample[s % sample.length] * dims;
      for (let d = 0; d < dims; d++) centred[d] = data[start + d] - mean[d];
      for (let q = 0; q < width; q++) {
        let score = 0;
        for (let d = 0, b = q * dims; d < dims; d++, b++) score += centred[d] * basis[b];
        scores[q] = score;
      }
      for (let q = 0; q < width; q++) for (let d = 0, b = q * dims; d < dims; d++, b++) next[b] += scores[q] * centred[d];
      if ((s + 1) % sample.length !== 0) continue;
      strength.set(orthonormalize(next, width, dims));
      [basis, next] = [next, basis];
      next.fill(0);
    }
  });
  const deviation = Math.sqrt(Math.max(0, strength[0]) / sample.length);
  if (!(deviation > ROUNDING)) {
    await turns.each(1, 1, 1, () => undefined);
    return plane;
  }
  const axes = Math.min(2, width);
  for (let q = 0; q < axes; q++) pointUpward(basis.subarray(q * dims, (q + 1) * dims));
  await turns.each(rows, PIECE, 1, (from, to) => {
    for (let row = from; row < to; row++) {
      for (let q = 0; q < axes; q++) {
        let score = 0;
        for (let d = 0, at = row * dims, b = q * dims; d < dims; d++, at++, b++) score += (data[at] - mean[d]) * basis[b];
        plane[row * 2 + q] = score / deviation;
      }
    }
  });
  return plane;
}

/** Gram–Schmidt in place, twice for precision; a direction without length becomes 0. Returns the length each had left. */
function orthonormalize(vectors: Float64Array, width: number, dims: number): Float64Array {
  const lengths = new Float64Array(width);
  for (let q = 0; q < width; q++) {
    const own = vectors.subarray(q * dims, (q + 1) * dims);
    const first = Math.sqrt(dot(own, own));
    for (let pass = 0; pass < 2; pass++) {
      for (let p = 0; p < q; p++) {
        const other = vectors.subarray(p * dims, (p + 1) * dims);
        const share = dot(own, other);
        for (let d = 0; d < dims; d++) own[d] -= share * other[d];
      }
    }
    lengths[q] = Math.sqrt(dot(own, own));
    const scale = lengths[q] > 1e-12 * first && first > 0 ? 1 / lengths[q] : 0;
    for (let d = 0; d < dims; d++) own[d] *= scale;
  }
  return lengths;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function pointUpward(vector: Float64Array): void {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let d = 0; d < vector.length; d++) vector[d] = -vector[d];
}
