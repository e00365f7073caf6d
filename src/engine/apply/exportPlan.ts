import { createHash } from "node:crypto";
import { lstat, readdir, realpath, stat, statfs } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { isInside, isSkippedFolder } from "../../core/dataset/paths.ts";
import { InfomaxError, messageOf, throwIfCancelled } from "../../core/errors.ts";
import { partialFolders } from "../../core/export/exportFolder.ts";
import { namedImage, namesImages, rowsByFile } from "../../core/export/keptSamples.ts";
import { ALL_FOLDING, foldingOf, nameClash, NO_FOLDING, type NameFolding } from "../../core/export/targetNames.ts";
import type { ApplyPlan, ExportForm, ExportParams } from "../../protocol/apply.ts";
import { formatBytes, formatCount, samplesText } from "../../protocol/words.ts";
import { messageIn } from "../coreTexts.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import { notWhole, standingOf, standingSentences } from "../selectionStanding.ts";
import { appliedSelection, type AppliedSelection } from "./appliedSelection.ts";

/** What a plan asks the system; tests give their own. */
export interface ExportHost {
  /** Bytes that may be written under a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
  readonly folding: (folder: string) => Promise<NameFolding>;
  /** Number of the file system that holds a folder. */
  readonly deviceOf: (folder: string) => Promise<number>;
}

export const SYSTEM: ExportHost = {
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  folding: foldingOf,
  deviceOf: async (folder) => (await stat(folder)).dev,
};

/** A plan, and what carrying it out needs. */
export interface PreparedExport {
  readonly plan: ApplyPlan;
  readonly applied: AppliedSelection;
}

/** Files of the project's own beside the data: list of ids, manifest, two loaders. */
const OWN_FILES = 4;
/** A file takes whole blocks on a disk. */
const BLOCK_BYTES = 4096;
/** About what a line of a list takes beside the id. */
const LINE_BYTES = 60;
/** How many names a sentence carries. */
const NAMED = 3;

interface Targets {
  /** POSIX paths relative to the new folder, the project's own files among them. */
  readonly files: readonly string[];
  /** Bytes that are written; links take none. */
  readonly bytes: number;
  /** Links in the dataset that are exported as the files that they lead to. */
  readonly links: number;
  /** Images that records name by absolute paths, which the export's records keep. */
  readonly absolute: number;
  readonly tables: number;
  readonly emptyTables: readonly string[];
  readonly images: number;
}

/**
 * What an export would write, and why it cannot be done now. Reads names and sizes of files, and of tables whose records
 * name images the kept records; writes nothing but, where names differ by case or Unicode form alone, a file in the
 * target's parent that shows whether it tells them apart, and takes it away again.
 * @throws InfomaxError not-found, bad-selection, bad-argument
 */
export async function prepareExport(loaded: LoadedDataset, params: ExportParams, host: ExportHost, signal: AbortSignal | undefined): Promise<PreparedExport> {
  const { dataset, datasetDigest, signature } = loaded.index;
  if (!path.isAbsolute(params.out) || params.out.includes("\0")) throw new InfomaxError("bad-argument", l10n.t("the place to export to is no absolute path"), l10n.t("Name a folder to make."), { file: params.out });
  const out = path.resolve(params.out);
  const applied = await appliedSelection(loaded, params.selection);
  const problems: string[] = [...await placeProblems(out, dataset.path, dataset.root), ...await sampleProblems(loaded, applied)];
  const parent = path.dirname(out);
  const parentThere = await stat(parent).then((found) => found.isDirectory(), () => false);
  const targets = await targetsOf(loaded, applied, params.form, signal);
  let freeBytes: number | null = null;
  if (parentThere) {
    problems.push(...await nameProblems(targets.files, parent, host));
    if (params.form !== "list") {
      freeBytes = await host.freeBytes(parent);
      const needed = targets.bytes + targets.files.length * BLOCK_BYTES;
      if (freeBytes < needed) problems.push(l10n.t("The disk has room for {0}, and the export takes about {1}: make room, or export elsewhere.", formatBytes(freeBytes), formatBytes(needed)));
    }
    if (params.form === "hardlink" && targets.images > 0 && await host.deviceOf(parent) !== await host.deviceOf(dataset.root)) {
      problems.push(l10n.t("{0} is on another disk than the dataset, and hard links cannot cross disks: export a copy.", parent));
    }
  }
  const statement = [...await statementOf(loaded, applied, params.form, out, targets, parentThere), ...await standing(dataset.root, applied)];
  const digest = createHash("sha256").update(JSON.stringify([1, applied.name, applied.sha256, datasetDigest, signature, params.form, out, targets.files.length, targets.bytes, problems])).digest("hex");
  return { applied, plan: { selection: applied.name, statement, files: targets.files.length, bytes: targets.bytes, freeBytes, problems, digest } };
}

