import { z } from "zod";
import { SPLITS } from "../dataset/dataset.ts";
import { compileGlob, GlobError } from "./glob.ts";
import { isoDate } from "./isoDate.ts";

/** Rules of one file; more are no rules that people made. */
const MOST_RULES = 500;
const MOST_TEXT = 1000;
/** Values that a list of a condition may hold. */
const MOST_VALUES = 10_000;

const name = z.string().min(1).max(MOST_TEXT);
const value = z.union([z.string().max(MOST_TEXT), z.number(), z.boolean()], { error: "expected a text, a number, true or false" });

/** One or a list, as JSON Schema has it too. */
function oneOrMore<T extends z.ZodType>(one: T, what: string): z.ZodUnion<[T, z.ZodArray<T>]> {
  return z.union([one, z.array(one).min(1, `expected ${what}, or a list of them`).max(MOST_VALUES)], { error: (issue) => nested(issue) ?? `expected ${what}, or a list of them` });
}

/** What a union that failed says: the fault of the alternative that came furthest, else nothing. */
function nested(issue: { readonly code?: string | undefined; readonly errors?: unknown }): string | undefined {
  const alternatives = Array.isArray(issue.errors) ? issue.errors as readonly (readonly { readonly code: string; readonly path: readonly unknown[]; readonly message: string }[])[] : [];
  const faults = alternatives.map(([first]) => first).filter((fault) => fault !== undefined);
  const telling = faults.find((fault) => fault.path.length > 0) ?? faults.find((fault) => fault.code !== "invalid_type");
  if (telling === undefined) return undefined;
  return telling.path.length === 0 ? telling.message : `"${telling.path.join(".")}": ${telling.message}`;
}

const glob = z.string().min(1).superRefine((pattern, context) => {
  try {
    compileGlob(pattern);
  } catch (thrown) {
    if (!(thrown instanceof GlobError)) throw thrown;
    context.addIssue({ code: "custom", message: `the glob ${shown(pattern)} ${thrown.message}` });
  }
});

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** What a field's value is compared by; exactly one of them. */
const OPERATORS = ["is", "in", "above", "atLeast", "below", "atMost", "contains", "exists"] as const;

const fieldCondition = z.strictObject({
  name: name.describe("Name of the field; a dot leads into nested objects (\"meta.source\") where no field has the whole name."),
  is: value.describe("The value itself. A number also equals a text that is this number, as in CSV; true and false the texts \"true\" and \"false\".").optional(),
  in: z.array(value).min(1, "expected at least one value").max(MOST_VALUES).describe("One of these values.").optional(),
  above: z.number().describe("A number greater than this.").optional(),
  atLeast: z.number().describe("A number not below this.").optional(),
  below: z.number().describe("A number less than this.").optional(),
  atMost: z.number().describe("A number not above this.").optional(),
  contains: z.string().min(1).max(MOST_TEXT).describe("A text that has this in it, letters of either case apart; or a list with this entry.").optional(),
  exists: z.boolean().describe("True: the record has the field, and it is neither null nor an empty text. False: it has not.").optional(),
}, { error: (issue) => (issue.code === "invalid_type" ? "expected an object with \"name\" and a comparison" : undefined) }).superRefine((condition, context) => {
  const given = OPERATORS.filter((operator) => condition[operator] !== undefined);
  if (given.length !== 1) context.addIssue({ code: "custom", message: `expected exactly one of ${OPERATORS.map((operator) => `"${operator}"`).join(", ")}${given.length === 0 ? "" : `, not ${given.map((operator) => `"${operator}"`).join(" and ")}; list the field twice for both`}` });
}).meta({ description: "A comparison of one field of the record.", oneOf: OPERATORS.map((operator) => ({ required: [operator] })) });
export type FieldCondition = z.infer<typeof fieldCondition>;

const isoText = z.string().max(64).refine((text) => isoDate(text) !== null, { error: "expected a date such as \"2026-03-01\", or a date and time such as \"2026-03-01T12:00:00Z\"" });

const dateCondition = z.strictObject({
  field: name.describe("Field with the date. Without it: the time when an image file was last changed, which copies and git may set anew.").optional(),
  from: isoText.describe("The first moment that counts: \"2026-03-01\" is its midnight in UTC.").optional(),
  before: isoText.describe("The first moment that does not count any more.").optional(),
}).superRefine(({ from, before }, context) => {
  if (from === undefined && before === undefined) context.addIssue({ code: "custom", message: "expected \"from\", \"before\" or both" });
  else if (from !== undefined && before !== undefined && (isoDate(from) ?? 0) >= (isoDate(before) ?? 0)) context.addIssue({ code: "custom", message: `no date is from ${from} on and before ${before}` });
}).meta({ description: "A date of the sample, as ISO 8601 writes it; without a zone it is taken as UTC.", anyOf: [{ required: ["from"] }, { required: ["before"] }] });
export type DateCondition = z.infer<typeof dateCondition>;

