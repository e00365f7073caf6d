/**
 * Compares all strategies on CIFAR-10 (JPEG files, built-in encoder) at 5%, 10% and 30% and says how long it took:
 *   npm run bench:compare -- --data ../shared/data [--cifar FOLDER] [--out FOLDER] [--trained FILE]
 * The lists of ids in `<out>/lists` are what a quality oracle trains on (`--list-prefix train/` as its pool names files).
 * `--trained` takes the accuracies that it measured, by list: they then stand beside the estimates, with the rank
 * correlation over the strategies of each estimate with them.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { parseCompareResult, type CompareResult } from "../src/core/comparison/compareResult.ts";
import { spearman } from "../src/core/comparison/rankCorrelation.ts";
import { InspectorService } from "../src/engine/service.ts";

const { values: args } = parseArgs({ options: { data: { type: "string", default: "../shared/data" }, cifar: { type: "string" }, out: { type: "string" }, cache: { type: "string" }, trained: { type: "string" } } });
const work = args.out === undefined ? mkdtempSync(path.join(os.tmpdir(), "infomax-compare-")) : path.resolve(args.out);
const limitMinutes = 15;
const print = (line: string): void => { process.stdout.write(`${line}\n`); };

/** CIFAR-10 unpacked: `train/<class>/NNNN.jpg`, `test/…`. */
function cifarFolder(): string {
  if (args.cifar !== undefined) return path.resolve(args.cifar);
  const folder = path.join(work, "cifar10");
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    execFileSync("tar", ["-xJf", path.resolve(args.data, "cifar10-jpeg.tar.xz"), "-C", folder]);
  }
  return folder;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Means over the runs that have the utility, by strategy. */
function means({ runs }: CompareResult, budget: string, utility: string): Map<string, number> {
  const found = new Map<string, number[]>();
  for (const run of runs) {
    const value = run.values[utility];
    if (run.budget === budget && value !== undefined && "value" in value) found.set(run.strategy, [...found.get(run.strategy) ?? [], value.value]);
  }
  return new Map([...found].map(([strategy, values]) => [strategy, meanOf(values)]));
}

function printBudget(result: CompareResult, budget: string): void {
  const [network, probe] = [means(result, budget, "network"), means(result, budget, "probe")];
  const trained = means(result, budget, "trained");
  print(`\n### ${budget}\n`);
  print(`| strategy | network, % | probe, % |${trained.size > 0 ? " trained, % |" : ""}\n| --- | --- | --- |${trained.size > 0 ? " --- |" : ""}`);
  const first = trained.size > 0 ? trained : network;
  const order = [...network.keys()].sort((a, b) => (first.get(b) ?? 0) - (first.get(a) ?? 0));
  for (const name of order) print(`| ${name} | ${(100 * (network.get(name) ?? NaN)).toFixed(1)} | ${(100 * (probe.get(name) ?? NaN)).toFixed(1)} |${trained.size > 0 ? ` ${trained.has(name) ? (100 * (trained.get(name) ?? NaN)).toFixed(1) : "–"} |` : ""}`);
  if (trained.size < 3) return;
  const names = [...trained.keys()];
  const rows = result.utilities.filter(({ name }) => name !== "trained").flatMap(({ name }) => {
    const own = means(result, budget, name);
    if (!names.every((strategy) => own.has(strategy))) return [];
    const found = spearman(names.map((strategy) => own.get(strategy) ?? 0), names.map((strategy) => trained.get(strategy) ?? 0));
    return "value" in found ? [{ name, value: found.value }] : [];
  });
  rows.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  print(`\nSpearman's rank correlation with trained accuracy over ${names.length} strategies: ${rows.slice(0, 8).map(({ name, value }) => `${name} ${value.toFixed(2)}`).join(", ")}.`);
  for (const judge of ["network", "probe"]) print(`Of the ${judge}: ${rows.find(({ name }) => name === judge)?.value.toFixed(2) ?? "not defined"} (wanted: 0.70).`);
}

const cifar = cifarFolder();
const service = new InspectorService({ storage: args.cache === undefined ? path.join(work, "cache") : path.resolve(args.cache) });
const params = { dataset: path.join(cifar, "train"), trusted: true, options: {} };
const start = performance.now();
let shown = "";
const onProgress = ({ stage }: { readonly stage: string }): void => {
  if (stage !== shown && process.stderr.isTTY) process.stderr.write(`${stage}\n`);
  shown = stage;
};
await service.index(params, { onProgress });
const indexed = (performance.now() - start) / 1000;
const reply = await service.compare({ ...params, target: path.join(cifar, "test"), budgets: ["5%", "10%", "30%"], out: path.join(work, "compare"), listPrefix: "train/", ...(args.trained === undefined ? {} : { trained: path.resolve(args.trained) }) }, { onProgress });
const minutes = (performance.now() - start) / 60_000;
await service.close();
const result = parseCompareResult(readFileSync(path.join(work, "compare", "compare.json"), "utf8"), "compare.json");
print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model}`);
print(`\n| what | figure | limit | ratio |\n| --- | --- | --- | --- |`);
print(`| ${result.strategies.length} strategies × ${result.budgets.length} budgets × ${result.redraws} redraws × ${result.seeds} seeds, from files to result | ${minutes.toFixed(1)} min | ${limitMinutes} min | ${(minutes / limitMinutes).toFixed(2)} |`);
print(`| peak memory | ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB | | |`);
print(`\nIndexing ${indexed.toFixed(0)} s; ${Object.entries(reply.spent).sort(([, a], [, b]) => b - a).slice(0, 8).map(([what, seconds]) => `${what} ${seconds.toFixed(0)} s`).join(", ")}. Written to ${path.relative(process.cwd(), path.join(work, "compare"))}.`);
for (const { name } of result.budgets) printBudget(result, name);
