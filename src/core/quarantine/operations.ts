import { readdir } from "node:fs/promises";
import path from "node:path";
import { InfomaxError, messageOf } from "../errors.ts";
import { checkWorkPlace } from "../store/workFolder.ts";
import { errno } from "./disk.ts";
import { Journal, isClosed } from "./journal.ts";
import { QUARANTINE, checkOperationName, isOperationName, look, operationPlaces, quarantineFolder } from "./places.ts";

/** A quarantine as its journal and the disk tell it. */
export interface Operation {
  readonly journal: Journal;
  /** Paths of planned files that lie in quarantine now. */
  readonly there: ReadonlySet<string>;
  readonly state: "done" | "interrupted" | "partly-undone" | "undone";
}

/** Names of the quarantines whose plan was written, oldest first. @throws InfomaxError outside-root, bad-data (a link or file in the folder's place) */
export async function operationNames(root: string): Promise<string[]> {
  const folder = quarantineFolder(root);
  await checkWorkPlace(root, folder, "bad-data", "folder");
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (thrown) {
    if (errno(thrown) === "ENOENT") return [];
    throw new InfomaxError("bad-data", `it cannot be read (${messageOf(thrown)})`, "Make the folder readable.", { file: QUARANTINE }, thrown);
  }
  const found: string[] = [];
  for (const name of names.filter(isOperationName).sort()) {
    // What cannot be looked at is named all the same: reading it says why.
    if (await look(operationPlaces(root, name).journal).catch(() => true) !== null) found.push(name);
  }
  return found;
}

/**
 * One quarantine.
 * @throws InfomaxError not-found, bad-data with the journal's line, outside-root
 */
export async function readOperation(root: string, name: string): Promise<Operation> {
  checkOperationName(name);
  const journal = await Journal.read(root, name);
  const there = await filesThere(root, journal);
  const state = journal.phase !== "settled" ? "interrupted"
    : there.size === 0 ? "undone"
    // What a person took out by hand is neither.
    : journal.held.size === 0 || journal.told.restored > 0 || journal.untold.some(({ what }) => what === "restored") ? "partly-undone" : "done";
  return { journal, there, state };
}

async function filesThere(root: string, { places, files }: Journal): Promise<Set<string>> {
  await checkWorkPlace(root, places.files, "bad-data", "folder");
  const there = new Set<string>();
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries;
    try {
      entries = await readdir(path.join(places.files, ...folder.split("/")), { withFileTypes: true });
    } catch (thrown) {
      if (errno(thrown) === "ENOENT") continue;
      throw thrown;
    }
    for (const entry of entries) {
      const file = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(file);
      else if (files.has(file)) there.add(file);
    }
  }
  return there;
}

/** Quarantines that are neither finished nor undone, or whose journals cannot be read, newest first. Reads the end of each journal alone. */
export async function unfinishedOperations(root: string): Promise<string[]> {
  const open: string[] = [];
  for (const name of (await operationNames(root)).reverse()) if (!await isClosed(root, name)) open.push(name);
  return open;
}

/**
 * The quarantine to undo: the newest that is open or has something in it; with an id, the newest that holds it.
 * @throws InfomaxError not-found, and those of {@link readOperation}
 */
export async function operationToUndo(root: string, id: string | undefined): Promise<Operation> {
  const names = (await operationNames(root)).reverse();
  for (const name of names) {
    const operation = await readOperation(root, name);
    if (id === undefined ? operation.journal.isOpen || operation.there.size > 0 : operation.there.has(id)) return operation;
  }
  throw id === undefined
    ? new InfomaxError("not-found", names.length === 0 ? "nothing was quarantined" : "everything that was quarantined is back already", "There is nothing to undo.")
    : new InfomaxError("not-found", `"${id}" lies in no quarantine`, `Look for it in ${QUARANTINE}; ids are paths relative to the dataset.`);
}
