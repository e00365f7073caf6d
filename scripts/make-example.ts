/**
 * Makes the example datasets under examples/ anew: `node --import tsx scripts/make-example.ts`.
 * The same seed gives the same drawings, messages and names.
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

const examples = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "examples");
const truth: ExampleTruth = {
  images: await writeImages(path.join(examples, "images"), SEED),
  texts: await writeTexts(path.join(examples, "texts.jsonl"), SEED + 1),
};
await fs.writeFile(path.join(examples, "truth.json"), `{\n  "images": ${lines(truth.images)},\n  "texts": ${lines(truth.texts)}\n}\n`);
