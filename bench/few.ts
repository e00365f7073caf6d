/**
 * InfoMax on datasets of few samples, as accuracy above a random choice of as many (small networks, 3 redraws × 3 seeds):
 *   npm run bench:few -- --data ../shared/data [--cifar FOLDER] [--sizes 15,40,100,300] [--draws 2] [--no-text]
 * with its defaults, and with the noise cutoff and the redundancy weight that they take where many samples of a class are kept.
 * CIFAR-10: so many JPEG images of each class, drawn anew for each dataset, judged on 2,000 test images. Banking77: its texts.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { parseCompareResult, type CompareResult } from "../src/core/comparison/compareResult.ts";
import { seededPermutation } from "../src/core/random.ts";
import { automaticCutoff } from "../src/core/selection/noiseCutoff.ts";
import { USUAL_WEIGHT } from "../src/core/selection/scarcity.ts";
import { InspectorService } from "../src/engine/service.ts";

const { values: args } = parseArgs({
  options: { data: { type: "string", default: "../shared/data" }, cifar: { type: "string" }, sizes: { type: "string", default: "15,40,100,300" }, draws: { type: "string", default: "2" }, "no-text": { type: "boolean", default: false } },
});
const SHARES = [5, 10, 30, 50];
/** What a redraw leaves of the candidates. */
const LEFT = 0.9;
const TARGET_PER_CLASS = 200;
const work = mkdtempSync(path.join(os.tmpdir(), "infomax-few-"));
const service = new InspectorService({ storage: path.join(work, "cache") });
const print = (line: string): void => { process.stdout.write(`${line}\n`); };

function cifarFolder(): string {
  if (args.cifar !== undefined) return path.resolve(args.cifar);
  const folder = path.join(work, "cifar10");
  mkdirSync(folder);
  execFileSync("tar", ["-xJf", path.resolve(args.data, "cifar10-jpeg.tar.xz"), "-C", folder]);
  return folder;
}

/** A folder with so many images of each class, drawn at random. */
function drawn(from: string, to: string, perClass: number, seed: number): string {
  for (const name of readdirSync(from).sort()) {
    const files = readdirSync(path.join(from, name)).sort();
    mkdirSync(path.join(to, name), { recursive: true });
    for (const at of seededPermutation(files.length, seed).slice(0, perClass)) copyFileSync(path.join(from, name, files[at]), path.join(to, name, files[at]));
  }
  return to;
}

async function compared(dataset: string, target: string, budgets: readonly string[], options: { readonly noiseCutoff?: number; readonly redundancyWeight?: number }): Promise<CompareResult> {
  const params = { dataset, trusted: true, options };
  await service.index(params);
  return parseCompareResult((await service.compare({ ...params, target, budgets, strategies: ["random", "infomax"], corruptions: false })).result, "it");
}

/** Points of accuracy above the random choice at a budget. */
function lead({ summaries }: CompareResult, budget: string): number {
  const mean = (strategy: string): number => {
    const found = summaries.find((own) => own.strategy === strategy && own.budget === budget && own.utility === "network")?.mean;
    return found !== undefined && "mean" in found ? found.mean : NaN;
  };
  return 100 * (mean("infomax") - mean("random"));
}

/** By share, with the defaults and as for many samples. */
async function leads(dataset: string, target: string, samples: number): Promise<readonly (readonly [number, number])[]> {
  const budgets = SHARES.map((share) => `${share}%`);
  const own = await compared(dataset, target, budgets, {});
  const found: (readonly [number, number])[] = [];
  for (const [at, share] of SHARES.entries()) {
    const { cutoff } = automaticCutoff(Math.round((share / 100) * samples), Math.round(LEFT * samples), { classes: 0, noise: null, accuracy: null });
    const usual = await compared(dataset, target, [budgets[at]], { noiseCutoff: cutoff, redundancyWeight: USUAL_WEIGHT });
    found.push([lead(own, budgets[at]), lead(usual, budgets[at])]);
  }
  return found;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;

function printRow(name: string, all: readonly (readonly (readonly [number, number])[])[]): void {
  const mean = (share: number, which: 0 | 1): number => all.reduce((sum, own) => sum + own[share][which] / all.length, 0);
  print(`| ${name} | ${SHARES.map((_, share) => `${signed(mean(share, 0))} (${signed(mean(share, 1))})`).join(" | ")} |`);
}

print(`\nPoints above random; in brackets as for many samples\n\n| samples | ${SHARES.map((share) => `${share}%`).join(" | ")} |\n| --- | ${SHARES.map(() => "---").join(" | ")} |`);
const cifar = cifarFolder();
const target = drawn(path.join(cifar, "test"), path.join(work, "target"), TARGET_PER_CLASS, 7);
for (const size of args.sizes.split(",").map(Number)) {
  const all: (readonly (readonly [number, number])[])[] = [];
  for (let draw = 0; draw < Number(args.draws); draw++) {
    all.push(await leads(drawn(path.join(cifar, "train"), path.join(work, `${size}-${draw}`), size, 100 + draw), target, 10 * size));
  }
  printRow(`CIFAR-10, 10 × ${size}`, all);
}
const [texts, judged] = ["train", "test"].map((part) => path.resolve(args.data, `banking77-${part}.csv`));
if (!args["no-text"]) {
  if (!existsSync(texts)) throw new Error(`${texts} is not there: name the folder of the data by --data, or leave the texts out by --no-text`);
  printRow("Banking77, 10,003 texts in 77 classes", [await leads(texts, judged, 10_003)]);
}
await service.close();
rmSync(work, { recursive: true, force: true });
