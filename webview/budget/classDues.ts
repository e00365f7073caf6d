/** What each class is due of a budget. Pure. */
import type { CurveResult } from "../../src/protocol/budget.ts";
import type { ClassTallies } from "./consequences.ts";

/**
 * Samples that each class is due when `kept` are kept: at least half of an even share (floor), an even share (balanced),
 * a share of its size (proportional) or none; never more than it has distinct contents.
 * @param into one entry a class, as in `classes`
 * @returns their sum
 */
export function classDues({ policy, floor }: CurveResult["classShares"], { allowed, distinct }: ClassTallies, kept: number, into: Uint32Array): number {
  const members = allowed.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const total = allowed.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (let c = 0; c < into.length; c++) {
    let due = 0;
    if (allowed[c] > 0) {
      switch (policy) {
        case "none":
          break;
        case "floor":
          due = (floor * kept) / members;
          break;
        case "balanced":
          due = kept / members;
          break;
        case "proportional":
          due = (kept * allowed[c]) / total;
      }
    }
    into[c] = Math.min(distinct[c], Math.floor(due));
    sum += into[c];
  }
  return sum;
}

export const CLASS_SORTS = ["loss", "name", "size"] as const;
export type ClassSort = (typeof CLASS_SORTS)[number];

/** Classes that have samples, sorted: those that lose the largest share first, by name, or the largest first. */
export function sortedClasses(before: Uint32Array, after: Uint32Array, names: readonly string[], sort: ClassSort): Uint32Array {
  const listed = Uint32Array.from(before.keys()).filter((c) => before[c] > 0);
  if (sort === "name") {
    const collator = new Intl.Collator(undefined, { numeric: true });
    return Uint32Array.from([...listed].sort((a, b) => (a >= names.length ? 1 : b >= names.length ? -1 : collator.compare(names[a], names[b]))));
  }
  const key = Float64Array.from(before, (count, c) => (sort === "size" || count === 0 ? -count : after[c] / count));
  return listed.sort((a, b) => key[a] - key[b] || before[b] - before[a] || a - b);
}
