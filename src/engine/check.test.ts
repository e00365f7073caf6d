import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import type { CheckParams, CheckResult } from "../protocol/checks.ts";
import { InspectorService } from "./service.ts";

const WORDS = ["fox", "harbour", "violin", "engine", "garden", "letter", "nurse", "copper", "glacier", "oven"];

function record(id: string, content: number, split = "train"): string {
  return `${JSON.stringify({ id, split, text: `${WORDS[content % 10]} ${WORDS[(content * 3 + 1) % 10]} ${WORDS[(content * 7 + 2) % 10]} number ${content * 7919} of a kind` })}\n`;
}

/** Fifty records, two of which repeat another: 4%. */
const RECORDS = Array.from({ length: 50 }, (_, i) => record(`s${i}`, i < 2 ? i + 2 : i)).join("");

interface Place {
  readonly file: string;
  readonly service: InspectorService;
  readonly check: (demands: Omit<CheckParams, "dataset" | "trusted" | "options">) => Promise<CheckResult>;
  readonly dataset: { readonly dataset: string; readonly trusted: true; readonly options: { readonly encoder: "hashed"; readonly threshold: number } };
}

async function place(t: TestContext, files: Readonly<Record<string, string>>, named = "d.jsonl"): Promise<Place> {
  const file = path.join(fs.realpathSync(testFolder(t, files)), named);
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  const dataset = { dataset: file, trusted: true, options: { encoder: "hashed", threshold: 0.98 } } as const;
  await service.index(dataset);
  return { file, service, dataset, check: (demands) => service.check({ ...dataset, ...demands }) };
}

/** The only check of a result. */
function only({ passed, checks }: CheckResult): CheckResult["checks"][number] {
  assert.equal(checks.length, 1);
  assert.equal(passed, checks[0].passed);
  return checks[0];
}

test("copies are compared with the limit, which may be met exactly, and those beyond the first are named with their lines", async (t) => {
  const { check } = await place(t, { "d.jsonl": RECORDS });
  const failed = only(await check({ maxDuplicates: 0.0399 }));
  assert.deepEqual([failed.name, failed.passed, failed.message], ["max-duplicates", false, "2 of 50 samples repeat another exactly (4%); at most 3.99% is allowed."]);
  assert.deepEqual(failed.details, ["d.jsonl:3 (s2) repeats d.jsonl:1 (s0)", "d.jsonl:4 (s3) repeats d.jsonl:2 (s1)"]);
  assert.deepEqual(only(await check({ maxDuplicates: 0.04 })), { name: "max-duplicates", passed: true, message: "2 of 50 samples repeat another exactly (4%); at most 4% is allowed.", details: [] });
  const near = only(await check({ maxNearDuplicates: 0 }));
  assert.ok(!near.passed && near.details.length >= 2 && near.details.every((detail) => /^d\.jsonl:\d+ \(s\d+\) is a near-duplicate of d\.jsonl:\d+ \(s\d+\) \(similarity [\d.]+\)$/.test(detail)), near.details.join("\n"));
  const both = await check({ maxDuplicates: 1, maxNearDuplicates: 0 });
  assert.deepEqual([both.passed, both.checks.map(({ passed }) => passed)], [false, [true, false]]);
  await assert.rejects(check({}), { code: "bad-argument" });
});

test("a limit in percent is met exactly, whatever it is in floating point", async (t) => {
  const { check } = await place(t, { "d.jsonl": Array.from({ length: 100 }, (_, i) => record(`s${i}`, Math.max(0, i - 29))).join("") });
  const found = only(await check({ maxDuplicates: 0.29 }));
  assert.ok(found.passed, found.message);
  assert.ok(!only(await check({ maxDuplicates: 0.2899 })).passed);
});

test("unreadable records are counted among all, with file, line and reason", async (t) => {
  const { check } = await place(t, { "d.jsonl": `${RECORDS}{"id": broken\n` });
  const failed = only(await check({ maxUnreadable: 0 }));
  assert.match(failed.message, /^1 of 51 samples cannot be read \(1\.961%\)/);
  assert.match(failed.details.join(), /^d\.jsonl:51: /);
  assert.ok(only(await check({ maxUnreadable: 0.02 })).passed);
});

