import { lstat } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, type ErrorCode } from "../errors.ts";
import { toPosix } from "../dataset/paths.ts";

/** The folder at a dataset's root that the project writes to. */
export const WORK_FOLDER = ".infomax";

/**
 * Throws unless a place under the work folder is really there: no part of it may be a link, which could lead out of
 * the dataset (code outside-root), its folders must be folders, and the last part a plain file or, if `kind` says so, a
 * folder (code `code`). What does not exist yet is in order.
 */
export async function checkWorkPlace(root: string, place: string, code: ErrorCode, kind: "file" | "folder" = "file"): Promise<void> {
  const parts = path.relative(root, place).split(path.sep);
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = path.join(root, ...parts.slice(0, depth));
    const isFile = depth === parts.length && kind === "file";
    // What cannot be looked at cannot be opened either, and opening it says why.
    const found = await lstat(at).catch(() => null);
    if (found === null) return;
    const shown = { file: toPosix(root, at) };
    if (found.isSymbolicLink()) {
      throw new InfomaxError("outside-root", "it is a link, which may lead out of the dataset", `Replace the link by a real ${isFile ? "file" : "folder"}.`, shown);
    }
    if (isFile ? !found.isFile() : !found.isDirectory()) {
      throw new InfomaxError(code, `it is no ${isFile ? "plain file" : "folder"}`, `Move it away, so that a ${isFile ? "file" : "folder"} can take its place.`, shown);
    }
  }
}
