import { parseCompareResult, type CompareResult } from "../core/comparison/compareResult.ts";
import type { ComparisonChanges } from "../core/comparison/changesSince.ts";
import { bestAt, changeLines, correlationTableOf, headline, MARKS, notDefinedLines, utilityTable } from "../engine/compare/comparisonTable.ts";
import { count, counted, duration, printable, wideTable, table, wrapped } from "./format.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";

const SHOWN_CORRELATIONS = 8;
const SHOWN_LINES = 30;
const SHOWN_STAGES = 6;

/** Compares strategies and sources and prints what each budget buys; the returned number is the exit status. */
export async function runCompare({ args, service, output, context }: Invocation): Promise<number> {
  const reply = await service.compare({ ...paramsOf(args), ...args.compare }, context);
  const result = parseCompareResult(reply.result, "the comparison");
  const changes = reply.changes === null ? null : JSON.parse(reply.changes) as ComparisonChanges;
  const line = (text: string): void => { output.print(wrapped(printable(text), 2, output.width, 4)); };
  output.heading("Compared");
  for (const { name, kind, samples, leaked } of result.sources) line(`source ${name}: ${counted(samples, "sample")}, ${kind}${leaked > 0 ? `; ${count(leaked)} removed, as they are in what is judged on` : ""}`);
  for (const { name, role, samples } of result.sets) line(`${role} ${name}: ${counted(samples, "sample")}`);
  line(`${counted(result.strategies.length, "strategy", "strategies")}, ${counted(result.redraws, "redraw")} × ${counted(result.seeds, "seed")}, paired; features: ${result.encoder.name}`);
  for (const budget of result.budgets) printBudget(result, budget.name, output);
  const lines = (title: string, all: readonly string[]): void => {
    if (all.length === 0) return;
    output.heading(title);
    for (const own of all.slice(0, SHOWN_LINES)) line(own);
    if (all.length > SHOWN_LINES) line(`… and ${count(all.length - SHOWN_LINES)} more`);
  };
  lines("Not defined", notDefinedLines(result));
  lines("Notes", result.notes);
  if (changes !== null) lines("Since the earlier comparison", changeLines(changes, result));
  const stages = Object.entries(reply.spent).sort(([, a], [, b]) => b - a).slice(0, SHOWN_STAGES);
  output.print("\n");
  line(`compared in ${duration(reply.seconds)} (${stages.map(([what, seconds]) => `${what} ${duration(seconds)}`).join(", ")})`);
  if (args.compare?.out !== undefined) line(`written: ${shown(args.compare.out)}, ${counted(reply.files.length, "file")} (compare.json, compare.csv, compare.md, and the ids of every subset in lists)`);
  output.result({ ...result, ...(changes === null ? {} : { changes }) });
  return 0;
}

function printBudget(result: CompareResult, budget: string, output: Invocation["output"]): void {
  const line = (text: string): void => { output.print(wrapped(printable(text), 2, output.width, 4)); };
  const { header, rows } = utilityTable(result, budget);
  output.heading(`At ${budget}`);
  if (rows.length === 0) {
    line("no strategy has a subset of this size");
    return;
  }
  output.print(wideTable(header.map(printable), rows.map((row) => row.map(printable)), 1, output.width));
  output.print("\n");
  line(MARKS);
  for (const { utility, best, of } of bestAt(result, budget)) {
    if (utility.origin === "analytic") continue;
    line(`${utility.title}: ${of === 1 ? `${best[0]} alone` : best.length === of ? "no strategy is surely worse than the best" : `best ${best.join(", ")}`}`);
  }
  const correlations = correlationTableOf(result, budget, SHOWN_CORRELATIONS);
  if (correlations.rows.length === 0) return;
  output.print(`\n  How other figures go with ${headline(result)} over the runs:\n`);
  output.print(table(correlations.header, correlations.rows.map((row) => row.map(printable))));
}
