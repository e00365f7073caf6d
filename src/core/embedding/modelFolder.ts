import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { settingOfFolder } from "../encoders/encoderName.ts";
import { InfomaxError, messageOf } from "../errors.ts";
import { PRECISIONS, type EncoderUse } from "./presets.ts";
import type { Pooling } from "./pooling.ts";

/** Raised whenever the same files would give other vectors than before. */
const FORMATS = { image: "hugging-face-3", text: "hugging-face-2" } as const;
const DEFAULT_THRESHOLD = 0.95;

/** Files without which a kind cannot be read, beside `config.json`. */
const NEEDED = { image: ["preprocessor_config.json"], text: ["tokenizer.json", "tokenizer_config.json"] } as const;
/** Files of sentence-transformers that say how texts are cut and pooled. */
const POOLING_FILE = "1_Pooling/config.json";
const LENGTH_FILE = "sentence_bert_config.json";
const OPTIONAL = { image: [], text: [POOLING_FILE, LENGTH_FILE] } as const;

export type Settings = Readonly<Record<string, unknown>>;

/** An encoder's folder in the Hugging Face layout, read but for its weights. */
export interface ModelFolder {
  /** Absolute path. */
  readonly folder: string;
  readonly kind: "image" | "text";
  /** For people: "dinov2-small (fp32)". */
  readonly name: string;
  readonly key: string;
  /** Absolute path of the graph. */
  readonly modelFile: string;
  /** Contents of config.json, and of preprocessor_config.json where there is one. */
  readonly config: Settings;
  readonly preprocessor: Settings | null;
  /** What sentence-transformers cuts texts at, in tokens; null where it does not say. */
  readonly mostTokens: number | null;
  /** Null: the model's own pooled output, else the mean. */
  readonly pooling: Pooling | null;
  readonly padding: EncoderUse["padding"];
  readonly prefix: string;
  readonly threshold: number;
}

export function unavailable(folder: string, problem: string, cause?: unknown): InfomaxError {
  return new InfomaxError(
    "encoder-unavailable", problem,
    "Give a folder in the Hugging Face layout: config.json, onnx/model.onnx, and tokenizer.json with tokenizer_config.json for texts or preprocessor_config.json for images.", { file: folder }, cause);
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then((found) => found.isFile(), () => false);
}

async function readSettings(folder: string, name: string): Promise<Settings> {
  const file = path.join(folder, ...name.split("/"));
  try {
    const value: unknown = JSON.parse((await readFile(file, "utf8")).replace(/^\uFEFF/, ""));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Settings;
  } catch (thrown) {
    throw unavailable(folder, `the encoder could not be loaded (${name}: ${messageOf(thrown)})`, thrown);
  }
  throw unavailable(folder, `the encoder could not be loaded (${name} holds no settings)`);
}

/** The graph for a kind: exported for it alone (as CLIP's halves are), else for the whole model; in the first precision there is. */
async function modelFileFor(folder: string, kind: "image" | "text"): Promise<{ readonly file: string; readonly precision: string }> {
  for (const stem of [kind === "image" ? "vision_model" : "text_model", "model"]) {
    for (const [precision, ending] of Object.entries(PRECISIONS)) {
      const file = path.join(folder, "onnx", `${stem}${ending}`);
      if (await isFile(file)) return { file, precision };
    }
  }
  throw unavailable(folder, "the encoder has no onnx/model.onnx");
}

/** What the project's own part of config.json says of the encoder. */
function ownSettings(folder: string, config: Settings): { readonly name: string | null; readonly threshold: number | null } {
  const own = config["infomax"];
  if (own === undefined) return { name: null, threshold: null };
  const { name, near_duplicate_threshold: threshold } = (typeof own === "object" && own !== null ? own : {}) as Settings;
  const isThreshold = threshold === undefined || (typeof threshold === "number" && threshold > 0 && threshold <= 1);
  if (!isThreshold || (name !== undefined && typeof name !== "string")) throw unavailable(folder, "the encoder could not be loaded (config.json: infomax needs a name, and a near_duplicate_threshold above 0 and up to 1)");
  return { name: name ?? null, threshold: threshold ?? null };
}