test("leakage between splits fails with the pairs; a dataset without splits cannot pass for want of them", async (t) => {
  const unsplit = await place(t, { "d.jsonl": RECORDS });
  const vacuous = only(await unsplit.check({ noLeakage: true }));
  assert.deepEqual([vacuous.passed, /no two splits/.test(vacuous.message)], [false, true]);
  const some = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => record(`r${from + i}`, from + i)).join("");
  const clean = await place(t, { "set/train.jsonl": some(0, 30), "set/test.jsonl": some(30, 50) }, "set");
  const passed = only(await clean.check({ noLeakage: true }));
  const leaking = await place(t, { "set/train.jsonl": some(0, 30), "set/test.jsonl": some(30, 50) + record("leak", 7) }, "set");
  const failed = only(await leaking.check({ noLeakage: true }));
  assert.ok(passed.passed, `${passed.message} ${passed.details.join("\n")}`);
  assert.ok(!failed.passed);
  assert.match(failed.details.join("\n"), /^test: test\.jsonl:21 \(leak\) repeats train: train\.jsonl:8 \(r7\)$/m);
});

test("protected samples must be there and not be dropped; a selection must be of the dataset as it is", async (t) => {
  const { service, dataset, check, file } = await place(t, { "d.jsonl": RECORDS });
  await service.protect({ ...dataset, ids: ["s7", "s8"] });
  assert.match(only(await check({ protectedPresent: true })).message, /is in the dataset \(protected: 2 samples\)\.$/);
  await service.prune({ ...dataset, budget: "20", name: "v1" });
  assert.ok((await check({ protectedPresent: true, selection: "v1" })).passed);
  const dropped = (await service.reviewSamples({ ...dataset, list: "dropped", offset: 0, limit: 1 })).entries[0].id;
  const kept = (await service.reviewSamples({ ...dataset, list: "kept", reason: "chosen", offset: 0, limit: 1 })).entries[0].id;
  await service.protect({ ...dataset, ids: [dropped] });
  await service.exclude({ ...dataset, ids: [kept] });
  const overruled = await check({ protectedPresent: true, selection: "v1" });
  assert.deepEqual(overruled.checks.map(({ name, passed }) => [name, passed]), [["protected-present", false], ["selection", false]]);
  assert.ok(overruled.checks[0].details[0].endsWith(`(${dropped}) is dropped`));
  assert.deepEqual(overruled.checks[1].details.map((detail) => detail.replace(/^\S+ /, "")), [`(${dropped}) is protected and dropped`, `(${kept}) is excluded and kept`]);
  await assert.rejects(check({ selection: "v9" }), { code: "not-found" });
  // A protected record goes, another changes.
  fs.writeFileSync(file, RECORDS.split("\n").filter((line) => !line.includes("\"s7\"")).join("\n").replace("violin", "viola"));
  await service.index(dataset);
  const gone = await check({ protectedPresent: true, selection: "v1" });
  assert.match(gone.checks[0].message, /^1 protected sample is not in the dataset/);
  assert.ok(gone.checks[0].details.includes("s7 is gone"));
  assert.match(gone.checks[1].message, /the dataset has changed since it was made \(gone: 1, new: 0/);
});

test("an audit log that was tampered with, or merged half, fails its check", async (t) => {
  const { service, dataset, check, file } = await place(t, { "d.jsonl": RECORDS });
  const log = path.join(path.dirname(file), ".infomax", "audit.jsonl");
  await service.prune({ ...dataset, budget: "20", name: "v1" });
  const { sha256 } = await service.review(dataset);
  for (const note of ["one", "two"]) await service.approve({ ...dataset, selection: "v1", sha256, note });
  assert.ok(only(await check({ auditIntact: true })).passed);
  const text = fs.readFileSync(log, "utf8");
  fs.writeFileSync(log, text.replace("\"one\"", "\"uno\""));
  const changed = only(await check({ auditIntact: true }));
  assert.match(changed.details.join("\n"), /^\.infomax\/audit\.jsonl:\d: the entry was changed/);
  fs.writeFileSync(log, `<<<<<<< HEAD\n${text}=======\n>>>>>>> other\n`);
  assert.match(only(await check({ auditIntact: true })).details.join(), /merge/);
});

test("rules that contradict each other are named, and no check passes that leans on them", async (t) => {
  const rule = (name: string, action: string): unknown => ({ name, action, reason: "a reason", when: { id: "s7" } });
  const { check } = await place(t, { "d.jsonl": RECORDS, "infomax.json": JSON.stringify({ rules: [rule("keep", "protect"), rule("drop", "exclude")] }) });
  const { checks } = await check({ noConflicts: true, protectedPresent: true });
  assert.deepEqual(checks.map(({ name, passed }) => [name, passed]), [["protected-present", false], ["no-conflicts", false]]);
  assert.deepEqual(checks[1].details, ["d.jsonl:8 (s7): protected by the rule \"keep\", excluded by the rule \"drop\""]);
});

test("a selection that was edited by hand, or that the log does not know, does not fit; a log that was emptied does not pass", async (t) => {
  const { check, service, dataset, file } = await place(t, { "d.jsonl": RECORDS });
  assert.ok(only(await check({ auditIntact: true })).passed);
  const { selectionFile } = await service.prune({ ...dataset, budget: "20", name: "v" });
  assert.ok((await check({ selection: "v", auditIntact: true })).passed);
  const whole = fs.readFileSync(selectionFile, "utf8");
  const lines = whole.split("\n");
  const dropped = lines.findIndex((line) => line.includes('"dropped"'));
  const kept = lines.findIndex((line, i) => i > 0 && line.includes('"kept"'));
  const edit = (changes: Readonly<Record<number, string | null>>): void => {
    fs.writeFileSync(selectionFile, lines.flatMap((line, i) => (i in changes ? (changes[i] === null ? [] : [changes[i]]) : [line])).join("\n"));
  };
  const flip = (line: string): string => line.replace(/"decision":"(kept|dropped)","reason":"[^"]*"/, (_all, was: string) => (was === "kept" ? '"decision":"dropped","reason":"redundant"' : '"decision":"kept","reason":"chosen"'));
  edit({ [dropped]: flip(lines[dropped]) });
  assert.match(only(await check({ selection: "v" })).message, /its lines are not those that its header counts; its file is another than the one that the audit log says/);
  edit({ [dropped]: flip(lines[dropped]), [kept]: flip(lines[kept]) });
  assert.match(only(await check({ selection: "v" })).message, /does not fit: its file is another than the one/);
  edit({ [dropped]: null });
  assert.match(only(await check({ selection: "v" })).message, /its lines are not those that its header counts/);
  fs.writeFileSync(selectionFile, whole);
  const { head } = await service.audit(dataset);
  assert.ok((await check({ expectHead: head ?? "" })).passed && !(await check({ expectHead: "0".repeat(64) })).passed);
  fs.writeFileSync(path.join(path.dirname(file), ".infomax", "audit.jsonl"), "");
  assert.match(only(await check({ auditIntact: true })).message, /there is no audit log/);
});

test("a clone shows the selection that was made last, whatever the times of its files", async (t) => {
  const { service, dataset, file } = await place(t, { "d.jsonl": RECORDS });
  for (const name of ["b", "a"]) await service.prune({ ...dataset, budget: name === "b" ? "20" : "10", name });
  await service.prune({ ...dataset, budget: "15", name: "b" });
  const clone = fs.realpathSync(testFolder(t));
  fs.cpSync(path.dirname(file), clone, { recursive: true });
  const folder = path.join(clone, ".infomax", "selections");
  fs.utimesSync(path.join(folder, "b.jsonl"), new Date(2020, 1), new Date(2020, 1));
  const there = { ...dataset, dataset: path.join(clone, "d.jsonl") };
  assert.equal((await service.index(there)).currentSelection, "b");
});
