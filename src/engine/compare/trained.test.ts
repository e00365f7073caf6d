import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import type { ComparedRun, CompareResult } from "../../core/comparison/compareResult.ts";
import { InfomaxError } from "../../core/errors.ts";
import { listName } from "./compareDatasets.ts";
import { readTrained, withTrained } from "./trained.ts";

function fileWith(text: string, t: { after: (done: () => void) => void }): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "infomax-trained-"));
  t.after(() => { rmSync(folder, { recursive: true, force: true }); });
  const file = path.join(folder, "trained.json");
  writeFileSync(file, text);
  return file;
}

const run = (strategy: string, redraw: number, seed: number): ComparedRun => ({
  strategy, budget: "10%", redraw, seed, samples: 1, ofSource: [1], idsDigest: `${redraw}`.repeat(16), cost: { money: 0, seconds: 0 }, values: { probe: { value: 0.5 } }, perClass: {},
});

const matched = (samples: number): CompareResult["matched"][number] => ({ budget: "10 USD", redraw: 0, seed: 0, samples, idsDigest: "9".repeat(16), values: {}, perClass: {} });

test("accuracies are read as the oracle writes them and as plain lists, in percent, and go to the seeds of their list", async (t) => {
  const found = await readTrained(fileWith(JSON.stringify({ "random-10pct-r0.ids": { size: 1, accuracy: [80, 70, 90, 60, 50], mean: 70 }, ["1".repeat(16)]: [60], other: [1], nobody: [2] }), t));
  const { runs, matched: random, lists, beyond, unknown } = withTrained([run("random", 0, 0), run("random", 0, 1), run("random", 0, 2), run("random", 1, 0)], [matched(7)], found, (own) => ("strategy" in own ? listName(own, ["random"]) : "other"));
  assert.deepEqual(runs.map(({ values }) => values["trained"]), [{ value: 0.8 }, { value: 0.7 }, { value: 0.9 }, { value: 0.6 }]);
  assert.deepEqual(random.map(({ values }) => values["trained"]), [{ value: 0.01 }], "random choices of other sizes have lists too");
  assert.equal(lists, 3);
  assert.equal(beyond, 2);
  assert.deepEqual(unknown, ["nobody"]);
});

test("shares stay shares, and what is no accuracy is an error", async (t) => {
  assert.deepEqual((await readTrained(fileWith("{\"a\": [0.5, 1]}", t))).get("a"), [0.5, 1]);
  for (const text of ["{\"a\": [0.801], \"b\": [82.5]}", "[1]", "{\"a\": [\"x\"]}", "{\"a\": [120]}", "{"]) {
    await assert.rejects(readTrained(fileWith(text, t)), (thrown: unknown) => thrown instanceof InfomaxError && thrown.code === "bad-data", text);
  }
  const lineOfFault = async (text: string): Promise<unknown> => readTrained(fileWith(text, t)).then(() => null, (thrown: unknown) => (thrown as InfomaxError).place.line);
  assert.deepEqual([await lineOfFault("{\n\"a\": [1],\n}"), await lineOfFault("{\n\"a\": [1],\n\"b\": [\n2,\n120]\n}")], [3, 5]);
});
