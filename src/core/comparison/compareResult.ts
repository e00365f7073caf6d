import { z } from "zod";
import { InfomaxError, messageOf } from "../errors.ts";
import { faultLine } from "../jsonPlace.ts";
import { LABEL_KINDS, PRICES } from "./cost.ts";

/**
 * The result of a comparison as it is written to JSON and read again: what was compared on what, at which prices, every
 * run, and what is said of the strategies. It holds no time stamp and no measured seconds: the same input gives the same
 * bytes, so that two files differ where the results do.
 */

export const COMPARISON_FORMAT = "infomax-comparison";
/** Raised with each change that older readers would misread. */
export const COMPARISON_VERSION = 2;

/** Well above what a comparison can have; a file from elsewhere with more would only keep its reader busy. */
const MOST = { sources: 100, sets: 200, budgets: 50, utilities: 500, strategies: 200, classes: 100_000, repeats: 1000 } as const;

const name = z.string().min(1);
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{16,64}$/, "expected 16 to 64 hexadecimal digits");
const reason = z.strictObject({ notDefined: z.string().min(1) });
const measured = z.union([z.strictObject({ value: z.number() }), reason]);
const unitCost = z.strictObject({ money: z.number().min(0), seconds: z.number().min(0) });
const estimate = z.strictObject({
  mean: z.number(),
  interval: z.union([z.strictObject({ low: z.number(), high: z.number() }), reason]),
  runs: z.int().min(1),
  widening: z.number().min(1),
});

/** Where the samples of a source come from: the kinds that SELECT compares, and any other. */
export const SOURCE_KINDS = ["in-house", "crowd-labelled", "schema-matched", "embedding-retrieved", "synthetic", "other"] as const;

const source = z.strictObject({
  name,
  kind: z.enum(SOURCE_KINDS),
  samples: count,
  /** Of all ids and contents. */
  digest,
  /** Candidates left out because they are, or nearly are, in a target or test set. */
  leaked: count,
  labelKind: z.enum(LABEL_KINDS),
  access: z.enum(["in-hand", "on-purchase"]),
  prices: z.strictObject({ acquire: unitCost, label: unitCost, embed: unitCost, train: unitCost, once: unitCost }),
  /** Prices that nobody has given. */
  placeholders: z.array(z.enum(PRICES)),
});

/** A set that strategies are judged on and never choose from. */
const evaluationSet = z.strictObject({
  name,
  /** Stands for where the model will run; a shifted one; a further labelled set for task adaptation. */
  role: z.enum(["target", "shifted", "task"]),
  /** That are judged on. */
  samples: count,
  /** More of them, set aside to guide embedding search. */
  aside: count,
  digest,
});

const strategy = z.strictObject({
  name,
  title: name,
  citation: z.string(),
  /** Set where it is a mixture of sources at stated shares, one of each source, together 1. */
  shares: z.array(z.number().min(0).max(1)).nullable(),
  needs: z.strictObject({ content: z.boolean(), labels: z.boolean(), training: z.boolean() }),
});

const budget = z.strictObject({
  /** As it was asked for: "10%", "500 USD". */
  name,
  /** The limits in force: a number of samples for every strategy, or a cost at which each buys its own. */
  samples: count.nullable(),
  money: z.number().min(0).nullable(),
  seconds: z.number().min(0).nullable(),
});

const utility = z.strictObject({
  name,
  title: name,
  better: z.enum(["high", "low"]),
  /** How it came about: a formula, light training on embeddings, or real training whose results were imported. */
  origin: z.enum(["analytic", "probe", "trained"]),
});

/** By the utility's name, one accuracy in [0, 1] a class in the order of `classes`; null for classes without a test sample. */
const byClass = z.record(z.string(), z.array(z.number().min(0).max(1).nullable()));

const run = z.strictObject({
  strategy: name,
  budget: name,
  redraw: count,
  seed: count,
  /** Samples kept, and of each source. */
  samples: count,
  ofSource: z.array(count),
  /** Of the sorted ids. */
  idsDigest: digest,
  cost: unitCost,
  /** By the utility's name. */
  values: z.record(z.string(), measured),
  perClass: byClass,
});

/** Random choice of as many samples as a strategy bought for its money or time, where the baseline bought another number. */
const matched = z.strictObject({
  budget: name, redraw: count, seed: count, samples: z.int().min(1), idsDigest: digest, values: z.record(z.string(), measured),
  /** As of a run; results of earlier versions have none. */
  perClass: byClass.default({}),
});

