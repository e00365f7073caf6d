import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch, Encoder, PendingBatch } from "./encoder.ts";
import { HASHED_DIMENSIONS, HASHED_FEATURES, HashedFeatures } from "./hashedFeatures.ts";
import { embedTexts, pour } from "./textVectors.ts";
import { visitChunks, visitWords } from "./textWords.ts";

/**
 * The encoder without a learned model for texts: {@link HashedFeatures} in 512 dimensions. Records that share their wording
 * lie close together; meaning is not captured. A record's vector depends on its text and the seed alone.
 */
export class HashedText implements Encoder {
  readonly name = "hashed n-grams";
  readonly key: string;
  readonly dimensions = HASHED_DIMENSIONS;
  readonly batchSize = 512;
  readonly defaultThreshold = 0.85;
  private readonly features: HashedFeatures;
  private readonly vector = new Float32Array(HASHED_DIMENSIONS);

  constructor(seed = 0) {
    this.features = new HashedFeatures(seed);
    this.key = `${HASHED_FEATURES}/${HASHED_DIMENSIONS}/${seed}`;
  }

  prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    return Promise.resolve((signal) => this.run(contents, signal));
  }

  encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    return this.run(contents);
  }

  private run(contents: readonly SampleContent[], signal?: AbortSignal): Promise<EncodedBatch> {
    return embedTexts(contents, HASHED_DIMENSIONS, (text, out) => this.embed(text, out), signal);
  }

  private embed(text: string, out: Float32Array): boolean {
    visitChunks(text, (chunk) => visitWords(chunk, this.features));
    const any = this.features.project(this.vector);
    pour(this.vector, out, 1);
    return any;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
