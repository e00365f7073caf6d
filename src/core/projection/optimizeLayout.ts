import { seededRandom } from "../random.ts";
import type { DistanceCurve } from "./distanceCurve.ts";
import type { FuzzyGraph } from "./fuzzyGraph.ts";
import type { Turns } from "./turns.ts";

/** How the nodes of a graph are laid out. */
export interface LayoutOptions {
  readonly curve: DistanceCurve;
  readonly epochs: number;
  readonly seed: number;
  /** Length of the first steps; it falls linearly to 0. */
  readonly learningRate: number;
}

/** Random others that each drawn edge pushes its node away from. */
const NEGATIVES = 5;
/** Longest step, before the learning rate. */
const MOST = 4;
/** Keeps the push of points that lie upon each other finite. */
const SOFTENING = 1e-3;
/** Rows between two looks at the clock. */
const PIECE = 256;

/** Squared distances from 2^−24 to 2^24 in steps of 1/256 of an octave, found by the bits of the number as float32. */
const BITS = 15;
const FIRST = (127 - 24) << (23 - BITS);
const STEPS = 48 << (23 - BITS);

/**
 * Stochastic gradient descent on UMAP's cross-entropy with negative sampling (McInnes et al., arXiv 1802.03426, section 4.2), in place on
 * `points`, row-major `rows × 2`. An edge is drawn in a share of the epochs equal to its weight over the largest, with phases spread evenly over
 * the edges. The others it pushes away from are some successive nodes, which cost one access to memory: nodes must be in random order.
 * Its step's coefficients come out of tables over the squared distance, whose steps of 0.4% are far below the noise of the drawing.
 * The same seed gives the same points to the bit. Counts 1 an epoch with `turns`.
 */
export async function optimizeLayout(points: Float32Array, graph: FuzzyGraph, options: LayoutOptions, turns: Turns): Promise<void> {
  const { rows, offsets, columns, weights } = graph;
  const { epochs, learningRate } = options;
  const { pull, push } = coefficientTables(options.curve);
  let largest = 0;
  for (let e = 0; e < weights.length; e++) if (weights[e] > largest) largest = weights[e];
  const share = largest > 0 ? 1 / largest : 0;
  // xorshift32 (Marsaglia 2003), as a closure's call would cost as much as the step itself.
  let state = Math.floor(seededRandom(options.seed)() * 0xffffffff) | 1;
  const asFloat = new Float32Array(1);
  const asBits = new Int32Array(asFloat.buffer);
  const scale = Math.max(1, rows - NEGATIVES + 1) / 4294967296;
  const negatives = Math.min(NEGATIVES, rows);
  const last = STEPS - 1;

  const sweep = (epoch: number, alpha: number, from: number, to: number): void => {
    let draw = state;
    for (let i = from; i < to; i++) {
      let x = points[2 * i];
      let y = points[2 * i + 1];
      for (let e = offsets[i], end = offsets[i + 1]; e < end; e++) {
        const rate = weights[e] * share;
        const phase = epoch * rate + (Math.imul(e, 0x9e3779b9) >>> 0) / 4294967296;
        if (phase - Math.floor(phase) + rate < 1) continue;
        const j = 2 * columns[e];
        let dx = x - points[j];
        let dy = y - points[j + 1];
        asFloat[0] = dx * dx + dy * dy;
        let bin = (asBits[0] >> BITS) - FIRST;
        let step = alpha * pull[bin < 0 ? 0 : bin > last ? last : bin];
        x += step * dx;
        y += step * dy;
        points[j] -= step * dx;
        points[j + 1] -= step * dy;
        draw ^= draw << 13;
        draw ^= draw >>> 17;
        draw ^= draw << 5;
        for (let first = Math.floor((draw >>> 0) * scale), other = first; other < first + negatives; other++) {
          if (other === i) continue;
          dx = x - points[2 * other];
          dy = y - points[2 * other + 1];
          asFloat[0] = dx * dx + dy * dy;
          bin = (asBits[0] >> BITS) - FIRST;
          step = alpha * push[bin < 0 ? 0 : bin > last ? last : bin];
          x += step * dx;
          y += step * dy;
        }
      }
      points[2 * i] = x;
      points[2 * i + 1] = y;
    }
    state = draw;
  };

  for (let epoch = 0; epoch < epochs; epoch++) {
    const alpha = learningRate * (1 - epoch / epochs);
    await turns.each(rows, PIECE, 1, (from, to) => sweep(epoch, alpha, from, to));
  }
}

/**
 * Gradient over the difference of two points, for those joined by an edge (towards each other, < 0) and for others (> 0).
 * umap-learn cuts long steps along each axis on its own, which draws crosses; here they keep their direction.
 */
function coefficientTables({ a, b }: DistanceCurve): { readonly pull: Float64Array; readonly push: Float64Array } {
  const pull = new Float64Array(STEPS);
  const push = new Float64Array(STEPS);
  const asBits = new Int32Array(1);
  const asFloat = new Float32Array(asBits.buffer);
  for (let bin = 0; bin < STEPS; bin++) {
    asBits[0] = ((bin + FIRST) << BITS) + (1 << (BITS - 1));
    const square = asFloat[0];
    const power = square ** b;
    const limit = MOST / Math.sqrt(square);
    pull[bin] = Math.max(-limit, (-2 * a * b * (power / square)) / (1 + a * power));
    push[bin] = Math.min(limit, (2 * b) / ((SOFTENING + square) * (1 + a * power)));
  }
  return { pull, push };
}
