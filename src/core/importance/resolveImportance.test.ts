import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { IMPORTANCE_SOURCES, resolveConfig, type Config, type ConfigOverrides } from "../config.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { testFolder } from "../dataset/folder.fixture.ts";
import { InfomaxError } from "../errors.ts";
import { ExactSearch } from "../neighbors/exactSearch.ts";
import { nearestNeighbors } from "../neighbors/neighborGraph.ts";
import { normalizeRows } from "../neighbors/neighborSearch.ts";
import { seededRandom } from "../random.ts";
import { densityImportance } from "./density.ts";
import { importDynamics } from "./importDynamics.ts";
import { probeScores } from "./linearProbe.ts";
import { outOfFoldScores } from "./outOfFold.ts";
import { prototypeImportance } from "./prototype.ts";
import { rarityImportance } from "./rarity.ts";
import { resolveImportance } from "./resolveImportance.ts";

const ROWS = 60;
const random = seededRandom(1);
const matrix = { rows: ROWS, dims: 8, data: Float32Array.from({ length: ROWS * 8 }, () => random() - 0.5) };
normalizeRows(matrix);
const lists = await nearestNeighbors(matrix, await ExactSearch.create(matrix), 12);
const LABELS = Int32Array.from({ length: ROWS }, (_, i) => (i % 10 === 9 ? -1 : i % 2));

function dataset(label: Int32Array, columns: Record<string, Float64Array> = {}): Dataset {
  return {
    path: "/d", root: "/d", layout: "table", kind: "text", count: ROWS, ids: Array.from({ length: ROWS }, (_, i) => `${i}`), files: ["d.csv"],
    fileOf: new Uint32Array(ROWS), firstLine: new Uint32Array(ROWS), lastLine: new Uint32Array(ROWS), byteStart: new Float64Array(ROWS), byteLength: new Uint32Array(ROWS),
    // Row 5 of the source was left out.
    label, labelNames: ["a", "b"], split: new Uint8Array(ROWS), sourceRow: Uint32Array.from({ length: ROWS }, (_, i) => (i < 5 ? i : i + 1)), sourceRows: ROWS + 1,
    rejected: [], notes: [], fields: { id: null, label: null, text: [], image: null }, columns: new Map(Object.entries(columns)),
  };
}

const config = (overrides: ConfigOverrides = {}): Config => resolveConfig("/d", {}, overrides, true);
const unlabelled = new Int32Array(ROWS).fill(-1);
const failure = (words: RegExp) => (thrown: unknown): boolean => thrown instanceof InfomaxError && thrown.code === "bad-importance" && words.test(thrown.message);

test("auto is EL2N with labels and density without; unlabelled samples get the median", async () => {
  const { importance, hardness } = await resolveImportance(dataset(LABELS), config(), matrix, lists);
  const { el2n, aum } = await probeScores(matrix, LABELS, 2, { seed: 0 });
  assert.equal(importance.name, "el2n");
  const known = el2n.filter((value) => !Number.isNaN(value)).sort();
  for (let i = 0; i < ROWS; i++) assert.equal(importance.values[i], LABELS[i] < 0 ? known[known.length >> 1] : el2n[i]);
  assert.equal(hardness?.aum[0], aum[0]);
  assert.ok(hardness.aum.every(Number.isFinite));

  const without = await resolveImportance(dataset(unlabelled), config(), matrix, lists);
  assert.deepEqual([without.importance.name, without.hardness], ["density", null]);
  assert.deepEqual(without.importance.values, densityImportance(lists));
  // One class tells a probe nothing.
  assert.equal((await resolveImportance(dataset(new Int32Array(ROWS)), config(), matrix, lists)).importance.name, "density");
});

test("a source that is named is taken; labels give hardness beside it", async () => {
  for (const [source, name] of [["el2n", "el2n"], ["aum", "aum"], ["density", "density"], ["uniform", "uniform"]] as const) {
    const { importance, hardness } = await resolveImportance(dataset(LABELS), config({ importance: source }), matrix, lists);
    assert.equal(importance.name, name);
    assert.notEqual(hardness, null);
    assert.ok(importance.values.every((value) => Number.isFinite(value) && value >= 0));
    if (name === "aum") assert.ok(Math.abs(importance.values[3] - (1 - (hardness?.aum[3] ?? NaN))) < 1e-12);
    if (name === "uniform") assert.ok(importance.values.every((value) => value === 1));
  }
});

