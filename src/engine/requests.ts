import { z } from "zod";
import { SOURCE_KINDS } from "../core/comparison/compareResult.ts";
import { LABEL_KINDS, PRICE_PARTS } from "../core/comparison/cost.ts";
import { InfomaxError } from "../core/errors.ts";
import type { ParamsOf } from "../protocol/engine.ts";
import type { ServiceMethod } from "./service.ts";

const text = z.string().min(1);
const ids = z.array(z.string());
const numeric = z.number();
// Names and ranges are checked by infomax.json's own schema, whose settings these override.
const options = z.strictObject({
  id: text, label: text, text: z.array(text), image: text, embeddings: text, encoder: text, pairs: text,
  importance: text, dynamics: text, importanceColumn: text, importanceScale: text, aumColumn: text,
  neighbors: numeric, redundancyWeight: z.union([text, numeric]), noiseCutoff: z.union([text, numeric]), threshold: z.union([text, numeric]), perClass: text, keeperRule: text, solver: text, partition: text, partitionSize: numeric, seed: numeric, threads: numeric, provider: text,
}).partial();
const dataset = {
  dataset: text,
  trusted: z.boolean(),
  options: options.optional(),
};
const sample = { ...dataset, id: z.string() };
const index = z.int().min(0);
const rows = z.string().max(8_000_000);
const share = z.number().min(0).max(1);
const review = { ...dataset, selection: text.optional(), against: text.optional() };
const price = z.strictObject({ money: z.number().min(0).max(1e12), seconds: z.number().min(0).max(1e12).optional() }).optional();
const named = z.array(z.strictObject({ name: text.max(60), path: text })).max(50);
const exported = { ...dataset, selection: text.optional(), form: z.enum(["copy", "hardlink", "parquet", "list"]), out: text };

