/** Tiny ImageNet: an unpacked folder as it is, or what is needed of its archives. */
import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { TINY_OF } from "./classes.ts";
import { filesIn } from "./files.ts";

const MOST_LISTING = 64 * 2 ** 20;

/**
 * @param given one folder with `train/<wnid>/…` and `val/<wnid>/…`, or archives that hold these
 * @param work where archives are unpacked: the training images of {@link TINY_OF} and all validation images
 * @returns the folder
 */
export async function tinyFolder(given: readonly string[], work: string): Promise<string> {
  if (given.length === 1 && (await stat(given[0])).isDirectory()) return given[0];
  for (const archive of given) {
    const names = execFileSync("tar", ["-tf", archive], { encoding: "utf8", maxBuffer: MOST_LISTING }).split("\n");
    const wnids = new Set(Object.values(TINY_OF).flat());
    const wanted = names.filter((name) => /\.\w+$/.test(name) && (name.startsWith("val/") || wnids.has(name.split("/")[1])));
    if (wanted.length === 0) throw new Error(`${archive} holds no train/<wnid>/… or val/<wnid>/…`);
    execFileSync("tar", ["-xf", archive, "-C", work, "-T", "-"], { input: wanted.join("\n") });
  }
  return work;
}

/** Training images of a class's WordNet ids, the first of each, then the second of each. */
export async function trainingFiles(tiny: string, wnids: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(wnids.map((wnid) => filesIn(path.join(tiny, "train", wnid))));
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}
