import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { resolveConfig } from "../core/config.ts";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { buildIndex } from "../core/indexing/buildIndex.ts";
import { LoadedDataset } from "./loadedDataset.ts";
import { datasetMap } from "./map.ts";

test("a map is made once, kept by all it depends on, and made again when its file is damaged", async (t) => {
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 60 }, (_, i) => `${JSON.stringify({ text: `the ${["red", "green", "blue"][i % 3]} cat number ${i} sleeps` })}\n`).join("") });
  const storage = testFolder(t);
  const folder = path.join(storage, "made", "by the map");
  const loaded = await LoadedDataset.create(await buildIndex(path.join(root, "d.jsonl"), resolveConfig(root, {}, {}, true), storage), null);
  let told = 0;
  const onProgress = (): void => { told++; };
  const first = await datasetMap(loaded, folder, { onProgress });
  assert.equal(first.length, 120);
  assert.ok(told > 0);
  told = 0;
  assert.deepEqual(await datasetMap(loaded, folder, { onProgress }), first);
  assert.equal(told, 0);

  const [file] = fs.readdirSync(folder);
  fs.truncateSync(path.join(folder, file), 100);
  assert.deepEqual(await datasetMap(loaded, folder, { onProgress }), first);
  assert.ok(told > 0);

  for (const options of [{ seed: 9 }, { neighbors: 5 }]) assert.notDeepEqual(await datasetMap(loaded, folder, options), first);
  assert.equal(fs.readdirSync(folder).length, 3);
  const changed = await LoadedDataset.create({ ...loaded.index, signature: "another" }, null);
  await datasetMap(changed, folder);
  assert.equal(fs.readdirSync(folder).length, 3);
});
