import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { openDataset } from "../dataset/openDataset.ts";
import { InfomaxError } from "../errors.ts";
import { ranks } from "../importance/scale.ts";
import { fieldTest } from "./conditions.ts";
import { matchRules } from "./matchRules.ts";
import { rulesSchema, type Conditions, type FieldCondition } from "./rule.ts";

const RECORDS = [
  { id: "a1", text: "one", label: "cat", year: 2020, source: "web", tags: ["rare", "night"], meta: { site: "Ulm", "a.b": 1 }, taken: "2026-01-05", checked: true },
  { id: "a2", text: "two", label: "cat", year: 2024, source: "scan", tags: [], meta: { site: "Rom" }, taken: "2026-03-01T10:00:00+09:00", checked: false },
  { id: "b1", text: "three", label: "dog", year: "2024", source: null, taken: "soon" },
  { id: "b2", text: "four", label: "dog", year: 2021.5, source: "", taken: 20260101 },
  { id: "b3", text: "five", label: "dog", source: "web page" },
  { id: "c1", text: "six", label: "owl", year: "no number", "meta.site": "Ulm", source: "Web" },
];
const jsonl = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");

async function table(t: TestContext, files: { readonly [file: string]: string } = { "d.jsonl": jsonl(RECORDS) }, name = "d.jsonl"): Promise<Dataset> {
  return openDataset(path.join(testFolder(t, files), name), {});
}

/** Ids that fit. */
async function caught(dataset: Dataset, when: Conditions, importance = [0, 1, 2, 3, 4, 5]): Promise<string[]> {
  const rules = rulesSchema.parse([{ name: "r", action: "protect", reason: "x", when }]);
  const [{ matches }] = await matchRules(rules, { dataset, importanceRank: ranks(importance), stamps: null });
  return dataset.ids.filter((_, row) => matches[row] !== 0);
}

const failure = (code: string, words: RegExp) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.match(thrown.message, words);
  return true;
};

test("each condition catches what it says", async (t) => {
  const dataset = await table(t);
  const cases: readonly (readonly [Conditions, readonly string[]])[] = [
    [{ label: "cat" }, ["a1", "a2"]], [{ label: ["owl", "cat", "none such"] }, ["a1", "a2", "c1"]],
    [{ id: "a*" }, ["a1", "a2"]], [{ id: ["?2", "c1"] }, ["a2", "b2", "c1"]],
    [{ path: "*.jsonl" }, ["a1", "a2", "b1", "b2", "b3", "c1"]], [{ path: "x/**" }, []],
    [{ classSmallerThan: 3 }, ["a1", "a2", "c1"]], [{ classSmallerThan: 2 }, ["c1"]],
    [{ importanceAbove: 0.5 }, ["b2", "b3", "c1"]], [{ importanceAbove: 0.9 }, ["c1"]], [{ importanceAbove: 0 }, ["a1", "a2", "b1", "b2", "b3", "c1"]],
    [{ split: "none" }, ["a1", "a2", "b1", "b2", "b3", "c1"]], [{ split: ["train", "test"] }, []],
    [{ field: { name: "year", is: 2024 } }, ["a2", "b1"]], [{ field: { name: "year", is: "2024" } }, ["b1"]],
    [{ field: { name: "year", above: 2021.5 } }, ["a2", "b1"]], [{ field: { name: "year", atLeast: 2021.5 } }, ["a2", "b1", "b2"]],
    [{ field: { name: "year", below: 2021.5 } }, ["a1"]], [{ field: { name: "year", atMost: 2021.5 } }, ["a1", "b2"]],
    [{ field: [{ name: "year", atLeast: 2021 }, { name: "year", below: 2022 }] }, ["b2"]],
    [{ field: { name: "year", in: [2020, "no number"] } }, ["a1", "c1"]],
    [{ field: { name: "source", contains: "web" } }, ["a1", "b3"]], [{ field: { name: "tags", contains: "rare" } }, ["a1"]],
    [{ field: { name: "source", exists: true } }, ["a1", "a2", "b3", "c1"]], [{ field: { name: "source", exists: false } }, ["b1", "b2"]], [{ field: { name: "year", exists: false } }, ["b3"]],
    [{ field: { name: "meta.site", is: "Ulm" } }, ["a1", "c1"]],
    [{ field: { name: "checked", is: true } }, ["a1"]], [{ field: { name: "checked", is: false } }, ["a2"]],
    [{ date: { field: "taken", from: "2026-01-05", before: "2026-03-01T02:00:00Z" } }, ["a1", "a2"]],
    [{ date: { field: "taken", from: "2026-01-05", before: "2026-03-01T01:00:00Z" } }, ["a1"]], [{ date: { field: "taken", from: "2026-01-06" } }, ["a2"]],
    [{ label: "dog", field: { name: "year", exists: true }, importanceAbove: 0.5 }, ["b2"]],
  ];
  for (const [when, expected] of cases) assert.deepEqual(await caught(dataset, when), expected, JSON.stringify(when));
});

