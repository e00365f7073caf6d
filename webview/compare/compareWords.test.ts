/// <reference types="node" />
import assert from "node:assert/strict";
import test from "node:test";
import { budgetTitle, comparedParts, hasPlaceholders, needsText } from "./compareWords.ts";
import { comparisonView } from "./comparison.fixture.ts";

const view = comparisonView();

test("one line says what was compared", () => {
  assert.deepEqual(comparedParts(view), [
    "clean (in-house, 44,000 samples), crowd (crowd-labelled, 6,000 samples)", "983 left out as leaked", "target test (9,000)", "3 redraws × 3 seeds", "built-in image encoder",
  ]);
});

test("many sources and sets are counted", () => {
  const many = comparisonView({
    sources: Array.from({ length: 12 }, (_, i) => ({ ...view.sources[1], name: `s${i}` })), redraws: 1, seeds: 1,
    sets: [...view.sets, { name: "blurred", role: "shifted", samples: 10, aside: 0 }, { name: "birds", role: "task", samples: 10, aside: 0 }],
  });
  assert.deepEqual(comparedParts(many).slice(0, 4), ["s0 (crowd-labelled, 6,000 samples), s1 (crowd-labelled, 6,000 samples), and 10 more sources (60,000 samples)", "target test (9,000)", "2 further sets", "1 redraw × 1 seed"]);
});

test("names of strangers stay within their sentence", () => {
  const [sources] = comparedParts(comparisonView({ sources: [{ ...view.sources[0], name: `a\u202Eb\n${"c".repeat(500)}` }] }));
  assert.ok(!/[\u202E\n]/.test(sources) && sources.length < 140);
});

test("budgets by samples and by money", () => {
  assert.equal(budgetTitle(view.budgets[1]), "10% (5,000 samples)");
  assert.equal(budgetTitle({ name: "20,000 USD", samples: null, money: 20_000 }), "20,000 USD");
});

test("needs", () => {
  assert.equal(needsText({ content: true, labels: false, training: true }), "content, a training run");
  assert.equal(needsText({ content: false, labels: false, training: false }), "nothing");
});

test("prices are placeholders until each of them was given, in money and in time", () => {
  assert.equal(hasPlaceholders(view.sources, [], "money"), true);
  const acquire = { source: 0, part: "acquire", unit: "money", value: 2 } as const;
  assert.equal(hasPlaceholders(view.sources, [acquire], "money"), false);
  assert.equal(hasPlaceholders(view.sources, [acquire], "seconds"), true);
  assert.equal(hasPlaceholders(view.sources, [{ ...acquire, part: "train", unit: "seconds" }], "seconds"), false);
});
