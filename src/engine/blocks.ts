import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { toSimilarity } from "../core/neighbors/neighborSearch.ts";
import { clusterFacts } from "../core/redundancy/clusterFacts.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";
import {
  CLUSTER_CROSSES_SPLITS, CLUSTER_EXACT, CLUSTER_MIXED_LABELS, DROPPED, KEPT, packColumns, UNDECIDED,
  type BlockColumns, type BlockName, type ColumnPlace,
} from "../protocol/columns.ts";
import { DROP_REASONS } from "../protocol/words.ts";
import type { KeeperRule } from "../core/redundancy/keeperRule.ts";
import { preferenceOf } from "./keeperRule.ts";
import type { LoadedDataset, Snapshot } from "./loadedDataset.ts";

/** Names an index: what was read from one block holds for the others of the same key. */
export function indexKey({ index }: LoadedDataset): string {
  return `${index.datasetDigest}/${index.indexedAt}`;
}

/** What stays as long as the index does. */
export function baseColumns({ index, importanceRank }: LoadedDataset): BlockColumns["base"] {
  const { dataset, importance, lists, hardness } = index;
  const nearest = new Float32Array(dataset.count);
  for (let row = 0; row < dataset.count && lists.k > 0; row++) nearest[row] = lists.neighbors[row * lists.k] < 0 ? 0 : toSimilarity(lists.similarities[row * lists.k]);
  return {
    label: dataset.label, split: dataset.split, importance: Float32Array.from(importance.values), rank: Float32Array.from(importanceRank), nearest,
    file: dataset.fileOf, line: dataset.firstLine,
    aum: hardness === null ? new Float32Array(dataset.count).fill(NaN) : Float32Array.from(hardness.aum),
  };
}

/** What people and prunings decided. */
export async function stateColumns(loaded: LoadedDataset, seen: Snapshot, rule: KeeperRule, signal?: AbortSignal): Promise<BlockColumns["states"]> {
  const { count } = loaded.index.dataset;
  // Where the rule leaves it to the objective, the most important member is the likely one.
  const preference = Float32Array.from(await preferenceOf(loaded, rule, signal) ?? loaded.index.importance.values);
  const decision = new Uint8Array(count).fill(UNDECIDED);
  const reason = new Uint8Array(count);
  const keeper = new Int32Array(count).fill(-1);
  const keeperSimilarity = new Float32Array(count);
  const codes = new Map<string, number>(DROP_REASONS.map((name, i) => [name, i + 1]));
  const entryOf = seen.selection?.entryOf;
  for (let row = 0; entryOf !== undefined && row < count; row++) {
    const entry = entryOf[row];
    if (entry === undefined) continue;
    decision[row] = entry.decision === "kept" ? KEPT : DROPPED;
    if (entry.decision === "kept") continue;
    reason[row] = codes.get(entry.reason) ?? 0;
    keeper[row] = entry.keeper === undefined ? -1 : loaded.rowOf.get(entry.keeper) ?? -1;
    keeperSimilarity[row] = entry.similarity ?? 0;
  }
  const marked = (rows: Iterable<number>): Uint8Array => {
    const marks = new Uint8Array(count);
    for (const row of rows) marks[row] = 1;
    return marks;
  };
  return { decision, reason, isProtected: marked(seen.protectedRows), isExcluded: marked(seen.excludedRows), isPreferred: marked(seen.preferred.keys()), preference, keeper, keeperSimilarity };
}

/** Near-duplicate clusters with what they are sorted and filtered by. */
export function clusterColumns({ index, exact: groups }: LoadedDataset, clusters: Clusters): BlockColumns["clusters"] {
  const { label, split } = index.dataset;
  const { offsets, members, similarities } = clusters;
  const { exact, mixedLabels, crossesSplits } = clusterFacts(clusters, { label, split, exactGroupOf: groups.groupOf });
  const flags = exact.map((isExact, c) => (isExact !== 0 ? CLUSTER_EXACT : 0) | (mixedLabels[c] !== 0 ? CLUSTER_MIXED_LABELS : 0) | (crossesSplits[c] !== 0 ? CLUSTER_CROSSES_SPLITS : 0));
  return { offsets, members, similarities, flags };
}

/** How long an answer's file may wait for the host to read it. */
const FORGOTTEN_MS = 3_600_000;

/** The folder through which large answers reach the host: it reads a file once and deletes it. */
export class BlockFolder {
  private readonly folder: string;
  private made: Promise<void> | undefined;

  /** @param storage the engine's storage folder */
  constructor(storage: string) {
    this.folder = path.join(storage, "blocks");
  }

  /** Writes a block. @returns its absolute path and what lies where in it */
  async write<B extends BlockName>(block: B, columns: BlockColumns[B]): Promise<{ readonly file: string; readonly places: readonly ColumnPlace[] }> {
    this.made ??= this.make();
    await this.made;
    const { places, bytes } = packColumns(columns);
    const file = path.join(this.folder, `${block}-${process.pid}-${randomBytes(8).toString("hex")}.bin`);
    await writeFile(file, bytes);
    return { file, places };
  }

  /** Makes the folder, and clears it of what nobody has fetched. */
  private async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const name of await readdir(this.folder)) {
      const file = path.join(this.folder, name);
      const found = await stat(file).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > FORGOTTEN_MS) await rm(file, { force: true });
    }
  }
}
