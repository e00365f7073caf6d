/** The two CIFAR-10 pools of bench/README.md, read as a user's tables with imported vectors and training scores. */
import { copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import type { DatasetParams } from "../src/protocol/dataset.ts";

export const POOLS = ["cifar10-redundant", "cifar10"] as const;
export type Pool = (typeof POOLS)[number];

/** A pool's table copied into a work folder, and the options by which a user would name its columns. */
export async function poolParams(data: string, work: string, pool: Pool, options: DatasetParams["options"] = {}): Promise<DatasetParams> {
  const table = path.join(work, `${pool}.csv`);
  await copyFile(path.join(data, `${pool}-importance.csv`), table);
  return {
    dataset: table, trusted: true,
    options: { embeddings: path.join(data, `${pool}-features.npy`), importanceColumn: "el2n", aumColumn: "aum", id: "id", label: "label", ...options },
  };
}

/** The source image of each sample of the redundant pool, by its id: what the copies were made from. */
export async function poolSources(data: string): Promise<(id: string) => string> {
  const lines = (await readFile(path.join(data, "cifar10-redundant.jsonl"), "utf8")).trim().split("\n");
  const sources = lines.map((line) => (JSON.parse(line) as { source: string }).source);
  return (id) => sources[Number(id.slice(-9, -4))];
}
