/**
 * Judges image encoders on images that none of the project's own was trained on, printed as Markdown tables:
 *   npm run bench:images -- --data ../shared/data [--sections knn,near,speed,offline] [--encoder FOLDER]… [--out FOLDER]
 *                           [--sources 2000] [--seed 0] [--cache FOLDER]
 * The built-in learned encoder and the perceptual descriptor are always compared, and each folder in the Hugging Face
 * layout that `--encoder` names. `--data` holds the files that bench/README.md describes. Unpacked images and vectors stay
 * in `--cache` for the next run; pictures of false pairs and id lists go to `--out`.
 */
import { mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { contestants } from "./images/encoders.ts";
import { knnSection } from "./images/knnSection.ts";
import { nearSection } from "./images/nearSection.ts";
import { offlineSection } from "./images/offlineSection.ts";
import { print } from "./images/report.ts";
import { speedSection } from "./images/speedSection.ts";

const SECTIONS = { knn: knnSection, near: nearSection, speed: speedSection, offline: offlineSection } as const;

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: "../shared/data" }, sections: { type: "string", default: Object.keys(SECTIONS).join(",") },
    encoder: { type: "string", multiple: true, default: [] }, out: { type: "string" }, cache: { type: "string", default: path.join(os.tmpdir(), "infomax-bench-images") },
    sources: { type: "string", default: "2000" }, seed: { type: "string", default: "0" },
  },
});
const cache = path.resolve(args.cache);
const out = path.resolve(args.out ?? path.join(cache, "out"));
await mkdir(cache, { recursive: true });
await mkdir(out, { recursive: true });

const chosen = args.sections.split(",").map((name) => {
  const section = Object.entries(SECTIONS).find(([known]) => known === name);
  if (section === undefined) throw new Error(`there is no section "${name}": choose among ${Object.keys(SECTIONS).join(", ")}`);
  return section[1];
});
print(`Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0].model.trim()}`);
const encoders = await contestants(args.encoder);
for (const section of chosen) await section({ folders: { data: path.resolve(args.data), cache }, out, encoders, sources: Number(args.sources), seed: Number(args.seed) });
