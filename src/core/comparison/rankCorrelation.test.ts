import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { seededRandom } from "../random.ts";
import { correlationTable, kendall, midRanks, rankCorrelation, spearman, type RunColumn } from "./rankCorrelation.ts";

function valueOf(found: ReturnType<typeof spearman>): number {
  assert.ok("value" in found);
  return found.value;
}
const isNear = (found: ReturnType<typeof spearman>, expected: number): void => assert.ok(Math.abs(valueOf(found) - expected) < 1e-12, `${valueOf(found)}, expected ${expected}`);
const column = (name: string, values: readonly (number | null)[]): RunColumn =>
  ({ name, values: Float64Array.from(values, (value) => value ?? 0), isDefined: Uint8Array.from(values, (value) => (value === null ? 0 : 1)) });

test("equal values share the mean of their ranks", () => {
  assert.deepEqual([...midRanks([10, 30, 20, 30, 30])], [1, 4, 2, 4, 4]);
  assert.deepEqual([...midRanks([5, 5])], [1.5, 1.5]);
});

test("published values, with ties and without", () => {
  // Intelligence and hours of television, the example of the encyclopedias: 1 − 6·194 / (10·99) = −29/165; 20 concordant, 25 discordant pairs.
  const iq = [86, 97, 99, 100, 101, 103, 106, 110, 112, 113];
  const hours = [2, 20, 28, 27, 50, 29, 7, 17, 6, 12];
  isNear(spearman(iq, hours), -29 / 165);
  isNear(kendall(iq, hours), -5 / 45);
  // SciPy's manual: spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) and kendalltau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]).
  isNear(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 0.8207826816681233);
  isNear(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]), -0.4714045207910317);
});

test("with ties by hand", () => {
  // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3.5, 3.5: deviations −1.5, 0, 0, 1.5 and −1.5, −0.5, 1, 1; 3.75 / √(4.5 · 4.5).
  isNear(spearman([1, 2, 2, 3], [1, 2, 3, 3]), 3.75 / 4.5);
  // Six pairs, one tied in each: four concordant, none discordant; 4 / √(5 · 5).
  isNear(kendall([1, 2, 2, 3], [1, 2, 3, 3]), 4 / 5);
});

test("constant or few runs are not defined, and say so", () => {
  assert.deepEqual(spearman([1, 2], [1, 2]), { notDefined: "there are 2 runs, and a rank correlation needs 3" });
  assert.deepEqual(spearman([1, 1, 1], [1, 2, 3]), { notDefined: "the cheaper figure is the same in all runs" });
  assert.deepEqual(kendall([1, 2, 3], [4, 4, 4]), { notDefined: "the measured figure is the same in all runs" });
  const few = rankCorrelation([1, 2, 3, 4], [1, 2, 4, 3], [0, 1, 2, 3]);
  assert.deepEqual(few.spearmanInterval, { notDefined: "there are 4 strategies, and an interval needs 5" });
  isNear(few.spearman, 0.8);
  // One strategy in five differs from the others: a third of the draws leave it out.
  const lopsided = rankCorrelation([0, 0, 0, 0, 1], [1, 2, 3, 4, 5], [0, 1, 2, 3, 4]);
  assert.ok("notDefined" in lopsided.spearmanInterval && "value" in lopsided.spearman);
});

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), { minLength: 3, maxLength: 14 });

test("symmetric, odd under reversal, blind to monotone changes, within [−1, 1]", () => {
  fc.assert(fc.property(pairs, (both) => {
    const [x, y] = [both.map(([a]) => a), both.map(([, b]) => b)];
    for (const correlation of [spearman, kendall]) {
      const found = correlation(x, y);
      if ("notDefined" in found) continue;
      assert.ok(Math.abs(found.value) <= 1);
      isNear(correlation(y, x), found.value);
      isNear(correlation(x.map((value) => -value), y), -found.value);
      isNear(correlation(x.map((value) => Math.exp(value)), y), found.value);
      isNear(correlation(x, x), 1);
    }
  }));
});

test("intervals are those of drawing whole strategies with all their runs", () => {
  const random = seededRandom(5);
  const groups = 8;
  const x = Array.from({ length: groups * 3 }, (_, i) => Math.floor(i / 3) + 3 * random());
  const y = x.map((value) => Math.round(value + 4 * random()));
  const groupOf = x.map((_, i) => 10 * Math.floor(i / 3) + 7);
  const found = rankCorrelation(x, y, groupOf, { seed: 3, resamples: 199 });
  // The same draws, written out run by run.
  const draw = seededRandom(3);
  const [rhos, taus]: [number[], number[]] = [[], []];
  for (let b = 0; b < 199; b++) {
    const rows = Array.from({ length: groups }, () => Math.floor(draw() * groups)).flatMap((g) => [3 * g, 3 * g + 1, 3 * g + 2]);
    rhos.push(valueOf(spearman(rows.map((i) => x[i]), rows.map((i) => y[i]))));
    taus.push(valueOf(kendall(rows.map((i) => x[i]), rows.map((i) => y[i]))));
  }
  for (const [interval, values] of [[found.spearmanInterval, rhos], [found.kendallInterval, taus]] as const) {
    values.sort((a, b) => a - b);
    assert.ok("low" in interval);
    // (199 + 1) · 0.025 = 5th from either end.
    assert.ok(Math.abs(interval.low - values[4]) < 1e-12 && Math.abs(interval.high - values[194]) < 1e-12);
  }
  assert.deepEqual([found.runs, found.groups], [24, 8]);
});

test("the table keeps budgets apart and puts the metric to trust first", () => {
  // Within each budget the good metric follows accuracy; across both it would not.
  const accuracy = [1, 2, 3, 4, 11, 12, 13, 14];
  const good = [51, 52, 53, 54, 1, 2, 3, 4];
  const noisy = [2, 1, 4, 3, 5, 8, 6, 7];
  const patchy = [4, 3, null, null, 4, 3, 2, null];
  const table = correlationTable(
    [column("noisy", noisy), column("patchy", patchy), column("good", good)], [column("accuracy", accuracy)],
    [0, 1, 2, 3, 0, 1, 2, 3], [7, 7, 7, 7, 9, 9, 9, 9],
  );
  assert.deepEqual(table.map((row) => [row.budget, row.metric, row.runs]), [[7, "good", 4], [7, "noisy", 4], [7, "patchy", 2], [9, "good", 4], [9, "patchy", 3], [9, "noisy", 4]]);
  isNear(table[0].spearman, 1);
  isNear(table[4].spearman, -1);
  assert.ok("notDefined" in table[2].spearman);
});

test("runs of one strategy correlate nothing: what seeds do to both figures tells no strategy from another", () => {
  const why = { notDefined: "all runs are of one strategy" };
  const found = rankCorrelation([1, 2, 3, 4], [2, 3, 4, 5], [7, 7, 7, 7]);
  assert.deepEqual([found.spearman, found.spearmanInterval, found.kendall, found.kendallInterval], [why, why, why, why]);
});
