import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { seededRandom } from "../core/random.ts";
import type { ChangesResult } from "../protocol/dataset.ts";
import { balanceOf, rejectedByReason } from "./overview.ts";
import { InspectorService } from "./service.ts";

function serve(t: TestContext): InspectorService {
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  return service;
}

/** A picture of its own for each number. */
function picture(number: number): Promise<Buffer> {
  const random = seededRandom(number + 1);
  const pixels = Buffer.from(Array.from({ length: 12 * 12 * 3 }, () => Math.floor(random() * 256)));
  return sharp(pixels, { raw: { width: 12, height: 12, channels: 3 } }).resize(48, 48, { kernel: "nearest" }).png().toBuffer();
}

async function splitFolder(t: TestContext): Promise<string> {
  const files: Record<string, Buffer | string> = {};
  for (let i = 0; i < 12; i++) files[`train/${i < 8 ? "cat" : "dog"}/${String(i).padStart(2, "0")}.png`] = await picture(i);
  for (let i = 20; i < 25; i++) files[`test/${i < 23 ? "cat" : "dog"}/${i}.png`] = await picture(i);
  // Planted: two copies of train images in test, one of them under another label; a copy within train; two that are no images, one empty.
  files["test/cat/copy.png"] = files["train/cat/03.png"];
  files["test/dog/copy.png"] = files["train/cat/04.png"];
  files["train/dog/again.png"] = files["train/dog/09.png"];
  files["train/cat/broken1.png"] = "no picture";
  files["train/cat/broken2.png"] = "none either";
  files["train/cat/empty.png"] = "";
  return fs.realpathSync(testFolder(t, files));
}

const at = (dataset: string) => ({ dataset, trusted: true, options: { encoder: "perceptual" } });

test("planted leakage, duplicates, faults and classes are what the overview tells", async (t) => {
  const root = await splitFolder(t);
  const service = serve(t);
  await service.index(at(root));
  const { leakage, splits, duplicates, rejectedByReason: faults, classes, unlabelled, balance } = await service.overview(at(root));
  assert.deepEqual(splits, [{ name: "train", count: 13 }, { name: "test", count: 7 }]);
  assert.equal(leakage?.length, 1);
  const [pair] = leakage;
  assert.deepEqual([pair.from, pair.into, pair.samples, pair.near, pair.exact, pair.share], ["train", "test", 7, 2, 2, 2 / 7]);
  assert.deepEqual(pair.examples.map(({ id, of, similarity, exact }) => [id, of, similarity, exact]), [
    ["test/cat/copy.png", "train/cat/03.png", 1, true], ["test/dog/copy.png", "train/cat/04.png", 1, true],
  ]);
  assert.deepEqual(duplicates, { exactShare: 3 / 20, nearShare: 3 / 20, mixedLabels: 1 });
  assert.deepEqual(faults.map(({ code, count, example }) => [code, count, example.file]).sort(), [["bad-data", 1, "train/cat/empty.png"], ["bad-data", 2, "train/cat/broken1.png"]].sort());
  assert.deepEqual(classes.map(({ name, samples, bySplit }) => [name, samples, bySplit]), [["cat", 12, [8, 4]], ["dog", 8, [5, 3]]]);
  assert.equal(classes.reduce((sum, { exactExtra }) => sum + exactExtra, 0), 3);
  assert.equal(classes.reduce((sum, { nearExtra }) => sum + nearExtra, 0), 3);
  assert.deepEqual([unlabelled, balance?.imbalance], [0, 1.5]);
});

test("a dataset without splits or classes has neither leakage nor balance", async (t) => {
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 8 }, (_, i) => `${JSON.stringify({ id: `q${i}`, text: `sentence number ${(i * 7919).toString(36)}` })}\n`).join("") });
  const service = serve(t);
  const dataset = path.join(root, "d.jsonl");
  await service.index({ dataset, trusted: true });
  const overview = await service.overview({ dataset, trusted: true });
  assert.deepEqual([overview.leakage, overview.classes, overview.balance, overview.unlabelled], [null, [], null, 8]);
});

test("wrong labels are suspects of their class where probes can be trusted, and survive the cache", async (t) => {
  const random = seededRandom(4);
  const TOPICS = [["river", "boat", "fish", "water", "shore"], ["engine", "wheel", "road", "brake", "fuel"]];
  const lines = Array.from({ length: 300 }, (_, i) => {
    const topic = i % 2;
    const label = i < 12 ? 1 - topic : topic;
    return `${JSON.stringify({ id: `s${i}`, text: `${Array.from({ length: 8 }, () => TOPICS[topic][Math.floor(random() * 5)]).join(" ")} ${i}`, label: ["water", "car"][label] })}\n`;
  });
  const storage = testFolder(t);
  const dataset = path.join(testFolder(t, { "d.jsonl": lines.join("") }), "d.jsonl");
  for (let run = 0; run < 2; run++) {
    const service = new InspectorService({ storage });
    await service.index({ dataset, trusted: true });
    const { classes } = await service.overview({ dataset, trusted: true });
    await service.close();
    assert.ok(classes.every((one) => one.suspects !== null && one.suspects >= 4 && one.suspects <= 9), JSON.stringify(classes));
  }
});

