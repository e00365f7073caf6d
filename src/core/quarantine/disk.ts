import { mkdir, link, open, rename, rmdir, unlink, type FileHandle } from "node:fs/promises";

/**
 * All that quarantine and undo change on the disk goes through this, so that tests can fail or kill at each step. Every method is one step;
 * paths are absolute. Errors are those of Node's file system.
 */
export interface Disk {
  /** Makes one folder; its parent exists. */
  readonly makeFolder: (folder: string) => Promise<void>;
  /** Removes an empty folder. */
  readonly removeFolder: (folder: string) => Promise<void>;
  /** Writes a new file; one that is there is an error (EEXIST). */
  readonly createFile: (file: string, bytes: Uint8Array) => Promise<void>;
  /** Cuts a file to `length` bytes and writes behind them. */
  readonly appendAt: (file: string, length: number, bytes: Uint8Array) => Promise<void>;
  /** What was written to a file is on the disk when this returns. */
  readonly syncFile: (file: string) => Promise<void>;
  /** The names in a folder are on the disk when this returns, where the system can promise it. */
  readonly syncFolder: (folder: string) => Promise<void>;
  /** Moves within a file system; the caller looked that nothing has the new name. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** A second name of a file; one that is taken is an error (EEXIST). */
  readonly link: (from: string, to: string) => Promise<void>;
  /** Takes one name of a file away. */
  readonly unlink: (file: string) => Promise<void>;
}

/** The error code of Node's file system, "" for other errors. */
export function errno(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

async function withFile(file: string, flags: string, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(file, flags);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    written += bytesWritten;
  }
}

/** What a system says that cannot sync folders: Windows, and some network file systems. */
const CANNOT_SYNC: ReadonlySet<string> = new Set(["EPERM", "EACCES", "EISDIR", "EINVAL", "ENOTSUP", "EOPNOTSUPP", "EBADF"]);

export const realDisk: Disk = {
  makeFolder: async (folder) => { await mkdir(folder); },
  removeFolder: (folder) => rmdir(folder),
  createFile: (file, bytes) => withFile(file, "wx", (handle) => writeWhole(handle, bytes, 0)),
  appendAt: (file, length, bytes) => withFile(file, "r+", async (handle) => {
    await handle.truncate(length);
    await writeWhole(handle, bytes, length);
  }),
  syncFile: (file) => withFile(file, "r+", (handle) => handle.sync()),
  syncFolder: async (folder) => {
    try {
      await withFile(folder, "r", (handle) => handle.sync());
    } catch (thrown) {
      if (!CANNOT_SYNC.has(errno(thrown))) throw thrown;
    }
  },
  rename: (from, to) => rename(from, to),
  link: (from, to) => link(from, to),
  unlink: (file) => unlink(file),
};
