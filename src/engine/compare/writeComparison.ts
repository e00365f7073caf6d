import { lstat, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { ComparisonChanges } from "../../core/comparison/changesSince.ts";
import { compareResultText, COMPARISON_FORMAT, type CompareResult } from "../../core/comparison/compareResult.ts";
import { InfomaxError, messageOf } from "../../core/errors.ts";
import { writeTextFile } from "../../core/store/protectionFile.ts";
import type { ComparisonPricing } from "../../protocol/comparison.ts";
import type { SubsetList } from "./compareDatasets.ts";
import { comparisonMarkdown } from "./comparisonMarkdown.ts";
import { budgetSpends, comparisonPricing } from "./comparisonPricing.ts";

export const RESULT_FILE = "compare.json";
export const LISTS_FOLDER = "lists";
export const LIST_ENDING = ".ids.txt";

/** What a result begins with, as it is written. */
const MARK = `{\n  "format": "${COMPARISON_FORMAT}"`;

/**
 * Writes a comparison into a folder of its own: compare.json, compare.csv (one line a run), prices.csv (how each price moves
 * the order), compare.md, and the sorted ids of every subset in lists/. The folder must not be there, be empty, or hold an earlier comparison, which is replaced.
 * @param prefix what is put before each id in the lists, for programs that know the samples by a longer path
 * @returns absolute paths
 * @throws InfomaxError bad-argument
 */
export async function writeComparison(folder: string, result: CompareResult, lists: readonly SubsetList[], changes: ComparisonChanges | null, prefix: string): Promise<string[]> {
  const json = path.join(folder, RESULT_FILE);
  const listFolder = path.join(folder, LISTS_FOLDER);
  await requireComparisonFolder(folder);
  await mkdir(listFolder, { recursive: true }).catch((thrown: unknown) => {
    throw new InfomaxError("bad-argument", l10n.t("the folder cannot be made ({0})", messageOf(thrown)), l10n.t("Name another folder."), { file: listFolder }, thrown);
  });
  // Taken away first and written last: where it stands, the rest does.
  await rm(json, { force: true });
  const written: string[] = [];
  const write = async (file: string, text: string): Promise<void> => {
    await writeTextFile(file, text);
    written.push(file);
  };
  const names = new Set(lists.map(({ name }) => `${name}${LIST_ENDING}`));
  for (const list of lists) await write(path.join(listFolder, `${list.name}${LIST_ENDING}`), list.ids.map((id) => `${prefix}${id}\n`).join(""));
  // Lists of the comparison that stood here are none of this one.
  for (const old of await readdir(listFolder)) {
    const file = path.join(listFolder, old);
    if (old.endsWith(LIST_ENDING) && !names.has(old) && (await lstat(file)).isFile()) await rm(file);
  }
  for (const [name, text] of await tablesOf(result, changes)) await write(path.join(folder, name), text);
  await write(json, compareResultText(result));
  return written;
}

/** What stands beside a result: texts by their file names. */
export async function tablesOf(result: CompareResult, changes: ComparisonChanges | null): Promise<[name: string, text: string][]> {
  const priced: PricedBudget[] = [];
  for (const { budget, spend } of budgetSpends(result)) priced.push({ budget, pricing: await comparisonPricing(result, { prices: [], utility: null, spend }) });
  return [["compare.csv", comparisonCsv(result)], ["prices.csv", pricesCsv(result, priced)], ["compare.md", await comparisonMarkdown(result, changes)]];
}

/**
 * Refuses a folder that is there and is neither empty nor an earlier comparison's.
 * @throws InfomaxError bad-argument
 */
export async function requireComparisonFolder(folder: string): Promise<void> {
  const there = await readdir(folder).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new InfomaxError("bad-argument", l10n.t("it is no folder that can be written ({0})", messageOf(thrown)), l10n.t("Name another folder."), { file: folder }, thrown);
  });
  const isOurs = await readFile(path.join(folder, RESULT_FILE), "utf8").then((text) => text.startsWith(MARK), () => false);
  if (there.length > 0 && !isOurs) throw new InfomaxError("bad-argument", l10n.t("it holds other files"), l10n.t("Name a new folder, or that of an earlier comparison."), { file: folder });
}

/** Text that begins like a formula would be one to a spreadsheet. */
function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

/**
 * One line a run: what it is, what it costs, and every utility; empty where one is not defined. At budgets of money or time
 * also the random choices of other strategies' sizes, as "random (size-matched)".
 */
export function comparisonCsv({ runs, matched, utilities, sources }: CompareResult): string {
  const header = ["strategy", "budget", "redraw", "seed", "samples", ...(sources.length > 1 ? sources.map(({ name }) => `samples of ${name}`) : []), "money", "seconds", "ids", ...utilities.map(({ name }) => name)];
  const lines = runs.map((run) => [
    run.strategy, run.budget, run.redraw, run.seed, run.samples, ...(sources.length > 1 ? run.ofSource : []), run.cost.money, run.cost.seconds, run.idsDigest, ...figures(run.values, utilities),
  ]);
  const random = matched.map((run) => [
    "random (size-matched)", run.budget, run.redraw, run.seed, run.samples, ...(sources.length > 1 ? sources.map(() => "") : []), "", "", run.idsDigest, ...figures(run.values, utilities),
  ]);
  return csv([header, ...lines, ...random]);
}

interface PricedBudget {
  readonly budget: string;
  readonly pricing: ComparisonPricing;
}

/**
 * One line a strategy at each factor of each price, for what the baseline costs at each budget, in money and in time: how many
 * samples the amount buys then, the utility that is read off and its rank, both empty where they are not known.
 */
function pricesCsv({ sources, strategies, utilities, currency }: CompareResult, priced: readonly PricedBudget[]): string {
  const header = ["budget", "amount", "unit", "source", "part", "price", "factor", "strategy", "samples", "utility", "value", "rank"];
  const lines = priced.flatMap(({ budget, pricing: { sweeps, spend, utility, prices } }) => sweeps.flatMap(({ source, part, unit, factors, samples, utilities: values, ranks }) => factors.flatMap((factor, at) => strategies.map(({ name }, s) => [
    budget, plainNumber(spend.amount), unit === "money" ? currency : "s", source === null ? "all" : sources[source].name, part, source === null ? "" : plainNumber(prices[source][part][unit] * factor), factor, name, samples[at][s],
    utilities[utility]?.name ?? "", values[at][s] ?? "", ranks[at][s] === 0 ? "" : ranks[at][s],
  ]))));
  return csv([header, ...lines]);
}

/** Without the tail that sums of binary fractions have. */
const plainNumber = (value: number): number => Number(value.toPrecision(12));

function figures(values: CompareResult["runs"][number]["values"], utilities: CompareResult["utilities"]): (string | number)[] {
  return utilities.map(({ name }) => {
    const found = values[name];
    return found !== undefined && "value" in found ? found.value : "";
  });
}

const csv = (lines: readonly (readonly (string | number)[])[]): string => lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
