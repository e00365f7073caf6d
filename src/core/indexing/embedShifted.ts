import path from "node:path";
import type { Corruption } from "../corruptions/corruption.ts";
import { shiftedEncoder } from "../corruptions/shiftedEncoder.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { loadHasher } from "../dataset/identity.ts";
import type { Encoder } from "../embedding/encoder.ts";
import { InfomaxError } from "../errors.ts";
import { VectorLog } from "../store/vectorLog.ts";
import { embedDataset, type EmbeddedDataset, type EmbedOptions } from "./embedDataset.ts";
import { makeCacheFolder } from "./indexCache.ts";

/**
 * The vectors of a dataset whose images are corrupted, row for row, by the encoder that gave its own vectors: open it as
 * the index's settings say, once for all corruptions. They are kept in a log of their own, so that the next run is quick.
 * @param dataset of images; its files are not changed
 * @param cacheFolder where the dataset's caches lie
 * @throws InfomaxError bad-argument where the samples are no images; CancelledError
 */
export async function embedShifted(dataset: Dataset, encoder: Encoder, cacheFolder: string, corruption: Corruption, options: EmbedOptions = {}): Promise<EmbeddedDataset> {
  if (dataset.kind !== "image") throw new InfomaxError("bad-argument", `the samples are no images, and ${corruption.kind} is a corruption of images`, "Name a shifted set of your own.", { file: dataset.path });
  await makeCacheFolder(cacheFolder);
  const hasher = await loadHasher();
  const shifted = shiftedEncoder(encoder, corruption);
  const log = await VectorLog.open(path.join(cacheFolder, `vectors-${hasher.hex(shifted.key)}.bin`), shifted.key, shifted.dimensions);
  try {
    return await embedDataset(dataset, shifted, log, options);
  } finally {
    await log.close();
  }
}
