import { breathe } from "../breathe.ts";

/** Rows between two breaths. */
const STRIDE = 32;
const ROUNDING = 2 ** -52;

/**
 * The eigenvalues of a symmetric matrix, ascending, each to about 1e-15 of the largest in size: Householder's reduction to
 * a tridiagonal matrix (1958), then bisection on Sturm's count of negative pivots (Barth, Martin and Wilkinson,
 * Numer. Math. 9, 1967). About 4/3 · size³ operations.
 * @param matrix row-major `size × size`, finite; its lower triangle is read, and overwritten
 * @throws CancelledError
 */
export async function symmetricEigenvalues(matrix: Float64Array, size: number, signal?: AbortSignal): Promise<Float64Array> {
  const diagonal = new Float64Array(size);
  const off = new Float64Array(size);
  const v = new Float64Array(size);
  const q = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    if (k % STRIDE === 0) await breathe(signal);
    const row = k * size;
    diagonal[k] = matrix[row + k];
    if (k > 0) off[k] = reflect(matrix, size, k, v, q);
  }
  return bisect(diagonal, off);
}

/** Turns row k to a single entry beside the diagonal, which it returns, and the leading k × k block with it. */
function reflect(matrix: Float64Array, size: number, k: number, v: Float64Array, q: Float64Array): number {
  const row = k * size;
  const last = matrix[row + k - 1];
  let rest = 0;
  for (let j = 0; j < k - 1; j++) rest += matrix[row + j] * matrix[row + j];
  if (rest === 0) return last;
  const entry = last > 0 ? -Math.sqrt(rest + last * last) : Math.sqrt(rest + last * last);
  for (let j = 0; j < k - 1; j++) v[j] = matrix[row + j];
  v[k - 1] = last - entry;
  const half = (rest + v[k - 1] * v[k - 1]) / 2;
  q.fill(0, 0, k);
  for (let i = 0; i < k; i++) {
    const start = i * size;
    const own = v[i];
    let sum = matrix[start + i] * own;
    for (let j = 0; j < i; j++) {
      sum += matrix[start + j] * v[j];
      q[j] += matrix[start + j] * own;
    }
    q[i] += sum;
  }
  let along = 0;
  for (let i = 0; i < k; i++) {
    q[i] /= half;
    along += q[i] * v[i];
  }
  along /= 2 * half;
  for (let i = 0; i < k; i++) q[i] -= along * v[i];
  for (let i = 0; i < k; i++) {
    const start = i * size;
    const vi = v[i];
    const qi = q[i];
    for (let j = 0; j <= i; j++) matrix[start + j] -= vi * q[j] + qi * v[j];
  }
  return entry;
}

/** All eigenvalues of the tridiagonal matrix with `off[i]` between i − 1 and i. */
function bisect(diagonal: Float64Array, off: Float64Array): Float64Array {
  const size = diagonal.length;
  // Gershgorin's discs.
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < size; i++) {
    const radius = Math.abs(off[i]) + (i + 1 < size ? Math.abs(off[i + 1]) : 0);
    least = Math.min(least, diagonal[i] - radius);
    most = Math.max(most, diagonal[i] + radius);
  }
  const width = ROUNDING * Math.max(Math.abs(least), Math.abs(most));
  const squares = off.map((entry) => entry * entry);
  const values = new Float64Array(size);
  const upper = new Float64Array(size).fill(most + width);
  let floor = least - width;
  for (let index = 0; index < size; index++) {
    let low = floor;
    let high = upper[index];
    while (high - low > 2 * width) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      let below = 0;
      let pivot = 1;
      for (let i = 0; i < size; i++) {
        pivot = diagonal[i] - middle - squares[i] / (pivot === 0 ? 1e-300 : pivot);
        if (pivot < 0) below++;
      }
      if (below > index) high = middle;
      else low = middle;
      // What the count says of the eigenvalues after this one spares them steps.
      for (let later = index + 1; later < below; later++) upper[later] = Math.min(upper[later], middle);
    }
    floor = low;
    values[index] = (low + high) / 2;
  }
  return values;
}
