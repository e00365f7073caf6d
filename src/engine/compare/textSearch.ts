import type { Config } from "../../core/config.ts";
import { classQueries } from "../../core/curation/classQueries.ts";
import { labelsAreClasses } from "../../core/dataset/labels.ts";
import { chooseEncoder } from "../../core/embedding/chooseEncoder.ts";
import { halvesOf } from "../../core/embedding/choosePairEncoder.ts";
import { InfomaxError } from "../../core/errors.ts";
import type { EmbeddingMatrix } from "../../core/neighbors/neighborSearch.ts";
import type { Pool } from "./pool.ts";

/** What a search goes toward, and the class of each query among those of the pool. */
export interface Guide {
  readonly matrix: EmbeddingMatrix;
  readonly label: Int32Array;
}

/** Queries of a text search, or why there are none. */
export type TextGuide = (Guide & { readonly notes: readonly string[] }) | {
  readonly notDefined: string;
  /** Whether that is said where nobody asked for this strategy by name: it could have been. */
  readonly isNews: boolean;
};

/** The classes that these labels name, ascending; none where nearly every sample has a label of its own. */
function classesOf(label: Int32Array): number[] {
  const classes = [...new Set(label)].filter((code) => code >= 0).sort((a, b) => a - b);
  return classes.length === 1 || labelsAreClasses(label) ? classes : [];
}

/**
 * A text for each class by the text half of the encoder, in the space of the pool. The names of the target's classes are
 * all that is known of the target; those of the pool are taken where it has none. Pairs of which both halves are compared
 * are searched by the mean of both cosines, as all else compares them.
 * @throws CancelledError
 */
export async function textGuide(pool: Pool, config: Config, options: { readonly signal?: AbortSignal; readonly onProgress: (done: number, total: number) => void }): Promise<TextGuide> {
  const { dataset, encoder: { name: encoderName }, matrix } = pool.loaded.index;
  const none = (notDefined: string): TextGuide => ({ notDefined, isNews: false });
  if (config.embeddings !== null) return none("vectors were imported, so that no text can be embedded beside them");
  if (dataset.kind !== "image" && dataset.kind !== "pair") return none(`it searches images by text, and the samples are ${dataset.kind}s`);
  const halves = await halvesOf(config.encoder);
  if (!halves.image || !halves.text) return none(`the encoder "${encoderName}" has no text half: choose a CLIP-style one (infomax encoders)`);
  const classes = [pool.judgedLabels[0], pool.label].map(classesOf).find((own) => own.length > 0);
  if (classes === undefined) return none("neither the target nor the candidates have classes to search for by name");
  let encoder: Awaited<ReturnType<typeof chooseEncoder>>;
  try {
    encoder = await chooseEncoder("text", config);
  } catch (thrown) {
    if (!(thrown instanceof InfomaxError) || thrown.code !== "encoder-unavailable") throw thrown;
    return { notDefined: `the text half of the encoder "${encoderName}" cannot be used: ${thrown.problem}`, isNews: true };
  }
  try {
    const isBoth = dataset.kind === "pair" && config.pairs === "both";
    if (matrix.dims !== (isBoth ? 2 : 1) * encoder.dimensions) return none(`the encoder "${encoderName}" has no text half in the space of its images: choose a CLIP-style one (infomax encoders)`);
    const names = classes.map((code) => pool.classNames[code]);
    const { matrix: found, classOf } = await classQueries(names, encoder, options);
    if (found.rows === 0) return none("none of the classes has a name of words");
    const lost = names.length - found.rows;
    return {
      matrix: isBoth ? doubled(found) : found, label: classOf.map((at) => classes[at]),
      notes: lost === 0 ? [] : [`text search: ${lost.toLocaleString("en-US")} of ${names.length.toLocaleString("en-US")} classes have no name of words, and are not searched for`],
    };
  } finally {
    await encoder.close();
  }
}

/** Each vector as both halves of a pair. */
function doubled({ rows, dims, data }: EmbeddingMatrix): EmbeddingMatrix {
  const wide = new Float32Array(rows * 2 * dims);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < dims; j++) wide[2 * row * dims + j] = wide[(2 * row + 1) * dims + j] = Math.SQRT1_2 * data[row * dims + j];
  }
  return { rows, dims: 2 * dims, data: wide };
}
