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
  const few = meanOfRuns(runsOf([[1, 3]], 2), 0);
  assert.ok("mean" in few && few.mean === 2);
  assert.deepEqual(few.interval, { notDefined: "there are 2 runs, and an interval needs 3" });
  // Every ninth resample of three runs has no variance: Student's t has the last word, 4.303 · 1 / √3.
  const three = spanOf(meanOfRuns(runsOf([[1, 2, 3]], 1), 0));
  assert.ok(Math.abs(three.high - 2 - 4.302652729749464 / Math.sqrt(3)) < 1e-9);
  assert.deepEqual(meanOfRuns(runsOf([[null, null]], 2), 0), { notDefined: "there is no run with a value" });
  // 0.1 + 0.2 − 0.3 is 6e−17: rounding, no difference.
  const equal = pairedDifference(runsOf([[0.1 + 0.2, 0.5, 0.6, 0.7], [0.3, 0.5, 0.6, 0.7]], 1), 0, 1);
  assert.equal(pOf(equal), 1);
  // Always a class more, in whatever redraw.
  const constant = pairedDifference(runsOf([Array<number>(9).fill(10), Array<number>(9).fill(9)], 3), 0, 1);
  assert.equal(pOf(constant), 0);
  assert.deepEqual([spanOf(constant).low, spanOf(constant).high], [1, 1]);
});

test("only runs that both have are paired, and every redraw counts once", () => {
  // Differences 1 and 1 in the first redraw; 1, 2 and 3 in the second; 3 in the third.
  const found = pairedDifference(runsOf([[1, null, 3, 4, 5, 9, null, 5, null], [0, 2, 2, 3, 3, 6, 1, 2, 3]], 3), 0, 1);
  assert.ok("mean" in found && found.runs === 6 && found.mean === 2);
  // Means 1, 2 and 3: t = 2 / (1 / √3) with two degrees of freedom, p = 1 − t / √(2 + t²).
  const t = 2 * Math.sqrt(3);
  assert.ok(Math.abs(pOf(found) - (1 - t / Math.sqrt(2 + t * t))) < 1e-12);
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
  const { standings, best, surelyBetter, tooFew, leftOut } = compareStrategies(runs, 0, "high");
  assert.ok(best === 1 || best === 2);
  assert.deepEqual(standings.map((own) => own.isAmongBest), [false, true, true, false]);
  assert.deepEqual(standings.map(({ rankLow, rankHigh }) => [rankLow, rankHigh]), [[3, 3], [1, 2], [1, 2], [4, 4]]);
  assert.equal(surelyBetter[1 * 4 + 0], 1);
  assert.equal(surelyBetter[1 * 4 + 2] + surelyBetter[2 * 4 + 1], 0, "a tie is a tie");
  assert.deepEqual(standings[0].versusBaseline, { notDefined: "it is the baseline" });
  const against = standings[3].versusBaseline;
  assert.ok("mean" in against && against.mean < -1.8);
  assert.ok("value" in standings[3].pVersusBaseline && standings[3].pVersusBaseline.value < 0.05);
  assert.deepEqual([tooFew, leftOut], [null, []]);
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
  assert.deepEqual(standings[1].pVersusBaseline, { notDefined: "there is 1 redraw, and a difference needs 3" });
});

test("what makes results unsure is noted", () => {
  const few = compareStrategies(runsOf([[1, 2, 3, 4], [2, 4, 3, null]], 2), 0, "high", { resamples: 9 });
  assert.equal(few.tooFew, "2 redraws × 2 seeds are fewer than 3 × 3: too few to judge differences by");
  assert.deepEqual(few.leftOut, [{ strategy: "s1", runs: 1 }]);
});

