import { InfomaxError } from "../../core/errors.ts";
import type { ApplyPlan, ApplyResult, QuarantinedFiles, QuarantinedFilesParams, QuarantineParams, QuarantineView, UndoParams, UndoResult } from "../../protocol/engine.ts";
import type { LoadedDataset } from "../loadedDataset.ts";
import type { RequestContext } from "../service.ts";

/** What a quarantine would move. */
export async function planQuarantine(loaded: LoadedDataset, params: QuarantineParams, context: RequestContext): Promise<ApplyPlan> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params, context])})`, "Wait.");
}

/** Moves dropped files. */
export async function quarantineDropped(loaded: LoadedDataset, params: QuarantineParams & { readonly plan: string }, context: RequestContext): Promise<ApplyResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params, context])})`, "Wait.");
}

/** The quarantines of a dataset. */
export async function listQuarantines(root: string): Promise<readonly QuarantineView[]> {
  throw new InfomaxError("internal", `not built yet (${root})`, "Wait.");
}

/** What lies in one. */
export async function listQuarantined(root: string, params: QuarantinedFilesParams): Promise<QuarantinedFiles> {
  throw new InfomaxError("internal", `not built yet (${String([root, params])})`, "Wait.");
}

/** Moves files back. */
export async function undoQuarantine(root: string, params: UndoParams, context: RequestContext): Promise<UndoResult> {
  throw new InfomaxError("internal", `not built yet (${String([root, params, context])})`, "Wait.");
}
