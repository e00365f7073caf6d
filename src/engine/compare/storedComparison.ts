import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import type { ComparisonChanges } from "../../core/comparison/changesSince.ts";
import { parseCompareResult, type CompareResult } from "../../core/comparison/compareResult.ts";
import { InfomaxError, messageOf } from "../../core/errors.ts";
import { writeTextFile } from "../../core/store/protectionFile.ts";
import type { ComparisonPricing, ComparisonView } from "../../protocol/comparison.ts";
import type { ComparisonParams, ExportComparisonParams, PricingParams } from "../../protocol/compareRequests.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import { listName, matchedListName, type SubsetList } from "./compareDatasets.ts";
import { comparisonPricing } from "./comparisonPricing.ts";
import { changeLines } from "./comparisonTable.ts";
import { comparisonView } from "./comparisonView.ts";
import { heldOutRows } from "./heldOut.ts";
import { digestOfSet } from "./sets.ts";
import { parseChanges } from "./storedChanges.ts";
import { LIST_ENDING, LISTS_FOLDER, RESULT_FILE, tablesOf, writeComparison } from "./writeComparison.ts";

const FOLDER = "comparison";
const CHANGES_FILE = "changes.json";
const LEFTOVER = /^comparison-[0-9a-f]{12}\.(?:new|old)$/;
const OLD = 24 * 3600 * 1000;
const TRIES = 10;
/** Of a result: 20,000 runs take some 60 MB. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Results held in memory, as each price that is moved asks for one anew. */
const MOST_HELD = 2;

interface Read {
  readonly file: string;
  readonly written: number;
  readonly result: CompareResult;
  readonly changes: ComparisonChanges | null;
}

/** What is known of a result's file without reading it. */
interface Stamp {
  readonly written: number;
  readonly size: number;
}

/**
 * The last comparison of every dataset, in the dataset's cache folder, and those in files of the user.
 */
export class StoredComparisons {
  /** By path, the last used last. */
  private readonly held = new Map<string, Stamp & { readonly read: Read }>();
  /** Digests of a dataset's candidates, by whether some rows are held out and with which seed. */
  private readonly digests = new WeakMap<LoadedDataset, Map<string, Promise<string>>>();

  /**
   * A comparison for views: that in the file, or the dataset's last one; null where it has none.
   * @param folder the dataset's cache folder
   * @throws InfomaxError not-trusted for a file in an untrusted workspace; not-found, bad-data
   */
  async open(loaded: LoadedDataset, folder: string, params: ComparisonParams): Promise<ComparisonView | null> {
    const read = await this.read(folder, params);
    if (read === null) return null;
    const { file, written, result, changes } = read;
    return comparisonView(result, { file, written, stale: await this.isStale(loaded, result), changes: changes === null ? [] : changeLines(changes, result) });
  }

  /**
   * The same for a report; null also where the dataset's last one cannot be read, as one of an older version: it can be made
   * again, and a report does without.
   * @throws InfomaxError those of {@link open} for a file
   */
  async forReport(loaded: LoadedDataset, folder: string, params: ComparisonParams): Promise<ComparisonView | null> {
    try {
      return await this.open(loaded, folder, params);
    } catch (thrown) {
      if (params.file === null && thrown instanceof InfomaxError && thrown.code === "bad-data") return null;
      throw thrown;
    }
  }

  /**
   * A comparison under other prices.
   * @throws InfomaxError those of {@link open} and {@link comparisonPricing}; not-found where there is no comparison
   */
  async price(folder: string, params: PricingParams, signal?: AbortSignal): Promise<ComparisonPricing> {
    return comparisonPricing((await this.existing(folder, params)).result, params.question, signal);
  }

