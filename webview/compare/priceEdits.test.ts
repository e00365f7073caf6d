import assert from "node:assert/strict";
import test from "node:test";
import type { ComparedSource } from "../../src/protocol/comparison.ts";
import { editsAsConfig, isPlaceholder, readPrice, spendAt, spendRange, spendStep, SPEND_STEPS, usualSpend, withEdit, withoutEdit } from "./priceEdits.ts";

const source = (name: string, placeholders: ComparedSource["placeholders"] = []): ComparedSource => ({
  name, kind: "in-house", samples: 100, leaked: 0, labelKind: "crowd", access: "in-hand", placeholders,
  prices: { acquire: { money: 1, seconds: 0 }, label: { money: 0.1, seconds: 10 }, embed: { money: 0, seconds: 0.01 }, train: { money: 0.001, seconds: 0.1 }, once: { money: 0, seconds: 0 } },
});

test("prices are read as typed; what is no price says why", () => {
  assert.deepEqual([readPrice(" 0.034 "), readPrice("0"), readPrice("2e-3")], [0.034, 0, 0.002].map((value) => ({ ok: true, value })));
  for (const [text, why] of [["", /missing/], ["1,5", /point/], ["-1", /no number/], ["Infinity", /no number/], ["1e13", /at most 1,000,000,000,000/]] as const) {
    const reading = readPrice(text);
    assert.match(reading.ok ? "" : reading.problem, why, text);
  }
});

test("an edit takes the place of an earlier one, and a price as it was is none", () => {
  const sources = [source("a"), source("b")];
  const key = { source: 1, part: "label", unit: "money" } as const;
  const once = withEdit([], sources, { ...key, value: 2 });
  const twice = withEdit(once, sources, { ...key, value: 3 });
  assert.deepEqual(twice, [{ ...key, value: 3 }]);
  assert.deepEqual(withEdit(twice, sources, { ...key, value: 0.1 }), []);
  const both = withEdit(twice, sources, { source: 0, part: "label", unit: "money", value: 3 });
  assert.deepEqual(withoutEdit(both, key).map(({ source: own }) => own), [0]);
});

test("a placeholder is one until it is edited", () => {
  const own = source("a", ["label.money"]);
  const label = { source: 0, part: "label", unit: "money", value: 1 } as const;
  assert.deepEqual([isPlaceholder(own, label, null), isPlaceholder(own, label, label), isPlaceholder(own, { ...label, unit: "seconds" }, null), isPlaceholder(own, { ...label, part: "train" }, null)], [true, false, false, false]);
});

test("edits stand in whole sources, so that pasting them changes what was edited and nothing else", () => {
  const free = { ...source("main.v1 (dataset)"), labelKind: "free" as const, placeholders: ["train.money" as const] };
  const sources = [free, { ...source("crowd/<b>", ["acquire.money"]), kind: "crowd-labelled" as const, access: "on-purchase" as const }];
  const text = editsAsConfig(sources, [{ source: 0, part: "train", unit: "money", value: 0.5 }, { source: 1, part: "acquire", unit: "seconds", value: 5 }]);
  assert.deepEqual(JSON.parse(text), {
    comparison: {
      sources: [
        { name: "main.v1", path: ".", kind: "in-house", labels: "free", access: "in-hand", prices: { ...free.prices, train: { money: 0.5, seconds: 0.1 } } },
        { name: "crowd--b-", path: "PATH OF crowd--b-", kind: "crowd-labelled", labels: "crowd", access: "on-purchase", prices: { ...free.prices, acquire: { money: 1, seconds: 5 } } },
      ],
    },
  });
});

test("the slider spans what subsets cost, and its ends and the default are on it", () => {
  const cost = (money: number): { money: number; seconds: number } => ({ money, seconds: 0 });
  const pricing = { costs: [[cost(10), null], [cost(100), cost(50)], [cost(1000), cost(400)]] };
  const range = spendRange(pricing, "money");
  assert.deepEqual(range, { low: 8, high: 1250 });
  assert.equal(spendRange(pricing, "seconds"), null);
  assert.equal(usualSpend(pricing, 0, "money"), 100);
  assert.deepEqual([spendStep({ low: 8, high: 1250 }, 1), spendStep({ low: 8, high: 1250 }, 5000)], [0, SPEND_STEPS]);
  assert.equal(spendAt({ low: 8, high: 1250 }, SPEND_STEPS), 1250);
  assert.ok(Math.abs(spendAt({ low: 8, high: 1250 }, spendStep({ low: 8, high: 1250 }, 100)) / 100 - 1) < 0.03);
});
