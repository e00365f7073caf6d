/** In what order samples are listed. Pure. */
import type { BlockColumns, ClusterColumns } from "../../src/protocol/columns.ts";

export const SAMPLE_SORTS = ["source", "important", "unimportant", "nearest", "farthest", "suspicious", "label", "split", "cluster", "kept"] as const;
export type SampleSort = (typeof SAMPLE_SORTS)[number];

/** What an order looks at; null where it has not arrived: the order is then that of the source. */
export interface OrderColumns {
  readonly base: BlockColumns["base"];
  readonly clusters: ClusterColumns | null;
  readonly order: BlockColumns["order"] | null;
}

/** Sorts ascending rows in place and hands them back; equal ones stay in the order of the source. */
export function sortRows(rows: Uint32Array, sort: SampleSort, { base, clusters, order }: OrderColumns): Uint32Array {
  const key = keysOf(sort, { base, clusters, order });
  return key === null ? rows : rows.sort((a, b) => key[a] - key[b] || a - b);
}

function keysOf(sort: SampleSort, { base, clusters, order }: OrderColumns): ArrayLike<number> | null {
  const count = base.label.length;
  switch (sort) {
    case "source":
      return null;
    case "unimportant":
      return base.rank;
    case "important":
      return base.rank.map((rank) => -rank);
    case "farthest":
      return base.nearest;
    case "nearest":
      return base.nearest.map((similarity) => -similarity);
    case "suspicious":
      // Without a margin nothing is suspicious.
      return base.aum.map((margin) => (Number.isNaN(margin) ? Infinity : margin));
    case "label":
      return base.label.map((code) => (code < 0 ? 0x7fffffff : code));
    case "split":
      return base.split;
    case "cluster":
      return clusters === null ? null : clusters.clusterOf.map((cluster) => (cluster < 0 ? 0x7fffffff : cluster));
    case "kept": {
      if (order === null) return null;
      const place = new Uint32Array(count).fill(count);
      order.order.forEach((row, at) => { place[row] = at; });
      return place;
    }
  }
}
