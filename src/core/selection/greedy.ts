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

/** A binary max-heap of rows by key; ties go to the lower row. Capacity is fixed. */
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
 * 'balanced' from the class with the fewest, 'proportional' by Webster's divisors, `(taken + ½) / size`; among
 * classes equally far behind, the one whose best sample gains most. A class that has nothing left but repeats of what
 * is kept counts as one that has run out while others have fresh content: balance is no reason to keep copies.
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

  /** The gain of the best row that a group has left; stale keys above it in the group's heap are put right. */
  const bestGain = (group: number): number => {
    const heap = heaps[group];
    while (heap.size > 0) {
      const gain = gainOf(heap.topRow);
      if (gain >= heap.topKey) return gain;
      heap.replaceTop(gain);
    }
    const back = reserve[group].at(-1);
    return back === undefined ? -Infinity : gainOf(back);
  };
  const behind = (group: number): number =>
    (!grouped ? 0 : constraints.classPolicy === "proportional" ? -(taken[group] + 0.5) / sizes[group] : -taken[group]);
  /** Whether the best row that a group has left is a near-duplicate of a chosen one: then all its rows are. */
  const hasRepeatsAlone = (group: number): boolean => {
    const row = heaps[group].size > 0 ? heaps[group].topRow : reserve[group].at(-1);
    return row !== undefined && clusterOf[row] >= 0 && chosenIn[clusterOf[row]] > 0;
  };
  const repeatsAlone = new Uint8Array(groups);
  // Gains only fall, so the last one known of a group bounds its best from above: it is looked at again only when it leads.
  const gainBound = new Float64Array(groups).fill(Infinity);
  const nextGroup = (): number => {
    for (;;) {
      let lead = -1;
      for (let g = 0; g < groups; g++) {
        if (available[g] === 0) continue;
        if (lead < 0 || repeatsAlone[g] < repeatsAlone[lead]) lead = g;
        else if (repeatsAlone[g] === repeatsAlone[lead] && (behind(g) > behind(lead) || (behind(g) === behind(lead) && gainBound[g] > gainBound[lead]))) lead = g;
      }
      const gain = bestGain(lead);
      const repeats = hasRepeatsAlone(lead) ? 1 : 0;
      if (gain >= gainBound[lead] && repeats === repeatsAlone[lead]) return lead;
      gainBound[lead] = gain;
      repeatsAlone[lead] = repeats;
    }
  };
  while (chosen < budget) {
    const group = grouped ? nextGroup() : 0;
    const gain = bestGain(group);
    if (heaps[group].size > 0) {
      const row = heaps[group].topRow;
      heaps[group].replaceTop();
      choose(row, gain);
    } else {
      const back = reserve[group].pop();
      if (back === undefined) throw new RangeError("the budget is above what the classes have");
      choose(back, gain);
      // The reserve comes back by hardness, not by gain: its next may gain more.
      gainBound[group] = Infinity;
    }
    taken[group]++;
    available[group]--;
  }
  return { order, gains, protectedCount: pins.length };
}
