/** The built command line on the example, and what an option's value does. Bad data: test/cli.test.ts. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { CurveResult } from "../../src/protocol/budget.ts";
import type { DatasetSummary } from "../../src/protocol/dataset.ts";
import type { ClustersResult } from "../../src/protocol/redundancy.ts";
import type { Explanation } from "../../src/protocol/samples.ts";
import type { PruneResult } from "../../src/protocol/selection.ts";
import { objectiveText } from "../../src/protocol/words.ts";
import { startCli, type Ran } from "./commandLine.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));

/** A folder of its own for each test: the working folder of the commands, with their cache in `cache`. */
function temporary(t: TestContext): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-cli-")));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function infomax(folder: string, ...args: readonly string[]): Promise<Ran> {
  return startCli(args, { cwd: folder, cache: path.join(folder, "cache") }).finished;
}

async function succeeds(folder: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await infomax(folder, ...args);
  assert.equal(status, 0, `infomax ${args.join(" ")}: ${stderr}`);
  assert.equal(stderr, "", "no progress where stderr is no terminal");
  return stdout;
}

async function json<T>(folder: string, ...args: readonly string[]): Promise<T> {
  return JSON.parse(await succeeds(folder, ...args, "--json")) as T;
}

/** The command ends with status 2 and one line on stderr that says what `words` asks for. */
async function refuses(folder: string, words: RegExp, ...args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await infomax(folder, ...args);
  const shown = `infomax ${args.join(" ")}`;
  assert.equal(status, 2, `${shown}: ${stderr}`);
  assert.equal(stdout, "", shown);
  assert.match(stderr, /^infomax: [^\n]+\n$/, shown);
  assert.match(stderr, words, shown);
}

const SUBJECTS = ["granite quarry", "violin concerto", "tidal turbine", "beetle larvae", "sourdough starter", "orbital debris", "harbour crane", "glacier melt", "chess opening", "copper mine"];
const VERBS = ["astonished twelve visiting engineers", "needs cleaning before winter", "was painted by schoolchildren", "costs more than yesterday", "broke under heavy snowfall"];

interface TextRecord {
  readonly id: string;
  readonly text: string;
  readonly label: string;
  readonly score: number;
  readonly word: string;
}

/** Fifty records; s1 repeats s0. */
function records(): TextRecord[] {
  return Array.from({ length: 50 }, (_, i) => {
    const content = i === 1 ? 0 : i;
    return { id: `s${i}`, text: `${SUBJECTS[content % 10]} number ${content * 7919} ${VERBS[Math.floor(content / 10)]}`, label: content % 3 === 0 ? "a" : "b", score: i / 10, word: "high" };
  });
}

function writeLines(file: string, lines: readonly string[]): void {
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
}

function writeRecords(folder: string): void {
  writeLines(path.join(folder, "d.jsonl"), records().map((record) => JSON.stringify(record)));
}

test("values that an option cannot take are refused in one line, before anything is indexed", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  await refuses(folder, /--budget is no option of infomax index, but of curve and prune/, "index", "d.jsonl", "--budget", "5");
  await refuses(folder, /--json takes no value/, "index", "d.jsonl", "--json=yes");
  for (const [flag, value] of [
    ["neighbors", "many"], ["neighbors", "0"], ["neighbors", "2.5"], ["redundancy-weight", "-1"], ["redundancy-weight", "x"], ["noise-cutoff", "1"], ["threshold", "1.01"], ["threshold", "0"],
    ["seed", "one"], ["per-class", "some"], ["importance-scale", "log"], ["importance", "luck"],
  ]) await refuses(folder, new RegExp(`--${flag}\\b.*\\. Give `), "index", "d.jsonl", `--${flag}=${value}`);
  assert.ok(!fs.existsSync(path.join(folder, "cache")), "nothing was indexed");
});

test("an importance column must be numeric; a numeric one decides who is kept", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  await refuses(folder, /d\.jsonl:1: .*"word".*"high".*no finite number/, "prune", "d.jsonl", "--budget", "5", "--importance-column", "word");
  await refuses(folder, /no field "nowhere"/, "prune", "d.jsonl", "--budget", "5", "--importance-column", "nowhere");
  await json<PruneResult>(folder, "prune", "d.jsonl", "--budget", "5", "--name", "top", "--importance-column", "score", "--redundancy-weight", "0", "--noise-cutoff", "0", "--per-class", "none");
  assert.deepEqual(fs.readFileSync(path.join(folder, ".infomax", "selections", "top.ids.txt"), "utf8").trim().split("\n").sort(), ["s45", "s46", "s47", "s48", "s49"]);
});

