import type { TableFormat } from "../dataset/paths.ts";
import type { TableBytes } from "./tableBytes.ts";

/** Where a kept record stands, terminator excluded. */
export interface KeptRange {
  readonly byteStart: number;
  readonly byteLength: number;
  /** 1-based, for errors. */
  readonly firstLine: number;
}

/**
 * Writes the kept records of a table byte for byte: the byte order mark and, of CSV and TSV, the header row as they
 * stand, then each kept record with the terminator that it has in the source: LF, CR LF or CR, and none for a last record
 * that has none. What is no kept record is dropped: other records, unreadable ones, blank lines, comments. Memory is
 * bounded by blocks of 1 MiB.
 * @param kept in the order of the file
 * @throws InfomaxError cannot-apply where the file changed since the records were found
 */
export async function filterTable(source: TableBytes, format: TableFormat, kept: Iterable<KeptRange>, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  await source.copy({ start: 0, end: await source.markLength() }, write);
  if (format !== "jsonl") await source.copy(await source.header(), write);
  for (const { byteStart, byteLength, firstLine } of kept) await source.copy(await source.withTerminator(byteStart, byteLength, firstLine), write);
  await source.requireUnchanged();
}
