import path from "node:path";
import { parseArgs } from "node:util";
import type { ExportForm } from "../protocol/apply.ts";
import type { DatasetOptions, DatasetParams } from "../protocol/dataset.ts";
import type { CheckParams } from "../protocol/checks.ts";
import { IMPORTANCE_SOURCES, PAIR_USES } from "../core/config.ts";
import { STRATEGY_NAMES } from "../core/curation/strategy.ts";
import { isEncoderName } from "../core/encoders/encoderName.ts";
import { messageOf } from "../core/errors.ts";
import { KEEPER_RULES } from "../core/redundancy/keeperRule.ts";
import { EXECUTION_PROVIDERS } from "../core/runtime/onnx.ts";
import { compareChoices, type CompareChoices } from "./compareArguments.ts";
import { COMMANDS, sharedOptions, type CommandHelp } from "./help.ts";
import { UsageError } from "./usageError.ts";

/** What `check` demands, the selection apart. */
export type Demands = Omit<CheckParams, keyof DatasetParams | "selection">;

/** A command line, checked. */
export interface Arguments {
  readonly command: string;
  /** Absolute path. */
  readonly dataset: string;
  readonly ids: readonly string[];
  readonly options: DatasetOptions;
  readonly budget?: string;
  readonly name?: string;
  /** An earlier selection that stays kept. */
  readonly keepSelection?: string;
  /** Other strategies to draw on the curve. */
  readonly strategies?: readonly string[];
  /** Try this share or number of samples, and no more. */
  readonly pilot?: string;
  readonly note?: string;
  /** A rule whose samples become decisions by hand. */
  readonly pin?: string;
  /** Absolute path of the report to write. */
  readonly out?: string;
  /** Absolute path. */
  readonly truth?: string;
  /** A selection other than the current one, and one to compare it with. */
  readonly selection?: string;
  readonly against?: string;
  /** List what there is. */
  readonly list?: true;
  /** Name of a quarantine. */
  readonly operation?: string;
  /** Hash of an entry of the audit log. */
  readonly expectHead?: string;
  /** What `check` demands; shares in [0, 1]. */
  readonly checks?: Demands;
  /** What `compare` compares. */
  readonly compare?: CompareChoices;
  /** The comparison that a report takes in: absolute path of its result, null for none. */
  readonly comparison?: string | null;
  /** Absolute path of the JUnit file to write. */
  readonly junit?: string;
  /** What kept samples are exported as. */
  readonly form?: ExportForm;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: true;
  /** Answers the question with yes. */
  readonly yes?: true;
  readonly limit: number;
  readonly members: number;
  readonly cache?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The command about encoders, which takes no dataset. */
export interface EncoderArguments {
  /** Name of the one to download; without it they are listed. */
  readonly download?: string;
  readonly yes: boolean;
  readonly cache?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export type Request = { readonly kind: "run"; readonly arguments: Arguments } | { readonly kind: "encoders"; readonly arguments: EncoderArguments } | { readonly kind: "help"; readonly command: CommandHelp | null } | { readonly kind: "version" };

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

const EXPORT_FORMS = ["copy", "hardlink", "parquet", "list"] as const satisfies readonly ExportForm[];

const SEE_HELP = "See infomax help";

/** ONNX Runtime ends the process when it starts under a command line of some 50,000 characters. */
const MOST_ID_CHARACTERS = 16_000;

function commandNamed(name: string): CommandHelp {
  const command = COMMANDS.find((c) => c.name === name);
  if (command === undefined) throw new UsageError(`there is no command "${name}"`, `The commands are ${COMMANDS.map((c) => c.name).join(", ")}.`);
  return command;
}

/** Reads the command line. Throws {@link UsageError} that says what is wrong and what to do. */
export function readArguments(argv: readonly string[]): Request {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h") return { kind: "help", command: null };
  if (first === "--version" || first === "-V") return { kind: "version" };
  if (first === "help") return { kind: "help", command: rest[0] === undefined ? null : commandNamed(rest[0]) };
  if (first.startsWith("-")) throw new UsageError(`the command must come before the option ${first}`, `${SEE_HELP}.`);
  const command = commandNamed(first);
  const { values, positionals } = parse(command, rest);
  if (values["help"] === true) return { kind: "help", command };
  if (command.noDataset === true) return { kind: "encoders", arguments: encoderArguments(values, positionals) };
  const [dataset, ...ids] = positionals;
  if (ids.reduce((sum, id) => sum + id.length + 1, 0) > MOST_ID_CHARACTERS) throw new UsageError(`${ids.length} ids are too many for one command`, "Give them in several commands, some hundred ids each.");
  if (dataset === undefined || dataset === "") throw new UsageError(`infomax ${command.name} needs a dataset`, `Usage: infomax ${command.name} ${command.operands}.`);
  const wanted = command.operands.includes("[<id…>]") ? "any" : command.operands.includes("<id…>") ? "many" : command.operands.includes("<id>") ? "one" : "none";
  if (wanted === "none" && ids.length > 0) throw new UsageError(`infomax ${command.name} takes one dataset, not also "${ids[0]}"`, `Usage: infomax ${command.name} ${command.operands}.`);
  if ((wanted === "one" && ids.length !== 1) || (wanted === "many" && ids.length === 0)) {
    throw new UsageError(`infomax ${command.name} needs ${wanted === "one" ? "one id" : "at least one id"}`, `Usage: infomax ${command.name} ${command.operands}.`);
  }
  for (const [flag, value] of Object.entries(values)) {
    const blank = Array.isArray(value) ? value.includes("") : value === "";
    if (blank && flag !== "note") throw new UsageError(`--${flag} is empty`, "Give a value.");
  }
  const text = (flag: string): string | undefined => textOf(values, flag);
  const budget = text("budget");
  const pilot = text("pilot");
  if (command.name === "prune" && budget === undefined && pilot === undefined) throw new UsageError("infomax prune needs a budget", "Give --budget 500 or --budget 30%.");
  const out = text("out");
  if (command.name === "report" && out === undefined) throw new UsageError("infomax report needs a file to write", "Give --out report.html.");
  if (command.name === "export" && out === undefined) throw new UsageError("infomax export needs a folder to make", "Give --out FOLDER.");
  const comparison = text("comparison");
  if (comparison !== undefined && values["no-comparison"] === true) throw new UsageError("--comparison and --no-comparison contradict each other", "Leave one of them out.");
  const truth = text("truth");
  const junit = text("junit");
  const keepSelection = text("keep-selection");
  if (pilot !== undefined && keepSelection !== undefined) throw new UsageError("--pilot writes no selection that could build on an earlier one", "Leave --pilot or --keep-selection out.");
  if (pilot !== undefined && text("name") !== undefined) throw new UsageError("--pilot writes no selection that could have a name", "Leave --pilot or --name out.");
  if (pilot !== undefined && truth !== undefined) throw new UsageError("--truth needs all samples, and --pilot looks at some", "Leave one of them out.");
  return {
    kind: "run",
    arguments: {
      command: command.name, dataset: path.resolve(dataset), ids, options: datasetOptions(values),
      ...optional("budget", budget), ...optional("pilot", pilot), ...optional("name", text("name")), ...optional("keepSelection", keepSelection), ...optional("strategies", command.name === "compare" ? undefined : strategyNames(text("strategies"))), ...optional("compare", command.name === "compare" ? compareChoices(values) : undefined), ...optional("note", text("note")), ...optional("pin", text("pin")), ...optional("out", out === undefined ? undefined : path.resolve(out)), ...optional("cache", text("cache")),
      ...optional("truth", truth === undefined ? undefined : path.resolve(truth)),
      ...optional("selection", text("selection")), ...optional("against", text("against")), ...(values["list"] === true ? { list: true } : {}), ...optional("operation", text("operation")), ...optional("expectHead", hashOf(text("expect-head"))),
      ...optional("checks", command.name === "check" ? demands(values) : undefined), ...optional("junit", junit === undefined ? undefined : path.resolve(junit)),
      ...optional("comparison", values["no-comparison"] === true ? null : comparison === undefined ? undefined : path.resolve(comparison)),
      ...optional("form", oneOf(text("as"), "as", EXPORT_FORMS)),
      ...(values["dry-run"] === true ? { dryRun: true } : {}),
      ...(values["yes"] === true ? { yes: true } : {}),
      limit: whole(text("limit"), "limit", 1) ?? 20, members: whole(text("members"), "members", 2) ?? 6,
      json: values["json"] === true, quiet: values["quiet"] === true,
    },
  };
}

function encoderArguments(values: Values, positionals: readonly string[]): EncoderArguments {
  const download = textOf(values, "download");
  if (positionals.length > 0) throw new UsageError(`infomax encoders takes no dataset, as "${positionals[0]}"`, "Write infomax encoders, or infomax encoders --download NAME.");
  if (download === "" || values["cache"] === "") throw new UsageError(`--${download === "" ? "download" : "cache"} is empty`, "Give a value.");
  if (values["yes"] === true && download === undefined) throw new UsageError("--yes answers the question of --download", "Give --download NAME as well.");
  return { ...optional("download", download), yes: values["yes"] === true, ...optional("cache", textOf(values, "cache")), json: values["json"] === true, quiet: values["quiet"] === true };
}

function parse(command: CommandHelp, args: readonly string[]): { readonly values: Values; readonly positionals: string[] } {
  const options = Object.fromEntries([...command.options, ...sharedOptions(command)].map(({ flag, value, repeatable }) =>
    [flag, { type: value === null ? "boolean" as const : "string" as const, multiple: repeatable === true }]));
  try {
    const parsed = parseArgs({ args: [...args], options: { ...options, help: { type: "boolean", short: "h" } }, allowPositionals: true, strict: true });
    return { values: parsed.values, positionals: parsed.positionals };
  } catch (thrown) {
    throw unreadableArguments(command, thrown);
  }
}

/** What node's parser says, in the words of this command line. */
function unreadableArguments(command: CommandHelp, thrown: unknown): UsageError {
  const message = messageOf(thrown);
  const flag = /'(?:-\w, )?(-[^' ]*)/.exec(message)?.[1] ?? "";
  const known = [...command.options, ...sharedOptions(command)].find((option) => `--${option.flag}` === flag);
  if (known !== undefined && known.value !== null) {
    return new UsageError(`${flag} needs a value`, `Write ${flag} ${known.value}, or ${flag}=VALUE for one that starts with a dash.`);
  }
  const others = COMMANDS.filter((c) => c.options.some((option) => `--${option.flag}` === flag)).map((c) => c.name);
  if (known !== undefined) return new UsageError(`${flag} takes no value`, `${SEE_HELP} ${command.name}.`);
  return others.length > 0
    ? new UsageError(`${flag} is no option of infomax ${command.name}, but of ${others.join(" and ")}`, `${SEE_HELP} ${command.name}.`)
    : new UsageError(`there is no option ${flag}`, `${SEE_HELP} ${command.name}; write -- before names that start with a dash.`);
}

