import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { InfomaxError } from "../core/errors.ts";
import type { ClusterView } from "../protocol/redundancy.ts";
import { compareWithTruth, meetsTruth, readTruth, truthTable, type Truth } from "./truth.ts";

function cluster(number: number, ids: readonly string[]): ClusterView {
  const members = ids.map((id) => ({
    similarity: 1,
    sample: { id, row: 0, kind: "text" as const, file: "a.jsonl", line: 1, label: null, split: null, text: "", importance: 0, importanceRank: 0, protected: false, excluded: false, rule: null, preferred: false, note: null, status: null },
  }));
  return { cluster: number, size: ids.length, tightness: 1, exact: false, mixedLabels: false, crossesSplits: false, members };
}

const TRUTH: Truth = { exact: [["a", "a2"], ["b", "b2", "b3"]], near: [["c", "c2", "c3"]] };

test("everything found", () => {
  const report = compareWithTruth(TRUTH, [cluster(0, ["a2", "a"]), cluster(1, ["b", "b3", "b2"]), cluster(2, ["c3", "c", "c2"])]);
  assert.deepEqual(report, { exactPlanted: 3, exactFound: 3, nearPlanted: 2, nearFound: 2, clusters: 3, falseClusters: 0 });
  assert.ok(meetsTruth(report));
});

test("a copy outside the cluster of its original is not found, even in a cluster of copies", () => {
  const report = compareWithTruth(TRUTH, [cluster(0, ["a", "a2"]), cluster(1, ["b2", "b3"]), cluster(2, ["c", "c2"])]);
  assert.deepEqual([report.exactFound, report.nearFound, report.falseClusters], [1, 1, 0]);
  assert.ok(!meetsTruth(report));
});

test("a cluster that joins two groups, or a group and a stranger, or two strangers, is false", () => {
  const report = compareWithTruth(TRUTH, [cluster(0, ["a", "a2", "b", "b2", "b3"]), cluster(1, ["c", "c2", "c3", "z"]), cluster(2, ["x", "y"])]);
  assert.equal(report.falseClusters, 3);
  assert.deepEqual([report.exactFound, report.nearFound], [3, 2]);
  assert.ok(!meetsTruth(report));
});

test("one sample may be an exact copy and have near copies", () => {
  const report = compareWithTruth({ exact: [["a", "a2"]], near: [["a", "a3"]] }, [cluster(0, ["a", "a2", "a3"])]);
  assert.deepEqual([report.exactFound, report.nearFound, report.falseClusters], [1, 1, 0]);
});

test("the promise is all exact copies, 95% of the near ones and no false cluster", () => {
  const good = { exactPlanted: 10, exactFound: 10, nearPlanted: 100, nearFound: 95, clusters: 20, falseClusters: 0 };
  assert.ok(meetsTruth(good));
  assert.ok(!meetsTruth({ ...good, nearFound: 94 }));
  assert.ok(!meetsTruth({ ...good, exactFound: 9 }));
  assert.ok(!meetsTruth({ ...good, falseClusters: 1 }));
  assert.match(truthTable(good), /near-duplicates\s+100\s+95\n.*join strangers: 0 of 20/);
});

test("a truth file is read whole or by the dataset's name; a wrong one is an error with its place", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-truth-"));
  try {
    const file = path.join(folder, "truth.json");
    await writeFile(file, JSON.stringify({ texts: TRUTH, images: { exact: [], near: [] } }));
    assert.deepEqual(await readTruth(file, "/data/texts.jsonl"), TRUTH);
    assert.deepEqual(await readTruth(file, "/data/images"), { exact: [], near: [] });
    await writeFile(file, JSON.stringify(TRUTH));
    assert.deepEqual(await readTruth(file, "/data/any.csv"), TRUTH);
    const refused = (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "bad-argument" && thrown.place.file === file;
    for (const text of ["", "{", "null", "[]", '{"exact":[]}', '{"exact":[["a"]],"near":[]}', '{"exact":[[1,2]],"near":[]}', '{"other":{"exact":[],"near":[]}}']) {
      await writeFile(file, text);
      await assert.rejects(readTruth(file, "/data/texts.jsonl"), refused, text);
    }
    await rm(file);
    await assert.rejects(readTruth(file, "/data/texts.jsonl"), refused);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
