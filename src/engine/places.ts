import { rowsToText } from "../protocol/columns.ts";
import type { MarksParams, NextProtected, NextProtectedParams, SampleRows } from "../protocol/marks.ts";
import { indexKey } from "./blocks.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import { lowerBound, relative, rowsOfFile, rowsOnLines } from "./marks.ts";

/** The samples on lines of a table, and the records there that the index does not know. */
export async function rowsInLines(loaded: LoadedDataset, params: MarksParams): Promise<SampleRows> {
  const { found, unknown } = await rowsOnLines(loaded, params);
  const rows = [...new Set(found.map(({ row }) => row))].sort((a, b) => a - b);
  return { key: indexKey(loaded), rows: rowsToText(rows), count: rows.length, unknown: unknown.length, firstUnknown: unknown[0] ?? null };
}

/** All samples whose files lie below a folder. @param folder absolute, below the dataset's real root */
export function rowsInFolder(loaded: LoadedDataset, folder: string): SampleRows {
  const { root, files, fileOf, count } = loaded.index.dataset;
  const name = relative(root, folder);
  const isBelow = Uint8Array.from(files, (file) => (name === "" || file.startsWith(`${name}/`) ? 1 : 0));
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (isBelow[fileOf[row]] === 1) rows.push(row);
  return { key: indexKey(loaded), rows: rowsToText(rows), count: rows.length, unknown: 0, firstUnknown: null };
}

/** The protected sample of a table after or before another, in the order of the index, round the end. */
export async function nextProtected(loaded: LoadedDataset, { file: asked, from, line, direction }: NextProtectedParams): Promise<NextProtected | null> {
  const { dataset } = loaded.index;
  const file = dataset.layout === "table" ? dataset.files.indexOf(relative(dataset.root, asked)) : -1;
  if (file < 0) return null;
  const [first, end] = rowsOfFile(dataset.fileOf, file);
  const pinned = Uint32Array.from((await loaded.snapshot()).protectedRows);
  const low = lowerBound(pinned, first, 0, pinned.length);
  const total = lowerBound(pinned, end, low, pinned.length) - low;
  if (total === 0) return null;
  const named = from === null ? undefined : loaded.rowOf.get(from);
  const start = named !== undefined && first <= named && named < end ? named : null;
  // Between two records where no sample is named: the first that begins on the line or after it.
  const at = start ?? lowerBound(dataset.firstLine, line, first, end);
  const next = direction === "previous" ? lowerBound(pinned, at, low, low + total) - 1 : lowerBound(pinned, start === null ? at : at + 1, low, low + total);
  const place = (next - low + total) % total;
  const row = pinned[low + place];
  return { id: dataset.ids[row], line: dataset.firstLine[row], fromLine: start === null ? line : dataset.firstLine[start], total, place: place + 1 };
}
