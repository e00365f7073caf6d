import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import test from "node:test";
import { parseCompareResult, type CompareResult } from "../../core/comparison/compareResult.ts";
import { InfomaxError } from "../../core/errors.ts";
import { compareWorld, meanOf, worldSamples } from "./compareWorld.fixture.ts";

test("what is in the target is removed from the candidates before anything is chosen, and the same input gives the same bytes", async (t) => {
  const { folder, write, compare } = compareWorld(t);
  const target = worldSamples(60, 2);
  const dataset = await write("main", [...target.slice(0, 7), ...worldSamples(150, 1)]);
  const params = { target: await write("target", target), budgets: ["20%"], strategies: ["infomax", "k-center", "image-search"], redraws: 2, seeds: 2, out: path.join(folder, "out"), listPrefix: "pool/" };
  const result = await compare(dataset, params);

  assert.deepEqual(result.sources.map(({ leaked, samples: all }) => [leaked, all]), [[7, 157]]);
  assert.ok(result.notes.some((note) => note.startsWith("7 candidates are in \"data.jsonl\" too (7 exactly")), result.notes.join("\n"));
  assert.deepEqual(result.strategies.map(({ name }) => name), ["random", "k-center", "infomax", "image-search"]);
  assert.equal(result.runs.length, 4 * 2 * 2);
  assert.ok(result.runs.every((run) => run.samples === 31));
  assert.ok(meanOf(result, "random", "probe") > 0.8);
  // The guides of the search are no part of what is judged on.
  assert.equal(result.sets[0].samples, 54);

  const lists = path.join(folder, "out", "lists");
  const names = readdirSync(lists).sort();
  assert.equal(names.length, 4 * 2);
  for (const run of result.runs) {
    const lines = readFileSync(path.join(lists, `${run.strategy}-20pct-r${run.redraw}.ids.txt`), "utf8").split("\n").slice(0, -1);
    assert.equal(lines.length, run.samples);
    const ids = lines.map((line) => line.replace(/^pool\//, ""));
    assert.deepEqual(ids, [...ids].sort());
    assert.equal(createHash("sha256").update(ids.map((id) => `${id}\n`).join("")).digest("hex"), run.idsDigest);
    assert.ok(ids.every((id) => !/^main-00[0-6]$/.test(id)), "a leaked sample was chosen");
  }
  const written = readFileSync(path.join(folder, "out", "compare.json"), "utf8");
  assert.deepEqual(parseCompareResult(written, "it"), result);
  const again = await compare(dataset, { ...params, strategies: ["infomax", "k-center", "image-search"] });
  assert.deepEqual(again, result);
  assert.equal(readFileSync(path.join(folder, "out", "compare.json"), "utf8"), written);
});

test("sources and mixtures compete; the source with wrong labels loses, and each costs what it is said to", async (t) => {
  const { folder, write, compare } = compareWorld(t);
  await write("noisy", worldSamples(240, 5, 0.6));
  const dataset = await write("main", worldSamples(150, 1), {
    comparison: {
      target: "../target/data.jsonl", tasks: [{ name: "again", path: "../task/data.jsonl" }], shifted: [{ name: "far", path: "../far/data.jsonl" }],
      sources: [{ name: "ours", path: "data.jsonl", prices: { label: { money: 2, seconds: 1 }, acquire: { money: 1, seconds: 0 }, train: { money: 0, seconds: 0 } } }, { name: "web", kind: "synthetic", path: "../noisy/data.jsonl" }],
      mixtures: [{ name: "half", shares: { ours: 0.5, web: 0.5 } }], budgets: ["60", "180 usd"], redraws: 2, seeds: 2, strategies: ["random"],
    },
  });
  for (const [name, seed] of [["target", 2], ["task", 8], ["far", 9]] as const) await write(name, worldSamples(60, seed));
  const result = await compare(dataset, { out: path.join(folder, "out") });
  assert.deepEqual(result.sources.map(({ name, kind }) => [name, kind]), [["ours", "in-house"], ["web", "synthetic"]]);
  assert.deepEqual(result.strategies.map(({ name }) => name), ["random", "source-ours", "source-web", "mixture-half"]);
  const of = (strategy: string): CompareResult["runs"][number] => result.runs.find((run) => run.strategy === strategy) ?? assert.fail(strategy);
  assert.deepEqual(of("source-ours").ofSource, [60, 0]);
  assert.deepEqual(of("mixture-half").ofSource, [30, 30]);
  assert.equal(of("source-ours").cost.money, 180);
  // At a price each buys its own number: what is cheap, all that a redraw has of it.
  const bought = (strategy: string): number | undefined => result.runs.find((run) => run.strategy === strategy && run.budget === "180 USD")?.samples;
  assert.equal(bought("source-ours"), 60);
  assert.ok((bought("source-web") ?? 0) > 200);
  assert.ok(meanOf(result, "source-ours", "probe") > meanOf(result, "source-web", "probe") + 0.2);
  assert.ok(meanOf(result, "source-ours", "shifted:far") > 0.8);
  assert.ok(meanOf(result, "source-ours", "task:again") > 0.8);
  assert.ok(readFileSync(path.join(folder, "out", "lists", "source-web-60-r0.ids.txt"), "utf8").split("\n").slice(0, -1).every((id) => id.startsWith("web:noisy-")));
});

test("without a target a fifth is held out and is no candidate; without labels what needs them is not defined, and says why", async (t) => {
  const { write, compare } = compareWorld(t);
  const labelled = await compare(await write("main", worldSamples(150, 1)), { budgets: ["10%", "95%"], strategies: ["random"], redraws: 1, seeds: 1 });
  assert.deepEqual([labelled.sources[0].samples, labelled.sets[0].samples], [120, 30]);
  assert.deepEqual(labelled.absent.map(({ strategy, budget }) => [strategy, budget]), [["random", "95%"]]);
  assert.match(labelled.absent[0].notDefined, /budget of 114 is above the 108 samples/);

  const bare = await compare(await write("bare", worldSamples(150, 3).map((own) => ({ ...own, label: null }))), { budgets: ["10%"], strategies: ["random", "k-center", "forgetting"], redraws: 1, seeds: 1 });
  const run = bare.runs[0];
  assert.deepEqual([run.values["probe"], run.values["knn"]], [{ notDefined: "none of the kept samples has a label" }, { notDefined: "none of the kept samples has a label" }]);
  assert.ok("value" in run.values["coverage"] && "value" in run.values["affinity"]);
  assert.match(bare.absent.find(({ strategy }) => strategy === "forgetting")?.notDefined ?? "", /no forgetting events/);
});

test("other datasets are refused in untrusted workspaces, and a folder with other files is not written to", async (t) => {
  const { folder, service, write, compare } = compareWorld(t);
  const dataset = await write("main", worldSamples(60, 1), { embeddings: undefined });
  await service.index({ dataset, trusted: false });
  await assert.rejects(service.compare({ dataset, trusted: false, target: folder }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "not-trusted");
  const out = path.join(folder, "mine");
  mkdirSync(out);
  writeFileSync(path.join(out, "notes.txt"), "mine");
  await assert.rejects(compare(dataset, { budgets: ["50%"], strategies: ["random"], redraws: 1, seeds: 1, out }), /it holds other files/);
  assert.deepEqual(readdirSync(out), ["notes.txt"]);
});