/** A log that cannot be read hinders no export: that it could not be written into is said after it. */
async function standing(root: string, applied: AppliedSelection): Promise<readonly string[]> {
  try {
    return standingSentences(applied.name, await standingOf(root, applied));
  } catch (thrown) {
    if (thrown instanceof InfomaxError) return [];
    throw thrown;
  }
}

/** Why nothing can be made at a place. */
async function placeProblems(out: string, datasetPath: string, root: string): Promise<string[]> {
  const parent = path.dirname(out);
  const found = await stat(parent).catch(() => null);
  if (found === null) return [l10n.t("There is no folder {0}: make it first, or export elsewhere.", parent)];
  if (!found.isDirectory()) return [l10n.t("{0} is no folder: export elsewhere.", parent)];
  const problems: string[] = [];
  const there = await lstat(out).catch(() => null);
  if (there !== null && !there.isDirectory()) problems.push(l10n.t("{0} is there already and no folder: nothing is overwritten. Name another folder.", out));
  else if (there !== null && (await readdir(out)).length > 0) problems.push(l10n.t("{0} is there already and not empty: nothing is overwritten. Name another folder.", out));
  // A table's own folder is not read with it, so an export beside a table is in order.
  const place = path.join(await realpath(parent), path.basename(out));
  if (datasetPath === root && isInside(root, place)) {
    const parts = path.relative(root, place).split(path.sep);
    const isHidden = parts.slice(0, -1).some(isSkippedFolder) || parts[parts.length - 1].startsWith(".");
    if (!isHidden) problems.push(l10n.t("{0} lies in the dataset, of which the exported files would become a part: export outside of it, or into a folder whose name begins with a dot.", out));
  }
  return problems;
}

/** Why a selection does not fit the dataset and what is decided of it now. */
async function sampleProblems(loaded: LoadedDataset, applied: AppliedSelection): Promise<string[]> {
  const { kept, dropped, added, missing, changed, entries } = applied;
  const { ids } = loaded.index.dataset;
  const seen = await loaded.snapshot();
  const problems: string[] = [];
  const add = (names: readonly string[], one: (name: string) => string, many: (count: string, names: string) => string): void => {
    if (names.length === 1) problems.push(one(names[0]));
    if (names.length > 1) problems.push(many(formatCount(names.length), `${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ", …" : ""}`));
  };
  const named = (rows: readonly number[]): string[] => rows.map((row) => ids[row]);
  if (kept.length === 0) problems.push(l10n.t("The selection keeps no sample of the dataset: there is nothing to export."));
  const keptIds = new Set(entries.filter(({ decision }) => decision === "kept").map(({ id }) => id));
  add(missing.filter((id) => keptIds.has(id)),
    (id) => l10n.t("The kept sample {0} is not in the dataset any more: prune again.", id),
    (count, some) => l10n.t("{0} kept samples are not in the dataset any more ({1}): prune again.", count, some));
  add(named(changed),
    (id) => l10n.t("{0} has changed since the selection was made: prune again.", id),
    (count, some) => l10n.t("{0} samples have changed since the selection was made ({1}): prune again.", count, some));
  add(named(dropped.filter((row) => seen.protectedRows.has(row))),
    (id) => l10n.t("The selection drops {0}, which is protected by now: prune again.", id),
    (count, some) => l10n.t("The selection drops {0} samples that are protected by now ({1}): prune again.", count, some));
  add(named(added.filter((row) => seen.protectedRows.has(row))),
    (id) => l10n.t("{0} is protected and came after the selection was made: prune again.", id),
    (count, some) => l10n.t("{0} samples are protected and came after the selection was made ({1}): prune again.", count, some));
  add(named(kept.filter((row) => seen.excludedRows.has(row))),
    (id) => l10n.t("The selection keeps {0}, which is excluded by now: prune again.", id),
    (count, some) => l10n.t("The selection keeps {0} samples that are excluded by now ({1}): prune again.", count, some));
  if (seen.rulesProblem !== null) problems.push(l10n.t("What the rules of infomax.json decide cannot be known: {0}", messageIn(seen.rulesProblem)));
  const torn = notWhole(applied);
  if (torn !== null) problems.push(torn);
  return problems;
}

