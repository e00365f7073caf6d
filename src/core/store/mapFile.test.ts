import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { removeOldCaches } from "../indexing/indexCache.ts";
import { writeArrayFile } from "./arrayFile.ts";
import { loadMap, saveMap } from "./mapFile.ts";

const MAP = Float32Array.of(0.5, -1, 1, 0, -0.25, 0.125);

test("a map that was saved is loaded; one of another key or size is not there", async (t) => {
  const folder = testFolder(t);
  assert.equal(await loadMap(folder, "a1", 3), null);
  await saveMap(folder, "a1", MAP);
  assert.deepEqual(await loadMap(folder, "a1", 3), MAP);
  assert.equal(await loadMap(folder, "a2", 3), null);
  await saveMap(folder, "empty", new Float32Array(0));
  assert.deepEqual(await loadMap(folder, "empty", 0), new Float32Array(0));
  assert.equal(await loadMap(folder, "a1", 4), null);
  assert.deepEqual(fs.readdirSync(folder), ["map-empty.bin"]);
});

test("a damaged map, or one of another version, is gone, and another can take its place", async (t) => {
  const folder = testFolder(t);
  const file = path.join(folder, "map-a1.bin");
  await saveMap(folder, "a1", MAP);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 40] ^= 1;
  fs.writeFileSync(file, bytes);
  assert.equal(await loadMap(folder, "a1", 3), null);
  assert.equal(fs.existsSync(file), false);
  await writeArrayFile(file, { map: 0 }, { coordinates: MAP });
  assert.equal(await loadMap(folder, "a1", 3), null);
  await saveMap(folder, "a1", MAP);
  assert.deepEqual(await loadMap(folder, "a1", 3), MAP);
});

test("old maps go with the other old caches, the last three stay", async (t) => {
  const folder = testFolder(t);
  for (let i = 0; i < 5; i++) {
    await saveMap(folder, `m${i}`, MAP);
    fs.utimesSync(path.join(folder, `map-m${i}.bin`), 1000 + i, 1000 + i);
  }
  await removeOldCaches(folder);
  assert.deepEqual(fs.readdirSync(folder).sort(), ["map-m2.bin", "map-m3.bin", "map-m4.bin"]);
});
