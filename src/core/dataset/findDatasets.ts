import type { Dir, Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import path from "node:path";
import { counted, dynamicsEpochOf, isImageName, isMetadataName, isSkippedFolder, splitOfSegment, tableFormatOf } from "./paths.ts";

/** A dataset that could be opened. `path` is absolute. */
export interface FoundDataset {
  readonly path: string;
  readonly description: string;
}

/** Datasets lie at most this many folders below the one searched; their images may lie two deeper (split, class). */
const MAX_DEPTH = 3;
const IMAGE_DEPTH = MAX_DEPTH + 2;
const MAX_ENTRIES = 20_000;
const MAX_ENTRIES_PER_FOLDER = 1000;

interface Folder {
  readonly absolute: string;
  readonly depth: number;
  readonly parent: Folder | null;
  images: number;
  /** Folders directly below that hold images. */
  imageFolders: number;
  /** The folder has more entries than were looked at. */
  cut: boolean;
  tables: string[];
}

/**
 * Datasets under `folder`, for a list to choose from: folders of images (with classes or splits below them counted as
 * one dataset) and table files, those nearest first. Looks at names only, three levels deep, at no more than 20,000
 * entries; skips hidden folders, node_modules and links. Folders that cannot be read hold nothing.
 */
export async function findDatasets(folder: string): Promise<FoundDataset[]> {
  const root = path.resolve(folder);
  const folders = await walk(root);
  const roots = new Map<Folder, { images: number; classes: Set<string>; cut: boolean }>();
  for (const holder of folders) {
    if (holder.images === 0) continue;
    const found = datasetRootOf(holder);
    if (found.depth > MAX_DEPTH) continue;
    const tally = roots.get(found) ?? { images: 0, classes: new Set<string>(), cut: false };
    tally.images += holder.images;
    tally.cut ||= holder.cut;
    if (holder !== found && !isSplit(holder)) tally.classes.add(path.basename(holder.absolute));
    roots.set(found, tally);
  }
  const results: FoundDataset[] = [];
  for (const found of folders) {
    const tally = roots.get(found);
    if (tally !== undefined) {
      const inClasses = tally.classes.size > 0 ? ` in ${counted(tally.classes.size, "class folder")}` : "";
      results.push({ path: found.absolute, description: `${tally.cut ? "at least " : ""}${counted(tally.images, "image")}${inClasses}` });
    }
    if (found.depth > MAX_DEPTH) continue;
    for (const table of found.tables) results.push({ path: table, description: await describeTable(table) });
  }
  return results;
}

/** Breadth first, so that a bound on entries cuts what is deepest. */
async function walk(root: string): Promise<Folder[]> {
  const folders: Folder[] = [{ absolute: root, depth: 0, parent: null, images: 0, imageFolders: 0, cut: false, tables: [] }];
  let entries = 0;
  for (const folder of folders) {
    if (entries >= MAX_ENTRIES) break;
    const below: string[] = [];
    const limit = Math.min(MAX_ENTRIES_PER_FOLDER, MAX_ENTRIES - entries);
    const names = await firstEntries(folder.absolute, limit);
    folder.cut = names.length === limit;
    entries += names.length;
    for (const entry of names) {
      const absolute = path.join(folder.absolute, entry.name);
      if (entry.isDirectory()) {
        if (folder.depth < IMAGE_DEPTH && !isSkippedFolder(entry.name)) below.push(absolute);
      } else if (entry.isFile() && !entry.name.startsWith(".")) {
        if (isImageName(entry.name)) folder.images++;
        else if (tableFormatOf(entry.name) !== null && dynamicsEpochOf(entry.name) === null) folder.tables.push(absolute);
      }
    }
    if (folder.images > 0 && folder.parent !== null) folder.parent.imageFolders++;
    folder.tables.sort();
    for (const absolute of below.sort()) folders.push({ absolute, depth: folder.depth + 1, parent: folder, images: 0, imageFolders: 0, cut: false, tables: [] });
  }
  return folders;
}

async function firstEntries(folder: string, limit: number): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  let opened: Dir;
  try {
    opened = await opendir(folder);
  } catch {
    return entries;
  }
  for await (const entry of opened) {
    entries.push(entry);
    if (entries.length === limit) break;
  }
  return entries;
}

/** The folder to open for the images in `holder`: above its siblings where these are classes, not described ones, and above its split. */
function datasetRootOf(holder: Folder): Folder {
  let root = holder;
  const { parent } = holder;
  if (parent !== null && !isSplit(holder) && !isDescribed(holder) && (parent.imageFolders > 1 || isSplit(parent))) root = parent;
  while (root.parent !== null && isSplit(root)) root = root.parent;
  return root;
}

function isDescribed(folder: Folder): boolean {
  return folder.tables.some((table) => isMetadataName(path.basename(table)));
}

function isSplit(folder: Folder): boolean {
  return splitOfSegment(path.basename(folder.absolute)) !== 0;
}

async function describeTable(file: string): Promise<string> {
  const format = tableFormatOf(file)?.toUpperCase() ?? "";
  try {
    const { size } = await stat(file);
    const shown = size >= 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.ceil(size / 1e3)} kB`;
    return `${format}, ${shown}`;
  } catch {
    return format;
  }
}
