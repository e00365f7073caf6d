import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import sharp, { type Sharp } from "sharp";
import { testFolder } from "../core/dataset/folder.fixture.ts";
import { writeNpy } from "../core/dataset/npy.ts";
import { seededRandom } from "../core/random.ts";
import { KEEPER_RULES, type KeeperRule } from "../core/redundancy/keeperRule.ts";
import { readSelection, type Selection } from "../core/store/selectionFile.ts";
import type { DatasetOptions } from "../protocol/dataset.ts";
import { InspectorService } from "./service.ts";

const WORDS = Array.from({ length: 600 }, (_, i) => `w${((i + 40) * 7919).toString(36)}`);
const COPIES = ["m5", "m30", "m60", "m90"];

/** 120 messages; m5, m30, m60 and m90 say the same, with some words more or less. The last is the most important. */
function messages(): string {
  const random = seededRandom(8);
  const texts = Array.from({ length: 120 }, () => Array.from({ length: 12 }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" "));
  const said = texts[5];
  [texts[30], texts[60], texts[90]] = [`${said} please`, `${said} please thanks again`, `${said} now`];
  return texts.map((text, i) => `${JSON.stringify({ id: `m${i}`, text, worth: i === 90 ? 3 : i === 60 ? 0.1 : 1 })}\n`).join("");
}

interface Place {
  readonly root: string;
  readonly dataset: string;
  readonly service: InspectorService;
  readonly options: DatasetOptions;
}

async function place(t: TestContext, root: string, dataset: string, options: DatasetOptions): Promise<Place> {
  const service = new InspectorService({ storage: testFolder(t) });
  t.after(() => service.close());
  await service.index({ dataset, trusted: true, options });
  return { root, dataset, service, options };
}

async function pruned({ root, dataset, service, options }: Place, keeperRule: KeeperRule, budget: string): Promise<{ readonly selection: Selection; readonly notes: readonly string[]; readonly quality: number }> {
  const { notes, quality } = await service.prune({ dataset, trusted: true, options: { ...options, keeperRule }, budget, name: "v" });
  return { selection: await readSelection(root, "v"), notes, quality };
}

const keptOf = ({ entries }: Selection, ids: readonly string[]): string[] => entries.filter(({ id, decision }) => decision === "kept" && ids.includes(id)).map(({ id }) => id);

test("each rule keeps its member of a cluster of texts, samples keep their own importance, and a hand goes before the rule", async (t) => {
  const root = fs.realpathSync(testFolder(t, { "d.jsonl": messages() }));
  const at = await place(t, root, path.join(root, "d.jsonl"), { encoder: "hashed", threshold: 0.7, importanceColumn: "worth", importanceScale: "minmax", noiseCutoff: 0 });
  const request = { dataset: at.dataset, trusted: true, options: at.options };
  // 117 contents: at this budget each is kept once.
  const likeness = new Map<string, number>();
  for (const id of COPIES) {
    const { neighbors } = await at.service.explain({ ...request, id });
    likeness.set(id, neighbors.filter((other) => COPIES.includes(other.sample.id)).reduce((sum, other) => sum + other.similarity, 0));
  }
  const central = [...likeness].sort(([, a], [, b]) => b - a)[0][0];
  const expected: { readonly [rule in KeeperRule]: string } = { important: "m90", central, largest: "m60", first: "m5" };
  for (const rule of KEEPER_RULES) {
    const { selection, notes, quality } = await pruned(at, rule, "117");
    assert.deepEqual(keptOf(selection, COPIES), [expected[rule]], rule);
    assert.equal(selection.header.config["keeperRule"], rule === "important" ? undefined : rule);
    assert.equal(notes.some((note) => note.includes("near-duplicates")), rule !== "important", notes.join("; "));
    assert.ok(quality > 0.99 && quality <= 1);
    for (const { id, importance, decision, reason, keeper } of selection.entries) {
      assert.equal(importance, id === "m90" ? 1 : id === "m60" ? 0 : selection.entries.find((entry) => entry.id === "m0")?.importance, id);
      if (decision === "dropped") assert.deepEqual([COPIES.includes(id), reason, keeper], [true, "near-duplicate", expected[rule]]);
    }
    const { sentence } = await at.service.explain({ ...request, id: expected[rule] });
    assert.equal(/Of near-duplicates this selection prefers (the first by path|the one (with the longest text|that is most like the others))\.$/.test(sentence), rule !== "important", sentence);
  }
  await at.service.prefer({ ...request, ids: ["m30"] });
  for (const rule of KEEPER_RULES) assert.deepEqual(keptOf((await pruned(at, rule, "117")).selection, COPIES), ["m30"], rule);
  await at.service.protect({ ...request, ids: ["m90"] });
  for (const rule of KEEPER_RULES) assert.deepEqual(keptOf((await pruned(at, rule, "117")).selection, COPIES), ["m90"], rule);
});

