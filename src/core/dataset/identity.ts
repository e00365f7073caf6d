import xxhash from "xxhash-wasm";
import type { XXHashAPI } from "xxhash-wasm";
import { InfomaxError } from "../errors.ts";
import type { SampleContent } from "./dataset.ts";

/** Deeper records are refused, so that no file can exhaust the call stack. */
const MAX_DEPTH = 500;

/** XXH64 with seed 0, of bytes or of a string's UTF-8 form. */
export class Hasher {
  readonly #api: XXHashAPI;

  constructor(api: XXHashAPI) {
    this.#api = api;
  }

  /** The hash as an unsigned 64-bit integer. */
  bigint(content: string | Uint8Array): bigint {
    return typeof content === "string" ? this.#api.h64(content) : this.#api.h64Raw(content);
  }

  /** The hash as 16 lower-case hexadecimal digits. */
  hex(content: string | Uint8Array): string {
    return this.bigint(content).toString(16).padStart(16, "0");
  }
}

let loading: Promise<Hasher> | undefined;

/** Compiles the hash's WebAssembly once; later calls return the same hasher. */
export function loadHasher(): Promise<Hasher> {
  loading ??= xxhash().then((api) => new Hasher(api));
  return loading;
}

/**
 * JSON with the keys of every object in code-unit order and no white space: the same text for the same content,
 * however it was laid out in its file. Throws {@link InfomaxError} `bad-data` beyond 500 levels of nesting.
 */
export function canonicalJson(value: unknown): string {
  return canonical(value, 0);
}

function canonical(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) {
    throw new InfomaxError("bad-data", `The record is nested more than ${MAX_DEPTH} levels deep`, "Flatten it.");
  }
  if (Array.isArray(value)) {
    let out = "[";
    for (let i = 0; i < value.length; i++) out += (i === 0 ? "" : ",") + canonical(value[i], depth + 1);
    return out + "]";
  }
  if (isRecord(value)) {
    let out = "{";
    for (const key of Object.keys(value).sort()) {
      const member = value[key];
      if (member === undefined) continue;
      out += (out.length === 1 ? "" : ",") + JSON.stringify(key) + ":" + canonical(member, depth + 1);
    }
    return out + "}";
  }
  return JSON.stringify(value) ?? "null";
}

/** True for what JSON calls an object: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What makes two samples the same: the hash of an image's bytes, of a text, or of both halves of a pair. */
export function contentDigest(content: SampleContent, hasher: Hasher): bigint {
  if (content.kind === "image") return hasher.bigint(content.bytes);
  const said = content.kind !== "vector" && content.identity !== undefined ? `${content.text}\0${content.identity}` : content.text;
  return hasher.bigint(content.kind === "pair" ? `${hasher.hex(content.bytes)}\0${said}` : said);
}

/** Digest of a record's content, 16 hexadecimal digits; the order of its fields does not matter. */
export function recordDigest(record: Record<string, unknown>, hasher: Hasher): string {
  return hasher.hex(canonicalJson(record));
}

/**
 * The value of a record's id field as a string, or null where it cannot serve as an id: missing, empty, not a
 * string or number, an integer too large to be read exactly, or with a line break or other control character.
 */
export function idValue(value: unknown): string | null {
  if (typeof value === "number") {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? String(value) : null;
  }
  return typeof value === "string" && value.trim() !== "" && !/\p{Cc}/u.test(value) ? value : null;
}

/**
 * The id of a record before repeats are told apart: its id field, else `<file>#<digest>`.
 * `file` is the POSIX path relative to the dataset root.
 */
export function baseRecordId(file: string, record: Record<string, unknown>, idField: string | null, hasher: Hasher): string {
  return (idField === null ? null : idValue(record[idField])) ?? `${file}#${recordDigest(record, hasher)}`;
}

/** Makes ids unique in reading order: the first keeps its base id, repeats get `~2`, `~3`, and so on. */
export class UniqueIds {
  readonly #lastSuffix = new Map<string, number>();
  /** How many ids got a suffix. */
  repeats = 0;

  /** The unique id for the next sample with this base id. */
  next(base: string): string {
    const last = this.#lastSuffix.get(base);
    if (last === undefined) {
      this.#lastSuffix.set(base, 1);
      return base;
    }
    this.repeats++;
    let suffix = last + 1;
    while (this.#lastSuffix.has(`${base}~${suffix}`)) suffix++;
    this.#lastSuffix.set(base, suffix);
    const id = `${base}~${suffix}`;
    this.#lastSuffix.set(id, 1);
    return id;
  }
}
