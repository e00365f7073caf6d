import { createHash } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import { open, readlink } from "node:fs/promises";
import type { Hasher } from "../dataset/identity.ts";
import { errno } from "./disk.ts";
import { look } from "./places.ts";

/** What a file is, as a journal plans it. */
export interface Fingerprint {
  /** Of a symbolic link those of the path that it holds. */
  readonly bytes: number;
  /** SHA-256 of the content, of a symbolic link of the path that it holds; 64 hexadecimal digits. */
  readonly sha256: string;
  /** The path that a symbolic link holds; null for a plain file. */
  readonly link: string | null;
}

/** A fingerprint with what the index and the disk say of the same file. */
export interface TakenPrint extends Fingerprint {
  /** Content digest as the index has it, 16 hexadecimal digits; null for a symbolic link. */
  readonly digest: string | null;
  /** Changes whenever the file does, in this process: device, inode, size, times. */
  readonly stamp: string;
}

export function stampOf(found: BigIntStats): string {
  return `${found.dev}/${found.ino}/${found.size}/${found.mtimeNs}/${found.ctimeNs}`;
}

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Reading a pipe that took a file's place must not wait for ever, nor a link be followed (systems that can say so). */
const READ_ONLY = constants.O_RDONLY | ((constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0) | ((constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0);

/**
 * Reads a plain file or symbolic link, the latter not followed. Null when there is nothing, or neither of the two, or it changes or cannot be read
 * meanwhile. The folders above were checked by the caller.
 */
export async function fingerprint(place: string, hasher: Hasher): Promise<TakenPrint | null> {
  const found = await look(place);
  if (found === null) return null;
  const stamp = stampOf(found);
  try {
    if (found.isSymbolicLink()) {
      const target = await readlink(place, { encoding: "buffer" });
      return { bytes: target.length, sha256: sha256Of(target), link: target.toString("utf8"), digest: null, stamp };
    }
    if (!found.isFile()) return null;
    const handle = await open(place, READ_ONLY);
    try {
      const opened = await handle.stat({ bigint: true });
      if (opened.dev !== found.dev || opened.ino !== found.ino || !opened.isFile()) return null;
      const content = await handle.readFile();
      return { bytes: content.length, sha256: sha256Of(content), link: null, digest: hasher.hex(content), stamp };
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    // It went, became a link or grew beyond what can be read: in any case it is not the file that was planned.
    if (["ENOENT", "ENOTDIR", "ELOOP", "EINVAL", "ERR_FS_FILE_TOO_LARGE"].includes(errno(thrown))) return null;
    throw thrown;
  }
}

/** Whether a file is what a plan says. */
export function matches(planned: Fingerprint, found: Fingerprint | null): boolean {
  return found !== null && found.bytes === planned.bytes && found.sha256 === planned.sha256 && (found.link === null) === (planned.link === null);
}

/** Runs work on many things, several at a time, in batches; what each gave is in order. */
export async function inBatches<T, R>(things: readonly T[], size: number, work: (thing: T) => Promise<R>, between?: (done: number) => void): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < things.length; start += size) {
    between?.(start);
    results.push(...await Promise.all(things.slice(start, start + size).map(work)));
  }
  return results;
}
