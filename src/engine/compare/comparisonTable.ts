import type { ComparisonChanges } from "../../core/comparison/changesSince.ts";
import type { CompareResult, ComparedCorrelation, ComparedSummary } from "../../core/comparison/compareResult.ts";
import { halfInterval } from "../../protocol/comparison.ts";

/** Tables of a comparison, as cells of text, for the terminal and for Markdown. Pure. */

type Utility = CompareResult["utilities"][number];

export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the marks in tables of utilities say. */
export function marksText({ budgets }: CompareResult): string {
  // Where each buys its own number, one may be as good as any for the money, and worse than as many at random.
  const isBought = budgets.some(({ samples }) => samples === null);
  return `* the best at that budget, or not told apart from it; + better and - worse than a random choice of as many samples, for sure (Holm, 95%)${isBought ? ", whatever those cost" : ""}; ± half a 95% interval over redraws and seeds; ↓ less is better`;
}

/** How many samples budgets mean. */
export function sizeLines({ budgets, sources }: CompareResult): string[] {
  const lines: string[] = [];
  const candidates = sources.reduce((sum, { samples }) => sum + samples, 0);
  const leaked = sources.reduce((sum, own) => sum + own.leaked, 0);
  const shares = budgets.filter(({ name, samples }) => name.endsWith("%") && samples !== null);
  if (shares.length > 0) {
    const sizes = shares.map(({ name, samples }) => `${name} is ${samples?.toLocaleString("en-US")}`).join(", ");
    lines.push(`shares are of all ${candidates.toLocaleString("en-US")} candidates${leaked === 0 ? "" : `, the ${leaked.toLocaleString("en-US")} that were removed among them`}: ${sizes}`);
  }
  const bought = budgets.filter(({ samples }) => samples === null).map(({ name }) => name);
  if (bought.length > 0) lines.push(`at ${bought.join(", ")} each strategy buys its own number, of the nine tenths that a redraw leaves: n and cost are means over redraws`);
  return lines;
}

/** Utilities that are shares and read best as percentages. */
const SHARES = /^(network|probe|knn|prototype|worst-class|calibration|shift.*|task:.*|affinity|top-share|near-duplicates|precision|recall|coverage|label-noise|trained)$/;
/** Columns of the overview, the analytic ones that most look at. */
const SHOWN = /^(network|probe|knn|prototype|worst-class|calibration|shift|shifted:.*|task:.*|trained|affinity|near-duplicates|recall|coverage|mmd|cmmd|vendi|label-noise)$/;
const SIGNIFICANT = 0.05;

/** Whether a utility lies in [0, 1] and reads best as a percentage. */
export function isShare(utility: string): boolean {
  return SHARES.test(utility);
}

type Interval = { readonly low: number; readonly high: number };

/** An interval without what no share can be: Student's t knows no bounds, and few runs give it wide tails. */
export function boundedInterval(utility: string, { low, high }: Interval): Interval {
  if (!isShare(utility)) return { low, high };
  // Cosines may be negative.
  const least = utility === "affinity" ? -1 : 0;
  return { low: Math.max(least, low), high: Math.min(1, high) };
}

/** Whether a utility is one of those that most look at. */
export function isCommon(utility: string): boolean {
  return SHOWN.test(utility);
}

/** 1 better and −1 worse than random choice of as many samples for sure, 0 neither. */
export function sureness({ versusBaseline, pVersusBaseline }: ComparedSummary, better: Utility["better"]): -1 | 0 | 1 {
  if ("notDefined" in versusBaseline || !("value" in pVersusBaseline) || pVersusBaseline.value > SIGNIFICANT || versusBaseline.mean === 0) return 0;
  return (versusBaseline.mean > 0) === (better === "high") ? 1 : -1;
}

/** An amount with as many digits as tell it from its like. */
function moneyFigure(value: number): string {
  return (value < 100 ? Number(value.toPrecision(3)) : Math.round(value)).toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** A figure of a utility. */
export function utilityText(utility: string, value: number): string {
  if (isShare(utility)) return (100 * value).toFixed(1);
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(3)).toString();
}

