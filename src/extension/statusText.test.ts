import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import type { DatasetSummary } from "../protocol/dataset.ts";
import { statusOf } from "./statusText.ts";

const root = path.resolve("/data");
const dataset = path.join(root, "a.jsonl");
const summary: DatasetSummary = {
  key: "k", dataset, root, kind: "text", samples: 2000, classes: [], classNames: [], cost: { secondsPerSample: 0.001, epochs: 10, pricePerHour: 2, currency: "USD" }, keeperRule: "important", splits: [], notes: [], rejected: [], rejectedTotal: 0,
  encoder: { name: "builtin", dimensions: 8 }, importance: { name: "density", description: "" }, neighbors: 50,
  threshold: { value: 0.9, source: "auto", explanation: "" }, similarityHistogram: { from: 0, counts: [] }, labelNoise: null,
  duplicates: { exactGroups: 0, exactExtra: 0, clusters: 1, clusterExtra: 1 },
  protectedCount: 3, protectedMissing: [], protectedByRules: 0, excludedByRules: 0, rulesProblem: null, unfinished: null, excludedCount: 0, excludedMissing: [], preferredCount: 0, preferredMissing: [], currentSelection: null, indexedAt: "2026-01-01T00:00:00Z", seconds: {},
};
const paths = { chosen: dataset, openedRoot: root, dataset, root };

test("a ready dataset says when it changed since it was indexed, and only then", () => {
  const ready = { kind: "ready", dataset, summary, paths } as const;
  assert.equal(statusOf({ ...ready, stale: false }, "a.jsonl").text, "$(database) a.jsonl · 2,000 samples · 1 cluster · protected 3");
  const stale = statusOf({ ...ready, stale: true }, "a.jsonl");
  assert.equal(stale.text, "$(database) a.jsonl · 2,000 samples · 1 cluster · protected 3 · changed since indexed");
  assert.match(stale.detail, /changed since it was indexed/);
});

test("the only icon is ours, whatever the dataset is called", () => {
  const name = "$(trash)$(sync~spin).jsonl";
  const states = [
    { kind: "unknown", dataset }, { kind: "missing", dataset }, { kind: "failed", dataset, message: "No." },
    { kind: "indexing", dataset, progress: { stage: "Reading", done: 1, total: 2 } }, { kind: "ready", dataset, summary, paths, stale: true },
  ] as const;
  for (const state of states) assert.equal(statusOf(state, name).text.match(/\$\(/g)?.length, 1, state.kind);
});
