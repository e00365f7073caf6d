import type { InferenceSession } from "onnxruntime-node";
import { throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../random.ts";
import { encodeModel, type GraphNode, type GraphValue } from "../runtime/onnxGraph.ts";
import { createSession, loadOnnxRuntime } from "../runtime/onnx.ts";

/** Samples of a batch and their probabilities, row-major `rows × classes`; both are used again for the next batch. */
export type BatchVisitor = (rows: Uint32Array, probabilities: Float32Array) => void;

export interface TrainingPlan {
  /** The samples that teach; each has a label. */
  readonly rows: Uint32Array;
  readonly epochs: number;
  readonly weightSeed: number;
  /** Seed of the order of the first epoch; each next epoch takes the next number. */
  readonly orderSeed: number;
  readonly signal?: AbortSignal;
  /** Called with each batch before the step that learns from it. */
  readonly onBatch?: BatchVisitor;
  readonly onEpoch?: (epoch: number) => void;
}

export const BATCH = 256;
const LEARNING_RATE = 2;
const MOMENTUM = 0.9;
const WEIGHT_DECAY = 1e-5;
/** Embeddings have length 1; logits need room to become confident. */
const SCALE = 4;

const X: GraphValue = { name: "x", type: "float32", shape: ["b", "d"] };
const Y: GraphValue = { name: "y", type: "float32", shape: ["b", "c"] };
const W: GraphValue = { name: "w", type: "float32", shape: ["d", "c"] };
const P: GraphValue = { name: "p", type: "float32", shape: ["b", "c"] };
const PREDICT: readonly GraphNode[] = [
  { op: "MatMul", inputs: ["x", "w"], outputs: ["logits"] },
  { op: "Softmax", inputs: ["logits"], outputs: ["p"], attributes: { axis: 1 } },
];
/** The gradient of the mean cross-entropy, `Xᵀ(P − Y)/b`. */
const LEARN: readonly GraphNode[] = [
  { op: "Sub", inputs: ["p", "y"], outputs: ["error"] },
  { op: "Gemm", inputs: ["x", "error"], outputs: ["gradient"], attributes: { transA: 1 } },
];

/** Trains softmax probes on embeddings by SGD with momentum and a falling rate, products in ONNX Runtime. */
export class ProbeTrainer {
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly batch = new Uint32Array(BATCH);
  private readonly d: number;

  private constructor(
    private readonly matrix: EmbeddingMatrix,
    private readonly label: Int32Array,
    private readonly classes: number,
    private readonly step: InferenceSession,
    private readonly prediction: InferenceSession,
    private readonly tensor: typeof import("onnxruntime-node").Tensor,
  ) {
    // One more for the bias.
    this.d = matrix.dims + 1;
    this.x = new Float32Array(BATCH * this.d);
    this.y = new Float32Array(BATCH * classes);
  }

  /**
   * @param label class of each sample, −1 for none
   * @param threads of ONNX Runtime; null: one for each core
   */
  static async create(matrix: EmbeddingMatrix, label: Int32Array, classes: number, threads: number | null = null): Promise<ProbeTrainer> {
    const { Tensor } = await loadOnnxRuntime();
    const step = await createSession(encodeModel("probe_step", [X, Y, W], [...PREDICT, ...LEARN], [P, { ...W, name: "gradient" }]), { threads });
    const prediction = await createSession(encodeModel("probe_predict", [X, W], PREDICT, [P]), { threads });
    return new ProbeTrainer(matrix, label, classes, step, prediction, Tensor);
  }

  /** @returns the weights, row-major `(dims + 1) × classes` */
  async train(plan: TrainingPlan): Promise<Float32Array> {
    const { d, classes, label, y, batch } = this;
    const random = seededRandom(plan.weightSeed);
    const w = Float32Array.from({ length: d * classes }, () => (random() - 0.5) * 0.02);
    const velocity = new Float32Array(w.length);
    const steps = plan.epochs * Math.ceil(plan.rows.length / BATCH);
    let step = 0;
    for (let epoch = 0; epoch < plan.epochs; epoch++) {
      const order = seededPermutation(plan.rows.length, plan.orderSeed + epoch);
      for (let first = 0; first < order.length; first += BATCH) {
        throwIfCancelled(plan.signal);
        const size = Math.min(BATCH, order.length - first);
        for (let b = 0; b < size; b++) batch[b] = plan.rows[order[first + b]];
        this.fill(size);
        y.fill(0);
        for (let b = 0; b < size; b++) y[b * classes + label[batch[b]]] = 1;
        const answer = await this.step.run({
          x: new this.tensor("float32", this.x.subarray(0, size * d), [size, d]),
          y: new this.tensor("float32", y.subarray(0, size * classes), [size, classes]),
          w: new this.tensor("float32", w, [d, classes]),
        });
        plan.onBatch?.(batch.subarray(0, size), answer["p"].data as Float32Array);
        const gradient = answer["gradient"].data as Float32Array;
        const rate = (LEARNING_RATE / SCALE) * (1 - step++ / steps);
        for (let i = 0; i < w.length; i++) {
          velocity[i] = MOMENTUM * velocity[i] + gradient[i] / size + WEIGHT_DECAY * w[i];
          w[i] -= rate * velocity[i];
        }
      }
      plan.onEpoch?.(epoch);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return w;
  }

  /** Calls `visit` with the probabilities of the given samples under the given weights, in their order. */
  predict(w: Float32Array, rows: Uint32Array, visit: BatchVisitor, signal?: AbortSignal): Promise<void> {
    return this.predictRows(w, this.matrix, rows, visit, signal);
  }

  /** The same for all rows of another matrix of the same embedding. */
  predictMatrix(w: Float32Array, matrix: EmbeddingMatrix, visit: BatchVisitor, signal?: AbortSignal): Promise<void> {
    return this.predictRows(w, matrix, Uint32Array.from({ length: matrix.rows }, (_, row) => row), visit, signal);
  }

  private async predictRows(w: Float32Array, matrix: EmbeddingMatrix, rows: Uint32Array, visit: BatchVisitor, signal: AbortSignal | undefined): Promise<void> {
    for (let first = 0; first < rows.length; first += BATCH) {
      throwIfCancelled(signal);
      const size = Math.min(BATCH, rows.length - first);
      this.batch.set(rows.subarray(first, first + size));
      this.fill(size, matrix);
      const answer = await this.prediction.run({
        x: new this.tensor("float32", this.x.subarray(0, size * this.d), [size, this.d]),
        w: new this.tensor("float32", w, [this.d, this.classes]),
      });
      visit(this.batch.subarray(0, size), answer["p"].data as Float32Array);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  private fill(size: number, matrix = this.matrix): void {
    const { x, d, batch } = this;
    const { dims, data } = matrix;
    for (let b = 0; b < size; b++) {
      const from = batch[b] * dims;
      for (let i = 0; i < dims; i++) x[b * d + i] = data[from + i] * SCALE;
      x[b * d + dims] = 1;
    }
  }

  async close(): Promise<void> {
    await this.step.release();
    await this.prediction.release();
  }
}
