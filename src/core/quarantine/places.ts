import { lstat } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import path from "node:path";
import { isImageName } from "../dataset/paths.ts";
import { InfomaxError } from "../errors.ts";
import { WORK_FOLDER, checkWorkPlace } from "../store/workFolder.ts";
import { errno, type Disk } from "./disk.ts";

/** The folder of all quarantines, relative to the root. */
export const QUARANTINE = `${WORK_FOLDER}/quarantine`;
const JOURNAL_NAME = "journal.jsonl";
/** What a journal is called while it is written. */
const UNWRITTEN_NAME = "journal.jsonl.new";

/** Where one quarantine lies; all paths are absolute. */
export interface OperationPlaces {
  readonly folder: string;
  readonly journal: string;
  readonly unwritten: string;
  /** Quarantined files, each at its path relative to the root. */
  readonly files: string;
}

export function quarantineFolder(root: string): string {
  return path.join(root, ...QUARANTINE.split("/"));
}

export function operationPlaces(root: string, operation: string): OperationPlaces {
  const folder = path.join(quarantineFolder(root), operation);
  return { folder, journal: path.join(folder, JOURNAL_NAME), unwritten: path.join(folder, UNWRITTEN_NAME), files: path.join(folder, "files") };
}

/** `20260131T235959Z-v1`, with `-2` and so on behind it where two fall into one second. */
const OPERATION_NAME = /^\d{8}T\d{6}Z-[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.\- ]{0,110}$/u;

export function isOperationName(name: string): boolean {
  return OPERATION_NAME.test(name) && !/[. ]$/.test(name);
}

/** The name of a quarantine begun at `when`; `nth` from 1. */
export function operationName(when: Date, selection: string, nth: number): string {
  return `${when.toISOString().replace(/[-:]|\.\d+/g, "")}-${selection}${nth === 1 ? "" : `-${nth}`}`;
}

/** Throws unless a name can be a quarantine's, so that it leads nowhere else. @throws InfomaxError not-found */
export function checkOperationName(name: string): void {
  if (!isOperationName(name)) throw new InfomaxError("not-found", `there is no quarantine "${name}"`, "Run infomax undo --list to see their names.");
}

/** Throws where the quarantine folder or a journal is no plain folder or file, or a link (which could lead out of the dataset). */
export async function checkOperation(root: string, operation: string): Promise<void> {
  await checkWorkPlace(root, operationPlaces(root, operation).journal, "bad-data");
}

/**
 * Why a path from a file must not be used, or null for a clean one: relative, with "/" between names, no empty or dot name, nothing that
 * Windows would read as a drive, stream or other spelling, and the name of an image. Hidden names are no samples, so that no
 * `.git` or `.infomax` can be meant.
 */
export function unclean(file: string): string | null {
  if (file === "" || file.includes("\0")) return "is empty or has a NUL in it";
  if (file.length > 32_768) return "is too long";
  for (const name of file.split("/")) {
    if (name === "") return "is not relative, or has an empty name in it";
    if (name.startsWith(".")) return "has a hidden name in it";
    if (path.sep === "\\" && (/[\\:*?"<>|]/.test(name) || /[. ]$/.test(name))) return "has a name in it that Windows does not know";
  }
  return isImageName(file) ? null : "names no image";
}

/** Absolute place of a clean path below a folder. */
export function placeIn(folder: string, file: string): string {
  return path.join(folder, ...file.split("/"));
}

/** What lies at a place; null for nothing. Other errors are thrown. */
export async function look(place: string): Promise<BigIntStats | null> {
  try {
    return await lstat(place, { bigint: true });
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errno(thrown))) return null;
    throw thrown;
  }
}

/** The folders between a base and files below it, looked at once: none may be a link. One lives as long as one operation. */
export class Folders {
  readonly #sound = new Set<string>();
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** "sound" when all folders above `file` below `base` are real ones; "missing" when one is not there; "link" or "file" when one is something else. */
  async above(base: string, file: string): Promise<"sound" | "missing" | "link" | "file"> {
    return this.#walk(base, file, false);
  }

  /** The same, making folders that are missing; never "missing". */
  async make(base: string, file: string): Promise<"sound" | "link" | "file"> {
    const found = await this.#walk(base, file, true);
    return found === "missing" ? "file" : found;
  }

  async #walk(base: string, file: string, make: boolean): Promise<"sound" | "missing" | "link" | "file"> {
    const names = file.split("/").slice(0, -1);
    let place = base;
    for (let depth = 0; depth <= names.length; depth++) {
      if (depth > 0) place = path.join(place, names[depth - 1]);
      if (this.#sound.has(place)) continue;
      let found = await look(place);
      if (found === null) {
        if (!make) return "missing";
        await this.#disk.makeFolder(place).catch((thrown: unknown) => {
          if (errno(thrown) !== "EEXIST") throw thrown;
        });
        found = await look(place);
      }
      if (found === null) return "missing";
      if (found.isSymbolicLink()) return "link";
      if (!found.isDirectory()) return "file";
      this.#sound.add(place);
    }
    return "sound";
  }
}
