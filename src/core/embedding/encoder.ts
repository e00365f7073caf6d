import type { SampleContent } from "../dataset/dataset.ts";

/** Vectors of a batch, row-major `contents.length × dimensions`, L2-normalised; a failed sample's row is zero. */
export interface EncodedBatch {
  readonly vectors: Float32Array;
  /** By position in the batch: why a sample could not be encoded, in plain words. */
  readonly failures: ReadonlyMap<number, string>;
}

/** Turns samples into vectors. One bad sample never fails a batch. */
export interface Encoder {
  /** For people: "perceptual descriptor". */
  readonly name: string;
  /** Identity of encoder and preprocessing: vectors with another key are never mixed with these. */
  readonly key: string;
  readonly dimensions: number;
  /** How many samples to hand over at once. */
  readonly batchSize: number;
  /** Cosine from which two samples are near-duplicates by default for this encoder. */
  readonly defaultThreshold: number;
  encode(contents: readonly SampleContent[]): Promise<EncodedBatch>;
  close(): Promise<void>;
}
