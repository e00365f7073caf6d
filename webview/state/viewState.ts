/** What the inspector remembers across hiding, reload and restart. Pure but for the channel that keeps it. */
import { INSPECTOR_PAGES, REVIEW_LISTS, type InspectorPage, type ReviewList } from "../../src/protocol/webview.ts";
import { MEASURE_IDS, type MeasureId } from "../budget/measures.ts";
import { CLUSTER_FILTERS, CLUSTER_SORTS, type ClusterFilter, type ClusterSort } from "../clusters/clusterOrder.ts";
import { isSampleFilter, NO_FILTER, type SampleFilter } from "../samples/sampleFilter.ts";
import { SAMPLE_SORTS, type SampleSort } from "../samples/sampleOrder.ts";
import { MAP_COLOURS, type MapColour } from "../map/mapColours.ts";
import type { Channel } from "./channel.ts";

/** Training cost, as the budget page computes with it. */
export interface TrainingCost {
  /** For one sample in one epoch. */
  readonly secondsPerSample: number;
  readonly epochs: number;
  /** Of a machine, per hour, in any currency. */
  readonly pricePerHour: number;
}

/** What the review page shows. */
export interface Reviewed {
  /** Null: the one that editors show. */
  readonly selection: string | null;
  readonly against: string | null;
  readonly list: ReviewList;
  readonly reason: string | null;
  readonly search: string;
}

export const COMPARE_PARTS = ["matrix", "curves", "tradeoffs", "prices", "classes", "about"] as const;
export type ComparePart = (typeof COMPARE_PARTS)[number];

/** What the page of comparisons shows; names that the comparison does not have count as none. */
export interface Compared {
  readonly part: ComparePart;
  readonly budget: string;
  readonly utility: string;
  /** The strategy that is looked at, or "". */
  readonly strategy: string;
  /** Strategies that are not drawn. */
  readonly hidden: readonly string[];
  /** Whether all utilities are shown, or the common ones. */
  readonly allUtilities: boolean;
  /** Weight of each utility by its name, 0 to 100; one that is not there weighs nothing. */
  readonly weights: Readonly<Record<string, number>>;
  /** No utility with a weight is to be neglected, whatever the weights. */
  readonly worst: boolean;
  /** At least, or at most, of each axis by its name, in its own unit; they hold while `withLimits`. */
  readonly limits: Readonly<Record<string, number>>;
  readonly withLimits: boolean;
  /** The axis across that was chosen by hand, or "". */
  readonly across: string;
  /** Whether what is much worse is drawn too. */
  readonly wholeRange: boolean;
  /** Whether all utilities at once are drawn by place. */
  readonly byPlace: boolean;
}

export interface ViewState {
  readonly page: InspectorPage;
  /** The dataset that all below is about. */
  readonly dataset: string;
  /** Vertical scroll position of each page, in pixels. */
  readonly scroll: { readonly [page in InspectorPage]: number };
  /** Threshold set by hand, or null for the index's own. */
  readonly threshold: number | null;
  readonly clusterSort: ClusterSort;
  readonly clusterFilter: ClusterFilter;
  readonly budget: string;
  /** What the budget curve shows. */
  readonly measure: MeasureId;
  /** Names of the strategies drawn beside it. */
  readonly strategies: readonly string[];
  readonly cost: TrainingCost | null;
  readonly filter: SampleFilter;
  readonly sampleSort: SampleSort;
  readonly sampleLayout: "grid" | "table";
  readonly compare: Compared;
  readonly review: Reviewed;
  readonly mapColour: MapColour;
  /** Centre and zoom of the map; null shows it whole. */
  readonly mapView: { readonly x: number; readonly y: number; readonly zoom: number } | null;
  /** Id of the sample in the details, or "". */
  readonly focus: string;
  /** Chosen rows, as text, with the key of the index that they are of. */
  readonly selection: { readonly key: string; readonly rows: string };
}

const NO_SCROLL: ViewState["scroll"] = { overview: 0, clusters: 0, budget: 0, compare: 0, review: 0, map: 0, samples: 0 };

const NO_REVIEW: Reviewed = { selection: null, against: null, list: "dropped", reason: null, search: "" };

const NO_COMPARISON: Compared = { part: "matrix", budget: "", utility: "", strategy: "", hidden: [], allUtilities: false, weights: {}, worst: false, limits: {}, withLimits: false, across: "", wholeRange: false, byPlace: false };

