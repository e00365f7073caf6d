import path from "node:path";
import { counted } from "../dataset/paths.ts";
import { errno } from "./disk.ts";
import { fingerprint, inBatches, matches } from "./fingerprint.ts";
import type { Journal, PlannedFile } from "./journal.ts";
import { moveBack } from "./moveBack.ts";
import { Folders, look, placeIn } from "./places.ts";
import { stopped, tellAudit, type LeftFile, type Run } from "./run.ts";

const READ_TOGETHER = 16;

export interface Restored {
  readonly operation: string;
  /** Back in their places, those of an interrupted undo with them. */
  readonly restored: number;
  /** Of them those whose content is the one that was quarantined. */
  readonly verified: number;
  /** Back, but with another content than the one that was quarantined. */
  readonly differing: readonly string[];
  readonly left: readonly LeftFile[];
}

/**
 * Moves quarantined files back to their places, all or those with the given ids, also after a crash while they were moved there or back. Nothing is
 * overwritten. A quarantine that was interrupted counts as done with what was moved.
 * @throws InfomaxError unfinished (stopped half way: run it again to go on), cancelled
 */
export async function undo(run: Run, journal: Journal, ids: readonly string[] | null): Promise<Restored> {
  const { header, files } = journal;
  const mayBeTold = journal.untold.length > 0;
  let done = 0;
  let total = 0;
  try {
    if (journal.phase === "settled" && mayBeTold && journal.held.size === 0) {
      // Only the audit log was not told.
      const before = journal.untold.at(-1);
      await tellAudit(run, journal, true);
      const restored = before?.what === "restored" ? before.paths.length : 0;
      return { operation: header.operation, restored, verified: restored, differing: [], left: [] };
    }
    if (journal.phase === "moving") await journal.append({ event: "done", when: new Date().toISOString(), left: await notInQuarantine(run, journal) }, run.disk);
    await journal.append({ event: "undo", when: new Date().toISOString(), ids }, run.disk);
    const { wanted, held } = journal;
    const chosen = wanted === null ? [...files.values()] : [...wanted].flatMap((id) => files.get(id) ?? []);
    const away: LeftFile[] = [];
    const candidates: PlannedFile[] = [];
    for (const file of chosen) {
      if (held.has(file.path) || await liesThere(run, journal, file)) candidates.push(file);
      else if (wanted !== null) away.push({ path: file.path, reason: "elsewhere" });
    }
    total = candidates.length;
    const { back, left } = await moveBack({ ...run, progress: (stage, at, of) => { done = at; run.progress(stage, at, of); } }, journal, candidates);
    const differing = await differingOf(run, journal, back);
    await removeEmptyFolders(run, journal);
    await journal.append({ event: "restored", when: new Date().toISOString(), left: left.map((one) => one.path) }, run.disk);
    await tellAudit(run, journal, mayBeTold);
    return { operation: header.operation, restored: back.length, verified: back.length - differing.length, differing, left: left.concat(away) };
  } catch (thrown) {
    throw stopped(thrown, `the undo of "${header.operation}" stopped: about ${done} of ${counted(total, "file")} are back, the others are in quarantine`, "run infomax undo to go on; nothing is lost");
  }
}

async function liesThere(run: Run, { places }: Journal, file: PlannedFile): Promise<boolean> {
  return await new Folders(run.disk).above(places.files, file.path) === "sound" && await look(placeIn(places.files, file.path)) !== null;
}

/** Planned files that do not lie in quarantine. */
async function notInQuarantine(run: Run, journal: Journal): Promise<string[]> {
  const folders = new Folders(run.disk);
  const { places, files } = journal;
  const left: string[] = [];
  for (const file of files.values()) {
    if (await folders.above(places.files, file.path) !== "sound" || await look(placeIn(places.files, file.path)) === null) left.push(file.path);
  }
  return left;
}

/** Paths of those that came back with another content. */
async function differingOf(run: Run, { root }: Journal, back: readonly PlannedFile[]): Promise<string[]> {
  const same = await inBatches(back, READ_TOGETHER, async (file) => matches(file, await fingerprint(placeIn(root, file.path), run.hasher)), (at) => run.progress("Verifying", at, back.length));
  return back.filter((_, i) => !same[i]).map((file) => file.path);
}

/** What a system says of a folder that is not empty, not there, or not to be removed: it stays. */
const STAYS: ReadonlySet<string> = new Set(["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR", "EACCES", "EPERM", "EROFS", "EBUSY"]);

/** Takes folders away in which nothing lies any more; the quarantine's own folder stays, with its journal. */
async function removeEmptyFolders(run: Run, { places, files, held, wanted }: Journal): Promise<void> {
  const full = new Set<string>();
  const folders = new Set<string>(["."]);
  for (const file of files.keys()) {
    const isBack = held.has(file) && (wanted === null || wanted.has(file));
    for (let folder = path.posix.dirname(file); folder !== "."; folder = path.posix.dirname(folder)) {
      if (isBack) folders.add(folder);
      else if (held.has(file)) full.add(folder);
    }
  }
  const sound = new Folders(run.disk);
  for (const folder of [...folders].filter((one) => !full.has(one)).sort((a, b) => b.length - a.length)) {
    const place = folder === "." ? places.files : placeIn(places.files, folder);
    if (await sound.above(places.files, folder === "." ? "x" : `${folder}/x`) !== "sound") continue;
    await run.disk.removeFolder(place).catch((thrown: unknown) => {
      if (!STAYS.has(errno(thrown))) throw thrown;
    });
  }
}
