import assert from "node:assert/strict";
import test from "node:test";
import { changesSince } from "../../core/comparison/changesSince.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { handMadeResult, handMadeSource } from "./compareResult.fixture.ts";
import { changeLines, marksText, notDefinedLines, sizeLines, utilityTable } from "./comparisonTable.ts";

const sources = [handMadeSource("ours", 100, {}, { leaked: 7 })];
const at = (...utilities: readonly number[]): { readonly ofSource: readonly number[]; readonly utility: number; readonly half: number }[] => utilities.map((utility, b) => ({ ofSource: [10 * (b + 1)], utility, half: 0.05 }));

/** The summaries of {@link handMadeResult} with who is among the best. */
function withBest(result: CompareResult, best: readonly string[]): CompareResult {
  return { ...result, summaries: result.summaries.map((own) => ({ ...own, isAmongBest: best.includes(own.strategy) })) };
}

test("shares are said to be percentages, and what budgets mean in samples is said", () => {
  const result = handMadeResult(sources, [{ name: "random", at: at(0.5, 0.6) }, { name: "d2", at: at(0.7, 0.8) }]);
  assert.deepEqual(utilityTable(result, "budget 0").header, ["strategy", "n", "cost, USD", "probe %"]);
  const budgets = [{ name: "10%", samples: 10, money: null, seconds: null }, { name: "20 USD", samples: null, money: 20, seconds: null }];
  assert.deepEqual(sizeLines({ ...result, budgets }), [
    "shares are of all 100 candidates, the 7 that were removed among them: 10% is 10",
    "at 20 USD each strategy buys its own number, of the nine tenths that a redraw leaves: n and cost are means over redraws",
  ]);
  assert.match(marksText({ ...result, budgets }), /as many samples, for sure \(Holm, 95%\), whatever those cost;/);
  assert.doesNotMatch(marksText(result), /whatever those cost/);
});

test("at a budget of time the table says how much of it is spent", () => {
  const result = handMadeResult(sources, [{ name: "random", at: at(0.5) }]);
  const timed = { ...result, budgets: [{ name: "budget 0", samples: null, money: null, seconds: 3600 }], runs: result.runs.map((run) => ({ ...run, cost: { money: 2, seconds: 1800 } })) };
  const { header, rows } = utilityTable(timed, "budget 0");
  assert.deepEqual([header.slice(0, 4), rows[0].slice(0, 4)], [["strategy", "n", "time, s", "cost, USD"], ["random", "10", "1,800", "2"]]);
});

test("an interval of a share ends where shares end, and what is left of it is not told as less than it is", () => {
  const result = handMadeResult(sources, [{ name: "random", at: [{ ofSource: [10], utility: 0.1, half: 0.8 }] }, { name: "d2", at: [{ ofSource: [10], utility: 0.1, half: 2 }] }]);
  assert.deepEqual(utilityTable(result, "budget 0").rows.map((row) => row[3]), ["10.0 ±80.0", "10.0 ±90.0"]);
});

test("where no difference could be judged, as in one redraw, nothing is marked as the best", () => {
  const once = withBest(handMadeResult(sources, [{ name: "random", at: at(0.5) }, { name: "d2", at: at(0.52) }]), ["random", "d2"]);
  assert.deepEqual(utilityTable(once, "budget 0").rows.map((row) => row[3]), ["52.0 ±5.0", "50.0 ±5.0"]);
  const judged = { mean: 0.02, interval: { low: -0.01, high: 0.05 }, runs: 9, widening: 1, p: { value: 0.3 } };
  const often = { ...once, summaries: once.summaries.map((own) => (own.strategy === "random" ? own : { ...own, versusBaseline: judged })) };
  assert.deepEqual(utilityTable(often, "budget 0").rows.map((row) => row[3]), ["52.0 ±5.0*", "50.0 ±5.0*"]);
});

test("what is not defined for one reason stands in one line", () => {
  const result = handMadeResult(sources, [{ name: "random", at: [...at(0.5), null] }, { name: "d2", at: [null, null] }, { name: "ccs", at: [null, null] }], {
    utilities: ["probe", "knn", "gini"].map((name) => ({ name, title: name, better: "high", origin: "probe" })),
  });
  const none = { notDefined: "no candidate has a class of it" };
  const more = ["knn", "gini"].map((utility) => ({ ...result.summaries[0], utility, mean: none }));
  assert.deepEqual(notDefinedLines({ ...result, summaries: [...result.summaries, ...more] }), [
    "random: it was too dear (at budget 1)", "d2, ccs: it was too dear", "knn, gini: no candidate has a class of it (at budget 0)",
  ]);
});

test("another in front among those that are not told apart is no change of the best; a new best is", () => {
  const before = withBest(handMadeResult(sources, [{ name: "random", at: at(0.5) }, { name: "d2", at: at(0.52) }], { config: { budgets: ["10%"], mixtures: [{ name: "half", shares: [1] }], note: "x".repeat(100), decisions: "0f" } }), ["random", "d2"]);
  const now = withBest(handMadeResult(sources, [{ name: "random", at: at(0.53) }, { name: "d2", at: at(0.52) }], { config: { budgets: ["10%", "20%"], mixtures: [], note: "y".repeat(100), decisions: "1f" } }), ["random", "d2"]);
  assert.deepEqual(changeLines(changesSince(before, now), now), [
    "the data is the same", "budgets: 10%, now 10%, 20%", "mixtures: half, now none", `note: ${"x".repeat(60)}…, now ${"y".repeat(60)}…`, "what is protected or excluded is other", "in 1 more place another is in front of those that are not told apart",
  ]);
  const sure = withBest(now, ["random"]);
  assert.ok(changeLines(changesSince(before, sure), sure).includes("best of accuracy at budget 0: d2, now random"));
  const elsewhere = { ...now, budgets: now.budgets.map((own) => ({ ...own, name: "another" })), summaries: [], sources: [{ ...sources[0], digest: "fedcba9876543210" }] };
  const lines = changeLines(changesSince(before, elsewhere), elsewhere);
  assert.ok(lines.includes("no strategy was measured at the same budget before") && !lines.some((line) => /protected|chance/.test(line)), lines.join("\n"));
});
