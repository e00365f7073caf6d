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
  const twice = await compare(dataset, { target: params.target, shifted: [{ name: "twice", path: params.target }], budgets: ["20%"], strategies: ["random"] });
  assert.deepEqual(twice.sets.map(({ samples, digest }) => [samples, digest]), [[54, result.sets[0].digest], [60, result.sets[0].digest]], "the same files are the same set, whichever of them guide");
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
  assert.deepEqual([labelled.sources[0].samples, labelled.sets[0].samples], [120, 27]);
  // A tenth of what is held out guides the embedding search, and nobody is judged on it.
  assert.deepEqual(labelled.absent.map(({ strategy, budget }) => [strategy, budget]), [["random", "95%"]]);
  assert.match(labelled.absent[0].notDefined, /budget of 114 is above the 108 candidates of a redraw, which leaves a tenth/);

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

test("prices, labels and access by options stand over infomax.json, for the dataset by its name too", async (t) => {
  const { write, compare } = compareWorld(t);
  const dataset = await write("main", worldSamples(90, 1));
  const web = await write("web", worldSamples(60, 5));
  const small = { sources: [{ name: "web", path: web }], target: await write("target", worldSamples(30, 2)), budgets: ["30"], strategies: ["random"], redraws: 1, seeds: 1 };
  const plain = await compare(dataset, small);
  assert.deepEqual([plain.sources[0].labelKind, plain.sources[0].prices.acquire.money, plain.notes.some((note) => note.includes("count as paid for"))], ["free", 0, true]);

  const priced = await compare(dataset, { ...small, costs: [{ source: "data", prices: { label: { money: 2, seconds: 3 } } }, { source: "web", labels: "crowd", access: "on-purchase", prices: { once: { money: 70 } } }] });
  const [own, other] = priced.sources;
  assert.deepEqual([own.labelKind, own.prices.label, own.prices.acquire], ["experts", { money: 2, seconds: 3 }, { money: 0, seconds: 0 }]);
  assert.deepEqual([other.labelKind, other.access, other.prices.once, other.prices.label], ["crowd", "on-purchase", { money: 70, seconds: 0 }, { money: 0.1, seconds: 10 }]);
  assert.ok(!priced.notes.some((note) => note.includes("count as paid for")));
  // What says nothing of getting and labelling leaves them paid for.
  const trained = await compare(dataset, { ...small, costs: [{ source: "data", prices: { train: { money: 5 } } }] });
  assert.deepEqual([trained.sources[0].labelKind, trained.sources[0].prices.train.money, trained.notes.some((note) => note.includes("count as paid for"))], ["free", 5, true]);
  await assert.rejects(compare(dataset, { ...small, costs: [{ source: "shop" }] }), /the source "shop", which there is not.*data, web/s);
});

test("two sources without a path are refused, both by name", async (t) => {
  const { write, compare } = compareWorld(t);
  const dataset = await write("main", worldSamples(60, 1), { comparison: { sources: [{ name: "ours" }, { name: "crowd", kind: "crowd-labelled" }] } });
  await assert.rejects(compare(dataset, { budgets: ["50%"], strategies: ["random"], redraws: 1, seeds: 1 }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "bad-config" && /"ours" and "crowd" both stand for the dataset itself/.test(thrown.message));
});

test("an untrusted workspace may price the dataset itself, and may not lead to other files", async (t) => {
  const { service, write } = compareWorld(t);
  const run = async (name: string, source: Readonly<Record<string, unknown>>): Promise<CompareResult> => {
    const dataset = await write(name, worldSamples(60, 1), { embeddings: undefined, comparison: { sources: [{ name: "ours", prices: { label: { money: 2 } }, ...source }] } });
    await service.index({ dataset, trusted: false });
    return parseCompareResult((await service.compare({ dataset, trusted: false, budgets: ["50%"], strategies: ["random"], redraws: 1, seeds: 1 })).result, "it");
  };
  assert.equal((await run("plain", {})).sources[0].prices.label.money, 2);
  assert.equal((await run("dot", { path: "." })).sources[0].prices.label.money, 2);
  await assert.rejects(run("up", { path: "../plain" }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "not-trusted");
});

test("sets of which some have imported vectors and others an encoder's are refused, and imported ones are noted as taken on trust", async (t) => {
  const { folder, write, compare } = compareWorld(t);
  const dims = 384;
  const wide = (count: number, seed: number): ReturnType<typeof worldSamples> => worldSamples(count, seed).map((own) => ({ ...own, vector: Array.from({ length: dims }, (_, d) => own.vector[d % own.vector.length]) }));
  const dataset = await write("main", wide(60, 1));
  const small = { budgets: ["50%"], strategies: ["random"], redraws: 1, seeds: 1 };
  const embedded = await write("embedded", worldSamples(30, 2), { embeddings: undefined });
  await assert.rejects(compare(dataset, { ...small, tasks: [{ name: "embedded", path: embedded }] }), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "bad-embeddings" && /those of the dataset were imported/.test(thrown.message));
  const source = await write("source", wide(30, 3));
  mkdirSync(path.join(folder, "source", ".infomax"), { recursive: true });
  writeFileSync(path.join(folder, "source", ".infomax", "excluded.jsonl"), `${JSON.stringify({ id: "source-001", digest: "0".repeat(16), note: "", since: "2026-01-01T00:00:00Z" })}\n`);
  const { notes } = await compare(dataset, { ...small, sources: [{ name: "more", path: source }] });
  assert.ok(notes.some((note) => note.includes("taken on trust")), notes.join("\n"));
  assert.ok(notes.some((note) => note.startsWith("decisions on samples of \"more\" do not hold here (0 protected, 1 excluded)")), notes.join("\n"));
});

test("for a time every strategy buys what it allows at the prices in seconds", async (t) => {
  const { write, compare } = compareWorld(t);
  const dataset = await write("main", worldSamples(120, 1));
  const seconds = { label: { money: 0, seconds: 60 }, train: { money: 0, seconds: 0 } };
  const result = await compare(dataset, { budgets: ["0.5 h"], strategies: ["random"], redraws: 1, seeds: 1, costs: [{ source: "data", prices: seconds }] });
  assert.deepEqual(result.budgets, [{ name: "0.5 h", samples: null, money: null, seconds: 1800 }]);
  assert.deepEqual([result.runs[0].samples, result.runs[0].cost.seconds], [30, 1800]);
});
