/** What the actions on clusters decide about their members. Pure. */
import { type BlockColumns, type ClusterColumns, KEPT } from "../../src/protocol/columns.ts";
import { sizeOf } from "./clusterOrder.ts";

type Clusters = ClusterColumns;
type States = BlockColumns["states"];

export type ClusterAction = "keepOne" | "keepAll" | "undo";

/** Rows by what is done with them, and what that comes to. */
export interface ClusterDecision {
  readonly lists: {
    readonly protect: readonly number[];
    readonly unprotect: readonly number[];
    readonly exclude: readonly number[];
    readonly include: readonly number[];
    readonly prefer: readonly number[];
    readonly unprefer: readonly number[];
  };
  /** Samples of which something changes. */
  readonly changed: number;
  /** Members beside the keepers that stay since they are protected. */
  readonly protectedStay: number;
}

/**
 * Position in `members` of the one that is kept where one is: the preferred one; else one that is protected and stays
 * anyway; else one that the selection keeps; else the one that the keeper rule prefers; excluded ones only where all are.
 */
export function keeperAt({ offsets, members }: Clusters, states: States, cluster: number): number {
  const first = offsets[cluster];
  let best = first;
  let rank = 0;
  for (let at = first; at < offsets[cluster + 1]; at++) {
    const row = members[at];
    const own = states.isExcluded[row] !== 0 ? 0 : states.isPreferred[row] !== 0 ? 4 : states.isProtected[row] !== 0 ? 3 : states.decision[row] === KEPT ? 2 : 1;
    if (own < rank || (own === rank && !(states.preference[row] > states.preference[members[best]]))) continue;
    best = at;
    rank = own;
  }
  return best;
}

/**
 * What an action changes in clusters.
 * @param prefers whether the keepers are preferred too: not where two of them could be in one cluster of the index, of
 *   which one alone can be preferred
 */
export function decisionFor(action: ClusterAction, chosen: ArrayLike<number>, clusters: Clusters, states: States, prefers: boolean): ClusterDecision {
  const { offsets, members } = clusters;
  const { isProtected, isExcluded, isPreferred } = states;
  const lists = { protect: [] as number[], unprotect: [] as number[], exclude: [] as number[], include: [] as number[], prefer: [] as number[], unprefer: [] as number[] };
  let changed = 0;
  let protectedStay = 0;
  for (let i = 0; i < chosen.length; i++) {
    const keeper = action === "keepOne" ? keeperAt(clusters, states, chosen[i]) : -1;
    for (let at = offsets[chosen[i]]; at < offsets[chosen[i] + 1]; at++) {
      const row = members[at];
      const before = changed;
      const put = (list: number[]): void => {
        list.push(row);
        changed = before + 1;
      };
      if (action === "keepAll") {
        if (isExcluded[row] !== 0) put(lists.include);
        if (isProtected[row] === 0) put(lists.protect);
      } else if (action === "undo") {
        if (isProtected[row] !== 0) put(lists.unprotect);
        if (isExcluded[row] !== 0) put(lists.include);
        if (isPreferred[row] !== 0) put(lists.unprefer);
      } else if (at === keeper) {
        if (isExcluded[row] !== 0) put(lists.include);
        if (prefers && isPreferred[row] === 0) put(lists.prefer);
      } else {
        if (isPreferred[row] !== 0) put(lists.unprefer);
        if (isProtected[row] !== 0) protectedStay++;
        else if (isExcluded[row] === 0) put(lists.exclude);
      }
    }
  }
  return { lists, changed, protectedStay };
}

/** Whether anything is decided by hand about a member. */
export function isDecided({ offsets, members }: Clusters, { isProtected, isExcluded, isPreferred }: States, cluster: number): boolean {
  for (let at = offsets[cluster]; at < offsets[cluster + 1]; at++) {
    const row = members[at];
    if (isProtected[row] !== 0 || isExcluded[row] !== 0 || isPreferred[row] !== 0) return true;
  }
  return false;
}

/** How many members of a cluster are chosen. @param mask 1 for chosen samples */
export function chosenIn({ offsets, members }: Clusters, cluster: number, mask: Uint8Array): number {
  let count = 0;
  for (let at = offsets[cluster]; at < offsets[cluster + 1]; at++) count += mask[members[at]];
  return count;
}

/** Those of the listed clusters of which every member is chosen. */
export function chosenClusters(listed: Uint32Array, clusters: Clusters, mask: Uint8Array): Uint32Array {
  return listed.filter((cluster) => chosenIn(clusters, cluster, mask) === sizeOf(clusters, cluster));
}

/** Members of clusters, all of them. */
export function membersOf(chosen: Uint32Array, { offsets, members }: Clusters): Uint32Array {
  let count = 0;
  for (const cluster of chosen) count += offsets[cluster + 1] - offsets[cluster];
  const rows = new Uint32Array(count);
  let end = 0;
  for (const cluster of chosen) {
    rows.set(members.subarray(offsets[cluster], offsets[cluster + 1]), end);
    end += offsets[cluster + 1] - offsets[cluster];
  }
  return rows;
}

/**
 * Positions in `members` of those that a row shows: the first `most`, the keeper among them in any case: where it is
 * far down, it comes right after the representative.
 */
export function shownMembers(clusters: Clusters, states: States | null, cluster: number, most: number): readonly number[] {
  const first = clusters.offsets[cluster];
  const positions = Array.from({ length: Math.min(most, sizeOf(clusters, cluster)) }, (_, i) => first + i);
  const keeper = states === null ? first : keeperAt(clusters, states, cluster);
  return keeper < first + most ? positions : [first, keeper, ...positions.slice(1, -1)];
}
