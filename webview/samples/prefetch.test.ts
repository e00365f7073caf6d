/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ScrollPace } from "./prefetch.ts";

test("fast scrolling is told apart from slow, with its direction", () => {
  const pace = new ScrollPace(() => undefined);
  pace.moved(100, 800, 1000);
  pace.moved(140, 800, 1016);
  assert.deepEqual([pace.isFast, pace.isDown], [false, true]);
  pace.moved(100, 800, 1032);
  assert.deepEqual([pace.isFast, pace.isDown], [false, false]);
  pace.moved(900, 800, 1048);
  assert.deepEqual([pace.isFast, pace.isDown], [true, true]);
});

test("what passed fast is filled in when the scrolling slows down as well as when it stops", async () => {
  let settled = 0;
  const pace = new ScrollPace(() => { settled++; });
  pace.moved(5000, 800, 1000);
  pace.moved(5010, 800, 1016);
  assert.deepEqual([pace.isFast, settled], [false, 1]);
  pace.moved(9000, 800, 1032);
  assert.deepEqual([pace.isFast, settled], [true, 1]);
  await sleep(120);
  assert.deepEqual([pace.isFast, settled], [false, 2]);
});
