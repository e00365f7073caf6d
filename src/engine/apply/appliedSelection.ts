import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { InfomaxError } from "../../core/errors.ts";
import { belongsTo, notOurs, readSelection, selectionPaths, type Selection, type SelectionEntry, type SelectionHeader } from "../../core/store/selectionFile.ts";
import type { LoadedDataset } from "../loadedDataset.ts";

/** A selection beside the dataset as it is indexed now. */
export interface AppliedSelection {
  readonly name: string;
  /** Absolute path of its file, and the SHA-256 of that file. */
  readonly file: string;
  readonly sha256: string;
  readonly header: SelectionHeader;
  readonly entries: readonly SelectionEntry[];
  /** Entry of each row; undefined for samples that it does not know. */
  readonly entryOf: readonly (SelectionEntry | undefined)[];
  /** Ascending rows that it keeps and drops. */
  readonly kept: readonly number[];
  readonly dropped: readonly number[];
  /** Ids that it names and the dataset has no more. */
  readonly missing: readonly string[];
  /** Rows that it does not know. */
  readonly added: readonly number[];
  /** Rows whose content is another than when they were selected from; empty for selections of earlier builds, which did not say. */
  readonly changed: readonly number[];
  /** It says the content of every sample. */
  readonly hasDigests: boolean;
}

/**
 * Reads a selection, the current one when no name is given, and matches it with the samples.
 * @throws InfomaxError not-found, bad-selection
 */
export async function appliedSelection(loaded: LoadedDataset, given: string | undefined): Promise<AppliedSelection> {
  const { dataset } = loaded.index;
  const name = given ?? loaded.currentSelection;
  if (name === null) throw new InfomaxError("not-found", l10n.t("there is no selection yet"), l10n.t("Prune the dataset first (InfoMax: Prune Dataset, or infomax prune)."), { file: dataset.path });
  const { selectionFile: file } = selectionPaths(dataset.root, name);
  const { header, entries, sha256 } = await readWhole(dataset.root, name, file);
  if (!await belongsTo(header, dataset.path, dataset.root)) throw notOurs(header, name, dataset.path, dataset.root, l10n.t("Name a selection of this dataset."));
  const entryOf = new Array<SelectionEntry | undefined>(dataset.count);
  const missing: string[] = [];
  for (const entry of entries) {
    const row = loaded.rowOf.get(entry.id);
    if (row === undefined) missing.push(entry.id);
    else entryOf[row] = entry;
  }
  const kept: number[] = [];
  const dropped: number[] = [];
  const added: number[] = [];
  const changed: number[] = [];
  let hasDigests = true;
  for (let row = 0; row < dataset.count; row++) {
    const entry = entryOf[row];
    if (entry === undefined) added.push(row);
    else {
      (entry.decision === "kept" ? kept : dropped).push(row);
      if (entry.digest === undefined) hasDigests = false;
      else if (entry.digest !== loaded.digestHex(row)) changed.push(row);
    }
  }
  return { name, file, sha256, header, entries, entryOf, kept, dropped, missing, added, changed, hasDigests };
}

/** A selection and the digest of exactly what was read: pruning may replace the file meanwhile. */
async function readWhole(root: string, name: string, file: string): Promise<Selection & { readonly sha256: string }> {
  const digest = async (): Promise<string> => createHash("sha256").update(await readFile(file)).digest("hex");
  for (;;) {
    // What is wrong with the file is told by reading it as a selection.
    const before = await digest().catch(() => "");
    const selection = await readSelection(root, name);
    const sha256 = await digest();
    if (sha256 === before) return { ...selection, sha256 };
  }
}
