/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { differenceText, durationText, figureText, marginText, moneyText, signedText, strategyColour, strategyDash, strategyMark } from "./figures.ts";

const SHARE = { isShare: true };
const PLAIN = { isShare: false };

test("shares are percentages with a decimal, and never 0% or 100% for what is not", () => {
  assert.deepEqual([0.8312, 0, 1, 0.0001, 0.9999, 0.03, -0.02].map((value) => figureText(SHARE, value)), ["83.1%", "0%", "100%", "<0.1%", ">99.9%", "3.0%", "−2.0%"]);
});

test("other figures have three places, whole thousands all of theirs", () => {
  assert.deepEqual([81.7312, 0.08654, 1290.4, 10, 999.7, -0.5, 0, -1e-30].map((value) => figureText(PLAIN, value)), ["81.7", "0.0865", "1,290", "10", "1,000", "−0.5", "0", "−1e-30"]);
});

test("what is no number is never written as one", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.deepEqual([figureText(SHARE, value), figureText(PLAIN, value), differenceText(SHARE, value), signedText(PLAIN, value), moneyText(value, "EUR"), durationText(value)], new Array(6).fill("–"));
    assert.equal(marginText(SHARE, value), "");
  }
});

test("differences have a sign, and points where the values are percentages", () => {
  assert.equal(differenceText(SHARE, 0.0131), "+1.3 points");
  assert.equal(differenceText(SHARE, -0.0131), "−1.3 points");
  assert.deepEqual([signedText(SHARE, 0.00001), signedText(SHARE, -0.00001), signedText(PLAIN, 0), signedText(PLAIN, 2)], ["0", "0", "0", "+2"]);
  assert.deepEqual([marginText(SHARE, 0.0041), marginText(PLAIN, 0.0323)], ["±0.4", "±0.032"]);
});

test("money and time", () => {
  assert.deepEqual([moneyText(12.5, "EUR"), moneyText(49045.2, "USD"), moneyText(7, ""), durationText(5400)], ["12.50 EUR", "49,045 USD", "7.00", "1.5 h"]);
  assert.deepEqual([moneyText(0.0213, "USD"), moneyText(0.5, "USD"), moneyText(0, "USD")], ["0.021 USD", "0.50 USD", "0.00 USD"]);
});

test("no two of 36 strategies look alike, with colour or without their dashes", () => {
  const indexes = Array.from({ length: 36 }, (_, index) => index);
  assert.equal(new Set(indexes.map((index) => strategyColour(index) + strategyDash(index))).size, 36);
  assert.equal(new Set(indexes.map((index) => strategyColour(index) + strategyMark(index))).size, 36);
  // Neighbours differ in more than colour.
  for (const index of indexes.slice(1)) assert.notEqual(strategyMark(index), strategyMark(index - 1));
  assert.ok(indexes.every((index) => !strategyMark(index, 3).includes("NaN")));
});