test("the example: every planted copy is found, and --json and text say the same", async (t) => {
  const folder = temporary(t);
  for (const name of ["images", "texts.jsonl", "truth.json"]) fs.cpSync(path.join(EXAMPLES, name), path.join(folder, name), { recursive: true, filter: (file) => path.basename(file) !== ".infomax" });
  const found = { exactPlanted: 12, exactFound: 12, nearPlanted: 24, nearFound: 24, clusters: 24, falseClusters: 0 };
  for (const dataset of ["images", "texts.jsonl"]) {
    const clusters = await json<ClustersResult & { truth: unknown }>(folder, "clusters", dataset, "--truth", "truth.json", "--limit", "5", "--members", "3");
    assert.deepEqual(clusters.truth, found, dataset);
    assert.deepEqual([clusters.total, clusters.clusters.length], [24, 5]);
    for (const cluster of clusters.clusters) assert.equal(cluster.members.length, Math.min(3, cluster.size));

    const pruned = await json<PruneResult & { truth: unknown }>(folder, "prune", dataset, "--budget", "50%", "--name", "half", "--truth", "truth.json");
    assert.deepEqual(pruned.truth, found);
    assert.equal(pruned.kept, Math.round(pruned.samples / 2));
    assert.equal(Object.values(pruned.dropped).reduce((sum, n) => sum + n, 0), pruned.samples - pruned.kept);
    const ids = fs.readFileSync(pruned.idsFile, "utf8").trim().split("\n");
    assert.equal(ids.length, pruned.kept);
    const [header, ...rows] = fs.readFileSync(pruned.selectionFile, "utf8").trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(rows.length, pruned.samples);
    assert.ok(Object.keys(header).length > 0);

    const text = await succeeds(folder, "prune", dataset, "--budget", "50%", "--name", "half", "--truth", "truth.json");
    assert.match(text, new RegExp(`keep ${pruned.kept} of ${pruned.samples} samples`));
    assert.match(text, /exact duplicates +12 +12\n +near-duplicates +24 +24\n/);
    assert.ok(text.includes(path.relative(folder, pruned.selectionFile)), "says where the selection was written");
    assert.equal(text, text.replace(/(?!\n)\p{Cc}/gu, ""), "no colour and no control characters where stdout is no terminal");
  }
  const curve = await json<CurveResult>(folder, "curve", "texts.jsonl");
  assert.equal(curve.points.at(-1)?.kept, curve.samples);
  const sketch = await succeeds(folder, "curve", "texts.jsonl");
  if (curve.knee === null) assert.match(sketch, /no clear knee/);
  else assert.match(sketch, new RegExp(`◆[^]*Knee: ${curve.points[curve.knee].kept} samples`));
});

test("a truth that the clusters do not meet gives status 1, one that cannot be read 2", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  const truth = (value: unknown): void => fs.writeFileSync(path.join(folder, "truth.json"), JSON.stringify(value));
  const args = ["clusters", "d.jsonl", "--truth", "truth.json"] as const;
  truth({ exact: [["s0", "s1"]], near: [] });
  await succeeds(folder, ...args);
  truth({ exact: [["s0", "s1"], ["s5", "s6"]], near: [] });
  const missed = await infomax(folder, ...args);
  assert.equal(missed.status, 1);
  assert.match(missed.stdout, /exact duplicates +2 +1\n/);
  truth({ exact: [], near: [] });
  const strangers = await infomax(folder, ...args);
  assert.equal(strangers.status, 1);
  assert.match(strangers.stdout, /join strangers: 1 of 1/);
  truth({ exact: "all" });
  await refuses(folder, /truth\.json: .*no list "exact"/, ...args);
  fs.writeFileSync(path.join(folder, "truth.json"), "{");
  await refuses(folder, /truth\.json: .*cannot be read/, ...args);
});

