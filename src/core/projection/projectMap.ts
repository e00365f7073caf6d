import { InfomaxError } from "../errors.ts";
import type { NeighborLists } from "../neighbors/neighborGraph.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../random.ts";
import { fitDistanceCurve } from "./distanceCurve.ts";
import { fitFrame } from "./frame.ts";
import { fuzzyUnion, type FuzzyGraph } from "./fuzzyGraph.ts";
import { computeMemberships, emptyMemberships, tallyDistances, type Tally } from "./memberships.ts";
import { optimizeLayout } from "./optimizeLayout.ts";
import { principalPlane } from "./principalPlane.ts";
import { Turns } from "./turns.ts";

export interface MapOptions {
  readonly seed: number;
  /** Neighbours of each sample, the sample itself counted, from 2; 15 by default. Longer lists are cut, shorter ones taken whole. */
  readonly neighbors?: number;
  /** How near to each other points may lie before scaling, in [0, 1); 0.1 by default. */
  readonly minDist?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export const DEFAULT_MAP_NEIGHBORS = 15;
const DEFAULT_MIN_DIST = 0.1;
/** Standard deviation of the first component at the start: some 10 from side to side, as in umap-learn. */
const START = 3;
/** Points that start together must not stay together: uniform noise of this width. */
const JITTER = 1e-2;
const PIECE = 256;
/** Weights of the other stages for the progress, in epochs: principal plane 2, mean distance 1, memberships 2, union 2. */
const OTHER_STAGES = 7;

/**
 * Epochs of gradient descent: 500 up to 10,000 samples and 200 beyond, as in umap-learn; above 200,000 samples fewer, so that
 * all take about the time of 200 epochs of 200,000, but at least 60.
 */
export function layoutEpochs(rows: number): number {
  return rows <= 10_000 ? 500 : Math.max(60, Math.min(200, Math.round(4e7 / rows)));
}

/**
 * A two-dimensional map of the samples: UMAP (McInnes, Healy & Melville, arXiv 1802.03426) on the neighbour lists of the index,
 * distance 1 − cosine, beginning with the two leading principal components (Kobak & Linderman 2021: the start is what keeps the large
 * structure). Lists may be shorter than asked for, hold −1 for none, or stay within parts of the dataset. Samples without neighbours are placed by their
 * principal components. The same input and seed give the same map to the bit on one machine. Others get a turn every 15 ms.
 * Time grows linearly; beyond the input it takes some 250 to 500 bytes a sample at the default number of neighbours.
 * @param matrix L2-normalised rows
 * @param lists of the same rows, by falling similarity
 * @returns row-major `rows × 2`, finite, in [−1, 1] with the aspect kept; see {@link fitFrame} for outliers
 * @throws CancelledError soon after the signal fires; InfomaxError bad-argument for options or lists that do not fit
 */
export async function projectMap(matrix: EmbeddingMatrix, lists: NeighborLists, options: MapOptions): Promise<Float32Array> {
  const { seed, neighbors = DEFAULT_MAP_NEIGHBORS, minDist = DEFAULT_MIN_DIST } = options;
  if (!Number.isInteger(neighbors) || neighbors < 2 || !(minDist >= 0 && minDist < 1) || lists.rows !== matrix.rows) {
    throw new InfomaxError("bad-argument", `no map can be made of ${matrix.rows} samples with ${lists.rows} lists, ${neighbors} neighbours and least distance ${minDist}`, "Take at least 2 neighbours, and a distance from 0 to below 1.");
  }
  const { rows } = matrix;
  const epochs = layoutEpochs(rows);
  const turns = new Turns(epochs + OTHER_STAGES, options.signal, options.onProgress);
  const points = await principalPlane(matrix, seed, turns);
  // Nodes are rows in random order, so that nodes side by side are as good as random ones and the push can read them together.
  const place = seededPermutation(rows, seed);
  const graph = await neighborGraph(lists, neighbors, place, turns);
  const random = seededRandom(seed);
  const start = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    for (let axis = 0; axis < 2; axis++) start[2 * place[row] + axis] = START * points[2 * row + axis] + JITTER * (random() - 0.5);
  }
  const nodes = start.slice();
  await optimizeLayout(nodes, graph, { curve: fitDistanceCurve(minDist), epochs, seed, learningRate: 1 }, turns);
  placeIsolated(nodes, start, graph);
  for (let row = 0; row < rows; row++) {
    points[2 * row] = nodes[2 * place[row]];
    points[2 * row + 1] = nodes[2 * place[row] + 1];
  }
  fitFrame(points);
  turns.finish();
  return points;
}

/** The fuzzy graph of the nearest neighbours; what only its making needs can be freed after. */
async function neighborGraph(lists: NeighborLists, neighbors: number, place: Uint32Array, turns: Turns): Promise<FuzzyGraph> {
  const memberships = emptyMemberships(lists, neighbors);
  const tally: Tally = { sum: 0, count: 0 };
  await turns.each(lists.rows, PIECE, 1, (from, to) => tallyDistances(lists, memberships.width, tally, from, to));
  const mean = tally.count === 0 ? 0 : tally.sum / tally.count;
  await turns.each(lists.rows, PIECE, 2, (from, to) => computeMemberships(lists, memberships, mean, from, to));
  return fuzzyUnion(lists, memberships, place, turns);
}

/** Nothing pulls nodes without edges: they go where their start lies once its centre and spread are those of the others' layout. */
function placeIsolated(nodes: Float32Array, start: Float32Array, { rows, offsets }: FuzzyGraph): void {
  for (let axis = 0; axis < 2; axis++) {
    const before = spread(start, axis, offsets);
    const after = spread(nodes, axis, offsets);
    const scale = before.deviation > 0 && after.deviation > 0 ? after.deviation / before.deviation : 1;
    for (let i = 0, at = axis; i < rows; i++, at += 2) {
      if (offsets[i] === offsets[i + 1]) nodes[at] = after.mean + (start[at] - before.mean) * scale;
    }
  }
}

/** Mean and standard deviation along an axis of the nodes that have edges. */
function spread(points: Float32Array, axis: number, offsets: Uint32Array): { readonly mean: number; readonly deviation: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0, at = axis; at < points.length; i++, at += 2) {
    if (offsets[i] === offsets[i + 1]) continue;
    count++;
    sum += points[at];
    squares += points[at] * points[at];
  }
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}