/** What is said of a strategy on one utility at one budget. */
const summary = z.strictObject({
  strategy: name,
  budget: name,
  utility: name,
  mean: z.union([estimate, reason]),
  /** Less random choice of the same size. */
  versusBaseline: z.union([estimate.extend({ p: measured }), reason]),
  pVersusBaseline: measured,
  isAmongBest: z.boolean(),
  rankLow: count,
  rankHigh: count,
  /** Names of the strategies than which this one is significantly better. */
  surelyBetterThan: z.array(name),
});

const span = z.union([z.strictObject({ low: z.number().min(-1).max(1), high: z.number().min(-1).max(1) }), reason]);

/** How a cheaper utility goes with a dearer one over the runs of a budget. */
const correlation = z.strictObject({
  budget: name, metric: name, utility: name, runs: count, groups: count,
  spearman: measured, spearmanInterval: span, kendall: measured, kendallInterval: span,
});

/** A strategy that a budget bought nothing of, or that could not be run. */
const absence = z.strictObject({ strategy: name, budget: name, notDefined: z.string().min(1) });

const shape = z.strictObject({
  format: z.literal(COMPARISON_FORMAT),
  version: z.literal(COMPARISON_VERSION),
  /** Version of the program. */
  program: name,
  /** A folder by its last name: a result that travels tells no folders. */
  encoder: z.strictObject({ name, dimensions: z.int().min(1) }),
  config: z.record(z.string(), z.json()),
  configDigest: digest,
  seed: count,
  redraws: z.int().min(1).max(MOST.repeats),
  seeds: z.int().min(1).max(MOST.repeats),
  currency: name,
  baseline: name,
  classes: z.array(z.string()).max(MOST.classes),
  sources: z.array(source).min(1).max(MOST.sources),
  sets: z.array(evaluationSet).max(MOST.sets),
  budgets: z.array(budget).min(1).max(MOST.budgets),
  utilities: z.array(utility).max(MOST.utilities),
  strategies: z.array(strategy).min(1).max(MOST.strategies),
  runs: z.array(run),
  matched: z.array(matched),
  absent: z.array(absence),
  summaries: z.array(summary),
  correlations: z.array(correlation),
  notes: z.array(z.string()),
});

export type CompareResult = z.infer<typeof shape>;
export type ComparedRun = CompareResult["runs"][number];
export type ComparedSummary = CompareResult["summaries"][number];
export type ComparedCorrelation = CompareResult["correlations"][number];

type Fault = readonly [(string | number)[], string];

/** The first fault of a run's values and accuracies by class. */
function faultOfValues(run: Pick<ComparedRun, "values" | "perClass">, list: "runs" | "matched", at: number, utilities: ReadonlySet<string>, classes: number): Fault | null {
  const unknown = [...Object.keys(run.values), ...Object.keys(run.perClass)].find((key) => !utilities.has(key));
  if (unknown !== undefined) return [[list, at], `there is no utility "${unknown}"`];
  const odd = Object.entries(run.perClass).find(([, accuracies]) => accuracies.length !== classes);
  return odd === undefined ? null : [[list, at, "perClass", odd[0]], `there are ${classes} classes`];
}

