import type { SelectionEntry } from "../../core/store/selectionFile.ts";

/** A sample as a selection decides on it, beside what another decided; at least one of the two knows it. */
export interface Compared {
  readonly id: string;
  readonly now: SelectionEntry | undefined;
  readonly before: SelectionEntry | undefined;
}

/** How a selection differs from another. Each list is in the order of {@link byImportance}. */
export interface SelectionDiff {
  /** Kept now; dropped or unknown before. */
  readonly added: readonly Compared[];
  /** Kept before; dropped or unknown now. */
  readonly removed: readonly Compared[];
  /** The same decision for another reason. */
  readonly reasonChanged: readonly Compared[];
}

/** The decision that a list shows: what stands now, or what stood before where nothing does. */
function shown({ now, before }: Compared): SelectionEntry | undefined {
  return now ?? before;
}

/** Most important first, then by id. */
export function byImportance(a: Compared, b: Compared): number {
  return (shown(b)?.importance ?? 0) - (shown(a)?.importance ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Compares the decisions of two selections by id. */
export function compareSelections(now: readonly SelectionEntry[], before: readonly SelectionEntry[]): SelectionDiff {
  const earlier = new Map(before.map((entry) => [entry.id, entry]));
  const known = new Set<string>();
  const added: Compared[] = [];
  const removed: Compared[] = [];
  const reasonChanged: Compared[] = [];
  for (const entry of now) {
    known.add(entry.id);
    const other = earlier.get(entry.id);
    const compared = { id: entry.id, now: entry, before: other };
    if (entry.decision === "kept" ? other?.decision !== "kept" : other?.decision === "kept") (entry.decision === "kept" ? added : removed).push(compared);
    else if (other !== undefined && other.reason !== entry.reason) reasonChanged.push(compared);
  }
  for (const entry of before) if (entry.decision === "kept" && !known.has(entry.id)) removed.push({ id: entry.id, now: undefined, before: entry });
  for (const list of [added, removed, reasonChanged]) list.sort(byImportance);
  return { added, removed, reasonChanged };
}
