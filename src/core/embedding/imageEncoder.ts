import type { SampleContent } from "../dataset/dataset.ts";
import { messageOf } from "../errors.ts";
import type { EncodedBatch, Encoder, PendingBatch } from "./encoder.ts";
import { ImageTensorizer, readImagePreprocessing, type TensorLayout } from "./imagePreprocessing.ts";
import type { ModelFolder } from "./modelFolder.ts";
import { otherInputs, runsOf, sizerFor } from "./modelRuns.ts";
import type { Feed, ModelInput, OnnxModel } from "./onnxModel.ts";
import { chooseOutput, normalize, pooled, type PooledOutput } from "./pooling.ts";
import type { RunSizer } from "./runSizer.ts";

const INPUT = "pixel_values";
const RUN_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

/** How the graph takes its images: bytes where its input is of that type, and by pixel where its last dimension is 3. */
function layoutOf(input: ModelInput): TensorLayout {
  const isBytes = input.type === "uint8";
  if (!isBytes && input.type !== "float32" && input.type !== "float16") throw new Error(`its input ${input.name} has the type ${input.type}`);
  if (input.dims.length !== 4) throw new Error(`its input ${input.name} has ${input.dims.length} dimensions, not 4`);
  return { order: input.dims[3] === 3 && input.dims[1] !== 3 ? "nhwc" : "nchw", type: isBytes ? "uint8" : "float32" };
}

/** A network over images, decoded in background threads. */
export class ImageEncoder implements Encoder {
  readonly name: string;
  readonly key: string;
  readonly dimensions: number;
  readonly batchSize = RUN_SIZES[RUN_SIZES.length - 1];
  readonly defaultThreshold: number;
  private readonly model: OnnxModel;
  private readonly tensorizer: ImageTensorizer;
  private readonly output: PooledOutput;
  private readonly others: ReadonlyMap<string, Feed>;
  private readonly sizer: RunSizer;
  private readonly fixedRows: number | null;

  private constructor(folder: ModelFolder, model: OnnxModel, tensorizer: ImageTensorizer, output: PooledOutput, others: ReadonlyMap<string, Feed>, input: ModelInput, dimensions: number) {
    this.name = folder.name;
    this.key = folder.key;
    this.defaultThreshold = folder.threshold;
    this.dimensions = dimensions;
    this.model = model;
    this.tensorizer = tensorizer;
    this.output = output;
    this.others = others;
    this.fixedRows = input.dims[0];
    this.sizer = sizerFor(RUN_SIZES, this.fixedRows);
  }

  /** @throws Error when the graph or its preprocessing cannot be used */
  static async open(folder: ModelFolder, model: OnnxModel): Promise<ImageEncoder> {
    const input = model.input(INPUT);
    if (input === undefined) throw new Error(`the model has no input ${INPUT}, so it cannot read images`);
    const preprocessing = readImagePreprocessing(folder.preprocessor);
    const layout = layoutOf(input);
    const tensorizer = await ImageTensorizer.create(preprocessing, layout);
    const [height, width] = layout.order === "nchw" ? input.dims.slice(2) : input.dims.slice(1);
    if ((height ?? preprocessing.height) !== preprocessing.height || (width ?? preprocessing.width) !== preprocessing.width) {
      throw new Error(`the model reads images of ${width} × ${height}, but preprocessor_config.json makes ${preprocessing.width} × ${preprocessing.height}`);
    }
    const output = chooseOutput(model.outputs, "image", folder.pooling);
    const others = otherInputs(model, new Set([INPUT]), folder);
    const rows = input.dims[0] ?? 1;
    const probe = await runImages(model, tensorizer, output, others, tensorizer.allocate(rows), rows);
    return new ImageEncoder(folder, model, tensorizer, output, others, input, probe.length / rows);
  }

  async encode(contents: readonly SampleContent[]): Promise<EncodedBatch> {
    return (await this.prepare(contents))();
  }

  async prepare(contents: readonly SampleContent[]): Promise<PendingBatch> {
    const { tensorizer } = this;
    const tensor = tensorizer.allocate(contents.length);
    const reasons = await Promise.all(contents.map(async (content, i) => {
      if (content.kind !== "image") return "it is no image";
      try {
        await tensorizer.write(content.bytes, tensor.subarray(i * tensorizer.values, (i + 1) * tensorizer.values));
        return null;
      } catch (thrown) {
        return `the image cannot be decoded (${messageOf(thrown)})`;
      }
    }));
    return (signal) => this.run(tensor, reasons, signal);
  }

  /** @param reasons why an image could not be decoded, by position; its part of the tensor then means nothing */
  private async run(tensor: Float32Array | Uint8Array, reasons: readonly (string | null)[], signal: AbortSignal | undefined): Promise<EncodedBatch> {
    const { dimensions: d, tensorizer } = this;
    const count = reasons.length;
    const failures = new Map<number, string>();
    const vectors = new Float32Array(count * d);
    for await (const { from, to, done } of runsOf(count, this.sizer, signal)) {
      const rows = this.fixedRows ?? to - from;
      let part = tensor.subarray(from * tensorizer.values, to * tensorizer.values);
      if (rows > to - from) {
        const padded = tensorizer.allocate(rows);
        padded.set(part);
        part = padded;
      }
      const found = await runImages(this.model, tensorizer, this.output, this.others, part, rows);
      vectors.set(found.subarray(0, (to - from) * d), from * d);
      done();
    }
    reasons.forEach((reason, i) => {
      const vector = vectors.subarray(i * d, (i + 1) * d);
      if (reason !== null) vector.fill(0);
      const why = reason ?? (normalize(vector) ? null : "the encoder gave no usable vector for it");
      if (why !== null) failures.set(i, why);
    });
    return { vectors, failures };
  }

  close(): Promise<void> {
    return this.model.close();
  }
}

async function runImages(
  model: OnnxModel, tensorizer: ImageTensorizer, output: PooledOutput, others: ReadonlyMap<string, Feed>, data: Float32Array | Uint8Array, rows: number,
): Promise<Float32Array> {
  const { width, height } = tensorizer.preprocessing;
  const dims = tensorizer.layout.order === "nchw" ? [rows, 3, height, width] : [rows, height, width, 3];
  const results = await model.run(new Map([...others, [INPUT, { data, dims }]]), [output.name]);
  const tensor = results.get(output.name);
  if (tensor === undefined) throw new Error(`the model did not return ${output.name}`);
  return pooled(tensor, output.pooling, rows, null).data;
}
