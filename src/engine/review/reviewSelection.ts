import { InfomaxError } from "../../core/errors.ts";
import type { ApproveParams, ReviewParams, ReviewResult, ReviewSamplesParams, ReviewSamplesResult } from "../../protocol/engine.ts";
import type { LoadedDataset } from "../loadedDataset.ts";

/** A selection for review. */
export async function reviewSelection(loaded: LoadedDataset, params: ReviewParams): Promise<ReviewResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params])})`, "Wait.");
}

/** Samples of a review. */
export async function listReviewed(loaded: LoadedDataset, params: ReviewSamplesParams): Promise<ReviewSamplesResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params])})`, "Wait.");
}

/** Approves a selection. */
export async function approveSelection(loaded: LoadedDataset, params: ApproveParams): Promise<null> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params])})`, "Wait.");
}