test("every source gives finite values that are no constant, high where the sample is hard", async () => {
  const scores = await probeScores(matrix, LABELS, 2, { seed: 0 });
  const folds = await outOfFoldScores(matrix, LABELS, 2, { seed: 0 });
  for (const source of IMPORTANCE_SOURCES) {
    if (source === "uniform" || source === "clip-score") continue;
    const { importance } = await resolveImportance(dataset(LABELS), config({ importance: source }), matrix, lists);
    assert.ok(importance.values.every((value) => Number.isFinite(value) && value >= 0), source);
    assert.ok(new Set(importance.values).size > 3, source);
    if (source === "forgetting" || source === "entropy" || source === "dual") assert.equal(importance.values[3], scores[source][3]);
    if (source === "margin") assert.equal(importance.values[3], 1 - folds.margin[3]);
    if (source === "prototype") assert.deepEqual(importance.values, await prototypeImportance(matrix, 0));
    if (source === "rarity") assert.deepEqual(importance.values, rarityImportance(lists));
  }
});

test("clip-score: 2.5 times the agreement, 0 below it and where a half is missing, and an error where there is none", async () => {
  const agreement = Float64Array.from({ length: ROWS }, (_, i) => (i === 7 ? NaN : i / ROWS - 0.1));
  const { importance } = await resolveImportance(dataset(unlabelled), config({ importance: "clip-score" }), matrix, lists, { agreement });
  assert.deepEqual([importance.values[0], importance.values[7], importance.values[30]], [0, 0, 2.5 * agreement[30]]);
  await assert.rejects(resolveImportance(dataset(unlabelled), config({ importance: "clip-score" }), matrix, lists), failure(/CLIP-style encoder/));
});

test("labels come with an estimate of their noise from probes that never saw the sample; none without labels", async () => {
  const groupOf = Int32Array.from({ length: ROWS }, (_, i) => Math.floor(i / 2));
  const folds = await outOfFoldScores(matrix, LABELS, 2, { seed: 0, groupOf });
  for (const source of ["auto", "density"]) {
    const { hardness } = await resolveImportance(dataset(LABELS), config({ importance: source }), matrix, lists, { groupOf });
    assert.deepEqual([hardness?.noise?.share, hardness?.probeAccuracy], [folds.noiseShare, folds.accuracy]);
    assert.match(hardness?.noise?.method ?? "", /confident learning/);
  }
  const margin = new Float64Array(ROWS);
  const { hardness } = await resolveImportance(dataset(unlabelled, { margin }), config({ aumColumn: "margin" }), matrix, lists);
  assert.deepEqual([hardness?.noise, hardness?.probeAccuracy], [null, null]);
});

test("training dynamics go before probes, for importance and for the cutoff; what they lack gets the median", async (t) => {
  const file = path.join(testFolder(t), "run.jsonl");
  const lines = [0, 1].flatMap((epoch) => Array.from({ length: ROWS - 1 }, (_, i) =>
    JSON.stringify({ guid: `${i}`, [`logits_epoch_${epoch}`]: [i / ROWS, epoch], gold: LABELS[i] < 0 ? 0 : LABELS[i] })));
  fs.writeFileSync(file, lines.join("\n"));
  const { scores } = await importDynamics(file, dataset(LABELS));
  const median = (values: Float64Array): number => values.filter((value) => !Number.isNaN(value)).sort()[(ROWS - 1) >> 1];
  for (const source of ["auto", "el2n", "forgetting", "entropy", "dual", "aum", "margin"] as const) {
    const { importance, hardness, notes } = await resolveImportance(dataset(LABELS), config({ importance: source, dynamics: file }), matrix, lists);
    const raw = scores[source === "auto" ? "el2n" : source];
    const turned = source === "aum" || source === "margin";
    for (const [row, value] of [[3, raw[3]], [ROWS - 1, median(raw)]] as const) assert.equal(importance.values[row], turned ? 1 - value : value, source);
    assert.match(importance.description, /training run in run\.jsonl, 2 epochs/);
    assert.deepEqual([hardness?.aum[3], hardness?.aum[ROWS - 1]], [scores.aum[3], median(scores.aum)]);
    assert.notEqual(hardness?.noise, null);
    assert.ok(notes.some((note) => note.startsWith("1 of 60 samples are not in the training dynamics")), notes.join());
  }
  // The class stands in the dynamics: the dataset needs no labels. Another source leaves AUM to the dynamics.
  const without = await resolveImportance(dataset(unlabelled), config({ importance: "rarity", dynamics: file }), matrix, lists);
  assert.deepEqual([without.importance.name, without.hardness?.aum[3], without.hardness?.noise], ["rarity", scores.aum[3], null]);
});

