/**
 * An example of competing sources with truth, made from CIFAR-10 and Tiny ImageNet; see bench/README.md:
 *   npm run bench:sources -- --cifar FOLDER --tiny FOLDER|ARCHIVE [--tiny ARCHIVE] --out FOLDER [--seed 0]
 *   npx infomax compare FOLDER/in-house --out COMPARISON
 *   npm run bench:sources -- --out FOLDER --lists COMPARISON/lists --pack FILE.npz
 *   npm run bench:sources -- --result COMPARISON/compare.json
 * The first writes the sources in-house, web, synthetic and retrieved, the target and a task, one folder a class; the third
 * packs what the comparison's lists name, for bench/sources/train.py; the last says which source the estimates name, and
 * whether training agrees, where its accuracies were imported.
 */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { parseCompareResult } from "../src/core/comparison/compareResult.ts";
import { print, printTable } from "./images/report.ts";
import { TINY_OF, WITHOUT_COUNTERPART } from "./sources/classes.ts";
import { makeSources } from "./sources/makeSources.ts";
import { packSources } from "./sources/pack.ts";
import { tinyFolder } from "./sources/tiny.ts";
import { printVerdict } from "./sources/verdict.ts";

const { values: args } = parseArgs({
  options: {
    cifar: { type: "string" }, tiny: { type: "string", multiple: true }, out: { type: "string" }, seed: { type: "string", default: "0" },
    lists: { type: "string" }, pack: { type: "string" }, result: { type: "string" },
  },
});

function given(name: "out" | "lists" | "cifar"): string {
  const value = args[name];
  if (value === undefined) throw new Error(`name a folder: --${name} FOLDER`);
  return path.resolve(value);
}

if (args.result !== undefined) {
  printVerdict(parseCompareResult(await readFile(args.result, "utf8"), args.result));
} else if (args.pack !== undefined) {
  const packed = await packSources(given("out"), given("lists"), path.resolve(args.pack));
  print(`${packed.lists} lists, ${packed.images} images and ${packed.target} of the target in ${args.pack}: ${(packed.bytes / 2 ** 20).toFixed(1)} MiB`);
} else {
  if (args.tiny === undefined) throw new Error("name Tiny ImageNet: --tiny with its folder, or once for each archive");
  const [cifar, out] = [given("cifar"), given("out")];
  await mkdir(out, { recursive: true });
  const work = await mkdtemp(path.join(os.tmpdir(), "infomax-sources-"));
  try {
    const tiny = await tinyFolder(args.tiny.map((own) => path.resolve(own)), work);
    const made = await makeSources({ cifar, tiny, out }, Number(args.seed));
    printTable("Written", ["folder", "images"], made.map(({ name, images }) => [name, images.toLocaleString("en-US")]));
    const matched = Object.entries(TINY_OF).filter(([, wnids]) => wnids.length > 0).map(([name, wnids]) => `${name} ${wnids.length}`);
    print(`\nClasses of Tiny ImageNet taken for those of CIFAR-10: ${matched.join(", ")}. None for ${WITHOUT_COUNTERPART.join(", ")}.`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