/** Names that the target would take for one. */
async function nameProblems(files: readonly string[], parent: string, host: ExportHost): Promise<string[]> {
  let clash = nameClash(files, NO_FOLDING);
  if (clash === null && nameClash(files, ALL_FOLDING) !== null) {
    try {
      clash = nameClash(files, await host.folding(parent));
    } catch (thrown) {
      return [l10n.t("{0} cannot be written to ({1}): export elsewhere.", parent, messageOf(thrown))];
    }
  }
  return clash === null ? [] : [l10n.t("{0} and {1} would get one name there: rename one of them, or export to a disk that tells their names apart.", clash.first, clash.second)];
}

async function targetsOf(loaded: LoadedDataset, { name, kept }: AppliedSelection, form: ExportForm, signal: AbortSignal | undefined): Promise<Targets> {
  const { dataset, stamps } = loaded.index;
  const { files, fileOf, ids, root, byteLength } = dataset;
  const own = [`${name}.ids.txt`, "manifest.json", "load_with_datasets.py", "load_with_torch.py"];
  const ids1 = kept.reduce((sum, row) => sum + ids[row].length + 1, 0);
  const none = { links: 0, absolute: 0, tables: 0, images: 0, emptyTables: [] };
  if (form === "list") return { ...none, files: [...own, "ids.txt", "kept.jsonl"], bytes: 2 * ids1 + kept.length * LINE_BYTES };
  if (dataset.layout === "images") {
    let bytes = 0;
    let links = 0;
    for (const [at, row] of kept.entries()) {
      if (at % 256 === 0) throwIfCancelled(signal);
      const place = path.join(root, files[fileOf[row]]);
      if ((await lstat(place)).isSymbolicLink()) links++;
      bytes += stamps === null ? (await stat(place)).size : stamps.sizes[fileOf[row]];
    }
    if (form === "parquet") return { ...none, links, files: [...own, "data.parquet"], bytes: bytes + ids1, images: kept.length };
    return { ...none, links, files: [...kept.map((row) => files[fileOf[row]]), ...own], bytes: (form === "copy" ? bytes : 0) + ids1, images: kept.length };
  }
  const byFile = rowsByFile(dataset, kept);
  const tables = [...byFile.keys()].map((file) => files[file]);
  const recordBytes = kept.reduce((sum, row) => sum + byteLength[row] + 2, 0);
  const images = namesImages(dataset) ? await imagesOf(loaded, kept, signal) : { files: [], bytes: 0, eachBytes: 0, links: 0, absolute: 0 };
  const { links, absolute } = images;
  if (form === "parquet") return { ...none, links, files: [...own, "data.parquet"], bytes: recordBytes + images.eachBytes + ids1, tables: tables.length, images: images.files.length };
  return {
    files: [...tables, ...images.files, ...own], bytes: recordBytes + (form === "copy" ? images.bytes : 0) + ids1, links, absolute,
    tables: tables.length, images: images.files.length, emptyTables: files.filter((_, file) => !byFile.has(file)),
  };
}

interface NamedImages {
  readonly files: readonly string[];
  /** Of each image once, and once for each record that names it. */
  readonly bytes: number;
  readonly eachBytes: number;
  readonly links: number;
  readonly absolute: number;
}

async function imagesOf(loaded: LoadedDataset, kept: readonly number[], signal: AbortSignal | undefined): Promise<NamedImages> {
  const { dataset } = loaded.index;
  const sizes = new Map<string, number>();
  let links = 0;
  let absolute = 0;
  let bytes = 0;
  let eachBytes = 0;
  for (const [at, row] of kept.entries()) {
    if (at % 256 === 0) throwIfCancelled(signal);
    const image = await namedImage({ dataset, content: loaded.content }, row);
    if (image === null) continue;
    if (path.isAbsolute(image.named)) absolute++;
    let size = sizes.get(image.file);
    if (size === undefined) {
      if ((await lstat(image.absolute)).isSymbolicLink()) links++;
      ({ size } = await stat(image.absolute));
      sizes.set(image.file, size);
      bytes += size;
    }
    eachBytes += size;
  }
  return { files: [...sizes.keys()], bytes, eachBytes, links, absolute };
}

