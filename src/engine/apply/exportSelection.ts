import { InfomaxError } from "../../core/errors.ts";
import type { ApplyPlan, ApplyResult, ExportParams } from "../../protocol/engine.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import type { RequestContext } from "../service.ts";

/** What an export would write. */
export async function planExport(loaded: LoadedDataset, params: ExportParams, context: RequestContext): Promise<ApplyPlan> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params, context])})`, "Wait.");
}

/** Exports the kept samples. */
export async function exportSelection(loaded: LoadedDataset, params: ExportParams & { readonly plan: string }, context: RequestContext): Promise<ApplyResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params, context])})`, "Wait.");
}