test("the values of CSV are texts, and are numbers where the rule speaks of numbers", async (t) => {
  const csv = "id,text,label,score,flag\n1,one,a,0.5,TRUE\n2,two,a,-3,false\n3,three,b,,\n4,\"fo\nur\",b,1e3,true\n";
  const dataset = await table(t, { "train.csv": csv }, "train.csv");
  assert.deepEqual(await caught(dataset, { field: { name: "score", above: 0 } }), ["1", "4"]);
  assert.deepEqual(await caught(dataset, { field: { name: "score", is: 1000 } }), ["4"]);
  assert.deepEqual(await caught(dataset, { field: { name: "score", is: "0.5" } }), ["1"]);
  assert.deepEqual(await caught(dataset, { field: { name: "score", exists: false } }), ["3"]);
  assert.deepEqual(await caught(dataset, { field: { name: "flag", is: true } }), ["1", "4"]);
  assert.deepEqual(await caught(dataset, { split: "train", label: "b" }), ["3", "4"]);
});

test("records of several tables, some of them unreadable, keep to their own samples", async (t) => {
  const dataset = await table(t, {
    "d/a.jsonl": `${jsonl(RECORDS.slice(0, 2))}no json\n\n${jsonl([{ id: "x", label: "cat" }, RECORDS[2]])}`, "d/b.jsonl": jsonl(RECORDS.slice(3)),
  }, "d");
  assert.deepEqual(dataset.rejected.map(({ line }) => line), [3, 5]);
  assert.deepEqual(await caught(dataset, { field: { name: "source", contains: "web" } }), ["a1", "b3"]);
  assert.deepEqual(await caught(dataset, { path: "b.jsonl", field: { name: "year", atLeast: 2021 } }), ["b2"]);
});

test("the path of a record that names an image is that of the image", async (t) => {
  const records = [{ file_name: "cats/1.png", text: "a cat" }, { file_name: "dogs/../dogs/2.png", text: "a dog" }, { text: "neither" }];
  const dataset = await table(t, { "set/pairs.jsonl": jsonl(records), "set/cats/1.png": "x", "set/dogs/2.png": "y" }, "set/pairs.jsonl");
  assert.equal(dataset.kind, "pair");
  const rows = async (when: Conditions): Promise<number[]> => (await caught(dataset, when, [1, 2, 3])).map((id) => dataset.ids.indexOf(id));
  assert.deepEqual([await rows({ path: "cats/*" }), await rows({ path: "dogs/2.png" }), await rows({ path: "*.jsonl" })], [[0], [1], [2]]);
});

test("image files are told by path, label, split and the time of their last change", async (t) => {
  const root = testFolder(t, { "train/cat/a.png": "1", "train/cat/B.PNG": "2", "test/dog/c.png": "3" });
  const dataset = await openDataset(root, {});
  const times: { readonly [id: string]: string } = { "train/cat/a.png": "2026-01-01T12:00:00Z", "train/cat/B.PNG": "2026-02-01", "test/dog/c.png": "2026-03-01" };
  const stamps = { sizes: new Float64Array(3), times: Float64Array.from(dataset.files, (file) => Date.parse(times[file])) };
  const ids = async (when: Conditions): Promise<string[]> => {
    const [{ matches }] = await matchRules([{ name: "r", action: "exclude", reason: "x", when }], { dataset, importanceRank: [0.2, 0.5, 0.8], stamps });
    return dataset.ids.filter((_, row) => matches[row] !== 0).sort();
  };
  assert.deepEqual(await ids({ path: "train/**/*.png" }), ["train/cat/a.png"]);
  assert.deepEqual(await ids({ path: "**/cat/*", label: "cat", split: "train" }), ["train/cat/B.PNG", "train/cat/a.png"]);
  assert.deepEqual(await ids({ split: ["test", "val"] }), ["test/dog/c.png"]);
  assert.deepEqual(await ids({ date: { from: "2026-01-02", before: "2026-03-01" } }), ["train/cat/B.PNG"]);
  await assert.rejects(ids({ field: { name: "x", is: 1 } }), failure("bad-config", /rule "r": it asks for a field, but image files have none/));
  await assert.rejects(ids({ date: { field: "x", from: "2026-01-01" } }), failure("bad-config", /image files have none/));
});

