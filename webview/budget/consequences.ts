/** What each budget keeps of the nested order, prepared once so that a step of a drag costs next to nothing. Pure. */
import type { BlockColumns, ClusterColumns } from "../../src/protocol/columns.ts";
import type { CurveResult } from "../../src/protocol/budget.ts";

export interface ConsequenceSources {
  /** Row by row as they are kept when the budget grows; excluded ones are not in it. */
  readonly order: Uint32Array;
  readonly base: BlockColumns["base"];
  readonly states: BlockColumns["states"];
  readonly clusters: ClusterColumns;
  /** Classes that the column `label` counts. */
  readonly classCount: number;
  readonly importanceScale: CurveResult["importanceScale"];
}

/** Of one budget. Shares lie in [0, 1]. */
export interface Consequence {
  readonly kept: number;
  readonly dropped: number;
  readonly protectedKept: number;
  /** Contents of which a sample is kept: clusters, and samples without one. */
  readonly distinctKept: number;
  /** Share of the kept samples that have a near-duplicate among the kept: Σ over clusters of (chosen − 1) / kept. */
  readonly redundancyLeft: number;
  /** Share of the importance of all samples, as it enters the objective. */
  readonly importanceKept: number;
}

/** The classes of a dataset; the last entry is for samples without a label. */
export interface ClassTallies {
  readonly before: Uint32Array;
  /** Samples that may be kept. */
  readonly allowed: Uint32Array;
  /** Contents that a sample of the class may be kept of. */
  readonly distinct: Uint32Array;
}

export class Consequences {
  readonly samples: number;
  /** The largest budget: samples that may be kept. */
  readonly most: number;
  readonly protectedCount: number;
  /** Contents in all: clusters, and samples without one. */
  readonly distinct: number;
  readonly classes: ClassTallies;
  readonly #protected: Uint32Array;
  /** Kept samples beyond the first of their cluster. */
  readonly #repeats: Uint32Array;
  readonly #importance: Float64Array;
  readonly #totalImportance: number;
  /** Places in the order of the samples of class c, ascending, from `#starts[c]` on. */
  readonly #starts: Uint32Array;
  readonly #places: Uint32Array;

  /** O(N log N) with importance by rank, else O(N). */
  constructor(sources: ConsequenceSources) {
    const { order, base, states, clusters } = sources;
    const { clusterOf } = clusters;
    const weights = importanceWeights(base, sources.importanceScale);
    this.samples = base.label.length;
    this.most = order.length;
    this.protectedCount = states.isProtected.reduce((sum, is) => sum + is, 0);
    this.distinct = this.samples - clusters.members.length + clusters.flags.length;
    this.classes = classTallies(sources);
    this.#totalImportance = weights.reduce((sum, weight) => sum + weight, 0);
    this.#protected = new Uint32Array(order.length + 1);
    this.#repeats = new Uint32Array(order.length + 1);
    this.#importance = new Float64Array(order.length + 1);
    const seen = new Uint8Array(clusters.flags.length);
    const starts = new Uint32Array(sources.classCount + 2);
    for (let at = 0; at < order.length; at++) {
      const row = order[at];
      const cluster = clusterOf[row];
      const repeats = cluster >= 0 && seen[cluster] !== 0;
      if (cluster >= 0) seen[cluster] = 1;
      this.#protected[at + 1] = this.#protected[at] + states.isProtected[row];
      this.#repeats[at + 1] = this.#repeats[at] + (repeats ? 1 : 0);
      this.#importance[at + 1] = this.#importance[at] + weights[row];
      starts[classOf(base, row, sources.classCount) + 1]++;
    }
    for (let c = 0; c <= sources.classCount; c++) starts[c + 1] += starts[c];
    this.#starts = starts;
    this.#places = new Uint32Array(order.length);
    const next = starts.slice();
    for (let at = 0; at < order.length; at++) this.#places[next[classOf(base, order[at], sources.classCount)]++] = at;
  }

  /** @param budget 0 … {@link most}; what is outside counts as the end that it is beyond */
  at(budget: number): Consequence {
    const kept = Math.max(0, Math.min(this.most, budget));
    return {
      kept, dropped: this.samples - kept, protectedKept: this.#protected[kept], distinctKept: kept - this.#repeats[kept],
      redundancyLeft: kept === 0 ? 0 : this.#repeats[kept] / kept,
      importanceKept: this.#totalImportance > 0 ? this.#importance[kept] / this.#totalImportance : kept / Math.max(1, this.samples),
    };
  }

  /** Kept samples of each class, the last entry for those without a label. @param into classes + 1 entries */
  classesAt(budget: number, into: Uint32Array): void {
    for (let c = 0; c < into.length; c++) {
      const start = this.#starts[c];
      let low = start;
      let high = this.#starts[c + 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.#places[middle] < budget) low = middle + 1;
        else high = middle;
      }
      into[c] = low - start;
    }
  }
}

function classOf({ label }: BlockColumns["base"], row: number, classCount: number): number {
  return label[row] < 0 ? classCount : label[row];
}

function classTallies({ base, states, clusters, classCount }: ConsequenceSources): ClassTallies {
  const before = new Uint32Array(classCount + 1);
  const allowed = new Uint32Array(classCount + 1);
  const distinct = new Uint32Array(classCount + 1);
  const isAllowed = (row: number): boolean => states.isProtected[row] !== 0 || states.isExcluded[row] === 0;
  for (let row = 0; row < base.label.length; row++) {
    const code = classOf(base, row, classCount);
    before[code]++;
    if (!isAllowed(row)) continue;
    allowed[code]++;
    if (clusters.clusterOf[row] < 0) distinct[code]++;
  }
  // 1 + the last cluster that counted for the class.
  const counted = new Uint32Array(classCount + 1);
  for (let cluster = 0; cluster < clusters.flags.length; cluster++) {
    for (let at = clusters.offsets[cluster]; at < clusters.offsets[cluster + 1]; at++) {
      const row = clusters.members[at];
      const code = classOf(base, row, classCount);
      if (counted[code] === cluster + 1 || !isAllowed(row)) continue;
      counted[code] = cluster + 1;
      distinct[code]++;
    }
  }
  return { before, allowed, distinct };
}

/** Importance as it enters the objective: as it is, min–max scaled, or by rank, equal values alike. */
function importanceWeights({ importance, rank }: BlockColumns["base"], scale: CurveResult["importanceScale"]): Float64Array {
  const count = importance.length;
  const weights = Float64Array.from(importance);
  if (scale === "none") return weights;
  if (scale === "minmax") {
    let least = Infinity;
    let most = -Infinity;
    for (const value of importance) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return weights.map((value) => (most > least ? (value - least) / (most - least) : 0.5));
  }
  const sorted = rank.slice().sort();
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && sorted[end] === sorted[start]) end++;
    // Where the ranks of a run of equals lie, until each has found its own below.
    for (let at = start; at < end; at++) weights[at] = ((start + end - 1) / 2 + 0.5) / count;
    start = end;
  }
  return Float64Array.from(rank, (value) => weights[lowerBound(sorted, value)]);
}

function lowerBound(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
