import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { InfomaxError } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import { readPins, type PinKind } from "../core/store/protectionFile.ts";
import { readSelection } from "../core/store/selectionFile.ts";
import type { DatasetOptions } from "../protocol/dataset.ts";
import { checkedParams } from "./requests.ts";
import { InspectorService } from "./service.ts";

/** Many, so that messages that were not made alike are not. */
const WORDS = Array.from({ length: 600 }, (_, i) => `w${((i + 40) * 7919).toString(36)}`);

/** 120 messages in four classes; m0, m30, m60 and m90 say the same, with one word more each. */
function messages(): string {
  const random = seededRandom(8);
  const texts = Array.from({ length: 120 }, () => Array.from({ length: 9 }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" "));
  for (const [i, row] of [30, 60, 90].entries()) texts[row] = `${texts[0]} ${["please", "now", "thanks"][i]}`;
  return texts.map((text, i) => `${JSON.stringify({ id: `m${i}`, text, label: `class ${i % 4}` })}\n`).join("");
}

interface Bench {
  readonly root: string;
  readonly at: { readonly dataset: string; readonly trusted: boolean; readonly options: DatasetOptions };
  readonly service: InspectorService;
  readonly inFile: (kind: PinKind) => Promise<string[]>;
}

async function bench(t: TestContext, options: DatasetOptions = { encoder: "hashed", threshold: 0.7 }): Promise<Bench> {
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": messages() }));
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const at = { dataset: path.join(root, "d.jsonl"), trusted: true, options };
  await service.index(at);
  return { root, at, service, inFile: async (kind) => [...(await readPins(root, kind)).values()].map(({ id }) => id) };
}

const refused = (code: string, ...patterns: readonly RegExp[]) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  for (const pattern of patterns) assert.match(thrown.message, pattern);
  return true;
};

test("an excluded sample is kept by no solver, share policy or budget, and its line says so", async (t) => {
  const { root, at, service } = await bench(t);
  const out = ["m1", "m2", "m3", "m60", "m119"];
  const result = await service.exclude({ ...at, ids: out, note: "wrong label" });
  assert.deepEqual([result.changed, result.excludedCount, result.protectedCount, result.preferredCount, path.basename(result.file)], [5, 5, 0, 0, "excluded.jsonl"]);
  await service.protect({ ...at, ids: ["m5"] });
  for (const perClass of ["floor", "balanced", "proportional", "none"] as const) {
    for (const solver of ["exchange", "greedy", "infomax", "infomax-projection"] as const) {
      for (const budget of ["10", "50%", "115"]) {
        const made = await service.prune({ ...at, options: { ...at.options, perClass, solver, noiseCutoff: 0.1 }, budget, name: "v" });
        assert.equal(made.dropped.excluded, 5);
        const { entries } = await readSelection(root, "v");
        for (const { id, decision, reason } of entries) assert.equal(reason === "excluded" && decision === "dropped", out.includes(id), `${id} is ${decision}, ${reason} (${solver}, ${perClass}, ${budget})`);
      }
    }
  }
  await assert.rejects(service.prune({ ...at, budget: "116" }), refused("bad-budget", /\b116\b.*\b115\b/));
  const { sample, reason, sentence } = await service.explain({ ...at, id: "m60" });
  assert.deepEqual([sample.excluded, sample.protected, sample.note, reason], [true, false, "wrong label", "excluded"]);
  assert.match(sentence, /excluded by hand \(wrong label\)/);
  await service.include({ ...at, ids: ["m60"] });
  assert.match((await service.explain({ ...at, id: "m60" })).sentence, /included again since/);
  await service.exclude({ ...at, ids: ["m7"] });
  assert.match((await service.explain({ ...at, id: "m7" })).sentence, /^Kept in .*excluded since/);
});

test("the curve ends at what may be kept, its order and the strategies leave the excluded out, and a reference above it is lowered", async (t) => {
  const { at, service } = await bench(t);
  await service.exclude({ ...at, ids: Array.from({ length: 90 }, (_, i) => `m${i}`) });
  const curve = await service.curve({ ...at, budget: "50%", strategies: ["random", "k-center", "facility-location", "ccs", "semdedup"] });
  assert.equal(curve.referenceBudget, 30);
  for (const points of [curve.points, ...curve.strategies.map((strategy) => strategy.points)]) {
    assert.equal(points[points.length - 1].kept, 30);
    // Nothing is left that the kept need stand for.
    assert.equal(points[points.length - 1].coverage, 1);
  }
  assert.equal(curve.randomCoverage.at(-1), 1);
  await service.exclude({ ...at, ids: Array.from({ length: 30 }, (_, i) => `m${i + 90}`) });
  await assert.rejects(service.curve(at), refused("bad-budget", /all samples are excluded/));
  await assert.rejects(service.prune({ ...at, budget: "5" }), refused("bad-budget", /\b5\b.*\b0\b/));
});

