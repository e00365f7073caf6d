import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { testFolder } from "../../core/dataset/folder.fixture.ts";
import type { MeasureInput, Measurement } from "./measure.ts";
import { MeasurementCache } from "./measurementCache.ts";

const matrix = (seed: number): MeasureInput["target"]["matrix"] => ({ rows: 2, dims: 2, data: Float32Array.from([1, 0, 0, seed]) });
const input = (change: Partial<MeasureInput> = {}): MeasureInput => ({
  pool: { matrix: matrix(1), label: Int32Array.from([0, 1]), digests: BigUint64Array.from([1n, 2n]) }, classes: 2, target: { name: "t", matrix: matrix(1), label: Int32Array.from([0, 1]) },
  corrupted: null, shifted: [], tasks: [], threshold: 0.9, isCmmd: false, seed: 0, seeds: 1, ...change,
});
const measurement = (value: number): Measurement => ({ values: { a: { value }, b: { notDefined: "there is none" } }, bySeed: [{ values: { probe: { value: 0.5 } }, perClass: { probe: [0.5, null] } }] });

test("what was measured is found again, of the same rows and the same input alone, also after a line was cut short", async (t) => {
  const folder = path.join(testFolder(t), "new");
  const rows = Uint32Array.from([0, 5, 9]);
  const first = await MeasurementCache.open(folder, input());
  assert.deepEqual(await first.measured(rows, () => Promise.resolve(measurement(1))), measurement(1));
  const [name] = fs.readdirSync(folder);
  fs.appendFileSync(path.join(folder, name), '{"subset":"ab","found":{"val');
  const again = await MeasurementCache.open(folder, input());
  assert.deepEqual(await again.measured(Uint32Array.from([0, 5]), () => Promise.resolve(measurement(2))), measurement(2));
  const third = await MeasurementCache.open(folder, input());
  const refuse = (): Promise<Measurement> => Promise.reject(new Error("it was known"));
  assert.deepEqual([await third.measured(rows, refuse), await third.measured(Uint32Array.from([0, 5]), refuse), third.used], [measurement(1), measurement(2), 2]);
  for (const other of [{ seeds: 2 }, { threshold: 0.8 }, { target: { name: "t", matrix: matrix(1), label: Int32Array.from([1, 0]) } }, { target: { name: "t", matrix: matrix(2), label: Int32Array.from([0, 1]) } }]) {
    const cache = await MeasurementCache.open(folder, input(other));
    assert.deepEqual(await cache.measured(rows, () => Promise.resolve(measurement(3))), measurement(3), JSON.stringify(other));
  }
  for (let seed = 10; seed < 20; seed++) await (await MeasurementCache.open(folder, input({ seed }))).measured(rows, () => Promise.resolve(measurement(seed)));
  assert.ok(fs.readdirSync(folder).length <= 5, "files of other inputs do not pile up");
});
