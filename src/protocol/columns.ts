/**
 * Columns of numbers, one entry a sample or a cluster, as they travel from the engine to the inspector: one block of
 * little-endian bytes and a list of what lies where. Never JSON numbers. Pure, imports nothing.
 */

export type ColumnType = "u8" | "u32" | "i32" | "f32";
export type Column = Uint8Array | Uint32Array | Int32Array | Float32Array;

/** Where a column lies in its block. */
export interface ColumnPlace {
  readonly name: string;
  readonly type: ColumnType;
  /** In bytes from the start of the block; a multiple of 4. */
  readonly offset: number;
  /** In entries. */
  readonly length: number;
}
export type Columns = Readonly<Record<string, Column>>;

const WIDTH: { readonly [type in ColumnType]: number } = { u8: 1, u32: 4, i32: 4, f32: 4 };

function typeOf(column: Column): ColumnType {
  return column instanceof Uint8Array ? "u8" : column instanceof Uint32Array ? "u32" : column instanceof Int32Array ? "i32" : "f32";
}

/** Puts columns into one block. */
export function packColumns(columns: Columns): { readonly places: readonly ColumnPlace[]; readonly bytes: Uint8Array<ArrayBuffer> } {
  const places: ColumnPlace[] = [];
  let end = 0;
  for (const name of Object.keys(columns)) {
    const type = typeOf(columns[name]);
    places.push({ name, type, offset: end, length: columns[name].length });
    end += Math.ceil((columns[name].length * WIDTH[type]) / 4) * 4;
  }
  const bytes = new Uint8Array(end);
  for (const { name, offset } of places) {
    const column = columns[name];
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
  }
  return { places, bytes };
}

/**
 * The columns of a block, as views of it where its start allows, else copied.
 * @returns null where the places do not lie within the block
 */
export function unpackColumns(places: readonly ColumnPlace[], bytes: Uint8Array): Columns | null {
  const columns: Record<string, Column> = {};
  const block = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  for (const { name, type, offset, length } of places) {
    if (offset % 4 !== 0 || offset < 0 || offset + length * WIDTH[type] > block.byteLength) return null;
    const at = block.byteOffset + offset;
    switch (type) {
      case "u8":
        columns[name] = new Uint8Array(block.buffer, at, length);
        break;
      case "u32":
        columns[name] = new Uint32Array(block.buffer, at, length);
        break;
      case "i32":
        columns[name] = new Int32Array(block.buffer, at, length);
        break;
      case "f32":
        columns[name] = new Float32Array(block.buffer, at, length);
    }
  }
  return columns;
}

export function isColumnPlace(value: unknown): value is ColumnPlace {
  if (typeof value !== "object" || value === null) return false;
  const { name, type, offset, length } = value as Partial<Record<keyof ColumnPlace, unknown>>;
  return typeof name === "string" && typeof type === "string" && Object.hasOwn(WIDTH, type)
    && Number.isSafeInteger(offset) && Number(offset) >= 0 && Number.isSafeInteger(length) && Number(length) >= 0;
}

/** Bits of a cluster's `flags`. */
export const CLUSTER_EXACT = 1;
export const CLUSTER_MIXED_LABELS = 2;
export const CLUSTER_CROSSES_SPLITS = 4;

/** Entries of the column `decision`. */
export const UNDECIDED = 0;
export const KEPT = 1;
export const DROPPED = 2;

/** Splits by the code in the column `split`. */
export const SPLIT_NAMES = ["none", "train", "val", "test"] as const;

