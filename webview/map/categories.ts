/** Which sample gets which colour and shape, and what the legend says about it. Pure. */
import * as l10n from "@vscode/l10n";
import { type BlockColumns, type ClusterColumns, DROPPED, KEPT, SPLIT_NAMES } from "../../src/protocol/columns.ts";
import type { SampleFilter, StateName } from "../samples/sampleFilter.ts";
import { CATEGORY_COLOURS, categoryColour, neutralColour, rampColour, type Rgb, type Theme } from "./palette.ts";
import type { MapColour } from "./mapColours.ts";
import { CATEGORY_SHAPES, SHAPES, type Shape } from "./shapes.ts";

/** How a point looks. */
export interface PointStyle {
  readonly shape: Shape;
  /** Of the usual diameter. */
  readonly size: number;
  readonly colour: (theme: Theme) => Rgb;
}

/** One line of the legend. */
export interface LegendEntry {
  readonly name: string;
  readonly count: number;
  /** Of its points, and of its swatch: index into the styles. */
  readonly slot: number;
  /** How the filter shows this entry alone, or no longer; null where no filter does. */
  readonly filter: { isOn(filter: SampleFilter): boolean; toggled(filter: SampleFilter): Partial<SampleFilter> } | null;
}

export interface Colouring {
  /** Index into the styles for each row. */
  readonly slots: Uint8Array;
  /** At most 256. */
  readonly styles: readonly PointStyle[];
  /** Most frequent first, where there is no other order. */
  readonly entries: readonly LegendEntry[];
  /** Said above the legend where it needs a word. */
  readonly note: string;
}

/** What colours look at; null where it has not arrived. */
export interface ColourColumns {
  readonly count: number;
  readonly base: BlockColumns["base"] | null;
  readonly states: BlockColumns["states"] | null;
  readonly clusters: ClusterColumns | null;
  readonly classNames: readonly string[];
}

/** Colours and shapes return together after so many categories: their numbers have no common divisor. */
const DISTINCT = CATEGORY_COLOURS * CATEGORY_SHAPES;
const CLUSTERS_SHOWN = 10;
const FIFTHS = 5;
/** Shades within a fifth. */
const SHADES = 4;

/** The look of the i-th of many categories: one and the next differ both in colour and in shape. */
export function categoryStyle(i: number): PointStyle {
  return { shape: SHAPES[i % CATEGORY_SHAPES], size: 1, colour: (theme) => categoryColour(i, theme) };
}

const NOWHERE: PointStyle = { shape: "ring", size: 0.8, colour: neutralColour };
const KEPT_STYLE: PointStyle = { shape: "circle", size: 1, colour: (theme) => categoryColour(0, theme) };
const DROPPED_STYLE: PointStyle = { shape: "ring", size: 0.95, colour: (theme) => categoryColour(1, theme) };

/** While nothing is known but the places. */
export const PLAIN: Colouring = { slots: new Uint8Array(0), styles: [{ shape: "circle", size: 1, colour: neutralColour }], entries: [], note: "" };

/** @returns null while what it needs has not arrived */
export function colouringOf(by: MapColour, columns: ColourColumns): Colouring | null {
  const { base, states, clusters } = columns;
  switch (by) {
    case "label":
      return base === null ? null : byLabel(base.label, columns.classNames);
    case "cluster":
      return clusters === null ? null : byCluster(clusters);
    case "importance":
      return base === null ? null : byImportance(base);
    case "decision":
      return states === null ? null : byDecision(states.decision);
    case "split":
      return base === null ? null : bySplit(base.split);
    case "budget":
      // Compared with each place in the order while drawing.
      return { slots: new Uint8Array(columns.count), styles: [KEPT_STYLE, DROPPED_STYLE], entries: [], note: "" };
  }
}

