import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from "hyparquet-writer";
import type { ColumnType } from "./tableColumns.ts";

/** A column of a Parquet file; all may hold nulls. An image is its bytes and the path that it had. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType | "IMAGE";
}

export interface ParquetImage {
  readonly bytes: Uint8Array;
  readonly path: string;
}

export type ParquetValue = boolean | bigint | number | string | ParquetImage | null;

/** A row group is written once it holds this much, so that memory stays bounded. */
const GROUP_BYTES = 16 << 20;
const GROUP_ROWS = 20_000;

/** JSON is written as plain text: readers that know the logical type hand it on as bytes or as an extension type that few tools take. */
function elements({ name, type }: ParquetColumn): SchemaElement[] {
  const repetition_type = "OPTIONAL";
  switch (type) {
    case "IMAGE": return [
      { name, repetition_type, num_children: 2 },
      { name: "bytes", type: "BYTE_ARRAY", repetition_type },
      { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type },
    ];
    case "STRING": case "JSON": return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }];
    default: return [{ name, type, repetition_type }];
  }
}

const FEATURES: { readonly [type in ParquetColumn["type"]]: object } = {
  IMAGE: { _type: "Image" },
  BOOLEAN: { dtype: "bool", _type: "Value" },
  INT64: { dtype: "int64", _type: "Value" },
  DOUBLE: { dtype: "float64", _type: "Value" },
  STRING: { dtype: "string", _type: "Value" },
  JSON: { dtype: "string", _type: "Value" },
};

/** Writes a Parquet file by row groups, with the features that Hugging Face datasets reads from its metadata. */
export class ParquetSink {
  readonly #columns: readonly ParquetColumn[];
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #parquet: ParquetWriter;
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  #values: ParquetValue[][];
  #held = 0;

  /** @param write takes the file's bytes in order, and is done with them when it resolves */
  constructor(columns: readonly ParquetColumn[], write: (bytes: Uint8Array) => Promise<void>) {
    this.#columns = columns;
    this.#write = write;
    this.#values = columns.map(() => []);
    const features = Object.fromEntries(columns.map(({ name, type }) => [name, FEATURES[type]]));
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: "root", num_children: columns.length }, ...columns.flatMap(elements)],
      kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }],
      createdBy: "infomax-inspector",
    });
  }

  /** @param values one for each column @param bytes about what they take */
  async add(values: readonly ParquetValue[], bytes: number): Promise<void> {
    values.forEach((value, c) => this.#values[c].push(value));
    this.#held += bytes;
    if (this.#held >= GROUP_BYTES || this.#values[0].length >= GROUP_ROWS) await this.#writeGroup();
  }

  async finish(): Promise<void> {
    if (this.#values[0].length > 0) await this.#writeGroup();
    await this.#parquet.finish();
    await this.#drain();
  }

  async #writeGroup(): Promise<void> {
    const columnData = this.#columns.map(({ name, type }, c): ColumnSource => ({
      name, data: this.#values[c],
      // Images are compressed already, and each is its own.
      ...(type === "IMAGE" ? { codec: "UNCOMPRESSED", encoding: "PLAIN", statistics: false } : {}),
    }));
    await this.#parquet.write({ columnData, rowGroupSize: this.#values[0].length });
    this.#values = this.#columns.map(() => []);
    this.#held = 0;
    await this.#drain();
  }

  async #drain(): Promise<void> {
    await this.#write(this.#bytes.getBytes());
    this.#bytes.index = 0;
  }
}
