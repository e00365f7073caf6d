/** Embeddings of images in memory, kept between runs by encoder and content. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { loadHasher } from "../../src/core/dataset/identity.ts";
import type { Encoder, PendingBatch } from "../../src/core/embedding/encoder.ts";
import type { EmbeddingMatrix } from "../../src/core/neighbors/neighborSearch.ts";
import { VectorLog } from "../../src/core/store/vectorLog.ts";

/**
 * Embeds images, the ones that an earlier run embedded with the same encoder read from the cache folder.
 * @throws Error where an image cannot be encoded: the sets of a benchmark are whole
 */
export async function encodeImages(encoder: Encoder, images: readonly Uint8Array[], cache: string): Promise<EmbeddingMatrix> {
  const hasher = await loadHasher();
  const folder = path.join(cache, "vectors");
  await mkdir(folder, { recursive: true });
  const dims = encoder.dimensions;
  const data = new Float32Array(images.length * dims);
  const log = await VectorLog.open(path.join(folder, `${hasher.hex(encoder.key)}.bin`), encoder.key, dims);
  try {
    const digests = images.map((bytes) => hasher.bigint(bytes));
    const missing = [...new Map(digests.map((digest, i) => [digest, i])).values()].filter((i) => log.get(digests[i]) === undefined);
    const batches = Array.from({ length: Math.ceil(missing.length / encoder.batchSize) }, (_, b) => missing.slice(b * encoder.batchSize, (b + 1) * encoder.batchSize));
    const prepared = (b: number): Promise<PendingBatch> | null => (b < batches.length ? encoder.prepare(batches[b].map((i) => ({ kind: "image", bytes: images[i] }))) : null);
    let next = prepared(0);
    for (let b = 0; next !== null; b++) {
      const run = await next;
      // Decoded while this batch runs.
      next = prepared(b + 1);
      const { vectors, failures } = await run();
      for (const [at, why] of failures) throw new Error(`image ${batches[b][at]} cannot be encoded: ${why}`);
      await log.append(BigUint64Array.from(batches[b], (i) => digests[i]), vectors);
    }
    digests.forEach((digest, i) => {
      const vector = log.get(digest);
      if (vector === undefined) throw new Error(`image ${i} has no vector`);
      data.set(vector, i * dims);
    });
  } finally {
    await log.close();
  }
  return { rows: images.length, dims, data };
}
