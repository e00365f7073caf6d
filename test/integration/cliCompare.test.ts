/** `infomax compare` on the bundled drawings, with the built command line. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { parseCompareResult } from "../../src/core/comparison/compareResult.ts";
import { startCli, type Ran } from "./commandLine.ts";

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "infomax-cli-compare-")));
after(() => { fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }); });
const DRAWINGS = fileURLToPath(new URL("../../examples/images", import.meta.url));

function run(...args: readonly string[]): Promise<Ran> {
  return startCli(args, { cwd: scratch, cache: path.join(scratch, "cache") }).finished;
}

test("compare judges strategies on held-out drawings, writes result and lists, takes trained accuracies, and says what changed", async () => {
  const besides = fs.readdirSync(DRAWINGS);
  const asked = ["compare", DRAWINGS, "--strategies", "infomax,dedup-random", "--budgets", "30%", "--redraws", "2", "--seeds", "2", "--no-shift", "--out", "out"];
  const first = await run(...asked);
  assert.equal(first.status, 0, first.stderr);
  for (const words of [/At 30%/, /Pareto front of network and cost: /, /What you would pick\n +what counts +at 30%\n/, /If prices were others\n/, /only train has a price here, a placeholder/, /count as paid\s+for/, /not shown: .*vendi/, /random +42 /, /held out to judge on/, /removed before\s+anything was selected/, /accuracy under corruption is not defined/, /How other figures go with network/]) assert.match(first.stdout, words);
  assert.doesNotMatch(first.stdout, /NaN|undefined|Infinity/);

  const out = path.join(scratch, "out");
  const before = parseCompareResult(fs.readFileSync(path.join(out, "compare.json"), "utf8"), "compare.json");
  assert.equal(before.runs.length, 3 * 2 * 2);
  assert.ok(before.sources[0].leaked > 0, "the drawings have planted copies");
  const lists = fs.readdirSync(path.join(out, "lists"));
  assert.deepEqual(lists.sort(), ["dedup-random", "infomax", "random"].flatMap((name) => [0, 1].map((redraw) => `${name}-30pct-r${redraw}.ids.txt`)));
  const kept = fs.readFileSync(path.join(out, "lists", lists[0]), "utf8").split("\n").slice(0, -1);
  assert.ok(kept.length === before.runs[0].samples && kept.every((id) => fs.existsSync(path.join(DRAWINGS, id))));
  const csv = fs.readFileSync(path.join(out, "compare.csv"), "utf8").trimEnd().split("\n");
  assert.equal(csv.length, 1 + before.runs.length);
  assert.match(fs.readFileSync(path.join(out, "compare.md"), "utf8"), /^# Comparison of curation strategies\n[\s\S]*## At 30%[\s\S]*What you would pick[\s\S]*## If prices were others/);

  const trained = path.join(scratch, "trained.json");
  fs.writeFileSync(trained, JSON.stringify(Object.fromEntries(lists.map((file, at) => [path.basename(file, ".txt"), { size: 1, accuracy: [50 + at, 51 + at] }]))));
  const earlier = path.join(scratch, "earlier.json");
  fs.copyFileSync(path.join(out, "compare.json"), earlier);
  const second = await run(...asked, "--import-trained", trained, "--against", earlier, "--json");
  assert.equal(second.status, 0, second.stderr);
  const { changes, decisions } = JSON.parse(second.stdout) as {
    readonly changes: { readonly isSameData: boolean; readonly moved: readonly unknown[]; readonly utilities: { readonly added: readonly string[] } };
    readonly decisions: { readonly fronts: readonly { readonly front: readonly string[] }[]; readonly picks: readonly { readonly picked: readonly string[] }[]; readonly prices: { readonly sweeps: readonly { readonly at: readonly { readonly ranks: Readonly<Record<string, number>> }[] }[] } };
  };
  assert.deepEqual([changes.isSameData, changes.moved.length, changes.utilities.added], [true, 0, ["trained"]]);
  const now = parseCompareResult(second.stdout, "the output");
  assert.ok(decisions.fronts[0].front.length > 0 && decisions.picks.some(({ picked }) => picked.length > 0));
  assert.ok(decisions.prices.sweeps.length > 0 && decisions.prices.sweeps.every(({ at }) => at.every(({ ranks }) => Object.keys(ranks).join() === now.strategies.map(({ name }) => name).join())));
  const [header, ...priced] = fs.readFileSync(path.join(out, "prices.csv"), "utf8").trimEnd().split("\n");
  assert.equal(header, "budget,amount,unit,source,part,price,factor,strategy,samples,utility,value,rank");
  assert.equal(priced.filter((row) => row.split(",")[2] === "USD").length, decisions.prices.sweeps.reduce((sum, { at }) => sum + at.length * now.strategies.length, 0));
  assert.ok(priced.some((row) => row.startsWith("30%,") && row.split(",")[2] === "s"), "time is priced too");
  // Half the price buys twice as many, which were not measured.
  assert.ok(priced.some((row) => /,0\.0005,0\.5,random,84,(?:network|trained),,$/.test(row)), priced.filter((row) => row.includes("random")).join("\n"));

  assert.deepEqual(now.runs.map(({ idsDigest }) => idsDigest), before.runs.map(({ idsDigest }) => idsDigest));

  fs.writeFileSync(trained, "{\"random-31pct-r0\": [50]}");
  const stray = await run(...asked, "--import-trained", trained);
  assert.equal(stray.status, 2, stray.stdout);
  assert.match(stray.stderr.replace(/\s+/g, " "), /trained\.json: none of its lists \(random-31pct-r0\) is one of this comparison\. Name lists as --out writes them, such as "random-30pct-r0"/);
  assert.ok(now.correlations.some(({ metric, utility }) => metric === "network" && utility === "trained"));
  assert.deepEqual(fs.readdirSync(DRAWINGS), besides, "nothing is written into the dataset");
});

test("what cannot be compared is said before the work begins", async () => {
  for (const [words, ...args] of [
    [/there is no strategy "best"/, "--strategies", "best"], [/is no name and path/, "--task", "x"], [/add up to 0\.7/, "--mixture", "m=a:0.5,b:0.2"],
    [/there is no kind "found"/, "--source", "a:found=b"], [/whole number from 1 to 20/, "--redraws", "0"],
  ] as const) {
    const { status, stderr } = await run("compare", DRAWINGS, ...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, words);
  }
});