function byLabel(label: Int32Array, classNames: readonly string[]): Colouring {
  const counts = countsOf(label, classNames.length);
  const codes = classNames.map((_, code) => code).filter((code) => counts[code + 1] > 0).sort((a, b) => counts[b + 1] - counts[a + 1] || a - b);
  const styles = [...codes.slice(0, DISTINCT).map((_, i) => categoryStyle(i)), NOWHERE];
  const slotOf = new Uint8Array(classNames.length + 1).fill(styles.length - 1);
  codes.forEach((code, i) => { slotOf[code + 1] = i % DISTINCT; });
  const entry = (text: string, name: string, count: number, slot: number): LegendEntry => ({
    name: text, count, slot,
    filter: {
      isOn: ({ labels }) => labels?.includes(name) ?? false,
      toggled: ({ labels }) => {
        const others = (labels ?? []).filter((other) => other !== name);
        const all = labels?.includes(name) === true ? others : [...others, name];
        return { labels: all.length === 0 ? null : all };
      },
    },
  });
  const entries = codes.map((code, i) => entry(classNames[code], classNames[code], counts[code + 1], i % DISTINCT));
  if (counts[0] > 0) entries.push(entry(l10n.t("no label"), "", counts[0], styles.length - 1));
  return {
    slots: Uint8Array.from(label, (code) => slotOf[code + 1]), styles, entries,
    note: codes.length === 0 ? l10n.t("The samples have no labels.") : codes.length > DISTINCT ? l10n.t("Colours and shapes return after {0} classes.", DISTINCT) : "",
  };
}

function byCluster({ offsets, members, clusterOf }: ClusterColumns): Colouring {
  const total = offsets.length - 1;
  const shown = Math.min(CLUSTERS_SHOWN, total);
  const styles: PointStyle[] = Array.from({ length: shown }, (_, i) => categoryStyle(i));
  const smaller = styles.push({ shape: "circle", size: 0.9, colour: neutralColour }) - 1;
  const alone = styles.push({ ...NOWHERE, size: 0.7 }) - 1;
  const entries: LegendEntry[] = [];
  for (let cluster = 0; cluster < shown; cluster++) {
    const first = members[offsets[cluster]];
    const isOn = ({ clusterWith }: SampleFilter): boolean => clusterWith !== null && clusterOf[clusterWith] === cluster;
    entries.push({
      name: l10n.t("Cluster {0}", cluster + 1), count: offsets[cluster + 1] - offsets[cluster], slot: cluster,
      filter: { isOn, toggled: (filter) => ({ clusterWith: isOn(filter) ? null : first }) },
    });
  }
  const inSmaller = offsets[total] - offsets[shown];
  const inNone = clusterOf.length - offsets[total];
  if (inSmaller > 0) entries.push({ name: total - shown === 1 ? l10n.t("In 1 smaller cluster") : l10n.t("In {0} smaller clusters", total - shown), count: inSmaller, slot: smaller, filter: null });
  if (inNone > 0) {
    entries.push({
      name: l10n.t("In no cluster"), count: inNone, slot: alone,
      filter: { isOn: ({ place }) => place === "alone", toggled: ({ place }) => ({ place: place === "alone" ? null : "alone" }) },
    });
  }
  return { slots: Uint8Array.from(clusterOf, (cluster) => (cluster < 0 ? alone : Math.min(cluster, smaller))), styles, entries, note: total === 0 ? l10n.t("There are no near-duplicates at this threshold.") : "" };
}

const figures = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

function byImportance({ importance, rank }: BlockColumns["base"]): Colouring {
  const steps = FIFTHS * SHADES;
  const styles = Array.from({ length: steps }, (_, i): PointStyle => {
    const share = i / (steps - 1);
    // Larger where it is more important: the order can be seen without colours.
    return { shape: "circle", size: 0.75 + 0.5 * share, colour: (theme) => rampColour(share, theme) };
  });
  const slots = Uint8Array.from(rank, (share) => Math.min(steps - 1, Math.floor(share * steps)));
  const counts = new Uint32Array(FIFTHS);
  const lows = new Float64Array(FIFTHS).fill(Infinity);
  const highs = new Float64Array(FIFTHS).fill(-Infinity);
  for (let row = 0; row < slots.length; row++) {
    const fifth = Math.floor(slots[row] / SHADES);
    counts[fifth]++;
    lows[fifth] = Math.min(lows[fifth], importance[row]);
    highs[fifth] = Math.max(highs[fifth], importance[row]);
  }
  const entries: LegendEntry[] = [];
  for (let fifth = FIFTHS - 1; fifth >= 0; fifth--) {
    if (counts[fifth] === 0) continue;
    const range = [fifth / FIFTHS, (fifth + 1) / FIFTHS] as const;
    const isOn = (filter: SampleFilter): boolean => filter.rank?.[0] === range[0] && filter.rank[1] === range[1];
    entries.push({
      name: rangeName(figures.format(lows[fifth]), figures.format(highs[fifth]), fifth), count: counts[fifth], slot: fifth * SHADES + (SHADES >> 1),
      filter: { isOn, toggled: (filter) => ({ rank: isOn(filter) ? null : range }) },
    });
  }
  return { slots, styles, entries, note: l10n.t("Fifths of the samples by importance; larger points are more important.") };
}

