/**
 * Makes the example datasets under examples/ anew, or under another folder:
 * `node --import tsx scripts/make-example.ts [FOLDER]`. The same seed gives the same drawings, messages and names; the
 * bytes of the images may differ with another build of libvips.
 */
import { promises as fs } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeImages } from "./example/image-set.ts";
import { writeTexts } from "./example/text-set.ts";
import type { ExampleTruth, PlantedTruth } from "./example/truth.ts";

const SEED = 20250601;

function lines(truth: PlantedTruth): string {
  const groups = (all: readonly (readonly string[])[]): string => `[\n      ${all.map((group) => JSON.stringify(group)).join(",\n      ")}\n    ]`;
  return `{\n    "exact": ${groups(truth.exact)},\n    "near": ${groups(truth.near)},\n    "mislabelled": ${JSON.stringify(truth.mislabelled)},\n    "rareClass": ${JSON.stringify(truth.rareClass)}\n  }`;
}

const [, , folder] = process.argv;
const examples = folder === undefined ? path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "examples") : path.resolve(folder);
await fs.mkdir(examples, { recursive: true });
const truth: ExampleTruth = {
  images: await writeImages(path.join(examples, "images"), SEED),
  texts: await writeTexts(path.join(examples, "texts.jsonl"), SEED + 1),
};
await fs.writeFile(path.join(examples, "truth.json"), `{\n  "images": ${lines(truth.images)},\n  "texts": ${lines(truth.texts)}\n}\n`);
