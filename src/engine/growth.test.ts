import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { resolveConfig } from "../core/config.ts";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { indexFile, loadIndex } from "../core/indexing/indexCache.ts";
import type { DatasetIndex } from "../core/indexing/datasetIndex.ts";
import type { DatasetOptions, DatasetSummary } from "../protocol/dataset.ts";
import { InspectorService } from "./service.ts";

const SUBJECTS = ["a red fox", "the old captain", "my neighbour", "their dog", "one tired nurse", "the whole team"];
const VERBS = ["sees", "sells", "paints", "forgets", "carries", "repairs", "draws"];
const THINGS = ["a boat", "seven maps", "the garden", "an engine", "two letters", "the red house", "a violin", "some bread"];
const sentence = (i: number): string => `${SUBJECTS[i % 6]} ${VERBS[(i * 5) % 7]} ${THINGS[(i * 3) % 8]} in week ${Math.floor(i / 20)}`;
const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => `${JSON.stringify({ id: `s${from + i}`, text: sentence(from + i) })}\n`).join("");

/** Indexes with a service of its own over the given storage; returns what it tells and what it keeps. */
async function indexed(file: string, storage: string, options: DatasetOptions): Promise<{ summary: DatasetSummary; index: DatasetIndex }> {
  const service = new InspectorService({ storage });
  try {
    const summary = await service.index({ dataset: file, trusted: true, options });
    const config = resolveConfig(path.dirname(file), {}, options, true);
    const index = await loadIndex(indexFile(storage, file, config), path.dirname(file), config);
    assert.ok(index !== null);
    return { summary, index };
  } finally {
    await service.close();
  }
}

function folder(t: TestContext, text: string): string {
  return path.join(fs.realpathSync(testFolder(t, { "d.jsonl": text })), "d.jsonl");
}

const joined = (summary: DatasetSummary): readonly string[] => summary.notes.filter((note) => /index/.test(note));

test("lines added to an indexed table join its index: the same lists as in a fresh cache, and a note of how many", async (t) => {
  const file = folder(t, lines(0, 400));
  const storage = testFolder(t);
  const options = { neighbors: 12 };
  const { summary: first } = await indexed(file, storage, options);
  assert.deepEqual(joined(first), []);
  fs.appendFileSync(file, lines(400, 440));
  const grown = await indexed(file, storage, options);
  const fresh = await indexed(file, testFolder(t), options);
  assert.deepEqual(joined(grown.summary), ["40 new samples joined the index (400 known)"]);
  assert.deepEqual(joined(fresh.summary), []);
  assert.deepEqual(grown.index.matrix, fresh.index.matrix);
  assert.deepEqual([grown.index.lists.rows, grown.index.lists.k], [440, 12]);
  grown.index.lists.similarities.forEach((similarity, at) => { assert.ok(Math.abs(similarity - fresh.index.lists.similarities[at]) <= 1e-6); });
  // Where no two are equally near, the rows are the same too.
  grown.index.lists.neighbors.forEach((row, at) => {
    const { similarities, k } = fresh.index.lists;
    const isTied = (at % k > 0 && similarities[at - 1] - similarities[at] < 1e-6) || at % k === k - 1 || similarities[at] - similarities[at + 1] < 1e-6;
    if (!isTied) assert.equal(row, fresh.index.lists.neighbors[at]);
  });
  const { duplicates } = grown.summary;
  assert.deepEqual(duplicates, fresh.summary.duplicates);
  assert.deepEqual(grown.summary.similarityHistogram, fresh.summary.similarityHistogram);

  // Taking lines away and moving the others is seen as just that.
  fs.writeFileSync(file, lines(10, 440) + lines(0, 8));
  const shrunk = await indexed(file, storage, options);
  assert.deepEqual(joined(shrunk.summary), ["2 samples left the index"]);
  assert.equal((await indexed(file, storage, options)).summary.indexedAt, shrunk.summary.indexedAt, "nothing changed, nothing done");
});

test("a table that outgrew the partition size is split, its clusters stay within parts, and it can be pruned", async (t) => {
  const file = folder(t, lines(0, 990));
  const storage = testFolder(t);
  const options = { neighbors: 10, partitionSize: 1000, importance: "density" };
  assert.doesNotMatch((await indexed(file, storage, options)).summary.notes.join(), /split/);
  fs.appendFileSync(file, lines(990, 1100));
  const { summary, index } = await indexed(file, storage, options);
  assert.match(summary.notes.join("\n"), /1,100 samples were split into 2 parts of at most [\d,]+, with neighbours kept together/);
  const service = new InspectorService({ storage });
  t.after(() => service.close());
  const request = { dataset: file, trusted: true, options };
  const { clusters } = await service.clusters({ ...request, offset: 0, limit: 1100, members: 1100 });
  const rowOf = new Map(index.dataset.ids.map((id, row) => [id, row]));
  assert.ok(clusters.length > 0);
  for (const { members } of clusters) assert.equal(new Set(members.map(({ sample }) => index.partition?.partOf[rowOf.get(sample.id) ?? -1])).size, 1);
  assert.equal((await service.prune({ ...request, budget: "200", name: "parts" })).kept, 200);
});
