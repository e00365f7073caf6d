import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Config } from "../config.ts";
import { builtinModelsDigest } from "../embedding/builtinModels.ts";
import { throwIfCancelled } from "../errors.ts";
import { scanFolder } from "../dataset/scanFolder.ts";
import { dynamicsFiles } from "../importance/importDynamics.ts";

/** Raised whenever an index of an older build must not be used. */
const INDEX_VERSION = 6;

/** The settings that an index depends on; the others act when selecting. */
export function indexSettings(config: Config): Record<string, unknown> {
  const { id, label, text, image, pairs, embeddings, encoder, importanceSource, dynamics, importanceColumn, aumColumn, neighbors, partition, partitionSize, seed } = config;
  return { id, label, text, image, pairs, embeddings, encoder, importanceSource, dynamics, importanceColumn, aumColumn, neighbors, partition, partitionSize, seed, version: INDEX_VERSION };
}

/** Digest of the settings alone: names the index's file in the cache. */
export function settingsDigest(config: Config): string {
  return createHash("sha256").update(JSON.stringify(indexSettings(config))).digest("hex").slice(0, 16);
}

/**
 * Digest of settings, source files and encoder files (path, size, time of last change). Reads no content, so it is quick;
 * a change that keeps size and time is not seen.
 * @param images absolute paths of the images that a table's records name
 */
export async function sourceSignature(datasetPath: string, config: Config, images: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(indexSettings(config)));
  const files: string[] = [];
  const found = await stat(datasetPath);
  if (found.isFile()) files.push(datasetPath);
  else {
    const contents = await scanFolder(datasetPath, signal);
    for (const found of [...contents.images, ...contents.tables]) files.push(path.join(datasetPath, found.file));
  }
  for (const extra of [config.embeddings, typeof config.importanceSource === "object" ? config.importanceSource.file : null]) {
    if (extra !== null) files.push(extra);
  }
  // Names that cannot be listed are reported when they are read.
  if (config.dynamics !== null) files.push(...await dynamicsFiles(config.dynamics).catch(() => []));
  // Those of the program itself have names and no folder.
  if (config.encoder !== null && path.isAbsolute(config.encoder)) {
    for (const [name, recursive] of [["", false], ["1_Pooling", false], ["onnx", true]] as const) {
      const folder = path.join(config.encoder, name);
      for (const entry of (await readdir(folder, { recursive }).catch(() => [])).sort()) files.push(path.join(folder, entry));
    }
  }
  // Half of a pair may be read by a built-in encoder beside another.
  if (config.embeddings === null) hash.update(await builtinModelsDigest());
  files.push(...images);
  for (let start = 0; start < files.length; start += 256) {
    throwIfCancelled(signal);
    const stats = await Promise.all(files.slice(start, start + 256).map(async (file) => {
      const s = await stat(file).catch(() => null);
      return `${path.relative(datasetPath, file)}\0${s?.size ?? -1}\0${s?.mtimeMs ?? -1}\n`;
    }));
    for (const line of stats) hash.update(line);
  }
  return hash.digest("hex");
}
