import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { resolveConfig } from "../../src/core/config.ts";
import { strategyNamed } from "../../src/core/curation/strategies.ts";
import type { StrategyName } from "../../src/core/curation/strategy.ts";
import type { DatasetIndex } from "../../src/core/indexing/datasetIndex.ts";
import { datasetCacheFolder, indexFile, loadIndex } from "../../src/core/indexing/indexCache.ts";
import { similarityGraph } from "../../src/core/neighbors/neighborGraph.ts";
import { leaderClusters, type Clusters } from "../../src/core/redundancy/clusters.ts";
import type { DatasetParams, DatasetSummary } from "../../src/protocol/dataset.ts";
import { InspectorService } from "../../src/engine/service.ts";
import type { Contestant } from "./encoders.ts";
import { cifarFolder, poolEntries, redundantPoolFolder } from "./imageSets.ts";
import { percent, print, printTable } from "./report.ts";
import type { Setup } from "./setup.ts";

const SEEDS = [0, 1, 2];
const SELECTION = "bench";

/** A folder of images to prune, and what the quality oracle calls its samples. */
interface Pool {
  readonly name: string;
  readonly folder: string;
  /** Before each id of the folder's samples. */
  readonly prefix: string;
  readonly budgets: readonly number[];
  /** The source image of a sample by its id in the folder; null where all are different. */
  readonly sourceOf: ((id: string) => string) | null;
}

/**
 * The whole offline path: image files, nothing imported, default settings. Writes the kept ids of each selection to
 * `<out>/<pool>/<kept>-<selection>.txt` for the quality oracle, and prints what the selections hold.
 */
export async function offlineSection({ folders, out, encoders }: Setup): Promise<void> {
  const sources = (await poolEntries(folders)).map(({ source }) => source);
  const pools: readonly Pool[] = [
    { name: "cifar10-redundant", folder: await redundantPoolFolder(folders), prefix: "pool/", budgets: [5000], sourceOf: (id) => sources[Number(id.slice(-9, -4))] },
    { name: "cifar10", folder: path.join(await cifarFolder(folders), "train"), prefix: "train/", budgets: [5000, 15_000], sourceOf: null },
  ];
  for (const pool of pools) {
    await mkdir(path.join(out, pool.name), { recursive: true });
    const indexed: string[][] = [];
    const kept: string[][] = [];
    for (const [at, contestant] of encoders.entries()) {
      // The first is what a user gets who sets nothing; only it also lends its clusters to the peers.
      const found = await prunePool(pool, contestant, at === 0, path.join(folders.cache, "index"), path.join(out, pool.name));
      indexed.push(found.indexed);
      kept.push(...found.kept);
    }
    const source = pool.sourceOf === null ? [] : ["clustered samples of their cluster's main source", "pairs of one source in one cluster"];
    printTable(`${pool.name}: the index of image files alone`, ["encoder", "threshold", "clusters", "samples beyond the first", ...source, "importance", "label noise", "probe accuracy", "index, s"], indexed);
    printTable(`${pool.name}: what is kept`, ["selection", "kept", ...(pool.sourceOf === null ? [] : ["distinct sources"]), "F / bound", "noise cutoff", "left near-duplicates", "prune, s"], kept);
  }
  print(`\nThe kept ids of each: ${out}`);
}

