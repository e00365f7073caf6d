/** Text for people: plain, aligned, one locale, so that output is the same everywhere. */
const NUMBER = new Intl.NumberFormat("en-US");

export function count(value: number): string {
  return NUMBER.format(value);
}

/** "1 sample", "2 samples". */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

export function duration(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** Text of a data file on one line, without control characters, cut to a width. */
export function oneLine(text: string, width: number): string {
  const flat = printable(text).replace(/\s+/g, " ").trim();
  return flat.length > width ? `${flat.slice(0, Math.max(0, width - 1))}…` : flat;
}

/** Control and direction-changing characters shown as escapes, so that no data can play with the terminal. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Rows of cells in aligned columns; numbers (by their look) to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, c) => Math.max(cell.length, ...rows.map((row) => row[c].length)));
  const right = header.map((_, c) => rows.length > 0 && rows.every((row) => /^[-–]?[\d,.]*%?$|^–$/.test(row[c])));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, c) => (right[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join("  ").trimEnd()}\n`;
  return line(header) + rows.map(line).join("");
}

const HEIGHT = 10;

/**
 * A sketch of a rising curve over budgets in (0, 1]: one column for each point, the y axis from the lowest value
 * to 1.
 */
export function sketch(values: readonly number[], others: readonly number[], fractions: readonly number[], knee: number | null): string {
  const least = Math.min(...values, ...others);
  const rowOf = (value: number): number => (1 - least < 1e-9 ? HEIGHT - 1 : Math.round(((value - least) / (1 - least)) * (HEIGHT - 1)));
  const lines: string[] = [];
  for (let row = HEIGHT - 1; row >= 0; row--) {
    const cells = values.map((value, i) => {
      if (rowOf(value) === row) return i === knee ? "◆" : "●";
      return rowOf(others[i]) === row ? "○" : " ";
    });
    const label = row === HEIGHT - 1 ? percent(1, 0) : row === 0 ? percent(least, 0) : "";
    lines.push(`${label.padStart(6)} │${cells.map((cell) => `  ${cell} `).join("")}`);
  }
  lines.push(`${" ".repeat(7)}└${"────".repeat(values.length)}`);
  lines.push(`${" ".repeat(8)}${fractions.map((fraction) => `${Number((100 * fraction).toPrecision(2))}%`.padStart(4)).join("")}`);
  return lines.join("\n") + "\n";
}
