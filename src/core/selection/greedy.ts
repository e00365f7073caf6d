import { checkBudget, type Constraints } from "./constraints.ts";
import type { Programme } from "./objective.ts";

/** A nested selection: its first p entries are the subset for budget p, for every p from the protected count on. */
export interface GreedyOrder {
  /** Rows in the order in which they were chosen, the protected first. */
  readonly order: Uint32Array;
  /** Marginal gain of each when it was chosen: `s_i − 2α Σ_{j∈S} K_ij`. */
  readonly gains: Float64Array;
  /** Of the protected samples at the front of `order`. */
  readonly protectedCount: number;
}

/** A binary max-heap of rows (or groups) by key; ties go to the lower number. Capacity is fixed. */
class RowHeap {
  size = 0;
  private readonly rows: Uint32Array;
  private readonly keys: Float64Array;

  constructor(capacity: number) {
    this.rows = new Uint32Array(capacity);
    this.keys = new Float64Array(capacity);
  }

  get topRow(): number {
    return this.rows[0];
  }

  get topKey(): number {
    return this.keys[0];
  }

  push(row: number, key: number): void {
    const { rows, keys } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent] > key || (keys[parent] === key && rows[parent] < row)) break;
      keys[at] = keys[parent];
      rows[at] = rows[parent];
      at = parent;
    }
    keys[at] = key;
    rows[at] = row;
  }

  /** Gives the top a lower key, or removes it when `key` is undefined. */
  replaceTop(key?: number): void {
    const { rows, keys } = this;
    let row = rows[0];
    let value = key ?? 0;
    if (key === undefined) {
      this.size--;
      if (this.size === 0) return;
      row = rows[this.size];
      value = keys[this.size];
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      const right = child + 1;
      if (right < this.size && (keys[right] > keys[child] || (keys[right] === keys[child] && rows[right] < rows[child]))) child = right;
      if (value > keys[child] || (value === keys[child] && row < rows[child])) break;
      keys[at] = keys[child];
      rows[at] = rows[child];
      at = child;
    }
    keys[at] = value;
    rows[at] = row;
  }
}

/**
 * Greedy maximisation of F by marginal gain, with lazy re-evaluation (Minoux 1978): gains only fall as the subset
 * grows, so a stale key at the top of the heap is re-keyed and tried again. O((N + chosen · degree) log N).
 *
 * Protected samples come first whatever their gain; excluded ones never; deferred ones (noise cutoff) only when the
 * others of their class, or all others, have run out.
 *
 * With a class policy the next sample comes from the class that is furthest behind, so shares hold at every prefix:
 * 'balanced' from the class with the fewest, 'proportional' by Webster's divisors, `(taken + ½) / size`.
 * @param budget p, from the number of protected samples to the number not excluded
 */
export function greedySelection(programme: Programme, constraints: Constraints, budget: number): GreedyOrder {
  checkBudget(budget, constraints);
  const { rows, scores, graph, clusterOf, clusterCount, alpha, kappa } = programme;
  const { isProtected, isExcluded, deferred, label, classCount } = constraints;
  const grouped = constraints.classPolicy !== "none";
  const groups = grouped ? classCount + 1 : 1;
  const groupOf = (row: number): number => (grouped ? (label[row] < 0 ? classCount : label[row]) : 0);

  const order = new Uint32Array(budget);
  const gains = new Float64Array(budget);
  const penalty = new Float64Array(rows);
  const chosenIn = new Uint32Array(clusterCount);
  const twoAlpha = 2 * alpha;
  const gainOf = (row: number): number =>
    scores[row] - penalty[row] - (clusterOf[row] >= 0 ? twoAlpha * kappa * chosenIn[clusterOf[row]] : 0);
  let chosen = 0;
  const choose = (row: number, gain: number): void => {
    order[chosen] = row;
    gains[chosen++] = gain;
    if (clusterOf[row] >= 0) chosenIn[clusterOf[row]]++;
    for (let e = graph.offsets[row]; e < graph.offsets[row + 1]; e++) penalty[graph.columns[e]] += twoAlpha * graph.values[e];
  };

  const sizes = new Uint32Array(groups);
  const available = new Uint32Array(groups);
  const taken = new Uint32Array(groups);
  for (let i = 0; i < rows; i++) {
    const g = groupOf(i);
    sizes[g]++;
    if (isProtected[i] !== 0) taken[g]++;
    else if (isExcluded[i] === 0) available[g]++;
  }
  const heaps = Array.from({ length: groups }, (_, g) => new RowHeap(available[g]));
  const reserve: number[][] = Array.from({ length: groups }, () => []);
  const pins: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (isProtected[i] !== 0) pins.push(i);
    else if (isExcluded[i] === 0 && deferred[i] > 0) reserve[groupOf(i)].push(i);
  }
  for (const list of reserve) list.sort((a, b) => deferred[b] - deferred[a] || b - a);
  for (const row of pins) choose(row, gainOf(row));
  for (let i = 0; i < rows; i++) {
    if (isProtected[i] === 0 && isExcluded[i] === 0 && deferred[i] <= 0) heaps[groupOf(i)].push(i, gainOf(i));
  }

  const behind = (g: number): number => (constraints.classPolicy === "proportional" ? -(taken[g] + 0.5) / sizes[g] : -taken[g]);
  const turn = new RowHeap(groups);
  for (let g = 0; g < groups; g++) if (available[g] > 0) turn.push(g, behind(g));
  while (chosen < budget) {
    const group = turn.topRow;
    const heap = heaps[group];
    for (;;) {
      if (heap.size === 0) {
        const back = reserve[group].pop();
        if (back !== undefined) choose(back, gainOf(back));
        break;
      }
      const row = heap.topRow;
      const gain = gainOf(row);
      if (gain < heap.topKey) {
        heap.replaceTop(gain);
        continue;
      }
      heap.replaceTop();
      choose(row, gain);
      break;
    }
    taken[group]++;
    available[group]--;
    turn.replaceTop(available[group] > 0 ? behind(group) : undefined);
  }
  return { order, gains, protectedCount: pins.length };
}
