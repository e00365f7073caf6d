import assert from "node:assert/strict";
import test from "node:test";
import { CHUNK_LINES, chunksAround } from "./chunks.ts";

test("a small file is one chunk", () => {
  assert.deepEqual(chunksAround([{ start: 0, end: 30 }], 31, 1), [0]);
  assert.deepEqual(chunksAround([{ start: 0, end: 0 }], 0, 1), [0]);
});

test("two editors on one large file: what both show, once", () => {
  const lines = 1_000_000;
  const near = { start: 5 * CHUNK_LINES + 10, end: 5 * CHUNK_LINES + 60 };
  assert.deepEqual(chunksAround([near, { start: 6 * CHUNK_LINES, end: 6 * CHUNK_LINES + 1 }], lines, 1), [4, 5, 6, 7]);
  assert.deepEqual(chunksAround([{ start: lines - 20, end: lines - 1 }], lines, 1), [lines / CHUNK_LINES - 2, lines / CHUNK_LINES - 1]);
});

test("nothing visible, nothing asked", () => {
  assert.deepEqual(chunksAround([], 500, 2), []);
});
