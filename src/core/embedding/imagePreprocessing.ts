import { inWords, loadSharp, MOST_PIXELS } from "../dataset/imageDecoder.ts";
import { loadJpegDecoder, readPlainJpeg, type JpegDecoder, type RgbImage } from "../dataset/plainJpeg.ts";
import { Resampler } from "./resample.ts";

/** How an image becomes a tensor, as `preprocessor_config.json` says. */
export interface ImagePreprocessing {
  /** Of the tensor. */
  readonly width: number;
  readonly height: number;
  /** Size that the image is scaled to before its middle is cut out; "cover" keeps the aspect and cuts the longer side. */
  readonly resize: { readonly width: number; readonly height: number; readonly fit: "fill" | "cover" };
  readonly kernel: "nearest" | "lanczos3" | "linear" | "cubic";
  /** A byte b of channel c becomes b · scale[c] + offset[c]. */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  /** Channels stand as blue, green, red. */
  readonly isBgr: boolean;
}

type Settings = Readonly<Record<string, unknown>>;

const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711];
const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];
const HALF = [0.5, 0.5, 0.5];

/** What processors of transformers take where their file is silent. A size that is one number is the shorter edge where `edge` says so. */
const DEFAULTS: { readonly [type: string]: Settings & { readonly edge?: boolean } } = {
  CLIP: { edge: true, size: { shortest_edge: 224 }, resample: 3, do_center_crop: true, crop_size: 224, image_mean: CLIP_MEAN, image_std: CLIP_STD },
  Bit: { edge: true, size: { shortest_edge: 224 }, resample: 3, do_center_crop: true, crop_size: 224, image_mean: CLIP_MEAN, image_std: CLIP_STD },
  ViT: { size: 224, resample: 2, image_mean: HALF, image_std: HALF },
  DeiT: { size: 256, resample: 3, do_center_crop: true, crop_size: 224, image_mean: HALF, image_std: HALF },
  Siglip: { size: 224, resample: 3, image_mean: HALF, image_std: HALF },
  ConvNext: { edge: true, size: { shortest_edge: 384 }, resample: 2, crop_pct: 224 / 256, image_mean: IMAGENET_MEAN, image_std: IMAGENET_STD },
};

/** Settings that change nothing here, or that are handled by name. */
const KNOWN = new Set(["do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb", "do_flip_channel_order", "do_reduce_labels"]);
/** Settings that would change the tensor and that are not done here. */
const REFUSED = ["pad_size", "size_divisor", "size_divisibility", "keep_aspect_ratio", "ensure_multiple_of", "min_pixels", "max_pixels", "rescale_offset", "include_top"];
/** Pillow's numbers; box and Hamming have no counterpart. */
const KERNELS = ["nearest", "lanczos3", "linear", "cubic"] as const;

const MOST_SIDE = 4096;

function unsupported(setting: string, why: string): Error {
  return new Error(`preprocessor_config.json: ${setting} ${why}`);
}

function isObject(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function side(value: unknown, setting: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > MOST_SIDE) throw unsupported(setting, `is no whole number from 1 to ${MOST_SIDE}`);
  return value;
}

function channels(value: unknown, setting: string): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value, value, value];
  const numbers = list.filter((entry): entry is number => typeof entry === "number" && Number.isFinite(entry));
  if (list.length !== 3 || numbers.length !== 3) throw unsupported(setting, "is not three numbers");
  return numbers;
}

/**
 * Reads the content of `preprocessor_config.json`, with the defaults that its processor has in transformers.
 * @throws Error that names the setting when it asks for something that is not done here
 */
