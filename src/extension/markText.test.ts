import assert from "node:assert/strict";
import test from "node:test";
import type { SampleMark } from "../protocol/marks.ts";
import { lensesOf, pathLensesOf } from "./markText.ts";

const plain: SampleMark = { line: 3, lastLine: 3, id: "c", protected: false, excluded: false, rule: null, note: null, duplicateOf: null, clusterSize: 1, status: null, reason: null, keeper: null };
const titles = (mark: Partial<SampleMark>, here = "data.jsonl") => lensesOf({ ...plain, ...mark }, here).map((lens) => lens.title);

test("a plain sample before any selection", () => {
  assert.deepEqual(titles({}), ["Protect", "Exclude", "Similar"]);
});

test("a dropped duplicate says of what and why", () => {
  const mark = { duplicateOf: { id: "a", file: "data.jsonl", line: 1, similarity: 0.98, exact: false }, clusterSize: 2, status: "dropped", reason: "near-duplicate", keeper: "a" } as const;
  assert.deepEqual(titles(mark), ["Protect", "near-duplicate of line 1 (0.98)", "dropped: near-duplicate", "Similar"]);
  assert.deepEqual(titles(mark, "more.jsonl")[1], "near-duplicate of data.jsonl:1 (0.98)");
  assert.deepEqual(titles({ ...mark, duplicateOf: { ...mark.duplicateOf, similarity: 1, exact: true } })[1], "exact duplicate of line 1");
});

test("a protected representative with its note, cut to one short line", () => {
  assert.deepEqual(titles({ protected: true, note: "rare\nclass", clusterSize: 4, status: "kept" }), ["$(shield) Protected — rare class", "represents 3 duplicates", "kept", "Similar"]);
  assert.ok(titles({ protected: true, note: "x".repeat(500) })[0].length < 90);
});

test("an excluded sample says why and offers no protection", () => {
  const mark = { excluded: true, note: "wrong label", status: "dropped", reason: "excluded" } as const;
  assert.deepEqual(titles(mark), ["$(circle-slash) Excluded — wrong label", "dropped: excluded", "Similar"]);
  assert.equal(lensesOf({ ...plain, excluded: true }, "data.jsonl")[0].action, "include");
});

test("notes and file names make no icons and keep to their line", () => {
  const duplicateOf = { id: "a", file: "$(trash)\u202E.jsonl", line: 1, similarity: 0.98, exact: false } as const;
  assert.deepEqual(titles({ protected: true, note: "see $(alert)", duplicateOf }), ["$(shield) Protected — see $ (alert)", "near-duplicate of $ (trash).jsonl:1 (0.98)", "Similar"]);
  assert.equal(titles({ duplicateOf: { ...duplicateOf, exact: true } })[2], "exact duplicate of $ (trash).jsonl:1");
});

test("what a rule decides is said with its name and leads to it", () => {
  assert.deepEqual(titles({ protected: true, rule: "rare $(x)" }), ["$(shield) Protected by rule rare $ (x)", "Similar"]);
  assert.deepEqual(lensesOf({ ...plain, excluded: true, rule: "old", note: "since 2020" }, "data.jsonl").map(({ title, action }) => [title, action])[0], ["$(circle-slash) Excluded by rule old", "goToRule"]);
});

test("a path has its decision and why it is dropped; of several in a line each is named", () => {
  assert.deepEqual(pathLensesOf(plain, null).map(({ title }) => title), ["Protect"]);
  assert.deepEqual(pathLensesOf({ ...plain, protected: true, note: "rare", status: "kept" }, "a.png").map(({ title }) => title), ["$(shield) Protected — rare: a.png"]);
  assert.deepEqual(pathLensesOf({ ...plain, status: "dropped", reason: "duplicate" }, null).map(({ title }) => title), ["Protect", "dropped: exact duplicate"]);
});
