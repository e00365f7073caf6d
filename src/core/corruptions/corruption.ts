/**
 * Corruptions of images at five severities, after Hendrycks & Dietterich, Benchmarking Neural Network Robustness to
 * Common Corruptions and Perturbations, ICLR 2019, arXiv 1903.12261. The weather that needs photographs (snow, frost) and
 * the distortions that move pixels (glass, zoom, elastic) are not among them.
 */
export const CORRUPTION_KINDS = [
  "gaussian-noise", "shot-noise", "impulse-noise", "defocus-blur", "motion-blur", "fog", "brightness", "contrast", "pixelate", "jpeg",
] as const;
export type CorruptionKind = (typeof CORRUPTION_KINDS)[number];

export const SEVERITIES = [1, 2, 3, 4, 5] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A corruption as it is asked for. */
export interface Corruption {
  readonly kind: CorruptionKind;
  readonly severity: Severity;
  /** With the image's own bytes it fixes all that is drawn at random: order and company of an image change nothing. */
  readonly seed: number;
}

type Table = readonly [readonly number[], readonly number[], readonly number[], readonly number[], readonly number[]];

/** One for images of each of {@link SIDES}: CIFAR-10-C, Tiny ImageNet-C and ImageNet-C, as their authors published them. */
const PARAMETERS: { readonly [kind in CorruptionKind]: readonly [Table, Table, Table] } = {
  /** Standard deviation, of values in [0, 1]. */
  "gaussian-noise": [[[0.04], [0.06], [0.08], [0.09], [0.1]], [[0.04], [0.08], [0.12], [0.15], [0.18]], [[0.08], [0.12], [0.18], [0.26], [0.38]]],
  /** Photons that make a value of 1. */
  "shot-noise": [[[500], [250], [100], [75], [50]], [[250], [100], [50], [30], [15]], [[60], [25], [12], [5], [3]]],
  /** Share of the values that are replaced. */
  "impulse-noise": [[[0.01], [0.02], [0.03], [0.05], [0.07]], [[0.01], [0.02], [0.05], [0.08], [0.14]], [[0.03], [0.06], [0.09], [0.17], [0.27]]],
  /** Radius of the disc and standard deviation of what softens its edge, in pixels. */
  "defocus-blur": [
    [[0.3, 0.4], [0.4, 0.5], [0.5, 0.6], [1, 0.2], [1.5, 0.1]], [[0.5, 0.6], [1, 0.1], [1.5, 0.1], [2.5, 0.01], [3, 0.1]],
    [[3, 0.1], [4, 0.5], [6, 0.5], [8, 0.5], [10, 0.5]],
  ],
  /** Radius and standard deviation of the trail, in pixels. (The third and fourth at 32 pixels differ by next to nothing.) */
  "motion-blur": [
    [[6, 1], [6, 1.5], [6, 2], [8, 2], [9, 2.5]], [[10, 1], [10, 1.5], [10, 2], [10, 2.5], [12, 3]],
    [[10, 3], [15, 5], [15, 8], [15, 12], [20, 15]],
  ],
  /** Thickness, and how much smoother the fog is from octave to octave. */
  fog: [
    [[0.2, 3], [0.5, 3], [0.75, 2.5], [1, 2], [1.5, 1.75]], [[0.4, 3], [0.7, 3], [1, 2.5], [1.5, 2], [2, 1.75]],
    [[1.5, 2], [2, 2], [2.5, 1.7], [2.5, 1.5], [3, 1.4]],
  ],
  /** What the value of HSV, in [0, 1], gains. */
  brightness: [[[0.05], [0.1], [0.15], [0.2], [0.3]], [[0.1], [0.2], [0.3], [0.4], [0.5]], [[0.1], [0.2], [0.3], [0.4], [0.5]]],
  /** Share of the contrast that is left. */
  contrast: [[[0.75], [0.5], [0.4], [0.3], [0.15]], [[0.4], [0.3], [0.2], [0.1], [0.05]], [[0.4], [0.3], [0.2], [0.1], [0.05]]],
  /** Share of the resolution that is left. */
  pixelate: [[[0.95], [0.9], [0.85], [0.75], [0.65]], [[0.9], [0.8], [0.7], [0.6], [0.5]], [[0.6], [0.5], [0.4], [0.3], [0.25]]],
  /** Quality. */
  jpeg: [[[80], [65], [58], [50], [40]], [[65], [58], [50], [40], [25]], [[25], [18], [15], [10], [7]]],
};

/** Shorter sides that {@link PARAMETERS} hold for, in pixels; the last ones are the same from there on. */
const SIDES = [32, 64, 128] as const;

/**
 * The parameters of a corruption for an image of a size, as {@link PARAMETERS} name them. They were published for images
 * of 32, 64 and 224 pixels. Images whose shorter side is 32 or less take the first, of 64 the second, of 128 or more the
 * third; between them the parameters lie on straight lines over the logarithm of the side (for photons: their logarithm
 * does), which is ours.
 */
export function parametersFor(kind: CorruptionKind, severity: Severity, width: number, height: number): readonly number[] {
  const side = Math.max(SIDES[0], Math.min(SIDES[2], width, height));
  const from = side < SIDES[1] ? 0 : 1;
  const part = Math.log2(side / SIDES[from]);
  const low = PARAMETERS[kind][from][severity - 1];
  const high = PARAMETERS[kind][from + 1][severity - 1];
  return low.map((value, p) => (kind === "shot-noise" ? value * (high[p] / value) ** part : value + (high[p] - value) * part));
}
