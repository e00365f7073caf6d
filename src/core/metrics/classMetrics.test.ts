import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { classMetrics, countClasses, type ClassMetrics } from "./classMetrics.ts";

const of = (counts: readonly number[], options = {}): ClassMetrics => classMetrics({ counts: Uint32Array.from(counts), unlabelled: 0 }, options);
const METRICS = ["classesCovered", "longTail", "topShare", "entropy", "gini", "imbalance"] as const;
const why = (result: ClassMetrics): string[] => METRICS.map((name) => ("notDefined" in result[name] ? result[name].notDefined : "defined"));

function near(result: ClassMetrics[(typeof METRICS)[number]], expected: number): void {
  assert.ok("value" in result && Math.abs(result.value - expected) < 1e-12, JSON.stringify(result));
}

test("counts of four classes by hand", () => {
  const found = of([6, 2, 0, 0], { fewerThan: 3 });
  near(found.classesCovered, 2);
  near(found.longTail, 3);
  // One class at least, though 5% of four classes is less.
  near(found.topShare, 0.75);
  near(found.entropy, (-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)) / Math.log(4));
  // Pairs differ by 4, 6, 6, 2, 2, 0, each twice: 40 / (2 · 4 · 8).
  near(found.gini, 0.625);
  near(found.imbalance, 3);
  assert.equal(found.empty, 2);
});

test("the top p% of the classes are rounded up", () => {
  const counts = Array.from({ length: 21 }, (_, c) => c + 1);
  near(of(counts).topShare, (21 + 20) / 231);
  near(of(counts.slice(0, 20)).topShare, 20 / 210);
  near(of(counts, { topPercent: 100 }).topShare, 1);
});

test("even classes: full entropy, no inequality", () => {
  const found = of([5, 5, 5]);
  near(found.entropy, 1);
  near(found.gini, 0);
  near(found.imbalance, 1);
});

test("labels are counted over all samples or over some; those without one are told apart", () => {
  const label = Int32Array.of(0, 2, -1, 2, 2);
  assert.deepEqual(countClasses(label, 3), { counts: Uint32Array.of(1, 0, 3), unlabelled: 1 });
  assert.deepEqual(countClasses(label, 3, [1, 2, 0]), { counts: Uint32Array.of(1, 0, 1), unlabelled: 1 });
});

test("what is not defined says why", () => {
  assert.deepEqual(new Set(why(of([]))), new Set(["no classes are declared"]));
  assert.deepEqual(new Set(why(of([0, 0]))), new Set(["there are no samples"]));
  assert.deepEqual(new Set(why(classMetrics(countClasses(Int32Array.of(-1, -1), 2)))), new Set(["none of the samples has a label"]));
  const one = "only one class is declared";
  assert.deepEqual(why(of([3])), ["defined", "defined", one, one, one, one]);
  assert.deepEqual(why(of([3, 0])), ["defined", "defined", "defined", "defined", "defined", "all kept samples are of one class"]);
  assert.throws(() => of([1, 2], { topPercent: 0 }), RangeError);
  assert.throws(() => of([1, 2], { fewerThan: 0 }), RangeError);
});

test("any counts: finite and in range, whatever the order of the classes and the scale", () => {
  fc.assert(fc.property(fc.array(fc.nat(1000), { minLength: 2, maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (counts, times) => {
    const found = of(counts);
    for (const name of METRICS) {
      const result = found[name];
      if ("notDefined" in result) continue;
      const most = { classesCovered: counts.length, longTail: counts.length, topShare: 1, entropy: 1, gini: 1 - 1 / counts.length, imbalance: 1000 }[name];
      assert.ok(result.value >= (name === "imbalance" ? 1 : 0) && result.value <= most + 1e-12, `${name} ${result.value}`);
      const turned = of(counts.slice().reverse())[name];
      assert.deepEqual(turned, result);
      if (name === "longTail") continue;
      const scaled = of(counts.map((count) => count * times))[name];
      assert.ok("value" in scaled && Math.abs(scaled.value - result.value) < 1e-9, name);
    }
  }));
});