const SCHEMAS: { readonly [M in ServiceMethod]: z.ZodType } = {
  findDatasets: z.strictObject({ folder: text }),
  open: z.strictObject(dataset),
  index: z.strictObject(dataset),
  clusters: z.strictObject({ ...dataset, threshold: z.number().gt(0).max(1).optional(), offset: index, limit: index, members: index }),
  curve: z.strictObject({ ...dataset, budget: z.string().optional(), strategies: z.array(text).optional() }),
  compare: z.strictObject({
    ...dataset, target: text.optional(), sources: z.array(z.strictObject({ name: text.max(60), path: text, kind: z.enum(SOURCE_KINDS).optional() })).max(50).optional(), tasks: named.optional(), shifted: named.optional(),
    costs: z.array(z.strictObject({
      source: text, labels: z.enum(LABEL_KINDS).optional(), access: z.enum(["in-hand", "on-purchase"]).optional(), prices: z.strictObject({ acquire: price, label: price, embed: price, train: price, once: price }).optional(),
    })).max(100).optional(),
    mixtures: z.array(z.strictObject({ name: text.max(60), shares: z.record(z.string(), share) })).max(50).optional(), budgets: z.array(text).min(1).max(20).optional(), strategies: z.array(text).optional(),
    redraws: z.int().min(1).max(20).optional(), seeds: z.int().min(1).max(20).optional(), corruptions: z.boolean().optional(), out: text.optional(), listPrefix: z.string().max(1000).optional(), against: text.optional(), trained: text.optional(),
  }),
  comparisonDefaults: z.strictObject(dataset),
  comparison: z.strictObject({ ...dataset, file: text.nullable() }),
  comparisonPricing: z.strictObject({
    ...dataset, file: text.nullable(),
    question: z.strictObject({
      prices: z.array(z.strictObject({ source: index, part: z.enum(PRICE_PARTS), unit: z.enum(["money", "seconds"]), value: z.number().min(0) })).max(1000), utility: index.nullable(),
      spend: z.strictObject({ unit: z.enum(["money", "seconds"]), amount: z.number().min(0) }).nullable(),
    }),
  }),
  exportComparison: z.strictObject({ ...dataset, file: text.nullable(), folder: text }),
  prune: z.strictObject({ ...dataset, budget: z.string(), name: z.string().optional(), keepSelection: z.string().optional() }),
  size: z.strictObject(dataset),
  pilot: z.strictObject({ ...dataset, pilot: z.string(), budget: z.string().optional() }),
  decideRows: z.strictObject({
    ...dataset, key: text, protect: rows.optional(), unprotect: rows.optional(), exclude: rows.optional(), include: rows.optional(), prefer: rows.optional(), unprefer: rows.optional(), note: z.string().optional(),
  }),
  block: z.discriminatedUnion("block", [
    z.strictObject({ ...dataset, block: z.enum(["base", "states", "order", "map"]) }),
    z.strictObject({ ...dataset, block: z.literal("clusters"), threshold: z.number().gt(0).max(1).optional() }),
    z.strictObject({ ...dataset, block: z.literal("rows"), search: text.max(1000) }),
  ]),
  samples: z.strictObject({ ...dataset, key: text, rows: z.array(index).max(1000) }),
  history: z.strictObject(sample),
  report: z.strictObject({ ...dataset, file: text, budget: z.string().optional(), strategies: z.array(text).optional(), language: text.max(32).optional(), strings: z.string().optional(), comparison: text.nullable().optional() }),
  overview: z.strictObject(dataset),
  changes: z.strictObject(dataset),
  explain: z.strictObject({ ...sample, selection: text.optional() }),
  similar: z.strictObject({ ...sample, limit: index }),
  protect: z.strictObject({ ...dataset, ids, note: z.string().optional() }),
  unprotect: z.strictObject({ ...dataset, ids }),
  exclude: z.strictObject({ ...dataset, ids, note: z.string().optional() }),
  include: z.strictObject({ ...dataset, ids }),
  prefer: z.strictObject({ ...dataset, ids, note: z.string().optional() }),
  unprefer: z.strictObject({ ...dataset, ids }),
  decide: z.strictObject({ ...dataset, protect: ids, unprotect: ids, exclude: ids, include: ids, prefer: ids, unprefer: ids, note: z.string().optional() }),
  marks: z.strictObject({ ...dataset, file: text, firstLine: z.int().min(1), lines: z.array(z.string()), modified: z.boolean() }),
  rules: z.strictObject(dataset),
  pinRule: z.strictObject({ ...dataset, rule: text }),
  decisions: z.strictObject({ ...dataset, kind: z.enum(["protected", "excluded", "keepers"]), offset: index, limit: index }),
  pathMarks: z.strictObject({ ...dataset, file: text, folders: z.array(text), firstLine: z.int().min(1), lines: z.array(z.string()) }),
  rowsInLines: z.strictObject({ ...dataset, file: text, firstLine: z.int().min(1), lines: z.array(z.string()), modified: z.boolean() }),
  rowsInFolder: z.strictObject({ ...dataset, folder: text }),
  nextProtected: z.strictObject({ ...dataset, file: text, from: z.string().nullable(), line: z.int().min(1), direction: z.enum(["next", "previous"]) }),
  review: z.strictObject(review),
  reviewSamples: z.strictObject({ ...review, list: z.enum(["kept", "dropped", "added", "removed", "reason-changed", "overruled"]), reason: text.optional(), search: z.string().max(1000).optional(), offset: index, limit: index.max(1000) }),
  approve: z.strictObject({ ...dataset, selection: text, sha256: text.regex(/^[0-9a-f]{64}$/), note: z.string() }),
  exportPlan: z.strictObject(exported),
  export: z.strictObject({ ...exported, plan: text }),
  quarantinePlan: z.strictObject({ ...dataset, selection: text.optional() }),
  quarantine: z.strictObject({ ...dataset, selection: text.optional(), plan: text }),
  quarantines: z.strictObject(dataset),
  quarantinedFiles: z.strictObject({ ...dataset, operation: text, offset: index, limit: index }),
  undo: z.strictObject({ ...dataset, operation: text.optional(), ids: ids.optional() }),
  audit: z.strictObject({ ...dataset, expectHead: text.regex(/^[0-9a-f]{64}$/).optional() }),
  check: z.strictObject({
    ...dataset, maxDuplicates: share.optional(), maxNearDuplicates: share.optional(), maxUnreadable: share.optional(), noLeakage: z.boolean().optional(), protectedPresent: z.boolean().optional(),
    noConflicts: z.boolean().optional(), auditIntact: z.boolean().optional(), expectHead: text.optional(), selection: text.optional(),
  }),
  fileStatus: z.strictObject({ ...dataset, files: z.array(z.string()) }),
  thumbnails: z.strictObject({ ...dataset, ids, size: z.int().min(1).max(4096) }),
  selections: z.strictObject(dataset),
  selectionFloor: z.strictObject({ ...dataset, selection: text }),
  useSelection: z.strictObject({ ...dataset, name: z.string().nullable() }),
  encoders: z.strictObject({}),
  encoderPlan: z.strictObject({ name: text }),
  downloadEncoder: z.strictObject({ name: text, commit: text.regex(/^[0-9a-f]{40}$/), bytes: index }),
};

/** Every method but the handshake. */
export const SERVICE_METHODS = Object.keys(SCHEMAS) as readonly ServiceMethod[];

/** Checks the parameters of a request as they came over the channel (code bad-argument). */
export function checkedParams<M extends ServiceMethod>(method: M, params: unknown): ParamsOf<M> {
  const result = SCHEMAS[method].safeParse(params);
  if (result.success) return result.data as ParamsOf<M>;
  const issue = result.error.issues[0];
  const where = issue.path.length === 0 ? "" : `"${issue.path.join(".")}": `;
  throw new InfomaxError("bad-argument", `the request ${method} is not valid (${where}${issue.message})`, "Reload the window.");
}
