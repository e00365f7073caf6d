import { throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../random.ts";
import { encodeModel } from "../runtime/onnxGraph.ts";
import { createSession, loadOnnxRuntime } from "../runtime/onnx.ts";

/** Training dynamics of linear probes, one value a sample; NaN where the sample has no label. */
export interface ProbeScores {
  /** EL2N in [0, √2]: mean over epochs and probes of ‖softmax − onehot‖₂ (Paul et al., arXiv 2107.07075, eq. 2). */
  readonly el2n: Float64Array;
  /** AUM in [−1, 1]: mean of p_y − max_{c≠y} p_c (Pleiss et al., arXiv 2001.10528), on probabilities. */
  readonly aum: Float64Array;
}

export interface ProbeOptions {
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const PROBES = 3;
const EPOCHS = 10;
const BATCH = 256;
const LEARNING_RATE = 2;
const MOMENTUM = 0.9;
const WEIGHT_DECAY = 1e-5;
/** Embeddings have length 1; logits need room to become confident. */
const SCALE = 4;

/** One step: probabilities of a batch and the gradient of the mean cross-entropy, `Xᵀ(P − Y)/b`. */
function stepModel(): Uint8Array {
  return encodeModel(
    "probe_step",
    [
      { name: "x", type: "float32", shape: ["b", "d"] },
      { name: "y", type: "float32", shape: ["b", "c"] },
      { name: "w", type: "float32", shape: ["d", "c"] },
    ],
    [
      { op: "MatMul", inputs: ["x", "w"], outputs: ["logits"] },
      { op: "Softmax", inputs: ["logits"], outputs: ["p"], attributes: { axis: 1 } },
      { op: "Sub", inputs: ["p", "y"], outputs: ["error"] },
      { op: "Gemm", inputs: ["x", "error"], outputs: ["gradient"], attributes: { transA: 1 } },
    ],
    [{ name: "p", type: "float32", shape: ["b", "c"] }, { name: "gradient", type: "float32", shape: ["d", "c"] }],
  );
}

/**
 * EL2N and AUM where there are labels but no training run: an ensemble of 3 softmax probes on the embeddings, 10
 * epochs of SGD each; each sample is scored as it is met, before the step that learns from it.
 * @param label class of each sample, −1 for none
 */
export async function probeScores(matrix: EmbeddingMatrix, label: Int32Array, classCount: number, options: ProbeOptions): Promise<ProbeScores> {
  const { Tensor } = await loadOnnxRuntime();
  const session = await createSession(stepModel());
  const d = matrix.dims + 1;
  const labelled = Array.from({ length: matrix.rows }, (_, i) => i).filter((i) => label[i] >= 0);
  const el2n = new Float64Array(matrix.rows);
  const aum = new Float64Array(matrix.rows);
  try {
    const x = new Float32Array(BATCH * d);
    const y = new Float32Array(BATCH * classCount);
    for (let probe = 0; probe < PROBES; probe++) {
      const random = seededRandom(options.seed * 31 + probe);
      const w = Float32Array.from({ length: d * classCount }, () => (random() - 0.5) * 0.02);
      const velocity = new Float32Array(w.length);
      const steps = EPOCHS * Math.ceil(labelled.length / BATCH);
      let step = 0;
      for (let epoch = 0; epoch < EPOCHS; epoch++) {
        const order = seededPermutation(labelled.length, options.seed * 1009 + probe * 101 + epoch);
        for (let first = 0; first < order.length; first += BATCH) {
          throwIfCancelled(options.signal);
          const size = Math.min(BATCH, order.length - first);
          y.fill(0);
          for (let b = 0; b < size; b++) {
            const row = labelled[order[first + b]];
            for (let i = 0; i < matrix.dims; i++) x[b * d + i] = matrix.data[row * matrix.dims + i] * SCALE;
            x[b * d + matrix.dims] = 1;
            y[b * classCount + label[row]] = 1;
          }
          const answer = await session.run({
            x: new Tensor("float32", x.subarray(0, size * d), [size, d]),
            y: new Tensor("float32", y.subarray(0, size * classCount), [size, classCount]),
            w: new Tensor("float32", w, [d, classCount]),
          });
          const p = answer["p"].data as Float32Array;
          const gradient = answer["gradient"].data as Float32Array;
          for (let b = 0; b < size; b++) {
            const row = labelled[order[first + b]];
            const truth = label[row];
            let square = 0;
            let other = 0;
            for (let c = 0; c < classCount; c++) {
              const value = p[b * classCount + c];
              const error = c === truth ? value - 1 : value;
              square += error * error;
              if (c !== truth && value > other) other = value;
            }
            el2n[row] += Math.sqrt(square);
            aum[row] += p[b * classCount + truth] - other;
          }
          const rate = (LEARNING_RATE / SCALE) * (1 - step++ / steps);
          for (let i = 0; i < w.length; i++) {
            velocity[i] = MOMENTUM * velocity[i] + gradient[i] / size + WEIGHT_DECAY * w[i];
            w[i] -= rate * velocity[i];
          }
        }
        options.onProgress?.(probe * EPOCHS + epoch + 1, PROBES * EPOCHS);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    await session.release();
  }
  for (let i = 0; i < matrix.rows; i++) {
    el2n[i] = label[i] < 0 ? NaN : el2n[i] / (PROBES * EPOCHS);
    aum[i] = label[i] < 0 ? NaN : aum[i] / (PROBES * EPOCHS);
  }
  return { el2n, aum };
}
