import { readdir } from "node:fs/promises";
import path from "node:path";
import { counted } from "../dataset/paths.ts";
import { InfomaxError } from "../errors.ts";
import { WORK_FOLDER, checkWorkPlace } from "../store/workFolder.ts";
import { errno } from "./disk.ts";
import { fingerprint, inBatches, matches, stampOf, type TakenPrint } from "./fingerprint.ts";
import { Journal, sweep, type JournalHeader, type PlannedFile } from "./journal.ts";
import { moveBack } from "./moveBack.ts";
import { Folders, isOperationName, look, operationName, operationPlaces, placeIn, quarantineFolder, unclean } from "./places.ts";
import { stopped, tellAudit, type LeftFile, type LeftReason, type Run } from "./run.ts";

/** Files read at once. */
const READ_TOGETHER = 16;

/** A file to move: its path, POSIX and relative to the root, and its content digest in the selection; null for a symbolic link. */
export interface Candidate {
  readonly path: string;
  readonly digest: string | null;
}

export interface Quarantined {
  readonly operation: string;
  /** Absolute path of the folder with the files. */
  readonly folder: string;
  /** In quarantine now, and of them those whose content is the planned one. */
  readonly files: number;
  readonly bytes: number;
  readonly verified: number;
  readonly left: readonly LeftFile[];
}

const GO_ON = "run infomax quarantine to go on, or infomax undo to take it back; nothing is lost";

/**
 * Moves files of a dataset to `.infomax/quarantine/<operation>/files` under a new journal. A file that is not what the selection knew stays.
 * All files lie on one file system with the root, which the caller checked; those that do not are left.
 * @throws InfomaxError unfinished (stopped half way: what was moved stays moved, {@link carryOn} or undo goes on from there), cannot-apply (nothing was moved),
 * cancelled
 */
export async function startQuarantine(run: Run, about: Omit<JournalHeader, "operation" | "when">, candidates: readonly Candidate[]): Promise<Quarantined> {
  const { root, disk } = run;
  const stamps = new Map<string, string>();
  let unfit: readonly LeftFile[];
  let journal: Journal;
  try {
    await prepare(run);
    const { files, left } = await plan(run, candidates, stamps);
    unfit = left;
    await run.step();
    const when = new Date();
    let operation = operationName(when, about.selection, 1);
    for (let nth = 2; await look(operationPlaces(root, operation).folder) !== null; nth++) operation = operationName(when, about.selection, nth);
    journal = await Journal.create(root, { operation, when: when.toISOString(), ...about }, files, disk);
  } catch (thrown) {
    const error = stopped(thrown, "nothing was moved, since its journal could not be written", "try again");
    throw error instanceof InfomaxError && error.code === "unfinished" && error !== thrown ? new InfomaxError("cannot-apply", error.problem, error.remedy, error.place, thrown) : error;
  }
  const moved = await move(run, journal, new Map(), stamps, false);
  return { ...moved, left: unfit.concat(moved.left) };
}

/**
 * Goes on with a quarantine that was interrupted while it moved.
 * @param blocked files that must stay by now, by path, and why
 * @throws as {@link startQuarantine}
 */
export function carryOn(run: Run, journal: Journal, blocked: ReadonlyMap<string, LeftReason>): Promise<Quarantined> {
  return move(run, journal, blocked, new Map(), true);
}

/** Makes the folder of all quarantines, and takes away folders whose plan was never written. */
async function prepare({ root, disk }: Run): Promise<void> {
  const folder = quarantineFolder(root);
  await checkWorkPlace(root, folder, "cannot-apply", "folder");
  for (const place of [path.join(root, WORK_FOLDER), folder]) {
    await disk.makeFolder(place).catch((thrown: unknown) => {
      if (errno(thrown) !== "EEXIST") throw thrown;
    });
  }
  for (const name of await readdir(folder)) {
    const places = operationPlaces(root, name);
    if (isOperationName(name) && (await look(places.folder))?.isDirectory() === true && await look(places.journal) === null) await sweep(places, disk);
  }
}

/** Reads what is to be moved. @param stamps filled with what the disk says of each file that was read */
async function plan(run: Run, candidates: readonly Candidate[], stamps: Map<string, string>): Promise<{ readonly files: PlannedFile[]; readonly left: LeftFile[] }> {
  const files: PlannedFile[] = [];
  const left: LeftFile[] = [];
  const folders = new Folders(run.disk);
  for (let start = 0; start < candidates.length; start += READ_TOGETHER) {
    await run.step();
    run.progress("Reading", start, candidates.length);
    const batch = candidates.slice(start, start + READ_TOGETHER);
    const prints = await Promise.all(batch.map(({ path: file }) => print(run, folders, run.root, file)));
    for (const [i, { path: file, digest }] of batch.entries()) {
      const found = prints[i];
      if (typeof found === "string") left.push({ path: file, reason: found });
      else if (found.digest !== digest) left.push({ path: file, reason: "changed" });
      else {
        files.push({ path: file, bytes: found.bytes, sha256: found.sha256, link: found.link });
        stamps.set(file, found.stamp);
      }
    }
  }
  return { files, left };
}

/** What lies at a path below a folder, or why it is not to be touched. */
async function print(run: Run, folders: Folders, base: string, file: string): Promise<TakenPrint | "changed" | "gone" | "linked-folder"> {
  if (unclean(file) !== null) return "changed";
  const above = await folders.above(base, file);
  if (above === "link") return "linked-folder";
  const place = placeIn(base, file);
  return await fingerprint(place, run.hasher) ?? (await look(place) === null ? "gone" : "changed");
}

