import { lstat, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { comparisonSchema, type ComparisonSettings } from "./comparison/comparisonConfig.ts";
import { isInside } from "./dataset/paths.ts";
import { encoderFolder, encoderReference, isBuiltinEncoder } from "./encoders/encoderName.ts";
import { InfomaxError, messageOf } from "./errors.ts";
import type { ImportanceScale } from "./importance/scale.ts";
import type { PairUse } from "./indexing/pairs.ts";
import { faultLine, lineOf } from "./jsonPlace.ts";
import { KEEPER_RULES, type KeeperRule } from "./redundancy/keeperRule.ts";
import { rulesSchema, type Rule } from "./rules/rule.ts";
import { EXECUTION_PROVIDERS, type ExecutionProvider } from "./runtime/onnx.ts";
import type { ClassPolicy } from "./selection/constraints.ts";
import type { Solver } from "./selection/solve.ts";

/** The file at a dataset's root; every part is optional. */
export const CONFIG_FILE = "infomax.json";
const MOST_BYTES = 2 ** 20;

const columnName = z.string().min(1);
/** Names that `importance.source` takes besides a file. */
export const IMPORTANCE_SOURCES = ["auto", "el2n", "aum", "forgetting", "entropy", "margin", "dual", "prototype", "density", "rarity", "clip-score", "uniform"] as const;
export type ImportanceSource = (typeof IMPORTANCE_SOURCES)[number];
const importanceSource = z.enum(IMPORTANCE_SOURCES);

/** What `pairs` takes. */
export const PAIR_USES = ["both", "image", "text"] as const satisfies readonly PairUse[];

/** What `infomax.json` may hold; also the source of the JSON schema that editors complete from. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  fields: z.strictObject({
    id: columnName.describe("Field with a unique, stable id of each record.").optional(),
    label: columnName.describe("Field with the class of each record.").optional(),
    text: z.union([columnName, z.array(columnName).min(1)]).describe("Field with the text, or several, joined in this order.").optional(),
    image: columnName.describe("Field with an image path relative to the dataset root.").optional(),
  }).describe("Which fields of a record mean what; well-known names are found without this.").optional(),
  embeddings: z.string().min(1).describe("An .npy file with one row for each sample in source order, relative to this file. Needs a trusted workspace.").optional(),
  encoder: z.string().min(1).describe("\"builtin\" (the best for the kind of samples); \"perceptual\" (images) or \"hashed\" (texts), without a learned model; the name of a downloaded encoder, such as \"bge-small\" or \"owner/repository@<commit>\"; or a folder with an encoder in the Hugging Face layout, relative to this file (\"./name\" where it is spelled like an encoder). Names and folders need a trusted workspace; nothing is downloaded by naming it here.").optional(),
  pairs: z.enum(PAIR_USES).describe("What is compared of records with an image and a text: both, or the image or the text alone.").optional(),
  importance: z.strictObject({
    source: z.union([importanceSource, z.string().regex(/\.npy$/, `expected ${IMPORTANCE_SOURCES.join(", ")}, or a path that ends in .npy`)]).describe(`${IMPORTANCE_SOURCES.join(", ")}, or a one-dimensional .npy file relative to this file.`).optional(),
    dynamics: z.string().min(1).describe("Training dynamics of your own run: a folder of dynamics_epoch_<n>.jsonl, a .jsonl file, or an .npy file of logits (epochs × samples × classes), relative to this file. Needs a trusted workspace.").optional(),
    column: columnName.describe("Numeric column with the importance of each record.").optional(),
    aumColumn: columnName.describe("Numeric column with the AUM of each record, by which the noise cutoff sorts.").optional(),
    scale: z.enum(["auto", "minmax", "rank", "none"]).describe("How importance enters the objective: scaled to 0 … 1 (minmax), as rank among all samples, or as it is (none); auto is minmax unless a few outliers would press all others together, then rank.").optional(),
  }).describe("How informative each sample is.").optional(),
  selection: z.strictObject({
    neighbors: z.int().min(1).max(1000).describe("k of the neighbour graph.").optional(),
    redundancyWeight: z.union([z.literal("auto"), z.number().min(0).max(1000)], "expected \"auto\" or a number from 0 to 1000").describe("β: how much redundancy weighs against importance; auto is 0.15, and more where few samples of a class are kept (up to 5).").optional(),
    noiseCutoff: z.union([z.literal("auto"), z.number().min(0).lt(1)], "expected \"auto\" or a number from 0 to below 1").describe("Share of the samples, hardest by AUM (mislabelled ones among them), that is kept last; auto goes by the share of the distinct contents that the budget holds (0.3 at a tenth, 0.1 at three tenths, 0 when it holds all; more, up to 0.5, where few samples of a class are kept) and by the share of labels that look wrong.").optional(),
    threshold: z.union([z.literal("auto"), z.number().gt(0).max(1)], "expected \"auto\" or a number above 0 and up to 1").describe("Cosine from which two samples are near-duplicates; auto looks for the gap between near-duplicates and other samples, from the encoder's own threshold up.").optional(),
    perClass: z.enum(["floor", "balanced", "proportional", "none"]).describe("What each class is due as far as it has distinct samples: at least half of an even share (floor), the same number (balanced), the same share of each class (proportional), or nothing (none).").optional(),
    keeperRule: z.enum(KEEPER_RULES).describe("Which of near-duplicates is kept where one of them is: the most important, as the objective decides (important), the one most like the others (central), the largest image or longest text (largest), or the first by path (first). Protected samples, the noise cutoff and what classes are due go before it.").optional(),
    solver: z.enum(["exchange", "greedy", "infomax", "infomax-projection"]).describe("How the objective is maximised: greedy and then pair swaps (exchange), greedy alone, or the paper's relaxation in its softmax form (infomax) or by projection.").optional(),
    partition: z.enum(["neighbors", "random", "none"]).describe("How a dataset larger than the partition size is split: neighbours together (neighbors), at random (random), or not at all (none).").optional(),
    partitionSize: z.int().min(1000).describe("Most samples of a part; neighbours and near-duplicates are found within a part, so this bounds time and memory.").optional(),
    seed: z.int().min(0).max(4294967295).describe("Seed of whatever is drawn at random; the same seed gives the same result.").optional(),
  }).describe("How a subset is chosen.").optional(),
  execution: z.strictObject({
    threads: z.int().min(1).max(256).describe("Threads that the encoder's network runs on; without this, one for each physical core.").optional(),
    provider: z.enum(EXECUTION_PROVIDERS).describe("What the encoder's network runs on; one that this machine lacks is an error, never replaced by another.").optional(),
  }).describe("How the encoder is run; no part of its result.").optional(),
  cost: z.strictObject({
    secondsPerSample: z.number().gt(0).max(1e6).describe("Seconds that training takes for one sample in one epoch.").optional(),
    epochs: z.number().gt(0).max(1e6).describe("Epochs of a training run.").optional(),
    pricePerHour: z.number().min(0).max(1e9).describe("Price of the machine that trains, per hour, in the currency below.").optional(),
    currency: z.string().min(1).max(8).describe("Currency of the price, as it is shown: \"USD\", \"€\".").optional(),
  }).describe("What training costs, from which the inspector says what a budget saves; no part of any selection.").optional(),
  comparison: comparisonSchema.optional(),
  rules: rulesSchema.optional(),
}).describe("Settings of a dataset for InfoMax Inspector.");

export type ConfigFile = z.infer<typeof configSchema>;

/** Settings in force: options over infomax.json over defaults. Paths are absolute. */
export interface Config {
  readonly id?: string;
  readonly label?: string;
  readonly text?: readonly string[];
  readonly image?: string;
  readonly embeddings: string | null;
  /**
   * Null: the built-in one for the kind of samples. "perceptual" or "hashed": one without a learned model. Else the absolute
   * path of an encoder's folder: a named one's lies in the store, whether it is downloaded or not.
   */
  readonly encoder: string | null;
  /** Which halves of image-text pairs are compared. */
  readonly pairs: PairUse;
  readonly importanceSource: ImportanceSource | { readonly file: string };
  /** Training dynamics: a folder of JSONL files, a JSONL file or an .npy file. */
  readonly dynamics: string | null;
  readonly importanceColumn: string | null;
  readonly importanceScale: ImportanceScale;
  readonly aumColumn: string | null;
  readonly neighbors: number;
  readonly redundancyWeight: "auto" | number;
  readonly noiseCutoff: "auto" | number;
  readonly threshold: "auto" | number;
  readonly perClass: ClassPolicy;
  readonly keeperRule: KeeperRule;
  readonly solver: Solver;
  readonly partition: "neighbors" | "random" | "none";
  /** Most samples of a part, ≥ 1000. */
  readonly partitionSize: number;
  readonly seed: number;
  /** Threads of the encoder's network; null: one for each physical core. */
  readonly threads: number | null;
  readonly provider: ExecutionProvider;
  /** What training costs; no part of any selection. */
  readonly cost: {
    /** For one sample in one epoch. */
    readonly secondsPerSample: number;
    readonly epochs: number;
    readonly pricePerHour: number;
    readonly currency: string;
  };
  /** Whether infomax.json says anything of what training costs, so that the price of training is no default. */
  readonly isTrainingPriced: boolean;
  /** What is compared, as infomax.json says; its paths are relative to the dataset root. */
  readonly comparison: ComparisonSettings;
  /** What is protected and excluded beside what people decide of single samples; they act when selecting, and the index knows none. */
  readonly rules: readonly Rule[];
}

/** Settings given with a command; the same fields as in the file, flat. */
export interface ConfigOverrides {
  readonly id?: string;
  readonly label?: string;
  readonly text?: readonly string[];
  readonly image?: string;
  readonly embeddings?: string;
  readonly encoder?: string;
  readonly pairs?: PairUse;
  readonly importance?: string;
  readonly dynamics?: string;
  readonly importanceColumn?: string;
  readonly importanceScale?: ImportanceScale;
  readonly aumColumn?: string;
  readonly neighbors?: number;
  readonly redundancyWeight?: "auto" | number;
  readonly noiseCutoff?: "auto" | number;
  readonly threshold?: "auto" | number;
  readonly perClass?: ClassPolicy;
  readonly keeperRule?: KeeperRule;
  readonly solver?: Solver;
  readonly partition?: "neighbors" | "random" | "none";
  readonly partitionSize?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly provider?: ExecutionProvider;
}

/** Reads `infomax.json` in a folder; an absent file is an empty one, a wrong one an error (code bad-config). */
export async function readConfigFile(root: string): Promise<ConfigFile> {
  const file = path.join(root, CONFIG_FILE);
  let text: string;
  try {
    if ((await lstat(file)).isSymbolicLink() && !isInside(await realpath(root), await realpath(file))) {
      throw new InfomaxError("outside-root", "it is a link that leads out of the dataset", "Replace the link by a real file.", { file: CONFIG_FILE });
    }
    // Reading a pipe would wait for ever.
    const found = await stat(file);
    if (!found.isFile()) throw new InfomaxError("bad-config", "it cannot be read (it is no plain file)", "Replace it by a real file or remove it.", { file: CONFIG_FILE });
    if (found.size > MOST_BYTES) throw new InfomaxError("bad-config", "it is larger than 1 MiB, so it holds no settings", "Correct the file or remove it.", { file: CONFIG_FILE });
    text = await readFile(file, "utf8");
  } catch (thrown) {
    if (thrown instanceof InfomaxError) throw thrown;
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new InfomaxError("bad-config", `it cannot be read (${messageOf(thrown)})`, "Make the file readable or remove it.", { file: CONFIG_FILE }, thrown);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (thrown) {
    throw new InfomaxError("bad-config", `it is no JSON (${messageOf(thrown)})`, "Correct the file or remove it.", { file: CONFIG_FILE, line: faultLine(text) }, thrown);
  }
  return validated(value, CONFIG_FILE, text);
}

/** @param text of the file, in which the line of a fault is found; none for what no file holds */
function validated(value: unknown, file: string, text?: string): ConfigFile {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = settingOf(value, issue.path);
  const place = text === undefined ? { file } : { file, line: lineOf(text, issue.path) };
  const problem = issue.code === "invalid_type" && issue.message.endsWith("received undefined") ? "it is missing" : `${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
  throw new InfomaxError("bad-config", `${where}${problem}`, "Correct the setting; all settings are listed in the README.", place);
}

/** The setting that a fault lies in, for its message; a rule by its name. */
function settingOf(value: unknown, place: readonly PropertyKey[]): string {
  const [part, at, ...rest] = place.map(String);
  if (part === undefined) return "";
  if (part !== "rules" || at === undefined) return `"${place.map(String).join(".")}": `;
  const rules: unknown = (value as Readonly<Record<string, unknown>>)["rules"];
  const rule: unknown = Array.isArray(rules) ? rules[Number(at)] : undefined;
  const name: unknown = typeof rule === "object" && rule !== null && "name" in rule ? rule.name : undefined;
  return `rule ${typeof name === "string" && name !== "" ? JSON.stringify(name.slice(0, 100)) : Number(at) + 1}: ${rest.length === 0 ? "" : `"${rest.join(".")}": `}`;
}

/**
 * Joins overrides, file and defaults.
 * @param root absolute dataset root, to which paths in the file are relative
 * @param trusted false refuses encoders, embeddings and importance files (code not-trusted); of encoders, those of the
 *   program itself and names given as an override are left, as no folder of the workspace is read for them
 * @param storage folder for caches, under which downloaded encoders lie; null where there are none
 */
export function resolveConfig(root: string, file: ConfigFile, overrides: ConfigOverrides, trusted: boolean, storage: string | null = null): Config {
  const checked = validated({
    ...definedOnly({ pairs: overrides.pairs }),
    importance: definedOnly({ source: overrides.importance, column: overrides.importanceColumn, aumColumn: overrides.aumColumn, scale: overrides.importanceScale }),
    selection: definedOnly({
      neighbors: overrides.neighbors, redundancyWeight: overrides.redundancyWeight, noiseCutoff: overrides.noiseCutoff,
      threshold: overrides.threshold, perClass: overrides.perClass, keeperRule: overrides.keeperRule, solver: overrides.solver, partition: overrides.partition, partitionSize: overrides.partitionSize, seed: overrides.seed,
    }),
    execution: definedOnly({ threads: overrides.threads, provider: overrides.provider }),
  }, "the given options");
  const importance = { ...file.importance, ...checked.importance };
  // An importance named on the spot replaces whichever kind the file names.
  if (checked.importance?.column !== undefined && checked.importance.source === undefined) delete importance.source;
  if (checked.importance?.source !== undefined && checked.importance.column === undefined) delete importance.column;
  const selection = { ...file.selection, ...checked.selection };
  const inside = (given: string | undefined, fromFile: string | undefined, what: string): string | null => {
    const named = given ?? fromFile;
    if (named === undefined) return null;
    // Refused wherever it lies: a path set by the user may still lead into a stranger's folder.
    if (!trusted) {
      throw new InfomaxError(
        "not-trusted", `${what} ("${named}") is used in trusted workspaces only`, "Trust the workspace, or remove the setting.", given === undefined ? { file: CONFIG_FILE } : {});
    }
    return given === undefined ? path.resolve(root, named) : path.resolve(given);
  };
  const encoder = (): string | null => {
    const named = overrides.encoder ?? file.encoder ?? "builtin";
    if (isBuiltinEncoder(named)) return named === "builtin" ? null : named;
    const reference = encoderReference(named);
    if (reference === null || (!trusted && overrides.encoder === undefined)) return inside(overrides.encoder, file.encoder, "an encoder");
    if (storage === null) throw new InfomaxError("encoder-unavailable", `there is no folder of downloaded encoders to find "${named}" in`, "Give a folder with an encoder.");
    return encoderFolder(storage, reference, reference.revision);
  };
  const source = importance.source ?? "auto";
  const text = overrides.text ?? (typeof file.fields?.text === "string" ? [file.fields.text] : file.fields?.text);
  return {
    ...definedOnly({ id: overrides.id ?? file.fields?.id, label: overrides.label ?? file.fields?.label, text, image: overrides.image ?? file.fields?.image }),
    embeddings: inside(overrides.embeddings, file.embeddings, "an embeddings file"),
    encoder: encoder(),
    pairs: checked.pairs ?? file.pairs ?? "both",
    importanceSource: isImportanceSource(source) ? source : { file: inside(overrides.importance, file.importance?.source, "an importance file") ?? path.resolve(root, source) },
    dynamics: inside(overrides.dynamics, file.importance?.dynamics, "training dynamics"),
    importanceColumn: importance.column ?? null,
    importanceScale: importance.scale ?? "auto",
    aumColumn: importance.aumColumn ?? null,
    neighbors: selection.neighbors ?? 50,
    redundancyWeight: selection.redundancyWeight ?? "auto",
    noiseCutoff: selection.noiseCutoff ?? "auto",
    threshold: selection.threshold ?? "auto",
    perClass: selection.perClass ?? "floor",
    keeperRule: selection.keeperRule ?? "important",
    solver: selection.solver ?? "exchange",
    partition: selection.partition ?? "neighbors",
    partitionSize: selection.partitionSize ?? 200_000,
    seed: selection.seed ?? 0,
    threads: checked.execution?.threads ?? file.execution?.threads ?? null,
    provider: checked.execution?.provider ?? file.execution?.provider ?? "cpu",
    cost: { secondsPerSample: 0.001, epochs: 30, pricePerHour: 1, currency: "USD", ...definedOnly(file.cost ?? {}) },
    isTrainingPriced: [file.cost?.secondsPerSample, file.cost?.epochs, file.cost?.pricePerHour].some((own) => own !== undefined),
    comparison: file.comparison ?? {},
    rules: file.rules ?? [],
  };
}

function isImportanceSource(name: string): name is ImportanceSource {
  return IMPORTANCE_SOURCES.some((source) => source === name);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without the keys whose value is undefined. */
export function definedOnly<T extends Record<string, unknown>>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
