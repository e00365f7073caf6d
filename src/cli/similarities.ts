import type { DatasetSummary } from "../protocol/dataset.ts";
import { count } from "./format.ts";

const BARS = " ▁▂▃▄▅▆▇█";
const LEVELS = BARS.length - 1;
const ROWS = 4;
const LABEL = 7;

/** A similarity in few digits. */
function short(similarity: number): string {
  return String(Number(similarity.toFixed(3)));
}

/**
 * A sketch of the similarity of each sample to its nearest neighbour, one column for each bin, with the near-duplicate
 * threshold between them. The first bin holds all lower ones too; where it is the highest it is cut ("↑"), so that the
 * others can be seen. At most eight lines, each ending in a line end.
 */
export function similaritySketch({ from, counts }: DatasetSummary["similarityHistogram"], threshold: number): string {
  const samples = counts.reduce((sum, n) => sum + n, 0);
  if (samples === 0) return "";
  const others = Math.max(...counts.slice(1));
  const highest = others > 0 ? others : counts[0];
  const isCut = counts[0] > highest;
  const at = Math.max(0, Math.min(counts.length, Math.round(((threshold - from) / (1 - from)) * counts.length)));
  const marked = (cells: readonly string[], mark: string): string => [...cells.slice(0, at), mark, ...cells.slice(at)].join("").trimEnd();

  const lines = [`  similarity of ${count(samples)} samples to their nearest neighbours; ┊ the threshold`];
  for (let row = ROWS - 1; row >= 0; row--) {
    const cells = counts.map((n, bin) => {
      if (bin === 0 && isCut && row === ROWS - 1) return "↑";
      const height = Math.min(ROWS * LEVELS, Math.max(n > 0 ? 1 : 0, Math.round((n / highest) * ROWS * LEVELS)));
      return BARS[Math.max(0, Math.min(LEVELS, height - row * LEVELS))];
    });
    lines.push(`${(row === ROWS - 1 ? count(highest) : "").padStart(LABEL)} │${marked(cells, "┊")}`);
  }
  lines.push(`${"0".padStart(LABEL)} └${marked(counts.map(() => "─"), "┴")}`);
  lines.push(`${" ".repeat(LABEL + 2)}${axis(`≤${short(from)}${isCut ? `: ${count(counts[0])}` : ""}`, short(threshold), at, counts.length)}`);
  return `${lines.join("\n")}\n`;
}

/** Labels under the ends of the axis and under the mark, where they do not run into each other. */
function axis(first: string, mark: string, at: number, columns: number): string {
  const start = Math.max(0, at - Math.floor(mark.length / 2));
  if (start < first.length + 1) return `${first.padEnd(columns)}1`;
  const line = first.padEnd(start) + mark;
  return line.length < columns ? `${line.padEnd(columns)}1` : line;
}
