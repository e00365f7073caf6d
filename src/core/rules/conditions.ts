import { SPLITS, type Dataset } from "../dataset/dataset.ts";
import { imagePathOf, numberOf } from "../dataset/fields.ts";
import { isRecord } from "../dataset/identity.ts";
import { imageFileOf, toPosix } from "../dataset/paths.ts";
import type { FileStamps } from "../indexing/fileStamps.ts";
import { compileGlob } from "./glob.ts";
import { isoDate } from "./isoDate.ts";
import { listOf, type Conditions, type DateCondition, type FieldCondition } from "./rule.ts";

/** What conditions look at; row i is sample i. */
export interface RuleGround {
  readonly dataset: Dataset;
  /** Rank of importance in (0, 1). */
  readonly importanceRank: ArrayLike<number>;
  /** Of the files of an image folder; null for tables. */
  readonly stamps: FileStamps | null;
}

export type RowTest = (row: number) => boolean;
/** @param table POSIX path of the record's table, relative to the root */
export type RecordTest = (record: Readonly<Record<string, unknown>>, table: string) => boolean;

/** The conditions of one rule, made ready: all of them must hold. */
export interface CompiledConditions {
  readonly onRows: readonly RowTest[];
  /** They need the records to be read. */
  readonly onRecords: readonly RecordTest[];
}

/**
 * Makes conditions ready for the samples of a dataset. Conditions on fields are for tables: of an image folder they are left
 * out here (the caller refuses them).
 */
export function compileConditions(when: Conditions | undefined, ground: RuleGround): CompiledConditions {
  const onRows: RowTest[] = [];
  const onRecords: RecordTest[] = [];
  if (when === undefined) return { onRows, onRecords };
  const { dataset, importanceRank, stamps } = ground;
  const { label, labelNames, split, ids, files, fileOf, layout } = dataset;
  if (when.label !== undefined) {
    const wanted = new Set(listOf(when.label));
    const isWanted = Uint8Array.from(labelNames, (name) => (wanted.has(name) ? 1 : 0));
    onRows.push((row) => label[row] >= 0 && isWanted[label[row]] !== 0);
  }
  if (when.classSmallerThan !== undefined) {
    const sizes = classSizes(dataset);
    const { classSmallerThan } = when;
    onRows.push((row) => label[row] >= 0 && sizes[label[row]] < classSmallerThan);
  }
  if (when.split !== undefined) {
    const wanted = new Set<number>(listOf(when.split).map((name) => SPLITS.indexOf(name)));
    onRows.push((row) => wanted.has(split[row]));
  }
  const { importanceAbove } = when;
  if (importanceAbove !== undefined) onRows.push((row) => importanceRank[row] > importanceAbove);
  if (when.id !== undefined) {
    const fits = anyGlob(when.id);
    onRows.push((row) => fits(ids[row]));
  }
  if (when.path !== undefined) {
    const fits = anyGlob(when.path);
    const { image } = dataset.fields;
    if (layout === "images" || image === null) {
      const isWanted = Uint8Array.from(files, (file) => (fits(file) ? 1 : 0));
      onRows.push((row) => isWanted[fileOf[row]] !== 0);
    } else onRecords.push((record, table) => fits(pathOf(dataset.root, record[image], table)));
  }
  if (when.date !== undefined) {
    const { field } = when.date;
    const isWithin = dateTest(when.date);
    if (field !== undefined) {
      onRecords.push((record) => {
        const value = fieldOf(record, field);
        const date = typeof value === "string" ? isoDate(value) : null;
        return date !== null && isWithin(date);
      });
    } else if (stamps !== null) onRows.push((row) => stamps.times[fileOf[row]] >= 0 && isWithin(stamps.times[fileOf[row]]));
  }
  for (const condition of listOf(when.field)) {
    const holds = fieldTest(condition);
    onRecords.push((record) => holds(fieldOf(record, condition.name)));
  }
  return { onRows, onRecords };
}

/** Samples of each class. */
function classSizes({ label, labelNames }: Dataset): Uint32Array {
  const sizes = new Uint32Array(labelNames.length);
  for (const code of label) if (code >= 0) sizes[code]++;
  return sizes;
}

function anyGlob(patterns: string | readonly string[]): (text: string) => boolean {
  const globs = listOf(patterns).map(compileGlob);
  return (text) => globs.some((glob) => glob.matches(text));
}

/** Of the image that a record names, else of its table. */
function pathOf(root: string, image: unknown, table: string): string {
  const named = imagePathOf(image);
  return typeof named === "string" ? toPosix(root, imageFileOf(root, table, named)) : table;
}

/** The value of a field: by its whole name, else along the dots in it; undefined where there is none. */
export function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  let value: unknown = record;
  for (const part of name.split(".")) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

function dateTest({ from, before }: DateCondition): (date: number) => boolean {
  const low = from === undefined ? -Infinity : isoDate(from) ?? Infinity;
  const high = before === undefined ? Infinity : isoDate(before) ?? -Infinity;
  return (date) => date >= low && date < high;
}

/** What a comparison asks of a field's value; a missing field has none, so that only `exists: false` holds for it. */
export function fieldTest(condition: FieldCondition): (value: unknown) => boolean {
  const { is, in: among, above, atLeast, below, atMost, contains, exists } = condition;
  if (is !== undefined) return (value) => equals(value, is);
  if (among !== undefined) {
    const texts = new Set(among.filter((one) => typeof one === "string"));
    const others = among.filter((one) => typeof one !== "string");
    return (value) => (typeof value === "string" && texts.has(value)) || others.some((one) => equals(value, one));
  }
  if (above !== undefined) return numeric((number) => number > above);
  if (atLeast !== undefined) return numeric((number) => number >= atLeast);
  if (below !== undefined) return numeric((number) => number < below);
  if (atMost !== undefined) return numeric((number) => number <= atMost);
  if (contains !== undefined) return (value) => (typeof value === "string" ? value.includes(contains) : Array.isArray(value) && value.includes(contains));
  return (value) => isPresent(value) === exists;
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function equals(value: unknown, wanted: string | number | boolean): boolean {
  if (value === wanted) return true;
  if (typeof wanted === "number") return numberOf(value) === wanted;
  return typeof wanted === "boolean" && typeof value === "string" && value.toLowerCase() === String(wanted);
}

function numeric(holds: (number: number) => boolean): (value: unknown) => boolean {
  return (value) => {
    const number = numberOf(value);
    return number !== null && holds(number);
  };
}
