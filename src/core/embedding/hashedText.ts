import type { SampleContent } from "../dataset/dataset.ts";
import type { EncodedBatch, Encoder } from "./encoder.ts";

const DIMENSIONS = 512;
/** Each feature is spread over this many dimensions, so that chance collisions average out. */
const SPREAD = 6;
/** Longer records are read to this many characters. */
const MOST_CHARACTERS = 20_000;

/** FNV-1a over UTF-16 units, then a murmur3 finaliser so that near strings get unrelated hashes. */
function hash(text: string, start: number, end: number, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = start; i < end; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

function mix(value: number): number {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The encoder without a learned model for texts: words, word pairs and character 3- to 5-grams, hashed and projected
 * to 512 dimensions by a seeded sparse sign projection (feature hashing, Weinberger et al. 2009; sparse projection,
 * Achlioptas 2003). Records that share their wording lie close together; meaning is not captured.
 *
 * Counts are dampened by the square root; words weigh more the longer they are, a stand-in for rarity that needs
 * no corpus, so that a record's vector never depends on the other records.
 */
export class HashedText implements Encoder {
  readonly name = "hashed n-grams";
  readonly key: string;
  readonly dimensions = DIMENSIONS;
  readonly batchSize = 512;
  readonly defaultThreshold = 0.85;
  private readonly seed: number;

  constructor(seed = 0) {
    this.seed = seed;
    this.key = `hashed-text-1/${DIMENSIONS}/${SPREAD}/${seed}`;
  }

  encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    const vectors = new Float32Array(contents.length * DIMENSIONS);
    const failures = new Map<number, string>();
    contents.forEach((content, i) => {
      if (content.kind === "image") failures.set(i, "it is no text");
      else if (!this.embed(content.text, vectors.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS))) failures.set(i, "the text has no characters to compare");
    });
    return Promise.resolve({ vectors, failures });
  }

  /** Writes the L2-normalised vector of a text; false when the text holds nothing but white space. */
  private embed(text: string, out: Float32Array): boolean {
    const words = text.slice(0, MOST_CHARACTERS).normalize("NFKC").toLowerCase().match(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu);
    if (!words) return false;
    const weights = new Map<number, number>();
    const add = (feature: number, weight: number): void => {
      weights.set(feature, (weights.get(feature) ?? 0) + weight);
    };
    let previous = 0;
    for (const word of words) {
      const letters = /[\p{L}\p{N}]/u.test(word);
      const own = hash(word, 0, word.length, this.seed);
      const weight = letters ? wordWeight(word.length) : 0.05;
      add(own, weight);
      if (letters) {
        add(mix(own ^ Math.imul(previous, 0x9e3779b1)), 0.5 * weight);
        previous = own;
      }
      if (letters) {
        const padded = `^${word}$`;
        const grams = Math.max(1, 3 * padded.length - 9);
        for (let n = 3; n <= 5; n++) {
          for (let at = 0; at + n <= padded.length; at++) add(hash(padded, at, at + n, this.seed + n), (1.5 * weight) / Math.sqrt(grams) / 2);
        }
      }
    }
    out.fill(0);
    for (const [feature, weight] of weights) {
      const value = Math.sqrt(weight);
      let h = feature;
      for (let s = 0; s < SPREAD; s++) {
        h = mix(h + 0x9e3779b9 + s);
        out[h % DIMENSIONS] += (h & 0x80000000) !== 0 ? value : -value;
      }
    }
    let square = 0;
    for (const value of out) square += value * value;
    if (square === 0) return false;
    const scale = 1 / Math.sqrt(square);
    for (let i = 0; i < out.length; i++) out[i] *= scale;
    return true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Rises from 0.2 for one letter to near 1 for long words: short words are mostly function words. */
function wordWeight(length: number): number {
  const x = length / 5;
  return 0.2 + (0.8 * x * x) / (1 + x * x);
}
