import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { ALL_FOLDING, foldingOf, nameClash, NO_FOLDING } from "./targetNames.ts";

test("names clash by case and by Unicode form where the file system folds them, and both are named", () => {
  const byCase = ["a/Cat.png", "b/1.png", "a/cat.png"];
  assert.equal(nameClash(byCase, NO_FOLDING), null);
  assert.deepEqual(nameClash(byCase, { case: true, unicode: false }), { first: "a/Cat.png", second: "a/cat.png" });
  const byForm = ["caf\u00e9.png", "cafe\u0301.png"];
  assert.equal(nameClash(byForm, { case: true, unicode: false }), null);
  assert.deepEqual(nameClash(byForm, { case: false, unicode: true }), { first: byForm[0], second: byForm[1] });
});

test("folders that would become one clash as well, for their names may be classes; so do a file and a folder, and equal paths", () => {
  assert.deepEqual(nameClash(["Red/1.png", "red/2.png"], ALL_FOLDING), { first: "Red/1.png", second: "red/2.png" });
  assert.equal(nameClash(["Red/1.png", "Red/2.png", "red2/1.png"], ALL_FOLDING), null);
  assert.deepEqual(nameClash(["x", "x/1.png"], NO_FOLDING), { first: "x", second: "x/1.png" });
  assert.deepEqual(nameClash(["manifest.json", "manifest.json"], NO_FOLDING), { first: "manifest.json", second: "manifest.json" });
});

test("looking at a file system leaves nothing there", async (t) => {
  const folder = testFolder(t, {});
  const folding = await foldingOf(folder);
  assert.deepEqual(await readdir(folder), []);
  if (process.platform === "linux") assert.deepEqual(folding, NO_FOLDING);
});
