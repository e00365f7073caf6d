import { mkdir, open, readFile, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InfomaxError, messageOf, type ErrorCode } from "../errors.ts";
import { WORK_FOLDER, checkWorkPlace } from "./workFolder.ts";

/** What a lock file in the work folder guards. */
export interface WorkLock {
  /** Of the file, "protected.lock". */
  readonly name: string;
  /** Of the error when another process holds it too long. */
  readonly code: ErrorCode;
  /** What its owner is doing: "another process (1) is …". */
  readonly doing: string;
  /** The work may take long: its owner says every few seconds that it is alive. */
  readonly long?: true;
}

/** Whether the lock is still its owner's: a computer that slept may have lost it. Cheap enough to ask before every step. */
export type IsHeld = () => Promise<boolean>;

/** It guards the decisions of all kinds, which are changed together. */
const PIN_LOCK: WorkLock = { name: "protected.lock", code: "bad-protection-file", doing: "changing what is protected, excluded or preferred" };
/** The work under a lock takes milliseconds, or its owner touches it: a lock this old was left behind. */
const OLD_MS = 30_000;
const WAIT_MS = 10_000;
const LONGEST_SLEEP_MS = 40;
/** How often a long owner says that it is alive, and after which silence it looks whether it still owns the lock. */
const BEAT_MS = 5000;
const SILENCE_MS = 12_000;

/** Tells the locks of one process apart. */
let locked = 0;
/** Owners of this process that are done, but whose lock files could not be removed. */
const done = new Set<string>();

/**
 * Runs a change of what is decided of a dataset's samples (protected, excluded, preferred) while no other process makes one: `.infomax/protected.lock` names the owner, and
 * is taken over when its process is dead or it is older than 30 s.
 * @param waitMs how long to wait for another owner before giving up (code bad-protection-file)
 */
export function withPinLock<T>(root: string, work: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  return withWorkLock(root, PIN_LOCK, work, waitMs);
}

/**
 * Runs work while no other process does the same: the lock file names the owner, and is taken over when its process is dead or has not
 * touched it for 30 s.
 * @param waitMs how long to wait for another owner before giving up (the lock's code)
 */
export async function withWorkLock<T>(root: string, lock: WorkLock, work: (isHeld: IsHeld) => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  const file = path.join(root, WORK_FOLDER, lock.name);
  await checkWorkPlace(root, file, lock.code);
  const owner = `${process.pid} ${++locked} ${hostname()}\n`;
  const end = performance.now() + waitMs;
  for (let pause = 2; !await create(file, owner); pause = Math.min(LONGEST_SLEEP_MS, 2 * pause)) {
    if (await isAbandoned(file)) await removeAbandoned(file, owner);
    else if (performance.now() >= end) {
      const other = /^\d+/.exec(await readFile(file, "utf8").catch(() => ""))?.[0];
      throw new InfomaxError(
        lock.code, `another process${other === undefined ? "" : ` (${other})`} is ${lock.doing}`,
        "Try again; if no other process is at work, delete this file.", { file: `${WORK_FOLDER}/${lock.name}` });
    } else await sleep(pause);
  }
  let beaten = Date.now();
  const beat: IsHeld = async () => {
    if (await readFile(file, "utf8").catch(() => null) !== owner) return false;
    const now = new Date();
    await utimes(file, now, now).catch(() => undefined);
    beaten = now.getTime();
    return true;
  };
  const beating = lock.long === true ? setInterval(() => void beat(), BEAT_MS).unref() : undefined;
  try {
    return await work(async () => Math.abs(Date.now() - beaten) < SILENCE_MS || beat());
  } finally {
    clearInterval(beating);
    // A lock that was taken over meanwhile is another's.
    if (await readFile(file, "utf8").catch(() => null) === owner) await rm(file, { force: true }).catch(() => done.add(owner));
  }
}

/** Makes the lock file; false when it is there already. */
async function create(file: string, owner: string): Promise<boolean> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, "wx");
    try {
      await handle.writeFile(owner);
    } finally {
      await handle.close();
    }
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // Windows refuses a file that is just being deleted in its own words.
    if (code === "EEXIST" || (process.platform === "win32" && (code === "EPERM" || code === "EACCES" || code === "EBUSY"))) return false;
    throw new InfomaxError("bad-argument", `the file cannot be written (${messageOf(thrown)})`, code === "ENOSPC" ? "Make room on the disk." : "Make the folder writable.", { file }, thrown);
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const [found, text] = await Promise.all([stat(file).catch(() => null), readFile(file, "utf8").catch(() => "")]);
  if (found === null) return false;
  if (Date.now() - found.mtimeMs > OLD_MS || done.has(text)) return true;
  const [, pid, host] = /^(\d+) \d+ (.*)\n$/.exec(text) ?? [];
  // Processes of another computer or container cannot be looked up: their locks only grow old.
  return pid !== undefined && host === hostname() && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Removes an abandoned lock. One process at a time may: else the second would remove the lock that the first then made. */
async function removeAbandoned(file: string, owner: string): Promise<void> {
  const guard = `${file}.takeover`;
  if (!await create(guard, owner)) {
    const made = await stat(guard).catch(() => null);
    if (made !== null && Date.now() - made.mtimeMs > OLD_MS) await rm(guard, { force: true }).catch(() => undefined);
    await sleep(LONGEST_SLEEP_MS);
    return;
  }
  try {
    if (await isAbandoned(file)) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
