import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { parseCompareResult, type CompareResult } from "../../core/comparison/compareResult.ts";
import { datasetCacheFolder } from "../../core/indexing/indexCache.ts";
import type { ComparisonView } from "../../protocol/comparison.ts";
import { isToWebview } from "../../protocol/guards.ts";
import { compareWorld, worldSamples, type CompareWorld } from "./compareWorld.fixture.ts";

const SMALL = { budgets: ["20%", "40%"], strategies: ["k-center", "forgetting"], redraws: 2, seeds: 2 } as const;

/** Settings that need no trust. */
const BARE = { embeddings: undefined };

const folderOf = (world: CompareWorld, dataset: string): string => path.join(datasetCacheFolder(path.join(world.folder, "cache"), dataset), "comparison");

async function viewOf({ service }: CompareWorld, dataset: string, file: string | null = null): Promise<ComparisonView> {
  return await service.comparison({ dataset, trusted: true, file }) ?? assert.fail("there is no comparison");
}

test("the last comparison of a dataset is kept, and read as views show it", async (t) => {
  const world = compareWorld(t);
  const dataset = await world.write("main", worldSamples(150, 1));
  await world.service.index({ dataset, trusted: true });
  assert.equal(await world.service.comparison({ dataset, trusted: true, file: null }), null);
  const result = await world.compare(dataset, SMALL);
  const view = await viewOf(world, dataset);
  assert.ok(isToWebview({ type: "comparison", requestId: 1, view }));
  assert.deepEqual(JSON.parse(JSON.stringify(view)), view, "nothing in it is lost as JSON");
  assert.deepEqual([view.stale, view.changes, view.baseline, view.redraws, view.classes], [false, [], 0, 2, result.classes]);
  assert.ok(Math.abs(Date.now() - view.written) < 60_000);
  assert.equal(view.file, path.join(folderOf(world, dataset), "compare.json"));

  // Every figure is the file's own, by numbers in place of names.
  assert.deepEqual(view.strategies.map(({ name }) => name), result.strategies.map(({ name }) => name));
  const at = (list: readonly { readonly name: string }[], name: string): number => list.findIndex((own) => own.name === name);
  for (const own of result.summaries) {
    const cell = view.cells[at(view.budgets, own.budget)][at(view.utilities, own.utility)][at(view.strategies, own.strategy)];
    if (!result.runs.some(({ strategy, budget }) => strategy === own.strategy && budget === own.budget)) assert.equal(cell, null);
    else {
      assert.ok(cell !== null);
      assert.deepEqual("mean" in cell.mean ? cell.mean.mean : cell.mean, "mean" in own.mean ? own.mean.mean : own.mean);
      assert.deepEqual(cell.surelyBetterThan.map((other) => view.strategies[other].name), own.surelyBetterThan);
    }
  }
  const runs = result.runs.filter(({ strategy, budget }) => strategy === "k-center" && budget === "40%");
  const subset = view.subsets[1][at(view.strategies, "k-center")];
  assert.ok(!("notDefined" in subset));
  assert.deepEqual([subset.samples, subset.ofSource], [runs[0].samples, [1]]);
  const red = runs.map((run) => run.perClass["network"]?.[0] ?? assert.fail("no class"));
  const mean = red.reduce((sum, value) => sum + value, 0) / 4;
  assert.ok(Math.abs((subset.perClass[0] ?? NaN) - mean) < 1e-12);
  assert.ok(Math.abs((subset.perClassSpread[0] ?? NaN) ** 2 - red.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3) < 1e-12);
  assert.ok(Math.abs(subset.cost.money - runs[0].cost.money) < 1e-9);
  for (const { strategy, budget, notDefined } of result.absent) assert.deepEqual(view.subsets[at(view.budgets, budget)][at(view.strategies, strategy)], { notDefined });

  const first = view.utilities[0];
  assert.deepEqual([first.name, first.isShare, first.isCommon], ["network", true, true]);
  assert.deepEqual(view.utilities.filter(({ title, hint }) => title === "" || !hint.endsWith(".")), []);
  assert.deepEqual(view.utilities.filter(({ hint }) => /knows no more/.test(hint)).map(({ name }) => name), [], "every utility that is measured has words");
  view.correlations.forEach((own, i) => {
    const next = view.correlations.at(i + 1);
    if (next?.budget !== own.budget || next.utility !== own.utility) return;
    const strength = ({ spearman }: typeof own): number => ("value" in spearman ? Math.abs(spearman.value) : -1);
    assert.ok(strength(own) >= strength(next));
  });

  const price = { dataset, trusted: true, file: null, question: { prices: [], utility: null, spend: null } };
  assert.deepEqual(await world.service.comparisonPricing(price), view.pricing);
  await assert.rejects(world.service.comparisonPricing({ ...price, question: { ...price.question, utility: 99 } }), { code: "bad-argument" });
});

