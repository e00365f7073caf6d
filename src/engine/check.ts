import { InfomaxError } from "../core/errors.ts";
import type { CheckParams, CheckResult } from "../protocol/engine.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** Checks a dataset against what its repository demands. */
export async function checkDataset(loaded: LoadedDataset, params: CheckParams, signal?: AbortSignal): Promise<CheckResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params, signal])})`, "Wait.");
}
