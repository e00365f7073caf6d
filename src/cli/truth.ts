import { readFile } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, messageOf } from "../core/errors.ts";
import type { ClusterView } from "../protocol/redundancy.ts";
import { table } from "./format.ts";

/** Planted duplicates of a dataset, as groups of ids. */
export interface Truth {
  readonly exact: readonly (readonly string[])[];
  readonly near: readonly (readonly string[])[];
}

/** How the clusters found compare with the planted ones. */
export interface TruthReport {
  readonly exactPlanted: number;
  readonly exactFound: number;
  readonly nearPlanted: number;
  readonly nearFound: number;
  readonly clusters: number;
  /** Clusters that join samples which were not planted as duplicates of each other. */
  readonly falseClusters: number;
}

/**
 * Reads a truth file: `{exact, near}`, or `{name: {exact, near}, …}` with the dataset's base name (without extension)
 * as the name.
 */
export async function readTruth(file: string, dataset: string): Promise<Truth> {
  const bad = (problem: string, cause?: unknown): InfomaxError =>
    new InfomaxError("bad-argument", problem, "Give a file like examples/truth.json.", { file }, cause);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (thrown) {
    throw bad(`the truth file cannot be read (${messageOf(thrown)})`, thrown);
  }
  const name = path.basename(dataset, path.extname(dataset));
  const part: unknown = typeof value === "object" && value !== null && name in value ? (value as Record<string, unknown>)[name] : value;
  const groups = (key: string): readonly (readonly string[])[] => {
    const list: unknown = typeof part === "object" && part !== null ? (part as Record<string, unknown>)[key] : undefined;
    const isGroup = (group: unknown): group is string[] => Array.isArray(group) && group.length > 1 && group.every((id) => typeof id === "string");
    if (!Array.isArray(list) || !list.every(isGroup)) throw bad(`the truth file has no list "${key}" of groups of ids for ${name}`);
    return list;
  };
  return { exact: groups("exact"), near: groups("near") };
}

/**
 * Counts planted copies found: a copy is found when it lies in one cluster with the first of its group. Clusters must
 * come with all their members.
 */
export function compareWithTruth(truth: Truth, clusters: readonly ClusterView[]): TruthReport {
  const clusterOf = new Map<string, number>();
  for (const cluster of clusters) for (const { sample } of cluster.members) clusterOf.set(sample.id, cluster.cluster);
  const parent = new Map<string, string>();
  const root = (id: string): string => {
    let at = id;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const [first, ...copies] of [...truth.exact, ...truth.near]) for (const copy of copies) parent.set(root(copy), root(first));
  const tally = (groups: readonly (readonly string[])[]): { planted: number; found: number } => {
    let planted = 0;
    let found = 0;
    for (const [first, ...copies] of groups) {
      const home = clusterOf.get(first);
      planted += copies.length;
      for (const copy of copies) if (home !== undefined && clusterOf.get(copy) === home) found++;
    }
    return { planted, found };
  };
  const exact = tally(truth.exact);
  const near = tally(truth.near);
  const falseClusters = clusters.filter((cluster) => new Set(cluster.members.map(({ sample }) => root(sample.id))).size > 1).length;
  return { exactPlanted: exact.planted, exactFound: exact.found, nearPlanted: near.planted, nearFound: near.found, clusters: clusters.length, falseClusters };
}

export function truthTable(report: TruthReport): string {
  return table(["planted", "copies", "found"], [
    ["exact duplicates", String(report.exactPlanted), String(report.exactFound)],
    ["near-duplicates", String(report.nearPlanted), String(report.nearFound)],
  ]) + `  clusters that join strangers: ${report.falseClusters} of ${report.clusters}\n`;
}

/** At least this share of the planted near-duplicates must be found. */
const LEAST_NEAR = 0.95;

/** All exact copies found, enough near ones, no false cluster. */
export function meetsTruth(report: TruthReport): boolean {
  return report.exactFound === report.exactPlanted && report.nearFound >= LEAST_NEAR * report.nearPlanted && report.falseClusters === 0;
}
