import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { findDatasets } from "./findDatasets.ts";
import { testFolder } from "./folder.fixture.ts";

test("datasets are found where they would be opened: above their classes and splits", async (t) => {
  const root = testFolder(t, {
    "data/pets/train/cat/1.png": "x", "data/pets/train/cat/2.png": "x", "data/pets/train/dog/1.png": "x", "data/pets/test/dog/2.png": "x",
    "photos/1.jpg": "x", "texts/b.jsonl": "{}", "texts/a.csv": "a", "src/main.py": "x", ".git/x.png": "x", "node_modules/m/a.csv": "a",
    "a/b/c/d/deep.csv": "a", "texts/dynamics_epoch_0.jsonl": "{}",
  });
  const found = await findDatasets(root);
  assert.deepEqual(found.map((one) => [path.relative(root, one.path).split(path.sep).join("/"), one.description]), [
    ["photos", "1 image"],
    ["texts/a.csv", "CSV, 1 kB"],
    ["texts/b.jsonl", "JSONL, 1 kB"],
    ["data/pets", "4 images in 2 class folders"],
  ]);
});

test("the folder itself can be the dataset; a missing one holds none", async (t) => {
  const root = testFolder(t, { "cat/1.png": "x", "dog/1.png": "x" });
  assert.deepEqual(await findDatasets(root), [{ path: root, description: "2 images in 2 class folders" }]);
  assert.deepEqual(await findDatasets(path.join(root, "none")), []);
});

test("a folder of images with its own metadata table is a dataset, not a class of its neighbours", async (t) => {
  const root = testFolder(t, { "cat/1.png": "x", "dog/1.png": "x", "captioned/1.png": "x", "captioned/metadata.jsonl": "{}" });
  assert.deepEqual((await findDatasets(root)).map((one) => path.relative(root, one.path)), ["", "captioned", path.join("captioned", "metadata.jsonl")]);
});
