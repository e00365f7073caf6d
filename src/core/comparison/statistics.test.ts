import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { seededRandom } from "../random.ts";
import { compareStrategies, holm, meanOfRuns, pairedDifference, type Estimate, type MaybeDifference, type MaybeEstimate, type PairedRuns } from "./statistics.ts";

/** Rows of one strategy each, redraw by redraw; null where there is no value. */
function runsOf(rows: readonly (readonly (number | null)[])[], seeds: number): PairedRuns {
  return {
    strategies: rows.map((_, s) => `s${s}`),
    redraws: rows[0].length / seeds,
    seeds,
    values: Float64Array.from(rows.flat(), (value) => value ?? 0),
    isDefined: Uint8Array.from(rows.flat(), (value) => (value === null ? 0 : 1)),
  };
}

function spanOf(found: MaybeEstimate): Estimate & { readonly low: number; readonly high: number } {
  assert.ok(!("notDefined" in found) && !("notDefined" in found.interval));
  return { ...found, ...found.interval };
}
function pOf(found: MaybeDifference): number {
  assert.ok("p" in found && "value" in found.p);
  return found.p.value;
}

/** Standard normal numbers (Box & Muller). */
function normal(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

test("Darwin's maize: the paired differences of Fisher's Design of Experiments, section 17", () => {
  // Height of cross- less self-fertilised plants in eighths of an inch: mean 20.93; t = 2.148, p = 0.0497; by all sign flips 0.0527.
  const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
  const runs = runsOf([darwin, darwin.map(() => 0)], 1);
  const found = pairedDifference(runs, 0, 1);
  const { mean, low, high, runs: count } = spanOf(found);
  assert.ok(Math.abs(mean - 314 / 15) < 1e-12 && count === 15);
  const p = pOf(found);
  assert.ok(p > 0.03 && p < 0.1, `p = ${p}`);
  // The interval by Student's t is 20.93 ± 20.90.
  assert.ok(Math.abs(low - 0.03) < 8 && Math.abs(high - 41.84) < 8, `${low} … ${high}`);
  assert.equal(p < 0.05, low > 0, "test and interval say the same");
  assert.deepEqual(found, pairedDifference(runs, 0, 1), "the same seed gives the same answer");
});

test("pairing takes out what runs share", () => {
  const draw = normal(4);
  const shared = Array.from({ length: 9 }, () => 10 * draw());
  const runs = runsOf([shared.map((value) => value + 1 + 0.05 * draw()), shared], 3);
  const difference = pairedDifference(runs, 0, 1);
  assert.ok(pOf(difference) < 0.001);
  assert.ok(spanOf(difference).low > 0.9 && spanOf(difference).high < 1.1);
  const alone = spanOf(meanOfRuns(runs, 0));
  assert.ok(alone.high - alone.low > 5, "the mean alone is that uncertain");
});

test("where redraws differ more than seeds, the interval is wider by the design effect", () => {
  // Redraw means −1, 0, 1 and no difference between seeds: MSB = 3·2/2 = 3, s² = 6/8, so √4.
  const clustered = spanOf(meanOfRuns(runsOf([[-1, -1, -1, 0, 0, 0, 1, 1, 1]], 3), 0));
  assert.ok(Math.abs(clustered.widening - 2) < 1e-12);
  const crossed = spanOf(meanOfRuns(runsOf([[-1, 0, 1, -1, 0, 1, -1, 0, 1]], 3), 0));
  assert.equal(crossed.widening, 1);
  assert.ok(Math.abs((clustered.high - clustered.low) / (crossed.high - crossed.low) - 2) < 1e-9);
});

test("intervals hold the truth about as often as they say", () => {
  const draw = normal(8);
  const trials = 400;
  let held = 0;
  for (let t = 0; t < trials; t++) {
    const found = spanOf(meanOfRuns(runsOf([Array.from({ length: 9 }, draw)], 3), 0, { seed: t, resamples: 999 }));
    if (found.low <= 0 && found.high >= 0) held++;
  }
  assert.ok(held / trials > 0.93 && held / trials < 0.995, `${held} of ${trials}`);
});

test("too few runs, none, or equal ones are said to be so", () => {
  const few = meanOfRuns(runsOf([[1, 2, 3]], 3), 0);
  assert.ok("mean" in few && few.mean === 2);
  assert.deepEqual(few.interval, { notDefined: "there are 3 runs, and an interval needs 4" });
  assert.deepEqual(meanOfRuns(runsOf([[null, null]], 2), 0), { notDefined: "there is no run with a value" });
  // 0.1 + 0.2 − 0.3 is 6e−17: rounding, no difference.
  const equal = pairedDifference(runsOf([[0.1 + 0.2, 0.5, 0.6, 0.7], [0.3, 0.5, 0.6, 0.7]], 2), 0, 1);
  assert.equal(pOf(equal), 1);
  // Always a class more: of the 2⁹ sign patterns two are as far from 0.
  const constant = pairedDifference(runsOf([Array<number>(9).fill(10), Array<number>(9).fill(9)], 3), 0, 1);
  assert.equal(pOf(constant), 2 / 512);
  assert.deepEqual([spanOf(constant).low, spanOf(constant).high], [1, 1]);
});

test("only runs that both have are paired", () => {
  const found = pairedDifference(runsOf([[1, null, 3, 4, 5, 9], [0, 2, null, 3, 3, 6]], 3), 0, 1);
  assert.ok("mean" in found && found.runs === 4 && found.mean === (1 + 1 + 2 + 3) / 4);
});

test("Holm by hand", () => {
  assert.deepEqual([...holm([0.01, 0.04, 0.03, 0.005])].map((p) => Number(p.toFixed(12))), [0.03, 0.06, 0.06, 0.02]);
  // R's p.adjust(c(.01, .02, .03, .04, .05), "holm").
  assert.deepEqual([...holm([0.01, 0.02, 0.03, 0.04, 0.05])].map((p) => Number(p.toFixed(12))), [0.05, 0.08, 0.09, 0.09, 0.09]);
  assert.deepEqual([...holm([0.9, 0.6])], [1, 1]);
  assert.deepEqual([...holm([])], []);
});

test("Holm is between the value and Bonferroni's, and keeps the order", () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (p) => {
    const adjusted = holm(p);
    p.forEach((value, i) => {
      assert.ok(adjusted[i] >= value - 1e-15 && adjusted[i] <= Math.min(1, value * p.length) + 1e-15);
      p.forEach((other, j) => assert.ok(value <= other ? adjusted[i] <= adjusted[j] : adjusted[i] >= adjusted[j]));
    });
  }));
});

