import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { InfomaxError, messageOf } from "../errors.ts";
import { DROP_REASONS, type DropReason } from "../selection/keepers.ts";
import { isRecord } from "../dataset/identity.ts";
import { tableFormatOf } from "../dataset/paths.ts";
import { writeTextFile } from "./protectionFile.ts";
import { WORK_FOLDER, checkWorkPlace } from "./workFolder.ts";

const FORMAT = "infomax-selection";
const VERSION = 1;

/** First line of a selection file. No time stamp: the same input gives the same bytes, so git shows real changes alone. */
export interface SelectionHeader {
  readonly name: string;
  /** The dataset that it belongs to, as {@link datasetName} gives it. */
  readonly dataset: string;
  /** Digest of all ids and contents. */
  readonly datasetDigest: string;
  readonly samples: number;
  readonly requestedBudget: string;
  readonly kept: number;
  readonly objective: number;
  /** No subset of this size with its protected samples and shares of classes has a higher objective; earlier builds wrote none. */
  readonly bound?: number;
  readonly config: Readonly<Record<string, unknown>>;
  /** SHA-256 of `config`, of the rules in force and of what was decided by hand, 64 hexadecimal digits; earlier builds wrote none. */
  readonly configDigest?: string;
  /** The rules in force, with the samples that each caught; left out where there was none. */
  readonly rules?: readonly AppliedRule[];
  readonly unreadable: number;
}

/** A rule of infomax.json as a selection was made under it. */
export interface AppliedRule {
  readonly name: string;
  readonly action: "protect" | "exclude";
  readonly reason: string;
  readonly samples: number;
}

/** Why a sample is kept: it is protected, an earlier selection kept it, or it was chosen. */
export const KEEP_REASONS = ["protected", "kept-before", "chosen"] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** One decision; lines are sorted by id. */
export interface SelectionEntry {
  readonly id: string;
  readonly decision: "kept" | "dropped";
  readonly reason: DropReason | KeepReason;
  readonly importance: number;
  /** Content digest when it was decided on, 16 hexadecimal digits; earlier builds wrote none. */
  readonly digest?: string;
  /** The rule that protects or excludes it; left out where nobody or a person decided. */
  readonly rule?: string;
  /** The kept sample that stands for a dropped one, and their cosine. */
  readonly keeper?: string;
  readonly similarity?: number;
}

export interface Selection {
  readonly header: SelectionHeader;
  readonly entries: readonly SelectionEntry[];
}

/** Names of devices, which Windows gives to no file whatever its extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** File systems count bytes (255) rather than characters; this leaves room for the extension. */
const MOST_NAME_BYTES = 200;

/** Throws unless the name can be a file name on every system. */
export function checkSelectionName(name: string): void {
  if (!/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.\- ]{0,99}$/u.test(name) || /[. ]$/.test(name) || DEVICE_NAME.test(name) || Buffer.byteLength(name) > MOST_NAME_BYTES) {
    throw new InfomaxError("bad-selection", `"${name}" cannot name a selection`, "Use up to 100 letters, digits, '-', '_' and '.', starting with a letter or digit.");
  }
}

export function selectionPaths(root: string, name: string): { readonly selectionFile: string; readonly idsFile: string } {
  const folder = path.join(root, WORK_FOLDER, "selections");
  return { selectionFile: path.join(folder, `${name}.jsonl`), idsFile: path.join(folder, `${name}.ids.txt`) };
}

/** What a selection calls its dataset: a table by its file name, a folder ".", so that it may be renamed or copied. */
export function datasetName(dataset: string, root: string): string {
  return dataset === root ? "." : path.basename(dataset);
}

/**
 * Whether a selection at a dataset's root is that dataset's own. A folder takes all there that name no table file in
 * it: earlier versions wrote the folder's name.
 * @param dataset absolute path of the dataset
 * @param root its root: the same path if it is a folder
 */
export async function belongsTo(header: SelectionHeader, dataset: string, root: string): Promise<boolean> {
  const name = header.dataset;
  if (dataset !== root) return name === path.basename(dataset);
  if (tableFormatOf(name) === null || path.basename(name) !== name) return true;
  const found = await lstat(path.join(root, name)).catch(() => null);
  return found === null || found.isDirectory();
}