function summaryOf(result: CompareResult, strategy: string, budget: string, utility: string): ComparedSummary | undefined {
  return result.summaries.find((own) => own.strategy === strategy && own.budget === budget && own.utility === utility);
}

/** Whether any difference could be judged: where none could, all are "not told apart", and a mark on each would say nothing. */
function isJudged(result: CompareResult, budget: string, utility: string): boolean {
  return result.summaries.some(({ versusBaseline, surelyBetterThan, ...own }) => own.budget === budget && own.utility === utility && (surelyBetterThan.length > 0 || ("interval" in versusBaseline && "low" in versusBaseline.interval)));
}

function summaryText(summary: ComparedSummary | undefined, utility: Utility, isMarked: boolean): string {
  if (summary === undefined || "notDefined" in summary.mean) return "–";
  const { mean, interval } = summary.mean;
  const half = "notDefined" in interval ? "" : ` ±${utilityText(utility.name, halfInterval(mean, boundedInterval(utility.name, interval)))}`;
  return `${utilityText(utility.name, mean)}${half}${summary.isAmongBest && isMarked ? "*" : ""}${{ "-1": "-", 0: "", 1: "+" }[sureness(summary, utility.better)]}`;
}

const utilityHeader = ({ name, better }: Utility): string => `${name}${isShare(name) ? " %" : ""}${better === "low" ? " ↓" : ""}`;

/** Whether any strategy has a value: a column without one says nothing. */
function isTelling(result: CompareResult, budget: string, utility: string): boolean {
  return result.summaries.some((own) => own.budget === budget && own.utility === utility && !("notDefined" in own.mean));
}

/** The common utilities that say something at a budget. */
export function tellingUtilities(result: CompareResult, budget: string): readonly Utility[] {
  return result.utilities.filter(({ name }) => isCommon(name) && isTelling(result, budget, name));
}

/** Strategies × utilities at a budget, the best by the first utility first; those without runs are left out. */
export function utilityTable(result: CompareResult, budget: string, utilities = tellingUtilities(result, budget)): TextTable {
  const meanOf = (strategy: string): number => {
    const found = utilities.length === 0 ? undefined : summaryOf(result, strategy, budget, utilities[0].name);
    if (found === undefined || "notDefined" in found.mean) return -Infinity;
    return utilities[0].better === "low" ? -found.mean.mean : found.mean.mean;
  };
  const present = result.strategies.filter(({ name }) => result.runs.some((run) => run.strategy === name && run.budget === budget));
  const sorted = [...present].sort((a, b) => meanOf(b.name) - meanOf(a.name));
  const judged = new Set(utilities.filter(({ name }) => isJudged(result, budget, name)));
  // Where time is what is spent, it comes first.
  const isTimed = result.budgets.some((own) => own.name === budget && own.seconds !== null);
  return {
    header: ["strategy", "n", ...(isTimed ? ["time, s"] : []), `cost, ${result.currency}`, ...utilities.map(utilityHeader)],
    rows: sorted.map(({ name }) => {
      const runs = result.runs.filter((run) => run.strategy === name && run.budget === budget);
      const costOf = (unit: "money" | "seconds"): string => moneyFigure(runs.reduce((sum, run) => sum + run.cost[unit], 0) / runs.length);
      const samples = Math.round(runs.reduce((sum, run) => sum + run.samples, 0) / runs.length);
      return [name, samples.toLocaleString("en-US"), ...(isTimed ? [costOf("seconds")] : []), costOf("money"), ...utilities.map((utility) => summaryText(summaryOf(result, name, budget, utility.name), utility, judged.has(utility)))];
    }),
  };
}

/**
 * The utility that stands for all where one must: real training where it was imported for at least half of what small networks
 * judged, else these; probes in results of earlier versions, which have no networks.
 * @param at the budget that is looked at; all when left out
 */
