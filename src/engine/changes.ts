import { breathe } from "../core/breathe.ts";
import { ContentReader } from "../core/dataset/content.ts";
import type { Dataset } from "../core/dataset/dataset.ts";
import { contentDigest } from "../core/dataset/identity.ts";
import { InfomaxError } from "../core/errors.ts";
import { importVectors, readSource } from "../core/indexing/buildIndex.ts";
import { fileStamps } from "../core/indexing/fileStamps.ts";
import type { ChangedSamples, ChangesResult } from "../protocol/dataset.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

const MOST_IDS = 20;
/** Samples compared between two looks at the signal. */
const BATCH = 256;

export interface ChangesOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * What changed in a dataset's source since it was indexed; null where nothing did. Files of an image folder are told
 * apart by size and time of change alone; records are parsed, and their contents hashed as when they were indexed,
 * images that they name among them, undecoded. A sample that was unreadable and was not touched is no change.
 * @throws InfomaxError as reading the dataset does; CancelledError
 */
export async function datasetChanges(loaded: LoadedDataset, options: ChangesOptions = {}): Promise<ChangesResult | null> {
  const { dataset } = loaded.index;
  const now = await sourceNow(loaded, options);
  const added = new Counted();
  const removed = new Counted();
  const changed = new Counted();
  const isSeen = new Uint8Array(dataset.count);
  if (now !== null) {
    const unreadable = new Set(dataset.rejected.flatMap(({ id }) => (id === undefined ? [] : [id])));
    const isOther = await comparer(loaded, now, options.signal);
    try {
      for (let row = 0; row < now.count; row++) {
        if (row % BATCH === 0) {
          await breathe(options.signal);
          options.onProgress?.(row, now.count);
        }
        const id = now.ids[row];
        const before = loaded.rowOf.get(id);
        if (before !== undefined) {
          isSeen[before] = 1;
          if (hasOtherLabel(dataset, before, now, row) || await isOther.content(row, before)) changed.add(id);
        } else if (!unreadable.has(id)) added.add(id);
        else if (isOther.file(row)) changed.add(id);
      }
    } finally {
      await isOther.close();
    }
  }
  for (let row = 0; row < dataset.count; row++) if (isSeen[row] === 0) removed.add(dataset.ids[row]);
  return added.count + removed.count + changed.count === 0 ? null : { added: added.result(), removed: removed.result(), changed: changed.result() };
}

class Counted {
  count = 0;
  private readonly ids: string[] = [];

  add(id: string): void {
    if (this.count++ < MOST_IDS) this.ids.push(id);
  }

  result(): ChangedSamples {
    return { count: this.count, ids: this.ids };
  }
}

/** The dataset as it is listed or parsed now; null where nothing is left of it. */
async function sourceNow({ index: { dataset, config } }: LoadedDataset, { signal, onProgress }: ChangesOptions): Promise<Dataset | null> {
  try {
    return await readSource(dataset.path, config, { ...(signal === undefined ? {} : { signal }), onProgress: (done, total) => onProgress?.(done, total) });
  } catch (thrown) {
    if (thrown instanceof InfomaxError && thrown.code === "empty-dataset") return null;
    throw thrown;
  }
}

function hasOtherLabel(before: Dataset, a: number, now: Dataset, b: number): boolean {
  const name = ({ label, labelNames }: Dataset, row: number): string | null => (label[row] < 0 ? null : labelNames[label[row]]);
  return name(before, a) !== name(now, b) || before.split[a] !== now.split[b];
}

/** Tells whether samples have another content than when they were indexed. */
interface Comparer {
  /** @param row of the dataset now @param before of the index */
  readonly content: (row: number, before: number) => Promise<boolean>;
  /** Whether the file of a sample that could not be read is another now; only known of image folders. */
  readonly file: (row: number) => boolean;
  readonly close: () => Promise<void>;
}

async function comparer(loaded: LoadedDataset, now: Dataset, signal: AbortSignal | undefined): Promise<Comparer> {
  const { dataset, stamps, digests, config } = loaded.index;
  const nothing = { file: (): boolean => false, close: (): Promise<void> => Promise.resolve() };
  if (config.embeddings !== null) {
    // Rows of imported vectors are compared; where their number no longer fits the source, reading it anew will say so.
    if (now.sourceRows !== dataset.sourceRows) return { ...nothing, content: () => Promise.resolve(false) };
    const imported = await importVectors(now, config.embeddings, signal);
    return { ...nothing, content: (row, before) => Promise.resolve(imported.digests[row] !== digests[before]) };
  }
  if (now.layout === "images" && dataset.layout === "images" && stamps !== null) {
    const today = await fileStamps(now.root, now.files, signal);
    const placeOf = new Map(dataset.files.map((file, at) => [file, at]));
    const isOther = (row: number): boolean => {
      const here = now.fileOf[row];
      const before = placeOf.get(now.files[here]);
      return before === undefined || today.sizes[here] !== stamps.sizes[before] || today.times[here] !== stamps.times[before];
    };
    return { content: (row) => Promise.resolve(isOther(row)), file: isOther, close: () => Promise.resolve() };
  }
  const reader = new ContentReader(now);
  return {
    ...nothing,
    content: async (row, before) => {
      try {
        return contentDigest(await reader.read(row), loaded.hasher) !== digests[before];
      } catch (thrown) {
        // It could be read when it was indexed, and cannot now.
        if (thrown instanceof InfomaxError) return true;
        throw thrown;
      }
    },
    close: () => reader.close(),
  };
}