const when = z.strictObject({
  label: oneOrMore(name, "a label").describe("Its label, or one of these.").optional(),
  path: oneOrMore(glob, "a glob").describe("A glob, or several of which one is enough, over the path of its file relative to the dataset's root, with \"/\" on every system: that of the image, else that of the table. * stays within a folder, ** crosses folders.").optional(),
  id: oneOrMore(glob, "a glob").describe("A glob, or several of which one is enough, over its id.").optional(),
  field: z.union([fieldCondition, z.array(fieldCondition).min(1, "expected at least one comparison").max(MOST_RULES)], { error: (issue) => nested(issue) ?? "expected an object with \"name\" and a comparison, or a list of them" })
    .describe("A comparison of a field of its record, or several that must all hold.").optional(),
  classSmallerThan: z.int().min(2).describe("Its class has fewer samples than this in the dataset.").optional(),
  importanceAbove: z.number().min(0).lt(1).describe("Its importance is above this share of the samples': 0.9 for the most important tenth.").optional(),
  split: oneOrMore(z.enum(SPLITS, { error: `expected ${SPLITS.join(", ")}` }), "a split").describe("Its split, or one of these: none, train, val or test.").optional(),
  date: dateCondition.optional(),
}).superRefine((conditions, context) => {
  if (Object.values(conditions).every((condition) => condition === undefined)) context.addIssue({ code: "custom", message: "it has no condition, and would catch everything" });
  const fault = emptyRange(conditions.field === undefined ? [] : Array.isArray(conditions.field) ? conditions.field : [conditions.field]);
  if (fault !== null) context.addIssue({ code: "custom", path: ["field"], message: fault });
}).meta({ description: "Which samples: all conditions that are given must hold.", minProperties: 1 });
export type Conditions = z.infer<typeof when>;

/** What no value can be. */
function emptyRange(conditions: readonly FieldCondition[]): string | null {
  for (const { name: field } of conditions) {
    const own = conditions.filter((condition) => condition.name === field);
    const low = Math.max(...own.map(({ above, atLeast }) => above ?? atLeast ?? -Infinity));
    const high = Math.min(...own.map(({ below, atMost }) => below ?? atMost ?? Infinity));
    const isOpen = own.some(({ above, below }) => (above ?? NaN) === low || (below ?? NaN) === high);
    if (low > high || (low === high && isOpen)) return `no value of "${field}" can be all of this`;
  }
  return null;
}

const rule = z.strictObject({
  name: z.string().min(1).max(100).refine((text) => text.trim() === text && !/[\p{Cc}\p{Bidi_Control}]/u.test(text), { error: "expected a name without blanks at its ends and without control characters" }).describe("Its name, which no other rule has."),
  action: z.enum(["protect", "exclude"], { error: "expected \"protect\" or \"exclude\"" }).describe("protect: kept at every budget. exclude: kept at none."),
  reason: z.string().max(MOST_TEXT).refine((text) => text.trim() !== "", { error: "expected a reason" }).describe("Why: it stands with each sample that the rule decides."),
  when: when.optional(),
  minimumPerClass: z.int().min(1).describe("Of each class among the samples that match, this many are protected: distinct contents first, then those whose label looks right, then the most important. Samples protected by hand count.").optional(),
}).superRefine((given, context) => {
  if (given.when === undefined && given.minimumPerClass === undefined) context.addIssue({ code: "custom", message: "expected \"when\" or \"minimumPerClass\"" });
  if (given.minimumPerClass !== undefined && given.action === "exclude") context.addIssue({ code: "custom", path: ["minimumPerClass"], message: "it is for rules that protect" });
}).meta({
  description: "A rule that protects or excludes samples.", anyOf: [{ required: ["when"] }, { required: ["minimumPerClass"] }],
  defaultSnippets: [
    { label: "Protect a label", body: { name: "$1", action: "protect", reason: "$2", when: { label: "$3" } } },
    { label: "Protect a split", body: { name: "test split", action: "protect", reason: "$1", when: { split: "${2:test}" } } },
    { label: "Protect some of each class", body: { name: "every class", action: "protect", reason: "$1", minimumPerClass: "^${2:5}" } },
    { label: "Exclude files", body: { name: "$1", action: "exclude", reason: "$2", when: { path: "${3:drafts/**}" } } },
  ],
});

/** A rule of infomax.json. */
export type Rule = z.infer<typeof rule>;

/** The rules of infomax.json; no two have the same name. */
export const rulesSchema = z.array(rule).max(MOST_RULES).superRefine((rules, context) => {
  const names = new Set<string>();
  rules.forEach((one, i) => {
    if (names.has(one.name)) context.addIssue({ code: "custom", path: [i, "name"], message: "another rule has this name already" });
    names.add(one.name);
  });
}).meta({ description: "Rules that protect samples (kept at every budget) or exclude them (kept at none). A sample that is protected and excluded is an error." });

/** A condition's value or values as a list. */
export function listOf<T>(given: T | readonly T[] | undefined): readonly T[] {
  return given === undefined ? [] : Array.isArray(given) ? given as readonly T[] : [given as T];
}

