/** What samples an encoder reads: images, texts, or both into one space (with a text model and a vision model). */
export type EncoderKind = "image" | "text" | "pair";

/** How a model in the Hugging Face layout is used; its own files do not say all of it. */
export interface EncoderUse {
  /** From the last hidden state, its mean over the tokens or its first token; "model": the model's own pooled output where it has one, else the mean. */
  readonly pooling: "mean" | "cls" | "model";
  /** Texts of a batch are padded to the longest of them, or to the model's own length where its graph is fixed to it. */
  readonly padding: "longest" | "max_length";
  /** Put before each text, as the model was trained. */
  readonly prefix: string;
  /** Cosine of near-duplicates from which the automatic threshold starts, in (0, 1]. */
  readonly threshold: number;
}

/** An encoder that can be downloaded by a short name. Vectors are L2-normalised, as those of every encoder. */
export interface EncoderPreset extends EncoderUse {
  readonly name: string;
  /** On the host, "owner/name". */
  readonly repository: string;
  /** Commit of the repository, 40 hexadecimal digits: the download is this one and no other. */
  readonly revision: string;
  readonly kind: EncoderKind;
  readonly dtype: keyof typeof PRECISIONS;
  /** Of one vector; a pair has two. */
  readonly dimensions: number;
  /** SPDX identifier, or a name where there is none. */
  readonly licence: string;
  /** Approximate size of the download; the exact one comes from the host before the question. */
  readonly bytes: number;
}

/** Endings of model files by precision, the preferred one first. */
export const PRECISIONS = { fp32: ".onnx", fp16: "_fp16.onnx", q8: "_quantized.onnx", int8: "_int8.onnx" } as const;

/**
 * The presets, one a line. All in full precision: the int8 exports scale activations by what else is in the batch, so a
 * sample's vector would depend on its neighbours. Cosines of bge and E5 are crowded towards 1 (both were trained with a low
 * temperature, as their cards say), hence their higher thresholds.
 */
export const PRESETS: readonly EncoderPreset[] = [
  { name: "dinov2-small", repository: "Xenova/dinov2-small", revision: "c2bb04a51fab207c420665f1946016107bffc701", kind: "image", dtype: "fp32", pooling: "cls", padding: "longest", prefix: "", threshold: 0.95, dimensions: 384, licence: "Apache-2.0", bytes: 88e6 },
  { name: "clip-vit-b32", repository: "Xenova/clip-vit-base-patch32", revision: "d15189d7028b43f1d3e65039190477f6af591c2a", kind: "pair", dtype: "fp32", pooling: "model", padding: "longest", prefix: "", threshold: 0.95, dimensions: 512, licence: "MIT", bytes: 608e6 },
  { name: "mobileclip", repository: "Xenova/mobileclip_s0", revision: "757d59c9c6870a76a4b0306f05f5061bca15c39f", kind: "pair", dtype: "fp32", pooling: "model", padding: "max_length", prefix: "", threshold: 0.95, dimensions: 512, licence: "Apple ML Research (research only, no commercial use)", bytes: 218e6 },
  { name: "all-minilm-l6-v2", repository: "Xenova/all-MiniLM-L6-v2", revision: "751bff37182d3f1213fa05d7196b954e230abad9", kind: "text", dtype: "fp32", pooling: "mean", padding: "longest", prefix: "", threshold: 0.95, dimensions: 384, licence: "Apache-2.0", bytes: 91e6 },
  { name: "bge-small", repository: "Xenova/bge-small-en-v1.5", revision: "ea104dacec62c0de699686887e3f920caeb4f3e3", kind: "text", dtype: "fp32", pooling: "cls", padding: "longest", prefix: "", threshold: 0.97, dimensions: 384, licence: "MIT", bytes: 134e6 },
  { name: "multilingual-e5-small", repository: "Xenova/multilingual-e5-small", revision: "761b726dd34fb83930e26aab4e9ac3899aa1fa78", kind: "text", dtype: "fp32", pooling: "mean", padding: "longest", prefix: "query: ", threshold: 0.97, dimensions: 384, licence: "MIT", bytes: 487e6 },
];

export function presetNamed(name: string): EncoderPreset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
