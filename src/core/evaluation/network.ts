import type { InferenceSession, Tensor } from "onnxruntime-node";
import { throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../random.ts";
import { encodeModel, type GraphNode, type GraphValue } from "../runtime/onnxGraph.ts";
import { createSession, loadOnnxRuntime } from "../runtime/onnx.ts";
import { keepTaught, type Predictions } from "./predictions.ts";

const HIDDEN = 64;
const BATCH = 128;
const PREDICTED_AT_ONCE = 1024;
/** Every subset is trained for the same number of steps, as the same compute would; one of a single batch for fewer. */
const STEPS = 400;
const MOST_EPOCHS = 100;
const LEARNING_RATE = 0.1;
const MOMENTUM = 0.9;
const WEIGHT_DECAY = 1e-3;

const value = (name: string, ...shape: readonly string[]): GraphValue => ({ name, type: "float32", shape });
const X = value("x", "b", "d");
const Y = value("y", "b", "c");
const ONES = value("ones", "b", "one");
const W1 = value("w1", "d", "h");
const W2 = value("w2", "h", "c");
const B2 = value("b2", "one", "c");
const P = value("p", "b", "c");
const PREDICT: readonly GraphNode[] = [
  { op: "MatMul", inputs: ["x", "w1"], outputs: ["z"] },
  { op: "Relu", inputs: ["z"], outputs: ["a"] },
  { op: "Gemm", inputs: ["a", "w2", "b2"], outputs: ["logits"] },
  { op: "Softmax", inputs: ["logits"], outputs: ["p"], attributes: { axis: 1 } },
];
/** Gradients of the summed cross-entropy, backwards from `P − Y`. */
const LEARN: readonly GraphNode[] = [
  { op: "Sub", inputs: ["p", "y"], outputs: ["error"] },
  { op: "Gemm", inputs: ["a", "error"], outputs: ["g2"], attributes: { transA: 1 } },
  { op: "Gemm", inputs: ["ones", "error"], outputs: ["gb2"], attributes: { transA: 1 } },
  { op: "Gemm", inputs: ["error", "w2"], outputs: ["back"], attributes: { transB: 1 } },
  { op: "Sign", inputs: ["a"], outputs: ["isActive"] },
  { op: "Mul", inputs: ["back", "isActive"], outputs: ["behind"] },
  { op: "Gemm", inputs: ["x", "behind"], outputs: ["g1"], attributes: { transA: 1 } },
];

interface Weights {
  /** Row-major `(dims + 1) × hidden`; the last row is the bias. */
  readonly w1: Float32Array;
  /** Row-major `hidden × classes`. */
  readonly w2: Float32Array;
  readonly b2: Float32Array;
}

/** What is taken off each vector, and what the rest is multiplied by. */
interface Standard {
  readonly mean: Float64Array;
  readonly scale: number;
}

/**
 * Small networks on embeddings: one hidden layer of 64 rectified units, SGD with momentum and a falling rate. Unlike a linear
 * probe, one can learn by heart, wrong labels too, as the deep networks do whose accuracy it foretells.
 * One object serves many subsets of one pool.
 */
export class SubsetNetwork {
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly ones = new Float32Array(BATCH).fill(1);
  private readonly d: number;

  private constructor(
    private readonly pool: EmbeddingMatrix,
    private readonly label: Int32Array,
    private readonly classes: number,
    private readonly step: InferenceSession,
    private readonly prediction: InferenceSession,
    private readonly tensor: typeof import("onnxruntime-node").Tensor,
  ) {
    this.d = pool.dims + 1;
    this.x = new Float32Array(PREDICTED_AT_ONCE * this.d);
    this.y = new Float32Array(BATCH * classes);
  }

  /** @param label class of each sample of the pool, −1 for none: those do not teach */
  static async create(pool: EmbeddingMatrix, label: Int32Array, classes: number): Promise<SubsetNetwork> {
    const { Tensor: tensor } = await loadOnnxRuntime();
    const weights = [W1, W2, B2];
    const gradients = [{ ...W1, name: "g1" }, { ...W2, name: "g2" }, { ...B2, name: "gb2" }];
    // Products of this size are done before a second thread has woken.
    const step = await createSession(encodeModel("network_step", [X, Y, ONES, ...weights], [...PREDICT, ...LEARN], gradients), { threads: 1 });
    const prediction = await createSession(encodeModel("network_predict", [X, ...weights], PREDICT, [P]), { threads: 1 });
    return new SubsetNetwork(pool, label, classes, step, prediction, tensor);
  }

  /**
   * Trains on a subset and predicts target sets.
   * @param rows of the pool
   * @returns one answer for each target set; null where no row of the subset has a label
   */
  async evaluate(rows: Uint32Array, targets: readonly EmbeddingMatrix[], seed: number, signal?: AbortSignal): Promise<readonly Predictions[] | null> {
    const taught = rows.filter((row) => this.label[row] >= 0);
    if (taught.length === 0) return null;
    const isTaught = new Uint8Array(this.classes);
    for (const row of taught) isTaught[this.label[row]] = 1;
    const standard = standardOf(this.pool, taught);
    const weights = await this.train(taught, standard, seed, signal);
    const answers: Predictions[] = [];
    for (const target of targets) answers.push(await this.predict(weights, target, standard, isTaught, signal));
    return answers;
  }

  private async train(rows: Uint32Array, standard: Standard, seed: number, signal: AbortSignal | undefined): Promise<Weights> {
    const { d, classes, label, x, y, pool } = this;
    const random = seededRandom(seed * 31 + 7);
    // He et al. 2015, uniform; biases begin at 0.
    const initial = (inputs: number, outputs: number): Float32Array => Float32Array.from({ length: inputs * outputs }, () => (2 * random() - 1) * Math.sqrt(6 / inputs));
    const w1 = new Float32Array(d * HIDDEN);
    w1.set(initial(pool.dims, HIDDEN));
    const weights: Weights = { w1, w2: initial(HIDDEN, classes), b2: new Float32Array(classes) };
    const velocities: Weights = { w1: new Float32Array(w1.length), w2: new Float32Array(weights.w2.length), b2: new Float32Array(classes) };
    const size = Math.min(BATCH, rows.length);
    const perEpoch = Math.floor(rows.length / size);
    const steps = Math.min(STEPS, MOST_EPOCHS * perEpoch);
    let order: Uint32Array = new Uint32Array(0);
    for (let step = 0; step < steps; step++) {
      throwIfCancelled(signal);
      const first = (step % perEpoch) * size;
      // What is left over of an epoch is among the others in the next.
      if (first === 0) order = seededPermutation(rows.length, seed * 1009 + 3 + step / perEpoch);
      y.fill(0);
      for (let b = 0; b < size; b++) {
        const row = rows[order[first + b]];
        standardise(pool, row, standard, x, b);
        y[b * classes + label[row]] = 1;
      }
      const answer = await this.step.run({ ...this.inputs(weights, size), y: this.of(y, size, classes), ones: this.of(this.ones, size, 1) });
      const rate = LEARNING_RATE * (1 - step / steps);
      descend(weights.w1, velocities.w1, answer["g1"].data as Float32Array, size, rate, pool.dims * HIDDEN);
      descend(weights.w2, velocities.w2, answer["g2"].data as Float32Array, size, rate, weights.w2.length);
      descend(weights.b2, velocities.b2, answer["gb2"].data as Float32Array, size, rate, 0);
    }
    return weights;
  }

  private async predict(weights: Weights, target: EmbeddingMatrix, standard: Standard, isTaught: Uint8Array, signal: AbortSignal | undefined): Promise<Predictions> {
    const { classes } = this;
    const probabilities = new Float32Array(target.rows * classes);
    for (let first = 0; first < target.rows; first += PREDICTED_AT_ONCE) {
      throwIfCancelled(signal);
      const size = Math.min(PREDICTED_AT_ONCE, target.rows - first);
      for (let b = 0; b < size; b++) standardise(target, first + b, standard, this.x, b);
      const answer = await this.prediction.run(this.inputs(weights, size));
      for (let b = 0; b < size; b++) keepTaught(answer["p"].data as Float32Array, b, isTaught, probabilities, first + b);
    }
    return { rows: target.rows, classes, probabilities };
  }

  private of(data: Float32Array, rows: number, columns: number): Tensor {
    return new this.tensor("float32", data.subarray(0, rows * columns), [rows, columns]);
  }

  private inputs({ w1, w2, b2 }: Weights, size: number): { readonly [name: string]: Tensor } {
    return { x: this.of(this.x, size, this.d), w1: this.of(w1, this.d, HIDDEN), w2: this.of(w2, HIDDEN, this.classes), b2: this.of(b2, 1, this.classes) };
  }

  async close(): Promise<void> {
    await this.step.release();
    await this.prediction.release();
  }
}

/** So that components vary by 1 on average over the rows, whatever the encoder. */
function standardOf({ dims, data }: EmbeddingMatrix, rows: Uint32Array): Standard {
  const mean = new Float64Array(dims);
  for (const row of rows) for (let i = 0; i < dims; i++) mean[i] += data[row * dims + i] / rows.length;
  let square = 0;
  for (const row of rows) for (let i = 0; i < dims; i++) square += (data[row * dims + i] - mean[i]) ** 2;
  return { mean, scale: square === 0 ? 1 : Math.sqrt((rows.length * dims) / square) };
}

/** A row of a matrix, standardised and with a 1 for the bias, as row `to`. */
function standardise({ dims, data }: EmbeddingMatrix, row: number, { mean, scale }: Standard, into: Float32Array, to: number): void {
  const [from, begin] = [row * dims, to * (dims + 1)];
  for (let i = 0; i < dims; i++) into[begin + i] = (data[from + i] - mean[i]) * scale;
  into[begin + dims] = 1;
}

/** One step of SGD with momentum. @param decayed how many of the weights, from the first, decay */
function descend(w: Float32Array, velocity: Float32Array, gradient: Float32Array, samples: number, rate: number, decayed: number): void {
  for (let i = 0; i < w.length; i++) {
    velocity[i] = MOMENTUM * velocity[i] + gradient[i] / samples + (i < decayed ? WEIGHT_DECAY * w[i] : 0);
    w[i] -= rate * velocity[i];
  }
}
