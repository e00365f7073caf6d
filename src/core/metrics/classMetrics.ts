import { measured, type Measured } from "./measured.ts";

/** Labelled samples of each declared class. */
export interface ClassCounts {
  readonly counts: Uint32Array;
  /** Samples without a label: in none of the counts. */
  readonly unlabelled: number;
}

export interface ClassMetricOptions {
  /** m of LT@m, ≥ 1; by default that of few-shot classes in long-tailed recognition (Liu et al., CVPR 2019). */
  readonly fewerThan?: number;
  /** p of LS@p in percent, in (0, 100]. */
  readonly topPercent?: number;
}

/** How samples are spread over the declared classes; samples without a label count nowhere. C classes, n labelled samples. */
export interface ClassMetrics {
  readonly declared: number;
  readonly labelled: number;
  readonly unlabelled: number;
  /** Declared classes without a sample; the imbalance ratio leaves them out, all else counts them as 0. */
  readonly empty: number;
  /** Declared classes with at least one sample, 0 … C. */
  readonly classesCovered: Measured;
  /** LT@m, long-tailedness (SELECT, Feuer et al. 2024): declared classes with fewer than m samples, 0 … C. */
  readonly longTail: Measured;
  /** LS@p, left-skewedness (SELECT): share of the samples in the `max(1, ⌈p · C / 100⌉)` largest classes, in (0, 1]. */
  readonly topShare: Measured;
  /** Pielou's evenness (1966) `−Σ (n_c / n) ln (n_c / n) / ln C`, in [0, 1]: 1 where all declared classes are alike. */
  readonly entropy: Measured;
  /** Gini coefficient `Σ_a Σ_b |n_a − n_b| / (2 C n)`, in [0, 1 − 1/C]: 0 where all declared classes are alike. */
  readonly gini: Measured;
  /** Samples of the largest class over those of the smallest that has any, ≥ 1. */
  readonly imbalance: Measured;
}

export const DEFAULT_FEWER_THAN = 20;
export const DEFAULT_TOP_PERCENT = 5;

/**
 * Counts the samples of each class.
 * @param label class of each sample, below `classCount`; −1 for none
 * @param rows the samples to count; all unless given
 */
export function countClasses(label: ArrayLike<number>, classCount: number, rows: ArrayLike<number> | null = null): ClassCounts {
  const counts = new Uint32Array(classCount);
  let unlabelled = 0;
  const length = rows === null ? label.length : rows.length;
  for (let at = 0; at < length; at++) {
    const own = label[rows === null ? at : rows[at]];
    if (own < 0) unlabelled++;
    else counts[own]++;
  }
  return { counts, unlabelled };
}

/** Measures the spread over classes. @throws RangeError for an m or p out of its range */
export function classMetrics({ counts, unlabelled }: ClassCounts, options: ClassMetricOptions = {}): ClassMetrics {
  const { fewerThan = DEFAULT_FEWER_THAN, topPercent = DEFAULT_TOP_PERCENT } = options;
  if (!(fewerThan >= 1)) throw new RangeError(`LT@m needs an m of at least 1, not ${fewerThan}`);
  if (!(topPercent > 0 && topPercent <= 100)) throw new RangeError(`LS@p needs a p above 0 and up to 100, not ${topPercent}`);
  const declared = counts.length;
  const ascending = counts.slice().sort();
  let labelled = 0;
  let empty = 0;
  let below = 0;
  let logs = 0;
  let differences = 0;
  for (let c = 0; c < declared; c++) {
    const own = ascending[c];
    labelled += own;
    if (own === 0) empty++;
    else logs += own * Math.log(own);
    if (own < fewerThan) below++;
    // In ascending order the count of rank c is the larger of c pairs and the smaller of C − 1 − c.
    differences += (2 * c + 1 - declared) * own;
  }
  const facts = { declared, labelled, unlabelled, empty };
  const none = whyNone(declared, labelled, unlabelled);
  if (none !== null) {
    const all: Measured = { notDefined: none };
    return { ...facts, classesCovered: all, longTail: all, topShare: all, entropy: all, gini: all, imbalance: all };
  }
  const top = Math.max(1, Math.ceil((topPercent * declared) / 100));
  let inTop = 0;
  for (let c = declared - top; c < declared; c++) inTop += ascending[c];
  const ofSeveral = (value: number): Measured => (declared === 1 ? { notDefined: "only one class is declared" } : measured(value));
  return {
    ...facts,
    classesCovered: measured(declared - empty),
    longTail: measured(below),
    topShare: ofSeveral(inTop / labelled),
    entropy: ofSeveral(Math.max(0, Math.min(1, (Math.log(labelled) - logs / labelled) / Math.log(declared)))),
    gini: ofSeveral(differences / (declared * labelled)),
    imbalance: declared > 1 && declared - empty === 1 ? { notDefined: "all kept samples are of one class" } : ofSeveral(ascending[declared - 1] / ascending[empty]),
  };
}

function whyNone(declared: number, labelled: number, unlabelled: number): string | null {
  if (declared === 0) return "no classes are declared";
  if (labelled > 0) return null;
  return unlabelled > 0 ? "none of the samples has a label" : "there are no samples";
}
