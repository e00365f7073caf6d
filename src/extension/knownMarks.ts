import type { SampleMark } from "../protocol/marks.ts";
import { CHUNK_LINES } from "./chunks.ts";

/** A sample as it stands in an editor: a record, or its path in other text. */
export interface PlacedMark extends SampleMark {
  /** 0-based first column of the path and one past its last; null for a record. */
  readonly columns: readonly [number, number] | null;
}

/** An edit of a document: these 0-based places are replaced by the text. */
export interface LineEdit {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
  /** It begins behind the last character of its first line. */
  readonly startsAtLineEnd: boolean;
}

/** More marks than this are not held; what is far from the lines asked for last goes. */
const MOST_MARKS = 20_000;
const KEPT_LINES = 5_000;

/**
 * What is known of the samples in a document. An edit moves the marks below it and takes those it touches, so that what is
 * shown stays in its place while somebody types; only then are the lines asked for anew.
 */
export class KnownMarks {
  /** By line. */
  #marks: PlacedMark[] = [];
  /** Chunks that were asked for since the last edit. */
  readonly #fresh = new Set<number>();

  isFresh(chunk: number): boolean {
    return this.#fresh.has(chunk);
  }

  /** What is known is to be asked for again, and shown until it comes. */
  expire(): void {
    this.#fresh.clear();
  }

  /** Takes in the marks of a chunk's lines. */
  put(chunk: number, marks: readonly PlacedMark[]): void {
    const first = chunk * CHUNK_LINES;
    const end = first + CHUNK_LINES;
    const from = this.#indexOf(first + 1);
    const to = this.#indexOf(end + 1);
    this.#marks.splice(from, to - from, ...marks.filter(({ line }) => line > first && line <= end).sort(byPlace));
    this.#fresh.add(chunk);
    if (this.#marks.length <= MOST_MARKS) return;
    this.#marks = this.#marks.slice(this.#indexOf(first - KEPT_LINES), this.#indexOf(end + KEPT_LINES));
    for (const known of this.#fresh) if (Math.abs(known - chunk) * CHUNK_LINES >= KEPT_LINES) this.#fresh.delete(known);
  }

  edit({ startLine, startCharacter, endLine, endCharacter, text, startsAtLineEnd }: LineEdit): void {
    this.#fresh.clear();
    let added = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) added++;
    const delta = added - (endLine - startLine);
    // Whole lines put in or taken out leave the lines beside them as they were.
    const beginsNewLine = startsAtLineEnd && /^\r?\n/.test(text);
    const endsLine = endCharacter === 0 && (text.endsWith("\n") || (text === "" && startCharacter === 0));
    const firstTouched = startLine + (beginsNewLine ? 2 : 1);
    const lastTouched = endLine + (endsLine ? 0 : 1);
    this.#marks = this.#marks.flatMap((mark) => {
      if (mark.lastLine < firstTouched) return [mark];
      if (mark.line <= lastTouched) return [];
      return [delta === 0 ? mark : { ...mark, line: mark.line + delta, lastLine: mark.lastLine + delta }];
    });
  }

  /** Marks that begin on the 0-based lines from `first` up to `last`. */
  between(first: number, last: number): readonly PlacedMark[] {
    return this.#marks.slice(this.#indexOf(first + 1), this.#indexOf(last + 2));
  }

  /** Marks on a 0-based line. */
  on(line: number): readonly PlacedMark[] {
    const from = this.#indexOf(line + 1);
    const here = this.#marks.slice(from, this.#indexOf(line + 2));
    const before = this.#marks[from - 1] as PlacedMark | undefined;
    return here.length === 0 && before !== undefined && before.lastLine > line ? [before] : here;
  }

  /** 1-based line where a sample stands, null where it has not been seen. */
  lineOf(id: string): number | null {
    return this.#marks.find((mark) => mark.id === id)?.line ?? null;
  }

  /** Index of the first mark on the 1-based line or after it. */
  #indexOf(line: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#marks[middle].line < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byPlace(a: PlacedMark, b: PlacedMark): number {
  return a.line - b.line || (a.columns?.[0] ?? 0) - (b.columns?.[0] ?? 0);
}
