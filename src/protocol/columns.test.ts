import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { packColumns, readBlock, rowsFromText, rowsToText, unpackColumns } from "./columns.ts";

test("columns come out as they went in, wherever the block begins", () => {
  const columns = { a: Uint8Array.of(1, 2, 3), b: Float32Array.of(0.5, NaN, -1), c: Int32Array.of(-1, 7), d: new Uint32Array(0) };
  const { places, bytes } = packColumns(columns);
  for (const shift of [0, 1, 4]) {
    const moved = new Uint8Array(bytes.length + shift);
    moved.set(bytes, shift);
    assert.deepEqual(unpackColumns(places, moved.subarray(shift)), columns);
  }
});

test("a place beyond the block, or a column of another type, is refused", () => {
  const { places, bytes } = packColumns({ rows: Uint32Array.of(4, 5) });
  assert.deepEqual(readBlock("rows", places, bytes), { rows: Uint32Array.of(4, 5) });
  assert.equal(unpackColumns([{ ...places[0], length: 3 }], bytes), null);
  assert.equal(unpackColumns([{ ...places[0], offset: 2 }], bytes), null);
  assert.equal(readBlock("rows", [{ ...places[0], type: "i32" }], bytes), null);
  assert.equal(readBlock("order", places, bytes), null);
});

test("any ascending rows survive as text", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(5000)), (given) => {
    const rows = Uint32Array.from(given).sort();
    assert.deepEqual(rowsFromText(rowsToText(rows), 5001), rows);
  }));
  assert.equal(rowsToText([0, 1, 2, 3, 48, 50]), "0+4,1c,1e");
});

test("text that names no rows of the dataset is refused", () => {
  for (const text of ["1,0", "5+", "-1", "0+0", "zz,zz", "9", "0+a", "é", "1,,2"]) assert.equal(rowsFromText(text, 9), null, text);
  assert.deepEqual(rowsFromText("", 9), new Uint32Array(0));
});
