import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import * as l10n from "@vscode/l10n";
import { InfomaxError, messageOf } from "../core/errors.ts";
import { HnswSearch } from "../core/neighbors/hnswSearch.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import type { RequestContext } from "./service.ts";

async function checksum(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/**
 * The kept HNSW graph of a dataset: built on first use, then loaded after its checksum was compared.
 * @param folder the dataset's cache folder
 * @throws InfomaxError internal where it cannot be kept; CancelledError
 */
export async function keptSearch(folder: string, loaded: LoadedDataset, context: RequestContext): Promise<HnswSearch> {
  const { index } = loaded;
  const key = createHash("sha256").update(`${index.datasetDigest}/${index.encoder.name}/${index.config.pairs}/${index.config.seed}/${index.signature}`).digest("hex").slice(0, 16);
  const file = path.join(folder, `hnsw-${key}.bin`);
  const checksumFile = `${file}.sha256`;
  const expected = await readFile(checksumFile, "utf8").catch(() => null);
  if (expected !== null && await checksum(file).catch(() => null) === expected.trim()) return HnswSearch.load(file, index.matrix.dims);
  const search = await HnswSearch.build(index.matrix, index.config.seed, {
    ...(context.signal === undefined ? {} : { signal: context.signal }),
    onProgress: (done, total) => context.onProgress?.({ stage: "Building the search index", done, total }),
  });
  try {
    await mkdir(folder, { recursive: true });
    await search.save(file);
    await writeFile(checksumFile, `${await checksum(file)}\n`);
  } catch (thrown) {
    throw new InfomaxError("internal", l10n.t("the search index could not be kept ({0})", messageOf(thrown)), l10n.t("Make room in the cache folder."), { file }, thrown);
  }
  return search;
}