async function sentencePooling(folder: string): Promise<Pooling | null> {
  if (!(await isFile(path.join(folder, ...POOLING_FILE.split("/"))))) return null;
  const settings = await readSettings(folder, POOLING_FILE);
  const known = { pooling_mode_cls_token: "cls", pooling_mode_mean_tokens: "mean", pooling_mode_max_tokens: "max" } as const;
  const asked = Object.entries(settings).filter(([name, value]) => name.startsWith("pooling_mode_") && value === true).map(([name]) => name);
  const pooling = Object.entries(known).find(([name]) => name === asked[0])?.[1];
  if (asked.length !== 1 || pooling === undefined) throw unavailable(folder, `the encoder could not be loaded (${POOLING_FILE}: ${asked.join(" and ") || "no pooling"} is not supported)`);
  return pooling;
}

/**
 * Looks at an encoder's folder.
 * @param use how the model is used, where its files do not say; it goes before what they say
 * @throws InfomaxError encoder-unavailable, with the file that is missing or wrong
 */
export async function readModelFolder(given: string, kind: "image" | "text", use: Partial<EncoderUse> = {}): Promise<ModelFolder> {
  const found = await stat(given).catch(() => null);
  if (found === null || !found.isDirectory()) throw unavailable(given, "there is no such encoder folder, nor is it the name of an encoder (builtin, perceptual, hashed, or one that infomax encoders lists)");
  const folder = path.resolve(given);
  const needed = ["config.json", ...NEEDED[kind]];
  for (const file of needed) {
    if (!(await isFile(path.join(folder, file)))) throw unavailable(given, `the encoder has no ${file}, so it cannot read ${kind}s`);
  }
  const model = await modelFileFor(folder, kind);
  const config = await readSettings(folder, "config.json");
  const own = ownSettings(folder, config);
  const hasPreprocessor = await isFile(path.join(folder, "preprocessor_config.json"));
  const hasLength = kind === "text" && await isFile(path.join(folder, LENGTH_FILE));
  const length = hasLength ? (await readSettings(folder, LENGTH_FILE))["max_seq_length"] : null;
  const pooling = use.pooling ?? (kind === "text" ? await sentencePooling(folder) : null);
  const padding = use.padding ?? "longest";
  const prefix = kind === "text" ? use.prefix ?? "" : "";
  const present = [...needed];
  for (const file of OPTIONAL[kind]) if (await isFile(path.join(folder, ...file.split("/")))) present.push(file);
  const beside = await readdir(path.join(folder, "onnx"), { recursive: true });
  const weights = beside.filter((name) => !name.endsWith(".onnx")).map((name) => name.split(path.sep).join("/")).sort();
  const files = [...present.sort(), `onnx/${path.basename(model.file)}`, ...weights.map((name) => `onnx/${name}`)];
  const digest = await digestFiles(folder, files, JSON.stringify({ pooling, padding, prefix }));
  return {
    folder, kind, modelFile: model.file, config, pooling, padding, prefix,
    name: own.name ?? `${settingOfFolder(folder) ?? path.basename(folder)} (${model.precision})`,
    key: `${FORMATS[kind]}/${kind}/${digest}`,
    preprocessor: hasPreprocessor ? await readSettings(folder, "preprocessor_config.json") : null,
    mostTokens: typeof length === "number" && Number.isInteger(length) && length > 2 ? length : null,
    threshold: use.threshold ?? own.threshold ?? DEFAULT_THRESHOLD,
  };
}

async function digestFiles(folder: string, files: readonly string[], use: string): Promise<string> {
  const hash = createHash("sha256").update(`${use}\0`);
  for (const name of files) {
    const file = path.join(folder, ...name.split("/"));
    if (!(await isFile(file))) continue;
    hash.update(`${name}\0`);
    for await (const part of createReadStream(file)) hash.update(part as Buffer);
  }
  return hash.digest("hex");
}
