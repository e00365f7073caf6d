import { SPLITS, type RejectedSample } from "../core/dataset/dataset.ts";
import { labelsAreClasses } from "../core/dataset/labels.ts";
import { splitLeakage } from "../core/redundancy/leakage.ts";
import { TRUSTED_ACCURACY } from "../core/selection/noiseCutoff.ts";
import { CLUSTER_MIXED_LABELS } from "../protocol/columns.ts";
import type { NameCount } from "../protocol/dataset.ts";
import type { ClassOverview, OverviewResult, RejectedGroup } from "../protocol/overview.ts";
import { clusterColumns } from "./blocks.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

const EXAMPLES = 5;
const MOST_REASONS = 50;

/** What a person wants to know of a dataset first: leakage, faults, classes with their suspects, duplicates. Reads no file. */
export async function datasetOverview(loaded: LoadedDataset): Promise<OverviewResult> {
  const { index, exact } = loaded;
  const { dataset, lists, matrix } = index;
  const { ids, count } = dataset;
  const clusters = await loaded.clusters();
  const sizes = new Uint32Array(SPLITS.length);
  for (const code of dataset.split) sizes[code]++;
  const leakage = splitLeakage(matrix, lists, clusters, exact, dataset.split, SPLITS.length).map(({ from, into, leaks }) => ({
    from: SPLITS[from], into: SPLITS[into], samples: sizes[into], near: leaks.length,
    exact: leaks.reduce((sum, leak) => sum + (leak.exact ? 1 : 0), 0), share: leaks.length / sizes[into],
    examples: firstOf(leaks, EXAMPLES, (a, b) => Number(b.exact) - Number(a.exact) || b.similarity - a.similarity || a.row - b.row)
      .map((leak) => ({ id: ids[leak.row], row: leak.row, of: ids[leak.of], ofRow: leak.of, similarity: leak.similarity, exact: leak.exact })),
  }));
  const { flags } = clusterColumns(loaded, clusters);
  const flagged = (flag: number): number => flags.reduce((sum, value) => sum + ((value & flag) !== 0 ? 1 : 0), 0);
  const splits = Array.from(sizes.keys()).filter((code) => sizes[code] > 0);
  const isExtra = exactExtras(exact.groupOf, exact.count);
  const classes = labelsAreClasses(dataset.label) ? classOverviews(loaded, splits, isExtra, clusters.members, clusters.offsets) : [];
  return {
    splits: splits.map((code): NameCount => ({ name: SPLITS[code], count: sizes[code] })),
    leakage: leakage.length === 0 ? null : leakage,
    rejectedByReason: rejectedByReason(dataset.rejected),
    classes,
    unlabelled: dataset.label.reduce((sum, code) => sum + (code < 0 ? 1 : 0), 0),
    balance: balanceOf(classes.map(({ samples }) => samples)),
    duplicates: {
      exactShare: isExtra.reduce((sum, value) => sum + value, 0) / count, nearShare: (clusters.members.length - clusters.count) / count,
      mixedLabels: flagged(CLUSTER_MIXED_LABELS),
    },
  };
}

/** The first few in an order, without sorting all. */
function firstOf<T>(items: Iterable<T>, most: number, order: (a: T, b: T) => number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === most && order(item, first[most - 1]) >= 0) continue;
    let at = first.length;
    while (at > 0 && order(item, first[at - 1]) < 0) at--;
    first.splice(at, 0, item);
    first.length = Math.min(first.length, most);
  }
  return first;
}

/** 1 for samples whose content an earlier row has. */
function exactExtras(groupOf: Int32Array, groups: number): Uint8Array {
  const seen = new Uint8Array(groups);
  return Uint8Array.from(groupOf, (group) => {
    if (group < 0) return 0;
    const extra = seen[group];
    seen[group] = 1;
    return extra;
  });
}

/** Unreadable samples by code and reason; numbers and quoted values in a reason make no new one. */
export function rejectedByReason(rejected: readonly RejectedSample[]): RejectedGroup[] {
  const groups = new Map<string, { code: string; reason: string; count: number; example: RejectedGroup["example"] }>();
  for (const { code, reason, file, line } of rejected) {
    const key = `${code} ${reason.replace(/"[^"]*"|'[^']*'|\d+/g, "#")}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { code, reason, count: 1, example: { file, line } });
    else known.count++;
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, MOST_REASONS);
}

function classOverviews(loaded: LoadedDataset, splits: readonly number[], isExtra: Uint8Array, members: Uint32Array, offsets: Uint32Array): ClassOverview[] {
  const { dataset: { label, labelNames, split, count }, hardness } = loaded.index;
  const suspect = hardness !== null && hardness.probeAccuracy !== null && hardness.probeAccuracy >= TRUSTED_ACCURACY ? hardness.isSuspect : null;
  const classes = labelNames.map((name) => ({ name, samples: 0, bySplit: splits.map(() => 0), exactExtra: 0, nearExtra: 0, suspects: suspect === null ? null : 0 }));
  const placeOf = new Map(splits.map((code, at) => [code, at]));
  for (let row = 0; row < count; row++) {
    if (label[row] < 0) continue;
    const own = classes[label[row]];
    own.samples++;
    own.bySplit[placeOf.get(split[row]) ?? 0]++;
    own.exactExtra += isExtra[row];
    if (suspect !== null) own.suspects = (own.suspects ?? 0) + suspect[row];
  }
  for (let c = 0; c + 1 < offsets.length; c++) {
    for (let at = offsets[c] + 1; at < offsets[c + 1]; at++) if (label[members[at]] >= 0) classes[label[members[at]]].nearExtra++;
  }
  return classes;
}

/** How even class sizes are; classes without samples are left out. */
export function balanceOf(sizes: readonly number[]): OverviewResult["balance"] {
  const present = sizes.filter((size) => size > 0).sort((a, b) => a - b);
  const classes = present.length;
  if (classes < 2) return null;
  const total = present.reduce((sum, size) => sum + size, 0);
  let entropy = 0;
  let ranked = 0;
  present.forEach((size, i) => {
    entropy -= (size / total) * Math.log(size / total);
    ranked += (i + 1) * size;
  });
  return { imbalance: present[classes - 1] / present[0], entropy: Math.min(1, entropy / Math.log(classes)), gini: Math.max(0, (2 * ranked) / (classes * total) - (classes + 1) / classes) };
}
