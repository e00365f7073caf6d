import path from "node:path";
import { encodeImages } from "./encodeImages.ts";
import { withEncoder } from "./encoders.ts";
import { cifarFolder, readImages } from "./imageSets.ts";
import { knnAccuracy, probeAccuracy, type LabelledMatrix } from "./knn.ts";
import { percent, printTable } from "./report.ts";
import type { Setup } from "./setup.ts";

/** Meaning: how often neighbours and a linear probe name the class of CIFAR-10's 10,000 test images, from its 50,000 training images. */
export async function knnSection({ folders, encoders }: Setup): Promise<void> {
  const cifar = await cifarFolder(folders);
  const train = await readImages(path.join(cifar, "train"));
  const test = await readImages(path.join(cifar, "test"));
  const names = [...new Set(train.map(({ label }) => label))];
  const rows: string[][] = [];
  for (const contestant of encoders) {
    rows.push(await withEncoder(contestant, async (encoder) => {
      const labelled = async (images: typeof train): Promise<LabelledMatrix> => ({
        matrix: await encodeImages(encoder, images.map(({ bytes }) => bytes), folders.cache), label: Int32Array.from(images, ({ label }) => names.indexOf(label)),
      });
      const known = await labelled(train);
      const asked = await labelled(test);
      return [contestant.name, String(encoder.dimensions), percent(await knnAccuracy(known, asked, names.length), 2), percent(await probeAccuracy(known, asked, names.length), 2)];
    }));
  }
  printTable(`CIFAR-10: ${test.length.toLocaleString("en")} test images against ${train.length.toLocaleString("en")} training images`, ["encoder", "dimensions", "k-NN accuracy (k = 20)", "linear probe"], rows);
}
