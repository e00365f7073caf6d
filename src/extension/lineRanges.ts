import type { LineRange } from "./chunks.ts";

/** A selection of an editor; characters count from 0. */
export interface Span {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
}

/** The lines that selections touch, ascending, joined where they overlap or meet. A selection that ends before a line's first character does not touch it. */
export function linesTouched(spans: readonly Span[]): LineRange[] {
  const ranges = spans.map(({ startLine, endLine, endCharacter }) => ({ start: startLine, end: endLine > startLine && endCharacter === 0 ? endLine - 1 : endLine })).sort((a, b) => a.start - b.start);
  const joined: { start: number; end: number }[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end + 1) last.end = Math.max(last.end, range.end);
    else joined.push(range);
  }
  return joined;
}

/** Whether a path at these columns of a line is meant by a selection: it touches the path. */
export function touches({ startLine, startCharacter, endLine, endCharacter }: Span, line: number, columns: readonly [number, number]): boolean {
  if (line < startLine || line > endLine) return false;
  const from = line === startLine ? startCharacter : 0;
  const to = line === endLine ? endCharacter : Infinity;
  return from <= columns[1] && columns[0] <= to;
}