test("forgetting events come from the run, the probes or a column of that name; without any there are none", async (t) => {
  const probes = await probeScores(matrix, LABELS, 2, { seed: 0 });
  const { forgetting } = await resolveImportance(dataset(LABELS), config(), matrix, lists);
  assert.equal(forgetting?.[3], probes.forgetting[3]);
  assert.ok(forgetting.every(Number.isFinite), "unlabelled samples have the median");
  assert.equal((await resolveImportance(dataset(unlabelled), config(), matrix, lists)).forgetting, null);

  const file = path.join(testFolder(t), "run.jsonl");
  const right = [[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]];
  fs.writeFileSync(file, right[0].flatMap((_, epoch) => right.map((of, i) => JSON.stringify({ guid: `${i}`, [`logits_epoch_${epoch}`]: [of[epoch], 1 - of[epoch]], gold: 0 }))).join("\n"));
  const run = await resolveImportance(dataset(unlabelled), config({ dynamics: file }), matrix, lists);
  // Forgotten twice, never learned in 4 epochs, never forgotten; the others have the median of the three.
  assert.deepEqual(Array.from(run.forgetting?.subarray(0, 4) ?? []), [2, 4, 0, 2]);

  const values = Float64Array.from({ length: ROWS }, (_, i) => i % 7);
  const margin = new Float64Array(ROWS);
  const imported = await resolveImportance(dataset(unlabelled, { forgetting: values, other: values, margin }), config({ importanceColumn: "forgetting" }), matrix, lists);
  assert.deepEqual(imported.forgetting, values);
  assert.equal((await resolveImportance(dataset(unlabelled, { other: values }), config({ importanceColumn: "other" }), matrix, lists)).forgetting, null);
});

test("el2n and aum without labels are an error that says what to do", async () => {
  for (const source of ["el2n", "aum"]) {
    await assert.rejects(resolveImportance(dataset(unlabelled), config({ importance: source }), matrix, lists), failure(/needs at least two classes with two samples each, and the dataset has 0/));
  }
});

test("labels that are nearly unique are no classes: no probe is trained on them", async () => {
  const unique = Int32Array.from({ length: ROWS }, (_, i) => i);
  const { importance, hardness } = await resolveImportance(dataset(unique), config({}), matrix, lists);
  assert.equal(importance.name, "density");
  assert.equal(hardness, null);
});

test("aum as importance comes from the AUM column where one is named, labels or not", async () => {
  const margin = Float64Array.from({ length: ROWS }, (_, i) => i / ROWS);
  const { importance } = await resolveImportance(dataset(unlabelled, { margin }), config({ importance: "aum", aumColumn: "margin" }), matrix, lists);
  assert.deepEqual(importance.values, margin.map((value) => 1 - value));
});

test("columns are taken as they are, for importance and for the cutoff", async () => {
  const score = Float64Array.from({ length: ROWS }, (_, i) => i);
  const margin = score.map((value) => -value);
  const { importance, hardness } = await resolveImportance(
    dataset(unlabelled, { score, margin }), config({ importanceColumn: "score", aumColumn: "margin" }), matrix, lists);
  assert.deepEqual([importance.name, importance.values, hardness?.aum], ["score", score, margin]);
  const labelled = await resolveImportance(dataset(LABELS, { score }), config({ importanceColumn: "score" }), matrix, lists);
  assert.deepEqual(labelled.importance.values, score);
  assert.match(labelled.hardness?.description ?? "", /probes/);
  await assert.rejects(resolveImportance(dataset(LABELS), config({ importanceColumn: "score" }), matrix, lists), failure(/"score"/));
});

test("no importance but a finite one goes on to the solvers: the first sample without one is named", async () => {
  const score = Float64Array.from({ length: ROWS }, (_, i) => (i === 17 ? NaN : i));
  await assert.rejects(resolveImportance(dataset(unlabelled, { score }), config({ importanceColumn: "score" }), matrix, lists), failure(/sample 17 /));
});

test("an .npy file is read by source row, so that left-out samples do not shift it", async (t) => {
  const file = path.join(testFolder(t), "scores.npy");
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${ROWS + 1},), }`.padEnd(117) + "\n";
  const body = Buffer.from(Float64Array.from({ length: ROWS + 1 }, (_, i) => 100 + i).buffer);
  fs.writeFileSync(file, Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]), Buffer.from(header), body]));
  const { importance } = await resolveImportance(dataset(LABELS), config({ importance: file }), matrix, lists);
  assert.deepEqual([importance.values[4], importance.values[5], importance.values[ROWS - 1]], [104, 106, 100 + ROWS]);
});
