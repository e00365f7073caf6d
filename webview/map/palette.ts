/** The map's colours: told apart from each other and from the background, whatever the theme. Pure. */

/** Red, green, blue in [0, 255]. */
export type Rgb = readonly [number, number, number];

export interface Theme {
  readonly background: Rgb;
  readonly foreground: Rgb;
  /** Of the ring around the sample in the details. */
  readonly focus: Rgb;
  readonly isHighContrast: boolean;
}

/** Least contrast of a point with the background: WCAG 2.2, 1.4.11. */
const CONTRAST = 3;
const HIGH_CONTRAST = 4.5;

const CATEGORIES: readonly Rgb[] = [
  [59, 142, 234], [242, 142, 43], [63, 185, 80], [240, 85, 95], [163, 113, 247], [217, 185, 59], [43, 184, 196], [238, 127, 184], [176, 125, 86], [140, 160, 90],
];
export const CATEGORY_COLOURS = CATEGORIES.length;
const GREY: Rgb = [128, 128, 128];

/** From low to high, the high end farthest from the background; lightness changes in one direction. */
const RAMP_ON_DARK: readonly Rgb[] = [[104, 98, 190], [36, 152, 154], [116, 208, 85], [250, 232, 80]];
const RAMP_ON_LIGHT: readonly Rgb[] = [[214, 116, 40], [190, 62, 80], [116, 32, 120], [36, 8, 82]];

/** Relative luminance of WCAG 2.2, in [0, 1]. */
export function luminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast ratio of WCAG 2.2, in [1, 21]. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

export function isDark({ background }: Theme): boolean {
  return luminance(background) < 0.18;
}

/** Mixes a colour with white or black just so far that it stands out from the background. */
export function readable(colour: Rgb, { background, isHighContrast }: Theme): Rgb {
  const wanted = isHighContrast ? HIGH_CONTRAST : CONTRAST;
  const end: Rgb = luminance(background) < 0.18 ? [255, 255, 255] : [0, 0, 0];
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = mix(colour, end, share);
    if (contrast(mixed, background) >= wanted) return mixed;
  }
  return end;
}

/** Colour of the i-th category; they repeat after {@link CATEGORY_COLOURS}. */
export function categoryColour(i: number, theme: Theme): Rgb {
  return readable(CATEGORIES[i % CATEGORIES.length], theme);
}

/** Of what belongs to no category. */
export function neutralColour(theme: Theme): Rgb {
  return readable(GREY, theme);
}

/** Colour of a share in [0, 1]. */
export function rampColour(share: number, theme: Theme): Rgb {
  const stops = isDark(theme) ? RAMP_ON_DARK : RAMP_ON_LIGHT;
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const stop = Math.min(stops.length - 2, Math.floor(place));
  return mix(stops[stop], stops[stop + 1], place - stop);
}

/** Reads what `getComputedStyle` gives: "rgb(1, 2, 3)", "rgba(1, 2, 3, 0.5)"; null for anything else. */
export function readRgb(text: string): Rgb | null {
  const match = /^rgba?\(\s*([\d.]+)[,\s]+([\d.]+)[,\s]+([\d.]+)/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}

export function cssColour([r, g, b]: Rgb): string {
  return `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, from[2] + (to[2] - from[2]) * share];
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
