/**
 * Benchmarks of the main job on real data, printed as Markdown tables:
 *   npm run bench:pipeline -- --data ../shared/data [--cifar FOLDER]
 * `--data` holds the CIFAR-10 files described in bench/README.md; `--cifar` is an unpacked copy of its image archive
 * (otherwise it is unpacked into a temporary folder). Each figure stands beside a peer or a limit of the same run.
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm, rmdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { ImageDescriptor } from "../src/core/embedding/imageDescriptor.ts";
import { ExactSearch } from "../src/core/neighbors/exactSearch.ts";
import { HnswSearch } from "../src/core/neighbors/hnswSearch.ts";
import { nearestNeighbors } from "../src/core/neighbors/neighborGraph.ts";
import { normalizeRows } from "../src/core/neighbors/neighborSearch.ts";
import { readNpyMatrix } from "../src/core/dataset/npy.ts";
import { seededPermutation } from "../src/core/random.ts";
import { readSelection } from "../src/core/store/selectionFile.ts";
import { InspectorService } from "../src/engine/service.ts";

const { values: args } = parseArgs({ options: { data: { type: "string", default: "../shared/data" }, cifar: { type: "string" } } });
const data = path.resolve(args.data);
const work = await mkdtemp(path.join(os.tmpdir(), "infomax-bench-"));

const seconds = async <T>(run: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  const result = await run();
  return [result, (performance.now() - start) / 1000];
};
const print = (line: string): void => { process.stdout.write(`${line}\n`); };

/** The prune job of the issue's example: imported vectors and EL2N, 5,000 of 50,000. */
async function redundantPool(): Promise<void> {
  const table = path.join(work, "pool.csv");
  await copyFile(path.join(data, "cifar10-redundant-importance.csv"), table);
  const service = new InspectorService({ storage: path.join(work, "cache") });
  const params = {
    dataset: table, trusted: true,
    options: { embeddings: path.join(data, "cifar10-redundant-features.npy"), importanceColumn: "el2n", id: "id", label: "label" },
  };
  const [, indexed] = await seconds(() => service.index(params));
  const [result, pruned] = await seconds(() => service.prune({ ...params, budget: "5000", name: "bench" }));
  await service.close();
  const manifest = (await readFile(path.join(data, "cifar10-redundant.jsonl"), "utf8")).trim().split("\n").map((line) => (JSON.parse(line) as { source: string }).source);
  const sourceOf = (id: string): string => manifest[Number(id.slice(-9, -4))];
  const selection = await readSelection(work, "bench");
  const distinct = new Set(selection.entries.filter((entry) => entry.decision === "kept").map((entry) => sourceOf(entry.id))).size;
  const random = new Set(Array.from(seededPermutation(50_000, 1).subarray(0, 5000), (row) => manifest[row])).size;
  const peak = process.resourceUsage().maxRSS / 1024;
  print("\n### Redundant pool: 5,000 of 50,000, imported 64-d vectors and EL2N\n");
  print("| what | figure | beside | ratio |\n| --- | --- | --- | --- |");
  print(`| index + prune | ${(indexed + pruned).toFixed(1)} s | limit 60 s | ${((indexed + pruned) / 60).toFixed(2)} |`);
  print(`| distinct sources kept | ${distinct} | random: ${random} | ${(distinct / random).toFixed(2)} |`);
  print(`| near-duplicates left among the kept | ${(100 * result.redundancyLeft).toFixed(1)}% | | |`);
  print(`| peak memory | ${peak.toFixed(0)} MB | | |`);
}

