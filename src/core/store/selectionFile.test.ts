import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { belongsTo, checkSelectionName, datasetName, listSelections, readSelection, selectionPaths, writeSelection, type Selection, type SelectionEntry } from "./selectionFile.ts";

const ENTRIES: SelectionEntry[] = [
  { id: "c", decision: "dropped", reason: "near-duplicate", importance: 1 / 3, keeper: "a", similarity: 0.98765432 },
  { id: "a", decision: "kept", reason: "chosen", importance: 0.5 },
  { id: "日本", decision: "kept", reason: "protected", importance: 0 },
  { id: "B", decision: "dropped", reason: "low-importance", importance: 1e-9, keeper: "a", similarity: 0 },
];

function selection(name: string, entries: SelectionEntry[] = ENTRIES): Selection {
  return {
    header: { name, dataset: "data.jsonl", datasetDigest: "0123456789abcdef", samples: 4, requestedBudget: "50%", kept: 2, bound: 13, objective: 1.25, config: { seed: 0 }, unreadable: 1 },
    entries,
  };
}

const failure = (code: string, line?: number) => (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, code, thrown.message);
  assert.equal(thrown.place.line, line);
  return true;
};

test("a selection comes back, sorted by id, with the kept ids beside it; the same selection gives the same bytes", async (t) => {
  const root = testFolder(t);
  const { selectionFile, idsFile } = await writeSelection(root, selection("v1"));
  assert.equal(fs.readFileSync(idsFile, "utf8"), "a\n日本\n");
  const back = await readSelection(root, "v1");
  assert.deepEqual(back.entries.map((entry) => entry.id), ["B", "a", "c", "日本"]);
  assert.deepEqual(back.entries[2], { id: "c", decision: "dropped", reason: "near-duplicate", importance: 0.333333, keeper: "a", similarity: 0.987654 });
  assert.equal(back.header.kept, 2);
  assert.deepEqual(back.header.config, { seed: 0 });
  const bytes = fs.readFileSync(selectionFile);
  await writeSelection(root, selection("v1", [...ENTRIES].reverse()));
  assert.deepEqual(fs.readFileSync(selectionFile), bytes);
  assert.deepEqual(await listSelections(root), ["v1"]);
});

test("names that no file may have, or that lead elsewhere, are refused", async (t) => {
  const root = testFolder(t);
  const bad = [
    "", "..", ".", "../up", "a/b", "a\\b", "a\0b", "a\nb", ".hidden", "-dash", " space", "dot.", "space ", "a:b", "a*", "a?", "CON", "con", "nul.v1", "COM1", "Lpt9.x",
    "x".repeat(101), "日".repeat(100),
  ];
  for (const name of bad) {
    assert.throws(() => checkSelectionName(name), failure("bad-selection"), JSON.stringify(name));
    await assert.rejects(readSelection(root, name), failure("bad-selection"));
    await assert.rejects(writeSelection(root, selection(name)), failure("bad-selection"));
  }
  assert.deepEqual(fs.readdirSync(root), []);
  for (const name of ["v1", "data-30pct", "Auswahl für März 2", "選択", "x".repeat(100), "console", "communication", "a.b_c"]) {
    checkSelectionName(name);
    await writeSelection(root, selection(name));
  }
});

test("an absent selection is not found; no folder means no selections", async (t) => {
  const root = testFolder(t);
  assert.deepEqual(await listSelections(root), []);
  await assert.rejects(readSelection(root, "v1"), failure("not-found"));
});

test("a line that is none of ours is an error with its number", async (t) => {
  const root = testFolder(t);
  const { selectionFile } = await writeSelection(root, selection("v1"));
  const lines = fs.readFileSync(selectionFile, "utf8").trimEnd().split("\n");
  const withLine = async (at: number, line: string): Promise<void> => {
    fs.writeFileSync(selectionFile, [...lines.slice(0, at), line, ...lines.slice(at + 1)].join("\n"));
    await assert.rejects(readSelection(root, "v1"), failure("bad-selection", at + 1), line);
  };
  await withLine(0, lines[0].replace("\"version\":1", "\"version\":2"));
  await withLine(0, "{\"format\":\"something else\"}");
  await withLine(0, lines[1]);
  await withLine(2, "<<<<<<< HEAD");
  await withLine(2, "{\"id\":\"a\",\"decision\":\"maybe\",\"reason\":\"chosen\",\"importance\":1}");
  await withLine(2, "{\"id\":\"a\",\"decision\":\"dropped\",\"reason\":\"mood\",\"importance\":1}");
  await withLine(2, "{\"id\":\"a\",\"decision\":\"dropped\",\"reason\":\"redundant\",\"importance\":\"1\"}");
  await withLine(2, "{\"id\":\"a\",\"decision\":\"dropped\",\"reason\":\"redundant\",\"importance\":1,\"keeper\":\"b\",\"similarity\":\"high\"}");
  await withLine(2, "null");
  fs.writeFileSync(selectionFile, "");
  await assert.rejects(readSelection(root, "v1"), failure("bad-selection", 1));
  fs.writeFileSync(selectionFile, `\uFEFF${lines.join("\r\n")}\r\n`);
  assert.equal((await readSelection(root, "v1")).entries.length, 4);
  fs.rmSync(selectionFile);
  fs.mkdirSync(selectionFile);
  await assert.rejects(readSelection(root, "v1"), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "bad-selection");
});

