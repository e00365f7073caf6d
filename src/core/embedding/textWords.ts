/** Characters of a text that are embedded at once; a longer text is cut into chunks of at most this many. */
const CHUNK = 4096;
/** A text of more chunks than this is read at this many places, evenly spread, the first and the last chunk among them. */
const MOST_CHUNKS = 256;
/** How far back from its end a chunk may be cut to end at white space. */
const REACH = 64;
/** Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han. */
const SPACELESS = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const SPACELESS_RUNS = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+|[^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu;
const FIRST_SPACELESS = 0x0e00;
/** A run of letters, marks and digits, or one other character. */
const TOKEN = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;
const LETTERS = /^[\p{L}\p{M}\p{N}]/u;
/** Where an identifier such as getUserName or HTTPServer falls apart. */
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;
const MIXED = /[a-z0-9][A-Z]|[A-Z][A-Z][a-z]/;

/** What a text is made of. */
export interface WordVisitor {
  /** A lower-case word of letters and digits. @param parts of an identifier in camel case, else null */
  word(word: string, parts: readonly string[] | null): void;
  /** A run of a script without spaces. */
  run(characters: string): void;
  /** One character that is no letter, digit or white space. */
  sign(character: string): void;
}

/** Calls the visitor for each word, run and sign of a text in NFKC, in their order. A snake_case identifier comes as its words. */
export function visitWords(text: string, visitor: WordVisitor): void {
  for (const token of text.match(TOKEN) ?? []) {
    const code = token.charCodeAt(0);
    if (code < 128 ? !(code > 96 && code < 123) && !(code > 64 && code < 91) && !(code > 47 && code < 58) : !LETTERS.test(token)) {
      visitor.sign(token);
      continue;
    }
    let spaceless = false;
    for (let i = 0; i < token.length && !spaceless; i++) spaceless = token.charCodeAt(i) >= FIRST_SPACELESS;
    if (!spaceless) visitWord(token, visitor);
    else {
      for (const part of token.match(SPACELESS_RUNS) ?? []) {
        if (SPACELESS.test(part)) visitor.run(part);
        else visitWord(part, visitor);
      }
    }
  }
}

function visitWord(token: string, visitor: WordVisitor): void {
  const lower = token.toLowerCase();
  visitor.word(lower, lower !== token && MIXED.test(token) ? token.split(CAMEL).map((part) => part.toLowerCase()) : null);
}

/**
 * Calls `visit` with the chunks of a text in NFKC, each with its weight, its number of characters. All chunks up to a
 * million characters; of longer texts 256 chunks, evenly spread. So time is linear, and bounded for one text.
 */
export function visitChunks(text: string, visit: (chunk: string, weight: number) => void): void {
  const starts = [0];
  for (let at = 0; text.length - at > CHUNK; starts.push(at)) at = cutBefore(text, at + CHUNK);
  const count = Math.min(starts.length, MOST_CHUNKS);
  for (let i = 0; i < count; i++) {
    const c = count === starts.length ? i : Math.round((i * (starts.length - 1)) / (count - 1));
    const raw = text.slice(starts[c], starts[c + 1] ?? text.length);
    // A few characters are eighteen in NFKC.
    visit(raw.normalize("NFKC").slice(0, 2 * CHUNK), raw.length);
  }
}

/** The last start of a word in the reach before `end`; else `end`, but not within a character of two units. */
function cutBefore(text: string, end: number): number {
  for (let at = end; at > end - REACH; at--) {
    const code = text.charCodeAt(at - 1);
    if (code === 32 || (code > 8 && code < 14)) return at;
  }
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code < 0xe000 ? end - 1 : end;
}
