import path from "node:path";
import { SPLITS } from "./dataset.ts";

/** File name extensions read as images, lower case, with the dot. */
export const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set([
  ".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif",
]);

/** How the records of a table file are written. */
export type TableFormat = "jsonl" | "csv" | "tsv";

const TABLE_FORMATS: ReadonlyMap<string, TableFormat> = new Map([
  [".jsonl", "jsonl"], [".ndjson", "jsonl"], [".csv", "csv"], [".tsv", "tsv"],
]);

/** Folder names (lower case) that say which split the files below belong to: index into {@link SPLITS}. */
const SPLIT_NAMES: ReadonlyMap<string, number> = new Map([
  ["train", SPLITS.indexOf("train")],
  ["val", SPLITS.indexOf("val")],
  ["valid", SPLITS.indexOf("val")],
  ["validation", SPLITS.indexOf("val")],
  ["test", SPLITS.indexOf("test")],
]);

/** Folders that only hold the images of a class, and never name one. */
const HOLDER_NAMES: ReadonlySet<string> = new Set(["images", "image", "imgs", "img"]);

/** True when the name ends in an image extension, in any case. */
export function isImageName(name: string): boolean {
  return IMAGE_EXTENSIONS.has(path.extname(name).toLowerCase());
}

/** How the records of the named file are written, or null when it is no table that can be read. */
export function tableFormatOf(name: string): TableFormat | null {
  return TABLE_FORMATS.get(path.extname(name).toLowerCase()) ?? null;
}

/** Folders that never hold samples: hidden ones (.infomax, .git) and node_modules. */
export function isSkippedFolder(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

const DYNAMICS_NAME = /^dynamics_epoch_(\d+)\.jsonl$/;

/** The epoch whose training dynamics a file of this name holds, or null: such a file is no table of samples. */
export function dynamicsEpochOf(name: string): number | null {
  const epoch = DYNAMICS_NAME.exec(name)?.[1];
  return epoch === undefined ? null : Number(epoch);
}

/** Split that one path segment names, as an index into {@link SPLITS}; 0 for none. */
export function splitOfSegment(segment: string): number {
  return SPLIT_NAMES.get(segment.toLowerCase()) ?? 0;
}

/** Split of a file (POSIX path relative to the root) by the first folder that names one, else by a table's own name. */
export function splitOfFile(file: string): number {
  const segments = file.split("/");
  const name = segments.pop() ?? "";
  for (const segment of segments) {
    const split = splitOfSegment(segment);
    if (split !== 0) return split;
  }
  return tableFormatOf(name) === null ? 0 : splitOfSegment(name.slice(0, name.lastIndexOf(".")));
}

/** Class of an image file: its innermost folder below the root that is neither a split nor a mere holder; null for none. */
export function labelOfImage(file: string): string | null {
  const segments = file.split("/");
  for (let i = segments.length - 2; i >= 0; i--) {
    const segment = segments[i];
    if (splitOfSegment(segment) === 0 && !HOLDER_NAMES.has(segment.toLowerCase())) return segment;
  }
  return null;
}

/** True when the absolute path `target` is `root` or lies in it; both resolved alike. */
export function isInside(root: string, target: string): boolean {
  const relative = path.relative(root, target);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** A file of this name describes the images beside it, whose paths are relative to it: Hugging Face's image folders. */
export function isMetadataName(name: string): boolean {
  return /^metadata\.(?:jsonl|csv)$/i.test(name);
}

/** Absolute path of an image that a record names: relative to the root, or to the table where that is a `metadata` file. */
export function imageFileOf(root: string, table: string, image: string): string {
  return path.resolve(root, isMetadataName(path.posix.basename(table)) ? path.posix.dirname(table) : "", image);
}

/** The file system's path relative to `root` as a POSIX path. */
export function toPosix(root: string, target: string): string {
  const relative = path.relative(root, target);
  return path.sep === "/" ? relative : relative.split(path.sep).join("/");
}

/** `12 samples`, `1 sample`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
