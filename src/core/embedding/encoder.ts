import type { SampleContent } from "../dataset/dataset.ts";

/** Vectors of a batch, row-major `contents.length × dimensions`, L2-normalised; a failed sample's row is zero. */
export interface EncodedBatch {
  readonly vectors: Float32Array;
  /** By position in the batch: why a sample could not be encoded, in plain words. */
  readonly failures: ReadonlyMap<number, string>;
}

/**
 * A batch that is read and decoded: calling it runs the network. To be called once.
 * @throws CancelledError soon after the signal fires
 */
export type PendingBatch = (signal?: AbortSignal) => Promise<EncodedBatch>;

/** How the vectors of an encoder for image-text pairs are made up: the image's half first, each half L2-normalised. */
export interface PairHalves {
  /** Of the image's half; the rest is the text's. */
  readonly imageDimensions: number;
  /** Near-duplicate cosine of each half alone. */
  readonly imageThreshold: number;
  readonly textThreshold: number;
  /** Both halves come from one CLIP-style model, so that their cosine says how well image and text agree. */
  readonly sharedSpace: boolean;
}

/** Turns samples into vectors. One bad sample never fails a batch. */
export interface Encoder {
  /** For people: "perceptual descriptor". */
  readonly name: string;
  /** Identity of encoder and preprocessing: vectors with another key are never mixed with these. */
  readonly key: string;
  /** Of a vector; for image-text pairs, both halves together. */
  readonly dimensions: number;
  /** Most samples to hand over at once; fewer may be faster. */
  readonly batchSize: number;
  /** Cosine from which two samples are near-duplicates by default for this encoder. */
  readonly defaultThreshold: number;
  /**
   * Of an encoder for image-text pairs only. It takes contents of the kind "pair"; empty bytes or a text without
   * characters are a missing half, whose part of the vector is zero, and no failure where the other half is there.
   */
  readonly pair?: PairHalves;
  /**
   * Reads and decodes a batch, in background threads where there are any. Batches may be prepared while another runs;
   * the vectors do not depend on how samples are put into batches, but for rounding.
   */
  prepare(contents: readonly SampleContent[]): Promise<PendingBatch>;
  /** {@link prepare}, and then what it returns. */
  encode(contents: readonly SampleContent[]): Promise<EncodedBatch>;
  close(): Promise<void>;
}