export function headline({ utilities, summaries }: CompareResult, at?: string): string {
  const judged = (name: string): number => summaries.reduce((sum, { utility, budget, mean }) => sum + (utility === name && (at === undefined || budget === at) && !("notDefined" in mean) ? 1 : 0), 0);
  const light = utilities.some(({ name }) => name === "network") ? "network" : "probe";
  return utilities.some(({ name }) => name === "trained") && 2 * judged("trained") >= judged(light) ? "trained" : light;
}

/** How cheaper figures go with the headline at each budget: Spearman's correlation and its 95% interval, the strongest over all budgets first. */
export function correlationsByBudget(result: CompareResult, most: number): TextTable {
  const utility = headline(result);
  const own = result.correlations.filter((found) => found.utility === utility && "value" in found.spearman);
  const strength = (metric: string): number => own.reduce((sum, { metric: of, spearman }) => sum + (of === metric && "value" in spearman ? Math.abs(spearman.value) : 0), 0);
  const metrics = [...new Set(own.map(({ metric }) => metric))].sort((a, b) => strength(b) - strength(a));
  return {
    header: ["figure", ...result.budgets.map(({ name }) => `at ${name}`)],
    rows: metrics.slice(0, most).map((metric) => [metric, ...result.budgets.map(({ name }) => {
      const found = own.find(({ metric: of, budget }) => of === metric && budget === name);
      if (found === undefined || !("value" in found.spearman)) return "–";
      const { spearmanInterval: span } = found;
      return `${found.spearman.value.toFixed(2)}${"low" in span ? ` (${span.low.toFixed(2)}…${span.high.toFixed(2)})` : ""}`;
    })]),
  };
}

/** How cheaper figures go with the headline at a budget, the strongest first. */
export function correlationTableOf(result: CompareResult, budget: string, most: number): TextTable {
  const utility = headline(result, budget);
  const spearman = ({ spearman: own }: ComparedCorrelation): string => ("value" in own ? own.value.toFixed(2) : "–");
  const span = ({ spearmanInterval: own }: ComparedCorrelation): string => ("low" in own ? `${own.low.toFixed(2)} … ${own.high.toFixed(2)}` : "–");
  const rows = result.correlations.filter((own) => own.budget === budget && own.utility === utility && "value" in own.spearman);
  return {
    header: ["figure", "Spearman", "95% interval", "Kendall", "runs"],
    rows: rows.slice(0, most).map((own) => [own.metric, spearman(own), span(own), "value" in own.kendall ? own.kendall.value.toFixed(2) : "–", own.runs.toLocaleString("en-US")]),
  };
}

/** What is not defined, and why: strategies without runs, then utilities without a value; those of one reason in one line. */
export function notDefinedLines(result: CompareResult): string[] {
  /** By what is said of it, the places of a strategy or a utility; then by place and reason all that it is said of. */
  const places = new Map<string, { readonly what: string; readonly rest: string; readonly at: string[] }>();
  const add = (what: string, rest: string, budget: string): void => {
    const key = JSON.stringify([what, rest]);
    const found = places.get(key) ?? { what, rest, at: [] };
    found.at.push(budget);
    places.set(key, found);
  };
  for (const { strategy, budget, notDefined } of result.absent) add(strategy, `: ${notDefined}`, budget);
  for (const { name } of result.utilities) {
    for (const budget of result.budgets) {
      const own = result.summaries.filter((summary) => summary.utility === name && summary.budget === budget.name);
      const ran = own.filter(({ strategy }) => result.runs.some((run) => run.strategy === strategy && run.budget === budget.name));
      const without = ran.filter(({ mean }) => "notDefined" in mean);
      for (const reason of new Set(without.map(({ mean }) => ("notDefined" in mean ? mean.notDefined : "")))) {
        const of = without.filter(({ mean }) => "notDefined" in mean && mean.notDefined === reason);
        add(name, `${of.length === ran.length ? "" : ` of ${of.map(({ strategy }) => strategy).join(", ")}`}: ${reason}`, budget.name);
      }
    }
  }
  const lines = new Map<string, string[]>();
  for (const { what, rest, at } of places.values()) {
    const said = `${rest}${at.length === result.budgets.length ? "" : ` (at ${at.join(", ")})`}`;
    lines.set(said, [...(lines.get(said) ?? []), what]);
  }
  return [...lines].map(([said, whats]) => `${whats.join(", ")}${said}`);
}

