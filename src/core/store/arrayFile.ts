import { createHash } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { InfomaxError } from "../errors.ts";

export type StoredArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array | BigUint64Array;

const KINDS = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array, BigUint64Array } as const;
type Kind = keyof typeof KINDS;

/** "IFMXARR" and the format's version. */
const MAGIC = Buffer.from("IFMXARR1", "latin1");
const BLOCK = 32 * 1024 * 1024;

interface Entry {
  readonly name: string;
  readonly kind: Kind;
  readonly length: number;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Partial<Record<keyof Entry, unknown>>;
  return typeof entry.name === "string" && typeof entry.kind === "string" && Object.hasOwn(KINDS, entry.kind)
    && typeof entry.length === "number" && Number.isSafeInteger(entry.length) && entry.length >= 0;
}

const damaged = (file: string, why: string): InfomaxError =>
  new InfomaxError("bad-data", `the cache file is damaged (${why})`, "Index the dataset again.", { file });

/**
 * Writes named arrays and JSON metadata to one file: magic, header length, header, arrays as they lie in memory
 * (little-endian), SHA-256 of all before. Written beside its place and renamed, so a reader never sees half a file.
 */
export async function writeArrayFile(file: string, metadata: unknown, arrays: Readonly<Record<string, StoredArray>>): Promise<void> {
  const entries = Object.entries(arrays).map(([name, array]): Entry => ({ name, kind: array.constructor.name as Kind, length: array.length }));
  const header = Buffer.from(JSON.stringify({ metadata, entries }), "utf8");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w");
  try {
    const hash = createHash("sha256");
    const write = async (bytes: Uint8Array): Promise<void> => {
      for (let at = 0; at < bytes.length; at += BLOCK) {
        const part = bytes.subarray(at, at + BLOCK);
        hash.update(part);
        await handle.writeFile(part);
      }
    };
    await write(MAGIC);
    await write(length);
    await write(header);
    for (const array of Object.values(arrays)) await write(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    await handle.writeFile(hash.digest());
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** Reads what {@link writeArrayFile} wrote; any difference from what was written is an error (code bad-data). */
export async function readArrayFile(file: string): Promise<{ readonly metadata: unknown; readonly arrays: ReadonlyMap<string, StoredArray> }> {
  const handle = await open(file, "r");
  try {
    const size = (await handle.stat()).size;
    const hash = createHash("sha256");
    const prefix = await readBytes(handle, file, 16, hash);
    if (!prefix.subarray(0, 8).equals(MAGIC)) throw damaged(file, "other format or version");
    const headerLength = Number(prefix.readBigUInt64LE(8));
    if (headerLength > size) throw damaged(file, "header longer than the file");
    const header = parsed(await readBytes(handle, file, headerLength, hash));
    if (typeof header !== "object" || header === null || !("entries" in header) || !Array.isArray(header.entries)) throw damaged(file, "no header");
    const arrays = new Map<string, StoredArray>();
    let left = size - 16 - headerLength - 32;
    for (const entry of header.entries as unknown[]) {
      if (!isEntry(entry)) throw damaged(file, "bad entry");
      const bytes = entry.length * KINDS[entry.kind].BYTES_PER_ELEMENT;
      left -= bytes;
      if (left < 0) throw damaged(file, "shorter than its header says");
      const array = new KINDS[entry.kind](entry.length);
      await readInto(handle, file, new Uint8Array(array.buffer), hash);
      arrays.set(entry.name, array);
    }
    const expected = hash.digest();
    const found = Buffer.alloc(32);
    const { bytesRead } = await handle.read(found, 0, 32);
    if (left !== 0 || bytesRead !== 32 || !found.equals(expected)) throw damaged(file, "checksum differs");
    return { metadata: "metadata" in header ? header.metadata : null, arrays };
  } finally {
    await handle.close();
  }
}

/** The header's JSON, or null: its checksum comes last in the file, so damage may show here first. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}

async function readBytes(handle: FileHandle, file: string, length: number, hash: ReturnType<typeof createHash>): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await readInto(handle, file, bytes, hash);
  return bytes;
}

async function readInto(handle: FileHandle, file: string, target: Uint8Array, hash: ReturnType<typeof createHash>): Promise<void> {
  let at = 0;
  while (at < target.length) {
    const { bytesRead } = await handle.read(target, at, Math.min(BLOCK, target.length - at));
    if (bytesRead === 0) throw damaged(file, "cut short");
    // In blocks, as a hash takes no more than 2 GiB at once.
    hash.update(target.subarray(at, at + bytesRead));
    at += bytesRead;
  }
}

/** An array of the expected kind and length out of a file, or the error for a damaged one. */
export function takeArray<K extends Kind>(file: string, arrays: ReadonlyMap<string, StoredArray>, name: string, kind: K, length?: number): InstanceType<(typeof KINDS)[K]> {
  const array = arrays.get(name);
  if (!(array instanceof KINDS[kind]) || (length !== undefined && array.length !== length)) throw damaged(file, `no array ${name}`);
  return array as InstanceType<(typeof KINDS)[K]>;
}