export function readImagePreprocessing(content: unknown): ImagePreprocessing {
  if (!isObject(content)) throw new Error("preprocessor_config.json holds no settings");
  const type = [content["image_processor_type"], content["feature_extractor_type"]].find((name) => typeof name === "string") ?? "";
  const family = /^([A-Za-z]+?)(?:Image|Feature)/.exec(type)?.[1] ?? "";
  const defaults = DEFAULTS[family] ?? {};
  const config: Settings = { ...defaults, ...Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null)) };
  for (const [name, value] of Object.entries(config)) {
    if (name.startsWith("do_") && value === true && !KNOWN.has(name)) throw unsupported(name, "is not supported");
  }
  for (const name of REFUSED) if (config[name] !== undefined && config[name] !== false) throw unsupported(name, "is not supported");
  if (config["do_resize"] === false) throw unsupported("do_resize", "is false, but a batch needs images of one size");

  const mean = config["image_mean"] ?? config["mean"];
  const isNormalized = config["do_normalize"] ?? (mean !== undefined);
  const factor = config["do_rescale"] === false ? 1 : config["rescale_factor"] ?? 1 / 255;
  if (typeof factor !== "number" || !Number.isFinite(factor)) throw unsupported("rescale_factor", "is no number");
  const means = isNormalized === true ? channels(mean, "image_mean") : [0, 0, 0];
  const stds = isNormalized === true ? channels(config["image_std"] ?? config["std"], "image_std") : [1, 1, 1];
  if (stds.includes(0)) throw unsupported("image_std", "holds a zero");
  const resample = config["resample"] ?? 2;
  const kernel = typeof resample === "number" ? KERNELS.find((_, number) => number === resample) : undefined;
  if (kernel === undefined) throw unsupported("resample", `${typeof resample === "number" ? resample : typeof resample} is not supported (0 nearest, 1 Lanczos, 2 bilinear, 3 bicubic)`);
  return { ...sizes(config, defaults.edge === true), kernel, scale: stds.map((std) => factor / std), offset: stds.map((std, c) => -means[c] / std), isBgr: config["do_flip_channel_order"] === true };
}

/** The size to scale to, and the size of the tensor. */
function sizes(config: Settings, isEdge: boolean): Pick<ImagePreprocessing, "width" | "height" | "resize"> {
  const isCropped = config["do_center_crop"] === true;
  const given = config["size"] ?? config["image_size"];
  let size: { width: number; height: number; fit: "fill" | "cover" };
  if (typeof given === "number") size = { width: side(given, "size"), height: given, fit: isEdge || isCropped ? "cover" : "fill" };
  else if (!isObject(given)) throw unsupported("size", "is missing");
  else if (given["shortest_edge"] !== undefined && given["longest_edge"] === undefined) {
    const edge = side(given["shortest_edge"], "size.shortest_edge");
    size = { width: edge, height: edge, fit: "cover" };
  } else if (given["height"] !== undefined && given["width"] !== undefined) {
    size = { width: side(given["width"], "size.width"), height: side(given["height"], "size.height"), fit: "fill" };
  } else throw unsupported("size", `with ${Object.keys(given).join(", ")} is not supported (shortest_edge, or height and width)`);

  const share = config["crop_pct"];
  if (share !== undefined && size.fit === "cover" && !isCropped) {
    // ConvNeXt's own rule: below 384 the middle of a larger image is cut out, from there on it is squeezed.
    if (typeof share !== "number" || !(share > 0 && share <= 1)) throw unsupported("crop_pct", "is no share");
    const edge = size.width;
    if (edge >= 384) return { width: edge, height: edge, resize: { width: edge, height: edge, fit: "fill" } };
    const scaled = Math.floor(edge / share);
    return { width: edge, height: edge, resize: { width: scaled, height: scaled, fit: "cover" } };
  }
  if (!isCropped) {
    if (size.fit === "cover") throw unsupported("size.shortest_edge", "without do_center_crop gives images of different sizes, which make no batch");
    return { width: size.width, height: size.height, resize: size };
  }
  const crop = config["crop_size"] ?? given;
  const width = side(isObject(crop) ? crop["width"] ?? crop["shortest_edge"] : crop, "crop_size");
  const height = side(isObject(crop) ? crop["height"] ?? crop["shortest_edge"] : crop, "crop_size");
  if (width > size.width || height > size.height) throw unsupported("crop_size", "is larger than size");
  return { width, height, resize: size };
}

/** How a graph takes images: values by channel ("nchw") or by pixel ("nhwc"), as normalised numbers or as bytes. */
export interface TensorLayout {
  readonly order: "nchw" | "nhwc";
  readonly type: "float32" | "uint8";
}

/** JPEGs of up to this many pixels are decoded in full and scaled here; from there on sharp's decoding at a reduced size wins. */
const MOST_PLAIN_PIXELS = 400 * 400;

/** Decodes images into tensors of one size, in background threads. */
export class ImageTensorizer {
  readonly preprocessing: ImagePreprocessing;
  readonly layout: TensorLayout;
  private readonly sharp: Awaited<ReturnType<typeof loadSharp>>;
  private readonly jpeg: JpegDecoder | null;
  /** Null for kernels that are left to sharp. */
  private readonly resampler: Resampler | null;

