import type { InferenceSession } from "onnxruntime-node";
import { InfomaxError, messageOf } from "../errors.ts";

type Runtime = typeof import("onnxruntime-node");
let loading: Promise<Runtime> | undefined;

/** What a network can run on. */
export const EXECUTION_PROVIDERS = ["cpu", "cuda", "directml", "coreml", "webgpu"] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

/** How an encoder's network is run; no part of its vectors but for rounding. */
export interface Execution {
  /** Threads within an operator, 1 … 256; null: one for each physical core, as ONNX Runtime chooses. */
  readonly threads?: number | null;
  readonly provider?: ExecutionProvider;
  /** False: threads sleep while they wait, and leave the cores to what decodes samples meanwhile; by default they spin. */
  readonly spin?: boolean;
}

/** ONNX Runtime's own names, where they differ. */
const RUNTIME_NAMES: { readonly [provider: string]: string } = { directml: "dml" };
const OWN_NAMES: { readonly [backend: string]: string } = { dml: "directml" };

/** What a provider needs besides the runtime. */
const NEEDS: { readonly [P in ExecutionProvider]: string } = {
  cpu: "",
  cuda: "CUDA 12 with cuDNN 9, and ONNX Runtime's CUDA libraries beside its own (they are not shipped with the extension)",
  directml: "a graphics driver with DirectX 12",
  coreml: "macOS 12 or later",
  webgpu: "a graphics driver with Vulkan, Metal or DirectX 12",
};

/** Loads ONNX Runtime once a process; an error names platform and remedy when its native part is missing. */
export function loadOnnxRuntime(): Promise<Runtime> {
  loading ??= import("onnxruntime-node").catch((thrown: unknown) => {
    loading = undefined;
    throw new InfomaxError(
      "internal",
      `ONNX Runtime could not be loaded on ${process.platform}-${process.arch}: ${messageOf(thrown)}`,
      "Install the build of InfoMax Inspector for this platform (or run npm install again).",
      {}, thrown);
  });
  return loading;
}

/** Refuses a provider that ONNX Runtime does not have on this platform (code encoder-unavailable). */
function requireProvider(runtime: Runtime, provider: ExecutionProvider): void {
  const own = runtime.listSupportedBackends().map(({ name }) => OWN_NAMES[name] ?? name);
  if (own.includes(provider)) return;
  const available = EXECUTION_PROVIDERS.filter((name) => own.includes(name));
  throw new InfomaxError(
    "encoder-unavailable", `the execution provider ${provider} is not available on ${process.platform}-${process.arch}`, `Set it to one of those that are: ${available.join(", ")}.`);
}

/**
 * A session over a model, by default on the CPU. The caller releases it.
 * @param model its bytes, or the path of its file where weights lie beside it
 * @throws InfomaxError encoder-unavailable when the provider is missing or does not start: it never falls back to another
 */
export async function createSession(model: Uint8Array | string, { threads = null, provider = "cpu", spin = true }: Execution = {}): Promise<InferenceSession> {
  const runtime = await loadOnnxRuntime();
  if (provider !== "cpu") requireProvider(runtime, provider);
  const options: InferenceSession.SessionOptions = {
    executionProviders: [RUNTIME_NAMES[provider] ?? provider],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    // DirectML cannot work with ONNX Runtime's memory patterns.
    ...(provider === "directml" ? { enableMemPattern: false } : {}),
    ...(threads === null ? {} : { intraOpNumThreads: threads }),
    ...(spin ? {} : { extra: { session: { intra_op: { allow_spinning: "0" } } } }),
  };
  try {
    return await (typeof model === "string" ? runtime.InferenceSession.create(model, options) : runtime.InferenceSession.create(model, options));
  } catch (thrown) {
    if (provider === "cpu") throw thrown;
    throw new InfomaxError(
      "encoder-unavailable", `the execution provider ${provider} could not be started on ${process.platform}-${process.arch} (${messageOf(thrown)})`,
      `It needs ${NEEDS[provider]}; or set the provider to cpu.`, {}, thrown);
  }
}
