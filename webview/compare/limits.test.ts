/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { comparisonView } from "./comparison.fixture.ts";
import { limitText, limitUnit, readLimit, typedLimit } from "./limits.ts";

const view = comparisonView();
const share = limitUnit(view, { name: "probe", utility: 0 });
const plain = limitUnit(view, { name: "mmd", utility: 3 });
const money = limitUnit(view, { name: "cost:money", utility: null });
const time = limitUnit(view, { name: "cost:seconds", utility: null });

test("shares are typed as percentages, time in hours, other limits in their own units", () => {
  const found = [readLimit("80", share), readLimit(" 80 % ", share), readLimit("0.5", plain), readLimit("−3", plain), readLimit("2 h", time), readLimit("1000", money)];
  assert.deepEqual(found, [0.8, 0.8, 0.5, -3, 7200, 1000].map((value) => ({ ok: true, value })));
  assert.deepEqual([limitText(0.7712, share), limitText(7200, time), limitText(49_072.4, money)], ["77.1", "2", "49072"]);
});

test("a limit that is shown again is the one that was typed", () => {
  for (const [text, unit] of [["85.25", share], ["0.07", share], ["1.5", time], ["12345.67", money], ["-0.3", plain]] as const) {
    const reading = readLimit(text, unit);
    assert.equal(reading.ok && reading.value !== null && typedLimit(reading.value, unit), text);
  }
});

test("an empty field is no limit, and what is no number is said", () => {
  assert.deepEqual([readLimit("", share), readLimit("  ", plain), readLimit("%", share)], [1, 2, 3].map(() => ({ ok: true, value: null })));
  for (const [text, unit] of [["abc", share], ["120", share], ["-1", share], ["-1", money], ["1,5", plain], ["80%", plain], ["1e999", plain]] as const) assert.equal(readLimit(text, unit).ok, false, text);
});
