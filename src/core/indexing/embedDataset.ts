import { ContentReader } from "../dataset/content.ts";
import type { Dataset, RejectedSample, SampleContent } from "../dataset/dataset.ts";
import { loadHasher } from "../dataset/identity.ts";
import type { Encoder } from "../embedding/encoder.ts";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix, SearchOptions } from "../neighbors/neighborSearch.ts";
import type { VectorLog } from "../store/vectorLog.ts";

export interface EmbeddedDataset {
  readonly matrix: EmbeddingMatrix;
  readonly digests: BigUint64Array;
  /** Samples that could not be read or encoded, by row; their vectors are zero and must be left out. */
  readonly rejected: ReadonlyMap<number, RejectedSample>;
  /** How many contents were encoded now; the others came from the log. */
  readonly encoded: number;
}

/** Images are read this many at a time, and a batch ends early at this size, so that large files do not pile up in memory. */
const READ_TOGETHER = 16;
const MOST_BATCH_BYTES = 64 * 1024 * 1024;

interface Batch {
  readonly first: number;
  readonly contents: (SampleContent | null)[];
}

/**
 * Embeds each sample, reusing vectors that the log holds for the same content. What was encoded is in the log at
 * once, so a run that is cancelled or killed goes on where it stopped.
 */
export async function embedDataset(dataset: Dataset, encoder: Encoder, log: VectorLog, options: SearchOptions = {}): Promise<EmbeddedDataset> {
  const hasher = await loadHasher();
  const dims = encoder.dimensions;
  const data = new Float32Array(dataset.count * dims);
  const digests = new BigUint64Array(dataset.count);
  const rejected = new Map<number, RejectedSample>();
  const reader = new ContentReader(dataset);
  let encoded = 0;

  const reject = (row: number, reason: string, code: InfomaxError["code"]): void => {
    rejected.set(row, { file: dataset.files[dataset.fileOf[row]], line: dataset.firstLine[row] === 0 ? null : dataset.firstLine[row], code, reason });
  };
  const read = async (first: number): Promise<Batch> => {
    const end = Math.min(first + encoder.batchSize, dataset.count);
    const contents: (SampleContent | null)[] = [];
    let bytes = 0;
    while (first + contents.length < end && bytes < MOST_BATCH_BYTES) {
      const from = first + contents.length;
      const group = await Promise.all(Array.from({ length: Math.min(READ_TOGETHER, end - from) }, async (_, b) => {
        try {
          return await reader.read(from + b);
        } catch (thrown) {
          if (!(thrown instanceof InfomaxError)) throw thrown;
          reject(from + b, thrown.problem, thrown.code);
          return null;
        }
      }));
      contents.push(...group);
      for (const content of group) if (content?.kind === "image") bytes += content.bytes.length;
    }
    return { first, contents };
  };
  try {
    let next = dataset.count > 0 ? read(0) : null;
    while (next !== null) {
      const { first, contents } = await next;
      throwIfCancelled(options.signal);
      const after = first + contents.length;
      next = after < dataset.count ? read(after) : null;
      // A read that fails while this batch is being encoded is thrown when it is awaited, not before.
      next?.catch(() => undefined);
      // Samples of the same content share an entry.
      const missing = new Map<bigint, { readonly rows: number[]; readonly content: SampleContent }>();
      contents.forEach((content, b) => {
        if (content === null) return;
        const row = first + b;
        digests[row] = hasher.bigint(content.kind === "image" ? content.bytes : content.text);
        const known = log.get(digests[row]);
        const alike = missing.get(digests[row]);
        if (known !== undefined) data.set(known, row * dims);
        else if (alike !== undefined) alike.rows.push(row);
        else missing.set(digests[row], { rows: [row], content });
      });
      if (missing.size > 0) {
        const { vectors, failures } = await encoder.encode([...missing.values()].map((m) => m.content));
        const good: bigint[] = [];
        const batch = new Float32Array(missing.size * dims);
        [...missing].forEach(([digest, { rows }], m) => {
          const why = failures.get(m);
          const vector = vectors.subarray(m * dims, (m + 1) * dims);
          for (const row of rows) {
            if (why === undefined) data.set(vector, row * dims);
            else reject(row, why, "bad-data");
          }
          if (why === undefined) batch.set(vector, good.push(digest) * dims - dims);
        });
        await log.append(BigUint64Array.from(good), batch.subarray(0, good.length * dims));
        encoded += good.length;
      }
      options.onProgress?.(after, dataset.count);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await reader.close();
  }
  return { matrix: { rows: dataset.count, dims, data }, digests, rejected, encoded };
}
