import { ConfidentLearning } from "../importance/confidentLearning.ts";
import { FOLDS, outOfFoldScores, type OutOfFoldOptions } from "../importance/outOfFold.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { countClasses } from "./classMetrics.ts";
import { measured, type Measured } from "./measured.ts";
import { whyUnusable } from "./products.ts";

/**
 * Share of the labels that confident learning (Northcutt et al., JAIR 2021; see {@link ConfidentLearning}) takes for
 * wrong, in [0, 1], from probabilities of a model that did not see the sample.
 * @param probabilities row-major `rows × classes`
 * @param label class of each row, −1 for none: those count nowhere
 */
export function labelNoiseOf(probabilities: Float32Array, label: Int32Array, classes: number): Measured {
  if (probabilities.length !== label.length * classes) throw new RangeError(`${probabilities.length} probabilities do not fit ${label.length} samples of ${classes} classes`);
  const why = whyNone(label, classes, 1);
  if (why !== null) return { notDefined: why };
  const noise = new ConfidentLearning(classes);
  label.forEach((own, row) => {
    if (own >= 0) noise.addConfidence(own, probabilities[row * classes + own]);
  });
  label.forEach((own, row) => {
    if (own >= 0) noise.addToJoint(own, probabilities, row * classes);
  });
  return measured(noise.share());
}

/**
 * The same from embeddings: linear probes judge the samples that they were not trained on ({@link outOfFoldScores}, which
 * also bounds the share by the probes' most confident answers). Reads too high where probes are poor, so it is no figure
 * where they are right no more often than the commonest label is.
 * @param matrix `n × d`, L2-normalised
 * @param label class of each row, −1 for none: those count nowhere
 * @throws CancelledError
 */
export async function labelNoise(matrix: EmbeddingMatrix, label: Int32Array, classes: number, options: OutOfFoldOptions): Promise<Measured> {
  const why = whyNone(label, classes, FOLDS) ?? whyUnusable(matrix, "samples");
  if (why !== null) return { notDefined: why };
  const { accuracy, noiseShare } = await outOfFoldScores(matrix, label, classes, options);
  const { counts } = countClasses(label, classes);
  const commonest = counts.reduce((most, count) => Math.max(most, count), 0) / counts.reduce((sum, count) => sum + count, 0);
  if (accuracy <= commonest) return { notDefined: "probes on these vectors are right no more often than the commonest label, so that they cannot judge labels" };
  return measured(noiseShare);
}

/** Why labels cannot be judged by each other. @param least samples that at least two classes must have */
function whyNone(label: Int32Array, classes: number, least: number): string | null {
  const { counts } = countClasses(label, classes);
  const sized = counts.filter((count) => count > 0).length;
  if (sized === 0) return label.length === 0 ? "there are no samples" : "none of the samples has a label";
  if (sized === 1) return "all kept samples are of one class";
  return counts.filter((count) => count >= least).length < 2 ? `fewer than two classes have ${least} labelled samples` : null;
}
