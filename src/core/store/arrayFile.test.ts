import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../dataset/folder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { readArrayFile, takeArray, writeArrayFile } from "./arrayFile.ts";

const ARRAYS = {
  f32: Float32Array.of(1.5, -0, NaN, Infinity), f64: Float64Array.of(Math.PI, 2 ** 60), i32: Int32Array.of(-1, 2147483647),
  u32: Uint32Array.of(0, 4294967295), u8: Uint8Array.of(7), u64: BigUint64Array.of(0n, 2n ** 64n - 1n), none: new Float32Array(0),
};

const damaged = (thrown: unknown): boolean => {
  assert.ok(thrown instanceof InfomaxError, String(thrown));
  assert.equal(thrown.code, "bad-data");
  assert.notEqual(thrown.place.file, undefined);
  return true;
};

test("arrays of every kind and metadata come back as they were, at any offset in their buffers", async (t) => {
  const file = path.join(testFolder(t), "a.bin");
  const inside = new Float32Array(100).map((_, i) => i).subarray(11, 42);
  await writeArrayFile(file, { text: "Ünïcode 日本", nested: [1, null, { a: true }] }, { ...ARRAYS, inside });
  const { metadata, arrays } = await readArrayFile(file);
  assert.deepEqual(metadata, { text: "Ünïcode 日本", nested: [1, null, { a: true }] });
  assert.deepEqual([...arrays.keys()], [...Object.keys(ARRAYS), "inside"]);
  for (const [name, array] of Object.entries({ ...ARRAYS, inside })) assert.deepEqual(arrays.get(name), array, name);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ["a.bin"]);
  assert.deepEqual(takeArray(file, arrays, "i32", "Int32Array", 2), ARRAYS.i32);
  assert.throws(() => takeArray(file, arrays, "i32", "Uint32Array"), damaged);
  assert.throws(() => takeArray(file, arrays, "i32", "Int32Array", 3), damaged);
  assert.throws(() => takeArray(file, arrays, "absent", "Int32Array"), damaged);
});

test("a file cut short anywhere, or with any one byte changed, is bad data and never a crash", async (t) => {
  const file = path.join(testFolder(t), "a.bin");
  await writeArrayFile(file, { note: "x" }, { f32: ARRAYS.f32, u8: ARRAYS.u8 });
  const good = fs.readFileSync(file);
  for (let length = 0; length < good.length; length++) {
    fs.writeFileSync(file, good.subarray(0, length));
    await assert.rejects(readArrayFile(file), damaged, `${length} bytes`);
  }
  for (let at = 0; at < good.length; at++) {
    for (const bit of [0, 5, 7]) {
      const bad = Buffer.from(good);
      bad[at] ^= 1 << bit;
      fs.writeFileSync(file, bad);
      await assert.rejects(readArrayFile(file), damaged, `byte ${at}, bit ${bit}`);
    }
  }
  fs.writeFileSync(file, Buffer.concat([good, Buffer.from([0])]));
  await assert.rejects(readArrayFile(file), damaged, "a byte too many");
});

test("headers made to harm are bad data: huge, of other kinds, of other versions", async (t) => {
  const file = path.join(testFolder(t), "a.bin");
  const write = (header: string, length?: bigint, magic = "IFMXARR1"): void => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(length ?? BigInt(header.length));
    fs.writeFileSync(file, Buffer.concat([Buffer.from(magic, "latin1"), size, Buffer.from(header), Buffer.alloc(64)]));
  };
  const entry = (kind: string, length: number): string => JSON.stringify({ metadata: null, entries: [{ name: "a", kind, length }] });
  const cases: [string, (bigint | undefined)?, string?][] = [
    ["{}", 2n ** 63n], ["{}", 2n ** 40n], ["{}"], ["null"], ["[1"], ["", 0n],
    [entry("Float32Array", 2 ** 50)], [entry("Float32Array", 1e300)], [entry("Float32Array", -1)], [entry("Float32Array", 0.5)],
    [entry("toString", 4)], [entry("__proto__", 4)], [entry("Uint8ClampedArray", 4)],
    [entry("Uint8Array", 32), undefined, "IFMXARR2"],
  ];
  for (const [header, length, magic] of cases) {
    write(header, length, magic);
    await assert.rejects(readArrayFile(file), damaged, header);
  }
});

test("a write that fails leaves the file that was there, and no temporary file", async (t) => {
  const folder = testFolder(t);
  const file = path.join(folder, "a.bin");
  await writeArrayFile(file, 1, {});
  const circular: { self?: unknown } = {};
  circular.self = circular;
  await assert.rejects(writeArrayFile(file, circular, {}));
  await assert.rejects(writeArrayFile(path.join(folder, "absent", "a.bin"), 1, {}));
  assert.deepEqual((await readArrayFile(file)).metadata, 1);
  assert.deepEqual(fs.readdirSync(folder), ["a.bin"]);
});
