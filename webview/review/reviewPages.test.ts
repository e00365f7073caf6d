/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import type { ReviewEntry } from "../../src/protocol/review.ts";
import { PAGE_SIZE, ReviewPages, type AskEntries } from "./reviewPages.ts";

const TOTAL = 950;

function entry(at: number): ReviewEntry {
  return { id: `s${at}`, decision: "dropped", reason: "redundant", rule: null, importance: 1, keeper: null, similarity: null, before: null, sample: null };
}

function source(): { readonly ask: AskEntries; readonly offsets: number[]; readonly dropped: number[] } {
  const offsets: number[] = [];
  const dropped: number[] = [];
  const ask: AskEntries = (offset, limit) => {
    offsets.push(offset);
    let isDropped = false;
    const answer = new Promise<{ result: { total: number; entries: ReviewEntry[] } }>((resolve) => {
      setTimeout(() => { if (!isDropped) resolve({ result: { total: TOTAL, entries: Array.from({ length: Math.min(limit, TOTAL - offset) }, (_, i) => entry(offset + i)) } }); }, 1);
    });
    return { answer, drop: () => { isDropped = true; dropped.push(offset); } };
  };
  return { ask, offsets, dropped };
}

const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });

test("pages come as they are wanted, and each is asked for once", async () => {
  const { ask, offsets } = source();
  let changes = 0;
  const pages = new ReviewPages(() => { changes++; });
  pages.open(ask);
  assert.equal(pages.total, null);
  await settled();
  assert.deepEqual([pages.total, pages.get(0)?.id, pages.get(PAGE_SIZE)], [TOTAL, "s0", null]);
  pages.want({ first: PAGE_SIZE * 9 - 5, end: TOTAL });
  pages.want({ first: PAGE_SIZE * 9 - 5, end: TOTAL });
  await settled();
  assert.deepEqual(offsets, [0, 800, 900]);
  assert.equal(pages.get(TOTAL - 1)?.id, `s${TOTAL - 1}`);
  assert.equal(changes, 3);
});

test("what has left the screen is not waited for, nor what another list replaces", async () => {
  const { ask, dropped, offsets } = source();
  const pages = new ReviewPages(() => undefined);
  pages.open(ask);
  await settled();
  pages.want({ first: 300, end: 310 });
  pages.want({ first: 600, end: 610 });
  assert.deepEqual(dropped, [300]);
  await settled();
  assert.equal(pages.get(300), null);
  assert.equal(pages.get(600)?.id, "s600");
  pages.open(ask);
  assert.equal(pages.get(600), null);
  pages.open(null);
  assert.deepEqual([dropped.at(-1), pages.total], [0, null]);
  assert.deepEqual(offsets, [0, 300, 600, 0]);
});

test("a failure is told, and the next list begins without it", async () => {
  const pages = new ReviewPages(() => undefined);
  pages.open(() => ({ answer: Promise.reject(new Error("No.")), drop: () => undefined }));
  await settled();
  assert.equal(pages.problem, "No.");
  pages.open(source().ask);
  assert.equal(pages.problem, null);
  await settled();
  assert.equal(pages.total, TOTAL);
});
