import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import * as l10n from "@vscode/l10n";
import { resolveConfig, type ConfigOverrides } from "../core/config.ts";
import type { Dataset } from "../core/dataset/dataset.ts";
import { openDataset } from "../core/dataset/openDataset.ts";
import { InfomaxError } from "../core/errors.ts";
import { resolveImportance } from "../core/importance/resolveImportance.ts";
import { ExactSearch } from "../core/neighbors/exactSearch.ts";
import { nearestNeighbors, type NeighborLists } from "../core/neighbors/neighborGraph.ts";
import { normalizeRows } from "../core/neighbors/neighborSearch.ts";
import { seededRandom } from "../core/random.ts";
import { thresholdByEvidence } from "../core/redundancy/threshold.ts";
import { requireBudget } from "../core/selection/constraints.ts";
import { automaticCutoff } from "../core/selection/noiseCutoff.ts";
import { messageIn, translated } from "./coreTexts.ts";

/** Every text that is asked for, marked. */
const MARKED = new Proxy<Record<string, string>>({}, { get: (_, text) => `«${String(text)}»` });

function inOtherLanguage<T>(work: () => T): T {
  l10n.config({ contents: MARKED });
  try {
    return work();
  } finally {
    l10n.config({ contents: {} });
  }
}

/** What the core says is known by its form: said in another language, and the same in English. */
function assertKnown(text: string): void {
  assert.equal(translated(text), text);
  assert.match(inOtherLanguage(() => translated(text)), /^«.*»$/, text);
}

function lists(rows: number, similarities: readonly number[]): NeighborLists {
  const k = similarities.length;
  return { rows, k, neighbors: new Int32Array(rows * k), similarities: Float32Array.from({ length: rows * k }, (_, at) => similarities[at % k]) };
}

test("each explanation of the near-duplicate threshold is known", () => {
  const said = [
    lists(4, [0.5, 0.4]), lists(400, [0.999, 0.6, 0.59, 0.58, 0.57, 0.56, 0.55, 0.54]), lists(400, [0.99, 0.985, 0.98, 0.975, 0.97, 0.965, 0.96, 0.955]), lists(400, [0.999, 0.93, 0.92, 0.91, 0.901, 0.89, 0.88, 0.87]),
  ].map((given) => thresholdByEvidence(given, 0.9).explanation);
  assert.deepEqual(said.map((text) => text.split(/[:,]/, 2).join("").slice(0, 36)), [
    "the encoder's default too few sample", "the encoder's default and the data a", "set high for the data show no gap be", "found in the data the lowest similar",
  ]);
  said.forEach(assertKnown);
});

test("each reason for the noise cutoff is known", () => {
  for (const budget of [1000, 300, 5]) assertKnown(automaticCutoff(budget, 1000, { classes: 0, noise: null, accuracy: null }).evidence);
  for (const budget of [300, 5]) assertKnown(automaticCutoff(budget, 1000, { classes: 2, noise: null, accuracy: null }).evidence);
  assertKnown(automaticCutoff(900, 1000, { classes: 0, noise: 0.2, accuracy: 0.95 }).evidence);
});

test("each description of importance is known", async () => {
  const rows = 60;
  const random = seededRandom(1);
  const matrix = { rows, dims: 8, data: Float32Array.from({ length: rows * 8 }, () => random() - 0.5) };
  normalizeRows(matrix);
  const near = await nearestNeighbors(matrix, await ExactSearch.create(matrix), 12);
  const some = Float64Array.from({ length: rows }, (_, i) => i / rows);
  const dataset = (labelled: boolean): Dataset => ({
    path: "/d", root: "/d", layout: "table", kind: "text", count: rows, ids: Array.from({ length: rows }, (_, i) => `${i}`), files: ["d.csv"],
    fileOf: new Uint32Array(rows), firstLine: new Uint32Array(rows), lastLine: new Uint32Array(rows), byteStart: new Float64Array(rows), byteLength: new Uint32Array(rows),
    label: Int32Array.from({ length: rows }, (_, i) => (labelled ? i % 2 : -1)), labelNames: ["a", "b"], split: new Uint8Array(rows), sourceRow: Uint32Array.from({ length: rows }, (_, i) => i), sourceRows: rows,
    rejected: [], notes: [], fields: { id: null, label: null, text: [], image: null }, columns: new Map([["score", some]]),
  });
  const settings: readonly ConfigOverrides[] = [
    {}, ...(["el2n", "aum", "forgetting", "entropy", "margin", "dual", "prototype", "density", "rarity", "uniform"] as const).map((importance) => ({ importance })),
    { importanceColumn: "score" }, { importance: "aum", aumColumn: "score" },
  ];
  for (const given of settings) {
    for (const labelled of [true, false]) {
      if (!labelled && ["el2n", "aum", "forgetting", "entropy", "margin", "dual"].includes(given.importance ?? "")) continue;
      const { importance, hardness } = await resolveImportance(dataset(labelled), resolveConfig("/d", {}, given, true), matrix, near);
      assertKnown(importance.description);
      if (hardness === null) continue;
      assertKnown(hardness.description);
      if (hardness.noise !== null) assertKnown(hardness.noise.method);
    }
  }
});

test("frequent notes on a dataset are known", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "infomax-notes-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, "a.csv");
  await writeFile(file, "id,label,text\n1,a,One.\n2,,Two.\n3,b,Three.\n");
  const { notes } = await openDataset(file, {});
  assert.equal(notes.length, 2);
  notes.forEach(assertKnown);
});

test("an error keeps its place, and reads as the core makes it in English", () => {
  const error = new InfomaxError("bad-data", "this record is no object", "Mend it.", { file: "a.jsonl", line: 3 });
  assert.equal(messageIn(error), error.message);
  assert.equal(inOtherLanguage(() => messageIn(error)), error.message);
  const known = new InfomaxError("bad-budget", "the budget of 12 is above the 10 samples that are not excluded", "Choose a budget of at most 10, or include some samples.");
  l10n.config({ contents: { "the budget of {0} is above the {1} samples that are not excluded": "予算 {0} は {1} 件を上回っています", "{0}. {1}": "{0}。{1}" } });
  assert.equal(messageIn(known), `予算 12 は 10 件を上回っています。${known.remedy}`);
  l10n.config({ contents: {} });
  for (const [budget, pinned, allowed] of [[3, 5, 10], [12, 5, 10]] as const) {
    assert.throws(() => { requireBudget(budget, pinned, allowed); }, (thrown: unknown) => {
      assert.ok(thrown instanceof InfomaxError);
      assertKnown(thrown.problem);
      assertKnown(thrown.remedy);
      assert.equal(messageIn(thrown), thrown.message);
      return true;
    });
  }
});
