import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { InfomaxError, messageOf } from "../../core/errors.ts";

const LOCK_NAME = "download.lock";
/** A lock of another computer, whose processes cannot be looked up, is taken for left behind after this long. */
const OLD_MS = 12 * 3600_000;

/** Folders that this process holds. */
const held = new Set<string>();

/**
 * Runs a download into a folder while nobody else makes one there: `download.lock` names the process, and is taken over
 * when that is dead. Should two take it over at once, the checksums still tell.
 * @throws InfomaxError download-failed while another process is at it
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(folder, LOCK_NAME);
  const busy = (who: string): InfomaxError => new InfomaxError("download-failed", `${who} is downloading this encoder already`, "Wait until it has finished.", { file: folder });
  if (held.has(file)) throw busy("this process");
  held.add(file);
  try {
    try {
      await mkdir(folder, { recursive: true });
      if (!await create(file)) {
        const owner = await livingOwner(file);
        if (owner !== null) throw busy(`another process (${owner})`);
        await rm(file, { force: true });
        if (!await create(file)) throw busy("another process");
      }
    } catch (thrown) {
      if (thrown instanceof InfomaxError) throw thrown;
      throw new InfomaxError("download-failed", `the folder cannot be written (${messageOf(thrown)})`, "Name another cache folder.", { file: folder }, thrown);
    }
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    held.delete(file);
  }
}

async function create(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    try {
      await handle.writeFile(`${process.pid} ${hostname()}\n`);
    } finally {
      await handle.close();
    }
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}

/** The process that holds a lock, or null when it is gone. */
async function livingOwner(file: string): Promise<number | null> {
  const [found, text] = await Promise.all([stat(file).catch(() => null), readFile(file, "utf8").catch(() => "")]);
  const [, pid, host] = /^(\d+) (.*)\n$/.exec(text) ?? [];
  if (found === null || pid === undefined) return null;
  if (host !== hostname()) return Date.now() - found.mtimeMs > OLD_MS ? null : Number(pid);
  // Of this very process, but not held: a process with the same number left it.
  if (Number(pid) === process.pid) return null;
  try {
    process.kill(Number(pid), 0);
    return Number(pid);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "ESRCH" ? null : Number(pid);
  }
}
