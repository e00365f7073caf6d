import type { ComparisonChanges } from "../../core/comparison/changesSince.ts";
import type { CompareResult } from "../../core/comparison/compareResult.ts";
import { code, details, markdownTable, prose } from "../review/markdown.ts";
import { breakEvenLines, frontLine, idlePrices, NO_BREAK_EVEN, pickGaps, picksAt, pricingLine, sensitivityMarks, sensitivityTable } from "./comparisonDecisions.ts";
import { comparisonPricing } from "./comparisonPricing.ts";
import { changeLines, correlationTableOf, headline, isCommon, marksText, notDefinedLines, sizeLines, tellingUtilities, utilityTable, type TextTable } from "./comparisonTable.ts";

const MOST_LINES = 60;
const MOST_PRICES = 40;
const MOST_BREAK_EVENS = 8;
const MOST_NAMES = 6;

/** Cells that names of users may stand in, as code; figures as they are. */
function tableOf({ header, rows }: TextTable): string {
  const cell = (text: string): string => (/^[-–+\d]/.test(text) ? text.replaceAll("*", "\\*") : code(text));
  return markdownTable(header.map((text) => code(text)), rows.map((row) => row.map(cell)));
}

const list = (lines: readonly string[]): string => `${lines.slice(0, MOST_LINES).map((line) => `- ${prose(line, 600)}\n`).join("")}${lines.length > MOST_LINES ? `- … and ${lines.length - MOST_LINES} more\n` : ""}\n`;

/** Names as code, the first of them. */
function names(all: readonly string[]): string {
  return all.length === 0 ? "–" : `${all.slice(0, MOST_NAMES).map((own) => code(own)).join(", ")}${all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : ""}`;
}

/**
 * A comparison as Markdown, for a pull request or a report. The same result gives the same text.
 * @throws InfomaxError those of {@link comparisonPricing}
 */
export async function comparisonMarkdown(result: CompareResult, changes: ComparisonChanges | null): Promise<string> {
  const { sources, sets, budgets, redraws, seeds } = result;
  const parts: string[] = ["# Comparison of curation strategies\n\n"];
  parts.push(`${redraws} ${redraws === 1 ? "redraw" : "redraws"} × ${seeds} ${seeds === 1 ? "seed" : "seeds"}, paired; features: ${code(result.encoder.name)}, ${result.encoder.dimensions} dimensions; InfoMax Inspector ${prose(result.program)}, configuration ${code(result.configDigest)}, seed ${result.seed}.\n\n`);
  parts.push(markdownTable(["source", "kind", "samples", "removed as leaked", "digest"], sources.map((own) => [code(own.name), own.kind, own.samples.toLocaleString("en-US"), own.leaked.toLocaleString("en-US"), code(own.digest)])));
  parts.push(markdownTable(["set", "role", "samples", "set aside for embedding search", "digest"], sets.map((own) => [code(own.name), own.role, own.samples.toLocaleString("en-US"), own.aside.toLocaleString("en-US"), code(own.digest)])));
  parts.push(list(sizeLines(result)));
  parts.push(`In the tables ${prose(marksText(result), 600)}.\n\n`);
  for (const { name } of budgets) {
    const telling = tellingUtilities(result, name);
    const measured = telling.filter(({ origin }) => origin !== "analytic");
    const analytic = telling.filter(({ origin }) => origin === "analytic");
    parts.push(`## At ${prose(name)}\n\n`, tableOf(utilityTable(result, name, measured.length > 0 ? measured : analytic)));
    if (measured.length > 0 && analytic.length > 0) parts.push(details("Figures of the subsets themselves", tableOf(utilityTable(result, name, analytic))));
    const front = frontLine(result, name);
    if (front !== null) parts.push(list([front]));
    const picks = picksAt(result, name);
    if (picks.length > 0) parts.push("What you would pick (all alike: mean of all on one scale, 0 the worst strategy and 1 the best; weakest: whose lowest is highest):\n\n", markdownTable(["what counts", "pick", "not told apart from it"], picks.map(({ question, picked, notToldApart }) => [code(question), names(picked), names(notToldApart)])));
    const correlations = correlationTableOf(result, name, 20);
    if (correlations.rows.length > 0) parts.push(details(`How cheaper figures go with ${headline(result, name)} over the runs`, tableOf(correlations)));
  }
  const gaps = pickGaps(result);
  if (gaps.length > 0) parts.push(list(gaps));
  const pricing = await comparisonPricing(result, { prices: [], utility: null, spend: null });
  const idle = idlePrices(pricing, result);
  if (idle !== null) parts.push("## If prices were others\n\n", list([idle]));
  else if (pricing.sweeps.length > 0) {
    const breakEvens = breakEvenLines(pricing, result).slice(0, MOST_BREAK_EVENS);
    const prices = sensitivityTable(pricing, result, MOST_PRICES);
    parts.push("## If prices were others\n\n", list([pricingLine(pricing, result)]), tableOf(prices), list([...sensitivityMarks(pricing, result, prices), ...(breakEvens.length === 0 ? [NO_BREAK_EVEN] : breakEvens)]));
  }
  const missing = notDefinedLines(result);
  if (missing.length > 0) parts.push("## Not defined\n\n", list(missing));
  if (result.notes.length > 0) parts.push("## Notes\n\n", list(result.notes));
  if (changes !== null) parts.push("## Since the earlier comparison\n\n", list(changeLines(changes, result)));
  const shown = result.utilities.filter(({ name }) => isCommon(name));
  if (shown.length > 0) parts.push(details("The figures", shown.map(({ name, title, better }) => `- ${code(name)}: ${prose(title)}${better === "low" ? " (less is better)" : ""}\n`).join("")));
  parts.push(details("The strategies", result.strategies.map(({ name, title, citation }) => `- ${code(name)}: ${prose(title)} (${prose(citation, 300)})\n`).join("")));
  return parts.join("");
}
