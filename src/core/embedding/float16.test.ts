import assert from "node:assert/strict";
import test from "node:test";
import { fromHalf, toHalf } from "./float16.ts";

test("known half-precision values", () => {
  for (const [bits, value] of [[0x0000, 0], [0x3c00, 1], [0xc000, -2], [0x7bff, 65504], [0x0400, 2 ** -14], [0x0001, 2 ** -24], [0x3555, 0.333251953125], [0x7c00, Infinity]] as const) {
    assert.equal(fromHalf(bits), value);
    assert.equal(toHalf(value), bits);
  }
  assert.ok(Number.isNaN(fromHalf(toHalf(NaN))));
});

test("all halves survive the way there and back, and values between two round to the nearest, ties to even", () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    assert.equal(toHalf(fromHalf(bits)), bits);
    assert.equal(toHalf(-fromHalf(bits)), bits | 0x8000);
    if (bits + 1 === 0x7c00) continue;
    const [low, high] = [fromHalf(bits), fromHalf(bits + 1)];
    assert.equal(toHalf(low + 0.5 * (high - low)), (bits & 1) === 0 ? bits : bits + 1);
    assert.equal(toHalf(low + 0.25 * (high - low)), bits);
    assert.equal(toHalf(low + 0.75 * (high - low)), bits + 1);
  }
});
