import path from "node:path";
import { ContentReader, parseRecordText, recordId } from "../core/dataset/content.ts";
import type { FileStatus, MarksParams, SampleMark } from "../protocol/engine.ts";
import { InfomaxError } from "../core/errors.ts";
import { DROP_REASONS, type DropReason } from "../core/selection/keepers.ts";
import type { LoadedDataset, Snapshot } from "./loadedDataset.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";
import { noteOf } from "./views.ts";

/** POSIX path relative to the dataset root. */
function relative(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

/** Index of the first row of a file, and one past its last; rows of one file stand together, in line order. */
function rowsOfFile(fileOf: Uint32Array, file: number): [number, number] {
  const bound = (target: number): number => {
    let low = 0;
    let high = fileOf.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fileOf[middle] < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [bound(file), bound(file + 1)];
}

/** A record in the editor. */
interface Place {
  readonly line: number;
  readonly lastLine: number;
  /** Samples of the file that have its content or id, in line order: more than one where it is repeated. */
  readonly rows: readonly number[];
  /** The sample that was indexed on this line, or −1. */
  readonly expected: number;
}

/**
 * The samples on the given lines of a table, as the editor shows them. A record is taken for the sample that was
 * indexed on its line if its content still gives that sample's id; else it is looked up by content, so that edits
 * above a record do not lose it.
 */
export async function marksInLines(loaded: LoadedDataset, params: MarksParams): Promise<SampleMark[]> {
  const { dataset } = loaded.index;
  const name = relative(dataset.root, params.file);
  const file = dataset.layout === "table" ? dataset.files.indexOf(name) : -1;
  if (file < 0) return [];
  const seen = await loaded.snapshot();
  const clusters = await loaded.clusters();
  const places = await placesInLines(loaded, params, name, file);
  const rows = rowsOfPlaces(dataset.firstLine, places, params);
  const marks: SampleMark[] = [];
  places.forEach(({ line, lastLine }, p) => {
    if (rows[p] >= 0) marks.push(mark(loaded, seen, clusters, rows[p], line, lastLine));
  });
  return marks;
}

async function placesInLines(loaded: LoadedDataset, params: MarksParams, name: string, file: number): Promise<Place[]> {
  const { dataset } = loaded.index;
  const [firstRow, endRow] = rowsOfFile(dataset.fileOf, file);
  let row = firstRow;
  const places: Place[] = [];
  const lastLine = params.firstLine + params.lines.length - 1;
  for (let line = params.firstLine; line <= lastLine;) {
    while (row < endRow && dataset.firstLine[row] < line) row++;
    const expected = row < endRow && dataset.firstLine[row] === line ? row : -1;
    const height = expected < 0 ? 1 : dataset.lastLine[expected] - line + 1;
    const text = params.lines.slice(line - params.firstLine, line - params.firstLine + height).join("\n");
    if (expected >= 0 && line + height - 1 > lastLine) {
      // The record goes on beyond what was sent; the file has the rest, if the editor shows the file as it is.
      if (!params.modified && await standsInFile(loaded, name, expected)) places.push({ line, lastLine: line + height - 1, rows: [expected], expected });
      break;
    }
    const rows = await rowsOfText(loaded, name, file, text);
    if (rows.length > 0) places.push({ line, lastLine: line + height - 1, rows, expected });
    line += rows.length > 0 ? height : 1;
  }
  return places;
}

/** Whether the place in the file where a sample was indexed still holds that sample. */
async function standsInFile(loaded: LoadedDataset, name: string, row: number): Promise<boolean> {
  const { dataset } = loaded.index;
  // A reader of its own: the shared one has read ahead, perhaps before the file was saved.
  const reader = new ContentReader(dataset);
  try {
    const base = recordId(dataset, name, await reader.recordOf(row), loaded.hasher);
    return dataset.ids[row] === base || dataset.ids[row].startsWith(`${base}~`);
  } catch (thrown) {
    if (thrown instanceof InfomaxError) return false;
    throw thrown;
  } finally {
    await reader.close();
  }
}

async function rowsOfText(loaded: LoadedDataset, name: string, file: number, text: string): Promise<number[]> {
  if (text.trim() === "") return [];
  const { dataset } = loaded.index;
  const record = await parseRecordText(dataset, name, text);
  if (record === null) return [];
  const base = recordId(dataset, name, record, loaded.hasher);
  const first = loaded.rowOf.get(base);
  return [...(first === undefined ? [] : [first]), ...(loaded.repeatsOf.get(base) ?? [])].filter((row) => dataset.fileOf[row] === file);
}

/**
 * Which sample each place shows, −1 for none. Repeats of a record are told apart by their order, as when they are
 * indexed; where the file's start is not seen, by the line they should stand on, given how far the records near
 * them have moved.
 */
function rowsOfPlaces(firstLine: Uint32Array, places: readonly Place[], params: MarksParams): number[] {
  const shifts = places.flatMap(({ line, rows }) => (rows.length === 1 ? [{ line, shift: line - firstLine[rows[0]] }] : []));
  const shown = new Map<number, number>();
  const taken = new Set<number>();
  return places.map(({ line, rows, expected }) => {
    if (rows.length === 1) return rows[0];
    if (!params.modified && rows.includes(expected)) return expected;
    if (params.firstLine === 1) {
      const before = shown.get(rows[0]) ?? 0;
      shown.set(rows[0], before + 1);
      return rows[before] ?? -1;
    }
    let near = { line: Infinity, shift: 0 };
    for (const anchor of shifts) if (Math.abs(anchor.line - line) < Math.abs(near.line - line)) near = anchor;
    let best = -1;
    let least = Infinity;
    for (const row of rows) {
      const distance = Math.abs(firstLine[row] + near.shift - line);
      if (taken.has(row) || distance >= least) continue;
      best = row;
      least = distance;
    }
    taken.add(best);
    return best;
  });
}

function mark(loaded: LoadedDataset, seen: Snapshot, clusters: Clusters, row: number, line: number, lastLine: number): SampleMark {
  const { dataset } = loaded.index;
  const pin = seen.pins.get(row);
  const excluded = seen.excluded.get(row);
  const entry = seen.selection?.entryOf[row];
  const cluster = clusters.clusterOf[row];
  const representative = cluster < 0 ? row : clusters.members[clusters.offsets[cluster]];
  let similarity = 1;
  for (let at = cluster < 0 ? 0 : clusters.offsets[cluster], end = cluster < 0 ? 0 : clusters.offsets[cluster + 1]; at < end; at++) {
    if (clusters.members[at] === row) similarity = clusters.similarities[at];
  }
  return {
    line, lastLine, id: dataset.ids[row],
    protected: pin !== undefined,
    excluded: excluded !== undefined,
    rule: null,
    note: noteOf(pin) ?? noteOf(excluded),
    duplicateOf: representative === row ? null : {
      id: dataset.ids[representative], file: dataset.files[dataset.fileOf[representative]],
      line: dataset.firstLine[representative] === 0 ? null : dataset.firstLine[representative], similarity,
      exact: loaded.index.digests[representative] === loaded.index.digests[row],
    },
    clusterSize: cluster < 0 ? 1 : clusters.offsets[cluster + 1] - clusters.offsets[cluster],
    status: entry?.decision ?? null,
    reason: entry !== undefined && isDropReason(entry.reason) ? entry.reason : null,
    keeper: entry?.keeper ?? null,
  };
}

function isDropReason(reason: string): reason is DropReason {
  return (DROP_REASONS as readonly string[]).includes(reason);
}

/** What the Explorer's badges show for image files, in the order asked. */
export async function fileStatuses(loaded: LoadedDataset, files: readonly string[]): Promise<FileStatus[]> {
  const { dataset } = loaded.index;
  const seen = await loaded.snapshot();
  const clusters = await loaded.clusters();
  return files.map((file) => {
    const row = dataset.layout === "images" ? loaded.rowOf.get(relative(dataset.root, file)) : undefined;
    if (row === undefined) return { id: null, protected: false, excluded: false, duplicate: false, status: null };
    const cluster = clusters.clusterOf[row];
    return {
      id: dataset.ids[row], protected: seen.pins.has(row), excluded: seen.excluded.has(row),
      duplicate: cluster >= 0 && clusters.members[clusters.offsets[cluster]] !== row,
      status: seen.selection?.entryOf[row]?.decision ?? null,
    };
  });
}
