import assert from "node:assert/strict";
import test from "node:test";
import { PaceMeter } from "./pace.ts";

test("a steady pace and the time left; nothing before a second", () => {
  const meter = new PaceMeter(0);
  meter.add(50, 500);
  assert.equal(meter.pace(1000), null);
  for (let t = 1000; t <= 4000; t += 500) meter.add(50, t);
  const pace = meter.pace(1000);
  assert.ok(pace !== null && Math.abs(pace.rate - 100) < 1e-6 && Math.abs(pace.secondsLeft - 10) < 1e-6);
});

test("what was found ready does not count, and a change of pace is followed within some seconds", () => {
  const meter = new PaceMeter(0);
  for (let t = 10; t <= 100; t += 10) meter.add(0, t);
  for (let t = 600; t <= 10_100; t += 500) meter.add(50, t);
  assert.ok(Math.abs((meter.pace(1)?.rate ?? 0) - 100) < 1);
  for (let t = 10_600; t <= 30_100; t += 500) meter.add(5, t);
  const rate = meter.pace(1)?.rate ?? 0;
  assert.ok(rate >= 10 && rate < 13, `${rate}`);
});