/** Of a dataset that has not been shown before. */
const FRESH = {
  scroll: NO_SCROLL, threshold: null, budget: "", strategies: [], cost: null, filter: NO_FILTER, clusterFilter: "all", mapView: null, compare: NO_COMPARISON, review: NO_REVIEW, focus: "", selection: { key: "", rows: "" },
} as const satisfies Partial<ViewState>;

export const INITIAL: ViewState = {
  page: "overview", dataset: "", clusterSort: "size", measure: "distinct", sampleSort: "source", sampleLayout: "grid", mapColour: "label", ...FRESH,
};

/** The remembered state, and how it changes; whatever is not understood begins anew. */
export class ViewMemory {
  readonly #channel: Channel;
  #state: ViewState;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#state = restored(channel.kept());
  }

  get state(): ViewState {
    return this.#state;
  }

  keep(change: Partial<ViewState>): void {
    this.#state = { ...this.#state, ...change };
    this.#channel.keep(this.#state);
  }

  /** Forgets what was about another dataset. */
  openDataset(dataset: string): void {
    if (this.#state.dataset !== dataset) this.keep({ ...FRESH, dataset });
  }
}

type Checks = { readonly [name in keyof ViewState]: (value: unknown) => boolean };

function isOneOf(names: readonly string[]): (value: unknown) => boolean {
  return (value) => names.some((name) => name === value);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

function isReviewed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { selection, against, list, reason, search } = value as Readonly<Record<keyof Reviewed, unknown>>;
  return [selection, against, reason].every((name) => name === null || typeof name === "string") && isOneOf(REVIEW_LISTS)(list) && typeof search === "string";
}

function areNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

function isCompared(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { part, budget, utility, strategy, hidden, allUtilities, weights, worst, limits, withLimits, across, wholeRange, byPlace } = value as Readonly<Record<keyof Compared, unknown>>;
  return isOneOf(COMPARE_PARTS)(part) && [budget, utility, strategy, across].every((name) => typeof name === "string") && areNames(hidden)
    && [allUtilities, worst, withLimits, wholeRange, byPlace].every((is) => typeof is === "boolean")
    && areNumbers(weights) && Object.values(weights).every((weight) => weight >= 0 && weight <= 100) && areNumbers(limits);
}

function areNumbers(value: unknown): value is Readonly<Record<string, number>> {
  return typeof value === "object" && value !== null && Object.values(value).every(isNumber);
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  return typeof value === "object" && value !== null && names.every((name) => isNumber((value as Readonly<Record<string, unknown>>)[name]));
}

const CHECKS: Checks = {
  page: isOneOf(INSPECTOR_PAGES),
  dataset: (value) => typeof value === "string",
  scroll: (value) => hasNumbers(value, INSPECTOR_PAGES),
  threshold: (value) => value === null || isNumber(value),
  clusterSort: isOneOf(CLUSTER_SORTS),
  clusterFilter: isOneOf(CLUSTER_FILTERS),
  budget: (value) => typeof value === "string",
  measure: isOneOf(MEASURE_IDS),
  strategies: areNames,
  cost: (value) => value === null || hasNumbers(value, ["secondsPerSample", "epochs", "pricePerHour"]),
  filter: isSampleFilter,
  sampleSort: isOneOf(SAMPLE_SORTS),
  sampleLayout: isOneOf(["grid", "table"]),
  compare: isCompared,
  review: isReviewed,
  mapColour: isOneOf(MAP_COLOURS),
  mapView: (value) => value === null || hasNumbers(value, ["x", "y", "zoom"]),
  focus: (value) => typeof value === "string",
  selection: (value) => typeof value === "object" && value !== null && "key" in value && typeof value.key === "string" && "rows" in value && typeof value.rows === "string",
};

/** Part by part, so that a part of an older version does not cost the others. */
export function restored(value: unknown): ViewState {
  if (typeof value !== "object" || value === null) return INITIAL;
  const kept = value as Readonly<Record<string, unknown>>;
  const known = Object.entries(CHECKS).filter(([name, check]) => check(kept[name])).map(([name]) => [name, kept[name]]);
  return { ...INITIAL, ...Object.fromEntries(known) as Partial<ViewState> };
}