/** The error for a selection that is another dataset's. */
export function notOurs(header: SelectionHeader, name: string, dataset: string, root: string, remedy: string): InfomaxError {
  const shown = (given: string): string => (given === "." ? "the folder" : given);
  return new InfomaxError("bad-selection", `the selection "${name}" belongs to ${shown(header.dataset)}, not to ${shown(datasetName(dataset, root))}`, remedy);
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Writes `<name>.jsonl` and `<name>.ids.txt` under the dataset's work folder. */
export async function writeSelection(root: string, selection: Selection): Promise<{ readonly selectionFile: string; readonly idsFile: string }> {
  checkSelectionName(selection.header.name);
  const paths = selectionPaths(root, selection.header.name);
  for (const file of Object.values(paths)) await checkWorkPlace(root, file, "bad-selection");
  const entries = [...selection.entries].sort(byId);
  const lines = [JSON.stringify({ format: FORMAT, version: VERSION, ...selection.header })];
  for (const { id, decision, reason, importance, digest, rule, keeper, similarity } of entries) {
    lines.push(JSON.stringify({
      id, decision, reason, ...(rule === undefined ? {} : { rule }), importance: rounded(importance), ...(digest === undefined ? {} : { digest }),
      ...(keeper === undefined ? {} : { keeper, similarity: rounded(similarity ?? 0) }),
    }));
  }
  await writeTextFile(paths.selectionFile, lines.join("\n") + "\n");
  await writeTextFile(paths.idsFile, entries.filter((entry) => entry.decision === "kept").map((entry) => entry.id + "\n").join(""));
  return paths;
}

/** Six significant digits: enough to compare, short enough to read. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** Reads a selection; a line that is not one is an error with its number (code bad-selection). */
export async function readSelection(root: string, name: string): Promise<Selection> {
  return read(root, name, false);
}

/** What the first line of a selection says; the others, which may be many, are not read. Errors as of {@link readSelection}. */
export async function readSelectionHeader(root: string, name: string): Promise<SelectionHeader> {
  return (await read(root, name, true)).header;
}

async function read(root: string, name: string, isHeaderAlone: boolean): Promise<Selection> {
  checkSelectionName(name);
  const { selectionFile } = selectionPaths(root, name);
  await checkWorkPlace(root, selectionFile, "bad-selection");
  const shown = `${WORK_FOLDER}/selections/${name}.jsonl`;
  const bad = (problem: string, line: number): InfomaxError =>
    new InfomaxError("bad-selection", problem, "Restore the file from git, or delete it and prune again.", { file: shown, line });
  let header: SelectionHeader | null = null;
  const entries: SelectionEntry[] = [];
  let number = 0;
  const stream = createReadStream(selectionFile, "utf8");
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      number++;
      const text = number === 1 ? line.replace(/^\uFEFF/, "") : line;
      if (text === "") continue;
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw bad("the line is no JSON", number);
      }
      if (header === null) {
        if (!isHeader(value)) throw bad(`the file is no selection of version ${VERSION}`, number);
        header = value;
        if (isHeaderAlone) break;
      } else if (isEntry(value)) entries.push(value);
      else throw bad("the line is no decision on a sample", number);
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") {
      throw new InfomaxError("not-found", `there is no selection "${name}"`, "Prune the dataset to make one.", { file: shown }, thrown);
    }
    if (thrown instanceof InfomaxError) throw thrown;
    throw new InfomaxError("bad-selection", `it cannot be read (${messageOf(thrown)})`, "Make the file readable, or delete it and prune again.", { file: shown }, thrown);
  } finally {
    stream.destroy();
  }
  if (header === null) throw bad("the file is empty", 1);
  return { header, entries };
}

function isHeader(value: unknown): value is SelectionHeader {
  if (!isRecord(value)) return false;
  const { format, version, config, bound, configDigest, rules } = value;
  return format === FORMAT && version === VERSION && ["name", "dataset", "datasetDigest", "requestedBudget"].every((name) => typeof value[name] === "string")
    && ["samples", "kept", "objective", "unreadable"].every((name) => typeof value[name] === "number") && isRecord(config)
    && (bound === undefined || typeof bound === "number") && (configDigest === undefined || typeof configDigest === "string")
    && (rules === undefined || (Array.isArray(rules) && rules.every(isAppliedRule)));
}

function isAppliedRule(value: unknown): value is AppliedRule {
  return isRecord(value) && typeof value["name"] === "string" && (value["action"] === "protect" || value["action"] === "exclude")
    && typeof value["reason"] === "string" && typeof value["samples"] === "number";
}

function isEntry(value: unknown): value is SelectionEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Record<string, unknown>;
  const reasons: readonly unknown[] = [...KEEP_REASONS, ...DROP_REASONS];
  return typeof entry["id"] === "string" && (entry["decision"] === "kept" || entry["decision"] === "dropped") && reasons.includes(entry["reason"])
    && typeof entry["importance"] === "number" && (entry["keeper"] === undefined || typeof entry["keeper"] === "string")
    && (entry["digest"] === undefined || typeof entry["digest"] === "string") && (entry["rule"] === undefined || typeof entry["rule"] === "string")
    && (entry["similarity"] === undefined || typeof entry["similarity"] === "number");
}

/** Names of the selections at a dataset's root, those of all its tables, in alphabetical order. */
export async function listSelections(root: string): Promise<string[]> {
  const folder = path.join(root, WORK_FOLDER, "selections");
  await checkWorkPlace(root, folder, "bad-selection", "folder");
  try {
    const files = await readdir(folder);
    return files.filter((file) => file.endsWith(".jsonl")).map((file) => file.slice(0, -".jsonl".length)).sort();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw thrown;
  }
}