test("the best, those tied with it, and those that are worse", () => {
  const draw = normal(2);
  const of = (mean: number): number[] => Array.from({ length: 15 }, () => mean + 0.1 * draw());
  const runs = runsOf([of(5), of(8), of(8.02), of(3)], 3);
  const { standings, best, surelyBetter, notes } = compareStrategies(runs, 0, "high");
  assert.ok(best === 1 || best === 2);
  assert.deepEqual(standings.map((own) => own.isAmongBest), [false, true, true, false]);
  assert.deepEqual(standings.map(({ rankLow, rankHigh }) => [rankLow, rankHigh]), [[3, 3], [1, 2], [1, 2], [4, 4]]);
  assert.equal(surelyBetter[1 * 4 + 0], 1);
  assert.equal(surelyBetter[1 * 4 + 2] + surelyBetter[2 * 4 + 1], 0, "a tie is a tie");
  assert.deepEqual(standings[0].versusBaseline, { notDefined: "it is the baseline" });
  const against = standings[3].versusBaseline;
  assert.ok("mean" in against && against.mean < -1.8);
  assert.ok("value" in standings[3].pVersusBaseline && standings[3].pVersusBaseline.value < 0.05);
  assert.deepEqual(notes, []);
  const low = compareStrategies(runs, -1, "low");
  assert.equal(low.best, 3);
  assert.deepEqual(low.standings.map((own) => own.rankLow), [2, 3, 3, 1]);
  assert.deepEqual(low.standings[0].versusBaseline, { notDefined: "there is no baseline" });
});

test("a single trained figure ranks by its mean and is told apart from nothing", () => {
  const { standings, best } = compareStrategies(runsOf([[80, null, null, null], [82, null, null, null], [null, null, null, null]], 2), 0, "high");
  assert.equal(best, 1);
  assert.deepEqual(standings.map((own) => [own.rankLow, own.rankHigh, own.isAmongBest]), [[1, 2, true], [1, 2, true], [0, 0, false]]);
  assert.ok("mean" in standings[1].versusBaseline && standings[1].versusBaseline.mean === 2);
  assert.deepEqual(standings[1].pVersusBaseline, { notDefined: "there is 1 run, and an interval needs 4" });
});

test("what makes results unsure is noted", () => {
  const few = compareStrategies(runsOf([[1, 2, 3, 4], [2, 4, 3, null]], 2), 0, "high", { resamples: 9 });
  assert.deepEqual(few.notes, [
    "2 redraws × 2 seeds are fewer than 3 × 3: too few to judge differences by",
    "s1: 1 of 4 runs have no value and are left out",
  ]);
  const coarse = compareStrategies(runsOf([[1, 2, 3, 4, 5, 6, 7, 8, 9], [9, 1, 8, 2, 7, 3, 6, 4, 5]], 3), 0, "high", { resamples: 9 });
  assert.deepEqual(coarse.notes, ["1 pairs of strategies are too many for 9 resamples: no difference can be significant after correction"]);
});

test("strategies with the same distribution are seldom told apart", () => {
  const draw = normal(21);
  let told = 0;
  for (let t = 0; t < 40; t++) {
    const runs = runsOf(Array.from({ length: 5 }, () => Array.from({ length: 9 }, draw)), 3);
    if (compareStrategies(runs, 0, "high", { seed: t, resamples: 1999 }).surelyBetter.some((sure) => sure !== 0)) told++;
  }
  assert.ok(told <= 6, `${told} of 40`);
});
