/**
 * Benchmark of the map against umap-js on the same neighbour lists, printed as a Markdown table:
 *   npm run bench:map -- --data ../shared/data [--rows 1000000] [--only some,messages,pool,many]
 * `--data` holds the files described in bench/README.md; `--rows` is the size of the largest planted set. Each map is made in a process of its own.
 */
import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { UMAP } from "umap-js";
import { readNpyMatrix } from "../src/core/dataset/npy.ts";
import { builtinModelFolder } from "../src/core/embedding/builtinModels.ts";
import { StaticText } from "../src/core/embedding/staticText.ts";
import { ExactSearch } from "../src/core/neighbors/exactSearch.ts";
import { nearestNeighbors, type NeighborLists } from "../src/core/neighbors/neighborGraph.ts";
import { normalizeRows, takeRows, type EmbeddingMatrix } from "../src/core/neighbors/neighborSearch.ts";
import { listDistance } from "../src/core/projection/memberships.ts";
import { layoutEpochs, projectMap } from "../src/core/projection/projectMap.ts";
import { seededRandom } from "../src/core/random.ts";
import { drawnRows, labelAgreement, neighborsKept, trustworthiness } from "./mapMeasures.ts";
import { plantedClusters, type Planted } from "./mapPlanted.ts";
import { embedTexts } from "./textMeasures.ts";

const NEIGHBORS = 15;
/** Rows that are drawn to judge a map by. */
const JUDGED = 2000;
/** For comparison with all points of a very large map. */
const JUDGED_OF_MANY = 300;
/** Rows of the pool at which umap-js takes part. */
const PEER_ROWS = 12_000;

const { values: args } = parseArgs({ options: { data: { type: "string", default: "../shared/data" }, only: { type: "string", default: "" }, rows: { type: "string", default: "1000000" }, set: { type: "string", default: "" }, by: { type: "string", default: "" } } });
const data = path.resolve(args.data);
const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const count = (value: number): string => value.toLocaleString("en-US");

async function searched(matrix: EmbeddingMatrix, names: readonly string[]): Promise<Planted> {
  const kinds = [...new Set(names)];
  return { matrix, lists: await nearestNeighbors(matrix, await ExactSearch.create(matrix), NEIGHBORS), label: Int32Array.from(names, (name) => kinds.indexOf(name)) };
}

async function pool(rows: number): Promise<Planted> {
  const table = parse<{ label: string }>(await readFile(path.join(data, "cifar10-redundant-importance.csv"), "utf8"), { columns: true });
  const matrix = await readNpyMatrix(path.join(data, "cifar10-redundant-features.npy"), table.length);
  normalizeRows(matrix);
  const taken = drawnRows(table.length, Math.min(rows, table.length), 2);
  return searched(takeRows(matrix, taken), Array.from(taken, (row) => table[row].label));
}

async function messages(): Promise<Planted> {
  const table: { text: string; category: string }[] = [];
  for (const name of ["banking77-train.csv", "banking77-test.csv"]) table.push(...parse<{ text: string; category: string }>(await readFile(path.join(data, name), "utf8"), { columns: true }));
  const encoder = await StaticText.open(await builtinModelFolder("text"));
  const matrix = await embedTexts(encoder, table.map((row) => row.text));
  await encoder.close();
  return searched(matrix, table.map((row) => row.category));
}

const SETS: Readonly<Record<string, { readonly title: string; readonly peer: boolean; readonly load: () => Promise<Planted> }>> = {
  some: { title: `redundant pool, ${count(PEER_ROWS)} of it`, peer: true, load: () => pool(PEER_ROWS) },
  messages: { title: "banking77, built-in text encoder", peer: true, load: messages },
  pool: { title: "redundant pool", peer: false, load: () => pool(Infinity) },
  many: { title: "planted clusters", peer: false, load: () => plantedClusters(Number(args.rows), NEIGHBORS) },
};

interface Judged {
  readonly rows: number;
  readonly wall: number;
  /** Of all threads, so that other work on the machine counts little. */
  readonly cpu: number;
  readonly bytes: number;
  readonly trust: number;
  readonly agreement: number;
  readonly kept: number;
}

