import path from "node:path";
import { ContentReader, parseRecordText, recordId } from "../core/dataset/content.ts";
import { tableFormatOf } from "../core/dataset/paths.ts";
import type { FileStatus, MarksParams, SampleMark } from "../protocol/marks.ts";
import { InfomaxError } from "../core/errors.ts";
import { DROP_REASONS, type DropReason } from "../core/selection/keepers.ts";
import { decidedOf } from "./inForce.ts";
import type { LoadedDataset, Snapshot } from "./loadedDataset.ts";
import type { Clusters } from "../core/redundancy/clusters.ts";

/** POSIX path relative to the dataset root. */
export function relative(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

/** Index of the first of ascending `values`, from `low` on and before `high`, that is not below the target; `high` where there is none. */
export function lowerBound(values: Uint32Array, target: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first row of a file, and one past its last; rows of one file stand together, in line order. */
export function rowsOfFile(fileOf: Uint32Array, file: number): [number, number] {
  return [lowerBound(fileOf, file, 0, fileOf.length), lowerBound(fileOf, file + 1, 0, fileOf.length)];
}

/** Lines over which a quoted field of a table is followed that does not stand where it was indexed. */
const MOST_RECORD_LINES = 200;

/** A record in the editor. */
interface Place {
  readonly line: number;
  readonly lastLine: number;
  /** Samples of the file that have its content or id, in line order: more than one where it is repeated; none where the index does not know it. */
  readonly rows: readonly number[];
  /** The sample that was indexed on this line, or −1. */
  readonly expected: number;
}

/** The samples on lines of a table, and the records there that the index does not know. */
export interface RowsOnLines {
  /** Row of each sample that was found, with its first and last line, 1-based. */
  readonly found: readonly { readonly row: number; readonly line: number; readonly lastLine: number }[];
  /** 1-based first lines. */
  readonly unknown: readonly number[];
}

/**
 * The samples on the given lines of a table, as the editor shows them. A record is taken for the sample that was
 * indexed on its line if its content still gives that sample's id; else it is looked up by content, so that edits
 * above a record do not lose it.
 */
export async function rowsOnLines(loaded: LoadedDataset, params: MarksParams): Promise<RowsOnLines> {
  const { dataset } = loaded.index;
  const name = relative(dataset.root, params.file);
  const file = dataset.layout === "table" ? dataset.files.indexOf(name) : -1;
  if (file < 0) return { found: [], unknown: [] };
  const all = await placesInLines(loaded, params, name, file);
  const places = all.filter(({ rows }) => rows.length > 0);
  const shown = rowsOfPlaces(dataset.firstLine, places, params);
  return {
    found: places.map(({ line, lastLine }, p) => ({ row: shown[p], line, lastLine })).filter(({ row }) => row >= 0),
    unknown: all.filter(({ rows }) => rows.length === 0).map(({ line }) => line),
  };
}

/** {@link rowsOnLines} with what is known of each sample. */
export async function marksInLines(loaded: LoadedDataset, params: MarksParams): Promise<SampleMark[]> {
  const { found } = await rowsOnLines(loaded, params);
  if (found.length === 0) return [];
  const marking = await Marking.of(loaded);
  return found.map(({ row, line, lastLine }) => marking.mark(row, line, lastLine));
}

async function placesInLines(loaded: LoadedDataset, params: MarksParams, name: string, file: number): Promise<Place[]> {
  const { dataset } = loaded.index;
  const [firstRow, endRow] = rowsOfFile(dataset.fileOf, file);
  const mayQuote = tableFormatOf(name) !== "jsonl";
  const places: Place[] = [];
  const lastLine = params.firstLine + params.lines.length - 1;
  let row = lowerBound(dataset.firstLine, params.firstLine, firstRow, endRow);
  for (let line = params.firstLine; line <= lastLine;) {
    while (row < endRow && dataset.firstLine[row] < line) row++;
    const expected = row < endRow && dataset.firstLine[row] === line ? row : -1;
    const at = line - params.firstLine;
    const indexed = expected < 0 ? 1 : dataset.lastLine[expected] - line + 1;
    if (expected >= 0 && line + indexed - 1 > lastLine) {
      // The record goes on beyond what was sent; the file has the rest, if the editor shows the file as it is.
      if (!params.modified && await standsInFile(loaded, name, expected)) places.push({ line, lastLine: line + indexed - 1, rows: [expected], expected });
      break;
    }
    const given = { name, file, modified: params.modified, expected };
    let height = indexed;
    let rows = await rowsOfText(loaded, given, params.lines.slice(at, at + height).join("\n"));
    if (mayQuote && (rows === null || rows.length === 0)) {
      const quoted = quotedHeight(params.lines, at);
      if (quoted !== height) [rows, height] = [await rowsOfText(loaded, given, params.lines.slice(at, at + quoted).join("\n")), quoted];
    }
    const isFound = rows !== null && rows.length > 0;
    if (rows !== null) places.push({ line, lastLine: line + (isFound ? height : 1) - 1, rows, expected });
    line += isFound ? height : 1;
  }
  return places;
}

/** Lines of the CSV record that begins at `lines[at]`, by its quotes; 1 where they do not end soon. */
function quotedHeight(lines: readonly string[], at: number): number {
  let isOpen = false;
  for (let end = at; end < Math.min(lines.length, at + MOST_RECORD_LINES); end++) {
    for (let i = lines[end].indexOf('"'); i >= 0; i = lines[end].indexOf('"', i + 1)) isOpen = !isOpen;
    if (!isOpen) return end - at + 1;
  }
  return 1;
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

/** Rows with the id or content of the record in a text; null where it is no record. */
async function rowsOfText(loaded: LoadedDataset, { name, file, modified, expected }: { readonly name: string; readonly file: number; readonly modified: boolean; readonly expected: number }, text: string): Promise<readonly number[] | null> {
  if (text.trim() === "") return null;
  const { dataset } = loaded.index;
  const record = await parseRecordText(dataset, name, text);
  if (record === null) return null;
  const base = recordId(dataset, name, record, loaded.hasher);
  // Of many repeats the one that stands where it was indexed: no need to look at all.
  if (!modified && expected >= 0 && (dataset.ids[expected] === base || dataset.ids[expected].startsWith(`${base}~`))) return [expected];
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

/** Says of samples what editors show, by one state of the decisions for a whole answer. */
export class Marking {
  private constructor(private readonly loaded: LoadedDataset, private readonly seen: Snapshot, private readonly clusters: Clusters) {}

  static async of(loaded: LoadedDataset): Promise<Marking> {
    return new Marking(loaded, await loaded.snapshot(), await loaded.clusters());
  }

  /** @param line,lastLine where the sample stands, 1-based */
  mark(row: number, line: number, lastLine: number): SampleMark {
    return mark(this.loaded, this.seen, this.clusters, row, line, lastLine);
  }
}

function mark(loaded: LoadedDataset, seen: Snapshot, clusters: Clusters, row: number, line: number, lastLine: number): SampleMark {
  const { dataset } = loaded.index;
  const { protected: isProtected, excluded, rule, note } = decidedOf(seen, row);
  const entry = seen.selection?.entryOf[row];
  const cluster = clusters.clusterOf[row];
  const representative = cluster < 0 ? row : clusters.members[clusters.offsets[cluster]];
  let similarity = 1;
  for (let at = cluster < 0 ? 0 : clusters.offsets[cluster], end = cluster < 0 ? 0 : clusters.offsets[cluster + 1]; at < end; at++) {
    if (clusters.members[at] === row) similarity = clusters.similarities[at];
  }
  return {
    line, lastLine, id: dataset.ids[row],
    protected: isProtected,
    excluded,
    rule: rule?.name ?? null,
    note,
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
      id: dataset.ids[row], protected: seen.protectedRows.has(row), excluded: seen.excludedRows.has(row),
      duplicate: cluster >= 0 && clusters.members[clusters.offsets[cluster]] !== row,
      status: seen.selection?.entryOf[row]?.decision ?? null,
    };
  });
}
