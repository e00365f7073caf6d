import { scarcityOf } from "./scarcity.ts";

/** The share of the hardest that is left out, mislabelled ones among them, and why. */
export interface CutoffChoice {
  /** In [0, 1). */
  readonly cutoff: number;
  /** What spoke for it, for people: a clause. */
  readonly evidence: string;
}

/**
 * How much of the hardest to leave out by the share of the distinct contents that the budget can hold. The smaller the
 * share, the easier samples serve training best (Sorscher et al., arXiv 2206.14486); CCS (Zheng et al., arXiv
 * 2210.15809) publishes 0.3 for a tenth of CIFAR-10. The knots are where the oracle of bench/README.md was best:
 * between them the cutoff is linear in the logarithm of the share. Where few samples of a class are kept it grows with
 * {@link scarcityOf}, to at most half.
 */
const SHARES = [0.1, 0.3, 0.6, 1];
const CUTOFFS = [0.3, 0.1, 0.08, 0];
/** A probe that is right less often than this mistakes its own errors for wrong labels. */
export const TRUSTED_ACCURACY = 0.8;
/** Of the estimated share of wrong labels. */
const MOST = 0.3;
const MOST_WHEN_SCARCE = 0.5;
const SCARCITY_EXPONENT = 0.3;

/** What is known of the labels: how many classes, the share estimated wrong, and how often the probes that say so are right. */
export interface LabelEvidence {
  /** 0 where labels are no classes. */
  readonly classes: number;
  /** In [0, 1], null where it was not estimated. */
  readonly noise: number | null;
  /** Out-of-fold accuracy in [0, 1], null where there is none. */
  readonly accuracy: number | null;
}

/**
 * The share of the samples that `auto` leaves out: what the budget's share of the distinct contents asks for, and at
 * least the estimated share of wrong labels, unless the budget holds all of them.
 * @param budget p
 * @param contents distinct contents, near-duplicates counted as one
 */
export function automaticCutoff(budget: number, contents: number, labels: LabelEvidence): CutoffChoice {
  const share = budget / contents;
  const scarcity = scarcityOf(budget, labels.classes);
  const byBudget = Math.min(MOST_WHEN_SCARCE, cutoffAt(share) * scarcity ** SCARCITY_EXPONENT);
  const few = scarcity > 1 && share < 1 ? `, and few samples of a class: ${perClassText(budget / labels.classes)}` : "";
  const held = `the budget holds ${share >= 1 ? "all" : share < 0.01 ? "less than 1% of the" : `${(100 * share).toFixed(0)}% of the`} distinct contents${few}`;
  const trusted = labels.noise !== null && labels.accuracy !== null && labels.accuracy >= TRUSTED_ACCURACY;
  // Once there is room for every content, leaving one out would only make room for a repeat of another.
  const noise = trusted && share < 1 ? Math.min(MOST, labels.noise ?? 0) : 0;
  if (noise > byBudget) return { cutoff: noise, evidence: `about ${(100 * noise).toFixed(1)}% of the labels look wrong to probes that did not see them` };
  return { cutoff: byBudget, evidence: held };
}

/** "0.7", "4.5", "12". */
function perClassText(samples: number): string {
  return samples < 9.95 ? samples.toFixed(1) : samples.toFixed(0);
}

function cutoffAt(share: number): number {
  if (share <= SHARES[0]) return CUTOFFS[0];
  for (let knot = 1; knot < SHARES.length; knot++) {
    if (share > SHARES[knot]) continue;
    const part = Math.log(share / SHARES[knot - 1]) / Math.log(SHARES[knot] / SHARES[knot - 1]);
    return CUTOFFS[knot - 1] + part * (CUTOFFS[knot] - CUTOFFS[knot - 1]);
  }
  return 0;
}

/** No class loses more than this many times the cutoff, and never over half: a probe finds a rare class hard as a whole. */
const MOST_TIMES = 3;
const MOST_OF_A_CLASS = 0.5;

/**
 * Which samples the cutoff defers: the hardest of all by AUM, but of any class at most three times the cutoff and at
 * most half.
 * @param aum low is hard
 * @param label class of each sample, −1 for none
 * @param cutoff share of all samples, rounded down
 * @returns 0 for samples that stay; else 1 less the cutoff from which on the sample is deferred, in (0, 1]: higher for
 *   harder ones
 */
export function deferHardest(aum: Float64Array, label: Int32Array, classCount: number, cutoff: number): Float64Array {
  const rows = aum.length;
  const deferred = new Float64Array(rows);
  if (cutoff <= 0) return deferred;
  const sizes = new Float64Array(classCount + 1);
  const seen = new Float64Array(classCount + 1);
  const classOf = (row: number): number => (label[row] < 0 ? classCount : label[row]);
  for (let i = 0; i < rows; i++) sizes[classOf(i)]++;
  const hardestFirst = Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => aum[a] - aum[b] || a - b);
  const most = Math.floor(cutoff * rows);
  for (let at = 0; at < most; at++) {
    const row = hardestFirst[at];
    const group = classOf(row);
    const place = seen[group]++;
    if (place >= Math.floor(Math.min(MOST_OF_A_CLASS, MOST_TIMES * cutoff) * sizes[group])) continue;
    deferred[row] = 1 - Math.max(at / rows, place / (MOST_TIMES * sizes[group]));
  }
  return deferred;
}
