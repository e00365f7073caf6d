/** Makes the competing sources, the shifted target and the task from CIFAR-10 and Tiny ImageNet. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { seededPermutation, seededRandom } from "../../src/core/random.ts";
import { CLASSES, TINY_OF, type Class } from "./classes.ts";
import { each, filesIn, pixelsOf, writeSource, type MadeImage } from "./files.ts";
import { blended, blurred, cutMixed, darkened, meanImage, mirrored, posterised, reposted, rotated } from "./pixels.ts";
import { crowdLabels, drawOfClass, RECIPE, targetCounts } from "./recipe.ts";
import { SETTINGS } from "./settings.ts";
import { trainingFiles } from "./tiny.ts";

export interface SourceFolders {
  /** With `train/<class>/…` and `test/<class>/…`. */
  readonly cifar: string;
  /** With `train/<wnid>/…` and `val/<wnid>/…`. */
  readonly tiny: string;
  readonly out: string;
}

/** How many images a folder below `out` got. */
export interface MadeFolder {
  readonly name: string;
  readonly images: number;
}

const numbered = (at: number): string => String(at).padStart(5, "0");
/** A stream of its own for each use of the seed. */
const streamOf = (seed: number, use: number): number => seed * 1009 + use;

/** @returns what was written, in the order of writing: in-house, web, synthetic, retrieved, target, task */
export async function makeSources({ cifar, tiny, out }: SourceFolders, seed: number): Promise<MadeFolder[]> {
  await mkdir(out, { recursive: true });
  const made: MadeFolder[] = [];
  const write = async (name: string, images: readonly MadeImage[]): Promise<void> => {
    await writeSource(path.join(out, name), images);
    made.push({ name, images: images.length });
  };
  const draws = await Promise.all(CLASSES.map(async (name, c) => {
    const files = await filesIn(path.join(cifar, "train", name));
    const draw = drawOfClass(files.length, streamOf(seed, c));
    return { inHouse: draw.inHouse.map((at) => files[at]), web: draw.web.map((at) => files[at]), synthetic: draw.synthetic.map((at) => files[at]) };
  }));

  await write("in-house", (await Promise.all(draws.map(({ inHouse }, c) => each(inHouse, async (file, at): Promise<MadeImage> => ({ label: CLASSES[c], name: numbered(at), pixels: await pixelsOf(file) }))))).flat());
  await write("web", await webImages(draws.map(({ web }) => web), seed));
  await write("synthetic", (await Promise.all(draws.map(({ synthetic }, c) => renderings(CLASSES[c], synthetic, streamOf(seed, 200 + c))))).flat());
  await write("retrieved", (await Promise.all(CLASSES.map((name) => retrievedImages(tiny, name)))).flat());
  await write("target", await targetImages(cifar, seed));
  await write("task", await taskImages(tiny));
  await writeFile(path.join(out, "in-house", "infomax.json"), `${JSON.stringify(SETTINGS, null, 2)}\n`);
  return made;
}

/** Originals and near-duplicates of some of them in a drawn order, each labelled on its own. */
async function webImages(files: readonly (readonly string[])[], seed: number): Promise<MadeImage[]> {
  const { copies, copied, noise } = RECIPE.web;
  const originals = (await Promise.all(files.map((own, c) => each(own, async (file) => ({ truth: c, pixels: await pixelsOf(file) }))))).flat();
  const random = seededRandom(streamOf(seed, 100));
  const chosen = seededPermutation(originals.length, streamOf(seed, 101)).subarray(0, copied);
  const all = [...originals, ...Array.from({ length: copies }, () => {
    const { truth, pixels } = originals[chosen[Math.floor(random() * copied)]];
    return { truth, pixels: reposted(pixels, random) };
  })];
  const shuffled = Array.from(seededPermutation(all.length, streamOf(seed, 102)), (at) => all[at]);
  const given = crowdLabels(shuffled.map(({ truth }) => truth), CLASSES.length, noise, streamOf(seed, 103));
  return shuffled.map(({ pixels }, at) => ({ label: CLASSES[given[at]], name: numbered(at), pixels }));
}

/** In turn: a flat drawing, a drawing blended with the mean of the originals, a cut-and-paste of two; half of them mirrored. */
async function renderings(label: Class, files: readonly string[], seed: number): Promise<MadeImage[]> {
  const originals = await each(files, pixelsOf);
  const mean = meanImage(originals);
  const random = seededRandom(seed);
  const any = (): Uint8Array => originals[Math.floor(random() * originals.length)];
  return Array.from({ length: RECIPE.synthetic.perClass }, (_, at) => {
    const one = any();
    const picture = [() => posterised(one), () => blended(posterised(one), mean, 0.3 + 0.4 * random()), () => cutMixed(one, any(), random)][at % 3]();
    return { label, name: numbered(at), pixels: random() < 0.5 ? mirrored(picture) : picture };
  });
}

async function retrievedImages(tiny: string, label: Class): Promise<MadeImage[]> {
  const files = (await trainingFiles(tiny, TINY_OF[label])).slice(0, RECIPE.retrieved.perClass);
  return each(files, async (file, at) => ({ label, name: numbered(at), pixels: await pixelsOf(file) }));
}

/** CIFAR-10's test images by dusk: turned, blurred, darkened, more airplanes than trucks. */
async function targetImages(cifar: string, seed: number): Promise<MadeImage[]> {
  const { images, imbalance, gamma, gain, degrees, blur } = RECIPE.target;
  const counts = targetCounts(images, imbalance);
  return (await Promise.all(CLASSES.map(async (label, c) => {
    const files = await filesIn(path.join(cifar, "test", label));
    const random = seededRandom(streamOf(seed, 300 + c));
    const chosen = Array.from(seededPermutation(files.length, streamOf(seed, 400 + c)).subarray(0, counts[c]), (at) => files[at]);
    if (chosen.length < counts[c]) throw new Error(`"${label}" has ${files.length} test images, and ${counts[c]} are needed`);
    const angles = chosen.map(() => degrees * (2 * random() - 1));
    return each(chosen, async (file, at): Promise<MadeImage> => ({ label, name: numbered(at), pixels: darkened(blurred(rotated(await pixelsOf(file), angles[at]), blur), gain, gamma) }));
  }))).flat();
}

/** Validation images of the first classes, by WordNet id, that show nothing of CIFAR-10. */
async function taskImages(tiny: string): Promise<MadeImage[]> {
  const { classes, perClass } = RECIPE.task;
  const taken = new Set(Object.values(TINY_OF).flat());
  const wnids = (await readdir(path.join(tiny, "val"))).filter((name) => /^n\d+$/.test(name) && !taken.has(name)).sort().slice(0, classes);
  if (wnids.length < classes) throw new Error(`${path.join(tiny, "val")} has ${wnids.length} of the ${classes} classes needed`);
  return (await Promise.all(wnids.map(async (label) => {
    const files = (await filesIn(path.join(tiny, "val", label))).slice(0, perClass);
    return each(files, async (file, at): Promise<MadeImage> => ({ label, name: numbered(at), pixels: await pixelsOf(file) }));
  }))).flat();
}
