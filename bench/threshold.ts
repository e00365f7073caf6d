/**
 * Near-duplicate clusters at one threshold after another, as a slider asks for them: from the neighbour lists (ClusterFinder)
 * against products among all candidates, in the same run and on one thread:
 *   npm run bench:threshold -- --data ../shared/data
 * `--data` holds the files described in bench/README.md.
 */
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { readNpyMatrix } from "../src/core/dataset/npy.ts";
import { ExactSearch } from "../src/core/neighbors/exactSearch.ts";
import { nearestNeighbors } from "../src/core/neighbors/neighborGraph.ts";
import { normalizeRows } from "../src/core/neighbors/neighborSearch.ts";
import { ClusterFinder } from "../src/core/redundancy/clusterFinder.ts";
import { denseClusters } from "../src/core/redundancy/denseClusters.fixture.ts";
import { POOLS } from "./pools.ts";

const { values: args } = parseArgs({ options: { data: { type: "string", default: "../shared/data" } } });
const SAMPLES = 50_000;
const NEIGHBORS = 50;
const LADDER = [0.995, 0.99, 0.985, 0.98, 0.975, 0.97, 0.965, 0.96, 0.95];
const REPEATS = 7;

const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const milliseconds = async <T>(run: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  const result = await run();
  return [result, performance.now() - start];
};

print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}`);
for (const pool of POOLS) {
  const matrix = await readNpyMatrix(path.join(args.data, `${pool}-features.npy`), SAMPLES);
  normalizeRows(matrix);
  const lists = await nearestNeighbors(matrix, await ExactSearch.create(matrix), NEIGHBORS);
  const { k, similarities } = lists;
  const reaching = (rank: number, threshold: number): number => {
    let count = 0;
    for (let row = 0; row < lists.rows; row++) if (similarities[row * k + rank] >= threshold) count++;
    return count;
  };
  print(`\n### ${pool}: ${SAMPLES.toLocaleString("en")} × ${matrix.dims}, k = ${k}\n`);
  print("| threshold | clusters | candidates | with every neighbour that near | all products, ms | from the lists, ms (median of 7; worst) | ratio |\n| --- | --- | --- | --- | --- | --- | --- |");
  const finder = ClusterFinder.create(matrix, lists);
  for (const threshold of LADDER) await finder.at(threshold);
  for (const threshold of LADDER) {
    const [, dense] = await milliseconds(() => denseClusters(matrix, lists, threshold));
    const times: number[] = [];
    let clusters = 0;
    for (let r = 0; r < REPEATS; r++) {
      const [found, time] = await milliseconds(() => finder.at(threshold));
      clusters = found.count;
      times.push(time);
    }
    times.sort((a, b) => a - b);
    const median = times[REPEATS >> 1];
    const share = (count: number): string => `${(100 * count / SAMPLES).toFixed(1)}%`;
    print(`| ${threshold} | ${clusters.toLocaleString("en")} | ${share(reaching(0, threshold))} | ${share(reaching(k - 1, threshold))} | ${dense.toFixed(0)} | ${median.toFixed(0)} (${times[REPEATS - 1].toFixed(0)}) | ${(dense / median).toFixed(0)}× |`);
  }
}
