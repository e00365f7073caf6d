import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors, similarityGraph } from "../neighbors/neighborGraph.ts";
import { normalizeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import type { StrategyInput } from "./strategy.ts";

/** An input over the given vectors without labels, clusters, pins or AUM, and uniform importance; `changes` win. */
export async function groundOf(vectors: readonly (readonly number[])[], k: number, changes: Partial<StrategyInput> = {}): Promise<StrategyInput> {
  const rows = vectors.length;
  const matrix: EmbeddingMatrix = { rows, dims: vectors[0].length, data: Float32Array.from(vectors.flat()) };
  normalizeRows(matrix);
  const lists = await nearestNeighbors(matrix, await ExactSearch.create(matrix), k);
  return {
    matrix, lists, graph: similarityGraph(lists), importance: new Float64Array(rows).fill(1), aum: null, forgetting: null,
    label: new Int32Array(rows).fill(-1), classCount: 0, clusterOf: new Int32Array(rows).fill(-1), clusterCount: 0,
    isProtected: new Uint8Array(rows), isExcluded: new Uint8Array(rows), perClass: "none", seed: 0, ...changes,
  };
}

/** A seeded input with three classes (some samples without), clusters of up to a few, AUM, pins and exclusions. */
export async function randomGround(rows: number, seed: number, changes: Partial<StrategyInput> = {}): Promise<StrategyInput> {
  const random = seededRandom(seed);
  const vectors = Array.from({ length: rows }, () => Array.from({ length: 6 }, () => random() - 0.3));
  const isProtected = Uint8Array.from({ length: rows }, () => (random() < 0.15 ? 1 : 0));
  const clusters = Math.max(1, rows >> 2);
  return groundOf(vectors, Math.min(8, rows - 1), {
    importance: Float64Array.from({ length: rows }, () => random()),
    aum: Float64Array.from({ length: rows }, () => random() * 2 - 1),
    forgetting: Float64Array.from({ length: rows }, () => Math.floor(random() * 4)),
    label: Int32Array.from({ length: rows }, () => Math.floor(random() * 4) - 1), classCount: 3,
    clusterOf: Int32Array.from({ length: rows }, () => Math.max(-1, Math.floor(random() * 2 * clusters) - clusters)), clusterCount: clusters,
    isProtected, isExcluded: isProtected.map((pinned) => (pinned === 0 && random() < 0.15 ? 1 : 0)), seed, ...changes,
  });
}