/** What is written, where, and what stays, in plain sentences. */
async function statementOf(loaded: LoadedDataset, applied: AppliedSelection, form: ExportForm, out: string, targets: Targets, parentThere: boolean): Promise<string[]> {
  const { dataset } = loaded.index;
  const kept = samplesText(applied.kept.length);
  const all = formatCount(dataset.count);
  const said: string[] = [];
  switch (form) {
    case "copy":
      said.push(l10n.t("Of {0} samples, the {1} that \"{2}\" keeps are copied into a new folder, {3}.", all, kept, applied.name, out));
      break;
    case "hardlink":
      said.push(l10n.t("Of {0} samples, the {1} that \"{2}\" keeps come into a new folder, {3}, images as hard links.", all, kept, applied.name, out));
      if (targets.images > 0) said.push(l10n.t("A linked image is one file with two names and takes no room: who edits it in place changes it in the dataset as well."));
      break;
    case "parquet":
      said.push(l10n.t("Of {0} samples, the {1} that \"{2}\" keeps are written to data.parquet in a new folder, {3}.", all, kept, applied.name, out));
      break;
    case "list":
      said.push(l10n.t("Of {0} samples, the {1} that \"{2}\" keeps are listed in a new folder, {3}; the data itself is not copied.", all, kept, applied.name, out));
      break;
  }
  said.push(l10n.t("That makes {0} files, about {1}: {2} of them the list of ids, a manifest with digests, and Python code that loads the data.", formatCount(targets.files.length), formatBytes(targets.bytes), OWN_FILES));
  if (targets.tables > 0 && form !== "parquet") {
    said.push(targets.images > 0
      ? l10n.t("Kept records stay byte for byte as they are in {0}; the {1} images that they name come along.", tablesText(targets.tables), formatCount(targets.images))
      : l10n.t("Kept records stay byte for byte as they are in {0}.", tablesText(targets.tables)));
  }
  if (targets.emptyTables.length > 0) said.push(l10n.t("Of {0} no record is kept: left out.", `${targets.emptyTables.slice(0, NAMED).join(", ")}${targets.emptyTables.length > NAMED ? ", …" : ""}`));
  if (targets.links === 1) said.push(l10n.t("1 link in the dataset is exported as the file that it leads to."));
  if (targets.links > 1) said.push(l10n.t("{0} links in the dataset are exported as the files that they lead to.", formatCount(targets.links)));
  said.push(...notesOf(loaded, applied, targets.absolute));
  said.push(l10n.t("Nothing in the dataset is changed, moved or deleted."));
  if (parentThere) {
    for (const left of await partialFolders(out)) said.push(l10n.t("An earlier export was interrupted and left {0}, which holds nothing but copies: delete that folder, unless an export is running now.", left));
  }
  return said;
}

function tablesText(tables: number): string {
  return tables === 1 ? l10n.t("1 table") : l10n.t("{0} tables", formatCount(tables));
}

/** What is not exported, and what the export cannot promise. */
export function notesOf(loaded: LoadedDataset, { added, hasDigests, header }: AppliedSelection, absolute: number): string[] {
  const { dataset, datasetDigest } = loaded.index;
  const notes: string[] = [];
  if (dataset.rejected.length === 1) notes.push(l10n.t("1 sample that could not be read is not exported."));
  if (dataset.rejected.length > 1) notes.push(l10n.t("{0} samples that could not be read are not exported.", formatCount(dataset.rejected.length)));
  if (added.length === 1) notes.push(l10n.t("1 sample came after the selection was made and is not exported."));
  if (added.length > 1) notes.push(l10n.t("{0} samples came after the selection was made and are not exported.", formatCount(added.length)));
  if (!hasDigests && header.datasetDigest !== datasetDigest) notes.push(l10n.t("The selection is of an earlier version, which did not say what the samples hold: the dataset has changed since, and only ids are compared."));
  if (absolute === 1) notes.push(l10n.t("1 record names its image by an absolute path, which leads to the dataset's own image, not to the exported one."));
  if (absolute > 1) notes.push(l10n.t("{0} records name their images by absolute paths, which lead to the dataset's own images, not to the exported ones.", formatCount(absolute)));
  return notes;
}
