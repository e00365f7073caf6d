import { z } from "zod";
import { CORRUPTION_KINDS } from "../corruptions/corruption.ts";
import { SOURCE_KINDS } from "./compareResult.ts";
import { LABEL_KINDS } from "./cost.ts";

const name = z.string().regex(/^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,59}$/u, "expected a name of up to 60 letters, digits, points, hyphens and blanks");
const folder = z.string().min(1);
const price = z.strictObject({
  money: z.number().min(0).max(1e12).describe("In the currency of the cost settings.").optional(),
  seconds: z.number().min(0).max(1e12).describe("Seconds of work.").optional(),
});

const source = z.strictObject({
  name: name.describe("How the source is called in the result."),
  path: folder.describe("Folder or file with its samples, relative to this file; \".\" is this dataset. Needs a trusted workspace.").optional(),
  kind: z.enum(SOURCE_KINDS).describe("Where its samples come from.").optional(),
  labels: z.enum(LABEL_KINDS).describe("How its samples get their labels; sets the price of a label where none is given.").optional(),
  access: z.enum(["in-hand", "on-purchase"]).describe("Whether candidates can be looked at before they are paid for (in-hand), or after (on-purchase).").optional(),
  prices: z.strictObject({
    acquire: price.describe("Of getting one sample.").optional(),
    label: price.describe("Of labelling one sample.").optional(),
    embed: price.describe("Of embedding one sample.").optional(),
    train: price.describe("Of training on one sample.").optional(),
    once: price.describe("Of the source as a whole: a licence, a crawler.").optional(),
  }).describe("Prices in place of the placeholders.").optional(),
});

const namedSet = z.strictObject({
  name: name.describe("How the set is called in the result."),
  path: folder.describe("Folder or file with its samples, relative to this file. Needs a trusted workspace."),
});

/** What `comparison` in infomax.json may hold. */
export const comparisonSchema = z.strictObject({
  target: folder.describe("Labelled folder or file that stands for where the model will run, relative to this file; without it a share of the dataset is held out. Needs a trusted workspace.").optional(),
  sources: z.array(source).max(50).describe("What competes with this dataset, and what each source costs.").optional(),
  tasks: z.array(namedSet).max(50).describe("Further labelled sets, for task adaptation.").optional(),
  shifted: z.array(namedSet).max(50).describe("Labelled sets with the target's classes from elsewhere, for accuracy under shift.").optional(),
  mixtures: z.array(z.strictObject({
    name: name.describe("How the mixture is called in the result."),
    shares: z.record(z.string(), z.number().min(0).max(1)).describe("Share of each source by its name, together 1."),
  })).max(50).describe("Mixtures of sources at stated shares, each a strategy.").optional(),
  budgets: z.array(z.string().min(1)).min(1).max(20).describe("Sizes to compare at: \"10%\" of the candidates, a number of samples, \"500 USD\", or a time as \"2 h\", \"90 min\" or \"3600 s\", for which every strategy buys its own number.").optional(),
  redraws: z.int().min(1).max(20).describe("Times that a tenth of the candidates is left out at random and every strategy chooses anew.").optional(),
  seeds: z.int().min(1).max(20).describe("Networks and probes that are trained on each subset, each time from other random numbers.").optional(),
  strategies: z.array(z.string().min(1)).min(1).max(50).describe("Names of the strategies; all when left out.").optional(),
  corruptions: z.union([z.literal("none"), z.array(z.enum(CORRUPTION_KINDS)).min(1)]).describe("Corruptions of the target's images at five severities, for accuracy under shift; none to leave them out.").optional(),
}).describe("What infomax compare compares, and on what.");

export type ComparisonSettings = z.infer<typeof comparisonSchema>;
