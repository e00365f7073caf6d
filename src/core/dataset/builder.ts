import type { Dataset, RejectedSample, ResolvedFields, SampleKind } from "./dataset.ts";
import type { RecordPosition } from "./records.ts";

type Column = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** The same kind of array with room for `capacity` entries, the old ones copied. */
function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}

/** One sample on its way into a dataset. */
export interface NewSample {
  readonly id: string;
  /** Index into the builder's files. */
  readonly file: number;
  /** Null for a whole file. */
  readonly position: RecordPosition | null;
  readonly label: string | null;
  readonly split: number;
  readonly sourceRow: number;
  /** One finite number for each of the builder's columns, in their order. */
  readonly values: readonly number[];
}

/** Collects samples into the flat arrays of a {@link Dataset}. */
export class DatasetBuilder {
  readonly rejected: RejectedSample[] = [];
  readonly notes: string[] = [];
  readonly #ids: string[] = [];
  readonly #labels = new Map<string, number>();
  readonly #columnNames: readonly string[];
  #columns: Float64Array<ArrayBuffer>[];
  #capacity = 1024;
  #fileOf = new Uint32Array(1024);
  #firstLine = new Uint32Array(1024);
  #lastLine = new Uint32Array(1024);
  #byteStart = new Float64Array(1024);
  #byteLength = new Uint32Array(1024);
  #label = new Int32Array(1024);
  #split = new Uint8Array(1024);
  #sourceRow = new Uint32Array(1024);

  constructor(columnNames: readonly string[] = []) {
    this.#columnNames = columnNames;
    this.#columns = columnNames.map(() => new Float64Array(1024));
  }

  get count(): number {
    return this.#ids.length;
  }

  add(sample: NewSample): void {
    const row = this.#ids.length;
    if (row === this.#capacity) this.#grow();
    this.#ids.push(sample.id);
    this.#fileOf[row] = sample.file;
    if (sample.position !== null) {
      this.#firstLine[row] = sample.position.firstLine;
      this.#lastLine[row] = sample.position.lastLine;
      this.#byteStart[row] = sample.position.byteStart;
      this.#byteLength[row] = sample.position.byteLength;
    }
    this.#label[row] = this.#labelIndex(sample.label);
    this.#split[row] = sample.split;
    this.#sourceRow[row] = sample.sourceRow;
    for (const [i, column] of this.#columns.entries()) column[row] = sample.values[i];
  }

  /** The finished dataset; label names sorted, by number where all are numbers. */
  build(about: {
    readonly path: string;
    readonly root: string;
    readonly layout: Dataset["layout"];
    readonly kind: SampleKind;
    readonly files: readonly string[];
    readonly fields: ResolvedFields;
    readonly sourceRows: number;
  }): Dataset {
    const count = this.#ids.length;
    const first = [...this.#labels.keys()];
    const numeric = first.every((name) => Number.isFinite(Number(name)));
    const labelNames = numeric ? [...first].sort((a, b) => Number(a) - Number(b)) : [...first].sort();
    const place = new Map(labelNames.map((name, i) => [name, i]));
    const sorted = first.map((name) => place.get(name) as number);
    const label = this.#label.slice(0, count);
    for (let row = 0; row < count; row++) {
      const index = label[row];
      if (index >= 0) label[row] = sorted[index];
    }
    return {
      ...about,
      count,
      ids: this.#ids,
      fileOf: this.#fileOf.slice(0, count),
      firstLine: this.#firstLine.slice(0, count),
      lastLine: this.#lastLine.slice(0, count),
      byteStart: this.#byteStart.slice(0, count),
      byteLength: this.#byteLength.slice(0, count),
      label,
      labelNames,
      split: this.#split.slice(0, count),
      sourceRow: this.#sourceRow.slice(0, count),
      rejected: this.rejected,
      notes: this.notes,
      columns: new Map(this.#columnNames.map((name, i) => [name, (this.#columns[i] as Float64Array).slice(0, count)])),
    };
  }

  #labelIndex(label: string | null): number {
    if (label === null) return -1;
    let index = this.#labels.get(label);
    if (index === undefined) {
      index = this.#labels.size;
      this.#labels.set(label, index);
    }
    return index;
  }

  #grow(): void {
    this.#capacity *= 2;
    this.#fileOf = grown(this.#fileOf, this.#capacity);
    this.#firstLine = grown(this.#firstLine, this.#capacity);
    this.#lastLine = grown(this.#lastLine, this.#capacity);
    this.#byteStart = grown(this.#byteStart, this.#capacity);
    this.#byteLength = grown(this.#byteLength, this.#capacity);
    this.#label = grown(this.#label, this.#capacity);
    this.#split = grown(this.#split, this.#capacity);
    this.#sourceRow = grown(this.#sourceRow, this.#capacity);
    this.#columns = this.#columns.map((column) => grown(column, this.#capacity));
  }
}
