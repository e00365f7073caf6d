/** Lines of a table are asked for in chunks of this many. */
export const CHUNK_LINES = 100;

/** A half-open or closed range of 0-based lines; `end` is included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The chunks that the given ranges touch, with `margin` chunks before and after each, ascending and without repeats.
 * Chunk c holds the 0-based lines [c · CHUNK_LINES, (c + 1) · CHUNK_LINES).
 */
export function chunksAround(ranges: readonly LineRange[], lineCount: number, margin: number): readonly number[] {
  const last = Math.floor(Math.max(0, lineCount - 1) / CHUNK_LINES);
  const chunks = new Set<number>();
  for (const { start, end } of ranges) {
    const from = Math.max(0, Math.floor(start / CHUNK_LINES) - margin);
    const to = Math.min(last, Math.floor(end / CHUNK_LINES) + margin);
    for (let chunk = from; chunk <= to; chunk++) chunks.add(chunk);
  }
  return [...chunks].sort((a, b) => a - b);
}
