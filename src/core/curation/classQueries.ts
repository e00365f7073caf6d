import type { SampleContent } from "../dataset/dataset.ts";
import { normalize } from "../embedding/pooling.ts";
import type { Encoder } from "../embedding/encoder.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";

/** Sentences that a class's name is put into; a name alone says less to a model that was trained on captions. */
const TEMPLATES = ["a photo of a {}.", "a photo of the {}.", "a good photo of a {}.", "a close-up photo of a {}."] as const;
/** Of a class's name, in code points. */
const MOST_CHARACTERS = 100;

/** Texts of classes as vectors to search with. */
export interface ClassQueries {
  /** L2-normalised. */
  readonly matrix: EmbeddingMatrix;
  /** By row of the matrix: the place of its class among the names. */
  readonly classOf: Int32Array;
}

export interface ClassQueryOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A class's name as words: folders write "polar_bear" for a polar bear. A name without words is empty. */
export function classWords(name: string): string {
  // Cut first: a stranger's class may have a book for a name.
  const plain = name.slice(0, 20 * MOST_CHARACTERS).normalize("NFKC").replace(/[\p{Cc}\p{Cs}\s_-]+/gu, " ").trim();
  return /[\p{L}\p{N}\p{S}]/u.test(plain) ? Array.from(plain).slice(0, MOST_CHARACTERS).join("").trim() : "";
}

/**
 * A query for each class: the mean of the normalised vectors of a few sentences with its name in them, normalised (prompt
 * ensembles: Radford et al. 2021, arXiv 2103.00020, section 3.1.4). Classes whose name has no words, or none that the
 * encoder reads, have no query.
 * @param encoder of texts
 * @throws CancelledError
 */
export async function classQueries(names: readonly string[], encoder: Pick<Encoder, "dimensions" | "batchSize" | "prepare">, { signal, onProgress }: ClassQueryOptions = {}): Promise<ClassQueries> {
  const words = names.map(classWords);
  const named = Array.from(words.keys()).filter((at) => words[at] !== "");
  // A function, since "$&" in a name is no pattern.
  const texts = named.flatMap((at) => TEMPLATES.map((template): SampleContent => ({ kind: "text", text: template.replace("{}", () => words[at]) })));
  const { dimensions } = encoder;
  const sums = new Float32Array(named.length * dimensions);
  for (let from = 0; from < texts.length; from += encoder.batchSize) {
    const batch = texts.slice(from, from + encoder.batchSize);
    // A failed text's row is zero.
    const { vectors } = await (await encoder.prepare(batch))(signal);
    for (let row = 0; row < batch.length; row++) {
      const into = Math.floor((from + row) / TEMPLATES.length) * dimensions;
      for (let j = 0; j < dimensions; j++) sums[into + j] += vectors[row * dimensions + j];
    }
    onProgress?.(from + batch.length, texts.length);
  }
  const usable = Array.from(named.keys()).filter((own) => normalize(sums.subarray(own * dimensions, (own + 1) * dimensions)));
  const data = new Float32Array(usable.length * dimensions);
  usable.forEach((own, row) => { data.set(sums.subarray(own * dimensions, (own + 1) * dimensions), row * dimensions); });
  return { matrix: { rows: usable.length, dims: dimensions, data }, classOf: Int32Array.from(usable, (own) => named[own]) };
}
