/** The similarity of two points of the map at distance d: `1 / (1 + a · d^(2b))`. */
export interface DistanceCurve {
  readonly a: number;
  readonly b: number;
}

const POINTS = 300;
const REACH = 3;
const STEPS = 100;

/**
 * Fits a and b by least squares (Levenberg–Marquardt) to the curve that UMAP wants: 1 up to `minDist`, then exp(minDist − d), at 300
 * distances from 0 to 3, as umap-learn does.
 * @param minDist in [0, 1): how near to each other points may lie
 */
export function fitDistanceCurve(minDist: number): DistanceCurve {
  let a = 1.5;
  let b = 0.9;
  let damping = 1e-3;
  let error = squaredError(a, b, minDist);
  for (let step = 0; step < STEPS; step++) {
    let aa = 0;
    let ab = 0;
    let bb = 0;
    let ra = 0;
    let rb = 0;
    for (let p = 1; p < POINTS; p++) {
      const d = (REACH * p) / (POINTS - 1);
      const power = d ** (2 * b);
      const value = 1 / (1 + a * power);
      const byA = -power * value * value;
      const byB = -2 * a * power * Math.log(d) * value * value;
      const residual = wanted(d, minDist) - value;
      aa += byA * byA;
      ab += byA * byB;
      bb += byB * byB;
      ra += byA * residual;
      rb += byB * residual;
    }
    const da = aa * (1 + damping);
    const db = bb * (1 + damping);
    const determinant = da * db - ab * ab;
    const nextA = a + (ra * db - rb * ab) / determinant;
    const nextB = b + (rb * da - ra * ab) / determinant;
    const nextError = nextA > 0 && nextB > 0 ? squaredError(nextA, nextB, minDist) : Infinity;
    if (!(nextError < error)) {
      damping *= 10;
      if (damping > 1e12) break;
      continue;
    }
    a = nextA;
    b = nextB;
    error = nextError;
    damping /= 10;
  }
  return { a, b };
}

function wanted(d: number, minDist: number): number {
  return d < minDist ? 1 : Math.exp(minDist - d);
}

function squaredError(a: number, b: number, minDist: number): number {
  let sum = 0;
  for (let p = 0; p < POINTS; p++) {
    const d = (REACH * p) / (POINTS - 1);
    sum += (wanted(d, minDist) - 1 / (1 + a * d ** (2 * b))) ** 2;
  }
  return sum;
}
