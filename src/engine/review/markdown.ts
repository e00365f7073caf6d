/** Markdown whose reader nothing in a dataset can play with: names and texts stand in code spans, where nothing is interpreted. Pure. */

const CLIPPED = 120;
/** Zero-width characters that emoji and the Persian script cannot do without. */
const JOINERS = "\u200c\u200d";

/**
 * Text of a dataset on one line: white space run together, control characters, line separators, halves of surrogate pairs and characters that
 * change the direction or have no width shown as escapes, cut to a number of characters.
 */
export function plainText(text: string, most = CLIPPED): string {
  // What is cut off needs no cleaning: texts may be megabytes long.
  const characters = Array.from(text.slice(0, 4 * most + 200).replace(/\s+/g, " ").trim());
  const clipped = characters.length > most ? `${characters.slice(0, most).join("")}…` : characters.join("");
  return clipped.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => (JOINERS.includes(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`));
}

/**
 * Text of a dataset as a code span: no markup, no HTML, no link, no mention. A text with "|" is written with character references within `<code>`,
 * since renderers differ in how a table splits such a cell.
 */
export function code(text: string, most = CLIPPED): string {
  const plain = plainText(text, most);
  if (plain === "") return "–";
  if (plain.includes("|")) return `<code>${references(plain)}</code>`;
  const longest = Math.max(0, ...(plain.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const edge = plain.startsWith("`") || plain.endsWith("`") ? " " : "";
  return `${fence}${edge}${plain}${edge}${fence}`;
}

/**
 * A sentence in which names of a dataset stand, as text: what Markdown, HTML and GitHub read as markup, links, mentions or
 * references is written with character references, all else stays legible in the source.
 */
export function prose(text: string, most = CLIPPED): string {
  return plainText(text, most).replace(/[\\`*_{}[\]<>#|~@&$]|:(?=\/\/)|(?<=\bwww)\.|^[-+=]|^\d+(?=[.)]\s)/giu, (own) => Array.from(own, (character) => `&#${character.codePointAt(0) ?? 0};`).join(""));
}

/** Every character that means something to Markdown or HTML as a character reference. */
function references(plain: string): string {
  return plain.replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A table; numbers (by their look) to the right. Cells are Markdown without "|". */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const right = header.map((_, column) => rows.length > 0 && rows.every((row) => /^[-+–−]?[\d,.<>]*%?$/.test(row[column])));
  return `${line(header)}${line(right.map((isRight) => (isRight ? "---:" : "---")))}${rows.map(line).join("")}\n`;
}

/** What can be opened and is closed at first. @param summary plain words of ours */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${summary.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)}</summary>\n\n${content.trimEnd()}\n\n</details>\n\n`;
}