const MOST_VALUE = 60;
const DECISIONS = "config.decisions";

/** A value of JSON for people: lists by their members or the names of those, long ones cut. */
function valueText(json: string | null): string {
  if (json === null) return "none";
  const value: unknown = JSON.parse(json);
  const word = (own: unknown): string => (typeof own === "object" && own !== null && "name" in own && typeof own.name === "string" ? own.name : typeof own === "string" ? own : JSON.stringify(own));
  const text = Array.isArray(value) ? value.map(word).join(", ") : word(value);
  return text === "" ? "none" : text.length > MOST_VALUE ? `${text.slice(0, MOST_VALUE)}…` : text;
}

/** What changed since an earlier result, in sentences. */
export function changeLines(changes: ComparisonChanges, result: CompareResult): string[] {
  const lines: string[] = [];
  if (changes.program !== null) lines.push(`program: ${changes.program.before}, now ${changes.program.now}`);
  lines.push(changes.isSameData ? "the data is the same" : "the data is another");
  for (const key of ["strategies", "budgets", "utilities", "sources", "sets", "classes"] as const) {
    const { added, gone } = changes[key];
    if (added.length > 0) lines.push(`${key} added: ${added.join(", ")}`);
    if (gone.length > 0) lines.push(`${key} gone: ${gone.join(", ")}`);
  }
  for (const { what, before, now } of changes.values) {
    // A digest of what is protected and excluded, by sample: other samples have another.
    if (what === DECISIONS && !changes.isSameData) continue;
    lines.push(what === DECISIONS ? "what is protected or excluded is other" : `${what.replace(/^config\./, "")}: ${valueText(before)}, now ${valueText(now)}`);
  }
  const figure = (utility: string, mean: ComparedSummary["mean"]): string => ("notDefined" in mean ? "not defined" : utilityText(utility, mean.mean));
  for (const { strategy, budget, utility, before, now, kind, isBetter } of changes.moved) {
    lines.push(`${strategy} at ${budget}, ${utility}: ${figure(utility, before)}, now ${figure(utility, now)} (${kind}${isBetter === null ? "" : isBetter ? ", better" : ", worse"})`);
  }
  let ties = 0;
  for (const { budget, utility, bestBefore, bestNow, best } of changes.rankings) {
    // Another of several that are not told apart is in front by chance.
    const isTie = bestBefore !== null && bestNow !== null && !best.gone.includes(bestBefore) && !best.added.includes(bestNow);
    if (bestBefore !== bestNow && isTie) ties++;
    else if (bestBefore !== bestNow) lines.push(`best of ${result.utilities.find(({ name }) => name === utility)?.title ?? utility} at ${budget}: ${bestBefore ?? "none"}, now ${bestNow ?? "none"}`);
  }
  if (ties > 0) lines.push(`in ${ties.toLocaleString("en-US")} more ${ties === 1 ? "place another is" : "places another is"} in front of those that are not told apart`);
  const isIn = (names: { readonly added: readonly string[] }) => ({ name }: { readonly name: string }): boolean => !names.added.includes(name);
  const isShared = result.budgets.some(isIn(changes.budgets)) && result.strategies.some(isIn(changes.strategies)) && result.utilities.some(isIn(changes.utilities));
  if (!isShared) lines.push("no strategy was measured at the same budget before");
  else if (changes.moved.length === 0 && changes.rankings.length === 0) {
    const isJudged = result.summaries.some(({ mean }) => !("notDefined" in mean) && "low" in mean.interval);
    lines.push(isJudged ? "no figure moved by more than chance" : "whether figures moved by more than chance cannot be told without intervals: compare with at least 3 runs");
  }
  return lines;
}