/** The first fault that types cannot show, and its place: names that nothing bears or that come twice, lists of another length. */
function firstFault(result: CompareResult): Fault | null {
  for (const key of ["sources", "sets", "budgets", "utilities", "strategies"] as const) {
    const names = result[key].map((member) => member.name);
    const twice = names.findIndex((own, at) => names.indexOf(own) !== at);
    if (twice >= 0) return [[key, twice, "name"], `"${names[twice]}" comes twice`];
  }
  const strategies = new Set(result.strategies.map((own) => own.name));
  const budgets = new Set(result.budgets.map((own) => own.name));
  const utilities = new Set(result.utilities.map((own) => own.name));
  const unshared = result.strategies.findIndex(({ shares }) => shares !== null && shares.length !== result.sources.length);
  if (unshared >= 0) return [["strategies", unshared, "shares"], `there are ${result.sources.length} sources`];
  if (!strategies.has(result.baseline)) return [["baseline"], `there is no strategy "${result.baseline}"`];
  for (const key of ["runs", "absent", "summaries"] as const) {
    const seen = new Set<string>();
    for (const [at, member] of result[key].entries()) {
      if (!strategies.has(member.strategy)) return [[key, at, "strategy"], `there is no strategy "${member.strategy}"`];
      if (!budgets.has(member.budget)) return [[key, at, "budget"], `there is no budget "${member.budget}"`];
      const within = "redraw" in member ? [member.redraw, member.seed] : "utility" in member ? [member.utility] : [];
      const identity = JSON.stringify([member.strategy, member.budget, ...within]);
      if (seen.has(identity)) return [[key, at], "it comes twice"];
      seen.add(identity);
    }
  }
  for (const [at, own] of result.runs.entries()) {
    if (own.ofSource.length !== result.sources.length) return [["runs", at, "ofSource"], `there are ${result.sources.length} sources`];
    if (own.ofSource.reduce((sum, kept) => sum + kept, 0) !== own.samples) return [["runs", at, "ofSource"], `the samples of the sources are not ${own.samples} together`];
    const fault = faultOfValues(own, "runs", at, utilities, result.classes.length);
    if (fault !== null) return fault;
  }
  for (const [at, own] of result.matched.entries()) {
    if (!budgets.has(own.budget)) return [["matched", at, "budget"], `there is no budget "${own.budget}"`];
    const fault = faultOfValues(own, "matched", at, utilities, result.classes.length);
    if (fault !== null) return fault;
  }
  for (const [at, own] of result.summaries.entries()) {
    if (!utilities.has(own.utility)) return [["summaries", at, "utility"], `there is no utility "${own.utility}"`];
    const unknown = own.surelyBetterThan.find((other) => !strategies.has(other));
    if (unknown !== undefined) return [["summaries", at, "surelyBetterThan"], `there is no strategy "${unknown}"`];
  }
  for (const [at, own] of result.correlations.entries()) {
    if (!budgets.has(own.budget)) return [["correlations", at, "budget"], `there is no budget "${own.budget}"`];
    const unknown = [own.metric, own.utility].find((key) => !utilities.has(key));
    if (unknown !== undefined) return [["correlations", at], `there is no utility "${unknown}"`];
  }
  return null;
}

const resultSchema = shape.superRefine((result, context) => {
  const fault = firstFault(result);
  if (fault !== null) context.addIssue({ code: "custom", path: fault[0], message: fault[1] });
});

function checked(value: unknown, file: string | null, remedy: string): CompareResult {
  const found = resultSchema.safeParse(value);
  if (found.success) return found.data;
  const issue = found.error.issues[0];
  const where = issue.path.length === 0 ? "" : `"${issue.path.join(".")}": `;
  throw new InfomaxError("bad-data", `${where}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`, remedy, file === null ? {} : { file });
}

/**
 * The result as JSON, one line a run and a summary, so that changes are seen line by line; a newline at the end.
 * @throws InfomaxError bad-data where it is no valid result (a NaN, a name that nothing bears)
 */
export function compareResultText(result: CompareResult): string {
  const valid = checked(result, null, "This is a defect: please report it.");
  const lists = new Set<string>(["sources", "sets", "budgets", "utilities", "strategies", "runs", "matched", "absent", "summaries", "correlations", "notes"] satisfies (keyof CompareResult)[]);
  const members = Object.entries(valid).map(([key, value]) => {
    if (!lists.has(key) || !Array.isArray(value) || value.length === 0) return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    return `  ${JSON.stringify(key)}: [\n${value.map((member) => `    ${JSON.stringify(member)}`).join(",\n")}\n  ]`;
  });
  return `{\n${members.join(",\n")}\n}\n`;
}

/** What `infomax compare --json` adds to a result: it follows from the result, or from an earlier one. */
const ADDED = ["decisions", "changes"] as const;

/**
 * Reads what {@link compareResultText} wrote, or `infomax compare --json`.
 * @param file named in errors
 * @throws InfomaxError bad-data for anything else, naming the place in it, or the version where it is a newer one
 */
export function parseCompareResult(text: string, file: string): CompareResult {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (thrown) {
    throw new InfomaxError("bad-data", `it is no JSON (${messageOf(thrown)})`, "Give a file that `infomax compare --json` wrote.", { file, line: faultLine(text) }, thrown);
  }
  const head = z.object({ format: z.literal(COMPARISON_FORMAT), version: z.int() }).safeParse(value);
  if (!head.success) throw new InfomaxError("bad-data", "it is no result of a comparison", "Give a file that `infomax compare --json` wrote.", { file });
  if (head.data.version !== COMPARISON_VERSION) {
    throw new InfomaxError("bad-data", `its version is ${head.data.version}, and this program reads ${COMPARISON_VERSION}`, "Compare again, or use the program that wrote it.", { file });
  }
  const own = Object.fromEntries(Object.entries(value as object).filter(([key]) => !ADDED.some((added) => added === key)));
  return checked(own, file, "Restore the file, or compare again.");
}
