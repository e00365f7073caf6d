import { digamma, inverseTrigamma, trigamma } from "./studentT.ts";

/**
 * Variances of many alike small samples, each drawn toward what all have in common: the empirical Bayes estimate of Smyth
 * 2004 ("Linear models and empirical Bayes methods", as in limma). Three redraws give a variance with two degrees of freedom,
 * by which hardly a difference could ever be told from chance; a dozen strategies on the same redraws give many of them.
 *
 *   s̃² = (d₀ s₀² + d s²) / (d₀ + d),   d₀ + d degrees of freedom
 *
 * d₀ is large where the variances differ no more than chance makes them, and small where they really differ.
 */
export interface Moderated {
  /** As many as were given; 0 where all are 0. */
  readonly variances: Float64Array;
  /** Of each, ≥ its own. */
  readonly degrees: Float64Array;
}

/** Below this share of the median a variance counts as this share of it: the logarithm of 0 would rule all. */
const LEAST_SHARE = 1e-4;

/**
 * @param variances ≥ 0, of samples with `degrees` ≥ 1 degrees of freedom each
 * @param most degrees of freedom that all samples have together, where they are not independent
 */
export function moderatedVariances(variances: ArrayLike<number>, degrees: ArrayLike<number>, most: number): Moderated {
  const count = variances.length;
  const own = { variances: Float64Array.from(variances), degrees: Float64Array.from(degrees) };
  const positive = Float64Array.from(variances).filter((value) => value > 0).sort();
  if (count < 3 || positive.length * 2 < count) return own;
  const least = LEAST_SHARE * positive[positive.length >> 1];
  let mean = 0;
  const logs = Float64Array.from(own.variances, (value, i) => {
    const log = Math.log(Math.max(value, least)) - digamma(degrees[i] / 2) + Math.log(degrees[i] / 2);
    mean += log / count;
    return log;
  });
  let spread = 0;
  let chance = 0;
  logs.forEach((log, i) => {
    spread += (log - mean) ** 2 / (count - 1);
    chance += trigamma(degrees[i] / 2) / count;
  });
  const excess = spread - chance;
  const priorDegrees = excess > 0 ? 2 * inverseTrigamma(excess) : Infinity;
  const prior = Math.exp(priorDegrees === Infinity ? mean : mean + digamma(priorDegrees / 2) - Math.log(priorDegrees / 2));
  return {
    variances: own.variances.map((value, i) => (priorDegrees === Infinity ? prior : (priorDegrees * prior + degrees[i] * value) / (priorDegrees + degrees[i]))),
    degrees: own.degrees.map((value) => Math.max(value, Math.min(value + priorDegrees, most))),
  };
}
