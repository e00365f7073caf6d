/**
 * Solvers and peers on the same graph and importance, printed as Markdown tables:
 *   npm run bench:selection -- --data ../shared/data [--pools cifar10-redundant,cifar10] [--budgets 1%,5%,10%,25%,50%]
 * Every subset is measured alike: F with the programme of its budget (default β, no noise cutoff, no class shares, so that
 * all strategies face the same problem), F / bound with one bound for all subsets of that size, coverage and redundancy.
 * Before them stand the speed and the peak memory of our solvers.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { resolveConfig } from "../src/core/config.ts";
import { strategyNamed } from "../src/core/curation/strategies.ts";
import type { StrategyInput } from "../src/core/curation/strategy.ts";
import { measureSubset } from "../src/core/curation/subsetMeasures.ts";
import { scaleImportance } from "../src/core/importance/scale.ts";
import { indexFile, loadIndex } from "../src/core/indexing/indexCache.ts";
import { similarityGraph } from "../src/core/neighbors/neighborGraph.ts";
import { leaderClusters } from "../src/core/redundancy/clusters.ts";
import { thresholdByEvidence } from "../src/core/redundancy/threshold.ts";
import { curveBudgets, curvePoints } from "../src/core/selection/budgetCurve.ts";
import { parseBudget, type Constraints } from "../src/core/selection/constraints.ts";
import { contentGraph, contentsOf } from "../src/core/selection/contents.ts";
import { greedySelection } from "../src/core/selection/greedy.ts";
import { createGround, createProgramme, objective } from "../src/core/selection/objective.ts";
import { USUAL_WEIGHT } from "../src/core/selection/scarcity.ts";
import { certifySolved, solve, SOLVERS, type Solved } from "../src/core/selection/solve.ts";
import { InspectorService } from "../src/engine/service.ts";
import { POOLS, poolParams, type Pool } from "./pools.ts";

const { values: args } = parseArgs({
  options: { data: { type: "string", default: "../shared/data" }, pools: { type: "string", default: POOLS.join(",") }, budgets: { type: "string", default: "1%,5%,10%,25%,50%" } },
});
const data = path.resolve(args.data);
const work = await mkdtemp(path.join(os.tmpdir(), "infomax-selection-"));
const PEERS = ["random", "top-importance", "k-center", "facility-location", "graph-cut", "d2", "ccs", "semdedup", "dedup-random"] as const;

const print = (line: string): void => { process.stdout.write(`${line}\n`); };
async function timed<T>(run: () => T | Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await run();
  return [result, (performance.now() - start) / 1000];
}

async function groundOf(pool: Pool) {
  const service = new InspectorService({ storage: path.join(work, "cache") });
  const params = await poolParams(data, work, pool);
  await service.index(params);
  await service.close();
  const config = resolveConfig(work, {}, params.options ?? {}, true);
  const index = await loadIndex(indexFile(path.join(work, "cache"), params.dataset, config), work, config);
  if (index === null) throw new Error("the index that was just made is not there");
  const { dataset, matrix, lists, importance, hardness, forgetting, encoder } = index;
  const threshold = thresholdByEvidence(lists, encoder.defaultThreshold).value;
  const clusters = await leaderClusters(matrix, lists, threshold);
  const contents = contentsOf(dataset.count, clusters);
  const [graph, graphSeconds] = await timed(() => contentGraph(matrix, lists, contents));
  const ground = createGround(scaleImportance(importance.values, config.importanceScale), graph, contents);
  const input: StrategyInput = {
    matrix, lists, graph: similarityGraph(lists), importance: importance.values, aum: hardness?.aum ?? null, forgetting, label: dataset.label, classCount: dataset.labelNames.length,
    clusterOf: clusters.clusterOf, clusterCount: clusters.count, isProtected: new Uint8Array(dataset.count), isExcluded: new Uint8Array(dataset.count), perClass: "none", seed: 0,
  };
  return { ground, input, beta: config.redundancyWeight === "auto" ? USUAL_WEIGHT : config.redundancyWeight, threshold, graphSeconds };
}

async function compare(pool: Pool): Promise<void> {
  const { ground, input, beta, threshold, graphSeconds } = await groundOf(pool);
  const rows = ground.scores.length;
  print(`\n## ${pool}: ${rows.toLocaleString("en")} samples, ${ground.contents.count.toLocaleString("en")} contents at ${threshold}, k = ${input.lists.k}, β = ${beta}`);
  const constraints: Constraints = {
    isProtected: input.isProtected, isExcluded: input.isExcluded, deferred: new Float64Array(rows), classPolicy: "none", label: input.label, classCount: input.classCount,
  };
  await speed(pool, ground, input, constraints, beta, graphSeconds);
  for (const text of args.budgets.split(",")) {
    const budget = parseBudget(text, rows);
    const programme = createProgramme(ground, beta, budget);
    const found: { name: string; kept: Uint32Array; value: number; seconds: number }[] = [];
    let best: Solved | null = null;
    for (const solver of SOLVERS) {
      const [solved, seconds] = await timed(() => solve(programme, constraints, budget, solver));
      found.push({ name: `**${solver}**`, kept: solved.kept, value: solved.objective, seconds });
      if (best === null || solved.objective > best.objective) best = solved;
    }
    for (const name of PEERS) {
      const [kept, seconds] = await timed(() => strategyNamed(name).select(input, budget));
      const selected = new Uint8Array(rows);
      for (const row of kept) selected[row] = 1;
      found.push({ name, kept, value: objective(programme, selected), seconds });
    }
    if (best === null) throw new Error("no solver ran");
    const top = best;
    const [{ bound }, certifySeconds] = await timed(() => certifySolved(programme, constraints, top, { seed: 0 }));
    print(`\n### ${text} = ${budget.toLocaleString("en")} (bound ${bound.toFixed(1)}, found in ${certifySeconds.toFixed(1)} s)\n`);
    print("| strategy | F | F / bound | facility location | coverage | worst gap | near-duplicate pairs | distinct contents | seconds |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (const { name, kept, value, seconds } of found) {
      const measures = await measureSubset(input, kept);
      const quality = bound > 0 ? value / bound : bound / value;
      print(`| ${name} | ${value.toFixed(1)} | ${value > 0 === bound > 0 ? quality.toFixed(4) : "< 0"} | ${measures.facilityLocation.toFixed(4)} | ${measures.coverage.toFixed(4)} | ${measures.worstGap.toFixed(3)} | ${measures.nearDuplicatePairs} | ${(100 * measures.distinctKept).toFixed(1)}% | ${seconds.toFixed(2)} |`);
    }
    const [greedy, exchange] = found;
    print(`\nGreedy leaves ${(100 * (1 - Math.min(greedy.value / exchange.value, exchange.value / greedy.value))).toFixed(3)}% of F to exchange.`);
  }
}

async function speed(pool: Pool, ground: Awaited<ReturnType<typeof groundOf>>["ground"], input: StrategyInput, constraints: Constraints, beta: number, graphSeconds: number): Promise<void> {
  const rows = ground.scores.length;
  const programme = createProgramme(ground, beta, parseBudget("30%", rows));
  const grouped: Constraints = { ...constraints, classPolicy: "floor" };
  const median = async (run: () => unknown): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) times.push((await timed(run))[1]);
    return times.sort((a, b) => a - b)[2];
  };
  const whole = await median(() => greedySelection(programme, grouped, rows));
  const resolve = async (text: string, solver: "greedy" | "exchange"): Promise<number> => {
    const budget = parseBudget(text, rows);
    let pinned = 0;
    return median(() => {
      const isProtected = new Uint8Array(rows);
      isProtected[(pinned += 7919) % rows] = 1;
      return solve(createProgramme(ground, beta, budget), { ...grouped, isProtected }, budget, solver);
    });
  };
  const { matrix, label, classCount } = input;
  const budgets = curveBudgets(rows, 0, rows);
  const curve = await median(() => curvePoints(programme, matrix, label, classCount, greedySelection(programme, grouped, rows).order, budgets, 0));
  print(`\n### Speed, ${pool}\n`);
  print("| what | seconds (median of 5) | limit | ratio |\n| --- | --- | --- | --- |");
  const line = (what: string, seconds: number, limit: number): void => { print(`| ${what} | ${seconds.toFixed(3)} | ${limit} | ${(seconds / limit).toFixed(2)} |`); };
  line("greedy over the whole budget range", whole, 1);
  for (const text of ["10%", "30%"]) {
    line(`solving ${text} again after a pin toggles, greedy`, await resolve(text, "greedy"), 0.1);
    line(`the same, exchange`, await resolve(text, "exchange"), 0.1);
  }
  line(`curve of ${budgets.length} points, greedy included`, curve, 1.5);
  const budget = parseBudget("10%", rows);
  const tenth = createProgramme(ground, beta, budget);
  const solved = solve(tenth, grouped, budget, "exchange");
  const [, certified] = await timed(() => certifySolved(tenth, grouped, solved, { seed: 0 }));
  print(`\nBesides, once: K between contents from the neighbour lists ${graphSeconds.toFixed(2)} s, the certificate at 10% ${certified.toFixed(2)} s.`);
  print(`Peak memory up to here, index and solvers: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB.`);
}

try {
  print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}`);
  for (const name of args.pools.split(",")) {
    const pool = POOLS.find((known) => known === name);
    if (pool === undefined) throw new Error(`there is no pool "${name}": choose among ${POOLS.join(", ")}`);
    await compare(pool);
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
