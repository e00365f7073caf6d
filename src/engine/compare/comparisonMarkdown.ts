import type { ComparisonChanges } from "../../core/comparison/changesSince.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { code, details, markdownTable, plainText } from "../review/markdown.ts";
import { bestAt, changeLines, correlationTableOf, headline, MARKS, notDefinedLines, utilityTable, type TextTable } from "./comparisonTable.ts";

const MOST_LINES = 60;

/** Cells that names of users may stand in, as code; figures as they are. */
function tableOf({ header, rows }: TextTable): string {
  const cell = (text: string): string => (/^[-–+\d]/.test(text) ? text.replaceAll("*", "\\*") : code(text));
  return markdownTable(header.map((text) => code(text)), rows.map((row) => row.map(cell)));
}

const list = (lines: readonly string[]): string => `${lines.slice(0, MOST_LINES).map((line) => `- ${code(line, 600)}\n`).join("")}${lines.length > MOST_LINES ? `- … and ${lines.length - MOST_LINES} more\n` : ""}\n`;

/** A comparison as Markdown, for a pull request or a report. Pure; the same result gives the same text. */
export function comparisonMarkdown(result: CompareResult, changes: ComparisonChanges | null): string {
  const { sources, sets, budgets, redraws, seeds } = result;
  const parts: string[] = ["# Comparison of curation strategies\n\n"];
  parts.push(`${redraws} redraws × ${seeds} seeds, paired; features: ${code(result.encoder.name)}, ${result.encoder.dimensions} dimensions; InfoMax Inspector ${plainText(result.program)}, configuration ${code(result.configDigest)}, seed ${result.seed}.\n\n`);
  parts.push(markdownTable(["source", "kind", "samples", "removed as leaked", "digest"], sources.map((own) => [code(own.name), own.kind, own.samples.toLocaleString("en-US"), own.leaked.toLocaleString("en-US"), code(own.digest)])));
  parts.push(markdownTable(["set", "role", "samples", "digest"], sets.map((own) => [code(own.name), own.role, own.samples.toLocaleString("en-US"), code(own.digest)])));
  for (const { name } of budgets) {
    parts.push(`## At ${plainText(name)}\n\n`, tableOf(utilityTable(result, name)), `${MARKS.replaceAll("*", "\\*")}.\n\n`);
    const best = bestAt(result, name).filter(({ utility }) => utility.origin !== "analytic").map(({ utility, best: own, of }) => (own.length === of ? `${utility.title}: no strategy is surely worse than the best` : `${utility.title}: ${own.join(", ")}`));
    parts.push("Best, and not told apart from it:\n\n", list(best));
    const correlations = correlationTableOf(result, name, 20);
    if (correlations.rows.length > 0) parts.push(details(`How cheaper figures go with ${headline(result)} over the runs`, tableOf(correlations)));
  }
  const missing = notDefinedLines(result);
  if (missing.length > 0) parts.push("## Not defined\n\n", list(missing));
  if (result.notes.length > 0) parts.push("## Notes\n\n", list(result.notes));
  if (changes !== null) parts.push("## Since the earlier comparison\n\n", list(changeLines(changes, result)));
  parts.push(details("The strategies", result.strategies.map(({ name, title, citation }) => `- ${code(name)}: ${code(title)} (${code(citation, 300)})\n`).join("")));
  return parts.join("");
}
