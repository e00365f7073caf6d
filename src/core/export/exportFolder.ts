import { createHash, randomBytes, type Hash } from "node:crypto";
import { link, lstat, mkdir, open, readdir, rename, rm, rmdir, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { isInside } from "../dataset/paths.ts";
import { InfomaxError, throwIfCancelled } from "../errors.ts";
import { together } from "./together.ts";

/** A file of an export: POSIX path relative to its folder, and what it must hold. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** How much is written or read at a time. */
const BLOCK_BYTES = 1 << 20;
/** Files looked at together when they are verified. */
const AT_ONCE = 8;

/** A folder on its way to `out` is called `<out>.partial-<12 hexadecimal digits>`. */
function isPartialOf(out: string, name: string): boolean {
  const stem = `${path.basename(out)}.partial-`;
  return name.startsWith(stem) && /^[0-9a-f]{12}$/.test(name.slice(stem.length));
}

/** Absolute paths of what killed exports to the same place left, sorted. */
export async function partialFolders(out: string): Promise<readonly string[]> {
  const parent = path.dirname(out);
  const names = await readdir(parent).catch(() => []);
  return names.filter((name) => isPartialOf(out, name)).sort().map((name) => path.join(parent, name));
}

/** Makes what a folder lists durable. Windows opens no folders and needs none of this. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file being written in order; nothing is overwritten, and its digest is taken on the way. */
export class ExportSink {
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  readonly #done: (bytes: number, sha256: string) => void;
  #filled = 0;
  #bytes = 0;

  constructor(handle: FileHandle, done: (bytes: number, sha256: string) => void) {
    this.#handle = handle;
    this.#done = done;
  }

  /** Takes a copy of the bytes where it does not write them at once. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#filled + bytes.length > BLOCK_BYTES) await this.#flush();
    if (bytes.length > BLOCK_BYTES) {
      await this.#put(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Writes what is left, makes the file durable and closes it. */
  async close(): Promise<void> {
    try {
      await this.#flush();
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
    this.#done(this.#bytes, this.#hash.digest("hex"));
  }

  /** Closes the file after a failure. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const filled = this.#filled;
    this.#filled = 0;
    if (filled > 0) await this.#put(this.#buffer.subarray(0, filled));
  }

  async #put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const part = bytes.subarray(at, at + BLOCK_BYTES);
      this.#hash.update(part);
      await this.#handle.writeFile(part);
    }
    this.#bytes += bytes.length;
  }
}

/**
 * The folder that an export is written to: beside its place under another name, and renamed at the end, so that its
 * place holds all or nothing.
 */
export class ExportFolder {
  readonly out: string;
  /** Absolute path while it is being written. */
  readonly folder: string;
  readonly files: ExportedFile[] = [];
  readonly #made = new Set<string>();

  private constructor(out: string, folder: string) {
    this.out = out;
    this.folder = folder;
  }

  /** @param out absolute path; its parent must exist */
  static async create(out: string): Promise<ExportFolder> {
    const folder = `${out}.partial-${randomBytes(6).toString("hex")}`;
    await mkdir(folder);
    return new ExportFolder(out, folder);
  }

  /** Writes a file whole. @param file POSIX path relative to the folder */
  async add(file: string, bytes: Uint8Array | string): Promise<void> {
    const sink = await this.sink(file);
    try {
      await sink.write(typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes);
      await sink.close();
    } catch (thrown) {
      await sink.abandon();
      throw thrown;
    }
  }

  /** Begins a file; it counts once its sink is closed. */
  async sink(file: string): Promise<ExportSink> {
    const handle = await open(await this.#place(file), "wx");
    return new ExportSink(handle, (bytes, sha256) => this.files.push({ path: file, bytes, sha256 }));
  }

  /**
   * Gives a file a second name. @param source absolute real path, no link @param bytes what it holds
   * @throws the system's error where it cannot: EXDEV, EPERM, ENOTSUP, EMLINK
   */
  async link(file: string, source: string, bytes: Uint8Array): Promise<void> {
    const place = await this.#place(file);
    await link(source, place);
    if (!(await lstat(place)).isFile()) throw new InfomaxError("outside-root", "the file was replaced by a link while it was exported", "Look at the dataset's folder, then export again.", { file: source });
    this.files.push({ path: file, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  }

  /** Absolute path of a new file, whose folder is made. */
  async #place(file: string): Promise<string> {
    const place = path.resolve(this.folder, ...file.split("/"));
    if (!isInside(this.folder, place) || place === this.folder) throw new InfomaxError("outside-root", `"${file}" leads outside the folder`, "Export another selection.");
    const parent = path.dirname(place);
    if (parent !== this.folder && !this.#made.has(parent)) {
      await mkdir(parent, { recursive: true });
      for (let made = parent; made !== this.folder && !this.#made.has(made); made = path.dirname(made)) this.#made.add(made);
    }
    return place;
  }

  /** Reads every file again and compares it with its digest; returns how many there are. */
  async verify(onProgress: (done: number, total: number) => void, signal?: AbortSignal): Promise<number> {
    const { files } = this;
    await together(files, AT_ONCE, (file) => this.#verifyFile(file, signal), (done) => { onProgress(done, files.length); });
    return files.length;
  }

  async #verifyFile({ path: file, bytes, sha256 }: ExportedFile, signal: AbortSignal | undefined): Promise<void> {
    const hash = createHash("sha256");
    let read = 0;
    const handle = await open(path.join(this.folder, ...file.split("/")), "r");
    try {
      const block = Buffer.allocUnsafe(Math.max(1, Math.min(BLOCK_BYTES, bytes)));
      for (;;) {
        throwIfCancelled(signal);
        const { bytesRead } = await handle.read(block, 0, block.length);
        if (bytesRead === 0) break;
        read += bytesRead;
        hash.update(block.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
    if (read !== bytes || hash.digest("hex") !== sha256) {
      throw new InfomaxError("cannot-apply", `"${file}" reads back other than it was written`, "Check the disk, then export again.", { file: this.folder });
    }
  }

  /** Makes all durable and gives the folder its name. An empty folder of that name is replaced. */
  async finish(): Promise<void> {
    for (const folder of [...this.#made].sort((a, b) => b.length - a.length)) await syncFolder(folder);
    await syncFolder(this.folder);
    // rmdir takes empty folders alone, and rename would not replace one on Windows.
    await rmdir(this.out).catch((thrown: unknown) => {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    });
    await rename(this.folder, this.out);
    // It is there by now: a parent that cannot be synced is no reason to say that it is not.
    await syncFolder(path.dirname(this.out)).catch(() => undefined);
  }

  /** Takes the unfinished folder away; what is linked from it stays where it was. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
