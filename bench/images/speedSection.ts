import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { openDataset } from "../../src/core/dataset/openDataset.ts";
import type { Encoder } from "../../src/core/embedding/encoder.ts";
import { embedDataset } from "../../src/core/indexing/embedDataset.ts";
import { seededPermutation } from "../../src/core/random.ts";
import { VectorLog } from "../../src/core/store/vectorLog.ts";
import { withEncoder } from "./encoders.ts";
import { readImages, tinyValidationFolder, type LabelledImage } from "./imageSets.ts";
import { openBareModel } from "./modelSpeed.ts";
import { printTable } from "./report.ts";
import type { Setup } from "./setup.ts";

const SIDES = [32, 64, 128, 256];
const COUNT = 1000;
const ROUNDS = 3;
const QUALITY = 90;

interface SpeedSet {
  readonly name: string;
  readonly folder: string;
  readonly images: readonly Uint8Array[];
}

/** Speed: images a second of the network alone, of decoding and preprocessing alone, and of the whole from files to the vector log. */
export async function speedSection({ folders, encoders, seed }: Setup): Promise<void> {
  const work = await mkdtemp(path.join(folders.cache, "speed-"));
  try {
    const sets = await speedSets(work, await readImages(await tinyValidationFolder(folders)), seed);
    for (const contestant of encoders) {
      await withEncoder(contestant, async (encoder) => {
        const bare = contestant.folder === null ? null : await openBareModel(contestant.folder, encoder.batchSize);
        const rows: string[][] = [];
        for (const set of sets) {
          const rates = { runtime: [] as number[], prepared: [] as number[], whole: [] as number[] };
          for (let round = 0; round < ROUNDS; round++) {
            if (bare !== null) rates.runtime.push(await bare.rate(COUNT));
            rates.prepared.push(await prepareRate(encoder, set.images));
            rates.whole.push(await pipelineRate(encoder, set.folder, path.join(work, `${set.name}-${encoder.dimensions}-${round}.bin`)));
          }
          const best = (values: readonly number[]): string => (values.length === 0 ? "" : Math.max(...values).toFixed(0));
          // Of the same round, so that a busy moment of the machine touches both.
          const ratios = rates.runtime.map((rate, round) => rates.whole[round] / rate).sort((x, y) => x - y);
          rows.push([set.name, best(rates.runtime), best(rates.prepared), best(rates.whole), ratios.length === 0 ? "" : ratios[ROUNDS >> 1].toFixed(2)]);
        }
        const batches = bare === null ? "" : `, ONNX Runtime in batches of ${bare.batchSize}`;
        printTable(`${contestant.name}: images a second, ${COUNT.toLocaleString("en")} JPEG files, best of ${ROUNDS}${batches}`, ["JPEG side, px", "ONNX Runtime alone", "decoding and preprocessing alone", "from files to vectors", "ratio to ONNX Runtime, median"], rows);
        await bare?.close();
      });
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The same pictures at each size as JPEG files, and a set that mixes the sizes. */
async function speedSets(work: string, all: readonly LabelledImage[], seed: number): Promise<readonly SpeedSet[]> {
  const sources = Array.from(seededPermutation(all.length, seed).subarray(0, COUNT), (at) => all[at].bytes);
  const bySide: Uint8Array[][] = [];
  for (const side of SIDES) bySide.push(await Promise.all(sources.map((bytes) => sharp(bytes).resize(side, side).jpeg({ quality: QUALITY }).toBuffer())));
  const sets = [
    ...SIDES.map((side, s) => ({ name: String(side), images: bySide[s] })),
    { name: "mixed", images: sources.map((_, i) => bySide[i % SIDES.length][i]) },
  ];
  return Promise.all(sets.map(async ({ name, images }) => {
    const folder = path.join(work, name);
    await mkdir(folder);
    await Promise.all(images.map((bytes, i) => writeFile(path.join(folder, `${String(i).padStart(4, "0")}.jpg`), bytes)));
    return { name, folder, images };
  }));
}

/** Batches one after the other, their networks never run. */
async function prepareRate(encoder: Encoder, images: readonly Uint8Array[]): Promise<number> {
  const start = performance.now();
  for (let first = 0; first < images.length; first += encoder.batchSize) {
    await encoder.prepare(images.slice(first, first + encoder.batchSize).map((bytes) => ({ kind: "image", bytes })));
  }
  return (1000 * images.length) / (performance.now() - start);
}

async function pipelineRate(encoder: Encoder, folder: string, logFile: string): Promise<number> {
  const dataset = await openDataset(folder);
  const log = await VectorLog.open(logFile, encoder.key, encoder.dimensions);
  try {
    const start = performance.now();
    const { encoded } = await embedDataset(dataset, encoder, log);
    return (1000 * encoded) / (performance.now() - start);
  } finally {
    await log.close();
  }
}
