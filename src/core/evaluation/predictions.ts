import type { Measured } from "../metrics/measured.ts";

/** What a classifier says of target samples. */
export interface Predictions {
  readonly rows: number;
  readonly classes: number;
  /** Row-major `rows × classes`; each row sums to 1. */
  readonly probabilities: Float32Array;
}

/**
 * Copies one sample's probabilities: what a classifier was not taught it cannot know, such a class gets none.
 * @param from, to rows
 */
export function keepTaught(p: Float32Array, from: number, isTaught: Uint8Array, into: Float32Array, to: number): void {
  const classes = isTaught.length;
  let sum = 0;
  for (let c = 0; c < classes; c++) if (isTaught[c] !== 0) sum += p[from * classes + c];
  for (let c = 0; c < classes; c++) if (isTaught[c] !== 0) into[to * classes + c] = p[from * classes + c] / sum;
}

/** How right predictions are. Shares in [0, 1]. */
export interface PredictionScores {
  readonly accuracy: Measured;
  /** Mean of the classes' accuracies: each class counts the same. */
  readonly balancedAccuracy: Measured;
  /** Lowest accuracy of a class with at least {@link LEAST_OF_CLASS} target samples. */
  readonly worstClass: Measured;
  /** Expected calibration error over 15 bins of equal width (Guo et al. 2017, eq. 3); 0 is best. */
  readonly calibrationError: Measured;
  /** Accuracy of each class, or why it has none. */
  readonly byClass: readonly Measured[];
}

/** Of fewer target samples a class's accuracy is mostly chance. */
export const LEAST_OF_CLASS = 5;
const BINS = 15;

/**
 * Scores predictions against labels.
 * @param label class of each target sample, −1 for none: those do not count
 */
export function scorePredictions({ rows, classes, probabilities }: Predictions, label: Int32Array): PredictionScores {
  const right = new Uint32Array(classes);
  const total = new Uint32Array(classes);
  const binCount = new Uint32Array(BINS);
  const binRight = new Uint32Array(BINS);
  const binConfidence = new Float64Array(BINS);
  let counted = 0;
  let correct = 0;
  for (let i = 0; i < rows; i++) {
    if (label[i] < 0) continue;
    let best = 0;
    for (let c = 1; c < classes; c++) if (probabilities[i * classes + c] > probabilities[i * classes + best]) best = c;
    const confidence = probabilities[i * classes + best];
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
    const isRight = best === label[i] ? 1 : 0;
    counted++;
    correct += isRight;
    total[label[i]]++;
    right[label[i]] += isRight;
    binCount[bin]++;
    binRight[bin] += isRight;
    binConfidence[bin] += confidence;
  }
  if (counted === 0) {
    const none: Measured = { notDefined: "no target sample has a label" };
    return { accuracy: none, balancedAccuracy: none, worstClass: none, calibrationError: none, byClass: Array.from({ length: classes }, () => none) };
  }
  let error = 0;
  for (let b = 0; b < BINS; b++) error += Math.abs(binRight[b] - binConfidence[b]) / counted;
  let worst = Infinity;
  let sum = 0;
  let seen = 0;
  const byClass = Array.from({ length: classes }, (_, c): Measured => {
    if (total[c] === 0) return { notDefined: "the target set has no sample of the class" };
    const share = right[c] / total[c];
    sum += share;
    seen++;
    if (total[c] >= LEAST_OF_CLASS) worst = Math.min(worst, share);
    return { value: share };
  });
  return {
    accuracy: { value: correct / counted }, balancedAccuracy: { value: sum / seen },
    worstClass: Number.isFinite(worst) ? { value: worst } : { notDefined: `no class has ${LEAST_OF_CLASS} target samples` },
    calibrationError: { value: error }, byClass,
  };
}
