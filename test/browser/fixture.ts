/** A small workspace with planted duplicates: images in two classes, and records in a JSONL file. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Sharp } from "sharp";
import sharp from "sharp";

const CLASSES = ["bark", "moss"];
const IMAGES_PER_CLASS = 12;
const EDGE = 96;

/** Ids in `textures/`, as the extension names them: paths relative to the dataset. */
export const PLANTED_IMAGES = {
  exact: ["bark/bark-03.png", "bark/bark-03-copy.png"],
  near: ["moss/moss-05.png", "moss/moss-05-again.jpg"],
} as const;
/** Ids in `reviews.jsonl`. */
export const PLANTED_TEXTS = { exact: ["r04", "r17"] } as const;
export const IMAGE_COUNT = CLASSES.length * IMAGES_PER_CLASS + 2;
export const TEXT_COUNT = 30;

/** Uniform in [0, 1), repeatable (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A texture that looks like no other: random colours on a coarse grid, blown up smoothly. */
export function texture(seed: number): Sharp {
  const random = randomFrom(seed);
  const cells = 5;
  const pixels = Uint8Array.from({ length: cells * cells * 3 }, () => Math.floor(random() * 256));
  return sharp(pixels, { raw: { width: cells, height: cells, channels: 3 } }).resize(EDGE, EDGE, { kernel: "cubic" });
}

async function writeImages(folder: string): Promise<void> {
  for (const [c, name] of CLASSES.entries()) {
    await mkdir(path.join(folder, name), { recursive: true });
    for (let i = 0; i < IMAGES_PER_CLASS; i++) {
      await texture(1000 * c + i + 1).png().toFile(path.join(folder, name, `${name}-${String(i).padStart(2, "0")}.png`));
    }
  }
  const [original, copy] = PLANTED_IMAGES.exact;
  await copyFile(path.join(folder, original), path.join(folder, copy));
  const [first, again] = PLANTED_IMAGES.near;
  await sharp(path.join(folder, first)).modulate({ brightness: 1.04 }).jpeg({ quality: 80 }).toFile(path.join(folder, again));
}

const SUBJECTS = ["The kettle", "This lamp", "My second bicycle", "The blue tent", "Their keyboard", "A cheap umbrella"];
const DEEDS = ["boils quietly before breakfast", "flickers whenever it rains", "carried two crates across town", "survived a windy night by the lake", "misses every third letter I type"];

/** `count` different sentences, as JSONL records with id, text and label. */
export function records(count: number, seed: number): { id: string; text: string; label: string }[] {
  const random = randomFrom(seed);
  const words = (): string => Array.from({ length: 6 }, () => Math.floor(random() * 46656).toString(36)).join(" ");
  return Array.from({ length: count }, (_, i) => ({
    id: `r${String(i).padStart(2, "0")}`,
    text: `${SUBJECTS[i % SUBJECTS.length]} ${DEEDS[Math.floor(i / SUBJECTS.length) % DEEDS.length]}: ${words()}.`,
    label: random() < 0.5 ? "good" : "bad",
  }));
}

const CAPTIONS = [
  "a cat sleeps under the red tree", "the blue house", "a dog runs slowly over green hills",
  "Seen from the tower on a clear evening in spring: the old town, the river with its seven bridges, the harbour, and behind it the sea, on which no ship is to be seen",
  "the sky over a red desert", "green apples on the kitchen table", "a dog runs quickly", "children by the lake",
];
/** Lines of `captioned/metadata.jsonl`, from 1, that hold nearly the same image with nearly the same caption, and that caption. */
export const PLANTED_PAIR = { lines: [4, CAPTIONS.length + 1], caption: CAPTIONS[3] } as const;
export const PAIR_COUNT = CAPTIONS.length + 1;

/** Writes `captioned/`: images with captions in `metadata.jsonl`, as Hugging Face's image folders have them. */
export async function writeCaptioned(workspace: string): Promise<void> {
  const folder = path.join(workspace, "captioned");
  await mkdir(folder, { recursive: true });
  for (const i of CAPTIONS.keys()) await texture(5000 + i).png().toFile(path.join(folder, `view-${i}.png`));
  await sharp(path.join(folder, "view-3.png")).jpeg({ quality: 80 }).toFile(path.join(folder, "again.jpg"));
  const all = CAPTIONS.map((text, i) => ({ file_name: `view-${i}.png`, text }));
  await writeRecords(path.join(folder, "metadata.jsonl"), [...all, { file_name: "again.jpg", text: `${PLANTED_PAIR.caption}.` }]);
}

/** Writes `textures/` and `reviews.jsonl` into `workspace`. */
export async function writeFixture(workspace: string): Promise<void> {
  await writeImages(path.join(workspace, "textures"));
  const texts = records(TEXT_COUNT, 7);
  const [original, copy] = PLANTED_TEXTS.exact.map((id) => texts.findIndex((record) => record.id === id));
  texts[copy].text = texts[original].text;
  await writeRecords(path.join(workspace, "reviews.jsonl"), texts);
}

export async function writeRecords(file: string, all: readonly object[]): Promise<void> {
  await writeFile(file, all.map((record) => JSON.stringify(record) + "\n").join(""));
}
