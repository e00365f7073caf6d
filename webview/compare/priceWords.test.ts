import assert from "node:assert/strict";
import test from "node:test";
import type { BreakEvenPrice, ComparedSource, ComparedStrategy } from "../../src/protocol/comparison.ts";
import { breakEvenText, breakEvenTexts, factorText, gapText, leadersText, nameText, namesText, priceText, sweepTitle } from "./priceWords.ts";

const strategy = (title: string): ComparedStrategy => ({ name: title, title, citation: "", shares: null, needs: { content: true, labels: false, training: false } });
const price = { money: 0.01, seconds: 1 };
const source = (name: string): ComparedSource => ({
  name, kind: "other", samples: 9, leaked: 0, labelKind: "crowd", access: "in-hand", placeholders: [], prices: { acquire: price, label: price, embed: price, train: price, once: price },
});
const view = { currency: "USD", sources: [source("web")], strategies: ["InfoMax", "CCS", "D2"].map(strategy) };
const found: BreakEvenPrice = { source: 0, part: "label", unit: "money", factor: 3.4, price: 0.034, below: 0, above: 1, leader: 0, rival: 1 };

test("a break-even price is told outwards from the price as it is", () => {
  assert.equal(breakEvenText(found, view), "Above 0.034 USD a label (×3.4), CCS overtakes InfoMax.");
  assert.equal(breakEvenText({ ...found, factor: 0.4, price: 0.004, below: 1, above: 0 }, view), "Below 0.004 USD a label (×0.4), CCS overtakes InfoMax.");
  assert.equal(breakEvenText({ ...found, above: null }, view), "Above 0.034 USD a label (×3.4), CCS draws level with InfoMax.");
  assert.equal(breakEvenText({ ...found, below: 1, above: null }, view), "Above 0.034 USD a label (×3.4), InfoMax is level with CCS again.");
  assert.equal(breakEvenText({ ...found, below: null, above: 0 }, view), "Above 0.034 USD a label (×3.4), InfoMax is ahead of CCS.");
});

test("with several sources the one is named whose price it is, or all", () => {
  const two = { ...view, sources: [source("ours"), source("web")] };
  assert.match(breakEvenText({ ...found, source: 1, part: "train", unit: "seconds", price: 90 }, two), /^Above 90 s to train on a sample in web \(×3\.4\), /);
  assert.match(breakEvenText({ ...found, source: null, price: null }, two), /^Above ×3\.4 of the price of a label in all sources, /);
  assert.deepEqual([sweepTitle(found, view), sweepTitle({ ...found, source: 1 }, two), sweepTitle({ ...found, source: null, unit: "seconds" }, two)], ["Label, USD", "Label in web, USD", "Label in all sources, time"]);
});

test("the nearest comes first, whether it lies above or below", () => {
  const at = (factor: number): BreakEvenPrice => ({ ...found, factor });
  assert.deepEqual(breakEvenTexts([at(4), at(0.5), at(1.5), at(0.3)], view).map((text) => /×[\d.]+/.exec(text)?.[0]), ["×1.5", "×0.5", "×0.3", "×4"]);
});

test("what the least change of any of several prices does is told once", () => {
  const least = (factor: number, own: Partial<BreakEvenPrice>): BreakEvenPrice => ({ ...found, factor, price: 0.01, ...own });
  const all = [found, least(1.0001, {}), least(1, { part: "train" }), least(1.001, { part: "acquire", rival: 2, above: 2 }), least(0.9999, { part: "embed", below: 1, above: 0 })];
  assert.deepEqual(breakEvenTexts(all, view), [
    "Above any of these prices as it is (Train, USD; Label, USD), CCS overtakes InfoMax.",
    "Below 0.01 USD to embed a sample (×1), CCS overtakes InfoMax.",
    "Above 0.01 USD to acquire a sample (×1), D2 overtakes InfoMax.",
    "Above 0.034 USD a label (×3.4), CCS overtakes InfoMax.",
  ]);
});

test("leaders, many names and gaps are one line", () => {
  assert.deepEqual([[], [1], [0, 2], [0, 1, 2]].map((leaders) => leadersText(leaders, view)), ["not known", "CCS", "InfoMax and D2, tied", "InfoMax and 2 more, tied"]);
  const many = { strategies: Array.from({ length: 9 }, (_, s) => strategy(`S${s}`)) };
  assert.equal(namesText([...many.strategies.keys()], many), "S0, S1, S2, S3, S4 and 4 more");
  assert.equal(gapText({ kind: "nothing", from: 1, to: 2, strategies: [1, 2] }, { factors: [1, 2, 4] }, view), "From ×2 to ×4 the amount buys nothing: CCS, D2.");
  assert.match(gapText({ kind: "fewer", from: 0, to: 2, strategies: [0] }, { factors: [1, 2, 4] }, view), /^At every price the amount buys fewer samples/);
});

test("names of a stranger's file turn no text and break no line; figures are short", () => {
  assert.equal(nameText("a\u202eb\nc"), "a b c");
  assert.equal(nameText("x".repeat(200)).length, 80);
  assert.deepEqual([priceText(1234.5, "money", "EUR"), priceText(0.01, "seconds", "EUR"), factorText(0.353553)], ["1,235 EUR", "0.01 s", "×0.354"]);
});
