import { breathe } from "../breathe.ts";
import { ContentReader } from "../dataset/content.ts";
import type { Dataset, RejectedSample, SampleContent } from "../dataset/dataset.ts";
import { contentDigest, loadHasher } from "../dataset/identity.ts";
import type { Encoder, PendingBatch } from "../embedding/encoder.ts";
import { CancelledError, InfomaxError, throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { PaceMeter, type Pace } from "../pace.ts";
import type { VectorLog } from "../store/vectorLog.ts";
import { contentSize } from "./sampleSizes.ts";

export interface EmbeddedDataset {
  readonly matrix: EmbeddingMatrix;
  readonly digests: BigUint64Array;
  /** Of each sample, by its {@link contentSize}. */
  readonly sizes: Float64Array;
  /** Samples that could not be read or encoded, by row; their vectors are zero and must be left out. */
  readonly rejected: ReadonlyMap<number, RejectedSample>;
  /** How many contents were encoded now; the others came from the log. */
  readonly encoded: number;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** The pace is that of the encoder; left out until it is known. */
  readonly onProgress?: (done: number, total: number, pace?: Pace) => void;
}

/** Samples are read this many at a time, and a batch ends early at this size in memory, so that large ones do not pile up. */
const READ_TOGETHER = 16;
const MOST_BATCH_BYTES = 64 * 1024 * 1024;
/** The first batches; later ones are such that what a kill would lose, and the time between reports, is about this many seconds. */
const FIRST_BATCH = 16;
const BATCH_SECONDS = 1;

/** Samples as they were read, in order; null where one could not be. */
interface Batch {
  readonly first: number;
  readonly contents: readonly (SampleContent | null)[];
}

/** Rows that share a content; the content is encoded for the first of them. */
interface Group {
  readonly digest: bigint;
  readonly rows: number[];
}

/** A batch whose unknown contents are decoded. */
interface Prepared {
  readonly after: number;
  readonly missing: readonly Group[];
  /** Rows of a content that the batch before this one encodes, each with a row of that content. */
  readonly alike: readonly (readonly [row: number, same: number])[];
  readonly pending: PendingBatch | null;
}

/** A promise that may fail before anybody awaits it. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** The promise's answer, or CancelledError as soon as the signal fires; what was begun then ends by itself, unheard. */
function unlessCancelled<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => { reject(new CancelledError()); };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    promise.finally(() => { signal.removeEventListener("abort", stop); }).then(resolve, reject);
  });
}

/** Whether a vector has a length; the searches and solvers after this never end, or mean nothing, on others. */
function isUsable(vector: Float32Array): boolean {
  let square = 0;
  for (const value of vector) square += value * value;
  return square > 0 && Number.isFinite(square);
}

const sizeOf = (content: SampleContent): number => ("bytes" in content ? content.bytes.length : 0) + ("text" in content ? 2 * content.text.length : 0);

/**
 * Embeds each sample, reusing vectors that the log holds for the same content. What was encoded is in the log at
 * once, so a run that is cancelled or killed goes on where it stopped.
 *
 * Three batches are under way at a time: while the network runs over one, the next is decoded in background threads, and
 * the one after that is read. The network blocks this thread, so the decoding is queued before it starts.
 */