test("decisions that contradict each other are refused with both states and the remedy, and leave no trace", async (t) => {
  const { root, at, service, inFile } = await bench(t);
  await service.protect({ ...at, ids: ["m1"] });
  await assert.rejects(service.exclude({ ...at, ids: ["m2", "m1"] }), refused("bad-argument", /"m1" is protected, so it cannot be excluded/, /[Uu]nprotect it first/));
  assert.ok(!fs.existsSync(path.join(root, ".infomax", "excluded.jsonl")), "half of a refused request was written");
  await service.exclude({ ...at, ids: ["m2"] });
  await assert.rejects(service.protect({ ...at, ids: ["m2"] }), refused("bad-argument", /"m2" is excluded, so it cannot be protected/, /Include it first/));
  await assert.rejects(service.prefer({ ...at, ids: ["m2"] }), refused("bad-argument", /"m2" is excluded, so it cannot be preferred/, /Include it first/));
  await service.prefer({ ...at, ids: ["m1", "m3"] });
  await assert.rejects(service.exclude({ ...at, ids: ["m3"] }), refused("bad-argument", /"m3" is preferred, so it cannot be excluded/, /preference/));
  await assert.rejects(service.exclude({ ...at, ids: ["nobody"] }), refused("not-found", /nobody/));
  assert.deepEqual([await inFile("protected"), await inFile("excluded"), await inFile("keepers")], [["m1"], ["m2"], ["m1", "m3"]]);
});

test("files that contradict each other stop prune and curve, not the way back", async (t) => {
  const { root, at, service } = await bench(t);
  await service.protect({ ...at, ids: ["m1"] });
  await service.prefer({ ...at, ids: ["m9"] });
  fs.writeFileSync(path.join(root, ".infomax", "excluded.jsonl"), "{\"id\":\"m1\"}\n{\"id\":\"m9\"}\n");
  for (const work of [() => service.prune({ ...at, budget: "20" }), () => service.curve(at)]) {
    await assert.rejects(work, refused("bad-protection-file", /"m1"/, /protected\.jsonl/, /excluded\.jsonl/));
  }
  // Other samples can be decided on, and the views go on.
  await service.protect({ ...at, ids: ["m4"] });
  await service.open(at);
  await service.include({ ...at, ids: ["m1"] });
  await assert.rejects(service.prune({ ...at, budget: "20" }), refused("bad-protection-file", /"m9"/, /keepers\.jsonl/, /excluded\.jsonl/));
  await service.unprefer({ ...at, ids: ["m9"] });
  assert.equal((await service.prune({ ...at, budget: "20" })).kept, 20);
});

test("of a cluster one member is preferred: the last that was asked for", async (t) => {
  const { root, at, service, inFile } = await bench(t);
  const { clusters } = await service.clusters({ ...at, offset: 0, limit: 5, members: 9 });
  assert.deepEqual(clusters.map(({ members }) => members.map(({ sample }) => sample.id).sort()), [["m0", "m30", "m60", "m90"]]);
  await service.prefer({ ...at, ids: ["m0", "m5"], note: "clean scan" });
  const result = await service.prefer({ ...at, ids: ["m60"] });
  assert.deepEqual([result.changed, result.preferredCount, path.basename(result.file)], [1, 2, "keepers.jsonl"]);
  assert.deepEqual(await inFile("keepers"), ["m5", "m60"]);
  await assert.rejects(service.prefer({ ...at, ids: ["m30", "m90"] }), refused("bad-argument", /"m30" and "m90"/));
  const { sample, sentence } = await service.explain({ ...at, id: "m5" });
  assert.deepEqual([sample.preferred, sample.note], [true, "clean scan"]);
  assert.match(sentence, /Preferred/);
  assert.equal((await service.prefer({ ...at, ids: ["m60"] })).changed, 0);
  for (const member of ["m60", "m30"]) {
    await service.prefer({ ...at, ids: [member] });
    await service.prune({ ...at, options: { ...at.options, noiseCutoff: 0, perClass: "none" }, budget: "110", name: "v" });
    const kept = (await readSelection(root, "v")).entries.filter(({ id, decision }) => decision === "kept" && ["m0", "m30", "m60", "m90"].includes(id)).map(({ id }) => id);
    assert.deepEqual(kept, [member]);
  }
});