function textOf(values: Values, flag: string): string | undefined {
  const value = values[flag];
  return typeof value === "string" ? value : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : { [key]: value } as { readonly [P in K]?: V };
}

/** A SHA-256 in hexadecimal digits. */
function hashOf(value: string | undefined): string | undefined {
  if (value !== undefined && !/^[0-9a-fA-F]{64}$/.test(value)) throw new UsageError(`--expect-head ${value} is no hash of 64 hexadecimal digits`, "Give the hash as infomax audit printed it.");
  return value?.toLowerCase();
}

/** "1%" as 0.01. */
function share(value: string | undefined, flag: string): number | undefined {
  if (value === undefined) return undefined;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(value.trim())?.[1] ?? (value.trim() === "0" ? "0" : "");
  if (percent === "" || Number(percent) > 100) throw new UsageError(`--${flag} ${value} is no percentage from 0% to 100%`, `Give a percentage such as --${flag} 1%.`);
  return Number(percent) / 100;
}

function demands(values: Values): Demands {
  const most = (flag: string): number | undefined => share(textOf(values, flag), flag);
  return {
    ...optional("maxDuplicates", most("max-duplicates")), ...optional("maxNearDuplicates", most("max-near-duplicates")), ...optional("maxUnreadable", most("max-unreadable")),
    ...(values["no-leakage"] === true ? { noLeakage: true } : {}), ...(values["protected-present"] === true ? { protectedPresent: true } : {}),
    ...(values["no-conflicts"] === true ? { noConflicts: true } : {}), ...(values["audit-intact"] === true ? { auditIntact: true } : {}),
  };
}

