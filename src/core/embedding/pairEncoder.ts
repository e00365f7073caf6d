import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch, Encoder, PairHalves, PendingBatch } from "./encoder.ts";

/** A part of a batch, by position in it. */
interface Half {
  readonly rows: readonly number[];
  readonly pending: PendingBatch;
}

/** Two encoders side by side, for records with an image and a text. */
export class PairEncoder implements Encoder {
  readonly name: string;
  readonly key: string;
  readonly dimensions: number;
  readonly batchSize: number;
  readonly defaultThreshold: number;
  readonly pair: PairHalves;
  private readonly image: Encoder;
  private readonly text: Encoder;

  /** @param sharedSpace whether both are halves of one CLIP-style model */
  constructor(image: Encoder, text: Encoder, sharedSpace: boolean) {
    this.image = image;
    this.text = text;
    this.name = image.name === text.name ? image.name : `${image.name} and ${text.name}`;
    this.key = `pair-1/${image.key}/${text.key}`;
    this.dimensions = image.dimensions + text.dimensions;
    this.batchSize = Math.min(image.batchSize, text.batchSize);
    // The cosine of concatenated halves is the mean of theirs.
    this.defaultThreshold = (image.defaultThreshold + text.defaultThreshold) / 2;
    this.pair = { imageDimensions: image.dimensions, imageThreshold: image.defaultThreshold, textThreshold: text.defaultThreshold, sharedSpace };
  }

  async encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    return (await this.prepare(contents))();
  }

  async prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    const half = async (encoder: Encoder, take: (pair: SampleContent & { readonly kind: "pair" }) => SampleContent | null): Promise<Half> => {
      const rows: number[] = [];
      const own: SampleContent[] = [];
      contents.forEach((content, row) => {
        const taken = content.kind === "pair" ? take(content) : null;
        if (taken !== null) own[rows.push(row) - 1] = taken;
      });
      return { rows, pending: await encoder.prepare(own) };
    };
    // Decoding begins before texts are cut into tokens.
    const halves = await Promise.all([
      half(this.image, ({ bytes }) => (bytes.length > 0 ? { kind: "image", bytes } : null)),
      half(this.text, ({ text }) => (text.trim() === "" ? null : { kind: "text", text })),
    ]);
    return (signal) => this.run(contents, halves, signal);
  }

  private async run(contents: readonly SampleContent[], [images, texts]: readonly [Half, Half], signal: AbortSignal | undefined): Promise<EncodedBatch> {
    const vectors = new Float32Array(contents.length * this.dimensions);
    const failures = new Map<number, string>();
    const place = ({ rows }: Half, { vectors: found, failures: failed }: EncodedBatch, size: number, at: number): void => {
      rows.forEach((row, i) => { vectors.set(found.subarray(i * size, (i + 1) * size), row * this.dimensions + at); });
      for (const [i, why] of failed) failures.set(rows[i], why);
    };
    place(images, await images.pending(signal), this.image.dimensions, 0);
    place(texts, await texts.pending(signal), this.text.dimensions, this.image.dimensions);
    contents.forEach((content, row) => {
      if (content.kind !== "pair") failures.set(row, "it is no pair of image and text");
      else if (content.bytes.length === 0 && content.text.trim() === "") failures.set(row, "it has neither image nor text");
    });
    for (const row of failures.keys()) vectors.fill(0, row * this.dimensions, (row + 1) * this.dimensions);
    return { vectors, failures };
  }

  async close(): Promise<void> {
    try {
      await this.image.close();
    } finally {
      await this.text.close();
    }
  }
}
