import type { InferenceSession } from "onnxruntime-node";
import { InfomaxError, messageOf } from "../errors.ts";

type Runtime = typeof import("onnxruntime-node");
let loading: Promise<Runtime> | undefined;

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

/** A session over a model given as bytes, on the CPU. The caller releases it. */
export async function createSession(model: Uint8Array, threads?: number): Promise<InferenceSession> {
  const runtime = await loadOnnxRuntime();
  return runtime.InferenceSession.create(model, {
    executionProviders: ["cpu"],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  });
}
