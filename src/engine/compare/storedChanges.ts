import * as l10n from "@vscode/l10n";
import { z } from "zod";
import type { ComparisonChanges } from "../../core/comparison/changesSince.ts";
import { InfomaxError, messageOf } from "../../core/errors.ts";

const strings = z.array(z.string());
const names = z.strictObject({ added: strings, gone: strings });
const reason = z.strictObject({ notDefined: z.string() });
const measured = z.union([z.strictObject({ value: z.number() }), reason]);
const mean = z.union([z.strictObject({ mean: z.number(), interval: z.union([z.strictObject({ low: z.number(), high: z.number() }), reason]), runs: z.int().min(1), widening: z.number() }), reason]);

const shape: z.ZodType<ComparisonChanges> = z.strictObject({
  isSameData: z.boolean(), isSameConfig: z.boolean(),
  program: z.strictObject({ before: z.string(), now: z.string() }).nullable(),
  strategies: names, budgets: names, utilities: names, sources: names, sets: names, classes: names,
  values: z.array(z.strictObject({ what: z.string(), before: z.string().nullable(), now: z.string().nullable() })),
  moved: z.array(z.strictObject({ strategy: z.string(), budget: z.string(), utility: z.string(), before: mean, now: mean, kind: z.enum(["up", "down", "appeared", "lost"]), isBetter: z.boolean().nullable() })),
  rankings: z.array(z.strictObject({
    budget: z.string(), utility: z.string(), bestBefore: z.string().nullable(), bestNow: z.string().nullable(), best: names,
    reversals: z.array(z.strictObject({ strategy: z.string(), over: z.string() })), agreement: measured,
  })),
});

/**
 * What changed since an earlier comparison, as it was kept.
 * @throws InfomaxError bad-data for anything else
 */
export function parseChanges(text: string, file: string): ComparisonChanges {
  try {
    return shape.parse(JSON.parse(text));
  } catch (thrown) {
    throw new InfomaxError("bad-data", l10n.t("it does not say what changed ({0})", messageOf(thrown).slice(0, 200)), l10n.t("Compare again."), { file }, thrown);
  }
}
