/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { formatDuration, formatPrice, readCost, trainingOn } from "./trainingCost.ts";

test("time is samples × seconds × epochs, the price that time by the hour", () => {
  assert.deepEqual(trainingOn(50_000, { secondsPerSample: 0.002, epochs: 90, pricePerHour: 4 }), { seconds: 9000, price: 10 });
  assert.deepEqual(trainingOn(0, { secondsPerSample: 0.002, epochs: 90, pricePerHour: 4 }), { seconds: 0, price: 0 });
});

test("figures are taken as they are typed, others refused with a reason", () => {
  for (const [text, value] of [["0.002", 0.002], [" 12 ", 12], ["1e-3", 0.001], [".5", 0.5], ["5.", 5]] as const) {
    assert.deepEqual(readCost("secondsPerSample", text), { ok: true, value }, text);
  }
  const problem = (field: "secondsPerSample" | "epochs" | "pricePerHour", text: string): string => {
    const reading = readCost(field, text);
    assert.equal(reading.ok, false, text);
    return reading.ok ? "" : reading.problem;
  };
  assert.match(problem("epochs", ""), /missing/);
  assert.match(problem("epochs", "0"), /more than 0/);
  assert.match(problem("epochs", "2,5"), /point/);
  for (const text of ["-1", "abc", "1e", "Infinity", "0x10", "<b>"]) assert.match(problem("epochs", text), /not a number/, text);
  assert.match(problem("secondsPerSample", "1e9"), /at most 1,000,000/);
  assert.deepEqual(readCost("pricePerHour", "0"), { ok: true, value: 0 });
});

test("durations and prices have units and few figures", () => {
  assert.deepEqual([0, 0.0001, 12.34, 59.99, 90, 5400, 3599.9, 100_000, 172_799, 864_000, 864e6].map(formatDuration),
    ["0 s", "<0.01 s", "12.3 s", "1 min", "1.5 min", "1.5 h", "1 h", "27.8 h", "2 days", "10 days", "10,000 days"]);
  assert.deepEqual([0, 0.001, 12.5, 1234.5].map((amount) => formatPrice(amount, "USD")), ["0.00 USD", "<0.01 USD", "12.50 USD", "1,235 USD"]);
});