test("keep one, keep all and their undoing: several decisions at once, all or none", async (t) => {
  const { at, service, inFile } = await bench(t);
  const none = { protect: [], unprotect: [], exclude: [], include: [], prefer: [], unprefer: [] };
  const files = async (): Promise<string[][]> => [await inFile("protected"), await inFile("excluded"), await inFile("keepers")];
  await service.prefer({ ...at, ids: ["m0"] });
  const kept = await service.decide({ ...at, ...none, prefer: ["m30"], exclude: ["m0", "m60", "m90"], note: "copies" });
  assert.deepEqual([kept.changed, kept.excludedCount, kept.preferredCount], [4, 3, 1]);
  assert.deepEqual(await files(), [[], ["m0", "m60", "m90"], ["m30"]]);
  // Another of the cluster instead, in one step.
  await service.decide({ ...at, ...none, include: ["m60"], prefer: ["m60"], exclude: ["m30"] });
  assert.deepEqual(await files(), [[], ["m0", "m30", "m90"], ["m60"]]);
  await assert.rejects(service.decide({ ...at, ...none, protect: ["m0", "m5"], unprefer: ["m60"] }), refused("bad-argument", /"m0" is excluded/));
  await assert.rejects(service.decide({ ...at, ...none, protect: ["m8"], exclude: ["m8"] }), refused("bad-argument", /"m8" cannot be both protected and excluded/));
  assert.deepEqual(await files(), [[], ["m0", "m30", "m90"], ["m60"]]);
  const all = ["m0", "m30", "m60", "m90"];
  await service.decide({ ...at, ...none, include: all, unprefer: all, protect: all });
  assert.deepEqual(await files(), [all, [], []]);
  assert.equal((await service.decide({ ...at, ...none, unprotect: all })).protectedCount, 0);
  assert.deepEqual(await service.decide({ ...at, ...none }).then(({ changed }) => changed), 0);
});

test("thousands of samples are decided on and undone in a moment", async (t) => {
  const count = 4000;
  const root = testFolder(t, { "v.jsonl": Array.from({ length: count }, (_, i) => `${JSON.stringify({ id: `q${i}`, text: `entry ${(i * 7919).toString(36)} of ${i}` })}\n`).join("") });
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const at = { dataset: path.join(root, "v.jsonl"), trusted: true, options: { encoder: "hashed", neighbors: 5, importance: "uniform" } };
  await service.index(at);
  const ids = Array.from({ length: count }, (_, i) => `q${i}`);
  const start = performance.now();
  assert.equal((await service.exclude({ ...at, ids })).excludedCount, count);
  assert.equal((await service.include({ ...at, ids })).excludedCount, 0);
  assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
});

test("an exclusion finds its sample under another id by content, and what is gone is said", async (t) => {
  const { root, at, service } = await bench(t);
  await service.exclude({ ...at, ids: ["m1", "m2"] });
  await service.prefer({ ...at, ids: ["m3"] });
  const lines = messages().split("\n").filter((_, i) => i !== 2 && i !== 3).join("\n").replace('"m1"', '"renamed"');
  fs.writeFileSync(at.dataset, lines);
  const summary = await service.index(at);
  assert.deepEqual([summary.excludedCount, summary.excludedMissing, summary.preferredCount, summary.preferredMissing], [1, ["m2"], 0, ["m3"]]);
  const { notes } = await service.prune({ ...at, budget: "30", name: "v" });
  assert.ok(notes.some((note) => /1 excluded sample is not in the dataset now: m2/.test(note)), notes.join("\n"));
  assert.ok(notes.some((note) => /1 preferred sample is not in the dataset now: m3/.test(note)), notes.join("\n"));
  assert.equal((await readSelection(root, "v")).entries.find(({ id }) => id === "renamed")?.reason, "excluded");
  assert.equal((await service.include({ ...at, ids: ["m2"] })).changed, 1);
});

test("a selection that builds on an earlier one leaves out what is excluded by now, and says how many", async (t) => {
  const { root, at, service } = await bench(t);
  await service.prune({ ...at, budget: "20", name: "v1" });
  const kept = (await readSelection(root, "v1")).entries.filter(({ decision }) => decision === "kept").map(({ id }) => id);
  await service.exclude({ ...at, ids: kept.slice(0, 3) });
  assert.deepEqual(await service.selectionFloor({ ...at, selection: "v1" }), { kept: 17, floor: 17 });
  const { notes, keptBefore } = await service.prune({ ...at, budget: "17", name: "v2", keepSelection: "v1" });
  assert.equal(keptBefore, 17);
  assert.ok(notes.some((note) => /^3 of the samples that "v1" keeps are excluded by now/.test(note)), notes.join("\n"));
  const after = new Map((await readSelection(root, "v2")).entries.map(({ id, reason }) => [id, reason]));
  for (const [i, id] of kept.entries()) assert.equal(after.get(id), i < 3 ? "excluded" : "kept-before");
});

test("the marks in the editor show what is excluded", async (t) => {
  const { at, service } = await bench(t);
  await service.exclude({ ...at, ids: ["m1"], note: "spam" });
  const marks = await service.marks({ ...at, file: at.dataset, firstLine: 1, lines: messages().split("\n").slice(0, 3), modified: false });
  assert.deepEqual(marks.map(({ id, excluded, note }) => [id, excluded, note]), [["m0", false, null], ["m1", true, "spam"], ["m2", false, null]]);
});

test("requests are checked as they come over the channel", () => {
  const at = { dataset: "/d", trusted: true };
  checkedParams("exclude", { ...at, ids: ["a"], note: "" });
  checkedParams("decide", { ...at, protect: [], unprotect: [], exclude: ["a"], include: [], prefer: [], unprefer: [] });
  assert.throws(() => checkedParams("include", { ...at, ids: ["a"], note: "x" }), refused("bad-argument"));
  assert.throws(() => checkedParams("decide", { ...at, exclude: ["a"] }), refused("bad-argument"));
});