/** The names of a comma-separated list. The method itself is always drawn, so that naming it is no mistake. */
function strategyNames(value: string | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const known: readonly string[] = ["infomax", ...STRATEGY_NAMES];
  const names = value.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined || names.length === 0) throw new UsageError(`--strategies: there is no strategy "${unknown ?? value}"`, `Choose from ${known.join(", ")}, with commas between them.`);
  return names;
}

function whole(value: string | undefined, flag: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value) || Number(value) < least || Number(value) > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`--${flag} ${value} is not a whole number ${range}`, `Give a number such as --${flag} ${Math.max(least, 50)}.`);
  }
  return Number(value);
}

function decimal(value: string | undefined, flag: string, accepts: (n: number) => boolean, range: string, remedy = `Give a number ${range}.`): number | undefined {
  if (value === undefined) return undefined;
  const number = value.trim() === "" ? NaN : Number(value);
  if (!Number.isFinite(number) || !accepts(number)) throw new UsageError(`--${flag} ${value} is not a number ${range}`, remedy);
  return number;
}

function oneOf<T extends string>(value: string | undefined, flag: string, choices: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const choice = choices.find((c) => c === value);
  if (choice === undefined) throw new UsageError(`--${flag} ${value} is not known`, `Give one of ${choices.join(", ")}.`);
  return choice;
}

