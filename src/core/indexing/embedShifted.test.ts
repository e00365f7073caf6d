import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { openDataset } from "../dataset/openDataset.ts";
import { ImageDescriptor } from "../embedding/imageDescriptor.ts";
import { InfomaxError } from "../errors.ts";
import { rowSimilarity, type EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { VectorLog } from "../store/vectorLog.ts";
import type { Corruption } from "../corruptions/corruption.ts";
import { embedDataset } from "./embedDataset.ts";
import { embedShifted } from "./embedShifted.ts";

const EXAMPLES = path.join(import.meta.dirname, "..", "..", "..", "examples", "images");

test("a shifted copy is embedded row for row, farther off at a higher severity, and kept for the next run", async (t) => {
  const root = await mkdtemp(path.join(os.tmpdir(), "infomax-shifted-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  const images = path.join(root, "images");
  const folders = readdirSync(EXAMPLES).filter((name) => !name.startsWith(".")).slice(0, 2);
  for (const folder of folders) {
    await mkdir(path.join(images, folder), { recursive: true });
    for (const file of readdirSync(path.join(EXAMPLES, folder)).slice(0, 3)) await writeFile(path.join(images, folder, file), readFileSync(path.join(EXAMPLES, folder, file)));
  }
  await writeFile(path.join(images, folders[0], "zz-broken.png"), "no image");
  const dataset = await openDataset(images, {});
  const encoder = await ImageDescriptor.create();
  const cache = path.join(root, "cache");
  const log = await (await mkdir(cache), VectorLog.open(path.join(cache, "clean.bin"), encoder.key, encoder.dimensions));
  const clean = await embedDataset(dataset, encoder, log);
  await log.close();

  /** Mean cosine of each row's vectors in both. */
  const likeness = ({ data }: EmbeddingMatrix): number => {
    let sum = 0;
    for (let row = 0; row < dataset.count; row++) {
      const pair = new Float32Array(2 * clean.matrix.dims);
      pair.set(clean.matrix.data.subarray(row * clean.matrix.dims, (row + 1) * clean.matrix.dims));
      pair.set(data.subarray(row * clean.matrix.dims, (row + 1) * clean.matrix.dims), clean.matrix.dims);
      sum += rowSimilarity({ rows: 2, dims: clean.matrix.dims, data: pair }, 0, 1);
    }
    return sum / (dataset.count - clean.rejected.size);
  };
  const of = (severity: Corruption["severity"]): Corruption => ({ kind: "gaussian-noise", severity, seed: 1 });
  const [mild, severe] = [await embedShifted(dataset, encoder, cache, of(1)), await embedShifted(dataset, encoder, cache, of(5))];
  assert.ok(likeness(mild.matrix) < 0.99999 && likeness(severe.matrix) < likeness(mild.matrix) && likeness(severe.matrix) > 0.3, `${likeness(mild.matrix)} ${likeness(severe.matrix)}`);
  assert.deepEqual([mild.rejected.size, mild.encoded, mild.digests], [1, 6, clean.digests]);
  assert.match([...mild.rejected.values()][0].reason, /cannot be decoded/);
  const again = await embedShifted(dataset, encoder, cache, of(5));
  assert.deepEqual([again.encoded, again.matrix.data], [0, severe.matrix.data]);
  await encoder.close();
});

test("a corruption of images is refused for texts", async () => {
  const dataset = await openDataset(path.join(EXAMPLES, "..", "texts.jsonl"), {});
  const encoder = await ImageDescriptor.create();
  await assert.rejects(embedShifted(dataset, encoder, os.tmpdir(), { kind: "fog", severity: 1, seed: 0 }), (thrown) => thrown instanceof InfomaxError && thrown.code === "bad-argument");
});