  /**
   * Copies result, tables and lists of ids into a folder, which is made. Nothing that is there is overwritten.
   * @returns absolute paths
   * @throws InfomaxError those of {@link open}; not-found where there is no comparison; bad-argument for a folder that holds any of it already
   */
  async copy(folder: string, params: ExportComparisonParams): Promise<{ readonly files: readonly string[] }> {
    const { file, result, changes } = await this.existing(folder, params);
    const target = path.resolve(params.folder);
    const from = path.join(path.dirname(file), LISTS_FOLDER);
    // The names that the result's own lists have, which lead nowhere else; what else lies beside it is none of it.
    const names = result.strategies.map(({ name }) => name);
    const expected = new Set([...result.runs.map((run) => listName(run, names)), ...result.matched.map((run) => matchedListName(run, names))].map((name) => `${name}${LIST_ENDING}`));
    const tables = await tablesOf(result, changes);
    const lists = (await readdir(from, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile() && expected.has(entry.name)).map(({ name }) => name).sort();
    const files = [...lists.map((name) => path.join(target, LISTS_FOLDER, name)), ...[...tables.map(([name]) => name), RESULT_FILE].map((name) => path.join(target, name))];
    for (const own of files) {
      const isThere = await lstat(own).then(() => true, () => false);
      if (isThere) throw new InfomaxError("bad-argument", l10n.t("it is there already, and nothing is overwritten"), l10n.t("Choose an empty folder."), { file: own });
    }
    try {
      await mkdir(lists.length > 0 ? path.join(target, LISTS_FOLDER) : target, { recursive: true });
      for (const name of lists) await copyFile(path.join(from, name), path.join(target, LISTS_FOLDER, name), constants.COPYFILE_EXCL);
      for (const [name, text] of tables) await writeFile(path.join(target, name), text, { flag: "wx" });
      // The result last: where it stands, the rest does.
      await copyFile(file, path.join(target, RESULT_FILE), constants.COPYFILE_EXCL);
    } catch (thrown) {
      throw new InfomaxError("bad-argument", l10n.t("the comparison cannot be copied ({0})", messageOf(thrown)), l10n.t("Name another folder, or make room."), { file: target }, thrown);
    }
    return { files };
  }

  private async existing(folder: string, params: ComparisonParams): Promise<Read> {
    const read = await this.read(folder, params);
    if (read === null) throw new InfomaxError("not-found", l10n.t("the dataset has no comparison yet"), l10n.t("Compare strategies first (InfoMax: Compare Strategies, or infomax compare)."), { file: params.dataset });
    return read;
  }

  private async read(folder: string, { file, trusted }: ComparisonParams): Promise<Read | null> {
    if (file !== null && !trusted) throw new InfomaxError("not-trusted", l10n.t("comparisons in files are read in trusted workspaces only"), l10n.t("Trust the workspace."), { file });
    const own = file === null ? path.join(folder, FOLDER, RESULT_FILE) : path.resolve(file);
    const stamp = await stampOf(own);
    if (stamp === null) {
      if (file === null) return null;
      throw new InfomaxError("not-found", l10n.t("there is no such file"), l10n.t("Check the path."), { file: own });
    }
    const held = this.held.get(own);
    const read = held?.written === stamp.written && held.size === stamp.size ? held.read : await parsed(own, stamp.written, file === null);
    this.held.delete(own);
    this.held.set(own, { ...stamp, read });
    for (const oldest of this.held.keys()) {
      if (this.held.size <= MOST_HELD) break;
      this.held.delete(oldest);
    }
    return read;
  }

  private async isStale(loaded: LoadedDataset, result: CompareResult): Promise<boolean> {
    const isHeldOut = result.config["heldOut"] === true;
    const known = this.digests.get(loaded) ?? new Map<string, Promise<string>>();
    this.digests.set(loaded, known);
    const key = isHeldOut ? `held out ${result.seed}` : "whole";
    const digest = known.get(key) ?? digestOfSet(loaded.index, isHeldOut ? heldOutRows(loaded.index.dataset, result.seed)?.rest ?? null : null);
    known.set(key, digest);
    return await digest !== result.sources[0].digest;
  }
}

/** Null where there is no such file. */
async function stampOf(file: string): Promise<Stamp | null> {
  const found = await stat(file).catch((thrown: unknown) => {
    if (["ENOENT", "ENOTDIR"].includes((thrown as NodeJS.ErrnoException).code ?? "")) return null;
    throw unreadable(file, thrown);
  });
  if (found === null) return null;
  // Reading a pipe would wait for ever.
  if (!found.isFile()) throw new InfomaxError("bad-data", l10n.t("it is no plain file"), l10n.t("Give a file that `infomax compare` wrote."), { file });
  if (found.size > MOST_BYTES) throw new InfomaxError("bad-data", l10n.t("it is larger than {0} MB", Math.round(MOST_BYTES / 1e6)), l10n.t("Give a file that `infomax compare` wrote."), { file });
  return { written: found.mtimeMs, size: found.size };
}

function unreadable(file: string, thrown: unknown): InfomaxError {
  return new InfomaxError("bad-data", l10n.t("it cannot be read ({0})", messageOf(thrown)), l10n.t("Check the file."), { file }, thrown);
}

const textOf = (file: string): Promise<string> => readFile(file, "utf8").catch((thrown: unknown) => { throw unreadable(file, thrown); });

/** @param isOurs whether what lies beside it is of the program too: beside a file of the user's lie files of the user's */
async function parsed(file: string, written: number, isOurs: boolean): Promise<Read> {
  const result = parseCompareResult(await textOf(file), file);
  if (result.utilities.length === 0) throw new InfomaxError("bad-data", l10n.t("it has no utilities"), l10n.t("Compare again."), { file });
  const beside = path.join(path.dirname(file), CHANGES_FILE);
  const hasChanges = isOurs && await stampOf(beside) !== null;
  return { file, written, result, changes: hasChanges ? parseChanges(await textOf(beside), beside) : null };
}

/**
 * Keeps a comparison as the dataset's last one: it is written whole beside the earlier one and then takes its place.
 * @param folder the dataset's cache folder
 * @throws InfomaxError internal where there is no room
 */
export async function keepComparison(folder: string, result: CompareResult, lists: readonly SubsetList[], changes: ComparisonChanges | null, prefix: string): Promise<void> {
  const place = path.join(folder, FOLDER);
  const mark = randomBytes(6).toString("hex");
  const [fresh, old] = [`${place}-${mark}.new`, `${place}-${mark}.old`];
  try {
    await mkdir(folder, { recursive: true });
    await writeComparison(fresh, result, lists, changes, prefix);
    if (changes !== null) await writeTextFile(path.join(fresh, CHANGES_FILE), `${JSON.stringify(changes)}\n`);
    const hadOne = await moved(place, old);
    try {
      await moved(fresh, place);
    } catch (thrown) {
      if (hadOne) await moved(old, place);
      throw thrown;
    }
  } catch (thrown) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    throw new InfomaxError("internal", l10n.t("the comparison could not be kept ({0})", messageOf(thrown)), l10n.t("Make room in the cache folder."), { file: place }, thrown);
  }
  await rm(old, { recursive: true, force: true }).catch(() => undefined);
  // What runs left behind that were killed; what is young may be of one that goes on.
  for (const name of await readdir(folder)) {
    const left = path.join(folder, name);
    if (LEFTOVER.test(name) && await stat(left).then(({ mtimeMs }) => Date.now() - mtimeMs > OLD, () => false)) await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Renames a folder; false where there is none. Windows refuses while anyone reads in it, so there it is tried for a while. */
async function moved(from: string, to: string): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    try {
      await rename(from, to);
      return true;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === "ENOENT") return false;
      if (process.platform !== "win32" || tried === TRIES || !["EPERM", "EACCES", "EBUSY"].includes(code ?? "")) throw thrown;
      await delay(50 * tried);
    }
  }
}
