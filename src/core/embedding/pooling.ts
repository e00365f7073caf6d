import type { FloatTensor } from "./onnxModel.ts";

/** How the last hidden state becomes one vector: the mean or the largest value over tokens, or the first token; "model": the model's own pooled output. */
export type Pooling = "mean" | "cls" | "max" | "model";

/** Outputs that are one vector a sample, the preferred one first. */
const POOLED = {
  image: ["image_embeds", "pooler_output", "sentence_embedding", "embeddings"],
  text: ["sentence_embedding", "text_embeds", "pooler_output", "embeddings"],
} as const;
const HIDDEN = ["last_hidden_state", "token_embeddings"];

/** An output of a graph and what is to be done with it. */
export interface PooledOutput {
  readonly name: string;
  /** Null: it is one vector a sample already. */
  readonly pooling: "mean" | "cls" | "max" | null;
}

/**
 * The output to take the vectors from. A model that pools by itself into `sentence_embedding` is taken at its word; a
 * pooling that was asked for goes before other pooled outputs, as BERT's `pooler_output` is made for another purpose.
 * @param asked null: the model's own pooled output where it has one, else the mean
 * @throws Error when the graph has no such output
 */
export function chooseOutput(outputs: readonly string[], kind: "image" | "text", asked: Pooling | null): PooledOutput {
  const hidden = HIDDEN.find((name) => outputs.includes(name));
  const own = POOLED[kind].find((name) => outputs.includes(name));
  if (asked === "model" && own === undefined) throw new Error(`the model has none of the outputs ${POOLED[kind].join(", ")}`);
  if (own !== undefined && (own === "sentence_embedding" || asked === null || asked === "model" || hidden === undefined)) return { name: own, pooling: null };
  if (hidden === undefined) throw new Error("the model has no pooled output and no last_hidden_state");
  return { name: hidden, pooling: asked === null || asked === "model" ? "mean" : asked };
}

/**
 * One vector a row out of an output: `rows × d`, or `rows × tokens × d` to be pooled, or `rows × d × h × w` of a
 * convolutional network, whose mean over positions is taken.
 * @param lengths tokens of each row that are no padding, from the left; null where there is no padding
 */
export function pooled(output: FloatTensor, pooling: PooledOutput["pooling"], rows: number, lengths: readonly number[] | null): FloatTensor {
  const dims = output.dims.length > 2 && pooling === null ? output.dims.filter((size, i) => i < 2 || size !== 1) : output.dims;
  const { data } = output;
  if (dims[0] !== rows || dims.length < 2 || dims.length > 4) throw new Error(`its output has the shape ${output.dims.join(" × ")} for ${rows} samples`);
  if (dims.length === 2) return { data, dims };
  if (dims.length === 4) {
    const [, d, height, width] = dims;
    const area = height * width;
    const out = new Float32Array(rows * d);
    for (let i = 0; i < out.length; i++) {
      let sum = 0;
      for (let p = i * area; p < (i + 1) * area; p++) sum += data[p];
      out[i] = sum / area;
    }
    return { data: out, dims: [rows, d] };
  }
  if (pooling === null) throw new Error(`its output has the shape ${output.dims.join(" × ")}, which is no vector for each sample`);
  const [, tokens, d] = dims;
  const out = new Float32Array(rows * d);
  for (let row = 0; row < rows; row++) {
    const count = Math.max(1, Math.min(tokens, lengths === null || pooling === "cls" ? (pooling === "cls" ? 1 : tokens) : lengths[row]));
    const into = row * d;
    if (pooling === "max") out.fill(-Infinity, into, into + d);
    for (let t = 0; t < count; t++) {
      const from = (row * tokens + t) * d;
      for (let j = 0; j < d; j++) {
        const value = data[from + j];
        if (pooling === "max") out[into + j] = Math.max(out[into + j], value);
        else out[into + j] += value;
      }
    }
    if (pooling === "mean") for (let j = 0; j < d; j++) out[into + j] /= count;
  }
  return { data: out, dims: [rows, d] };
}

/** Scales a vector to length 1 in place; false, and all zeros, where that cannot be done. */
export function normalize(vector: Float32Array): boolean {
  let square = 0;
  for (const value of vector) square += value * value;
  if (!(square > 0) || !Number.isFinite(square)) {
    vector.fill(0);
    return false;
  }
  const scale = 1 / Math.sqrt(square);
  for (let j = 0; j < vector.length; j++) vector[j] *= scale;
  return true;
}