test("faults are counted by kind, whatever numbers and names they hold", () => {
  const groups = rejectedByReason([
    { file: "a", line: 1, code: "bad-data", reason: "field \"x\" of 12 is no number" },
    { file: "b", line: 2, code: "outside-root", reason: "leads out" },
    { file: "a", line: 9, code: "bad-data", reason: "field \"y\" of 7 is no number" },
  ]);
  assert.deepEqual(groups, [
    { code: "bad-data", reason: "field \"x\" of 12 is no number", count: 2, example: { file: "a", line: 1 } }, { code: "outside-root", reason: "leads out", count: 1, example: { file: "b", line: 2 } },
  ]);
});

test("class balance by its definitions", () => {
  assert.deepEqual(balanceOf([5, 5, 5]), { imbalance: 1, entropy: 1, gini: 0 });
  const sizes = [1, 3, 10, 0];
  const { imbalance, entropy, gini } = balanceOf(sizes) ?? { imbalance: 0, entropy: 0, gini: 0 };
  let difference = 0;
  for (const a of [1, 3, 10]) for (const b of [1, 3, 10]) difference += Math.abs(a - b);
  assert.equal(imbalance, 10);
  assert.ok(Math.abs(gini - difference / (2 * 9 * (14 / 3))) < 1e-12);
  assert.ok(Math.abs(entropy - -[1, 3, 10].reduce((sum, n) => sum + (n / 14) * Math.log(n / 14), 0) / Math.log(3)) < 1e-12);
  assert.equal(balanceOf([7]), null);
});

const counts = (changes: ChangesResult | null): number[] | null => (changes === null ? null : [changes.added.count, changes.removed.count, changes.changed.count]);

test("images that were added, removed, moved or written anew are told by listing alone", async (t) => {
  const root = await splitFolder(t);
  const service = serve(t);
  await service.index(at(root));
  assert.equal(await service.changes(at(root)), null);
  fs.writeFileSync(path.join(root, "train/cat/new.png"), await picture(50));
  fs.rmSync(path.join(root, "train/cat/00.png"));
  fs.renameSync(path.join(root, "train/cat/01.png"), path.join(root, "train/dog/01.png"));
  fs.writeFileSync(path.join(root, "train/cat/02.png"), await picture(51));
  fs.writeFileSync(path.join(root, "train/cat/broken2.png"), await picture(52));
  fs.utimesSync(path.join(root, "test/cat/20.png"), new Date(0), new Date(0));
  assert.deepEqual(await service.changes(at(root)), {
    added: { count: 2, ids: ["train/cat/new.png", "train/dog/01.png"] },
    removed: { count: 2, ids: ["train/cat/00.png", "train/cat/01.png"] },
    changed: { count: 3, ids: ["test/cat/20.png", "train/cat/02.png", "train/cat/broken2.png"] },
  });
  await service.index(at(root));
  assert.equal(await service.changes(at(root)), null);
});

test("records that were added, removed or changed in text or label are told; moved lines and other spacing are not", async (t) => {
  const record = (i: number, more: object = {}): string => JSON.stringify({ id: `r${i}`, text: `record ${(i * 7919).toString(36)} of them`, label: i % 2 === 0 ? "even" : "odd", ...more });
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 60 }, (_, i) => `${record(i)}\n`).join("") });
  const dataset = path.join(root, "d.jsonl");
  const service = serve(t);
  await service.index({ dataset, trusted: true });
  const shuffled = Array.from({ length: 60 }, (_, i) => 59 - i);
  fs.writeFileSync(dataset, shuffled.map((i) => `${i === 7 ? record(i).replace(/":"/g, "\": \"") : record(i)}\n`).join(""));
  assert.equal(await service.changes({ dataset, trusted: true }), null);
  const lines = shuffled.slice(30).map((i) => (i === 3 ? record(i, { text: "rewritten" }) : i === 4 ? record(i, { label: "odd" }) : record(i)));
  fs.writeFileSync(dataset, [...lines, record(100), ""].join("\n"));
  const changes = await service.changes({ dataset, trusted: true });
  assert.deepEqual(counts(changes), [1, 30, 2]);
  assert.deepEqual([changes?.added.ids, changes?.changed.ids, changes?.removed.ids.length], [["r100"], ["r4", "r3"], 20]);
});

test("of records with imported vectors the vectors are compared; nothing left of a dataset is all removed", async (t) => {
  const vectors = (first: number): Buffer => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 3), }".padEnd(117) + "\n";
    const data = Float32Array.from({ length: 18 }, (_, i) => (i === 0 ? first : Math.sin(i + 1)));
    return Buffer.concat([Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]), Buffer.from(header), Buffer.from(data.buffer)]);
  };
  const root = testFolder(t, { "d.jsonl": Array.from({ length: 6 }, (_, i) => `{"id":"v${i}"}\n`).join(""), "v.npy": vectors(1) });
  const params = { dataset: path.join(root, "d.jsonl"), trusted: true, options: { embeddings: path.join(root, "v.npy") } };
  const service = serve(t);
  await service.index(params);
  fs.writeFileSync(path.join(root, "v.npy"), vectors(2));
  const changes = await service.changes(params);
  assert.deepEqual([counts(changes), changes?.changed.ids], [[0, 0, 1], ["v0"]]);
  fs.writeFileSync(params.dataset, "");
  assert.deepEqual(counts(await service.changes(params)), [0, 6, 0]);
});