export async function embedDataset(dataset: Dataset, encoder: Encoder, log: VectorLog, options: EmbedOptions = {}): Promise<EmbeddedDataset> {
  const { signal } = options;
  const hasher = await loadHasher();
  const dims = encoder.dimensions;
  const data = new Float32Array(dataset.count * dims);
  const digests = new BigUint64Array(dataset.count);
  const sizes = new Float64Array(dataset.count);
  const rejected = new Map<number, RejectedSample>();
  const reader = new ContentReader(dataset);
  const meter = new PaceMeter();
  let encoded = 0;
  let batchSize = Math.min(FIRST_BATCH, encoder.batchSize);

  const reject = (row: number, reason: string, code: InfomaxError["code"]): void => {
    rejected.set(row, { file: dataset.files[dataset.fileOf[row]], line: dataset.firstLine[row] === 0 ? null : dataset.firstLine[row], code, reason, id: dataset.ids[row] });
  };
  const read = async (first: number): Promise<Batch> => {
    const end = Math.min(first + batchSize, dataset.count);
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
      for (const content of group) if (content !== null) bytes += sizeOf(content);
    }
    return { first, contents };
  };
  /** @param before groups that are being encoded, by digest */
  const prepare = async ({ first, contents }: Batch, before: ReadonlyMap<bigint, Group>): Promise<Prepared> => {
    const missing = new Map<bigint, Group>();
    const wanted: SampleContent[] = [];
    const alike: (readonly [number, number])[] = [];
    contents.forEach((content, b) => {
      if (content === null) return;
      const row = first + b;
      const digest = contentDigest(content, hasher);
      digests[row] = digest;
      const known = log.get(digest);
      const earlier = before.get(digest);
      const same = missing.get(digest);
      if (known !== undefined) data.set(known, row * dims);
      else if (earlier !== undefined) alike.push([row, earlier.rows[0]]);
      else if (same !== undefined) same.rows.push(row);
      else {
        missing.set(digest, { digest, rows: [row] });
        wanted.push(content);
      }
    });
    const [pending] = await Promise.all([
      wanted.length === 0 ? null : encoder.prepare(wanted),
      ...contents.map(async (content, b) => { sizes[first + b] = content === null ? 0 : await contentSize(content); }),
    ]);
    return { after: first + contents.length, missing: [...missing.values()], alike, pending };
  };
  const run = async ({ after, missing, alike, pending }: Prepared): Promise<void> => {
    if (pending !== null) {
      const start = performance.now();
      const { vectors, failures } = await pending(signal);
      const seconds = (performance.now() - start) / 1000;
      const good: bigint[] = [];
      const kept = new Float32Array(missing.length * dims);
      missing.forEach(({ digest, rows }, m) => {
        const vector = vectors.subarray(m * dims, (m + 1) * dims);
        const why = failures.get(m) ?? (isUsable(vector) ? undefined : "the encoder gave no usable vector for it");
        for (const row of rows) {
          if (why === undefined) data.set(vector, row * dims);
          else reject(row, why, "bad-data");
        }
        if (why === undefined) kept.set(vector, good.push(digest) * dims - dims);
      });
      await log.append(BigUint64Array.from(good), kept.subarray(0, good.length * dims));
      encoded += good.length;
      if (2 * missing.length >= batchSize && 2 * seconds < BATCH_SECONDS) batchSize = Math.min(2 * batchSize, encoder.batchSize);
      else if (seconds > 2 * BATCH_SECONDS) batchSize = Math.max(1, batchSize >> 1);
    }
    for (const [row, same] of alike) {
      const failure = rejected.get(same);
      if (failure === undefined) data.copyWithin(row * dims, same * dims, (same + 1) * dims);
      else reject(row, failure.reason, failure.code);
    }
    meter.add(missing.length);
    const pace = meter.pace(dataset.count - after);
    if (pace === null) options.onProgress?.(after, dataset.count);
    else options.onProgress?.(after, dataset.count, pace);
  };

  try {
    let reading = dataset.count > 0 ? quiet(read(0)) : null;
    let decoding: Promise<Prepared> | null = null;
    let before: ReadonlyMap<bigint, Group> = new Map();
    while (reading !== null || decoding !== null) {
      const batch: Batch | null = reading === null ? null : await unlessCancelled(reading, signal);
      const ready: Prepared | null = decoding === null ? null : await unlessCancelled(decoding, signal);
      await breathe(signal);
      if (ready !== null) before = new Map(ready.missing.map((group) => [group.digest, group]));
      decoding = batch === null ? null : quiet(prepare(batch, before));
      const after = batch === null ? dataset.count : batch.first + batch.contents.length;
      reading = after < dataset.count ? quiet(read(after)) : null;
      if (ready !== null) await run(ready);
    }
    throwIfCancelled(signal);
  } finally {
    await reader.close();
  }
  return { matrix: { rows: dataset.count, dims, data }, digests, sizes, rejected, encoded };
}