/** What the blocks hold; row i is sample i of the index. */
export interface BlockColumns {
  /** Fixed as long as the index is. */
  base: {
    /** Index into the class names; −1 without a label. */
    readonly label: Int32Array;
    readonly split: Uint8Array;
    readonly importance: Float32Array;
    /** Share of the samples with lower importance, in [0, 1]. */
    readonly rank: Float32Array;
    /** Similarity to the nearest neighbour, in [0, 1]. */
    readonly nearest: Float32Array;
    /** Index into the file names. */
    readonly file: Uint32Array;
    /** 1-based line of a record; 0 for a whole file. */
    readonly line: Uint32Array;
    /** Margin of the own class, low where the label may be wrong; NaN where there is none. */
    readonly aum: Float32Array;
  };
  /** Changes with pins, decisions by hand and the selection shown. */
  states: {
    /** {@link UNDECIDED}, {@link KEPT} or {@link DROPPED} by the selection shown. */
    readonly decision: Uint8Array;
    /** 1 + index into DROP_REASONS of a dropped sample, else 0. */
    readonly reason: Uint8Array;
    readonly isProtected: Uint8Array;
    readonly isExcluded: Uint8Array;
    readonly isPreferred: Uint8Array;
    /** By the keeper rule in force: of near-duplicates, the one with the highest is kept where one is. */
    readonly preference: Float32Array;
    /** Row of the keeper of a dropped sample; −1 where there is none. */
    readonly keeper: Int32Array;
    readonly keeperSimilarity: Float32Array;
  };
  /** Near-duplicate clusters at one threshold, largest first; members of cluster c stand at offsets[c] … offsets[c + 1], the representative first. */
  clusters: {
    readonly offsets: Uint32Array;
    readonly members: Uint32Array;
    /** Of each member to the representative. */
    readonly similarities: Float32Array;
    /** {@link CLUSTER_EXACT} and so on. */
    readonly flags: Uint8Array;
  };
  /** The nested order of the budget curve: the first p are kept at budget p. Shorter than the dataset where samples are excluded. */
  order: { readonly order: Uint32Array };
  /** Two coordinates in [−1, 1] a sample. */
  map: { readonly xy: Float32Array };
  /** Rows that were asked for. */
  rows: { readonly rows: Uint32Array };
}
export type BlockName = keyof BlockColumns;

/** The clusters with what their members tell, which need not travel. */
export interface ClusterColumns extends Readonly<BlockColumns["clusters"]> {
  /** Cluster of each sample; −1 for none. */
  readonly clusterOf: Int32Array;
}

/** @param count of all samples; members beyond it are passed over */
export function withClusterOf(clusters: BlockColumns["clusters"], count: number): ClusterColumns {
  const { offsets, members } = clusters;
  const clusterOf = new Int32Array(count).fill(-1);
  for (let c = 0; c + 1 < offsets.length; c++) for (let at = offsets[c]; at < offsets[c + 1]; at++) clusterOf[members[at]] = c;
  return { ...clusters, clusterOf };
}

/** What each block must hold; its length is checked by the reader, who knows how many samples there are. */
export const BLOCK_TYPES: { readonly [block in BlockName]: { readonly [column in keyof BlockColumns[block]]: ColumnType } } = {
  base: { label: "i32", split: "u8", importance: "f32", rank: "f32", nearest: "f32", file: "u32", line: "u32", aum: "f32" },
  states: { decision: "u8", reason: "u8", isProtected: "u8", isExcluded: "u8", isPreferred: "u8", preference: "f32", keeper: "i32", keeperSimilarity: "f32" },
  clusters: { offsets: "u32", members: "u32", similarities: "f32", flags: "u8" },
  order: { order: "u32" },
  map: { xy: "f32" },
  rows: { rows: "u32" },
};

/** The columns of a named block, each of its type; null where one is missing or of another. */
export function readBlock<B extends BlockName>(block: B, places: readonly ColumnPlace[], bytes: Uint8Array): BlockColumns[B] | null {
  const types = BLOCK_TYPES[block] as Readonly<Record<string, ColumnType>>;
  const found = new Map(places.map((place) => [place.name, place.type]));
  for (const name of Object.keys(types)) if (found.get(name) !== types[name]) return null;
  return unpackColumns(places, bytes) as BlockColumns[B] | null;
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * Ascending rows as text: runs "first+length" in base 36, a comma between: "0+a,1c,1e+4". Rows that were chosen on the
 * screen mostly stand together, so it is short.
 */
export function rowsToText(rows: ArrayLike<number>): string {
  const runs: string[] = [];
  for (let at = 0; at < rows.length;) {
    let end = at + 1;
    while (end < rows.length && rows[end] === rows[end - 1] + 1) end++;
    const first = rows[at].toString(DIGITS.length);
    runs.push(end - at === 1 ? first : `${first}+${(end - at).toString(DIGITS.length)}`);
    at = end;
  }
  return runs.join(",");
}

/** Reads {@link rowsToText}; null where the text is none, or names a row that is not below `count`. */
export function rowsFromText(text: string, count: number): Uint32Array | null {
  if (text === "") return new Uint32Array(0);
  const rows: number[] = [];
  let last = -1;
  for (const run of text.split(",")) {
    const match = /^([0-9a-z]{1,8})(?:\+([0-9a-z]{1,8}))?$/.exec(run);
    if (match === null) return null;
    const first = parseInt(match[1], DIGITS.length);
    const length = match[2] === undefined ? 1 : parseInt(match[2], DIGITS.length);
    if (first <= last || length < 1 || first + length > count) return null;
    for (let row = first; row < first + length; row++) rows.push(row);
    last = first + length - 1;
  }
  return Uint32Array.from(rows);
}