/** Strategies × 3 redraws × 3 seeds: what a redraw does to all, what it does to each, and what seeds do. */
function drawnRuns(means: readonly number[], spreadOf: (strategy: number) => number, draw: () => number): PairedRuns {
  const shared = [draw(), draw(), draw()];
  return runsOf(means.map((mean, s) => shared.flatMap((common) => {
    const own = draw();
    return [0, 1, 2].map(() => mean + common + spreadOf(s) * (own + draw()));
  })), 3);
}

test("strategies that are alike are told apart in about one comparison of twenty, also where some vary more than others", () => {
  for (const spreadOf of [() => 0.2, (s: number) => 0.1 * 2 ** (s / 5)]) {
    const draw = normal(21);
    let told = 0;
    for (let t = 0; t < 200; t++) if (compareStrategies(drawnRuns(Array<number>(12).fill(1), spreadOf, draw), 0, "high", { resamples: 19 }).surelyBetter.some((sure) => sure !== 0)) told++;
    assert.ok(told <= 22, `${told} of 200`);
  }
});

test("a dozen strategies lend each other what three redraws cannot say: large differences are told apart, small ones seldom", () => {
  const draw = normal(3);
  let large = 0;
  let small = 0;
  for (let t = 0; t < 50; t++) {
    const { surelyBetter, standings } = compareStrategies(drawnRuns([0, 2.5, 2.5, 2.6, ...Array<number>(12).fill(0)], () => 0.3, draw), 0, "high", { resamples: 19 });
    large += surelyBetter[16];
    small += surelyBetter[3 * 16 + 1];
    if (surelyBetter[16] !== 0) assert.equal(standings[0].isAmongBest, false);
  }
  assert.ok(large >= 48 && small <= 5, `${large} and ${small} of 50`);
});

test("who is surely better than the baseline leaves it out of the best", () => {
  const draw = normal(12);
  for (let t = 0; t < 40; t++) {
    const { standings } = compareStrategies(drawnRuns([0, 0.7, 0.8, 0.6, 0.5, 0.4], () => 0.3, draw), 0, "high", { resamples: 19 });
    const isBeaten = standings.some(({ versusBaseline, pVersusBaseline }) => "value" in pVersusBaseline && pVersusBaseline.value <= 0.05 && "mean" in versusBaseline && versusBaseline.mean > 0);
    if (isBeaten) assert.equal(standings[0].isAmongBest, false);
  }
});

test("of few distinct values no interval is stretched beyond meaning", () => {
  // Accuracies of a worst class with 7 test samples: of some strategies always 0, of others once or twice 1/7.
  const rows = Array.from({ length: 12 }, (_, s) => Array.from({ length: 9 }, (__, i) => ((i * 7 + s * 5) % 9 < s % 4 ? 1 / 7 : 0)));
  for (const { mean } of compareStrategies(runsOf(rows, 3), 0, "high").standings) {
    assert.ok("mean" in mean);
    const { interval } = mean;
    assert.ok("low" in interval && interval.high - interval.low < 0.3, `${mean.mean} in ${JSON.stringify(interval)}`);
  }
});

test("one redraw tells nothing for sure, however many seeds there are", () => {
  const { standings, surelyBetter } = compareStrategies(runsOf([[1, 1.01, 0.99], [5, 5.01, 4.99], [9, 9, 9]], 3), 0, "high");
  assert.ok(surelyBetter.every((sure) => sure === 0) && standings.every(({ isAmongBest }) => isAmongBest));
  assert.deepEqual(standings[1].pVersusBaseline, { notDefined: "there is 1 redraw, and a difference needs 3" });
});

test("an accuracy on nine samples is told apart from another by no redraw: another nine could turn it", () => {
  const runs = runsOf([Array<number>(9).fill(4 / 9), Array<number>(9).fill(6 / 9), Array<number>(9).fill(5 / 9)], 3);
  assert.ok(compareStrategies(runs, 0, "high", { testSize: 9 }).surelyBetter.every((sure) => sure === 0));
  assert.ok(compareStrategies(runs, 0, "high", { testSize: 900 }).surelyBetter.some((sure) => sure !== 0));
});
