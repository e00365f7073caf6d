/** A picture of the false pairs, to see whether they are false. */
import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import type { FalseSourcePair } from "./nearDuplicates.ts";
import { kindOf, type PlantedCopies } from "./plantedCopies.ts";

const CELL = 96;
const GAP = 6;
const COLUMNS = 5;
const MOST = 30;

/**
 * Writes `<file>.png`, the images of the worst pairs side by side, and `<file>.txt`, which names them in the same order
 * (row by row, five pairs a row).
 */
export async function writeContactSheet(file: string, planted: PlantedCopies, pairs: readonly FalseSourcePair[]): Promise<void> {
  const worst = pairs.slice(0, MOST);
  const overlays = await Promise.all(worst.flatMap(({ images }, at) => images.map(async (image, side) => ({
    input: await sharp(planted.images[image]).resize(CELL, CELL, { fit: "contain", kernel: "nearest", background: "#fff" }).png().toBuffer(),
    left: GAP + (at % COLUMNS) * (2 * CELL + 3 * GAP) + side * (CELL + GAP / 2),
    top: GAP + Math.floor(at / COLUMNS) * (CELL + 2 * GAP),
  }))));
  const rows = Math.max(1, Math.ceil(worst.length / COLUMNS));
  await sharp({ create: { width: COLUMNS * (2 * CELL + 3 * GAP), height: rows * (CELL + 2 * GAP), channels: 3, background: "#fff" } }).composite(overlays).png().toFile(`${file}.png`);
  const name = (image: number, source: number): string => `${planted.sources[source].id} (${kindOf(image)})`;
  const lines = worst.map(({ sources, images, similarity, pairs: count }) => `${similarity.toFixed(4)}  ${name(images[0], sources[0])}  ${name(images[1], sources[1])}  ${count} pairs`);
  await writeFile(`${file}.txt`, lines.map((line) => `${line}\n`).join(""));
}
