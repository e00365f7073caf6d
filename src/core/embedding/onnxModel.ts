import { stat } from "node:fs/promises";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { InfomaxError, messageOf } from "../errors.ts";
import { createSession, loadOnnxRuntime, type Execution } from "../runtime/onnx.ts";
import { fromHalf, toHalf } from "./float16.ts";

/** A tensor of float32 values, row-major. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** An input of a graph; dimensions that are not fixed are null. */
export interface ModelInput {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | null)[];
}

/** Values for an input; whole numbers for `int64` and `int32`. */
export interface Feed {
  readonly data: Float32Array | Uint8Array | Int32Array;
  readonly dims: readonly number[];
}

/** Sessions in use, by file and execution. */
const open = new Map<string, { readonly session: Promise<InferenceSession>; users: number }>();

/** A network in ONNX Runtime, whose tensors are converted to and from the types that the graph wants. */
export class OnnxModel {
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly string[];
  private readonly session: InferenceSession;
  private readonly runtime: Awaited<ReturnType<typeof loadOnnxRuntime>>;
  private readonly release: () => Promise<void>;

  private constructor(session: InferenceSession, runtime: Awaited<ReturnType<typeof loadOnnxRuntime>>, release: () => Promise<void>) {
    this.session = session;
    this.release = release;
    this.runtime = runtime;
    this.outputs = session.outputNames;
    this.inputs = session.inputMetadata.map((input) => {
      if (!input.isTensor) throw new Error(`its input ${input.name} is no tensor`);
      return { name: input.name, type: input.type, dims: input.shape.map((dim) => (typeof dim === "number" ? dim : null)) };
    });
  }

  /**
   * Opens a graph. Who opens the same file at the same time shares its weights: a graph for images and texts is in memory
   * once for both.
   * @param file path of the graph; weights that lie beside it are found from there
   */
  static async open(file: string, execution: Execution): Promise<OnnxModel> {
    const { size, mtimeMs } = await stat(file);
    const key = JSON.stringify([file, size, mtimeMs, execution.threads ?? null, execution.provider ?? "cpu"]);
    const held = open.get(key) ?? { session: createSession(file, { ...execution, spin: false }), users: 0 };
    open.set(key, held);
    held.users++;
    const release = async (): Promise<void> => {
      held.users--;
      if (held.users > 0) return;
      if (open.get(key) === held) open.delete(key);
      await (await held.session).release();
    };
    try {
      return new OnnxModel(await held.session, await loadOnnxRuntime(), release);
    } catch (thrown) {
      await release().catch(() => undefined);
      throw thrown;
    }
  }

  input(name: string): ModelInput | undefined {
    return this.inputs.find((input) => input.name === name);
  }

  /**
   * Runs the graph, on this thread: messages and cancels wait meanwhile.
   * @param feeds by input name, one for each input
   * @param wanted outputs to return
   */
  async run(feeds: ReadonlyMap<string, Feed>, wanted: readonly string[]): Promise<ReadonlyMap<string, FloatTensor>> {
    const given: Record<string, Tensor> = {};
    for (const { name, type } of this.inputs) {
      const feed = feeds.get(name);
      if (feed === undefined) throw new Error(`its input ${name} is not known`);
      given[name] = this.tensor(type, feed);
    }
    const results = await this.session.run(given, wanted).catch((thrown: unknown) => {
      throw new InfomaxError("encoder-unavailable", `the encoder's network failed (${messageOf(thrown)})`, "Free some memory, or choose another encoder or provider.", {}, thrown);
    });
    const found = new Map<string, FloatTensor>();
    for (const name of wanted) found.set(name, floats(results[name], name));
    return found;
  }

  private tensor(type: string, { data, dims }: Feed): Tensor {
    const { Tensor } = this.runtime;
    switch (type) {
      case "float32": return new Tensor("float32", data instanceof Float32Array ? data : Float32Array.from(data), dims);
      case "float16": return new Tensor("float16", Uint16Array.from(data, toHalf), dims);
      case "uint8": return new Tensor("uint8", data instanceof Uint8Array ? data : Uint8Array.from(data), dims);
      case "int64": return new Tensor("int64", BigInt64Array.from(data as Int32Array, BigInt), dims);
      case "int32": return new Tensor("int32", data instanceof Int32Array ? data : Int32Array.from(data), dims);
      default: throw new Error(`inputs of type ${type} are not supported`);
    }
  }

  close(): Promise<void> {
    return this.release();
  }
}

function floats(tensor: Tensor, name: string): FloatTensor {
  const { data, dims, type } = tensor;
  if (data instanceof Float32Array) return { data, dims };
  // Newer runtimes of JavaScript have arrays of halves, older ones get their bits.
  if (type === "float16" && data instanceof Uint16Array) return { data: Float32Array.from(data, fromHalf), dims };
  if (type === "float16" && ArrayBuffer.isView(data)) return { data: Float32Array.from(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), fromHalf), dims };
  throw new Error(`its output ${name} has the type ${type}`);
}