function rangeName(low: string, high: string, fifth: number): string {
  return fifth === FIFTHS - 1 ? l10n.t("{0} – {1}, highest", low, high) : fifth === 0 ? l10n.t("{0} – {1}, lowest", low, high) : l10n.t("{0} – {1}", low, high);
}

function byDecision(decision: Uint8Array): Colouring {
  const kinds: readonly { readonly code: number; readonly name: string; readonly state: StateName; readonly style: PointStyle }[] = [
    { code: KEPT, name: l10n.t("Kept"), state: "kept", style: KEPT_STYLE },
    { code: DROPPED, name: l10n.t("Dropped"), state: "dropped", style: DROPPED_STYLE },
    { code: 0, name: l10n.t("Undecided"), state: "undecided", style: { shape: "circle", size: 0.8, colour: neutralColour } },
  ];
  const counts = countsOf(decision, 3);
  const slotOf = new Uint8Array(3);
  kinds.forEach(({ code }, slot) => { slotOf[code] = slot; });
  const entries = kinds.flatMap(({ code, name, state }, slot): LegendEntry[] => (counts[code + 1] === 0 ? [] : [{
    name, count: counts[code + 1], slot,
    filter: { isOn: (filter) => filter.state === state, toggled: (filter) => ({ state: filter.state === state ? null : state }) },
  }]));
  return {
    slots: decision.map((code) => slotOf[code]), styles: kinds.map(({ style }) => style), entries,
    note: counts[KEPT + 1] + counts[DROPPED + 1] === 0 ? l10n.t("No selection is shown: prune to make one, or colour by the budget.") : "",
  };
}

function bySplit(split: Uint8Array): Colouring {
  const counts = countsOf(split, SPLIT_NAMES.length);
  const names = [l10n.t("no split"), "train", "val", "test"];
  const entries = SPLIT_NAMES.flatMap((name, code): LegendEntry[] => (counts[code + 1] === 0 ? [] : [{
    name: names[code], count: counts[code + 1], slot: code,
    filter: { isOn: (filter) => filter.split === name, toggled: (filter) => ({ split: filter.split === name ? null : name }) },
  }]));
  return { slots: split, styles: [NOWHERE, categoryStyle(0), categoryStyle(1), categoryStyle(2)], entries, note: entries.length < 2 ? l10n.t("There is one split only, or none.") : "" };
}

/** Entry code + 1 counts a code; entry 0 counts −1. */
function countsOf(codes: ArrayLike<number>, codesThere: number): Uint32Array {
  const counts = new Uint32Array(codesThere + 1);
  for (let row = 0; row < codes.length; row++) counts[codes[row] + 1]++;
  return counts;
}

/** Place of each row in the nested order; rows that are kept at no budget come after all others. */
export function placesOf({ order }: BlockColumns["order"], count: number): Float32Array {
  const places = new Float32Array(count).fill(count);
  for (let at = 0; at < order.length; at++) places[order[at]] = at;
  return places;
}

/** Legend of the budget colouring: how many are kept and dropped. */
export function budgetCounts(budget: number, ordered: number, count: number): { readonly kept: number; readonly dropped: number } {
  const kept = Math.max(0, Math.min(budget, ordered));
  return { kept, dropped: count - kept };
}
