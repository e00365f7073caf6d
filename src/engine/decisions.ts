import { InfomaxError } from "../core/errors.ts";
import type { DecisionsParams, DecisionsResult } from "../protocol/engine.ts";
import type { LoadedDataset } from "./loadedDataset.ts";

/** Decisions by hand, for lists. */
export async function listDecisions(loaded: LoadedDataset, params: DecisionsParams): Promise<DecisionsResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, params])})`, "Wait.");
}
