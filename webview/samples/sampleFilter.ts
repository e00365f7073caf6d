/** Which samples are listed, and light on the map. Pure. */
import { type BlockColumns, type ClusterColumns, DROPPED, KEPT } from "../../src/protocol/columns.ts";
import { DROP_REASONS } from "../../src/protocol/words.ts";

export const STATES = ["kept", "dropped", "protected", "excluded", "preferred", "undecided"] as const;
export type StateName = (typeof STATES)[number];
export const CLUSTER_PLACES = ["in", "alone"] as const;

/** Null where a part does not restrict. All parts must hold. */
export interface SampleFilter {
  /** Words that must stand in the sample's name or text; "" for any. Found by the engine. */
  readonly text: string;
  /** Names of classes; "" for no label. */
  readonly labels: readonly string[] | null;
  readonly split: string | null;
  readonly state: StateName | null;
  /** Reason of a dropped sample. */
  readonly reason: string | null;
  /** Least and most share of samples with lower importance, in [0, 1]. */
  readonly rank: readonly [number, number] | null;
  /** In a near-duplicate cluster or not. */
  readonly place: (typeof CLUSTER_PLACES)[number] | null;
  /** The cluster of this row, at the threshold on the screen. */
  readonly clusterWith: number | null;
  /** Only the chosen samples. */
  readonly chosen: boolean;
}

export const NO_FILTER: SampleFilter = { text: "", labels: null, split: null, state: null, reason: null, rank: null, place: null, clusterWith: null, chosen: false };

export function isFiltering(filter: SampleFilter): boolean {
  return filter.text !== "" || filter.chosen || [filter.labels, filter.split, filter.state, filter.reason, filter.rank, filter.place, filter.clusterWith].some((part) => part !== null);
}

/** What a filter looks at; parts that have not arrived are null and let everything through. */
export interface FilterColumns {
  readonly count: number;
  readonly base: BlockColumns["base"];
  readonly states: BlockColumns["states"] | null;
  readonly clusters: ClusterColumns | null;
  readonly classNames: readonly string[];
  readonly splitNames: readonly string[];
  /** Rows that hold the words; null while they are not known: then none passes. */
  readonly found: Uint32Array | null;
  /** 1 for chosen samples. */
  readonly chosen: Uint8Array;
}

/** Rows that pass, ascending. */
export function matchingRows(filter: SampleFilter, columns: FilterColumns): Uint32Array {
  const { count, base, states, clusters } = columns;
  const candidates = filter.text === "" ? null : columns.found ?? new Uint32Array(0);
  const most = candidates === null ? count : candidates.length;
  const labels = filter.labels === null ? null : codesOf(filter.labels, columns.classNames);
  const split = filter.split === null ? -1 : columns.splitNames.indexOf(filter.split);
  const reason = filter.reason === null ? -1 : 1 + DROP_REASONS.findIndex((name) => name === filter.reason);
  const cluster = filter.clusterWith === null || clusters === null ? -2 : clusters.clusterOf[filter.clusterWith] ?? -2;
  const rows = new Uint32Array(most);
  let found = 0;
  for (let at = 0; at < most; at++) {
    const row = candidates === null ? at : candidates[at];
    if (labels !== null && labels[base.label[row] + 1] === 0) continue;
    if (filter.split !== null && base.split[row] !== split) continue;
    if (filter.rank !== null && (base.rank[row] < filter.rank[0] || base.rank[row] > filter.rank[1])) continue;
    if (filter.chosen && columns.chosen[row] === 0) continue;
    if (states !== null && filter.state !== null && !hasState(states, row, filter.state)) continue;
    if (states !== null && filter.reason !== null && states.reason[row] !== reason) continue;
    if (clusters !== null && filter.place !== null && (clusters.clusterOf[row] >= 0) !== (filter.place === "in")) continue;
    if (clusters !== null && filter.clusterWith !== null && row !== filter.clusterWith && (cluster < 0 || clusters.clusterOf[row] !== cluster)) continue;
    rows[found++] = row;
  }
  return rows.subarray(0, found);
}

/** Entry code + 1 is 1 where the class of that code is named; entry 0 is for no label. */
function codesOf(labels: readonly string[], names: readonly string[]): Uint8Array {
  const wanted = new Set(labels);
  const codes = new Uint8Array(names.length + 1);
  codes[0] = wanted.has("") ? 1 : 0;
  names.forEach((name, code) => { codes[code + 1] = wanted.has(name) ? 1 : 0; });
  return codes;
}

function hasState(states: BlockColumns["states"], row: number, state: StateName): boolean {
  switch (state) {
    case "kept":
      return states.decision[row] === KEPT;
    case "dropped":
      return states.decision[row] === DROPPED;
    case "protected":
      return states.isProtected[row] !== 0;
    case "excluded":
      return states.isExcluded[row] !== 0;
    case "preferred":
      return states.isPreferred[row] !== 0;
    case "undecided":
      return states.decision[row] === 0;
  }
}

type Fields = Readonly<Record<keyof SampleFilter, unknown>>;

/** Whether a remembered value is a filter. */
export function isSampleFilter(value: unknown): value is SampleFilter {
  if (typeof value !== "object" || value === null) return false;
  const { text, labels, split, state, reason, rank, place, clusterWith, chosen } = value as Fields;
  return typeof text === "string" && typeof chosen === "boolean"
    && (labels === null || (Array.isArray(labels) && labels.every((label) => typeof label === "string")))
    && (split === null || typeof split === "string") && (state === null || STATES.some((name) => name === state))
    && (reason === null || typeof reason === "string") && (place === null || CLUSTER_PLACES.some((name) => name === place))
    && (rank === null || (Array.isArray(rank) && rank.length === 2 && rank.every((end) => typeof end === "number" && end >= 0 && end <= 1)))
    && (clusterWith === null || (typeof clusterWith === "number" && Number.isSafeInteger(clusterWith) && clusterWith >= 0));
}
