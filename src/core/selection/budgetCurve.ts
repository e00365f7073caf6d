import { throwIfCancelled } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { takeRows, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation } from "../random.ts";
import type { Programme } from "./objective.ts";

/** One budget on the curve. Shares and coverage lie in [0, 1]. */
export interface CurvePoint {
  readonly kept: number;
  readonly fraction: number;
  /** F with the programme's α. */
  readonly objective: number;
  /** Mean over the dataset of the similarity to the nearest kept sample; estimated on up to 4,000 samples. */
  readonly coverage: number;
  /** The same mean over the dropped samples alone: how close their keepers are; 1 where none is dropped. */
  readonly droppedCoverage: number;
  /** Share of the distinct contents (clusters and lone samples) of which a sample is kept. */
  readonly distinctKept: number;
  readonly redundancyLeft: number;
  readonly classesCovered: number;
  readonly importanceKept: number;
}

const FRACTIONS = [0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const EVALUATION_SAMPLES = 4000;
/** Added to the seed, for strategies draw by the seed itself: what they keep must not be what is evaluated. */
const EVALUATION_SEED = 0x5eed;

/** The budgets at which curves are drawn: fixed percentages, from the protected floor to `most`, ascending. */
export function curveBudgets(samples: number, floor: number, most: number): number[] {
  const budgets = new Set<number>();
  for (const fraction of FRACTIONS) budgets.add(Math.min(most, Math.max(1, floor, Math.round(fraction * samples))));
  if (floor > 0) budgets.add(Math.min(most, floor));
  return [...budgets].sort((a, b) => a - b);
}

/** Points of a nested order at the given ascending budgets, in one pass. @param isExcluded samples that coverage passes over */
export async function curvePoints(
  programme: Programme, matrix: EmbeddingMatrix, label: Int32Array, classCount: number,
  order: Uint32Array, budgets: readonly number[], seed: number, signal?: AbortSignal, isExcluded?: Uint8Array,
): Promise<CurvePoint[]> {
  const { rows, scores, contents, graph, alpha, kappa } = programme;
  const coverages = await nestedCoverage(matrix, order, budgets, seed, signal, isExcluded);
  const totalImportance = scores.reduce((sum, s) => sum + s, 0);
  const taken = new Uint32Array(contents.count);
  const classSeen = new Uint8Array(classCount);
  const points: CurvePoint[] = [];
  let importance = 0;
  let redundancy = 0;
  let extra = 0;
  let classes = 0;
  let at = 0;
  budgets.forEach((budget, b) => {
    for (; at < budget; at++) {
      const row = order[at];
      importance += scores[row];
      const content = contents.of[row];
      for (let e = graph.offsets[content], end = graph.offsets[content + 1]; e < end; e++) redundancy += 2 * graph.values[e] * taken[graph.columns[e]];
      redundancy += 2 * kappa * taken[content];
      if (taken[content]++ > 0) extra++;
      if (label[row] >= 0 && classSeen[label[row]] === 0) {
        classSeen[label[row]] = 1;
        classes++;
      }
    }
    points.push({
      kept: budget, fraction: budget / rows, objective: importance - alpha * redundancy, coverage: coverages[b].all, droppedCoverage: coverages[b].dropped,
      distinctKept: (budget - extra) / contents.count, redundancyLeft: extra / budget, classesCovered: classes, importanceKept: totalImportance > 0 ? importance / totalImportance : budget / rows,
    });
  });
  return points;
}

/**
 * Coverage of each prefix of an order: the mean, over a seeded sample of the dataset, of the exact similarity to the
 * nearest sample in the prefix (`all`), and the same over those of them that are not in it (`dropped`). Each prefix adds only its new rows to what is known, so all cost one pass.
 * @param isExcluded 1 for samples that nothing need stand for: they are not evaluated
 */
export async function nestedCoverage(
  matrix: EmbeddingMatrix, order: Uint32Array, budgets: readonly number[], seed: number, signal?: AbortSignal, isExcluded?: Uint8Array,
): Promise<{ readonly all: number; readonly dropped: number }[]> {
  const evaluated = seededPermutation(matrix.rows, seed + EVALUATION_SEED).filter((row) => isExcluded === undefined || isExcluded[row] === 0).slice(0, EVALUATION_SAMPLES).sort();
  const queries = takeRows(matrix, evaluated);
  const best = new Float32Array(evaluated.length);
  const positionOf = new Map<number, number>();
  evaluated.forEach((row, q) => positionOf.set(row, q));
  const coverages: { all: number; dropped: number }[] = [];
  let kept = 0;
  let from = 0;
  for (const budget of budgets) {
    throwIfCancelled(signal);
    if (budget > from) {
      const added = order.subarray(from, budget);
      const search = await ExactSearch.create(takeRows(matrix, added));
      const found = await search.search(queries.data, 1, signal === undefined ? {} : { signal });
      for (let q = 0; q < best.length; q++) best[q] = Math.max(best[q], Math.min(1, found.similarities[q]));
      for (const row of added) {
        const q = positionOf.get(row);
        if (q === undefined) continue;
        best[q] = 1;
        kept++;
      }
      from = budget;
    }
    const sum = best.reduce((total, value) => total + value, 0);
    coverages.push({ all: best.length === 0 ? 1 : sum / best.length, dropped: kept === best.length ? 1 : (sum - kept) / (best.length - kept) });
  }
  return coverages;
}

/** A curve that bends less than this off its chord has no knee worth the name. */
const LEAST_BEND = 0.1;

/**
 * The knee of a concave rising curve: the point farthest above the chord between its ends, both axes scaled to
 * [0, 1] (Kneedle, Satopää et al. 2011). Null for fewer than three points or where the curve hardly bends.
 */
export function kneeOf(points: readonly { readonly fraction: number; readonly coverage: number }[]): number | null {
  if (points.length < 3) return null;
  const first = points[0];
  const last = points[points.length - 1];
  const width = last.fraction - first.fraction;
  const height = last.coverage - first.coverage;
  if (width <= 0 || height <= 1e-9) return null;
  let knee: number | null = null;
  let most = LEAST_BEND;
  points.forEach((point, i) => {
    const bend = (point.coverage - first.coverage) / height - (point.fraction - first.fraction) / width;
    if (bend > most) {
      most = bend;
      knee = i;
    }
  });
  return knee;
}