async function peerMap(lists: NeighborLists, tick: () => void): Promise<Float32Array> {
  const { rows, k, neighbors, similarities } = lists;
  const umap = new UMAP({ nNeighbors: NEIGHBORS, nEpochs: layoutEpochs(rows), random: seededRandom(0) });
  // Its lists begin with the sample itself.
  const ids = Array.from({ length: rows }, (_, i) => [i, ...neighbors.subarray(i * k, i * k + NEIGHBORS - 1)]);
  const distances = Array.from({ length: rows }, (_, i) => [0, ...Array.from(similarities.subarray(i * k, i * k + NEIGHBORS - 1), listDistance)]);
  umap.setPrecomputedKNN(ids, distances);
  const found = await umap.fitAsync(ids, () => { tick(); return true; });
  return Float32Array.from(found.flat());
}

async function judge(set: string, by: string): Promise<Judged> {
  const { matrix, lists, label } = await SETS[set].load();
  globalThis.gc?.();
  // Not the resident set: what the search before gave back to its allocator would be counted as free.
  const used = (): number => { const { heapUsed, external } = process.memoryUsage(); return heapUsed + external; };
  const before = used();
  let most = before;
  const tick = (): void => { most = Math.max(most, used()); };
  const timer = setInterval(tick, 50);
  const start = performance.now();
  const started = process.cpuUsage();
  const points = by === "peer" ? await peerMap(lists, tick) : await projectMap(matrix, lists, { seed: 0 });
  const { user, system } = process.cpuUsage(started);
  const wall = (performance.now() - start) / 1000;
  clearInterval(timer);
  tick();
  const drawn = drawnRows(matrix.rows, JUDGED, 1);
  const among = matrix.rows > 100_000 ? drawnRows(matrix.rows, JUDGED_OF_MANY, 1) : drawn;
  return {
    rows: matrix.rows, wall, cpu: (user + system) / 1e6, bytes: most - before,
    trust: trustworthiness(matrix, points, drawn), agreement: labelAgreement(points, label, among), kept: neighborsKept(points, lists, among),
  };
}

/** In a process of its own, whose memory holds nothing else. */
async function judgedApart(set: string, by: string): Promise<Judged> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["--data", data, "--rows", args.rows, "--set", set, "--by", by], { execArgv: [...process.execArgv, "--expose-gc"] });
    child.once("message", (judged) => resolve(judged as Judged));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${set} by ${by} ended with ${String(code)}`)));
  });
}

if (args.set !== "") {
  process.send?.(await judge(args.set, args.by), () => process.exit(0));
} else {
  print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}\n`);
  print("| data | samples | map | epochs | wall, s | CPU, s | heap and buffers, MB | trustworthiness | label agreement | neighbours kept |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  const row = (title: string, name: string, { rows, wall, cpu, bytes, trust, agreement, kept }: Judged): void =>
    print(`| ${title} | ${count(rows)} | ${name} | ${layoutEpochs(rows)} | ${wall.toFixed(1)} | ${cpu.toFixed(1)} | ${(bytes / 2 ** 20).toFixed(0)} | ${trust.toFixed(3)} | ${agreement.toFixed(3)} | ${kept.toFixed(3)} |`);
  for (const [set, { title, peer }] of Object.entries(SETS)) {
    if (args.only !== "" && !args.only.split(",").includes(set)) continue;
    const ours = await judgedApart(set, "ours");
    row(title, "ours", ours);
    if (!peer) continue;
    const theirs = await judgedApart(set, "peer");
    row(title, "umap-js", theirs);
    const ratio = (of: (judged: Judged) => number): string => (of(ours) / of(theirs)).toFixed(2);
    print(`| ${title} | | ours / umap-js | | ${ratio((j) => j.wall)} | ${ratio((j) => j.cpu)} | ${ratio((j) => j.bytes)} | ${ratio((j) => j.trust)} | ${ratio((j) => j.agreement)} | ${ratio((j) => j.kept)} |`);
  }
}
