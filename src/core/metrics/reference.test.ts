import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { classMetrics } from "./classMetrics.ts";
import { Draws, matrixOf } from "./draws.fixture.ts";
import { labelNoiseOf } from "./labelNoise.ts";
import type { Measured } from "./measured.ts";
import { mmdKernel, squaredMmd } from "./mmd.ts";
import { prdc } from "./prdc.ts";
import { nearDuplicateRate, targetLeakage } from "./redundancyMetrics.ts";
import { vendiScore } from "./vendi.ts";

type Values<K extends string> = { readonly [Name in K]: number };
interface SetCase extends Values<"seed" | "n" | "m" | "d" | "shift" | "copies" | "near" | "repeats" | "threshold" | "sigma" | "mmd" | "cmmd" | "vendi" | "nearDuplicateRate"> {
  readonly prdc: { readonly [k: string]: Values<"precision" | "recall" | "density" | "coverage"> };
  readonly leakage: { readonly nearDuplicate: number; readonly rows: number[] };
}
interface Reference {
  readonly sets: readonly SetCase[];
  readonly classes: readonly {
    readonly counts: number[]; readonly fewerThan: number; readonly topPercent: number;
    readonly values: Values<"classesCovered" | "longTail" | "topShare" | "entropy" | "gini" | "imbalance">;
  }[];
  readonly labelNoise: readonly Values<"seed" | "n" | "classes" | "share">[];
}

const reference = JSON.parse(readFileSync(new URL("../../../test/metrics/reference.json", import.meta.url), "utf8")) as Reference;

function agrees(result: Measured, expected: number, what: string): void {
  assert.ok("value" in result, `${what} is not defined`);
  assert.ok(Math.abs(result.value - expected) <= 1e-6 * Math.max(1, expected), `${what}: ${result.value}, not ${expected}`);
}

/** As `vectors` of reference.py. */
function vectors({ seed, n, m, d, shift, copies, near, repeats }: SetCase): { kept: ReturnType<typeof matrixOf>; target: ReturnType<typeof matrixOf> } {
  const draws = new Draws(seed);
  const target = Array.from({ length: m }, () => Array.from({ length: d }, () => draws.normal()));
  const kept = Array.from({ length: n }, (_, j) => {
    const row = Array.from({ length: d }, (_c, c) => draws.normal() + (c === 0 ? shift : 0));
    if (j >= copies + near) return row;
    return j < copies ? target[2 * j] : target[2 * j].map((x, c) => x + 0.01 * row[c]);
  });
  for (let a = 0; a < repeats; a++) {
    target[m - 1 - a] = target[0];
    kept[n - 1 - a] = kept[0];
  }
  return { kept: matrixOf(kept), target: matrixOf(target) };
}

for (const values of reference.sets) {
  test(`the metrics of vectors agree with an independent implementation to 1e-6: ${values.n} against ${values.m}, ${values.d} dimensions`, async () => {
    const { kept, target } = vectors(values);
    for (const [k, expected] of Object.entries(values.prdc)) {
      const found = await prdc(kept, target, { k: Number(k) });
      for (const name of ["precision", "recall", "density", "coverage"] as const) agrees(found[name], expected[name], `${name} at k = ${k}`);
    }
    const kernel = mmdKernel(target, false, 3);
    assert.ok("sigma" in kernel);
    agrees({ value: kernel.sigma }, values.sigma, "median distance");
    agrees(await squaredMmd(kept, target, kernel), values.mmd, "MMD");
    agrees(await squaredMmd(kept, target, mmdKernel(target, true, 3)), values.cmmd, "CMMD");
    agrees(await vendiScore(kept), values.vendi, "Vendi");
    agrees(await nearDuplicateRate(kept, values.threshold), values.nearDuplicateRate, "near-duplicate rate");
    const leakage = await targetLeakage(kept, target, values.threshold, null);
    agrees(leakage.nearDuplicate, values.leakage.nearDuplicate, "leakage");
    assert.deepEqual([...leakage.rows], values.leakage.rows);
  });
}

test("the metrics of classes agree with an independent implementation to 1e-6", () => {
  for (const { counts, fewerThan, topPercent, values } of reference.classes) {
    const found = classMetrics({ counts: Uint32Array.from(counts), unlabelled: 0 }, { fewerThan, topPercent });
    for (const name of ["classesCovered", "longTail", "topShare", "entropy", "gini", "imbalance"] as const) agrees(found[name], values[name], `${name} of ${counts.length} classes`);
  }
});

test("the label noise agrees with an independent implementation to 1e-6", () => {
  for (const { seed, n, classes, share } of reference.labelNoise) {
    const draws = new Draws(seed);
    const label = new Int32Array(n);
    const probabilities = new Float32Array(n * classes);
    for (let i = 0; i < n; i++) {
      label[i] = Math.floor(draws.uniform() * classes);
      const row = Array.from({ length: classes }, () => draws.uniform());
      row[draws.uniform() > 1 / 6 ? label[i] : (label[i] + 1) % classes] += 1.5;
      const sum = row.reduce((total, p) => total + p, 0);
      probabilities.set(row.map((p) => p / sum), i * classes);
    }
    agrees(labelNoiseOf(probabilities, label, classes), share, `label noise of ${classes} classes`);
  }
});
