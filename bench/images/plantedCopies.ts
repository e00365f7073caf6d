/** Sources and their distorted copies, the same ones in every run. */
import { seededPermutation, seededRandom } from "../../src/core/random.ts";
import { decoded, distortedCopy, DISTORTIONS, type Distortion, type Pixels } from "./distortions.ts";
import type { LabelledImage } from "./imageSets.ts";

/** Images of one source each: the source itself, then one copy of each kind, then the next source. */
export interface PlantedCopies {
  readonly sources: readonly LabelledImage[];
  readonly pixels: readonly Pixels[];
  readonly images: readonly Uint8Array[];
}

/** How many images stand in a row for each source. */
export const IMAGES_A_SOURCE = 1 + DISTORTIONS.length;

/** What an image of {@link PlantedCopies} is. */
export function kindOf(image: number): Distortion | "source" {
  const at = image % IMAGES_A_SOURCE;
  return at === 0 ? "source" : DISTORTIONS[at - 1];
}

/** @param seed picks the sources among the given images, and how each copy is distorted */
export async function plantCopies(all: readonly LabelledImage[], count: number, seed: number): Promise<PlantedCopies> {
  const sources = Array.from(seededPermutation(all.length, seed).subarray(0, count), (at) => all[at]);
  const pixels: Pixels[] = [];
  const images: Uint8Array[] = [];
  for (const [at, { bytes }] of sources.entries()) {
    const own = await decoded(bytes);
    pixels.push(own);
    images.push(bytes, ...await Promise.all(DISTORTIONS.map((kind, k) => distortedCopy(own, kind, seededRandom(seed * 1_000_003 + at * DISTORTIONS.length + k)))));
  }
  return { sources, pixels, images };
}