/** Exact k-NN through ONNX Runtime against the approximate index, all pairs of the pool. */
async function neighbors(): Promise<void> {
  const matrix = await readNpyMatrix(path.join(data, "cifar10-redundant-features.npy"), 50_000);
  normalizeRows(matrix);
  const [exact, exactSeconds] = await seconds(async () => nearestNeighbors(matrix, await ExactSearch.create(matrix), 50));
  const [graph, build] = await seconds(() => HnswSearch.build(matrix, 0));
  const [approximate, query] = await seconds(() => nearestNeighbors(matrix, graph, 50));
  let hits = 0;
  for (let i = 0; i < matrix.rows; i++) {
    const truth = new Set(exact.neighbors.subarray(i * 50, i * 50 + 50));
    for (let r = 0; r < 50; r++) if (truth.has(approximate.neighbors[i * 50 + r])) hits++;
  }
  print("\n### All 50 nearest neighbours of 50,000 × 64\n");
  print("| search | seconds | recall@50 | against exact |\n| --- | --- | --- | --- |");
  print(`| exact, ONNX Runtime Gemm + TopK | ${exactSeconds.toFixed(1)} | 1 | 1 |`);
  print(`| hnswlib, M 16, efConstruction 120: build ${build.toFixed(1)} + query ${query.toFixed(1)} | ${(build + query).toFixed(1)} | ${(hits / (50 * matrix.rows)).toFixed(3)} | ${((build + query) / exactSeconds).toFixed(1)}× |`);
}

/** Images a second from files to descriptors, against decoding alone. */
async function images(): Promise<void> {
  let folder = args.cifar;
  if (folder === undefined) {
    execFileSync("tar", ["-xJf", path.join(data, "cifar10-jpeg.tar.xz"), "-C", work]);
    folder = work;
  }
  const root = path.join(path.resolve(folder), "train");
  const files: string[] = [];
  for (const name of (await readdir(root)).filter((entry) => !entry.startsWith(".")).sort()) for (const file of (await readdir(path.join(root, name))).sort().slice(0, 500)) files.push(path.join(root, name, file));
  const bytes = await Promise.all(files.map((file) => readFile(file)));
  const [, decodeOnly] = await seconds(async () => {
    for (let at = 0; at < bytes.length; at += 64) await Promise.all(bytes.slice(at, at + 64).map((b) => sharp(b).raw().toBuffer()));
  });
  const encoder = await ImageDescriptor.create();
  const [, described] = await seconds(async () => {
    for (let at = 0; at < bytes.length; at += 64) await encoder.encode(bytes.slice(at, at + 64).map((b) => ({ kind: "image", bytes: b })));
  });
  const service = new InspectorService({ storage: path.join(work, "cache") });
  const [summary, whole] = await seconds(() => service.index({ dataset: root, trusted: true }));
  const [, pruned] = await seconds(() => service.prune({ dataset: root, trusted: true, budget: "5000", name: "bench" }));
  await service.close();
  // Only what this run wrote: the folder may be the user's own.
  for (const name of ["selections/bench.jsonl", "selections/bench.ids.txt"]) await rm(path.join(root, ".infomax", name), { force: true });
  for (const name of ["selections", "."]) await rmdir(path.join(root, ".infomax", name)).catch(() => undefined);
  const rate = (count: number, time: number): string => (count / time).toFixed(0);
  print(`\n### CIFAR-10 from ${summary.samples.toLocaleString("en")} JPEG files, perceptual descriptor\n`);
  print("| what | images/s | against decoding alone |\n| --- | --- | --- |");
  print(`| decode alone (5,000 files in memory) | ${rate(bytes.length, decodeOnly)} | 1 |`);
  print(`| decode + descriptor (the same) | ${rate(bytes.length, described)} | ${(decodeOnly / described).toFixed(2)} |`);
  print(`| embedding stage of the index, from disk | ${rate(summary.samples, summary.seconds["Embedding"])} | |`);
  print(`\nIndex ${whole.toFixed(1)} s (${Object.entries(summary.seconds).map(([stage, time]) => `${stage.toLowerCase()} ${time.toFixed(1)}`).join(", ")}), prune to 5,000 ${pruned.toFixed(1)} s.`);
}

try {
  print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}`);
  await redundantPool();
  await neighbors();
  await images();
} finally {
  await rm(work, { recursive: true, force: true });
}
