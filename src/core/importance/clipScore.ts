import { InfomaxError } from "../errors.ts";

/** CLIPScore's rescaling of the cosine. */
const WEIGHT = 2.5;

/**
 * CLIPScore of each image-text pair: 2.5 · max(cos, 0) of the vectors that one CLIP-style model gives to image and
 * text (Hessel et al. 2021, eq. 1), in [0, 2.5]. Pairs whose text says little of their image score low and are the
 * first to go, as in DataComp's filter (Gadre et al. 2023). A pair that lacks a half scores 0.
 * @param agreement cosine of the halves of each pair, NaN where one is missing; null where the data or the encoder give none
 * @throws InfomaxError bad-importance
 */
export function clipScores(agreement: Float64Array | null): Float64Array {
  if (agreement === null) {
    throw new InfomaxError(
      "bad-importance", "clip-score needs pairs of image and text, and an encoder that puts both into one space",
      "Choose a CLIP-style encoder (infomax encoders --download clip-vit-b32, or Choose Encoder in VS Code) for records with an image and a text; or another importance.");
  }
  return agreement.map((cosine) => (Number.isNaN(cosine) ? 0 : WEIGHT * Math.max(cosine, 0)));
}
