import { parseCompareResult, type CompareResult } from "../core/comparison/compareResult.ts";
import { breakEvenLines, decisionsOf, frontLine, idlePrices, NO_BREAK_EVEN, PICK_MARKS, pickGaps, pickTable, pricingLine, sensitivityMarks, sensitivityTable } from "../engine/compare/comparisonDecisions.ts";
import { comparisonPricing } from "../engine/compare/comparisonPricing.ts";
import { parseChanges } from "../engine/compare/storedChanges.ts";
import { changeLines, correlationsByBudget, headline, marksText, notDefinedLines, sizeLines, tellingUtilities, utilityTable, type TextTable } from "../engine/compare/comparisonTable.ts";
import type { ComparisonPricing } from "../protocol/comparison.ts";
import { count, counted, duration, printable, wideTable, wrapped } from "./format.ts";
import { paramsOf, shown, type Invocation } from "./invocation.ts";

const SHOWN_CORRELATIONS = 6;
const SHOWN_PRICES = 12;
const SHOWN_BREAK_EVENS = 8;
const SHOWN_LINES = 30;
const SHOWN_STAGES = 6;
const LEAST_SECONDS = 0.1;

/** Compares strategies and sources and prints what each budget buys; the returned number is the exit status. */
export async function runCompare({ args, service, output, context }: Invocation): Promise<number> {
  const reply = await service.compare({ ...paramsOf(args), ...args.compare }, context);
  const result = parseCompareResult(reply.result, "the comparison");
  const changes = reply.changes === null ? null : parseChanges(reply.changes, "the comparison");
  const line = (text: string): void => { output.print(wrapped(printable(text), 2, output.width, 4)); };
  output.heading("Compared");
  for (const { name, kind, samples, leaked } of result.sources) line(`source ${name}: ${counted(samples, "sample")}, ${kind}${leaked > 0 ? `; ${count(leaked)} removed, as they are in what is judged on` : ""}`);
  for (const { name, role, samples, aside } of result.sets) line(`${role} ${name}: ${counted(samples, "sample")}${aside > 0 ? ` to judge on; ${count(aside)} more set aside to guide embedding search` : ""}`);
  for (const own of sizeLines(result)) line(own);
  line(`${counted(result.strategies.length, "strategy", "strategies")}, ${counted(result.redraws, "redraw")} × ${counted(result.seeds, "seed")}, paired; features: ${result.encoder.name}`);
  for (const budget of result.budgets) printBudget(result, budget.name, output);
  output.print("\n");
  line(marksText(result));
  printDecisions(result, output);
  const pricing = await comparisonPricing(result, { prices: [], utility: null, spend: null }, context.signal);
  printPrices(result, pricing, output);
  const lines = (title: string, all: readonly string[]): void => {
    if (all.length === 0) return;
    output.heading(title);
    for (const own of all.slice(0, SHOWN_LINES)) line(own);
    if (all.length > SHOWN_LINES) line(`… and ${count(all.length - SHOWN_LINES)} more`);
  };
  const unseen = new Set(result.budgets.flatMap(({ name }) => {
    const shownHere = shownUtilities(result, name);
    return tellingUtilities(result, name).filter((own) => !shownHere.includes(own)).map((own) => own.name);
  }));
  if (unseen.size > 0) {
    output.print("\n");
    line(`not shown: ${[...unseen].join(", ")} (in compare.md and compare.csv of --out, and with --json)`);
  }
  lines("Not defined", notDefinedLines(result));
  lines("Notes", result.notes);
  if (changes !== null) lines("Since the earlier comparison", changeLines(changes, result));
  const stages = Object.entries(reply.spent).filter(([, seconds]) => seconds >= LEAST_SECONDS).sort(([, a], [, b]) => b - a).slice(0, SHOWN_STAGES);
  output.print("\n");
  line(`compared in ${duration(reply.seconds)}${stages.length === 0 ? "" : ` (${stages.map(([what, seconds]) => `${what} ${duration(seconds)}`).join(", ")})`}`);
  if (args.compare?.out !== undefined) line(`written: ${shown(args.compare.out)}, ${counted(reply.files.length, "file")} (compare.json, compare.csv, prices.csv, compare.md, and the ids of every subset in lists)`);
  output.result({ ...result, decisions: decisionsOf(result, pricing), ...(changes === null ? {} : { changes }) });
  return 0;
}

/** A table with its first column in each part that it is broken into. */
function printTable({ header, rows }: TextTable, output: Invocation["output"]): void {
  output.print(wideTable(header.map(printable), rows.map((row) => row.map(printable)), 1, output.width));
}

/** A terminal is no place for all of them at every budget: what was measured comes first, class means not among it. */
function shownUtilities(result: CompareResult, budget: string): ReturnType<typeof tellingUtilities> {
  const telling = tellingUtilities(result, budget);
  const measured = telling.filter(({ name, origin }) => origin !== "analytic" && name !== "prototype");
  return measured.length > 0 ? measured : telling;
}

function printBudget(result: CompareResult, budget: string, output: Invocation["output"]): void {
  const line = (text: string): void => { output.print(wrapped(printable(text), 2, output.width, 4)); };
  const { header, rows } = utilityTable(result, budget, shownUtilities(result, budget));
  output.heading(`At ${budget}`);
  if (rows.length === 0) {
    line("no strategy has a subset of this size");
    return;
  }
  printTable({ header, rows: rows.map((row) => row.map((cell) => cell.replace(" ±", "±"))) }, output);
  const front = frontLine(result, budget);
  if (front !== null) line(front);
}

function printDecisions(result: CompareResult, output: Invocation["output"]): void {
  const line = (text: string): void => { output.print(wrapped(printable(text), 2, output.width, 4)); };
  const picks = pickTable(result);
  if (picks.rows.length > 0) {
    output.heading("What you would pick");
    printTable(picks, output);
    line(PICK_MARKS);
    for (const own of pickGaps(result)) line(own);
  }
  const correlations = correlationsByBudget(result, SHOWN_CORRELATIONS);
  if (correlations.rows.length === 0) return;
  const hasIntervals = correlations.rows.some((row) => row.some((cell) => cell.includes("…")));
  output.heading(`How other figures go with ${headline(result)} over the runs (Spearman${hasIntervals ? ", 95% interval" : ""})`);
  printTable(correlations, output);
}

function printPrices(result: CompareResult, pricing: ComparisonPricing, output: Invocation["output"]): void {
  const line = (text: string): void => { output.print(wrapped(printable(text), 2, output.width, 4)); };
  if (pricing.sweeps.length === 0) return;
  output.heading("If prices were others");
  const idle = idlePrices(pricing, result);
  if (idle !== null) return line(idle);
  line(pricingLine(pricing, result));
  const prices = sensitivityTable(pricing, result, SHOWN_PRICES);
  printTable(prices, output);
  if (pricing.sweeps.length > SHOWN_PRICES) line(`… and ${count(pricing.sweeps.length - SHOWN_PRICES)} more prices`);
  for (const own of sensitivityMarks(pricing, result, prices)) line(own);
  const breakEvens = breakEvenLines(pricing, result);
  for (const own of breakEvens.length === 0 ? [NO_BREAK_EVEN] : breakEvens.slice(0, SHOWN_BREAK_EVENS)) line(own);
  if (breakEvens.length > SHOWN_BREAK_EVENS) line(`… and ${count(breakEvens.length - SHOWN_BREAK_EVENS)} more break-even prices`);
}