async function move(run: Run, journal: Journal, blocked: ReadonlyMap<string, LeftReason>, stamps: ReadonlyMap<string, string>, resumed: boolean): Promise<Quarantined> {
  const { header, files, places } = journal;
  let moved = 0;
  try {
    const left: LeftFile[] = [];
    if (journal.phase === "moving") {
      await journal.settle(run.disk);
      const folders = new Folders(run.disk);
      const sources = new Set<string>();
      let looked = 0;
      for (const file of files.values()) {
        await run.step();
        if (looked++ % READ_TOGETHER === 0) run.progress("Moving", looked, files.size);
        const reason = await moveOne(run, journal, folders, file, blocked, stamps);
        if (reason === null) {
          moved++;
          sources.add(path.posix.dirname(file.path));
        } else left.push({ path: file.path, reason });
      }
      await syncParents(run, journal, sources);
    } else {
      // It was cut off after the last file: what stayed then stays unsaid.
      moved = journal.held.size;
    }
    const { verified, returned } = await verify(run, journal, new Set(left.map((one) => one.path)));
    for (const one of returned) left.push(one);
    if (journal.phase === "moving") await journal.append({ event: "done", when: new Date().toISOString(), left: left.map((one) => one.path) }, run.disk);
    await tellAudit(run, journal, resumed);
    let bytes = 0;
    for (const id of journal.held) bytes += files.get(id)?.bytes ?? 0;
    return { operation: header.operation, folder: places.files, files: journal.held.size, bytes, verified, left };
  } catch (thrown) {
    throw stopped(thrown, `the quarantine "${header.operation}" stopped: ${moved} of ${counted(files.size, "file")} are moved, the others are in their places`, GO_ON);
  }
}

/** Moves a file to quarantine; null when it lies there, else why it stays. */
async function moveOne(
  run: Run, { root, places }: Journal, folders: Folders, file: PlannedFile, blocked: ReadonlyMap<string, LeftReason>, stamps: ReadonlyMap<string, string>,
): Promise<LeftReason | null> {
  const from = placeIn(root, file.path);
  const to = placeIn(places.files, file.path);
  if (await folders.above(places.files, file.path) === "link") return "linked-folder";
  if (await folders.above(root, file.path) === "link") return "linked-folder";
  const here = await look(from);
  if (await look(to) !== null) {
    // Moved before a crash; or another name of this folder took the place, where names differ in case alone.
    if (here === null) return null;
    const isMoved = matches(file, await fingerprint(to, run.hasher)) && !matches(file, await fingerprint(from, run.hasher));
    return isMoved ? null : "taken";
  }
  if (here === null) return "gone";
  const reason = blocked.get(file.path);
  if (reason !== undefined) return reason;
  if (stamps.get(file.path) !== stampOf(here) && !matches(file, await fingerprint(from, run.hasher))) return "changed";
  try {
    if (await folders.make(places.files, file.path) !== "sound" || await look(to) !== null) return "taken";
    await run.disk.rename(from, to);
    return null;
  } catch (thrown) {
    switch (errno(thrown)) {
      case "EXDEV": return "other-device";
      case "ENAMETOOLONG": return "long-name";
      case "ENOENT":
        if (await look(from) === null) return "gone";
        throw thrown;
      default: throw thrown;
    }
  }
}

/** Puts the moves on the disk: the names in quarantine first. @param sources folders that were moved from, relative to the root */
async function syncParents(run: Run, { root, places }: Journal, sources: ReadonlySet<string>): Promise<void> {
  if (sources.size === 0) return;
  const made = new Set<string>();
  for (const source of sources) {
    for (let folder = source; folder !== "."; folder = path.posix.dirname(folder)) made.add(folder);
  }
  for (const folder of [...[...made].sort((a, b) => b.length - a.length).map((one) => placeIn(places.files, one)), places.files, places.folder]) await run.disk.syncFolder(folder);
  for (const source of sources) {
    const folder = source === "." ? root : placeIn(root, source);
    // Somebody may have taken it away since.
    if (await look(folder) !== null) await run.disk.syncFolder(folder);
  }
}

/** Compares what lies in quarantine with the plan; a file that was written to while it was moved goes back. */
async function verify(run: Run, journal: Journal, left: ReadonlySet<string>): Promise<{ readonly verified: number; readonly returned: readonly LeftFile[] }> {
  const { places, files, phase } = journal;
  const there = [...files.values()].filter((file) => (phase === "moving" ? !left.has(file.path) : journal.held.has(file.path)));
  const folders = new Folders(run.disk);
  const same = await inBatches(there, READ_TOGETHER, async (file) => {
    const found = await print(run, folders, places.files, file.path);
    return typeof found !== "string" && matches(file, found);
  }, (done) => run.progress("Verifying", done, there.length));
  const returned: LeftFile[] = [];
  for (const [i, file] of there.entries()) {
    if (same[i] || phase !== "moving") continue;
    // Where its place is taken by now it stays in quarantine, and is not among the verified.
    const { back, left: notBack } = await moveBack(run, journal, [file]);
    if (back.length > 0 || notBack[0]?.reason === "lost") returned.push({ path: file.path, reason: back.length > 0 ? "changed" : "gone" });
  }
  return { verified: same.filter(Boolean).length, returned };
}
