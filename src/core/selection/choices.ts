import type { Constraints } from "./constraints.ts";
import type { Programme } from "./objective.ts";

/**
 * What a solver chooses from. Free rows stand in slots: those of one content and one group, by falling score, so that
 * the best that a slot has left is always its next. Groups are the classes where a class policy holds (samples without
 * a class form one more), else there is one group.
 */
export interface Choices {
  readonly groups: number;
  /** Group of each row. */
  readonly groupOf: Uint32Array;
  /** Rows of each group that may be kept. */
  readonly groupSizes: Uint32Array;
  /** Rows that must be kept, ascending. */
  readonly fixed: Uint32Array;
  readonly slotCount: number;
  readonly slotContent: Uint32Array;
  readonly slotGroup: Uint32Array;
  /** Rows of slot t: `slotRows[slotOffsets[t]]` … `slotRows[slotOffsets[t + 1] − 1]`. */
  readonly slotOffsets: Uint32Array;
  readonly slotRows: Uint32Array;
  /** Deferred rows of each group; the one that comes back first stands last. */
  readonly reserve: readonly (readonly number[])[];
}

/** Sorts the rows of a programme by what the constraints allow. O(N). */
export function choicesOf(programme: Programme, constraints: Constraints): Choices {
  const { rows, byScore, contents } = programme;
  const { isProtected, isExcluded, deferred, label, classCount } = constraints;
  const grouped = constraints.classPolicy !== "none";
  const groups = grouped ? classCount + 1 : 1;
  const groupOf = new Uint32Array(rows);
  const groupSizes = new Uint32Array(groups);
  const fixed: number[] = [];
  const reserve: number[][] = Array.from({ length: groups }, () => []);
  for (let i = 0; i < rows; i++) {
    if (grouped) groupOf[i] = label[i] < 0 ? classCount : label[i];
    if (isProtected[i] !== 0 || isExcluded[i] === 0) groupSizes[groupOf[i]]++;
    if (isProtected[i] !== 0) fixed.push(i);
    else if (isExcluded[i] === 0 && deferred[i] > 0) reserve[groupOf[i]].push(i);
  }
  for (const list of reserve) list.sort((a, b) => deferred[b] - deferred[a] || b - a);

  // A lone sample's content has one slot; a cluster has one for each group it has members of.
  const slotOfContent = new Int32Array(contents.count).fill(-1);
  const slotOfPair = new Map<number, number>();
  const slotOf = new Int32Array(rows).fill(-1);
  const slotContent = new Uint32Array(rows);
  const slotGroup = new Uint32Array(rows);
  const sizes = new Uint32Array(rows + 1);
  let slotCount = 0;
  for (const row of byScore) {
    if (isProtected[row] !== 0 || isExcluded[row] !== 0 || deferred[row] > 0) continue;
    const content = contents.of[row];
    const isShared = grouped && content < contents.clusterCount;
    const pair = content * groups + groupOf[row];
    let slot = isShared ? slotOfPair.get(pair) ?? -1 : slotOfContent[content];
    if (slot < 0) {
      slot = slotCount++;
      slotContent[slot] = content;
      slotGroup[slot] = groupOf[row];
      if (isShared) slotOfPair.set(pair, slot);
      else slotOfContent[content] = slot;
    }
    slotOf[row] = slot;
    sizes[slot + 1]++;
  }
  for (let t = 0; t < slotCount; t++) sizes[t + 1] += sizes[t];
  const slotOffsets = sizes.slice(0, slotCount + 1);
  const slotRows = new Uint32Array(slotOffsets[slotCount]);
  const cursor = slotOffsets.slice(0, slotCount);
  for (const row of byScore) if (slotOf[row] >= 0) slotRows[cursor[slotOf[row]]++] = row;
  return {
    groups, groupOf, groupSizes, fixed: Uint32Array.from(fixed), slotCount,
    slotContent: slotContent.slice(0, slotCount), slotGroup: slotGroup.slice(0, slotCount), slotOffsets, slotRows, reserve,
  };
}