  private constructor(preprocessing: ImagePreprocessing, layout: TensorLayout, sharp: Awaited<ReturnType<typeof loadSharp>>, jpeg: JpegDecoder | null) {
    this.preprocessing = preprocessing;
    this.layout = layout;
    this.sharp = sharp;
    this.jpeg = jpeg;
    this.resampler = resamplerFor(preprocessing, layout);
  }

  /** @param isFast false: sharp does everything, for comparison */
  static async create(preprocessing: ImagePreprocessing, layout: TensorLayout, isFast = true): Promise<ImageTensorizer> {
    return new ImageTensorizer(preprocessing, layout, await loadSharp(), isFast ? await loadJpegDecoder() : null);
  }

  /** Values of one image. */
  get values(): number {
    return 3 * this.preprocessing.width * this.preprocessing.height;
  }

  /** Room for `count` images. */
  allocate(count: number): Float32Array | Uint8Array {
    return this.layout.type === "uint8" ? new Uint8Array(count * this.values) : new Float32Array(count * this.values);
  }

  /**
   * Decodes an image, upright as its EXIF data say, without its transparency, and writes it to `out`. Resampling is
   * filtered when it makes smaller, as Pillow's; JPEG and WebP are decoded at a reduced size where that suffices.
   * @throws Error in plain words when it cannot be decoded
   */
  async write(bytes: Uint8Array, out: Float32Array | Uint8Array): Promise<void> {
    const image = await this.decodePlain(bytes);
    if (image !== null) {
      this.resampler?.write(image, out);
      return;
    }
    const { resize, kernel } = this.preprocessing;
    const { data, info } = await inWords(() => this.sharp(bytes, { failOn: "error", limitInputPixels: MOST_PIXELS })
      .rotate()
      .resize(resize.width, resize.height, { fit: resize.fit, position: "centre", kernel })
      .removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true }));
    if (info.channels !== 3 || info.width !== resize.width || info.height !== resize.height) throw new Error(`it decodes to ${info.channels} channels of ${info.width} × ${info.height}`);
    this.convert(data, out);
  }

  /** The pixels of a small plain JPEG; null for what sharp is to read, or to refuse in its own words. */
  private async decodePlain(bytes: Uint8Array): Promise<RgbImage | null> {
    if (this.jpeg === null || this.resampler === null) return null;
    const header = readPlainJpeg(bytes);
    if (header === null || header.width * header.height > MOST_PLAIN_PIXELS || !this.resampler.scales(header.width, header.height)) return null;
    return this.jpeg(bytes, header).catch(() => null);
  }

  /** @param pixels of the scaled image, 3 bytes each, by row */
  private convert(pixels: Uint8Array, out: Float32Array | Uint8Array): void {
    const { width, height, resize, scale, offset, isBgr } = this.preprocessing;
    const top = (resize.height - height) >> 1;
    const left = (resize.width - width) >> 1;
    const isBytes = this.layout.type === "uint8";
    const planar = this.layout.order === "nchw";
    const step = planar ? 1 : 3;
    for (let c = 0; c < 3; c++) {
      const from = isBgr ? 2 - c : c;
      const factor = isBytes ? 1 : scale[c];
      const shift = isBytes ? 0 : offset[c];
      let at = planar ? c * width * height : c;
      for (let y = 0; y < height; y++) {
        let source = 3 * ((top + y) * resize.width + left) + from;
        for (let x = 0; x < width; x++) {
          out[at] = pixels[source] * factor + shift;
          at += step;
          source += 3;
        }
      }
    }
  }
}

function resamplerFor({ width, height, resize, kernel, scale, offset, isBgr }: ImagePreprocessing, { order, type }: TensorLayout): Resampler | null {
  if (kernel !== "cubic" && kernel !== "linear") return null;
  const isPlanar = order === "nchw";
  const isBytes = type === "uint8";
  // By channel of the image, where the preprocessing names those of the tensor.
  const places = isBgr ? [2, 1, 0] : [0, 1, 2];
  return new Resampler({
    width, height, resize, kernel,
    scale: places.map((c) => (isBytes ? 1 : scale[c])), offset: places.map((c) => (isBytes ? 0 : offset[c])),
    start: places.map((c) => (isPlanar ? c * width * height : c)), row: isPlanar ? width : 3 * width, column: isPlanar ? 1 : 3,
  });
}