test("a comparison is stale once the dataset has other samples, and the next one takes its place whole", async (t) => {
  const world = compareWorld(t);
  const samples = worldSamples(120, 1);
  const dataset = await world.write("main", samples);
  const target = await world.write("target", worldSamples(40, 2));
  const params = { ...SMALL, strategies: ["random"] };
  await world.compare(dataset, { ...params, target });
  const whole = path.join(world.folder, "whole.json");
  copyFileSync((await viewOf(world, dataset)).file, whole);
  assert.equal((await viewOf(world, dataset)).stale, false);
  await world.compare(dataset, { ...params, against: whole });
  const second = await viewOf(world, dataset);
  assert.equal(second.stale, false, "rows that were held out belong to it");
  assert.ok(second.changes.some((line) => /heldOut: false, now true/.test(line)), second.changes.join("\n"));
  assert.deepEqual(readdirSync(path.dirname(second.file)).sort(), ["changes.json", "compare.csv", "compare.json", "compare.md", "lists", "prices.csv"]);

  await world.write("main", [...samples, ...worldSamples(6, 3)]);
  await world.service.index({ dataset, trusted: true });
  assert.equal((await viewOf(world, dataset)).stale, true);
  assert.equal((await viewOf(world, dataset, whole)).stale, true);
  await world.compare(dataset, params);
  const third = await viewOf(world, dataset);
  assert.deepEqual([third.stale, third.changes], [false, []], "what changed before says nothing of this one");
  assert.deepEqual(readdirSync(path.dirname(third.file)).sort(), ["compare.csv", "compare.json", "compare.md", "lists", "prices.csv"]);
  assert.deepEqual(readdirSync(path.dirname(path.dirname(third.file))).filter((name) => name.startsWith("comparison-")), [], "nothing is left beside it");
});

test("files are read in trusted workspaces only; what is no comparison is refused by name", async (t) => {
  const world = compareWorld(t);
  const dataset = await world.write("main", worldSamples(60, 1), BARE);
  await world.compare(dataset, { ...SMALL, strategies: ["random"] });
  const own = (await viewOf(world, dataset)).file;
  const file = path.join(world.folder, "theirs.json");
  const text = readFileSync(own, "utf8");
  const theirs = JSON.parse(text) as CompareResult;
  theirs.utilities[0].name = "sparkle";
  theirs.utilities[0].title = "<b>sparkle</b>";
  for (const run of theirs.runs) run.values = {};
  for (const run of theirs.runs) run.perClass = {};
  theirs.summaries = [];
  theirs.correlations = [];
  writeFileSync(file, JSON.stringify(theirs));
  await assert.rejects(world.service.comparison({ dataset, trusted: false, file }), { code: "not-trusted" });
  assert.equal((await world.service.comparison({ dataset, trusted: false, file: null }))?.file, own);
  const view = await viewOf(world, dataset, file);
  assert.deepEqual([view.utilities[0].title, view.file], ["<b>sparkle</b>", file]);
  await assert.rejects(viewOf(world, dataset, path.join(world.folder, "none.json")), { code: "not-found" });
  await assert.rejects(viewOf(world, dataset, world.folder), { code: "bad-data" });
  writeFileSync(file, text.slice(0, 500));
  await assert.rejects(viewOf(world, dataset, file), { code: "bad-data" });
  appendFileSync(own, "?");
  await assert.rejects(viewOf(world, dataset), { code: "bad-data" });
});