function datasetOptions(values: Values): DatasetOptions {
  const text = (flag: string): string | undefined => textOf(values, flag);
  const file = (flag: string): string | undefined => {
    const value = text(flag);
    return value === undefined ? undefined : path.resolve(value);
  };
  const importance = text("importance");
  const named: readonly string[] = IMPORTANCE_SOURCES;
  if (importance !== undefined && !named.includes(importance) && !importance.endsWith(".npy")) {
    throw new UsageError(`--importance ${importance} is not known`, `Give one of ${named.join(", ")}, or an .npy file; for a column of the dataset use --importance-column.`);
  }
  const weight = text("redundancy-weight");
  const cutoff = text("noise-cutoff");
  const threshold = text("threshold");
  const texts = values["text"];
  return {
    ...optional("id", text("id")), ...optional("label", text("label")), ...optional("image", text("image")),
    ...optional("text", Array.isArray(texts) ? texts.map(String) : undefined),
    ...optional("embeddings", file("embeddings")),
    ...optional("encoder", isEncoderName(text("encoder") ?? "") ? text("encoder") : file("encoder")),
    ...optional("pairs", oneOf(text("pairs"), "pairs", PAIR_USES)),
    ...optional("importance", importance === undefined || named.includes(importance) ? importance : path.resolve(importance)),
    ...optional("dynamics", file("dynamics")),
    ...optional("importanceColumn", text("importance-column")),
    ...optional("importanceScale", oneOf(text("importance-scale"), "importance-scale", ["auto", "minmax", "rank", "none"] as const)),
    ...optional("aumColumn", text("aum-column")),
    ...optional("neighbors", whole(text("neighbors"), "neighbors", 1, 1000)),
    ...optional("redundancyWeight", weight === "auto" ? "auto" as const : decimal(weight, "redundancy-weight", (n) => n >= 0 && n <= 1000, "from 0 to 1000", "Give auto, or a number such as 0.15.")),
    ...optional("noiseCutoff", cutoff === "auto" ? "auto" as const : decimal(cutoff, "noise-cutoff", (n) => n >= 0 && n < 1, "from 0 to below 1", "Give auto, or a number such as 0.2.")),
    ...optional("threshold", threshold === "auto" ? "auto" as const : decimal(threshold, "threshold", (n) => n > 0 && n <= 1, "above 0 and up to 1")),
    ...optional("perClass", oneOf(text("per-class"), "per-class", ["floor", "balanced", "proportional", "none"] as const)),
    ...optional("keeperRule", oneOf(text("keeper-rule"), "keeper-rule", KEEPER_RULES)),
    ...optional("solver", oneOf(text("solver"), "solver", ["exchange", "greedy", "infomax", "infomax-projection"] as const)),
    ...optional("partition", oneOf(text("partition"), "partition", ["neighbors", "random", "none"] as const)),
    ...optional("partitionSize", whole(text("partition-size"), "partition-size", 1000)),
    ...optional("threads", whole(text("threads"), "threads", 1, 256)),
    ...optional("provider", oneOf(text("provider"), "provider", EXECUTION_PROVIDERS)),
    ...optional("seed", whole(text("seed"), "seed", 0, 0xffffffff)),
  };
}
