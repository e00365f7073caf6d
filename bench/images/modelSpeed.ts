/** What ONNX Runtime alone reaches on a model: the limit for a pipeline around it. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { readModelFolder, type ModelFolder } from "../../src/core/embedding/modelFolder.ts";
import { seededRandom } from "../../src/core/random.ts";
import { createSession, loadOnnxRuntime } from "../../src/core/runtime/onnx.ts";

const BATCH_SIZES = [4, 8, 16, 32, 64, 128];
const TRIAL = 256;

/** A model ready to run on tensors that are ready as well. */
export interface BareModel {
  /** Of the sizes up to the encoder's, the one that gave most images a second. */
  readonly batchSize: number;
  /** Images a second over about `count` images. */
  rate(count: number): Promise<number>;
  close(): Promise<void>;
}

/** @param folder in the Hugging Face layout @param mostABatch the encoder's own batch size */
export async function openBareModel(folder: string, mostABatch: number): Promise<BareModel> {
  const { Tensor } = await loadOnnxRuntime();
  const model = await readModelFolder(folder, "image");
  const session = await createSession(model.modelFile);
  const input = session.inputMetadata[0];
  if (!input.isTensor || input.type !== "float32") throw new Error(`${folder}: the model takes ${input.isTensor ? input.type : "no tensor"}, not float32 pixels`);
  const side = inputSide(model, input.shape);
  const tensorOf = (size: number): Tensor => {
    const random = seededRandom(size);
    return new Tensor("float32", Float32Array.from({ length: size * 3 * side * side }, () => 2 * random() - 1), [size, 3, side, side]);
  };
  const rateAt = async (tensor: Tensor, count: number): Promise<number> => {
    const size = tensor.dims[0];
    const batches = Math.ceil(count / size);
    const start = performance.now();
    for (let b = 0; b < batches; b++) await session.run({ [input.name]: tensor });
    return (1000 * batches * size) / (performance.now() - start);
  };
  const best = await fastest(session, BATCH_SIZES.filter((size) => size <= mostABatch).concat(mostABatch), tensorOf, rateAt);
  return { batchSize: best.dims[0], rate: (count) => rateAt(best, count), close: () => session.release() };
}

async function fastest(session: InferenceSession, sizes: readonly number[], tensorOf: (size: number) => Tensor, rateAt: (tensor: Tensor, count: number) => Promise<number>): Promise<Tensor> {
  let best: { tensor: Tensor; rate: number } | null = null;
  for (const size of new Set(sizes)) {
    const tensor = tensorOf(size);
    await session.run({ [session.inputNames[0]]: tensor });
    const rate = await rateAt(tensor, TRIAL);
    if (best === null || rate > best.rate) best = { tensor, rate };
  }
  if (best === null) throw new Error("there is no batch size to try");
  return best.tensor;
}

/** Pixels of a side of the model's input: what the model says, else its preprocessor. */
function inputSide({ folder, preprocessor }: ModelFolder, shape: readonly (number | string)[]): number {
  const last = shape.at(-1);
  if (typeof last === "number" && last > 0) return last;
  for (const size of [preprocessor?.["crop_size"], preprocessor?.["size"]]) {
    if (typeof size === "number") return size;
    if (typeof size === "object" && size !== null) for (const value of Object.values(size)) if (typeof value === "number") return value;
  }
  throw new Error(`${folder}: neither the model nor its preprocessor says how large images are`);
}
