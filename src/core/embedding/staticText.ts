import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { SampleContent } from "../dataset/dataset.ts";
import { InfomaxError } from "../errors.ts";
import type { EncodedBatch, Encoder, PendingBatch } from "./encoder.ts";
import { HASHED_DIMENSIONS, HASHED_FEATURES, HashedFeatures } from "./hashedFeatures.ts";
import { embedTexts, pour } from "./textVectors.ts";
import { visitChunks, visitWords, type WordVisitor } from "./textWords.ts";

const MAGIC = "IMTX";
const FORMAT = 1;
const HEADER = 20;
const MOST_DIMENSIONS = 4096;
/** Part of the squared length of a vector that the word vectors have, the rest being the hashed part's. */
const SHARE = 0.3;

/** Learned word vectors: row r of `rows` times `scales[r]`; see models/text. */
export interface WordVectors {
  readonly dimensions: number;
  readonly rowOf: ReadonlyMap<string, number>;
  readonly scales: Float32Array;
  readonly rows: Int8Array;
  /** Of the file. */
  readonly digest: string;
}

/**
 * Reads `model.bin`: magic, format, words, dimensions and bytes of the words as little-endian uint32; the words in UTF-8, one
 * a line, with zeros up to a multiple of 4; a float32 scale for each word; int8 rows.
 * @throws InfomaxError encoder-unavailable when the file is missing or damaged
 */
export async function readWordVectors(file: string): Promise<WordVectors> {
  const damaged = (what: string, cause?: unknown): InfomaxError =>
    new InfomaxError("encoder-unavailable", `the built-in text encoder ${what}`, "Install InfoMax Inspector again.", { file }, cause);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw damaged("cannot be read", cause);
  }
  if (bytes.length < HEADER || bytes.toString("latin1", 0, 4) !== MAGIC || bytes.readUInt32LE(4) !== FORMAT) throw damaged("has another format");
  const [count, dimensions, textBytes] = [bytes.readUInt32LE(8), bytes.readUInt32LE(12), bytes.readUInt32LE(16)];
  const scalesAt = HEADER + 4 * Math.ceil(textBytes / 4);
  const rowsAt = scalesAt + 4 * count;
  if (dimensions < 1 || dimensions > MOST_DIMENSIONS || bytes.length !== rowsAt + count * dimensions) throw damaged("is damaged: its size is wrong");
  const words = bytes.toString("utf8", HEADER, HEADER + textBytes).split("\n");
  if (words.length !== count) throw damaged("is damaged: words are missing");
  const scales = Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(scalesAt + 4 * i));
  if (!scales.every(Number.isFinite)) throw damaged("is damaged: a weight is no number");
  return {
    dimensions, scales, rowOf: new Map(words.map((word, i) => [word, i])),
    rows: new Int8Array(bytes.buffer, bytes.byteOffset + rowsAt, count * dimensions),
    digest: createHash("sha256").update(bytes).digest("hex").slice(0, 16),
  };
}

/**
 * The built-in encoder for texts: {@link HashedFeatures}, which see how a record is worded, beside the mean of learned
 * word vectors, which sees what it is about; each half has its share of the length. Words that were not learned
 * (typing errors, names) count in the hashed half alone, and so does a text that has no others.
 *
 * In the mean a word that stands n times in a chunk counts √n times. A long record is cut into chunks of 4,096
 * characters, whose means are averaged by length. A record's vector depends on its text, the model and the seed alone.
 */
export class StaticText implements Encoder {
  readonly name = "built-in text encoder";
  readonly key: string;
  readonly dimensions: number;
  readonly batchSize = 512;
  readonly defaultThreshold = 0.87;
  private readonly features: HashedFeatures;
  private readonly words: WordVectors;
  private readonly counts: Uint32Array;
  private readonly met: number[] = [];
  private readonly hashed = new Float32Array(HASHED_DIMENSIONS);
  private readonly meaningChunk: Float32Array;
  private readonly meaningSum: Float32Array;
  private readonly visitor: WordVisitor;

  constructor(words: WordVectors, seed = 0) {
    this.words = words;
    this.features = new HashedFeatures(seed);
    this.dimensions = HASHED_DIMENSIONS + words.dimensions;
    this.key = `static-text-1/${HASHED_FEATURES}/${HASHED_DIMENSIONS}/${SHARE}/${words.digest}/${seed}`;
    this.counts = new Uint32Array(words.scales.length);
    this.meaningChunk = new Float32Array(words.dimensions);
    this.meaningSum = new Float32Array(words.dimensions);
    this.visitor = {
      word: (word, parts) => {
        this.features.word(word, parts);
        if (parts === null) this.meet(word);
        else for (const part of parts) this.meet(part);
      },
      run: (characters) => {
        this.features.run(characters);
        for (const character of characters) this.meet(character);
      },
      sign: (character) => this.features.sign(character),
    };
  }

  /**
   * @param folder holds `model.bin`
   * @throws InfomaxError encoder-unavailable
   */
  static async open(folder: string, seed = 0): Promise<StaticText> {
    return new StaticText(await readWordVectors(path.join(folder, "model.bin")), seed);
  }

  prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    return Promise.resolve((signal) => this.run(contents, signal));
  }

  encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    return this.run(contents);
  }

  private run(contents: readonly SampleContent[], signal?: AbortSignal): Promise<EncodedBatch> {
    return embedTexts(contents, this.dimensions, (text, out) => this.embed(text, out), signal);
  }

  private meet(word: string): void {
    const row = this.words.rowOf.get(word);
    if (row !== undefined && this.counts[row]++ === 0) this.met.push(row);
  }

  private embed(text: string, out: Float32Array): boolean {
    const { hashed, meaningChunk, meaningSum } = this;
    let meaning = false;
    visitChunks(text, (part, weight) => {
      visitWords(part, this.visitor);
      if (this.met.length > 0) meaning = true;
      this.sumMet(meaningChunk);
      pour(meaningChunk, meaningSum, weight);
    });
    const any = this.features.project(hashed);
    pour(hashed, out.subarray(0, HASHED_DIMENSIONS), meaning ? Math.sqrt(1 - SHARE) : 1);
    pour(meaningSum, out.subarray(HASHED_DIMENSIONS), Math.sqrt(SHARE));
    return any;
  }

  /** Adds the vectors of the words that the chunk held, and forgets them. */
  private sumMet(out: Float32Array): void {
    const { met, counts } = this;
    const { rows, scales, dimensions } = this.words;
    for (const row of met) {
      const weight = scales[row] * Math.sqrt(counts[row]);
      counts[row] = 0;
      for (let i = 0, at = row * dimensions; i < dimensions; i++, at++) out[i] += weight * rows[at];
    }
    met.length = 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
