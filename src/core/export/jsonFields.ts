const QUOTE = 34;
const BACKSLASH = 92;

/** Index after the closing quote of the string that opens at `at`. */
function afterString(text: string, at: number): number {
  for (let end = text.indexOf("\"", at + 1); ; end = text.indexOf("\"", end + 1)) {
    if (end < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
}

/** Index after the value that begins at `at`: at the comma or brace behind it, or before the blanks there. */
function afterValue(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = afterString(text, i) - 1;
    else if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) {
      if (depth === 0) return i;
      depth--;
    } else if (code === 44 && depth === 0) return i;
  }
  return text.length;
}

function afterBlanks(text: string, at: number): number {
  let i = at;
  for (let code = text.charCodeAt(i); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(i)) i++;
  return i;
}

/**
 * The fields of one JSON object as they are written: name to the JSON text of its value. So digits that a number of
 * JavaScript cannot hold, and the layout of nested values, are kept. Of a name that comes twice the last counts, as for
 * JSON.parse.
 * @param text one valid JSON object
 */
export function jsonFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let at = afterBlanks(text, afterBlanks(text, 0) + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = afterString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = afterBlanks(text, afterBlanks(text, nameEnd) + 1);
    const end = afterValue(text, start);
    fields.set(name, text.slice(start, end).trimEnd());
    at = afterBlanks(text, end + 1);
  }
  return fields;
}
