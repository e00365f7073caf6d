import { ranks } from "../importance/scale.ts";

/** Largest share left out by `auto`: at budgets up to a tenth of the dataset. */
const MOST = 0.1;

/**
 * The share of samples that `auto` leaves out as likely mislabelled: 0.1 for budgets up to 10%, falling evenly to 0 at
 * 50%. At small budgets mislabelled samples look the most important (CCS, Zheng et al., arXiv 2210.15809); with most of
 * the data kept, leaving hard ones out costs more than it saves.
 * @param fraction budget / samples, in (0, 1]
 */
export function automaticCutoff(fraction: number): number {
  return MOST * Math.min(1, Math.max(0, (0.5 - fraction) / 0.4));
}

/**
 * Which samples the cutoff defers: the hardest by AUM, the same share of each class (rounded down), so that a rare
 * class, which a probe finds hard as a whole, is not cut away.
 * @param aum low is hard
 * @param label class of each sample, −1 for none
 * @returns 0 for samples that stay; else in (0, 1], higher for harder ones
 */
export function deferHardest(aum: Float64Array, label: Int32Array, classCount: number, cutoff: number): Float64Array {
  const deferred = new Float64Array(aum.length);
  if (cutoff <= 0) return deferred;
  const hardness = ranks(aum);
  const members: number[][] = Array.from({ length: classCount + 1 }, () => []);
  for (let i = 0; i < aum.length; i++) members[label[i] < 0 ? classCount : label[i]].push(i);
  for (const rows of members) {
    rows.sort((a, b) => aum[a] - aum[b] || a - b);
    for (const row of rows.slice(0, Math.floor(cutoff * rows.length))) deferred[row] = 1 - hardness[row];
  }
  return deferred;
}
