import { InfomaxError } from "../core/errors.ts";
import type { RulesResult } from "../protocol/engine.ts";
import type { LoadedDataset } from "./loadedDataset.ts";
import type { PinChange } from "./pins.ts";

/** Tries the rules in force. */
export async function tryRules(loaded: LoadedDataset, signal?: AbortSignal): Promise<RulesResult> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, signal])})`, "Wait.");
}

/** Writes what a rule catches as decisions by hand. */
export async function pinningRule(loaded: LoadedDataset, name: string): Promise<PinChange> {
  throw new InfomaxError("internal", `not built yet (${String([loaded, name])})`, "Wait.");
}
