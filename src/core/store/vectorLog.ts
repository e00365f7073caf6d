import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";

/** "IFMXVEC" and the format's version. */
const MAGIC = Buffer.from("IFMXVEC1", "latin1");
const HEADER = 48;
const CHECK = 32;

/**
 * An append-only file of vectors by content digest, so that a job that was killed goes on without embedding anything
 * twice. Each batch carries its own checksum; a torn or damaged tail is cut off when the log is opened.
 */
export class VectorLog {
  readonly dimensions: number;
  private readonly handle: FileHandle;
  private readonly rowOf = new Map<bigint, number>();
  private readonly blocks: Float32Array[] = [];
  private readonly blockStart: number[] = [];
  private rows = 0;
  private end: number;

  private constructor(handle: FileHandle, dimensions: number) {
    this.handle = handle;
    this.dimensions = dimensions;
    this.end = HEADER;
  }

  /**
   * Opens or makes a log. A log with another key (encoder, preprocessing) or dimension is started anew.
   * @param key identity of the encoder: only vectors made with the same key are reused
   */
  static async open(file: string, key: string, dimensions: number): Promise<VectorLog> {
    const handle = await open(file, "a+").then(async (created) => {
      await created.close();
      return open(file, "r+");
    });
    try {
      return await VectorLog.start(handle, key, dimensions);
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  private static async start(handle: FileHandle, key: string, dimensions: number): Promise<VectorLog> {
    const log = new VectorLog(handle, dimensions);
    const header = Buffer.alloc(HEADER);
    MAGIC.copy(header);
    header.writeUInt32LE(dimensions, 8);
    createHash("sha256").update(key).digest().copy(header, 16);
    const found = Buffer.alloc(HEADER);
    await handle.read(found, 0, HEADER, 0);
    if (found.equals(header)) await log.load();
    else {
      await handle.truncate(0);
      await handle.write(header, 0, HEADER, 0);
    }
    return log;
  }

  private async load(): Promise<void> {
    const { size } = await this.handle.stat();
    const count = Buffer.alloc(4);
    for (;;) {
      const { bytesRead } = await this.handle.read(count, 0, 4, this.end);
      const rows = bytesRead === 4 ? count.readUInt32LE(0) : 0;
      // A count beyond the file's end is damage: nothing is allocated for it.
      if (rows === 0 || this.end + 4 + rows * (8 + 4 * this.dimensions) + CHECK > size) break;
      const body = Buffer.alloc(rows * (8 + 4 * this.dimensions));
      const check = Buffer.alloc(CHECK);
      const read = await this.handle.read(body, 0, body.length, this.end + 4);
      const readCheck = await this.handle.read(check, 0, CHECK, this.end + 4 + body.length);
      if (read.bytesRead < body.length || readCheck.bytesRead < CHECK) break;
      if (!createHash("sha256").update(count).update(body).digest().equals(check)) break;
      const bytes = new Uint8Array(body);
      this.remember(new BigUint64Array(bytes.buffer, 0, rows), new Float32Array(bytes.buffer, 8 * rows));
      this.end += 4 + body.length + CHECK;
    }
    await this.handle.truncate(this.end);
  }

  private remember(digests: BigUint64Array, vectors: Float32Array): void {
    this.blocks.push(vectors);
    this.blockStart.push(this.rows);
    for (const digest of digests) this.rowOf.set(digest, this.rows++);
  }

  /** The number of vectors held. */
  get size(): number {
    return this.rowOf.size;
  }

  /** The vector of a content digest, or undefined. The caller must not change it. */
  get(digest: bigint): Float32Array | undefined {
    const row = this.rowOf.get(digest);
    if (row === undefined) return undefined;
    let low = 0;
    let high = this.blockStart.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blockStart[middle] <= row) low = middle;
      else high = middle - 1;
    }
    const at = (row - this.blockStart[low]) * this.dimensions;
    return this.blocks[low].subarray(at, at + this.dimensions);
  }

  /** Appends a batch: `digests.length` vectors, row-major. */
  async append(digests: BigUint64Array, vectors: Float32Array): Promise<void> {
    if (digests.length === 0) return;
    const body = Buffer.alloc(digests.length * (8 + 4 * this.dimensions));
    body.set(new Uint8Array(digests.buffer, digests.byteOffset, digests.byteLength), 0);
    body.set(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength), 8 * digests.length);
    const count = Buffer.alloc(4);
    count.writeUInt32LE(digests.length, 0);
    const check = createHash("sha256").update(count).update(body).digest();
    await this.handle.write(Buffer.concat([count, body, check]), 0, 4 + body.length + CHECK, this.end);
    this.end += 4 + body.length + CHECK;
    this.remember(digests.slice(), vectors.slice());
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
