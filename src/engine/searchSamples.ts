import { breathe } from "../core/breathe.ts";
import { InfomaxError } from "../core/errors.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** Samples between two looks at the clock. */
const STRIDE = 256;
const BREATHE_MS = 15;

/**
 * Rows whose id, place or text holds all of the given words, letters of either case taken as equal, in ascending order.
 * Texts are read from their files: nothing of them is kept in memory.
 */
export async function searchSamples(loaded: LoadedDataset, query: string, options: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void }): Promise<Uint32Array> {
  const { dataset } = loaded.index;
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const found: number[] = [];
  let last = performance.now();
  for (let row = 0; row < dataset.count; row++) {
    if (row % STRIDE === 0 && performance.now() - last > BREATHE_MS) {
      await breathe(options.signal);
      options.onProgress?.(row, dataset.count);
      last = performance.now();
    }
    const named = `${dataset.ids[row]}\n${loaded.place(row)}`.toLowerCase();
    if (words.every((word) => named.includes(word))) found.push(row);
    else if (dataset.kind !== "image") {
      const all = `${named}\n${(await textOf(loaded, row)).toLowerCase()}`;
      if (words.every((word) => all.includes(word))) found.push(row);
    }
  }
  return Uint32Array.from(found);
}

async function textOf(loaded: LoadedDataset, row: number): Promise<string> {
  try {
    return await loaded.content.textOf(row) ?? "";
  } catch (thrown) {
    // The file changed or went since it was indexed: such a sample is found by its name alone.
    if (thrown instanceof InfomaxError) return "";
    throw thrown;
  }
}