async function prunePool(pool: Pool, contestant: Contestant, isDefault: boolean, storage: string, out: string): Promise<{ readonly indexed: string[]; readonly kept: string[][] }> {
  const params: DatasetParams = { dataset: pool.folder, trusted: true, options: { encoder: contestant.setting } };
  await forgetIndexes(storage, pool.folder);
  const service = new InspectorService({ storage });
  try {
    const summary = await service.index(params);
    const config = resolveConfig(pool.folder, {}, params.options ?? {}, true);
    const index = await loadIndex(indexFile(storage, pool.folder, config), pool.folder, config);
    if (index === null) throw new Error("the index that was just made is not there");
    const clusters = await leaderClusters(index.matrix, index.lists, summary.threshold.value);
    const save = (name: string, ids: readonly string[]): Promise<void> => writeFile(path.join(out, `${name}.txt`), ids.map((id) => `${pool.prefix}${id}\n`).join(""));
    const distinct = (ids: readonly string[]): string[] => (pool.sourceOf === null ? [] : [new Set(ids.map(pool.sourceOf)).size.toLocaleString("en")]);
    const kept: string[][] = [];
    for (const budget of pool.budgets) {
      const result = await service.prune({ ...params, budget: String(budget), name: SELECTION });
      const ids = (await readFile(result.idsFile, "utf8")).split("\n").filter((id) => id !== "");
      const name = isDefault ? "infomax" : `infomax-${contestant.name}`;
      await save(`${budget}-${name}`, ids);
      kept.push([`${name} (${contestant.name})`, ids.length.toLocaleString("en"), ...distinct(ids), result.quality.toFixed(4), result.noiseCutoff.share.toFixed(3), percent(result.redundancyLeft), result.seconds.toFixed(1)]);
      if (!isDefault) continue;
      for (const strategy of ["dedup-random", "random"] as const) {
        for (const seed of SEEDS) {
          const chosen = await peerSelection(index, clusters, strategy, budget, seed);
          await save(`${budget}-${strategy}-seed${seed}`, chosen);
          kept.push([`${strategy}, seed ${seed}`, chosen.length.toLocaleString("en"), ...distinct(chosen), "", "", "", ""]);
        }
      }
    }
    return { indexed: indexRow(contestant, summary, pool, index, clusters), kept };
  } finally {
    await service.close();
    await removeSelection(pool.folder);
  }
}

/** Vectors stay from run to run; all that is found in them is found anew. */
async function forgetIndexes(storage: string, dataset: string): Promise<void> {
  const folder = datasetCacheFolder(storage, dataset);
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) if (name.startsWith("index-")) await rm(path.join(folder, name), { force: true });
}

async function peerSelection({ dataset, matrix, lists, importance, hardness, forgetting }: DatasetIndex, clusters: Clusters, strategy: StrategyName, budget: number, seed: number): Promise<string[]> {
  const rows = await strategyNamed(strategy).select({
    matrix, lists, graph: similarityGraph(lists), importance: importance.values, aum: hardness?.aum ?? null, forgetting, label: dataset.label, classCount: dataset.labelNames.length,
    clusterOf: clusters.clusterOf, clusterCount: clusters.count, isProtected: new Uint8Array(dataset.count), isExcluded: new Uint8Array(dataset.count), perClass: "none", seed,
  }, budget);
  return Array.from(rows, (row) => dataset.ids[row]);
}

function indexRow(contestant: Contestant, summary: DatasetSummary, pool: Pool, { dataset }: DatasetIndex, clusters: Clusters): string[] {
  const { sourceOf } = pool;
  const noise = summary.labelNoise;
  return [
    `${contestant.name} (${summary.encoder.name})`, String(summary.threshold.value), summary.duplicates.clusters.toLocaleString("en"), summary.duplicates.clusterExtra.toLocaleString("en"),
    ...(sourceOf === null ? [] : purityAndRecall(clusters, dataset.ids.map((id) => sourceOf(id)))), summary.importance.name,
    noise === null ? "none" : percent(noise.share), noise === null || noise.probeAccuracy === null ? "none" : percent(noise.probeAccuracy),
    Object.entries(summary.seconds).map(([stage, seconds]) => `${stage.toLowerCase()} ${seconds.toFixed(0)}`).join(", "),
  ];
}

/** Shares of the clustered samples that are of their cluster's main source, and of the pairs of one source that lie in one cluster. */
function purityAndRecall({ count, offsets, members }: Clusters, sources: readonly string[]): string[] {
  const pairs = (n: number): number => (n * (n - 1)) / 2;
  const tally = (rows: Iterable<number>): number[] => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(sources[row], (counts.get(sources[row]) ?? 0) + 1);
    return [...counts.values()];
  };
  let main = 0;
  let found = 0;
  for (let c = 0; c < count; c++) {
    const counts = tally(members.subarray(offsets[c], offsets[c + 1]));
    main += Math.max(...counts);
    found += counts.reduce((sum, n) => sum + pairs(n), 0);
  }
  const all = tally(sources.keys()).reduce((sum, n) => sum + pairs(n), 0);
  return [percent(main / Math.max(1, members.length), 2), percent(found / all, 2)];
}

/** Removes what this run wrote beside the images. */
async function removeSelection(folder: string): Promise<void> {
  for (const name of [`selections/${SELECTION}.jsonl`, `selections/${SELECTION}.ids.txt`]) await rm(path.join(folder, ".infomax", name), { force: true });
  for (const name of ["selections", "."]) await rmdir(path.join(folder, ".infomax", name)).catch(() => undefined);
}
