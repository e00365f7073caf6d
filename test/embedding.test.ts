import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { openDataset } from "../src/core/dataset/openDataset.ts";
import type { SampleContent } from "../src/core/dataset/dataset.ts";
import type { Encoder, PendingBatch } from "../src/core/embedding/encoder.ts";
import { HashedText } from "../src/core/embedding/hashedText.ts";
import { embedDataset } from "../src/core/indexing/embedDataset.ts";
import { VectorLog } from "../src/core/store/vectorLog.ts";

const SAMPLES = 400;

test("a run that is killed goes on where it stopped, and embeds nothing twice", async (t) => {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), "infomax-"));
  t.after(() => fs.rm(root, { recursive: true, force: true }));
  const file = path.join(root, "d.jsonl");
  const logFile = path.join(root, "v.bin");
  await fs.writeFile(file, Array.from({ length: SAMPLES }, (_, i) => JSON.stringify({ id: i, text: `record number ${i}` })).join("\n"));

  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("./embedding.fixture.ts", import.meta.url)), file, logFile], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => { child.once("exit", (_code, signal) => { resolve(signal); }); });
  let said = "";
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
    if (/^40$/m.test(said)) child.kill("SIGKILL");
  });
  await ended;

  const inner = new HashedText();
  const given: string[] = [];
  const counting: Encoder = {
    name: "counting", key: inner.key, dimensions: inner.dimensions, batchSize: 32, defaultThreshold: 0.9,
    prepare: (contents: readonly SampleContent[]): Promise<PendingBatch> => Promise.resolve(() => counting.encode(contents)),
    encode: (contents) => {
      given.push(...contents.map((content) => (content.kind === "text" ? content.text : "")));
      return inner.encode(contents);
    },
    close: () => Promise.resolve(),
  };
  const dataset = await openDataset(file);
  const log = await VectorLog.open(logFile, counting.key, counting.dimensions);
  const kept = log.size;
  assert.ok(kept >= 40 && kept < SAMPLES, `${kept} were kept`);
  const resumed = await embedDataset(dataset, counting, log);
  await log.close();
  assert.equal(resumed.encoded, SAMPLES - kept);
  assert.deepEqual(given, Array.from({ length: SAMPLES - kept }, (_, i) => `record number ${kept + i}`));

  const fresh = await VectorLog.open(path.join(root, "fresh.bin"), counting.key, counting.dimensions);
  assert.deepEqual((await embedDataset(dataset, counting, fresh)).matrix.data, resumed.matrix.data);
  await fresh.close();
});
