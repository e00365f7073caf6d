/** Choosing runs of samples in the order of the list. Pure. */

export interface Change {
  readonly add: Uint32Array;
  readonly remove: Uint32Array;
}

/** Rows of a run of the list, its ends in either order, both included. */
export function runOf(listed: Uint32Array, one: number, other: number): Uint32Array {
  return listed.slice(Math.min(one, other), Math.max(one, other) + 1);
}

/**
 * What changes when a run that goes from `anchor` to `from` is drawn on, or back, to `to` (places in the list): all of
 * the new run is chosen, what of the old one lies outside is no longer.
 */
export function extended(listed: Uint32Array, anchor: number, from: number, to: number): Change {
  const low = Math.min(anchor, to);
  const high = Math.max(anchor, to);
  const before = runOf(listed, anchor, from);
  const first = Math.min(anchor, from);
  return { add: runOf(listed, anchor, to), remove: before.filter((_, i) => first + i < low || first + i > high) };
}
