import type { InferenceSession, Tensor } from "onnxruntime-node";
import { throwIfCancelled } from "../errors.ts";
import type { EmbeddingMatrix } from "../neighbors/neighborSearch.ts";
import { seededPermutation, seededRandom } from "../random.ts";
import { encodeModel, type GraphConstant, type GraphNode, type GraphValue } from "../runtime/onnxGraph.ts";
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
const constant = (name: string, own: number): GraphConstant => ({ name, shape: [1], data: Float32Array.of(own) });

/** Weights and biases of both layers. */
const WEIGHTS = [value("w1", "d", "h"), value("b1", "one", "h"), value("w2", "h", "c"), value("b2", "one", "c")] as const;
/** What vectors are standardised by, and the weights. */
const KNOWN = [value("mean", "one", "d"), value("scale", "one"), ...WEIGHTS];
const X = value("x", "b", "d");
const PREDICT: readonly GraphNode[] = [
  { op: "Sub", inputs: ["x", "mean"], outputs: ["centred"] },
  { op: "Mul", inputs: ["centred", "scale"], outputs: ["s"] },
  { op: "Gemm", inputs: ["s", "w1", "b1"], outputs: ["z"] },
  { op: "Relu", inputs: ["z"], outputs: ["a"] },
  { op: "Gemm", inputs: ["a", "w2", "b2"], outputs: ["logits"] },
  { op: "Softmax", inputs: ["logits"], outputs: ["p"], attributes: { axis: 1 } },
];
/** Gradients of the mean cross-entropy, backwards from `(P − Y) / b`, as `gradient_` and the weights' names. */
const BACKWARDS: readonly GraphNode[] = [
  { op: "Sub", inputs: ["p", "y"], outputs: ["difference"] },
  { op: "Mul", inputs: ["difference", "share"], outputs: ["error"] },
  { op: "Gemm", inputs: ["a", "error"], outputs: ["gradient_w2"], attributes: { transA: 1 } },
  { op: "Gemm", inputs: ["ones", "error"], outputs: ["gradient_b2"], attributes: { transA: 1 } },
  { op: "Gemm", inputs: ["error", "w2"], outputs: ["back"], attributes: { transB: 1 } },
  { op: "Sign", inputs: ["a"], outputs: ["isActive"] },
  { op: "Mul", inputs: ["back", "isActive"], outputs: ["behind"] },
  { op: "Gemm", inputs: ["s", "behind"], outputs: ["gradient_w1"], attributes: { transA: 1 } },
  { op: "Gemm", inputs: ["ones", "behind"], outputs: ["gradient_b1"], attributes: { transA: 1 } },
];
/** SGD with momentum and weight decay, which biases are spared. */
const DESCEND: readonly GraphNode[] = WEIGHTS.flatMap(({ name }) => [
  { op: "Mul", inputs: [name, name.startsWith("w") ? "decay" : "none"], outputs: [`decay_${name}`] },
  { op: "Add", inputs: [`gradient_${name}`, `decay_${name}`], outputs: [`push_${name}`] },
  { op: "Mul", inputs: [`velocity_${name}`, "momentum"], outputs: [`kept_${name}`] },
  { op: "Add", inputs: [`kept_${name}`, `push_${name}`], outputs: [`next_velocity_${name}`] },
  { op: "Mul", inputs: [`next_velocity_${name}`, "rate"], outputs: [`step_${name}`] },
  { op: "Sub", inputs: [name, `step_${name}`], outputs: [`next_${name}`] },
]);

function stepModel(): Uint8Array {
  const velocities = WEIGHTS.map((own) => ({ ...own, name: `velocity_${own.name}` }));
  return encodeModel(
    "network_step", [X, value("y", "b", "c"), value("ones", "b", "one"), value("share", "one"), value("rate", "one"), ...KNOWN, ...velocities], [...PREDICT, ...BACKWARDS, ...DESCEND],
    [...WEIGHTS, ...velocities].map((own) => ({ ...own, name: `next_${own.name}` })),
    [constant("decay", WEIGHT_DECAY), constant("none", 0), constant("momentum", MOMENTUM)],
  );
}

/** By the names of {@link KNOWN}. */
type Network = Readonly<Record<string, Tensor>>;

/**
 * Small networks on embeddings: one hidden layer of 64 rectified units, SGD with momentum and a falling rate. Unlike a linear
 * probe, one can learn by heart, wrong labels too, as the deep networks do whose accuracy it foretells.
 * One object serves many subsets of one pool.
 */
export class SubsetNetwork {
  private constructor(
    private readonly pool: EmbeddingMatrix,
    private readonly label: Int32Array,
    private readonly classes: number,
    private readonly step: InferenceSession,
    private readonly prediction: InferenceSession,
    private readonly tensor: typeof import("onnxruntime-node").Tensor,
  ) {}

