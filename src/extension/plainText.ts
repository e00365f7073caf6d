/**
 * Text that holds names or words out of data files, made safe to show. VS Code turns `[text](command:…)` in messages
 * into links that run commands, and `$(name)` in labels into icons; a dataset may be a stranger's.
 */

const MOST_CHARACTERS = 600;

function onOneLine(text: string): string {
  return text.replace(/[\r\n\t]+/g, " ").replace(/[\p{Cc}\p{Bidi_Control}]/gu, "");
}

/** For notifications and progress titles: no links, no control or direction-changing characters, cut to a readable length. */
export function plainMessage(text: string): string {
  const flat = onOneLine(text).replace(/\](?=\s*\()/g, "] ").replace(/\]\s+\(/g, "] - (");
  return flat.length > MOST_CHARACTERS ? `${flat.slice(0, MOST_CHARACTERS - 1)}…` : flat;
}

/** For labels that render `$(icon)`: CodeLens, status bar, Quick Pick. */
export function plainLabel(text: string): string {
  return onOneLine(text).replace(/\$\(/g, "$ (");
}

/**
 * For Markdown: the text and nothing else. Every punctuation mark is escaped, which keeps links, addresses that would become
 * links, pictures, HTML, entities and emphasis from being any.
 */
export function plainMarkdown(text: string, most: number): string {
  const flat = onOneLine(text).replace(/\s+/g, " ").trim();
  return (flat.length > most ? `${flat.slice(0, most - 1)}…` : flat).replace(/[!-/:-@[-`{-~]/g, "\\$&");
}