test("a copy has result, tables and lists, and overwrites nothing; lists that are not the result's stay where they are", async (t) => {
  const world = compareWorld(t);
  const dataset = await world.write("main", worldSamples(90, 1));
  const out = path.join(world.folder, "first");
  const result = await world.compare(dataset, { ...SMALL, strategies: ["random"], out, listPrefix: "x/" });
  const folder = path.join(world.folder, "some", "copy");
  const { files } = await world.service.exportComparison({ dataset, trusted: true, file: null, folder });
  assert.ok(files.every((file) => statSync(file).isFile()));
  assert.equal(files.length, 4 + 2 * 2);
  assert.deepEqual(parseCompareResult(readFileSync(path.join(folder, "compare.json"), "utf8"), "it"), result);
  for (const name of ["compare.csv", "compare.md", "lists/random-20pct-r0.ids.txt"]) assert.equal(readFileSync(path.join(folder, name), "utf8"), readFileSync(path.join(out, name), "utf8"));
  await assert.rejects(world.service.exportComparison({ dataset, trusted: true, file: null, folder }), { code: "bad-argument" });

  // Beside a file of the user's lie lists, and what is none of it.
  writeFileSync(path.join(out, "lists", "secret.ids.txt"), "mine");
  mkdirSync(path.join(out, "lists", "random-20pct-r1.ids.txt.d"));
  rmSync(path.join(out, "lists", "random-40pct-r1.ids.txt"));
  const again = path.join(world.folder, "again");
  const second = await world.service.exportComparison({ dataset, trusted: true, file: path.join(out, "compare.json"), folder: again });
  assert.equal(second.files.length, 4 + 3);
  assert.deepEqual(readdirSync(path.join(again, "lists")), ["random-20pct-r0.ids.txt", "random-20pct-r1.ids.txt", "random-40pct-r0.ids.txt"]);
  mkdirSync(path.join(world.folder, "half"));
  writeFileSync(path.join(world.folder, "half", "compare.md"), "mine");
  await assert.rejects(world.service.exportComparison({ dataset, trusted: true, file: null, folder: path.join(world.folder, "half") }), { code: "bad-argument" });
  assert.deepEqual(readdirSync(path.join(world.folder, "half")), ["compare.md"]);
});

test("what training costs by infomax.json is the price of training, unless a source has its own", async (t) => {
  const world = compareWorld(t);
  const samples = worldSamples(60, 1);
  const cost = { secondsPerSample: 0.5, epochs: 20, pricePerHour: 36 };
  const prices = async (settings: Readonly<Record<string, unknown>>): Promise<CompareResult["sources"][number]> => {
    const dataset = await world.write("main", samples, settings);
    return (await world.compare(dataset, { ...SMALL, strategies: ["random"], redraws: 1, seeds: 1 })).sources[0];
  };
  const none = await prices({});
  assert.deepEqual([none.prices.train, none.placeholders.includes("train.money")], [{ money: 0.001, seconds: 0.1 }, true]);
  const given = await prices({ cost });
  assert.deepEqual([given.prices.train, given.placeholders.some((price) => price.startsWith("train"))], [{ money: 0.1, seconds: 10 }, false]);
  const ofSource = await prices({ cost, comparison: { sources: [{ name: "ours", prices: { train: { money: 3 } } }] } });
  assert.deepEqual([ofSource.prices.train, ofSource.placeholders.some((price) => price.startsWith("train"))], [{ money: 3, seconds: 10 }, false]);
});
