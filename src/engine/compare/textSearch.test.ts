import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import sharp from "sharp";
import { writeTinyImageEncoder } from "../../core/embedding/tinyEncoder.fixture.ts";
import { writeTinyPairEncoder } from "../../core/embedding/tinyPairEncoder.fixture.ts";
import { compareWorld, worldSamples } from "./compareWorld.fixture.ts";

const COLOURS = ["red", "green", "blue"];
const REPEATS = { budgets: ["6"], redraws: 1, seeds: 1, corruptions: false } as const;

/** An image of one colour, the paler the higher its number, with a mark of its own in a corner. */
function picture(colour: number, number: number, mark: number): Promise<Buffer> {
  const pale = 12 * number;
  const data = Buffer.from(Array.from({ length: 16 * 16 }, (_, at) => [0, 1, 2].map((channel) => (at < 4 ? mark : channel === colour ? 255 : pale))).flat());
  return sharp(data, { raw: { width: 16, height: 16, channels: 3 } }).png().toBuffer();
}

/** Images in folders by class, "class/0.png" the purest of its colour. */
async function colourFolder(root: string, each: number, mark: number): Promise<string> {
  for (const [colour, name] of COLOURS.entries()) {
    mkdirSync(path.join(root, name), { recursive: true });
    for (let i = 0; i < each; i++) writeFileSync(path.join(root, name, `${i}.png`), await picture(colour, i, mark));
  }
  return root;
}

const listed = (out: string, strategy: string): string[] => readFileSync(path.join(out, "lists", `${strategy}-6-r0.ids.txt`), "utf8").split("\n").slice(0, -1);

test("images are searched by the names of the target's classes, and nothing else of the target", async (t) => {
  const { folder, compare } = compareWorld(t);
  const encoder = path.join(folder, "clip");
  writeTinyPairEncoder(encoder);
  const dataset = await colourFolder(path.join(folder, "pool"), 12, 40);
  writeFileSync(path.join(dataset, "infomax.json"), JSON.stringify({ encoder, selection: { neighbors: 5, threshold: 1 } }));
  // Its images are grey, and named by two of the three colours: if they told the search anything, it would go astray.
  const target = path.join(folder, "target");
  for (const name of ["red", "_Blue_"]) {
    mkdirSync(path.join(target, name), { recursive: true });
    for (let i = 0; i < 5; i++) writeFileSync(path.join(target, name, `${i}.png`), await picture(3, 3 * i, name.length));
  }
  const out = path.join(folder, "out");
  const result = await compare(dataset, { ...REPEATS, target, strategies: ["text-search"], out });
  assert.deepEqual(result.absent, []);
  assert.deepEqual(result.strategies.map(({ name, needs }) => [name, needs.content, needs.labels]), [["random", false, false], ["text-search", true, false]]);
  assert.equal(result.sets[0].samples, 9, "a tenth is left for those who search by images");
  const chosen = listed(out, "text-search");
  assert.deepEqual(chosen.map((id) => id.split("/")[0]), ["blue", "blue", "blue", "red", "red", "red"]);
  // A tenth of twelve each may be left out.
  assert.ok(chosen.every((id) => Number(/\d+/.exec(id)?.[0]) <= 5), chosen.join());

  // Without labels in the target, the names come from the candidates.
  rmSync(target, { recursive: true });
  mkdirSync(target);
  for (let i = 0; i < 5; i++) writeFileSync(path.join(target, `${i}.png`), await picture(3, 3 * i, 1));
  await compare(dataset, { ...REPEATS, target, strategies: ["text-search"], out });
  assert.deepEqual(listed(out, "text-search").map((id) => id.split("/")[0]), ["blue", "blue", "green", "green", "red", "red"]);
});

test("pairs are searched as they are compared: by image, by text, or by both", async (t) => {
  const { folder, compare } = compareWorld(t);
  const encoder = path.join(folder, "clip");
  writeTinyPairEncoder(encoder);
  const dataset = path.join(folder, "pool");
  await colourFolder(path.join(dataset, "images"), 8, 40);
  const records = COLOURS.flatMap((name, colour) => Array.from({ length: 8 }, (_, i) => ({
    file_name: `images/${name}/${i}.png`, label: name, id: `${name}-${i}`,
    // Of the first four images the text is of another colour.
    text: `a ${i < 4 ? COLOURS[(colour + 1) % 3] : name} ${["cat", "dog", "house", "tree"][i % 4]}`,
  })));
  writeFileSync(path.join(dataset, "metadata.jsonl"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const target = path.join(folder, "target");
  mkdirSync(target);
  for (let i = 0; i < 4; i++) writeFileSync(path.join(target, `${i}.png`), await picture(3, 3 * i, i));
  writeFileSync(path.join(target, "metadata.jsonl"), [0, 1, 2, 3].map((i) => `${JSON.stringify({ file_name: `${i}.png`, label: "red", text: `the sky ${i}`, id: String(i) })}\n`).join(""));
  const out = path.join(folder, "out");
  const found: string[][] = [];
  for (const pairs of ["image", "text", "both"]) {
    writeFileSync(path.join(dataset, "infomax.json"), JSON.stringify({ encoder, pairs, selection: { neighbors: 5, threshold: 1 } }));
    const result = await compare(path.join(dataset, "metadata.jsonl"), { ...REPEATS, budgets: ["3"], target: path.join(target, "metadata.jsonl"), strategies: ["text-search"], out });
    assert.deepEqual(result.absent, [], pairs);
    found.push(readFileSync(path.join(out, "lists", "text-search-3-r0.ids.txt"), "utf8").split("\n").slice(0, -1));
  }
  const [image, text, both] = found;
  // Of one redraw a tenth is left out, so the purest may be among that.
  assert.ok(image.every((id) => /^red-[0-4]$/.test(id)), image.join());
  assert.ok(text.every((id) => /^(red-[4-7]|blue-[0-3])$/.test(id)), text.join());
  assert.ok(both.every((id) => /^red-[4-7]$/.test(id)), both.join());
});

test("without a text half the search is not compared, and refused with the reason where it was named", async (t) => {
  const { folder, write, compare } = compareWorld(t);
  const images = path.join(folder, "images");
  writeTinyImageEncoder(images);
  const dataset = await colourFolder(path.join(folder, "pool"), 6, 40);
  const settings = (encoder: string): void => { writeFileSync(path.join(dataset, "infomax.json"), JSON.stringify({ encoder, selection: { neighbors: 5, threshold: 1 } })); };
  settings(images);
  const plain = { ...REPEATS, budgets: ["3"], target: await colourFolder(path.join(folder, "target"), 4, 200) };
  const silent = await compare(dataset, plain);
  assert.ok(silent.strategies.every(({ name }) => name !== "text-search"));
  await assert.rejects(compare(dataset, { ...plain, strategies: ["text-search"] }), { code: "bad-argument", message: /^text-search cannot be compared: the encoder "images \(fp32\)" has no text half: choose a CLIP-style one/ });

  // A text half that cannot be used is said, whoever asked.
  const broken = path.join(folder, "broken");
  writeTinyPairEncoder(broken);
  writeFileSync(path.join(broken, "onnx", "text_model.onnx"), "no model");
  settings(broken);
  const failed = await compare(dataset, plain);
  assert.match(failed.absent.find(({ strategy }) => strategy === "text-search")?.notDefined ?? "", /^the text half of the encoder "broken \(fp32\)" cannot be used: /);

  await assert.rejects(compare(await write("vectors", worldSamples(40, 1)), { ...REPEATS, strategies: ["text-search", "d2"] }), { code: "bad-argument", message: /vectors were imported/ });
});
