/**
 * Writes selections of both CIFAR-10 pools as id lists, for a quality oracle that trains a network on each:
 *   npm run bench:oracle -- --data ../shared/data --out FOLDER [--pools cifar10] [--budgets 5%,10%] [--strategies infomax,dedup-random]
 * One folder a pool, one file `<budget>-<strategy>.txt` a selection, one id a line. `infomax` is the Prune command with its
 * defaults; the others are the strategies of `infomax curve --strategies`. Prints what each kept.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { strategyNamed } from "../src/core/curation/strategies.ts";
import { loadIndex, indexFile } from "../src/core/indexing/indexCache.ts";
import { resolveConfig } from "../src/core/config.ts";
import { similarityGraph } from "../src/core/neighbors/neighborGraph.ts";
import { leaderClusters } from "../src/core/redundancy/clusters.ts";
import { parseBudget } from "../src/core/selection/constraints.ts";
import { readSelection } from "../src/core/store/selectionFile.ts";
import { InspectorService } from "../src/engine/service.ts";
import { POOLS, poolParams, poolSources, type Pool } from "./pools.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" }, out: { type: "string" }, pools: { type: "string", default: POOLS.join(",") },
    budgets: { type: "string", default: "5%,10%,20%,30%,50%" }, strategies: { type: "string", default: "infomax,dedup-random,random" }, seed: { type: "string", default: "0" },
  },
});
if (args.out === undefined) throw new Error("name the folder for the id lists: --out FOLDER");
const data = path.resolve(args.data);
const out = path.resolve(args.out);
const work = await mkdtemp(path.join(os.tmpdir(), "infomax-oracle-"));
const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const sourceOf = await poolSources(data);

async function selectionsOf(pool: Pool): Promise<void> {
  const service = new InspectorService({ storage: path.join(work, "cache") });
  const params = await poolParams(data, work, pool);
  const summary = await service.index(params);
  const config = resolveConfig(work, {}, params.options ?? {}, true);
  const index = await loadIndex(indexFile(path.join(work, "cache"), params.dataset, config), work, config);
  if (index === null) throw new Error("the index that was just made is not there");
  const { dataset, matrix, lists, importance, hardness, forgetting } = index;
  const clusters = await leaderClusters(matrix, lists, summary.threshold.value);
  const graph = similarityGraph(lists);
  await mkdir(path.join(out, pool), { recursive: true });
  for (const budget of args.budgets.split(",")) {
    const count = parseBudget(budget, dataset.count);
    for (const name of args.strategies.split(",")) {
      let ids: string[];
      let note = "";
      if (name === "infomax") {
        const result = await service.prune({ ...params, budget, name: pool });
        ids = (await readSelection(work, pool)).entries.filter((entry) => entry.decision === "kept").map((entry) => entry.id);
        note = `, F/bound ${result.quality.toFixed(4)}, cutoff ${result.noiseCutoff.share.toFixed(3)}`;
      } else {
        const rows = await strategyNamed(name).select({
          matrix, graph, lists, importance: importance.values, aum: hardness?.aum ?? null, forgetting, label: dataset.label, classCount: dataset.labelNames.length,
          clusterOf: clusters.clusterOf, clusterCount: clusters.count, isProtected: new Uint8Array(dataset.count), isExcluded: new Uint8Array(dataset.count),
          perClass: "none", seed: Number(args.seed),
        }, count);
        ids = Array.from(rows, (row) => dataset.ids[row]);
      }
      await writeFile(path.join(out, pool, `${budget.replace("%", "pct")}-${name}.txt`), ids.map((id) => `${id}\n`).join(""));
      const distinct = pool === "cifar10-redundant" ? `, ${new Set(ids.map(sourceOf)).size} sources` : "";
      print(`${pool}  ${budget.padStart(4)}  ${name.padEnd(22)} ${ids.length} kept${distinct}${note}`);
    }
  }
  await service.close();
}

try {
  for (const pool of args.pools.split(",")) {
    const known = POOLS.find((name) => name === pool);
    if (known === undefined) throw new Error(`there is no pool "${pool}": choose among ${POOLS.join(", ")}`);
    await selectionsOf(known);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