test("a selection is extended: all that it kept stays, new records join, and too small a budget says both numbers", async (t) => {
  const folder = temporary(t);
  const all = records();
  writeLines(path.join(folder, "d.jsonl"), all.slice(0, 30).map((record) => JSON.stringify(record)));
  const first = await json<PruneResult>(folder, "prune", "d.jsonl", "--budget", "12", "--name", "v1");
  assert.equal(first.keptBefore, 0);
  const idsOf = (file: string): string[] => fs.readFileSync(file, "utf8").trim().split("\n");
  fs.appendFileSync(path.join(folder, "d.jsonl"), all.slice(30).map((record) => `${JSON.stringify(record)}\n`).join(""));

  await refuses(folder, /budget of 8 .*\b12\b.*"v1"/, "prune", "d.jsonl", "--budget", "8", "--name", "v2", "--keep-selection", "v1");
  await refuses(folder, /no selection "v9"/, "prune", "d.jsonl", "--budget", "20", "--keep-selection", "v9");
  assert.ok(!fs.existsSync(path.join(folder, ".infomax", "selections", "v2.jsonl")), "a refused budget has written a selection");

  const grown = await json<PruneResult>(folder, "prune", "d.jsonl", "--budget", "20", "--name", "v2", "--keep-selection", "v1");
  assert.deepEqual([grown.samples, grown.kept, grown.keptBefore], [50, 20, 12]);
  const kept = idsOf(grown.idsFile);
  const before = idsOf(first.idsFile);
  assert.deepEqual(before.filter((id) => !kept.includes(id)), []);
  const reasons = new Map(fs.readFileSync(grown.selectionFile, "utf8").trim().split("\n").slice(1).map((line) => {
    const { id, reason } = JSON.parse(line) as { id: string; reason: string };
    return [id, reason];
  }));
  assert.deepEqual(kept.map((id) => [id, reasons.get(id)]), kept.map((id) => [id, before.includes(id) ? "kept-before" : "chosen"]));
  assert.match(await succeeds(folder, "prune", "d.jsonl", "--budget", "20", "--name", "v2", "--keep-selection", "v1"), /keep 20 of 50 samples \(40\.0%\), 12 kept before by "v1"\n/);
  assert.match(await succeeds(folder, "explain", "d.jsonl", before[0]), /earlier selection that this one builds on kept it/);
});

test("pruning says how near the best possible it is, and what is printed is what is in the JSON", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  const { objective, bound, quality } = await json<PruneResult>(folder, "prune", "d.jsonl", "--budget", "10", "--name", "v1");
  assert.ok(bound >= objective && quality <= 1);
  const printed = await succeeds(folder, "prune", "d.jsonl", "--budget", "10", "--name", "v1");
  assert.ok(printed.includes(`  ${objectiveText({ objective, bound, quality })}; solver `), printed);
  // Enough redundancy to outweigh all importance.
  const negative = await succeeds(folder, "prune", "d.jsonl", "--budget", "50", "--name", "v1", "--redundancy-weight", "50");
  assert.match(negative, /objective -[\d.]+, (the best possible|at most [\d.]+ below the best possible) \(upper bound -?[\d.]+\)/);
});

test("other strategies stand beside the method at the same budgets; an unknown one is refused with the known ones", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  await refuses(folder, /no strategy "best".*infomax, random, .*facility-location/, "curve", "d.jsonl", "--strategies", "random,best");
  assert.ok(!fs.existsSync(path.join(folder, "cache")), "nothing was indexed");
  const curve = await json<CurveResult>(folder, "curve", "d.jsonl", "--strategies", "infomax,random,k-center,ccs");
  assert.deepEqual(curve.strategies.map(({ name }) => name), ["random", "k-center", "ccs"]);
  for (const strategy of curve.strategies) assert.deepEqual(strategy.points.map(({ kept }) => kept), curve.points.map(({ kept }) => kept));
  const printed = await succeeds(folder, "curve", "d.jsonl", "--strategies", "random,k-center");
  const [, ...tables] = printed.split(/\n[^\n]*, by strategy\n/);
  assert.equal(tables.length, 3);
  for (const text of tables) assert.match(text, /^ {2}kept +budget +infomax +random +k-center\n(?: +\d+ +[\d.]+%(?: +[\d.]+%){3}\n)+/);
  assert.doesNotMatch(await succeeds(folder, "curve", "d.jsonl"), /by strategy/);
});

test("index and clusters draw the similarities with the threshold on them", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  for (const command of ["index", "clusters"]) {
    const printed = await succeeds(folder, command, "d.jsonl", "--threshold", "0.9");
    const drawn = printed.split("\n").filter((line) => line.includes("┊") && line.includes("│"));
    assert.equal(drawn.length, 4, printed);
    assert.equal(new Set(drawn.map((line) => line.indexOf("┊"))).size, 1);
    assert.match(printed, /≤0\.6[^\n]* 0\.9 +1\n/);
  }
});

test("a dataset that has changed is indexed anew", async (t) => {
  const folder = temporary(t);
  writeRecords(folder);
  assert.equal((await json<DatasetSummary>(folder, "index", "d.jsonl")).samples, 50);
  fs.appendFileSync(path.join(folder, "d.jsonl"), `${JSON.stringify({ ...records()[20], id: "late" })}\n`);
  const why = await json<Explanation>(folder, "explain", "d.jsonl", "late");
  assert.equal(why.cluster?.size, 2);
});
