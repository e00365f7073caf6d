import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { datasetPaths, isInside, openedFile, sampleFile } from "./datasetPaths.ts";

test("a folder opened through a link: files are addressed by the path that was opened, and named as samples name them", async (t) => {
  const scratch = await realpath(await mkdtemp(path.join(os.tmpdir(), "infomax-paths-")));
  t.after(() => rm(scratch, { recursive: true, force: true }));
  const real = path.join(scratch, "private");
  const link = path.join(scratch, "tmp");
  await mkdir(path.join(real, "images"), { recursive: true });
  await writeFile(path.join(real, "data.jsonl"), "{}\n");
  await symlink(real, link, "junction");

  const folder = await datasetPaths(link, { dataset: real, root: real });
  assert.equal(openedFile(folder, "images/1.png"), path.join(link, "images", "1.png"));
  assert.equal(sampleFile(folder, path.join(link, "images", "1.png")), "images/1.png");
  assert.equal(sampleFile(folder, path.join(real, "images", "1.png")), "images/1.png");

  const table = await datasetPaths(path.join(link, "data.jsonl"), { dataset: path.join(real, "data.jsonl"), root: real });
  assert.equal(table.openedRoot, link);
  assert.equal(openedFile(table, "data.jsonl"), path.join(link, "data.jsonl"));
  assert.equal(openedFile(table, "images/1.png"), path.join(link, "images", "1.png"));
  assert.equal(sampleFile(table, path.join(link, "data.jsonl")), "data.jsonl");
});

test("a table that is a link itself opens as the link, its images where they are", async () => {
  const real = path.resolve("/store/v1");
  const chosen = path.resolve("/nowhere-of-ours/data.jsonl");
  const paths = await datasetPaths(chosen, { dataset: path.join(real, "train.jsonl"), root: real });
  assert.equal(openedFile(paths, "train.jsonl"), chosen);
  assert.equal(sampleFile(paths, chosen), "train.jsonl");
  assert.equal(openedFile(paths, "images/1.png"), path.join(real, "images", "1.png"));
});

test("a sibling with the same beginning, or the parent, is not inside", () => {
  const folder = path.resolve("/data/set");
  assert.ok(isInside(folder, folder) && isInside(folder, path.join(folder, "a", "b")) && isInside(folder, path.join(folder, "..a")));
  assert.ok(!isInside(folder, path.resolve("/data/set2/a")) && !isInside(folder, path.resolve("/data")));
});
