/** What two texts have in common, word by word. Pure. */

export interface DiffPart {
  readonly text: string;
  readonly kind: "same" | "added" | "removed";
}

/** Cells of the table of common subsequences: above it the differing middle is given as one change. */
const MOST_CELLS = 400_000;
/** A word with the space behind it; a mark; a character of a script that sets no spaces. */
const TOKENS = /\s+|(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}_'’])+|[^\s])\s*/gu;

/**
 * The longest common subsequence of words (Wagner & Fischer 1974), within what the two do not begin and end with alike.
 * Space between words counts for nothing. The same and the added parts together are `to`; before an added part
 * stands the removed one that it replaces.
 */
export function wordDiff(from: string, to: string): readonly DiffPart[] {
  const a = from.match(TOKENS) ?? [];
  const b = to.match(TOKENS) ?? [];
  const keysA = a.map((token) => token.trim());
  const keysB = b.map((token) => token.trim());
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && keysA[start] === keysB[start]) start++;
  let end = 0;
  while (end < shorter - start && keysA[a.length - 1 - end] === keysB[b.length - 1 - end]) end++;

  const parts = new Parts();
  parts.put("same", b.slice(0, start));
  const rows = a.length - start - end;
  const columns = b.length - start - end;
  if (rows * columns > MOST_CELLS) {
    parts.put("removed", a.slice(start, start + rows));
    parts.put("added", b.slice(start, start + columns));
  } else {
    // lengths[i * (columns + 1) + j]: of the common subsequence of what is left from i and j on.
    const width = columns + 1;
    const lengths = new Uint32Array((rows + 1) * width);
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        const at = i * width + j;
        lengths[at] = keysA[start + i] === keysB[start + j] ? lengths[at + width + 1] + 1 : Math.max(lengths[at + width], lengths[at + 1]);
      }
    }
    let i = 0;
    let j = 0;
    while (i < rows || j < columns) {
      if (i < rows && j < columns && keysA[start + i] === keysB[start + j]) {
        parts.put("same", [b[start + j++]]);
        i++;
      } else if (j === columns || (i < rows && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) parts.put("removed", [a[start + i++]]);
      else parts.put("added", [b[start + j++]]);
    }
  }
  parts.put("same", b.slice(b.length - end));
  return parts.done();
}

/** Gathers parts: what was removed and added between two same parts is told once each. */
class Parts {
  readonly #parts: DiffPart[] = [];
  #same = "";
  #removed = "";
  #added = "";

  put(kind: DiffPart["kind"], tokens: readonly string[]): void {
    if (tokens.length === 0) return;
    const text = tokens.join("");
    if (kind === "same") {
      this.#flushChange();
      this.#same += text;
      return;
    }
    this.#flushSame();
    if (kind === "removed") this.#removed += text;
    else this.#added += text;
  }

  done(): readonly DiffPart[] {
    this.#flushChange();
    this.#flushSame();
    return this.#parts;
  }

  #flushSame(): void {
    if (this.#same !== "") this.#parts.push({ text: this.#same, kind: "same" });
    this.#same = "";
  }

  #flushChange(): void {
    if (this.#removed !== "") this.#parts.push({ text: this.#removed, kind: "removed" });
    if (this.#added !== "") this.#parts.push({ text: this.#added, kind: "added" });
    this.#removed = "";
    this.#added = "";
  }
}
