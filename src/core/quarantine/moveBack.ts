import type { BigIntStats } from "node:fs";
import path from "node:path";
import { errno } from "./disk.ts";
import { fingerprint, matches } from "./fingerprint.ts";
import type { Journal, PlannedFile } from "./journal.ts";
import { Folders, look, placeIn } from "./places.ts";
import type { LeftFile, LeftReason, Run } from "./run.ts";

/** Files that have two names for a moment, before those in quarantine are taken away together. */
const TOGETHER = 128;
/** What a file system says that has no hard links, or has them not for this file. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"]);

export interface MovedBack {
  /** In their places now. */
  readonly back: readonly PlannedFile[];
  readonly left: readonly LeftFile[];
}

/**
 * Moves files from quarantine to their places, overwriting nothing: a plain file gets its old name as a second one, which fails where the name is
 * taken; when that is on the disk, the name in quarantine goes. A kill between the two leaves both names of one file, which is recognised.
 */
export async function moveBack(run: Run, journal: Journal, wanted: readonly PlannedFile[]): Promise<MovedBack> {
  const { root, places } = journal;
  const back: PlannedFile[] = [];
  const left: LeftFile[] = [];
  const inQuarantine = new Folders(run.disk);
  const inDataset = new Folders(run.disk);
  for (let start = 0; start < wanted.length; start += TOGETHER) {
    run.progress("Moving", start, wanted.length);
    const linked: PlannedFile[] = [];
    const targets = new Set<string>();
    for (const file of wanted.slice(start, start + TOGETHER)) {
      await run.step();
      const outcome = await nameAgain(run, journal, file, inQuarantine, inDataset);
      if (outcome === "linked") linked.push(file);
      if (outcome === "linked" || outcome === "moved") targets.add(path.dirname(placeIn(root, file.path)));
      if (outcome === "linked" || outcome === "moved" || outcome === "there") back.push(file);
      else left.push({ path: file.path, reason: outcome });
    }
    for (const folder of targets) await run.disk.syncFolder(folder);
    for (const file of linked) await run.disk.unlink(placeIn(places.files, file.path));
  }
  return { back, left };
}

/** "linked": it has both names now; "moved": its place alone; "there": it was in its place; else why it stays. */
async function nameAgain(run: Run, { root, places }: Journal, file: PlannedFile, inQuarantine: Folders, inDataset: Folders): Promise<"linked" | "moved" | "there" | LeftReason> {
  const from = placeIn(places.files, file.path);
  const to = placeIn(root, file.path);
  if (await inQuarantine.above(places.files, file.path) === "link" || await inDataset.above(root, file.path) === "link") return "linked-folder";
  const [held, here] = [await look(from), await look(to)];
  if (held === null) return here !== null && matches(file, await fingerprint(to, run.hasher)) ? "there" : "lost";
  if (file.link === null ? !held.isFile() : !held.isSymbolicLink()) return "replaced";
  if (here !== null) return isOneFile(held, here) ? "linked" : "taken";
  if (await inDataset.make(root, file.path) !== "sound") return "taken";
  if (file.link === null) {
    try {
      await run.disk.link(from, to);
      return "linked";
    } catch (thrown) {
      if (errno(thrown) === "EEXIST") return "taken";
      if (!NO_LINKS.has(errno(thrown))) throw thrown;
    }
  }
  if (await look(to) !== null) return "taken";
  await run.disk.rename(from, to);
  return "moved";
}

/** Whether two names are those of one plain file. A file system that numbers no files says so of none. */
function isOneFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.isFile() && other.isFile() && one.ino !== 0n && one.ino === other.ino && one.dev === other.dev && one.nlink >= 2n && other.nlink >= 2n;
}
