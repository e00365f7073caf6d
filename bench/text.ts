/**
 * Benchmark of text encoders, printed as Markdown tables:
 *   npm run bench:text -- --data FOLDER [--encoder FOLDER]
 * `--data` holds the files described in bench/README.md; `--encoder` (or the variable INFOMAX_MINILM) names a local encoder in
 * the Hugging Face layout, to be judged beside the built-in ones.
 */
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import { builtinModelFolder } from "../src/core/embedding/builtinModels.ts";
import type { Encoder } from "../src/core/embedding/encoder.ts";
import { HashedText } from "../src/core/embedding/hashedText.ts";
import { openHuggingFaceEncoder } from "../src/core/embedding/huggingFace.ts";
import { StaticText } from "../src/core/embedding/staticText.ts";
import { seededPermutation } from "../src/core/random.ts";
import { CHANGES, clusterPurity, embedTexts, nearDuplicates, neighborAccuracy, plantedDuplicates, probeAccuracy, recordsPerSecond } from "./textMeasures.ts";

const K = 20;
const EPOCHS = [10, 20, 40, 80];
const { values: args } = parseArgs({ options: { data: { type: "string", default: "../shared/data" }, encoder: { type: "string", default: process.env["INFOMAX_MINILM"] ?? "" } } });
const data = path.resolve(args.data);
const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const percent = (value: number): string => (100 * value).toFixed(1);

const messages = async (name: string): Promise<{ text: string; category: string }[]> => parse<{ text: string; category: string }>(await readFile(path.join(data, name), "utf8"), { columns: true });
const train = await messages("banking77-train.csv");
const all = [...train, ...await messages("banking77-test.csv")];
const texts = all.map((row) => row.text);
const intents = [...new Set(train.map((row) => row.category))].sort();
const label = Int32Array.from(all, (row) => intents.indexOf(row.category));
const trainRows = Uint32Array.from(train.keys());
const testRows = Uint32Array.from({ length: all.length - train.length }, (_, i) => train.length + i);
const shuffled = seededPermutation(train.length, 1);
const heldOut = Uint32Array.from(shuffled.subarray(0, train.length / 5));
const fitted = Uint32Array.from(shuffled.subarray(train.length / 5));
const questions = (await readFile(path.join(data, "gsm8k-test.jsonl"), "utf8")).trim().split("\n").map((line) => (JSON.parse(line) as { question: string }).question);

const encoders: Encoder[] = [new HashedText(), await StaticText.open(await builtinModelFolder("text"))];
if (args.encoder !== "") encoders.push(await openHuggingFaceEncoder(path.resolve(args.encoder), "text"));
print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}\n`);

const matrices = [];
for (const encoder of encoders) matrices.push({ encoder, rate: await recordsPerSecond(encoder, texts.slice(0, encoder.batchSize < 512 ? 1000 : 10_000)), matrix: await embedTexts(encoder, texts) });

// The probe's regularisation is one for all: weight decay as in the index, and the number of epochs that does best, on
// average over the encoders, on a fifth of the training set.
let epochs = EPOCHS[0];
let best = -1;
for (const candidate of EPOCHS) {
  let sum = 0;
  for (const { matrix } of matrices) sum += await probeAccuracy(matrix, label, intents.length, fitted, heldOut, candidate);
  if (sum > best) [best, epochs] = [sum, candidate];
}

print(`### banking77: ${train.length} messages to learn from, ${testRows.length} to judge by, ${intents.length} intents\n`);
print(`| encoder | dimensions | probe, ${epochs} epochs | k-NN | threshold | clusters | repeats | pair purity | records/s |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |`);
for (const { encoder, matrix, rate } of matrices) {
  const probe = await probeAccuracy(matrix, label, intents.length, trainRows, testRows, epochs);
  const neighbors = await neighborAccuracy(matrix, label, intents.length, trainRows, testRows, K);
  const { threshold, clusters } = await nearDuplicates(matrix, encoder.defaultThreshold);
  const { purity, duplicates } = clusterPurity(clusters, label);
  print(`| ${encoder.name} | ${encoder.dimensions} | ${percent(probe)} | ${percent(neighbors)} | ${threshold} | ${clusters.count} | ${duplicates} | ${percent(purity)} | ${Math.round(rate).toLocaleString("en-US")} |`);
}

print(`\n### Planted near-duplicates\n\n| pool | encoder | threshold | ${CHANGES.join(" | ")} | in the source's cluster | false pairs |\n| --- | --- | --- |${" --- |".repeat(CHANGES.length + 2)}`);
for (const [pool, own, ownLabel] of [
  [`banking77, ${testRows.length}`, texts.slice(train.length), label.slice(train.length)],
  [`GSM8K, ${questions.length}`, questions, Int32Array.from(questions.keys())],
] as const) {
  for (const { encoder } of matrices) {
    const { threshold, recall, clustered, falseShare } = await plantedDuplicates(encoder, own, ownLabel);
    print(`| ${pool} | ${encoder.name} | ${threshold} | ${recall.map(percent).join(" | ")} | ${percent(clustered)} | ${percent(falseShare)} |`);
  }
}
for (const encoder of encoders) await encoder.close();