test("every member of a header is checked; those that earlier builds did not write may be missing", async (t) => {
  const root = testFolder(t);
  const { selectionFile } = await writeSelection(root, selection("v1"));
  const [line, ...rest] = fs.readFileSync(selectionFile, "utf8").split("\n");
  const header = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const read = async (change: Readonly<Record<string, unknown>>): Promise<Selection["header"]> => {
    fs.writeFileSync(selectionFile, [JSON.stringify({ ...header, ...change }), ...rest].join("\n"));
    return (await readSelection(root, "v1")).header;
  };
  for (const name of Object.keys(header).filter((own) => own !== "bound")) await assert.rejects(read({ [name]: undefined }), failure("bad-selection", 1), name);
  for (const name of [...Object.keys(header), "configDigest", "rules"]) for (const wrong of [null, [1], true]) await assert.rejects(read({ [name]: wrong }), failure("bad-selection", 1), name);
  const rule = { name: "rare", action: "protect", reason: "few", samples: 6 };
  for (const change of [{ name: 1 }, { action: "drop" }, { reason: undefined }, { samples: "6" }]) await assert.rejects(read({ rules: [rule, { ...rule, ...change }] }), failure("bad-selection", 1));
  assert.deepEqual((await read({ rules: [rule], configDigest: "0".repeat(64) })).rules, [rule]);
  const { bound, configDigest, rules } = await read({ bound: undefined });
  assert.deepEqual([bound, configDigest, rules], [undefined, undefined, undefined]);
});

test("paths lie under the work folder", () => {
  const { selectionFile, idsFile } = selectionPaths(path.join("some", "root"), "v1");
  assert.equal(selectionFile, path.join("some", "root", ".infomax", "selections", "v1.jsonl"));
  assert.equal(idsFile, path.join("some", "root", ".infomax", "selections", "v1.ids.txt"));
});

test("no selection is read, written or listed through a link, or from what is no file", { skip: process.platform === "win32" ? "links need rights on Windows" : false }, async (t) => {
  const outside = testFolder(t, { "v1.jsonl": "" });
  const folder = testFolder(t, { ".infomax/x": "" });
  fs.symlinkSync(outside, path.join(folder, ".infomax", "selections"));
  await assert.rejects(listSelections(folder), failure("outside-root"));
  const ids = testFolder(t, { ".infomax/selections/x": "" });
  fs.symlinkSync(path.join(outside, "ids"), selectionPaths(ids, "v1").idsFile);
  for (const root of [folder, ids]) await assert.rejects(writeSelection(root, selection("v1")), failure("outside-root"));
  await assert.rejects(readSelection(folder, "v1"), failure("outside-root"));
  assert.deepEqual(fs.readdirSync(outside), ["v1.jsonl"]);
  assert.equal(fs.existsSync(selectionPaths(ids, "v1").selectionFile), false);
});

test("a folder's selections are its own under any name, a table's only under its name", async (t) => {
  const root = testFolder(t, { "one.jsonl": "", "two.jsonl": "" });
  const header = (dataset: string): Selection["header"] => ({ ...selection("v1").header, dataset });
  const one = path.join(root, "one.jsonl");
  assert.deepEqual([datasetName(root, root), datasetName(one, root)], [".", "one.jsonl"]);
  for (const [dataset, folder, table] of [[".", true, false], ["old name", true, false], ["one.jsonl", false, true], ["two.jsonl", false, false], ["gone.jsonl", true, false]] as const) {
    assert.deepEqual([await belongsTo(header(dataset), root, root), await belongsTo(header(dataset), one, root)], [folder, table], dataset);
  }
});
