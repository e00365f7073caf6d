/** Writes arrays as NumPy's .npz: a zip of .npy files, deflated. */
import { writeFile } from "node:fs/promises";
import { crc32, deflateRawSync } from "node:zlib";

export interface NpzArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const DEFLATE = 8;
/** 1 January 1980, so that the same arrays give the same bytes. */
const FIRST_DAY = 0x21;

/** An array in NumPy's format 1.0, little-endian, C order. */
export function npyBytes({ shape, data }: NpzArray): Buffer {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) throw new RangeError(`${data.length} values do not have the shape ${shape.join(" × ")}`);
  const type = data instanceof Uint8Array ? "|u1" : "<i4";
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${lengths}), }`;
  // Data begins at a multiple of 64.
  const padded = `${header.padEnd(64 * Math.ceil((MAGIC.length + 2 + header.length + 1) / 64) - MAGIC.length - 3)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  const values = Buffer.alloc(data.byteLength);
  if (data instanceof Uint8Array) values.set(data);
  else data.forEach((value, at) => values.writeInt32LE(value, 4 * at));
  return Buffer.concat([Buffer.from(MAGIC), length, Buffer.from(padded, "latin1"), values]);
}

/** @param arrays by name; at most 65,535, together below 4 GB @returns bytes written */
export async function writeNpz(file: string, arrays: ReadonlyMap<string, NpzArray>): Promise<number> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [key, array] of arrays) {
    const raw = npyBytes(array);
    const packed = deflateRawSync(raw);
    const name = Buffer.from(`${key}.npy`);
    const common = Buffer.alloc(26);
    [20, 0, DEFLATE, 0, FIRST_DAY].forEach((value, at) => common.writeUInt16LE(value, 2 * at));
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, name, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, entry, name);
    offset += 4 + common.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(arrays.size, 4);
  end.writeUInt16LE(arrays.size, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  const bytes = Buffer.concat([...parts, listed, Buffer.from("PK\x05\x06", "latin1"), end]);
  await writeFile(file, bytes);
  return bytes.length;
}