/** 30 pictures; a10, a2 and b are one of them in three sizes, b in the most pixels and a10 in the most bytes. */
async function pictures(root: string): Promise<void> {
  const random = seededRandom(3);
  const drawn = (): Sharp => sharp(Buffer.from(Array.from({ length: 6 * 6 * 3 }, () => Math.floor(256 * random()))), { raw: { width: 6, height: 6, channels: 3 } });
  const one = await drawn().resize(96, 96, { kernel: "cubic" }).png().toBuffer();
  await sharp(one).resize(64, 64).png({ compressionLevel: 0 }).toFile(path.join(root, "a10.png"));
  await sharp(one).resize(48, 48).jpeg({ quality: 90 }).toFile(path.join(root, "a2.jpg"));
  await sharp(one).webp({ quality: 80 }).toFile(path.join(root, "b.webp"));
  for (let i = 0; i < 27; i++) await drawn().resize(48, 48, { kernel: "cubic" }).jpeg().toFile(path.join(root, `other${i}.jpg`));
}

test("of one picture in several sizes the one with the most pixels, or the first file; of imported vectors the largest file", async (t) => {
  const root = fs.realpathSync(testFolder(t));
  await pictures(root);
  const copies = ["a10.png", "a2.jpg", "b.webp"];
  const at = await place(t, root, root, { encoder: "perceptual", importance: "uniform" });
  assert.deepEqual(keptOf((await pruned(at, "largest", "28")).selection, copies), ["b.webp"]);
  assert.deepEqual(keptOf((await pruned(at, "first", "28")).selection, copies), ["a2.jpg"]);
  const random = seededRandom(4);
  const vectors = Float32Array.from({ length: 30 * 16 }, (_, i) => (i < 3 * 16 ? 1 + 0.01 * random() : random() - 0.5));
  const embeddings = path.join(fs.realpathSync(testFolder(t)), "z.npy");
  await writeNpy(embeddings, vectors, 30, 16);
  const imported = await place(t, root, root, { embeddings, importance: "uniform", threshold: 0.99 });
  const { selection, notes } = await pruned(imported, "largest", "28");
  assert.deepEqual(keptOf(selection, copies), ["a10.png"]);
  assert.ok(notes.some((note) => note.includes("the largest file")), notes.join("; "));
});

test("vectors alone have no size: the rule \"largest\" is then the objective's, and says so", async (t) => {
  const random = seededRandom(5);
  const root = fs.realpathSync(testFolder(t, { "d.csv": `id,worth\n${Array.from({ length: 40 }, (_, i) => `v${i},${i === 2 ? 2 : 1}\n`).join("")}` }));
  const embeddings = path.join(root, "z.npy");
  await writeNpy(embeddings, Float32Array.from({ length: 40 * 16 }, (_, i) => (i < 4 * 16 ? 1 + 0.01 * random() : random() - 0.5)), 40, 16);
  const at = await place(t, root, path.join(root, "d.csv"), { embeddings, importanceColumn: "worth", threshold: 0.99 });
  const { selection, notes } = await pruned(at, "largest", "37");
  assert.deepEqual(keptOf(selection, ["v0", "v1", "v2", "v3"]), ["v2"]);
  assert.ok(notes.some((note) => note.includes("Vectors alone have no size")), notes.join("; "));
});
