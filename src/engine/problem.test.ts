import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { resolveConfig } from "../core/config.ts";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { buildIndex } from "../core/indexing/buildIndex.ts";
import { LoadedDataset } from "./loadedDataset.ts";
import { curveProblem } from "./problem.ts";

test("along a curve the cutoff is asked for at each sample, and the labels are not gone through for that", async (t) => {
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 60 }, (_, i) => `${JSON.stringify({ text: `the ${["red", "green", "blue"][i % 3]} cat number ${i} sleeps`, label: ["a", "b"][i % 2] })}\n`).join("") });
  const config = resolveConfig(root, {}, {}, true);
  const loaded = await LoadedDataset.create(await buildIndex(path.join(root, "d.jsonl"), config, testFolder(t)), null);
  const { label } = loaded.index.dataset;
  let times = 0;
  Object.defineProperty(label, Symbol.iterator, { value(this: Int32Array) { times++; return Int32Array.prototype[Symbol.iterator].call(this); } });
  const { cutoffAt } = await curveProblem(loaded, config, { fixed: [], excluded: [], preferred: [] }, 30);
  assert.ok(times > 0);
  const before = times;
  const cutoffs = Array.from({ length: 60 }, (_, at) => cutoffAt(at + 1));
  assert.equal(times, before);
  assert.ok(cutoffs[0] > cutoffs[30] && cutoffs.every((cutoff, at) => at === 0 || cutoff <= cutoffs[at - 1]));
});
