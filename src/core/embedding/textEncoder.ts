import { breathe } from "../breathe.ts";
import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch, Encoder, PendingBatch } from "./encoder.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { otherInputs, sizerFor } from "./modelRuns.ts";
import type { Feed, OnnxModel } from "./onnxModel.ts";
import { chooseOutput, normalize, pooled, type PooledOutput } from "./pooling.ts";
import type { RunSizer } from "./runSizer.ts";
import { mostTokens, TokenReader, type TokenChunk, type Tokenizer } from "./tokenReader.ts";

const INPUTS = new Set(["input_ids", "attention_mask", "token_type_ids", "position_ids"]);
/** Tokens of a run, padding included. */
const RUN_TOKENS = [128, 256, 512, 1024, 2048, 4096, 8192];
/** Tokenizing lets messages in after this long, in milliseconds. */
const BREATHE_EVERY = 50;

interface Chunk extends TokenChunk {
  readonly sample: number;
}

/**
 * A network over texts. A text that is longer than the model reads is cut into chunks of that many tokens, 16 at most, and
 * its vector is the mean of their vectors, each weighted by its tokens.
 */
export class TextEncoder implements Encoder {
  readonly name: string;
  readonly key: string;
  readonly batchSize = 256;
  readonly defaultThreshold: number;
  private readonly model: OnnxModel;
  private readonly reader: TokenReader;
  private readonly output: PooledOutput;
  private readonly others: ReadonlyMap<string, Feed>;
  private readonly fixedRows: number | null;
  private readonly fixedLength: number | null;
  private readonly sizer: RunSizer;
  private size = 0;

  private constructor(folder: ModelFolder, model: OnnxModel, reader: TokenReader, fixedLength: number | null) {
    this.name = folder.name;
    this.key = folder.key;
    this.defaultThreshold = folder.threshold;
    this.model = model;
    this.reader = reader;
    this.output = chooseOutput(model.outputs, "text", folder.pooling);
    this.others = otherInputs(model, INPUTS, folder);
    this.fixedRows = model.input("input_ids")?.dims[0] ?? null;
    this.fixedLength = fixedLength;
    this.sizer = sizerFor(RUN_TOKENS, this.fixedRows === null ? null : this.fixedRows * (fixedLength ?? reader.most));
  }

  get dimensions(): number {
    return this.size;
  }

  /** @throws Error when the graph or its tokenizer cannot be used */
  static async open(folder: ModelFolder, model: OnnxModel, tokenizer: Tokenizer): Promise<TextEncoder> {
    const input = model.input("input_ids");
    if (input === undefined) throw new Error("the model has no input input_ids, so it cannot read texts");
    const most = mostTokens(folder, tokenizer, input.dims[1] ?? null);
    const reader = new TokenReader(tokenizer, most, folder.prefix);
    const encoder = new TextEncoder(folder, model, reader, input.dims[1] ?? (folder.padding === "max_length" ? most : null));
    const [probe] = reader.chunks("a");
    encoder.size = (await encoder.vectorsOf([{ ...probe, sample: 0 }])).length;
    return encoder;
  }

  async encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    return (await this.prepare(contents))();
  }

  async prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    const failures = new Map<number, string>();
    const chunks: Chunk[] = [];
    let last = performance.now();
    for (const [sample, content] of contents.entries()) {
      const own = content.kind === "image" || content.text.trim() === "" ? [] : this.reader.chunks(content.text);
      if (own.length === 0) failures.set(sample, content.kind === "image" ? "it is no text" : "the text has no characters to compare");
      for (const chunk of own) chunks.push({ ...chunk, sample });
      if (performance.now() - last > BREATHE_EVERY) {
        await breathe(undefined);
        last = performance.now();
      }
    }
    return (signal) => this.run(chunks, contents.length, failures, signal);
  }

  private async run(chunks: readonly Chunk[], count: number, failures: Map<number, string>, signal: AbortSignal | undefined): Promise<EncodedBatch> {
    const d = this.dimensions;
    const vectors = new Float32Array(count * d);
    // Texts of like length together need the least padding.
    const sorted = [...chunks].sort((a, b) => a.ids.length - b.ids.length);
    let from = 0;
    while (from < sorted.length) {
      await breathe(signal);
      const to = this.endOfRun(sorted, from);
      const part = sorted.slice(from, to);
      const start = performance.now();
      const found = await this.vectorsOf(part);
      this.sizer.record((this.fixedRows ?? part.length) * this.lengthOf(part), (performance.now() - start) / 1000);
      part.forEach(({ sample, weight }, i) => {
        const vector = found.subarray(i * d, (i + 1) * d);
        if (!normalize(vector)) failures.set(sample, "the encoder gave no usable vector for it");
        for (let j = 0; j < d; j++) vectors[sample * d + j] += weight * vector[j];
      });
      from = to;
    }
    for (let i = 0; i < count; i++) {
      const vector = vectors.subarray(i * d, (i + 1) * d);
      if (failures.has(i)) vector.fill(0);
      else if (!normalize(vector)) failures.set(i, "the encoder gave no usable vector for it");
    }
    return { vectors, failures };
  }

  /** Where a run from `from` on ends: as many chunks as the tokens of a run hold, at least one. */
  private endOfRun(sorted: readonly Chunk[], from: number): number {
    if (this.fixedRows !== null) return Math.min(sorted.length, from + this.fixedRows);
    let to = from + 1;
    while (to < sorted.length && (to + 1 - from) * (this.fixedLength ?? sorted[to].ids.length) <= this.sizer.size) to++;
    return to;
  }

  private lengthOf(chunks: readonly Chunk[]): number {
    return this.fixedLength ?? chunks.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  }

  /** The vectors of chunks that go through the network at once, not normalised. */
  private async vectorsOf(chunks: readonly Chunk[]): Promise<Float32Array> {
    const rows = this.fixedRows ?? chunks.length;
    const length = this.lengthOf(chunks);
    const dims = [rows, length];
    const ids = new Int32Array(rows * length).fill(this.reader.padId);
    const mask = new Int32Array(rows * length);
    chunks.forEach((chunk, row) => {
      ids.set(chunk.ids, row * length);
      mask.fill(1, row * length, row * length + chunk.ids.length);
    });
    const feeds = new Map<string, Feed>([
      ...this.others, ["input_ids", { data: ids, dims }], ["attention_mask", { data: mask, dims }],
      ["token_type_ids", { data: new Int32Array(rows * length), dims }], ["position_ids", { data: Int32Array.from(ids, (_, i) => i % length), dims }],
    ]);
    const tensor = (await this.model.run(feeds, [this.output.name])).get(this.output.name);
    if (tensor === undefined) throw new Error(`the model did not return ${this.output.name}`);
    const lengths = Array.from({ length: rows }, (_, row) => (row < chunks.length ? chunks[row].ids.length : 1));
    const { data, dims: [, d] } = pooled(tensor, this.output.pooling, rows, lengths);
    return data.slice(0, chunks.length * d);
  }

  close(): Promise<void> {
    return this.model.close();
  }
}
