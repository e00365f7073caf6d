import type { RawPixels } from "../dataset/bmp.ts";
import { loadHasher } from "../dataset/identity.ts";
import { inWords, loadSharp, MOST_PIXELS } from "../dataset/imageDecoder.ts";
import { InfomaxError, messageOf } from "../errors.ts";
import { defocusBlur, motionBlur, type Colours } from "./blur.ts";
import { parametersFor, type Corruption } from "./corruption.ts";
import { encodeBmp } from "./encodeBmp.ts";
import { brighten, fog, lowerContrast, pixelate } from "./light.ts";
import { gaussianNoise, impulseNoise, shotNoise } from "./noise.ts";

/** Shorter side to which larger images are scaled first. */
export const MOST_SIDE = 256;
/** Of an image once it is scaled: 256 × 16,384, so that only drawn-out images are refused. */
const MOST_WORKED = 4_194_304;

/** "png" for files and for people; "bmp" costs next to nothing, and every encoder reads it. */
export type CorruptedFormat = "png" | "bmp";

/**
 * An image as a camera in trouble would have given it, upright as its EXIF data say, encoded without loss. What is drawn
 * at random is drawn from the image's own bytes, the kind and the seed, and the same at each severity. Transparency
 * stays as it is. Of an animation the first frame is taken, as encoders do. An image whose shorter side is above 256
 * pixels is scaled to that before: the severities were made for what encoders see, and noise of single pixels would be
 * gone once an encoder had scaled a large image down.
 * @param bytes of an image file
 * @throws InfomaxError bad-data where it cannot be decoded, or is above 4 million pixels once scaled
 */
export async function corruptImage(bytes: Uint8Array, corruption: Corruption, format: CorruptedFormat = "png"): Promise<Uint8Array> {
  const hasher = await loadHasher();
  const seed = Number(hasher.bigint(`${hasher.hex(bytes)}/${corruption.kind}/${corruption.seed}`) & 0xffffffffn);
  const pixels = await decode(bytes);
  const { width, height, channels } = pixels;
  const colours = channels === 3 ? new Uint8ClampedArray(pixels.data.buffer, pixels.data.byteOffset, pixels.data.length) : withoutAlpha(pixels);
  const corrupted = await corruptColours({ width, height, data: colours }, corruption, seed);
  const answer: RawPixels = { width, height, channels, data: channels === 3 ? corrupted : withAlpha(corrupted, pixels.data) };
  if (format === "bmp") return encodeBmp(answer);
  const sharp = await loadSharp();
  return sharp(encodeBmp(answer), { failOn: "error", limitInputPixels: MOST_PIXELS }).png({ compressionLevel: 3 }).toBuffer();
}

async function decode(bytes: Uint8Array): Promise<RawPixels> {
  const sharp = await loadSharp();
  let decoded: { readonly data: Uint8Array; readonly info: { readonly width: number; readonly height: number; readonly channels: number } };
  try {
    decoded = await inWords(() => sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS }).rotate()
      .resize(MOST_SIDE, MOST_SIDE, { fit: "outside", withoutEnlargement: true, kernel: "cubic" })
      .toColourspace("srgb").raw().toBuffer({ resolveWithObject: true }));
  } catch (thrown) {
    throw new InfomaxError("bad-data", `the image cannot be decoded (${messageOf(thrown)})`, "Check the file.", {}, thrown);
  }
  const { data, info: { width, height, channels } } = decoded;
  if (channels !== 3 && channels !== 4) throw new InfomaxError("bad-data", `the image decodes to ${channels} channels, not to red, green and blue`, "Save it as RGB.");
  if (width * height > MOST_WORKED) {
    throw new InfomaxError("bad-data", `the image has ${width} × ${height} pixels with its shorter side at ${Math.min(width, height)}, which is too drawn out to corrupt`, "Cut it into parts, or leave it out.");
  }
  return { width, height, channels, data };
}

function withoutAlpha({ data }: RawPixels): Uint8ClampedArray {
  const colours = new Uint8ClampedArray((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) for (let c = 0; c < 3; c++) colours[to++] = data[from + c];
  return colours;
}

/** @param rgba the pixels whose transparency is taken */
function withAlpha(colours: Uint8Array, rgba: Uint8Array): Uint8Array {
  const data = rgba.slice();
  for (let from = 0, to = 0; to < data.length; to += 4) for (let c = 0; c < 3; c++) data[to + c] = colours[from++];
  return data;
}

/** @param colours changed in place, but for the answer of JPEG */
async function corruptColours(colours: Colours, { kind, severity }: Corruption, seed: number): Promise<Uint8Array> {
  const { width, height, data } = colours;
  const [first, second] = parametersFor(kind, severity, width, height);
  switch (kind) {
    case "gaussian-noise": gaussianNoise(data, first, seed); break;
    case "shot-noise": shotNoise(data, first, seed); break;
    case "impulse-noise": impulseNoise(data, first, seed); break;
    case "defocus-blur": defocusBlur(colours, first, second); break;
    case "motion-blur": motionBlur(colours, first, second, seed); break;
    case "fog": fog(colours, first, second, seed); break;
    case "brightness": brighten(colours, first); break;
    case "contrast": lowerContrast(colours, first); break;
    case "pixelate": pixelate(colours, first); break;
    case "jpeg": return throughJpeg(colours, Math.round(first));
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

async function throughJpeg({ width, height, data }: Colours, quality: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const plain = encodeBmp({ width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) });
  const options = { failOn: "error", limitInputPixels: MOST_PIXELS } as const;
  const jpeg = await sharp(plain, options).jpeg({ quality, chromaSubsampling: "4:2:0" }).toBuffer();
  return sharp(jpeg, options).toColourspace("srgb").raw().toBuffer();
}
