import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { VectorLog } from "./vectorLog.ts";

const DIMS = 3;
const vector = (digest: bigint): number[] => [Number(digest), 0.5, -Number(digest)];

async function append(log: VectorLog, ...digests: bigint[]): Promise<void> {
  await log.append(BigUint64Array.from(digests), Float32Array.from(digests.flatMap(vector)));
}

async function reopened(file: string, key = "encoder-1", dims = DIMS): Promise<{ size: number; get: (digest: bigint) => number[] | null }> {
  const log = await VectorLog.open(file, key, dims);
  await log.close();
  return {
    size: log.size,
    get: (digest) => {
      const found = log.get(digest);
      return found === undefined ? null : Array.from(found);
    },
  };
}

async function threeBatches(file: string): Promise<void> {
  const log = await VectorLog.open(file, "encoder-1", DIMS);
  await append(log, 1n, 2n);
  await append(log, 3n);
  await append(log);
  await append(log, 4n, 2n ** 64n - 1n);
  await log.close();
}

test("vectors are found again, at once and after opening anew", async (t) => {
  const file = path.join(testFolder(t), "v.bin");
  const log = await VectorLog.open(file, "encoder-1", DIMS);
  await append(log, 1n, 2n);
  assert.deepEqual(Array.from(log.get(2n) ?? []), vector(2n));
  assert.equal(log.get(9n), undefined);
  await log.close();
  const again = await VectorLog.open(file, "encoder-1", DIMS);
  await append(again, 3n);
  await again.close();
  const found = await reopened(file);
  assert.equal(found.size, 3);
  for (const digest of [1n, 2n, 3n]) assert.deepEqual(found.get(digest), vector(digest));
});

test("a tail torn by a kill is cut off, the batches before it are kept, and the log goes on", async (t) => {
  const file = path.join(testFolder(t), "v.bin");
  await threeBatches(file);
  const good = fs.readFileSync(file);
  const lastBatch = 4 + 2 * (8 + 4 * DIMS) + 32;
  for (let cut = 1; cut <= lastBatch; cut++) {
    fs.writeFileSync(file, good.subarray(0, good.length - cut));
    const found = await reopened(file);
    assert.equal(found.size, 3, `${cut} bytes short`);
    assert.deepEqual(found.get(3n), vector(3n));
    assert.equal(fs.statSync(file).size, good.length - lastBatch);
  }
  const log = await VectorLog.open(file, "encoder-1", DIMS);
  await append(log, 7n);
  await log.close();
  assert.deepEqual((await reopened(file)).get(7n), vector(7n));
});

test("a changed bit costs its batch and those after it, and never gives a wrong vector", async (t) => {
  const file = path.join(testFolder(t), "v.bin");
  await threeBatches(file);
  const good = fs.readFileSync(file);
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] ^= 0x40;
    fs.writeFileSync(file, bad);
    const found = await reopened(file);
    assert.ok(found.size < 5, `byte ${at}`);
    for (const digest of [1n, 2n, 3n, 4n]) assert.ok(found.get(digest) === null || String(found.get(digest)) === String(vector(digest)), `byte ${at}`);
  }
});

test("a count made to exhaust memory is a damaged tail", async (t) => {
  const file = path.join(testFolder(t), "v.bin");
  await threeBatches(file);
  const count = Buffer.alloc(4);
  count.writeUInt32LE(1 << 20);
  fs.appendFileSync(file, count);
  const before = process.memoryUsage().arrayBuffers;
  const log = await VectorLog.open(file, "encoder-1", DIMS);
  assert.ok(process.memoryUsage().arrayBuffers - before < 4e6);
  await log.close();
  assert.equal(log.size, 5);
});

test("another encoder, another dimension or another file starts anew", async (t) => {
  const file = path.join(testFolder(t), "v.bin");
  for (const [key, dims] of [["encoder-2", DIMS], ["encoder-1", DIMS + 1]] as const) {
    await threeBatches(file);
    assert.equal((await reopened(file, key, dims)).size, 0);
    // The old vectors are gone for good: the file belongs to the new encoder now.
    assert.equal((await reopened(file)).size, 0);
  }
  for (const content of ["", "something else entirely, and longer than the header of a log would be"]) {
    fs.writeFileSync(file, content);
    assert.equal((await reopened(file)).size, 0);
    await threeBatches(file);
    assert.equal((await reopened(file)).size, 5);
  }
});
