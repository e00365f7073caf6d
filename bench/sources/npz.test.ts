import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { crc32, inflateRawSync } from "node:zlib";
import { npyBytes, writeNpz } from "./npz.ts";

test("an array begins at a multiple of 64 and has the right size", () => {
  for (const shape of [[6], [2, 3], [1, 1, 6, 1]]) {
    const bytes = npyBytes({ shape, data: Int32Array.from([1, -2, 3, 4, 5, 70_000]) });
    const start = 10 + bytes.readUInt16LE(8);
    assert.equal(start % 64, 0);
    assert.deepEqual([bytes.length - start, bytes[start - 1], bytes.readInt32LE(start + 4), bytes.readInt32LE(start + 20)], [24, 0x0a, -2, 70_000]);
  }
  assert.match(npyBytes({ shape: [1], data: Uint8Array.of(1) }).toString("latin1"), /'descr': '\|u1', 'fortran_order': False, 'shape': \(1,\)/);
  assert.throws(() => npyBytes({ shape: [2, 2], data: Uint8Array.of(1) }), /shape/);
});

test("the zip's directory leads to every array", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-npz-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, "a.npz");
  const arrays = new Map([["images", { shape: [2, 2], data: Uint8Array.of(1, 2, 3, 4) }], ["list/x-r0", { shape: [1], data: Int32Array.of(7) }]]);
  assert.equal(await writeNpz(file, arrays), (await readFile(file)).length);
  const bytes = await readFile(file);
  const end = bytes.length - 22;
  assert.equal(bytes.readUInt32LE(end), 0x06054b50);
  let at = bytes.readUInt32LE(end + 16);
  assert.equal(at + bytes.readUInt32LE(end + 12), end);
  for (const [name, array] of arrays) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const [packed, nameLength, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt32LE(at + 42)];
    assert.equal(bytes.toString("utf8", at + 46, at + 46 + nameLength), `${name}.npy`);
    assert.equal(bytes.readUInt32LE(local), 0x04034b50);
    const from = local + 30 + bytes.readUInt16LE(local + 26);
    const raw = inflateRawSync(bytes.subarray(from, from + packed));
    assert.deepEqual(raw, npyBytes(array));
    assert.equal(crc32(raw), bytes.readUInt32LE(at + 16));
    at += 46 + nameLength;
  }
  assert.equal(at, end);
});
