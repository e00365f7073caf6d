import { mkdir } from "node:fs/promises";
import path from "node:path";
import { writeContactSheet } from "./contactSheet.ts";
import { DISTORTIONS } from "./distortions.ts";
import { encodeImages } from "./encodeImages.ts";
import { withEncoder } from "./encoders.ts";
import { cifarFolder, readImages, tinyValidationFolder } from "./imageSets.ts";
import { judgeNearDuplicates, type NearDuplicateReport, type OperatingPoint } from "./nearDuplicates.ts";
import { plantCopies } from "./plantedCopies.ts";
import { percent, print, printTable, quantile } from "./report.ts";
import { samePictures } from "./samePicture.ts";
import type { Setup } from "./setup.ts";

/** Near-duplicates: planted copies found, and strangers joined, at the threshold that the product picks on the set. */
export async function nearSection({ folders, out, encoders, sources, seed }: Setup): Promise<void> {
  const sets = [
    { name: "CIFAR-10 test images, 32 px", file: "cifar10", folder: path.join(await cifarFolder(folders), "test") },
    { name: "Tiny ImageNet validation images, 64 px", file: "tiny-imagenet", folder: await tinyValidationFolder(folders) },
  ];
  const pictures = path.join(out, "false-pairs");
  await mkdir(pictures, { recursive: true });
  for (const set of sets) {
    const planted = await plantCopies(await readImages(set.folder), sources, seed);
    const reports: { readonly name: string; readonly report: NearDuplicateReport; readonly same: number; readonly strangers: number }[] = [];
    for (const contestant of encoders) {
      const report = await withEncoder(contestant, async (encoder) => judgeNearDuplicates(await encodeImages(encoder, planted.images, folders.cache), encoder));
      await writeContactSheet(path.join(pictures, `${set.file}-${contestant.name}`), planted, report.falseSourcePairs);
      const same = await samePictures(planted.pixels, report.falseSourcePairs);
      const strangers = report.falseSourcePairs.reduce((sum, pair) => sum + (same.has(pair) ? 0 : pair.pairs), 0);
      reports.push({ name: contestant.name, report, same: same.size, strangers });
    }
    const title = `${set.name}: ${planted.sources.length.toLocaleString("en")} sources, ${DISTORTIONS.length} copies of each`;
    printTable(`${title}, share of copies found`, ["encoder", "threshold", "all", ...DISTORTIONS, "whole sources in one cluster"], reports.map(({ name, report }) => [
      name, String(report.evidence.value), percent(report.recall, 2), ...DISTORTIONS.map((kind) => percent(report.recallOf.get(kind) ?? 0)), percent(report.wholeSources),
    ]));
    printTable(`${title}, strangers joined`, [
      "encoder", "false pairs", "of the reported pairs", "of all pairs of different sources", "source pairs joined", "of these the same picture", "false of the reported without these", "clusters of several sources",
    ], reports.map(({ name, report, same, strangers }) => [
      name, report.falsePairs.toLocaleString("en"), percent(report.falseOfReported, 3), percent(report.falseOfAll, 5), report.falseSourcePairs.length.toLocaleString("en"),
      same.toLocaleString("en"), percent(strangers / Math.max(1, strangers + report.truePairs), 3), `${report.mixedClusters} of ${report.clusters}`,
    ]));
    const point = ({ recall, threshold }: OperatingPoint): string => `${percent(recall, 2)} (${threshold.toFixed(4)})`;
    const quantiles = (sorted: Float32Array, shares: readonly number[]): string => shares.map((share) => quantile(sorted, share).toFixed(4)).join(", ");
    printTable(`${title}, for insight`, [
      "encoder", "recall (threshold) at 0.1% false of the reported", "at 0.1% false of all", "cosine of copies: 1, 5, 25, 50%", "cosine to the nearest stranger: 50, 95, 99, 99.9, 100%",
    ], reports.map(({ name, report }) => [
      name, point(report.atReported), point(report.atAll), quantiles(report.trueSimilarities, [0.01, 0.05, 0.25, 0.5]), quantiles(report.nearestFalse, [0.5, 0.95, 0.99, 0.999, 1]),
    ]));
    for (const { name, report } of reports) print(`\n${name}: ${report.evidence.value}, ${report.evidence.explanation}.`);
  }
  print(`\nThe 30 worst false pairs of each: ${pictures}`);
}
