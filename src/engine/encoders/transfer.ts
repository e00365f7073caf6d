import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { CancelledError, InfomaxError, messageOf, throwIfCancelled } from "../../core/errors.ts";
import { connectionFailure, downloadFailed, hostOf, request, Watch, type HubFile } from "./hub.ts";

/** A file that is being downloaded has this behind its name. */
export const PART = ".part";
/** A connection that breaks without having brought anything is tried again so many times, after growing pauses. */
const MOST_TRIES = 3;
const PAUSE_MS = 500;

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of this file that are on the disk. */
  readonly onBytes?: (done: number) => void;
  /** First pause before another try, in milliseconds; for tests. */
  readonly pauseMs?: number | undefined;
}

/** Checksums over a file's bytes as they come: SHA-256, and git's own SHA-1 of a file, which needs its size beforehand. */
class Sums {
  private readonly sha256 = createHash("sha256");
  private readonly blob: ReturnType<typeof createHash>;

  constructor(size: number) {
    this.blob = createHash("sha1").update(`blob ${size}\0`);
  }

  update(bytes: Uint8Array): void {
    this.sha256.update(bytes);
    this.blob.update(bytes);
  }

  digests(): { readonly sha256: string; readonly blob: string } {
    return { sha256: this.sha256.digest("hex"), blob: this.blob.digest("hex") };
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then((found) => (found.isFile() ? found.size : -1), () => -1);
}

async function sumsOf(file: string, size: number, signal: AbortSignal | undefined): Promise<Sums> {
  const sums = new Sums(size);
  for await (const chunk of createReadStream(file)) {
    throwIfCancelled(signal);
    sums.update(chunk as Buffer);
  }
  return sums;
}

/** What the file system refused, in words. */
function writeFailure(place: string, thrown: unknown): InfomaxError {
  if (thrown instanceof InfomaxError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new InfomaxError("download-failed", l10n.t("the disk is full; what was downloaded so far stays"), l10n.t("Make room and run the download again: it goes on where it stopped."), { file: place }, thrown);
  }
  return new InfomaxError("download-failed", `the file cannot be written (${messageOf(thrown)})`, "Make the folder writable, or name another cache folder.", { file: place }, thrown);
}

/** What is wrong with a file's bytes, in words with both checksums; null when they are as listed. */
function whatIsWrong(file: HubFile, sums: { readonly sha256: string; readonly blob: string }): string | null {
  if (file.sha256 !== null && file.sha256 !== sums.sha256) return `SHA-256 ${sums.sha256} where the list says ${file.sha256}`;
  if (file.blob !== null && file.blob !== sums.blob) return `git SHA-1 ${sums.blob} where the list says ${file.blob}`;
  return null;
}

/** The bytes that arrived are not the file: they are of no use and go. */
class WrongContent extends Error {}

/**
 * Downloads one file to `place`, by way of `<place>.part`, and checks its size and checksum. What an earlier run left in
 * the part is kept: only the rest is asked for (Range). The folder is named by the commit, so that a part never mixes two
 * versions of a file; the checksum would tell.
 * @returns the file's SHA-256
 * @throws InfomaxError download-failed, or CancelledError; the part stays unless its content is wrong
 */
export async function transferFile(address: string, file: HubFile, place: string, options: TransferOptions = {}): Promise<string> {
  const { signal } = options;
  throwIfCancelled(signal);
  if (await sizeOf(place) === file.size) {
    const sums = (await sumsOf(place, file.size, signal)).digests();
    if (whatIsWrong(file, sums) === null) {
      options.onBytes?.(file.size);
      return sums.sha256;
    }
  }
  const part = `${place}${PART}`;
  try {
    await rm(place, { force: true });
    await mkdir(path.dirname(place), { recursive: true });
    if (await sizeOf(part) > file.size) await rm(part, { force: true });
    const handle = await open(part, "a");
    let sums: Sums;
    try {
      sums = await fill(handle, part, address, file, options);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const digests = sums.digests();
    const wrong = whatIsWrong(file, digests);
    if (wrong !== null) throw new WrongContent(`${file.path} has a wrong checksum (${wrong})`);
    await rename(part, place);
    return digests.sha256;
  } catch (thrown) {
    if (!(thrown instanceof WrongContent)) throw writeFailure(part, thrown);
    await rm(part, { force: true });
    throw downloadFailed(`${thrown.message}; what came from ${hostOf(address)} is removed`, "Try again later.", thrown);
  }
}

/** Appends to the part what is missing; a connection that breaks is made again from where it stopped. */
async function fill(handle: FileHandle, part: string, address: string, file: HubFile, options: TransferOptions): Promise<Sums> {
  const { signal } = options;
  let done = await sizeOf(part);
  let sums = done === 0 ? new Sums(file.size) : await sumsOf(part, file.size, signal);
  options.onBytes?.(done);
  for (let failures = 0; done < file.size;) {
    const before = done;
    const watch = new Watch(signal);
    try {
      const response = await request(address, file.path, done === 0 ? {} : { range: `bytes=${done}-` }, watch.signal);
      if (response.status === 200 && done > 0) {
        // The host sends the whole file: it knows no ranges.
        await handle.truncate(0);
        done = 0;
        sums = new Sums(file.size);
      }
      if (response.status !== 200 && !continues(response, done)) throw new Error("the host sends another part of the file than was asked for");
      checkLength(response, file.size - done, file);
      for await (const chunk of response.body ?? []) {
        watch.alive();
        const bytes = chunk as Uint8Array;
        if (done + bytes.length > file.size) throw new WrongContent(`${file.path} is longer than the ${file.size} bytes that the list says`);
        await handle.appendFile(bytes);
        sums.update(bytes);
        done += bytes.length;
        options.onBytes?.(done);
      }
      if (done < file.size) throw new Error(`the connection ended after ${done} of ${file.size} bytes`);
    } catch (thrown) {
      if (thrown instanceof WrongContent || thrown instanceof InfomaxError || isFileFault(thrown)) throw thrown;
      throwIfCancelled(signal);
      failures = done > before ? 1 : failures + 1;
      if (failures >= MOST_TRIES) {
        const failure = connectionFailure(address, file.path, thrown, signal);
        throw done === 0 ? failure : new InfomaxError(failure.code, failure.problem, `${l10n.t("What came stays: run the download again, and it goes on from there.")} ${failure.remedy}`, {}, thrown);
      }
      await sleep((options.pauseMs ?? PAUSE_MS) * 2 ** failures, undefined, signal === undefined ? {} : { signal }).catch(() => { throw new CancelledError(); });
    } finally {
      watch.end();
    }
  }
  return sums;
}

/** Whether an answer holds the bytes from `start` on. */
function continues(response: Response, start: number): boolean {
  return response.status === 206 && (response.headers.get("content-range") ?? "").startsWith(`bytes ${start}-`);
}

function checkLength(response: Response, wanted: number, file: HubFile): void {
  const length = response.headers.get("content-length");
  // An encoded body has another length than the file.
  if (length === null || response.headers.has("content-encoding") || Number(length) === wanted) return;
  throw new WrongContent(`${file.path} would come with ${length} bytes where ${wanted} of the ${file.size} that the list says are missing`);
}

/** A fault of the disk, not of the network. */
function isFileFault(thrown: unknown): boolean {
  return thrown instanceof Error && "syscall" in thrown && (thrown.syscall === "write" || thrown.syscall === "ftruncate");
}
