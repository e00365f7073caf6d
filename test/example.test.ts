/** The committed example dataset: what truth.json says of it holds, and the script that made it makes it again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import type { ExampleTruth, PlantedTruth } from "../scripts/example/truth.ts";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const EXAMPLES = path.join(ROOT, "examples");
const MOST_BYTES = 2_000_000;

interface Row {
  readonly id: string;
  readonly text: string;
  readonly label: string;
}

/** Files under a folder, hidden folders left out, as sorted POSIX paths relative to it. */
function filesUnder(folder: string): string[] {
  const walk = (at: string): string[] => readdirSync(path.join(folder, at), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".")) return [];
    const file = path.posix.join(at, entry.name);
    return entry.isDirectory() ? walk(file) : [file];
  });
  return walk("").sort();
}

const truth = JSON.parse(readFileSync(path.join(EXAMPLES, "truth.json"), "utf8")) as ExampleTruth;
const images = filesUnder(path.join(EXAMPLES, "images"));
const rows = readFileSync(path.join(EXAMPLES, "texts.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Row);
const rowOf = new Map(rows.map((row) => [row.id, row]));

function textOf(id: string): string {
  const row = rowOf.get(id);
  assert.ok(row !== undefined, id);
  return row.text;
}

function bytesOf(id: string): string {
  return readFileSync(path.join(EXAMPLES, "images", id)).toString("base64");
}

/** Checks that only what is planted as exact is exact. `contentOf` gives a sample's content, equal for equal ones. */
function checkPlanted(planted: PlantedTruth, ids: readonly string[], contentOf: (id: string) => string): void {
  const known = new Set(ids);
  assert.equal(known.size, ids.length);
  const groups = [...planted.exact, ...planted.near];
  const named = groups.flat();
  assert.equal(new Set(named).size, named.length, "a sample lies in two groups");
  for (const id of [...named, ...planted.mislabelled]) assert.ok(known.has(id), `${id} is in no file`);
  for (const group of groups) assert.ok(group.length >= 2);
  for (const [first, ...copies] of planted.exact) for (const copy of copies) assert.equal(contentOf(copy), contentOf(first), `${copy} is no exact copy of ${first}`);
  const contents = new Set(ids.map(contentOf));
  const extra = planted.exact.reduce((sum, group) => sum + group.length - 1, 0);
  assert.equal(contents.size, ids.length - extra, "there are exact copies that are not in truth.json, or near ones that are exact");
  for (const id of planted.mislabelled) assert.ok(!named.includes(id), `${id} is mislabelled and duplicated, so that the two cannot be told apart`);
}

test("images: exact copies are byte-identical, near ones are not, every id has its file", () => {
  checkPlanted(truth.images, images, bytesOf);
});

test("texts: exact copies read the same, near ones do not, every id has its line", () => {
  checkPlanted(truth.texts, rows.map((row) => row.id), textOf);
});

test("some copies lie in another class, and some samples are mislabelled, none of the rare class", () => {
  const classOf = (id: string): string => id.split("/")[0];
  assert.equal(truth.images.exact.filter((group) => new Set(group.map(classOf)).size > 1).length, 4);
  for (const { mislabelled } of [truth.images, truth.texts]) assert.equal(mislabelled.length, 6);
  for (const id of truth.images.mislabelled) assert.notEqual(classOf(id), truth.images.rareClass);
  for (const id of truth.texts.mislabelled) assert.notEqual(rowOf.get(id)?.label, truth.texts.rareClass);
});

test("the rare class is far smaller than any other", () => {
  const counts = (labels: readonly string[]): Map<string, number> => {
    const out = new Map<string, number>();
    for (const label of labels) out.set(label, (out.get(label) ?? 0) + 1);
    return out;
  };
  for (const [labels, rare] of [[images.map((id) => id.split("/")[0]), truth.images.rareClass], [rows.map((row) => row.label), truth.texts.rareClass]] as const) {
    const sizes = counts(labels);
    assert.equal(sizes.get(rare), 5);
    for (const [label, size] of sizes) if (label !== rare) assert.ok(size >= 25, `${label}: ${size}`);
  }
});

test("the example is small", () => {
  const bytes = filesUnder(EXAMPLES).reduce((sum, file) => sum + statSync(path.join(EXAMPLES, file)).size, 0);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
});

test("the page about the example says what is in it", () => {
  const page = readFileSync(path.join(EXAMPLES, "README.md"), "utf8");
  const extras = ({ exact, near }: PlantedTruth): readonly number[] => [exact, near].map((groups) => groups.reduce((sum, group) => sum + group.length - 1, 0));
  for (const [name, count, planted] of [["images/", images.length, truth.images], ["texts.jsonl", rows.length, truth.texts]] as const) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``));
    assert.ok(row !== undefined, name);
    const [exact, near] = extras(planted);
    const cells = row.split("|").map((cell) => cell.trim());
    assert.deepEqual(cells.slice(2, -1), [
      String(count), cells[3], `${exact} in ${planted.exact.length} groups`, `${near} in ${planted.near.length} groups`, `\`${planted.rareClass}\`, 5`, String(planted.mislabelled.length),
    ]);
  }
});

test("the script makes the same texts and truth again, and images of the same names", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "infomax-example-"));
  try {
    const made = path.join(folder, "new");
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", path.join("scripts", "make-example.ts"), made], { cwd: ROOT, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    for (const file of ["texts.jsonl", "truth.json"]) assert.equal(readFileSync(path.join(made, file), "utf8"), readFileSync(path.join(EXAMPLES, file), "utf8"), file);
    assert.deepEqual(filesUnder(path.join(made, "images")), images);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