test("what looks like a mistake is told: a label or field of nobody, a date that is none", async (t) => {
  const dataset = await table(t);
  const ground = { dataset, importanceRank: ranks([0, 1, 2, 3, 4, 5]), stamps: null };
  const [labels, field, dates] = await matchRules([
    { name: "l", action: "protect", reason: "x", when: { label: ["cat", "cta"] } }, { name: "f", action: "protect", reason: "x", when: { field: { name: "reviewed", exists: true } } },
    { name: "d", action: "protect", reason: "x", when: { date: { field: "taken", from: "2026-01-01" } } },
  ], ground);
  assert.deepEqual([labels.notes, field.notes, dates.notes], [[{ kind: "no-such-label", label: "cta" }], [{ kind: "no-such-field", field: "reviewed" }], [{ kind: "no-dates", field: "taken", records: 2 }]]);
  await assert.rejects(caught(dataset, { field: { name: "yaer", above: 3 } }), failure("bad-config", /rule "r": no record has the field "yaer"/));
  await assert.rejects(caught(dataset, { date: { from: "2026-01-01" } }), failure("bad-config", /its date names no field/));
  const unlabelled = await table(t, { "d.jsonl": jsonl([{ text: "one" }, { text: "two" }]) });
  const [{ notes, matches }] = await matchRules([{ name: "m", action: "protect", reason: "x", when: { classSmallerThan: 5 } }], { dataset: unlabelled, importanceRank: [0.2, 0.7], stamps: null });
  assert.deepEqual([notes, [...matches]], [[{ kind: "no-labels" }], [0, 0]]);
});

test("a table that changed since it was read is an error, and reading can be cancelled", async (t) => {
  const dataset = await table(t);
  const file = path.join(dataset.root, "d.jsonl");
  const text = fs.readFileSync(file, "utf8");
  const when: Conditions = { field: { name: "year", above: 0 } };
  for (const changed of [`{"id":"new","text":"x"}\n${text}`, text.slice(text.indexOf("\n") + 1), text.replace("\"one\"", "\"on\""), ""]) {
    fs.writeFileSync(file, changed);
    await assert.rejects(caught(dataset, when), failure("bad-data", /d\.jsonl: The file is not as it was indexed\. Index/), changed.slice(0, 30));
  }
  fs.writeFileSync(file, text);
  assert.deepEqual(await caught(dataset, when), ["a1", "a2", "b1", "b2"]);
  const stopped = matchRules([{ name: "r", action: "protect", reason: "x", when }], { dataset, importanceRank: ranks([0, 1, 2, 3, 4, 5]), stamps: null }, { signal: AbortSignal.abort() });
  await assert.rejects(stopped, failure("cancelled", /Cancelled/));
});

test("a comparison takes no value for another", () => {
  const holds = (condition: Omit<FieldCondition, "name">, value: unknown): boolean => fieldTest({ name: "f", ...condition })(value);
  for (const value of [undefined, null, "", "x", Number.NaN, [], {}, "1 000", "0x10", "Infinity"]) {
    for (const condition of [{ is: 16 }, { above: -1e9 }, { atLeast: -1e9 }, { below: 1e9 }, { atMost: 1e9 }]) assert.equal(holds(condition, value), false, `${JSON.stringify(condition)} on ${JSON.stringify(value)}`);
  }
  assert.deepEqual([holds({ is: true }, "TRUE"), holds({ is: true }, 1), holds({ is: false }, ""), holds({ is: "1" }, 1), holds({ in: [1, "a"] }, "1.0"), holds({ contains: "b" }, { b: 1 })], [true, false, false, false, true, false]);
});