  /** @param label class of each sample of the pool, −1 for none: those do not teach */
  static async create(pool: EmbeddingMatrix, label: Int32Array, classes: number): Promise<SubsetNetwork> {
    const { Tensor: tensor } = await loadOnnxRuntime();
    // Products of this size are done before a second thread has woken.
    const step = await createSession(stepModel(), { threads: 1 });
    const prediction = await createSession(encodeModel("network_predict", [X, ...KNOWN], PREDICT, [value("p", "b", "c")]), { threads: 1 });
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
    const network = await this.train(taught, seed, signal);
    const answers: Predictions[] = [];
    for (const target of targets) answers.push(await this.predict(network, target, isTaught, signal));
    return answers;
  }

  private async train(rows: Uint32Array, seed: number, signal: AbortSignal | undefined): Promise<Network> {
    const { classes, label, pool: { dims, data } } = this;
    const size = Math.min(BATCH, rows.length);
    const perEpoch = Math.floor(rows.length / size);
    const steps = Math.min(STEPS, MOST_EPOCHS * perEpoch);
    const standard = this.standard(rows);
    let known: Network = { ...standard, ...this.initial(seed) };
    const x = new Float32Array(size * dims);
    const y = new Float32Array(size * classes);
    const batch = { ones: this.of(new Float32Array(size).fill(1), size, 1), share: this.of(Float32Array.of(1 / size), 1) };
    let order: Uint32Array = new Uint32Array(0);
    for (let step = 0; step < steps; step++) {
      throwIfCancelled(signal);
      const first = (step % perEpoch) * size;
      // What is left over of an epoch is among the others in the next.
      if (first === 0) order = seededPermutation(rows.length, seed * 1009 + 3 + step / perEpoch);
      y.fill(0);
      for (let b = 0; b < size; b++) {
        const row = rows[order[first + b]];
        x.set(data.subarray(row * dims, (row + 1) * dims), b * dims);
        y[b * classes + label[row]] = 1;
      }
      const rate = this.of(Float32Array.of(LEARNING_RATE * (1 - step / steps)), 1);
      const next = await this.step.run({ ...known, ...batch, x: this.of(x, size, dims), y: this.of(y, size, classes), rate });
      known = { ...standard, ...Object.fromEntries(Object.entries(next).map(([name, own]) => [name.slice("next_".length), own])) };
    }
    return Object.fromEntries(KNOWN.map(({ name }) => [name, known[name]]));
  }

  /** So that components vary by 1 on average over the rows, whatever the encoder. */
  private standard(rows: Uint32Array): Network {
    const { dims, data } = this.pool;
    const mean = new Float64Array(dims);
    for (const row of rows) for (let i = 0; i < dims; i++) mean[i] += data[row * dims + i] / rows.length;
    let square = 0;
    for (const row of rows) for (let i = 0; i < dims; i++) square += (data[row * dims + i] - mean[i]) ** 2;
    return { mean: this.of(Float32Array.from(mean), 1, dims), scale: this.of(Float32Array.of(square === 0 ? 1 : Math.sqrt((rows.length * dims) / square)), 1) };
  }

  /** Weights as He et al. (2015) draw them, uniform; biases and velocities of 0. */
  private initial(seed: number): Network {
    const random = seededRandom(seed * 31 + 7);
    const sizes: Readonly<Record<string, number>> = { d: this.pool.dims, h: HIDDEN, c: this.classes, one: 1 };
    return Object.fromEntries(WEIGHTS.flatMap(({ name, shape }) => {
      const [rows, columns] = shape.map((dimension) => sizes[dimension]);
      const reach = name.startsWith("w") ? Math.sqrt(6 / rows) : 0;
      const drawn = Float32Array.from({ length: rows * columns }, () => reach * (2 * random() - 1));
      return [[name, this.of(drawn, rows, columns)], [`velocity_${name}`, this.of(new Float32Array(rows * columns), rows, columns)]];
    }));
  }

  private async predict(network: Network, { rows, dims, data }: EmbeddingMatrix, isTaught: Uint8Array, signal: AbortSignal | undefined): Promise<Predictions> {
    const { classes } = this;
    const probabilities = new Float32Array(rows * classes);
    for (let first = 0; first < rows; first += PREDICTED_AT_ONCE) {
      throwIfCancelled(signal);
      const size = Math.min(PREDICTED_AT_ONCE, rows - first);
      const answer = await this.prediction.run({ ...network, x: this.of(data.subarray(first * dims, (first + size) * dims), size, dims) });
      for (let b = 0; b < size; b++) keepTaught(answer["p"].data as Float32Array, b, isTaught, probabilities, first + b);
    }
    return { rows, classes, probabilities };
  }

  private of(data: Float32Array, ...shape: readonly number[]): Tensor {
    return new this.tensor("float32", data, shape);
  }

  async close(): Promise<void> {
    await this.step.release();
    await this.prediction.release();
  }
}
