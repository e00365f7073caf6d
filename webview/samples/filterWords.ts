/** What the parts of a filter, and the orders, are called. Pure. */
import * as l10n from "@vscode/l10n";
import { DROP_REASONS, formatShare, reasonText } from "../../src/protocol/words.ts";
import type { CLUSTER_PLACES, SampleFilter, StateName } from "./sampleFilter.ts";
import type { SampleSort } from "./sampleOrder.ts";

/** Labels named in a chip. */
const MOST_NAMED = 3;
const MOST_LETTERS = 40;

export function stateText(state: StateName): string {
  switch (state) {
    case "kept":
      return l10n.t("Kept");
    case "dropped":
      return l10n.t("Dropped");
    case "protected":
      return l10n.t("Protected");
    case "excluded":
      return l10n.t("Excluded");
    case "preferred":
      return l10n.t("Keeper of its cluster");
    case "undecided":
      return l10n.t("Undecided");
  }
}

export function placeText(place: (typeof CLUSTER_PLACES)[number]): string {
  return place === "in" ? l10n.t("In a cluster") : l10n.t("In no cluster");
}

export function labelText(label: string): string {
  return label === "" ? l10n.t("(no label)") : label;
}

/** A reason by its name; the name itself where it is none of ours. */
export function reasonTitle(name: string): string {
  const reason = DROP_REASONS.find((known) => known === name);
  return reason === undefined ? name : reasonText(reason);
}

export function sortText(sort: SampleSort): string {
  switch (sort) {
    case "source":
      return l10n.t("As in the dataset");
    case "important":
      return l10n.t("Most important first");
    case "unimportant":
      return l10n.t("Least important first");
    case "nearest":
      return l10n.t("Most similar to another first");
    case "farthest":
      return l10n.t("Least similar to others first");
    case "suspicious":
      return l10n.t("Suspicious labels first");
    case "label":
      return l10n.t("By label");
    case "split":
      return l10n.t("By split");
    case "cluster":
      return l10n.t("By cluster, largest first");
    case "kept":
      return l10n.t("As a growing budget keeps them");
  }
}

/** One part of a filter in words, and the change that takes it away. */
export interface ActivePart {
  readonly key: keyof SampleFilter;
  readonly text: string;
  readonly without: Partial<SampleFilter>;
}

function clipped(text: string): string {
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS)}…`;
}

/** @param clusterName what the cluster of `clusterWith` is called: by its sample, or its size */
export function activeParts(filter: SampleFilter, clusterName: string): readonly ActivePart[] {
  const parts: ActivePart[] = [];
  const { labels, rank } = filter;
  if (filter.text !== "") parts.push({ key: "text", text: l10n.t("Text: “{0}”", clipped(filter.text)), without: { text: "" } });
  if (labels !== null) {
    const named = labels.slice(0, MOST_NAMED).map((label) => clipped(labelText(label))).join(", ");
    parts.push({
      key: "labels", without: { labels: null },
      text: labels.length > MOST_NAMED ? l10n.t("Label: {0} and {1} more", named, labels.length - MOST_NAMED) : l10n.t("Label: {0}", labels.length === 0 ? l10n.t("none") : named),
    });
  }
  if (filter.split !== null) parts.push({ key: "split", text: l10n.t("Split: {0}", filter.split), without: { split: null } });
  if (filter.state !== null) parts.push({ key: "state", text: stateText(filter.state), without: { state: null } });
  if (filter.reason !== null) parts.push({ key: "reason", text: l10n.t("Dropped as: {0}", reasonTitle(filter.reason)), without: { reason: null } });
  if (rank !== null) parts.push({ key: "rank", text: rankText(rank), without: { rank: null } });
  if (filter.place !== null) parts.push({ key: "place", text: placeText(filter.place), without: { place: null } });
  if (filter.clusterWith !== null) parts.push({ key: "clusterWith", text: l10n.t("Cluster of {0}", clipped(clusterName)), without: { clusterWith: null } });
  if (filter.chosen) parts.push({ key: "chosen", text: l10n.t("Chosen only"), without: { chosen: false } });
  return parts;
}

/** "Importance: top 20%", "lowest 10%", or "20% to 40% from below". */
export function rankText([low, high]: readonly [number, number]): string {
  if (high >= 1) return l10n.t("Importance: highest {0}", formatShare(1 - low));
  return low <= 0 ? l10n.t("Importance: lowest {0}", formatShare(high)) : l10n.t("Importance: from {0} to {1} of all", formatShare(low), formatShare(high));
}
